// Migration files: names, versions, layouts, and how a file is cut into statements.
#include "dataflow/files.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "dialects/dialect.hpp"
#include "files/layout.hpp"
#include "files/script.hpp"

using namespace dataflow;
namespace fs = std::filesystem;

namespace {

Operation operation(OperationKind kind, const char* table, const char* object = "") {
  Operation o;
  o.kind = kind, o.table = table, o.object = object;
  return o;
}
Plan plan_of(std::vector<Operation> operations) {
  Plan plan;
  plan.operations = std::move(operations);
  return plan;
}
using K = OperationKind;

/// A directory that goes away.
struct Place {
  fs::path path;
  Place() {
    std::string name = (fs::temp_directory_path() / "dataflow-files-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Place() { fs::remove_all(path); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  void put(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
  }
  MigrationDirectory read() const { return read_migrations(path.string()); }
};

std::vector<std::string> texts(const char* dialect, std::string_view sql) {
  std::vector<std::string> out;
  for (const FileStatement& statement : dialect_named(dialect).split(sql)) out.push_back(statement.text);
  return out;
}

MigrationDirectory with_newest(const char* version) {
  MigrationDirectory out;
  out.files.push_back({version, "x", {}, {}});
  return out;
}

}  // namespace

TEST_CASE("files: names are derived from what changes") {
  CHECK(derived_name(plan_of(
            {operation(K::add_column, "payments", "retry_count"), operation(K::add_column, "payments", "last_retry_at"),
             operation(K::add_column, "payments", "retry_reason"),
             operation(K::add_index, "payments", "idx_payments_retry")})) == "add_payment_retry_columns");
  CHECK(derived_name(plan_of({operation(K::add_column, "users", "phone")})) == "add_phone_to_users");
  CHECK(derived_name(plan_of({operation(K::add_column, "users", "a"), operation(K::add_column, "users", "b")})) ==
        "add_columns_to_users");
  CHECK(derived_name(plan_of({operation(K::create_table, "users"), operation(K::create_table, "posts"),
                              operation(K::add_index, "posts", "i")})) == "create_users_and_posts");
  CHECK(derived_name(plan_of({operation(K::create_table, "a"), operation(K::create_table, "b"),
                              operation(K::create_table, "c")})) == "create_a_and_2_more_tables");
  CHECK(derived_name(plan_of({operation(K::drop_column, "users", "age")})) == "drop_age_from_users");
  CHECK(derived_name(plan_of({operation(K::create_table, "it's \"odd\"; ümlaut")})) == "create_it_s_odd_mlaut");
  CHECK(derived_name(plan_of({operation(K::drop_index, "users", "i"), operation(K::create_table, "b"),
                              operation(K::drop_table, "c")})) ==
        "drop_index_i_from_users_create_table_b_and_drop_table_c");
  CHECK(derived_name({}) == "no_changes");
}

TEST_CASE("files: versions are ordered by their numbers") {
  CHECK(natural_less("2", "10"));
  CHECK(natural_less("002", "10"));
  CHECK_FALSE(natural_less("10", "002"));
  CHECK(natural_less("1.2", "1.10"));
  CHECK(natural_less("999", "20240115093000"));
  CHECK_FALSE(natural_less("7", "7"));
  CHECK(natural_less("007", "7") != natural_less("7", "007"));
}

TEST_CASE("files: the next version stands behind all others") {
  const char* now = "20240115093000";
  CHECK(next_version({}, Naming::timestamp_description, Layout::dataflow, now) == now);
  CHECK(next_version(with_newest("20240115093000"), Naming::timestamp_description, Layout::dataflow, now) ==
        "20240115093001");
  CHECK(next_version(with_newest("20990101000000"), Naming::timestamp_description, Layout::dataflow, now) ==
        "20990101000001");
  CHECK(next_version({}, Naming::sequential, Layout::dataflow, now) == "001");
  CHECK(next_version(with_newest("009"), Naming::sequential, Layout::dataflow, now) == "010");
  CHECK(next_version(with_newest("999"), Naming::sequential, Layout::dataflow, now) == "1000");
  CHECK(next_version({}, Naming::sequential, Layout::golang_migrate, now) == "000001");
  CHECK(next_version(with_newest("4"), Naming::sequential, Layout::flyway, now) == "5");
}

TEST_CASE("files: a checksum does not see how lines end") {
  CHECK(MigrationText{"a", "x\ny\n"}.checksum() == MigrationText{"b", "x\r\ny\r\n"}.checksum());
  CHECK(MigrationText{"a", "x\ny\n"}.checksum() != MigrationText{"a", "x\n y\n"}.checksum());
}

TEST_CASE("files: each server's statements end where its client ends them") {
  CHECK(texts("sqlite",
              "-- a;\nSELECT ';'; /* ; */\nCREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END;\n;") ==
        std::vector<std::string>{"SELECT ';'", "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END"});
  CHECK(texts("postgresql", "SELECT $$;$$; SELECT 2") == std::vector<std::string>{"SELECT $$;$$", "SELECT 2"});
  CHECK(texts("mariadb", "DELIMITER //\nSELECT 1; SELECT 2//\nDELIMITER ;\nSELECT 3;") ==
        std::vector<std::string>{"SELECT 1; SELECT 2", "SELECT 3"});
  CHECK(texts("mariadb", "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END;//\nDELIMITER ;") ==
        std::vector<std::string>{"CREATE PROCEDURE p() BEGIN SELECT 1; END;"});
  const auto lines = sqlite_dialect.split("\n\n-- x\nSELECT 1;\n\n  SELECT\n2;");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].line == 4);
  CHECK(lines[1].line == 6);
}

