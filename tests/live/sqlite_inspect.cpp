// What is read off a database, judged by the server: its PRAGMAs say the same. And what is written from the values
// alone stands there again as the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "support/line.hpp"
#include "support/sqlite_facts.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

struct Written {
  const char* name;
  const char* sql;
};

constexpr Written scripts[] = {
    {"quoting styles", R"(CREATE TABLE "a" ("x" TEXT, [y z] INT, `k``q` BLOB, 'single' REAL, "q""d" TEXT, bare INTEGER);
                          CREATE TABLE [select] ("from" INT, [where] TEXT, `order` TEXT);
                          CREATE INDEX [i x] ON [select] ("from", `order`);)"},
    {"comments", R"(CREATE /* one ( */ TABLE -- two )
                      t /* three ' */ ( -- four "
                      a /* five , */ INT /* six */ DEFAULT /* seven */ 7, -- eight `
                      b TEXT /* unclosed? no */ CHECK (b <> '/*' /* ) */), /**/ c "VARCHAR" (20) -- the end
                    ) -- after)"},
    {"constraints without commas",
     R"(CREATE TABLE t (a INT, b INT, c INT, UNIQUE (a, b) CHECK (a > 0) CONSTRAINT x CHECK (b > 0)
                                      PRIMARY KEY (c) FOREIGN KEY (a) REFERENCES t (c)))"},
    {"typeless columns",
     "CREATE TABLE t (a, b PRIMARY KEY, c NOT NULL, d DEFAULT 5, e UNIQUE, f REFERENCES t (b), g CHECK (g), h COLLATE "
     "nocase)"},
    {"types of several words",
     R"(CREATE TABLE t (a UNSIGNED BIG INT, b DOUBLE PRECISION, c NATIVE CHARACTER (70), d VARYING  CHARACTER(255) NOT NULL,
                                  e DECIMAL(10,5), f DECIMAL ( +10 , -5 ), g LONG VARCHAR DEFAULT 'x', h "quoted type", i [b t] (3), j 'str' , k JSON TEXT))"},
    {"generated columns",
     R"(CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * 2), c INT AS (a + (1)) STORED, d AS (a || ')') VIRTUAL NOT NULL,
                             e TEXT GENERATED ALWAYS AS (lower('(' || a)) STORED UNIQUE, f REAL AS (a) CHECK (f > 0)))"},
    {"defaults",
     R"(CREATE TABLE t (a DEFAULT -5, b DEFAULT +.5, c DEFAULT - 1e3, d DEFAULT x'00Ff', e DEFAULT 'it''s', f DEFAULT (1 + (2)), g DEFAULT bare,
                    h DEFAULT "quoted", i DEFAULT CURRENT_TIMESTAMP, j DEFAULT current_date, k DEFAULT NULL, l DEFAULT TRUE, m DEFAULT false,
                    n DEFAULT (lower('A')), o DEFAULT '', p DEFAULT ('('), q DEFAULT 0x1F, r DEFAULT [b r], s DEFAULT -'5', t INT DEFAULT 1 NOT NULL))"},
    {"conflict clauses",
     R"(CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT, a NOT NULL ON CONFLICT IGNORE, b UNIQUE ON CONFLICT FAIL,
                            c NULL ON CONFLICT ABORT, d INT, UNIQUE (a, d) ON CONFLICT ROLLBACK, CHECK (d > 0) ON CONFLICT IGNORE);
                            CREATE TABLE u (a, b, PRIMARY KEY (a, b) ON CONFLICT IGNORE))"},
    {"named constraints everywhere",
     R"(CREATE TABLE t (id INTEGER CONSTRAINT "p k" PRIMARY KEY CONSTRAINT "n n" NOT NULL, a TEXT CONSTRAINT d DEFAULT 'x' CONSTRAINT c COLLATE nocase
                                        CONSTRAINT u UNIQUE CONSTRAINT ck CHECK (a <> ''), b INT CONSTRAINT f REFERENCES t (id) CONSTRAINT lonely,
                                        CONSTRAINT tu UNIQUE (a, b), CONSTRAINT tc CHECK (a > b), CONSTRAINT tf FOREIGN KEY (b) REFERENCES t (id)))"},
    {"collations in keys",
     R"(CREATE TABLE t (a TEXT COLLATE NOCASE, b TEXT, UNIQUE (b COLLATE rtrim, a), PRIMARY KEY (a COLLATE binary DESC, b COLLATE "nocase" ASC)))"},
    {"descending keys",
     R"(CREATE TABLE a (id INTEGER PRIMARY KEY DESC, v); CREATE TABLE b (id INTEGER, v, PRIMARY KEY (id DESC)); CREATE TABLE c (x TEXT, y INT, PRIMARY KEY (x DESC, y ASC));
                           CREATE TABLE d (id INTEGER, PRIMARY KEY (id COLLATE nocase ASC)); CREATE TABLE e (id INTEGER PRIMARY KEY ASC))"},
    {"near rowids",
     R"(CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE b (id "INTEGER" PRIMARY KEY); CREATE TABLE c (id INTEGER(8) PRIMARY KEY); CREATE TABLE d (id BIGINT PRIMARY KEY);
                       CREATE TABLE e (id integer primary key); CREATE TABLE f (id INTEGER, x, PRIMARY KEY ("ID")); CREATE TABLE g (id INTEGER PRIMARY KEY) WITHOUT ROWID;
                       CREATE TABLE h (id INTEGER, x INT, PRIMARY KEY (id, x)))"},
    {"without rowid and strict",
     R"(CREATE TABLE a (k TEXT, v INT, PRIMARY KEY (k)) WITHOUT ROWID; CREATE TABLE b (k INTEGER, v ANY, PRIMARY KEY (v)) STRICT;
                                    CREATE TABLE c (k TEXT PRIMARY KEY, v REAL) without /* x */ rowid , strict; CREATE TABLE d (k INT PRIMARY KEY, v BLOB) STRICT, WITHOUT ROWID;
                                    CREATE TABLE e (id INTEGER PRIMARY KEY, v ANY NOT NULL) strict)"},
    {"autoincrement",
     R"(CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, v); CREATE TABLE b (id INTEGER, v, PRIMARY KEY (id AUTOINCREMENT));
                         CREATE TABLE c (id INTEGER, PRIMARY KEY (id ASC AUTOINCREMENT) ON CONFLICT FAIL); CREATE TABLE d (id INTEGER NOT NULL UNIQUE PRIMARY KEY AUTOINCREMENT))"},
    {"create table as select",
     R"(CREATE TABLE s (a INTEGER PRIMARY KEY, b VARCHAR(20) NOT NULL, c); CREATE TABLE t AS SELECT a, b AS "b b", c, a + 1, upper(b) AS u FROM s)"},
    {"after ALTER TABLE",
     R"(CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT CHECK (b > 0), gone TEXT); CREATE INDEX i ON t (a, b); CREATE VIEW v AS SELECT a FROM t;
                             ALTER TABLE t ADD COLUMN c TEXT NOT NULL DEFAULT 'x, y' COLLATE NOCASE; ALTER TABLE t ADD d REAL REFERENCES t (id); ALTER TABLE t DROP COLUMN gone;
                             ALTER TABLE t RENAME COLUMN a TO "a new"; ALTER TABLE t RENAME TO "t new"; ALTER TABLE "t new" ADD COLUMN e INT AS (b * 2))"},
    {"if not exists",
     R"(CREATE TABLE IF NOT EXISTS main.t (a INT); CREATE INDEX IF NOT EXISTS main.i ON t (a); CREATE TABLE main."if" (a INT); CREATE TABLE "not" ("exists" INT);
                         CREATE UNIQUE INDEX "unique" ON "if" (a))"},
    {"foreign keys", R"(CREATE TABLE p (a INTEGER PRIMARY KEY, b TEXT, c TEXT, UNIQUE (b, c));
                        CREATE TABLE c1 (x INT REFERENCES p, y INT REFERENCES "P" (A) ON DELETE CASCADE ON UPDATE SET NULL NOT NULL DEFERRABLE INITIALLY DEFERRED,
                          z INT REFERENCES p (a) NOT DEFERRABLE INITIALLY IMMEDIATE, w INT REFERENCES p MATCH FULL ON INSERT CASCADE);
                        CREATE TABLE c2 (b TEXT, c TEXT, d TEXT, FOREIGN KEY (B, c) REFERENCES p (b, C) ON DELETE SET DEFAULT ON UPDATE RESTRICT MATCH SIMPLE DEFERRABLE,
                          FOREIGN KEY (d, b) REFERENCES nowhere (x, y) ON DELETE NO ACTION, FOREIGN KEY (d) REFERENCES p))"},
    {"a deferrable clause behind another constraint",
     "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT REFERENCES t (id) NOT NULL DEFERRABLE INITIALLY DEFERRED, b INT "
     "REFERENCES t (id) CHECK (b > 0) NOT DEFERRABLE)"},
    {"indexes",
     R"(CREATE TABLE t (a TEXT, b INT, "c d" TEXT COLLATE RTRIM, e JSON); CREATE INDEX i1 ON t (a COLLATE nocase DESC, b ASC); CREATE UNIQUE INDEX i2 ON t ("c d") WHERE b > 0 AND a <> ');';
                   CREATE INDEX i3 ON t (lower(a), b + 1 DESC, substr(a, 1, 2) COLLATE NOCASE); CREATE INDEX i4 ON t ((a), ((b)) DESC, (b COLLATE rtrim)); CREATE INDEX i5 ON t (json_extract(e, '$.x')) WHERE e IS NOT NULL;
                   CREATE INDEX i6 ON t (A, B); CREATE INDEX [i 7] ON T (a) /* where? */ WHERE a IN ('where', 'x') -- end
                   ;)"},
    {"views and triggers",
     R"(CREATE TABLE t (a INT, b TEXT); CREATE VIEW V1 (x, y) AS SELECT a, b FROM t; CREATE VIEW "v 2" AS WITH q AS (SELECT 1 AS z) SELECT z FROM q;
                              CREATE TRIGGER tr1 AFTER UPDATE OF a ON t FOR EACH ROW WHEN NEW.a > 0 BEGIN UPDATE t SET b = 'x;' WHERE a = NEW.a; SELECT 1; END;
                              CREATE TRIGGER "tr 2" INSTEAD OF INSERT ON v1 BEGIN INSERT INTO t VALUES (NEW.x, NEW.y); END;
                              CREATE TRIGGER tr3 BEFORE DELETE ON T BEGIN SELECT CASE WHEN OLD.a = 1 THEN raise(ABORT, 'no') END; END)"},
    {"virtual tables",
     R"(CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT); CREATE VIRTUAL TABLE ft USING fts5(body, content='t', content_rowid='id'); CREATE VIRTUAL TABLE "r t" USING rtree(id, x0, x1);
                          CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO ft (rowid, body) VALUES (NEW.id, NEW.body); END)"},
    {"unique twice", "CREATE TABLE t (a TEXT UNIQUE, b TEXT UNIQUE, c TEXT, UNIQUE (a), UNIQUE (b, a), UNIQUE (b, a))"},
    {"key and unique at once",
     "CREATE TABLE t (a TEXT PRIMARY KEY UNIQUE, b INT UNIQUE UNIQUE); CREATE TABLE u (id INTEGER PRIMARY KEY UNIQUE)"},
    {"names that look like words",
     R"(CREATE TABLE t ("check" INT, "unique" TEXT UNIQUE, "constraint" INT CHECK ("constraint" > 0), "primary" INT, "default" TEXT DEFAULT 'default', "generated" INT, always TEXT,
                                      "null" INT NULL, "foreign" INT REFERENCES t (rowid), "as" INT))"},
    {"bare words as names",
     "CREATE TABLE abort (key INT, action TEXT, desc_ INT, rowid TEXT, replace INT, temp TEXT, view INT, \"end\" INT, "
     "match INT, conflict TEXT, cascade INT, generated INT, always TEXT)"},
    {"unicode and emptiness",
     R"(CREATE TABLE größe (ü TEXT, "日本" INT, "" TEXT, " " INT, "a.b" TEXT); CREATE INDEX "índex" ON größe (ü, "日本"))"},
    {"odd checks",
     R"(CREATE TABLE t (a INT CHECK (a IN (1, 2, (3))) CHECK (a <> 4), b TEXT CHECK (b GLOB '[a-z]*' AND b NOT LIKE '%)%'), CHECK ((a) > (0) OR (b = '''')), CHECK (CASE WHEN a THEN 1 ELSE 0 END)))"},
    {"semicolons and newlines", "CREATE TABLE t\n(\r\n\ta\tINT\n,\n\nb\nTEXT\nDEFAULT\n';'\n)\n;\n"},
};

/// The type as PRAGMA would show it: blanks do not count, nor do comments.
std::string squeezed(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "/*") == 0)
      i = text.find("*/", i) + 1;
    else if (text.compare(i, 2, "--") == 0)
      i = std::min(text.find('\n', i), text.size());
    else if (!std::isspace(static_cast<unsigned char>(text[i])))
      out += static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
  }
  return out;
}

/// The value of a DEFAULT, or its words where every row gets another one. A bare word is the text of its name.
std::string meaning(const Sqlite& file, const std::string& expression) {
  if (squeezed(expression).find("CURRENT_") != std::string::npos) return squeezed(expression);
  try {
    return file.value("SELECT quote((" + expression + "))");
  } catch (const std::exception&) {
    const bool bracketed = expression.starts_with('[');
    return literal(bracketed ? expression.substr(1, expression.size() - 2) : expression);
  }
}

std::string upper_ascii(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}
std::string lower_ascii(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

/// The lines of facts(), from dataflow's values.
class Said {
 public:
  Said(const Sqlite& file, const Table& table) : file_(file), table_(table) {}

  std::string text() {
    const bool without_rowid = table_.options.attributes.contains("without rowid");
    out_ = {"table without rowid " + std::to_string(without_rowid) + ", strict " +
            std::to_string(table_.options.attributes.contains("strict"))};
    for (const Column& column : table_.columns) out_.push_back(line(column));
    std::vector<std::string> rest;
    std::set<std::string> seen;
    const auto add = [&](const std::string& origin, const std::vector<KeyPart>& parts) {
      std::string same;  // constraints on the same columns in the same order of text share one index
      for (const KeyPart& p : parts) same += p.column.text + "/" + collation(p) + ",";
      if (seen.insert(same).second) rest.push_back("index " + origin + " unique 1 partial 0: " + line(parts));
    };
    const bool alias = !without_rowid && std::any_of(table_.columns.begin(), table_.columns.end(),
                                                     [](const Column& c) { return c.identity != Identity::none; });
    if (table_.primary_key && !alias) add("pk", table_.primary_key->parts);
    for (const Unique& unique : table_.uniques) add("u", unique.parts);
    for (const Index& index : table_.indexes)
      rest.push_back("index " + index.name.text + " unique " + std::to_string(index.unique) + " partial " +
                     std::to_string(!index.where.empty()) + ": " + line(index.parts));
    for (const ForeignKey& key : table_.foreign_keys) rest.push_back(line(key));
    std::sort(rest.begin(), rest.end());
    out_.insert(out_.end(), rest.begin(), rest.end());
    return joined(out_);
  }

 private:
  std::string line(const Column& column) const {
    std::size_t pk = 0;
    if (table_.primary_key)
      for (std::size_t i = 0; i < table_.primary_key->parts.size(); ++i)
        if (table_.primary_key->parts[i].column == column.name) pk = i + 1;
    std::string initial = "NULL";
    if (column.default_value) initial = meaning(file_, std::get<Sql>(*column.default_value).text);
    const bool key = pk == 1 && squeezed(column.type.spelled) == "INTEGER";
    return "column|" + column.name.text + "|" + squeezed(column.type.spelled) + "|" +
           (key               ? "key"
            : column.nullable ? "0"
                              : "1") +
           "|" + initial + "|" + std::to_string(pk) + "|" +
           (!column.generated          ? "0"
            : column.generated->stored ? "3"
                                       : "2");
  }
  std::string collation(const KeyPart& part) const {
    const Column* column = find_column(table_, part.column);
    const std::string own = part.collation.text, inherited = column == nullptr ? "" : column->collation.text;
    return upper_ascii(!own.empty() ? own : !inherited.empty() ? inherited : "BINARY");
  }
  std::string line(const std::vector<KeyPart>& parts) const {
    std::string out;
    for (const KeyPart& p : parts)
      out += (out.empty() ? "" : ", ") + (p.column.empty() ? "NULL" : p.column.text) + "|" +
             (p.descending ? "1" : "0") + "|" + collation(p);
    return out;
  }
  static std::string line(const ForeignKey& key) {
    static constexpr const char* actions[] = {"NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"};
    std::string out = "foreign key ";
    for (std::size_t i = 0; i < key.columns.size(); ++i)
      out += (i == 0 ? "" : ", ") + lower_ascii(key.references.name.text) + "|" + lower_ascii(key.columns[i].text) +
             "|" + (key.referenced.empty() ? "NULL" : lower_ascii(key.referenced[i].text)) + "|" +
             actions[static_cast<std::size_t>(key.on_update)] + "|" + actions[static_cast<std::size_t>(key.on_delete)];
    return out;
  }

  const Sqlite& file_;
  const Table& table_;
  std::vector<std::string> out_;
};

/// The lines of facts(), with types and defaults in the same words as above, parts behind the columns in order.
std::string judged(const Sqlite& file, const std::string& table) {
  std::vector<std::string> out, rest;
  std::istringstream text(facts(file, table));
  std::string line;
  std::getline(text, line);
  std::getline(text, line);
  out.push_back(line);
  for (const std::string& name :
       file.rows("SELECT name FROM pragma_table_xinfo(" + literal(table) + ") ORDER BY cid")) {
    const std::string of = " FROM pragma_table_xinfo(" + literal(table) + ") WHERE name = " + literal(name);
    const std::string initial = file.value("SELECT dflt_value IS NULL" + of) == "1"
                                    ? "NULL"
                                    : meaning(file, file.value("SELECT dflt_value" + of));
    const std::string type = squeezed(file.value("SELECT type" + of));
    out.push_back("column|" + name + "|" + type + "|" +
                  file.value("SELECT iif(pk = 1 AND " + literal(type) + " = 'INTEGER', 'key', \"notnull\")" + of) +
                  "|" + initial + "|" + file.value("SELECT pk || '|' || hidden" + of));
  }
  while (std::getline(text, line))
    if (line.starts_with("  index") || line.starts_with("  foreign")) rest.push_back(line.substr(2));
  std::sort(rest.begin(), rest.end());
  out.insert(out.end(), rest.begin(), rest.end());
  return joined(out);
}

std::vector<std::string> names_of(const Sqlite& file, const std::string& type) {
  return file.rows("SELECT name FROM sqlite_schema AS s WHERE type = " + literal(type) +
                   " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND sql NOT LIKE 'create virtual%' AND NOT EXISTS "
                   "(SELECT 1 FROM pragma_table_list AS t WHERE t.schema = 'main' AND t.type = 'shadow' AND t.name = "
                   "s.tbl_name) ORDER BY name");
}

/// What inspect() says is what SQLite says.
Schema must_agree(const Sqlite& file) {
  Database database(file.url());
  const Schema schema = inspect(database);
  std::vector<std::string> tables, views, triggers;
  for (const Table& table : schema.tables) {
    CAPTURE(table.name.text);
    tables.push_back(table.name.text);
    CHECK(Said(file, table).text() == judged(file, table.name.text));
  }
  for (const Definition& d : schema.definitions)
    if (d.kind != "virtual table") (d.kind == "view" ? views : triggers).push_back(d.name.text);
  for (auto* names : {&tables, &views, &triggers}) std::sort(names->begin(), names->end());
  CHECK(tables == names_of(file, "table"));
  CHECK(views == names_of(file, "view"));
  CHECK(triggers == names_of(file, "trigger"));
  CHECK(schema.unmodelled.empty());
  return schema;
}

/// Written from the values alone it is the same again.
void must_come_back(const Sqlite& file, Schema schema) {
  for (Table& table : schema.tables) {
    table.text.text.clear();
    for (Index& index : table.indexes) index.text.text.clear();
  }
  Folder folder;
  Sqlite fresh(folder / "fresh.db");
  for (const std::string& statement : create_statements(schema)) {
    CAPTURE(statement);
    CHECK_NOTHROW(fresh.run(statement));
  }
  Database database(fresh.url());
  const Schema again = inspect(database);
  const Difference difference = compare(schema, {again, {}});
  CHECK_MESSAGE(difference.changes.empty(), preview(difference, Format::markdown));
  for (const Table& table : schema.tables) CHECK(judged(fresh, table.name.text) == judged(file, table.name.text));
}

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("inspect: SQLite's own PRAGMAs say the same, and the values alone make the same again") {
  for (const Written& script : scripts) {
    CAPTURE(std::string(script.name));
    Folder folder;
    Sqlite file(folder / "a.db");
    REQUIRE_NOTHROW(file.run(script.sql));
    const Schema schema = must_agree(file);
    CHECK(schema.tables.size() >= 1);
    must_come_back(file, schema);
  }
}

TEST_CASE("inspect: a thousand columns") {
  std::string script = "CREATE TABLE wide (c0 INTEGER PRIMARY KEY";
  for (int i = 1; i < 1000; ++i)
    script += ", c" + std::to_string(i) +
              (i % 3 == 0   ? " TEXT NOT NULL DEFAULT 'x'"
               : i % 3 == 1 ? " INT"
                            : " VARCHAR(20) COLLATE NOCASE");
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(script + ")");
  Database database(file.url());
  Schema schema = inspect(database);
  REQUIRE(schema.tables.size() == 1);
  REQUIRE(schema.tables[0].columns.size() == 1000);
  const auto names = file.rows("SELECT name || '|' || type || '|' || \"notnull\" FROM pragma_table_xinfo('wide')");
  for (std::size_t i = 1; i < 1000; ++i) {
    const Column& c = schema.tables[0].columns[i];
    CHECK(names[i] == c.name.text + "|" + c.type.spelled + "|" + (c.nullable ? "0" : "1"));
  }
  schema.tables[0].text.text.clear();
  Sqlite fresh(folder / "b.db");
  for (const std::string& statement : create_statements(schema)) fresh.run(statement);
  CHECK(facts(fresh, "wide") == facts(file, "wide"));
}

TEST_CASE("inspect: what no PRAGMA tells") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "CREATE TABLE t (id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT, a TEXT NOT NULL ON "
      "CONFLICT IGNORE CONSTRAINT ck CHECK (a <> ')'), "
      "b INT REFERENCES t DEFERRABLE INITIALLY DEFERRED, c INT REFERENCES t (id) NOT NULL NOT DEFERRABLE, g TEXT AS (a "
      "|| '!') STORED, CONSTRAINT uq UNIQUE (a, b) ON CONFLICT FAIL);"
      "CREATE INDEX ix ON t (lower(a) COLLATE NOCASE DESC) WHERE b > 0;");
  Database database(file.url());
  const Table t = inspect(database).tables.at(0);
  REQUIRE(t.primary_key);
  CHECK(t.primary_key->name == Name("pk"));
  CHECK(t.primary_key->attributes == Attributes{{"on conflict", "replace"}});
  CHECK(t.columns[0].identity == Identity::always);
  CHECK(t.columns[1].attributes == Attributes{{"not null on conflict", "ignore"}});
  REQUIRE(t.checks.size() == 1);
  CHECK(t.checks[0].name == Name("ck"));
  CHECK(t.checks[0].expression == Sql("a <> ')'"));
  REQUIRE(t.foreign_keys.size() == 2);
  CHECK(t.foreign_keys[0].deferrable);
  CHECK(t.foreign_keys[0].initially_deferred);
  CHECK_FALSE(t.foreign_keys[1].deferrable);
  CHECK(t.columns[3].nullable == false);
  REQUIRE(t.columns[4].generated);
  CHECK(t.columns[4].generated->expression == Sql("a || '!'"));
  REQUIRE(t.uniques.size() == 1);
  CHECK(t.uniques[0].name == Name("uq"));
  CHECK(t.uniques[0].attributes == Attributes{{"on conflict", "fail"}});
  REQUIRE(t.indexes.size() == 1);
  CHECK(t.indexes[0].parts[0].expression == Sql("lower(a)"));
  CHECK(t.indexes[0].parts[0].collation == Name("NOCASE"));
  CHECK(t.indexes[0].where == Sql("b > 0"));
}

TEST_CASE("inspect: shadow tables are their virtual table's own") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "CREATE VIRTUAL TABLE ft USING fts5(body); CREATE TABLE ft_mine (a INT); CREATE TABLE dataflow_own (a INT);");
  Database database(file.url());
  const Schema schema = inspect(database);
  REQUIRE(schema.tables.size() == 1);
  CHECK(schema.tables[0].name == Name("ft_mine"));
  REQUIRE(schema.definitions.size() == 1);
  CHECK(schema.definitions[0].kind == "virtual table");
}

TEST_CASE("inspect: two databases that others designed (where ../shared holds them)") {
  const std::filesystem::path data = std::filesystem::path(DATAFLOW_SOURCE_DIR) / ".." / "shared" / "data";
  Folder folder;
  Sqlite built_in(folder / "small.db");
  built_in.run(
      "CREATE TABLE Album (AlbumId INTEGER PRIMARY KEY NOT NULL, Title NVARCHAR(160) NOT NULL, ArtistId INTEGER NOT "
      "NULL REFERENCES Artist (ArtistId) ON DELETE NO ACTION);"
      "CREATE TABLE Artist (ArtistId INTEGER PRIMARY KEY NOT NULL, Name NVARCHAR(120)); CREATE INDEX IFK_Album ON "
      "Album (ArtistId);");
  must_come_back(built_in, must_agree(built_in));
  if (std::filesystem::exists(data / "chinook.sqlite")) {
    std::filesystem::copy_file(data / "chinook.sqlite", folder / "chinook.db");
    std::filesystem::permissions(folder / "chinook.db", std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add);
    Sqlite file(folder / "chinook.db");
    must_come_back(file, must_agree(file));
  } else {
    MESSAGE("chinook skipped: not there");
  }
  if (std::filesystem::exists(data / "sakila.sqlite.sql")) {
    Sqlite file(folder / "sakila.db");
    file.run(content(data / "sakila.sqlite.sql"));
    must_come_back(file, must_agree(file));
  } else {
    MESSAGE("sakila skipped: not there");
  }
}
