#include "dataflow/database.hpp"

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/dialect.hpp"

namespace dataflow {

Database::Database(std::string_view text, Open open) : impl_(std::make_unique<Impl>()) {
  const Url url = parse_url(text);
  impl_->dialect = &dialect_of(url);
  impl_->url = without_password(text);
  impl_->connection = impl_->dialect->connect(url, open);
}

Database::Database(soci::session& session) : impl_(std::make_unique<Impl>()) {
  const std::string backend = Session::lend(session).backend();
  for (const Dialect* dialect : dialects())
    if (dialect->soci_backend == backend) impl_->dialect = dialect;
  if (impl_->dialect == nullptr)
    throw Error(ErrorCode::unsupported, "SOCI backend '" + backend + "' has no dialect here");
  impl_->url = "(lent session)";
  impl_->connection = impl_->dialect->adopt(session);
}

Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

std::string_view Database::dialect() const { return impl_->dialect->name; }
const std::string& Database::url() const { return impl_->url; }

Schema inspect(Database& database) { return database.impl().dialect->inspect(*database.impl().connection); }

Wanted schema_from_sql(std::string_view dialect, std::string_view sql, std::string_view origin) {
  Wanted wanted = dialect_named(dialect).load(nullptr, sql, origin);
  wanted.as_read = true;
  return wanted;
}

Wanted schema_from_sql(Database& server, std::string_view sql, std::string_view origin) {
  Wanted wanted = server.impl().dialect->load(server.impl().connection.get(), sql, origin);
  wanted.as_read = true;
  return wanted;
}

Wanted normalize(const Dialect& dialect, Connection* server, Wanted wanted) {
  validate(wanted.schema);
  if (wanted.as_read && wanted.schema.dialect == dialect.name) return wanted;
  const auto elsewhere = [&](auto& object) {
    const auto only = object.attributes.extract("only on");
    return only && only.mapped() != dialect.name;
  };
  for (Table& table : wanted.schema.tables) std::erase_if(table.indexes, elsewhere);
  std::erase_if(wanted.schema.definitions, elsewhere);
  return dialect.normalize(server, wanted);
}

Wanted normalize(Database& database, const Wanted& wanted) {
  return normalize(*database.impl().dialect, database.impl().connection.get(), wanted);
}

std::vector<std::string> create_statements(const Schema& schema) {
  return dialect_named(schema.dialect.empty() ? "sqlite" : schema.dialect).create_statements(schema);
}

Difference compare(const Schema& from, const Wanted& to) {
  const std::string& name = from.dialect.empty() ? to.schema.dialect : from.dialect;
  if (!from.dialect.empty() && !to.schema.dialect.empty() && from.dialect != to.schema.dialect)
    throw Error(ErrorCode::unsupported,
                "a schema of " + from.dialect + " cannot be compared with one of " + to.schema.dialect);
  if (name.empty()) return diff(from, to);
  const Dialect& dialect = dialect_named(name);
  return diff(from, dialect.settle(from, to), dialect.sameness);
}

std::string quote(const Name& name, std::string_view dialect) { return dialect_named(dialect).quote(name.text); }
std::string literal(std::string_view text, std::string_view dialect) { return dialect_named(dialect).literal(text); }

}  // namespace dataflow
