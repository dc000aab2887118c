// What is said to MySQL, and what it says. By its manual alone: no MySQL server is asked.
#include <doctest/doctest.h>

#include <string>

#include "dialects/mariadb/flavour.hpp"
#include "dialects/mariadb/mariadb.hpp"

using namespace dataflow;
using namespace dataflow::mariadb;

namespace {

constexpr Since mysql8{8, 0}, mariadb10{10, 11};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string both_ways(const Schema& from, const std::vector<Change>& changes, Since version) {
  std::string out;
  for (const Step& step : lower_changes(from, changes, {}, {.version = version}).steps) {
    out += "# " + step.title + "\n";
    for (const auto* way : {&step.up, &step.down})
      for (const Statement& statement : *way) {
        if (const auto* run = std::get_if<Run>(&statement)) out += run->sql + ";\n";
        if (const auto* alone = std::get_if<RunAlone>(&statement)) out += alone->sql + ";\n";
      }
  }
  return out;
}

Schema shop() {
  return {.dialect = "mariadb",
          .tables = {read_table("CREATE TABLE `p` (`id` int NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB"),
                     read_table("CREATE TABLE `c` (`id` int NOT NULL, `p` int DEFAULT NULL, `v` varchar(20) DEFAULT "
                                "NULL, PRIMARY KEY (`id`), KEY `k` (`p`), CONSTRAINT `small` CHECK ((`id` < 10))) "
                                "ENGINE=InnoDB")}};
}

Definition trigger(const std::string& value) {
  return {.kind = "trigger",
          .name = "t'r",
          .on = "c",
          .text = Sql("CREATE TRIGGER `t'r` BEFORE INSERT ON c FOR EACH ROW SET NEW.p = " + value)};
}

std::vector<Change> everything(const Schema& from) {
  const Path c{{}, "c"};
  const Table& table = from.tables[1];
  Column narrower = table.columns[2];
  narrower.type = read_type("varchar(5)");
  return {Create<Column>{c, {.name = "n", .type = read_type("int"), .nullable = true}},
          Alter<Column>{c, table.columns[2], narrower},
          Drop<Check>{c, table.checks[0]},
          Create<Index>{c, {.name = "i", .parts = {{.column = "v"}}}},
          Create<ForeignKey>{c,
                             {.name = "f",
                              .columns = {"p"},
                              .references = {{}, "p"},
                              .referenced = {"id"},
                              .on_delete = Action::restrict,
                              .on_update = Action::restrict}},
          Rename<Column>{{{}, "p"}, "id", "key"},
          Alter<Definition>{{}, trigger("1"), trigger("2")}};
}

}  // namespace

TEST_CASE("nothing that only MariaDB understands is said to MySQL") {
  Schema from = shop();
  from.definitions.push_back(trigger("1"));
  const std::string maria = both_ways(from, everything(from), mariadb10),
                    mysql = both_ways(from, everything(from), mysql8);
  for (const std::string_view word :
       {"SET STATEMENT", "CREATE OR REPLACE", "NOCOPY", "INSTANT, LOCK=", "DROP CONSTRAINT"}) {
    CAPTURE(word);
    CHECK(has(maria, word));
    CHECK(!has(mysql, word));
  }
  CHECK(has(mysql, "DROP CHECK `small`"));
  CHECK(has(mysql, "SET @dataflow_foreign_key_checks = @@SESSION.foreign_key_checks, SESSION foreign_key_checks = 0"));
  CHECK(has(mysql, "SET SESSION foreign_key_checks = @dataflow_foreign_key_checks"));
  CHECK(has(mysql,
            "SET @dataflow_sql_mode = @@SESSION.sql_mode, SESSION sql_mode = CONCAT(@@sql_mode, "
            "',STRICT_ALL_TABLES')"));
}

TEST_CASE("a trigger goes and comes in two steps where there is no way to replace it") {
  Schema from = shop();
  from.definitions.push_back(trigger("1"));
  const Lowered lowered =
      lower_changes(from, {Alter<Definition>{{}, trigger("1"), trigger("2")}}, {}, {.version = mysql8});
  REQUIRE(lowered.steps.size() == 2);
  CHECK(std::get<RunAlone>(lowered.steps[0].up[0]).sql == "DROP TRIGGER `t'r`");
  CHECK(std::get<RunAlone>(lowered.steps[0].down[0]).sql == trigger("1").text.text);
  CHECK(std::get<RunAlone>(lowered.steps[1].up[0]).sql == trigger("2").text.text);
  CHECK(std::get<RunAlone>(lowered.steps[1].down[0]).sql == "DROP TRIGGER `t'r`");
}