TEST_CASE("files: bodies are whole where no DELIMITER says so") {
  for (const std::string body : {
           "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; SET NEW.c = 2; END",
           "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF NEW.b THEN SET NEW.b = 1; SET NEW.c = 2; END IF",
           "CREATE DEFINER=`x`@`%` TRIGGER `t` AFTER UPDATE ON `a` FOR EACH ROW follows `begin` BEGIN END",
           "CREATE OR REPLACE PROCEDURE IF NOT EXISTS p(a INT) COMMENT 'x;' BEGIN SELECT 1; BEGIN END; SELECT 2; END",
           "CREATE PROCEDURE p() lbl: BEGIN WHILE f(1) DO SET @a = 1; LEAVE lbl; END WHILE; END lbl",
           "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR NOT FOUND BEGIN SET @a = 1; END; SELECT 1; END",
           "CREATE PROCEDURE p() BEGIN SELECT begin, end, a.end, if(a, b, c), repeat('x', 2) FROM t; SELECT 1; END",
           "CREATE PROCEDURE p() BEGIN CASE a WHEN 1 THEN SELECT 1; ELSE SELECT 2; END CASE; SELECT 3; END",
           "CREATE PROCEDURE p() BEGIN SET a = CASE WHEN b THEN if(c, 1, 2) ELSE (3) END; REPEAT SELECT 1; UNTIL a END "
           "REPEAT; END",
           "CREATE PROCEDURE p() BEGIN FOR r IN (SELECT 1 AS x) DO SELECT r.x; END FOR; lp: LOOP LEAVE lp; END LOOP; "
           "END",
           "CREATE PROCEDURE p() BEGIN IF EXISTS (SELECT 1) THEN SELECT 'END;'; ELSEIF a THEN SELECT 2; END IF; END",
           "CREATE FUNCTION f() RETURNS INT DETERMINISTIC BEGIN -- it's;\n RETURN if(1, 2, 3); END",
           "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM a; DELETE FROM b; END",
           "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
           "/*!50003 CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; SET NEW.c = 2; END */",
           "CREATE FUNCTION f() RETURNS INT RETURN if(1, 2, 3)",
           "CREATE PROCEDURE p() SELECT begin FROM t",
           "CREATE TABLE event (begin INT, end INT, `trigger` INT DEFAULT (CASE WHEN 1 THEN 2 ELSE 3 END))",
           "CREATE VIEW v AS SELECT CASE WHEN 1 THEN 2 END AS procedure_end",
       }) {
    CAPTURE(body);
    CHECK(texts("mariadb", "SELECT 1;\n" + body + ";\nSELECT 'behind';") ==
          std::vector<std::string>{"SELECT 1", body, "SELECT 'behind'"});
  }
}

