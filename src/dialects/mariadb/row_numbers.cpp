#include "dialects/mariadb/row_numbers.hpp"

#include "core/text.hpp"
#include "dialects/mariadb/lexer.hpp"
#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

namespace {

/// Of "ALTER TABLE `t` …" and "SET STATEMENT … FOR ALTER TABLE `t` …".
std::string altered_table(std::string_view sql) {
  const std::vector<Lexeme> all = significant(sql);
  for (std::size_t i = 0; i + 2 < all.size(); ++i)
    if (equal_ignoring_case(all[i].text, "ALTER") && equal_ignoring_case(all[i + 1].text, "TABLE"))
      return name_of(all[i + 2]);
  return {};
}

bool keeps_numbers(Connection& connection, const std::string& table) {
  const std::string name = text_literal(table);
  const auto as_file = [](const std::string& text) {
    return "CONVERT(CONVERT(" + text + " USING filename) USING binary)";
  };
  return !connection
              .query(
                  "SELECT 1 FROM information_schema.INNODB_SYS_TABLES AS t JOIN information_schema.INNODB_SYS_COLUMNS "
                  "AS c ON c.TABLE_ID = t.TABLE_ID WHERE c.NAME = 'FTS_DOC_ID' AND SUBSTRING_INDEX(t.NAME, '#P#', 1) = "
                  "CONCAT(" +
                  as_file("DATABASE()") + ", '/', " + as_file(name) +
                  ") AND NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND "
                  "TABLE_NAME = " +
                  name + " AND INDEX_TYPE = 'FULLTEXT') LIMIT 1")
              .empty();
}

}  // namespace

std::optional<std::string> despite_row_numbers(Connection& connection, const ServerError& refusal,
                                               std::string_view sql) {
  constexpr unsigned algorithm_not_supported = 1845;
  static const std::string instant = clause({Algorithm::instant, false}), inplace = clause({Algorithm::inplace, false});
  if (refusal.number != algorithm_not_supported || !sql.ends_with(instant)) return std::nullopt;
  try {
    if (!keeps_numbers(connection, altered_table(sql))) return std::nullopt;
  } catch (const Error&) {
    return std::nullopt;  // then the server's own words stand
  }
  return std::string(sql.substr(0, sql.size() - instant.size())) + inplace;
}

}  // namespace dataflow::mariadb