TEST_CASE("MySQL's own SHOW CREATE TABLE is read, and written as it was") {
  const std::string text =
      "CREATE TABLE `t` (\n"
      "  `id` int unsigned NOT NULL AUTO_INCREMENT,\n"
      "  `a` varchar(20) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT NULL,\n"
      "  `b` json DEFAULT (json_array()),\n"
      "  `u` binary(16) DEFAULT (uuid_to_bin(uuid())),\n"
      "  `h` int DEFAULT '5' /*!80023 INVISIBLE */,\n"
      "  `g` int GENERATED ALWAYS AS ((`h` + 1)) STORED NOT NULL COMMENT 'it''s',\n"
      "  `p` point NOT NULL /*!80003 SRID 4326 */,\n"
      "  `s` varchar(9) /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT FIXED */ DEFAULT _utf8mb4'x',\n"
      "  `ts` timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,\n"
      "  PRIMARY KEY (`id`),\n"
      "  UNIQUE KEY `u` (`a` DESC),\n"
      "  KEY `f` ((lower(`a`))),\n"
      "  KEY `i` (`h`) /*!80000 INVISIBLE */,\n"
      "  FULLTEXT KEY `ft` (`s`) /*!50100 WITH PARSER `ngram` */ ,\n"
      "  SPATIAL KEY `sp` (`p`),\n"
      "  CONSTRAINT `fk` FOREIGN KEY (`h`) REFERENCES `q` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE,\n"
      "  CONSTRAINT `c``1` CHECK ((`h` > 0)),\n"
      "  CONSTRAINT `c2` CHECK ((`a` <> _utf8mb4'x')) /*!80016 NOT ENFORCED */\n"
      ") ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci\n"
      "/*!50100 PARTITION BY HASH (`id`)\nPARTITIONS 4 */";
  const Table table = read_table(text);
  CHECK(table.columns[0].type.spelled == "int unsigned");
  CHECK(std::get<Sql>(*table.columns[2].default_value).text == "(json_array())");
  CHECK(table.columns[4].attributes.contains("invisible"));
  CHECK(table.columns[5].generated->stored);
  CHECK(table.columns[5].attributes.contains("not null"));
  CHECK(table.columns[6].attributes.at("srid") == "4326");
  CHECK(std::get<Sql>(*table.columns[7].default_value).text == "_utf8mb4'x'");
  CHECK(table.columns[7].attributes.at("storage") == "disk");
  CHECK(table.indexes[0].parts[0].descending);
  CHECK(table.indexes[1].parts[0].expression.text == "lower(`a`)");
  CHECK(table.indexes[2].attributes.contains("invisible"));
  CHECK(table.indexes[3].attributes.at("parser") == "ngram");
  CHECK(table.foreign_keys[0].on_delete == Action::restrict);
  CHECK(table.checks[0].name == Name("c`1"));
  CHECK(table.checks[0].expression.text == "(`h` > 0)");
  CHECK(table.checks[1].attributes.contains("not enforced"));
  CHECK(table.options.attributes.at("partition by") == "HASH (`id`)\nPARTITIONS 4");
  CHECK(read_table(create_table(table)) == table);
  const std::string own = create_table(table);
  for (const char* part : {"STORED NOT NULL", "SRID 4326", "STORAGE DISK COLUMN_FORMAT FIXED", "KEY `f` ((lower(`a`)))",
                           "INVISIBLE", "NOT ENFORCED", "DEFAULT (uuid_to_bin(uuid()))"}) {
    CAPTURE(part);
    CHECK(has(own, part));
  }
}

TEST_CASE("which server it is shows in its version") {
  CHECK(flavour_of({8, 0}) == Flavour::mysql);
  CHECK(flavour_of({9, 4}) == Flavour::mysql);
  CHECK(flavour_of({10, 6}) == Flavour::mariadb);
  CHECK(flavour_of({11, 8}) == Flavour::mariadb);
  CHECK(flavour_of({}) == Flavour::mariadb);
}