TEST_CASE("files: what cannot stand in a transaction or must not be rehearsed is known") {
  using Use = FileStatement::Use;
  const auto one = [](const Dialect& dialect, const char* sql) { return dialect.split(sql).at(0); };
  CHECK(one(sqlite_dialect, "begin immediate").use == Use::left_out);
  CHECK(one(sqlite_dialect, "VACUUM").use == Use::refused);
  CHECK(one(sqlite_dialect, "ROLLBACK").use == Use::refused);
  CHECK(one(sqlite_dialect, "ROLLBACK TO s").use == Use::run);
  CHECK(one(postgresql_dialect, "CREATE /* x */ ROLE r").rehearsed == false);
  CHECK(one(postgresql_dialect, "GRANT a TO b").rehearsed == false);
  CHECK(one(postgresql_dialect, "GRANT SELECT ON t TO b").rehearsed);
  CHECK(one(postgresql_dialect, "CREATE USER MAPPING FOR a SERVER s").rehearsed);
  CHECK(one(postgresql_dialect, "COMMIT").use == Use::left_out);
  CHECK(one(postgresql_dialect, "VACUUM t").alone);
  CHECK(one(mariadb_dialect, "ALTER TABLE t ADD a int").alone);
  CHECK_FALSE(one(mariadb_dialect, "INSERT INTO t VALUES (1)").alone);
  CHECK_FALSE(one(mariadb_dialect, "CREATE TEMPORARY TABLE t (a int)").alone);
  CHECK(one(mariadb_dialect, "USE other").use == Use::refused);
}

TEST_CASE("files: layouts are told by what is there") {
  Place place;
  SUBCASE("pairs") {
    place.put("002_b.up.sql", "SELECT 2;");
    place.put("10_c.up.sql", "SELECT 3;");
    place.put("1_a.up.sql", "SELECT 1;");
    place.put("1_a.down.sql", "SELECT -1;");
    const MigrationDirectory read = place.read();
    REQUIRE(read.files.size() == 3);
    CHECK(read.files[0].version == "1");
    CHECK(read.files[1].version == "002");
    CHECK(read.files[2].name == "c");
    CHECK(read.files[0].down->sql == "SELECT -1;");
    CHECK(read.notes.size() == 2);
  }
  SUBCASE("flyway") {
    place.put("V1.2__add_x.sql", "SELECT 1;");
    place.put("U1.2__add_x.sql", "SELECT -1;");
    place.put("R__views.sql", "SELECT 0;");
    const MigrationDirectory read = place.read();
    CHECK(read.layout == Layout::flyway);
    REQUIRE(read.files.size() == 1);
    CHECK(read.files[0].version == "1.2");
    CHECK(read.files[0].name == "add_x");
    CHECK(read.conflicts.empty());
  }
  SUBCASE("dbmate keeps the lines of both ways") {
    place.put("1_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT -1;\n");
    const MigrationDirectory read = place.read();
    CHECK(read.layout == Layout::dbmate);
    REQUIRE(read.files.size() == 1);
    CHECK(sqlite_dialect.split(read.files[0].down->sql).at(0).line == 4);
    CHECK(sqlite_dialect.split(read.files[0].up.sql).at(0).text == "SELECT 1");
  }
  SUBCASE("sqitch goes by its plan") {
    place.put("sqitch.plan",
              "%project=x\n\nb 2024-01-01T00:00:00Z a <a@b> # n\na 2024-01-01T00:00:00Z a <a@b>\n@v1 2024\n");
    place.put("deploy/a.sql", "SELECT 1;");
    place.put("deploy/b.sql", "SELECT 2;");
    const MigrationDirectory read = place.read();
    REQUIRE(read.files.size() == 2);
    CHECK(read.files[0].version == "b");
  }
  SUBCASE("liquibase") {
    place.put("1_a.sql", "--liquibase formatted sql\n\n--changeset me:1\nSELECT 1;\n--rollback SELECT -1;\n");
    const MigrationDirectory read = place.read();
    CHECK(read.layout == Layout::liquibase);
    REQUIRE(read.files.size() == 1);
    CHECK(texts("sqlite", read.files[0].up.sql) == std::vector<std::string>{"SELECT 1"});
    CHECK(texts("sqlite", read.files[0].down->sql) == std::vector<std::string>{"SELECT -1"});
  }
  SUBCASE("liquibase with ends of its own") {
    place.put(
        "1_a.sql",
        "--liquibase formatted sql\n-- changeset me:1 endDelimiter:// rollbackEndDelimiter:// stripComments:false\n"
        "CREATE TABLE a (id INT)\n//\nCREATE PROCEDURE p() BEGIN\n\n  SELECT 1; -- http://\nEND//\n"
        "--rollback DROP PROCEDURE p\n--rollback //\n-- rollback   DROP TABLE a\n-- rollback //\n");
    const MigrationDirectory read = place.read();
    REQUIRE(read.files.size() == 1);
    CHECK(texts("mariadb", read.files[0].up.sql) ==
          std::vector<std::string>{"CREATE TABLE a (id INT)",
                                   "CREATE PROCEDURE p() BEGIN\n\n  SELECT 1; -- http://\nEND"});
    CHECK(texts("mariadb", read.files[0].down->sql) == std::vector<std::string>{"DROP PROCEDURE p", "DROP TABLE a"});
    CHECK(mariadb_dialect.split(read.files[0].down->sql).at(1).line == 11);
  }
  SUBCASE("liquibase with marks on lines of their own") {
    place.put("1_a.sql",
              "--liquibase formatted sql\n--changeset me:1 endDelimiter:\\nGO\nSELECT 1 AS go\ngo\nSELECT 2\nGO\n"
              "--rollback not required\n");
    const MigrationDirectory read = place.read();
    REQUIRE(read.files.size() == 1);
    CHECK(texts("sqlite", read.files[0].up.sql) == std::vector<std::string>{"SELECT 1 AS go", "SELECT 2"});
    CHECK(texts("sqlite", read.files[0].down.value().sql).empty());
    place.put("2_b.sql", "--liquibase formatted sql\n--changeset me:2 endDelimiter:[;]\nSELECT 1[;]\n");
    CHECK_THROWS_AS(place.read(), Error);
  }
  SUBCASE("several changesets of liquibase go back in the opposite order") {
    place.put("1_a.sql",
              "--liquibase formatted sql\n--changeset me:1\nSELECT 1;\n--rollback SELECT -1;\n--changeset me:2\n"
              "--comment: two\nSELECT 2;\n--rollback SELECT -2;\n");
    place.put("2_b.sql",
              "--liquibase formatted sql\n--changeset me:1\nSELECT 1;\n--rollback SELECT -1;\n--changeset me:2\n"
              "SELECT 2;\n");
    const MigrationDirectory read = place.read();
    REQUIRE(read.files.size() == 2);
    CHECK(texts("sqlite", read.files[0].up.sql) == std::vector<std::string>{"SELECT 1", "SELECT 2"});
    CHECK(sqlite_dialect.split(read.files[0].up.sql).at(1).line == 7);
    CHECK(texts("sqlite", read.files[0].down.value().sql) == std::vector<std::string>{"SELECT -2", "SELECT -1"});
    CHECK_FALSE(read.files[1].down);
  }
  SUBCASE("nothing") { CHECK(place.read().files.empty()); }
}

TEST_CASE("files: what is written in each layout is read back as the same statements") {
  const auto check = [](const std::string& dialect, const std::string& body, const std::string& undo) {
    NewMigration migration{.version = "20240115093000", .name = "add_x", .dialect = dialect, .up = {}, .down = {}};
    const std::string head = "-- dataflow:dialect \"" + dialect + '"';
    migration.up = {{"", {{head, true}}}, {"Make a", {{"CREATE TABLE a (b int)"}}}, {"And", {{body}}}};
    migration.down = {{"", {{head, true}}}, {"Back", {{undo}, {"DROP TABLE a"}, {head, true}}}};
    for (const std::string& word : layout_words()) {
      CAPTURE(word);
      CAPTURE(body);
      Place place;
      MigrationDirectory directory;
      directory.path = place.path.string();
      for (const WrittenFile& file : lay_out(*layout_named(word), migration, directory)) {
        fs::create_directories((place.path / file.path).parent_path());
        std::ofstream(place.path / file.path, std::ios::app) << file.text;
      }
      const MigrationDirectory read = read_migrations(directory.path, *layout_named(word));
      CHECK(read.conflicts.empty());
      REQUIRE(read.files.size() == 1);
      std::vector<std::string> up = texts(dialect.c_str(), read.files[0].up.sql),
                               down = texts(dialect.c_str(), read.files[0].down.value().sql);
      std::erase(up, "BEGIN"), std::erase(up, "COMMIT"), std::erase(down, "BEGIN"), std::erase(down, "COMMIT");
      CHECK(up == std::vector<std::string>{"CREATE TABLE a (b int)", body});
      CHECK(down == std::vector<std::string>{undo, "DROP TABLE a"});
      CHECK(steps_of(dialect_named(dialect), read.files[0].up).ours);
      CHECK(steps_of(dialect_named(dialect), *read.files[0].down).ours);
    }
  };
  const std::string trigger =
      "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  -- it's; //\n\n  SELECT 1; SELECT '//';\nEND";
  check("sqlite", trigger, "DROP TRIGGER t");
  check("sqlite", "SELECT 1", trigger);
  const std::string function =
      "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n\n  -- a;\n  RETURN 1;\nEND $$";
  check("postgresql", function, "DROP FUNCTION f()");
  check("postgresql", "SELECT 1", function);
  const std::string procedure = "CREATE PROCEDURE p() BEGIN\n  -- it's;\n\n  IF a THEN SELECT ';'; END IF;\nEND";
  check("mariadb", procedure, "DROP PROCEDURE p");
  check("mariadb", "SELECT 1", procedure);
}

TEST_CASE("files: data set aside gets a place that is free") {
  std::string text = "CREATE TABLE dataflow_backup_a_1; DROP TABLE dataflow_backup_a_1; dataflow_backup_b_1";
  free_places(text, {"dataflow_backup_a_1", "dataflow_backup_a_1x2"});
  CHECK(text == "CREATE TABLE dataflow_backup_a_1x3; DROP TABLE dataflow_backup_a_1x3; dataflow_backup_b_1");
}

TEST_CASE("files: nothing is overwritten, and a failure leaves nothing") {
  Place place;
  GeneratedMigration migration;
  migration.files = {{"a.sql", "1"}, {"b.sql", "2"}};
  CHECK(write(migration, place.path.string()).size() == 2);
  migration.files = {{"c.sql", "1"}, {"b.sql", "3"}};
  CHECK_THROWS_AS(write(migration, place.path.string()), Error);
  CHECK_FALSE(fs::exists(place.path / "c.sql"));
  CHECK(read_whole((place.path / "b.sql").string()) == "2");
}
