// Scripts are split where psql splits them.
#include <doctest/doctest.h>

#include "db/url.hpp"
#include "dialects/postgresql/errors.hpp"
#include "dialects/postgresql/lexer.hpp"
#include "dialects/postgresql/postgresql.hpp"

using namespace dataflow;
using namespace dataflow::postgresql;

namespace {

std::vector<std::string> texts(std::string_view sql) {
  std::vector<std::string> out;
  for (const ScriptStatement& statement : split_script(sql)) out.push_back(statement.text);
  return out;
}
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a semicolon ends a statement only where it is code") {
  CHECK(texts("a; b ;\n\n c") == Texts{"a", "b", "c"});
  CHECK(texts(";;  ; -- x\n") == Texts{});
  CHECK(texts("select ';', \"a;b\", $$;$$, $t$ ; $$ ; $t$, a$1$b; x") ==
        Texts{"select ';', \"a;b\", $$;$$, $t$ ; $$ ; $t$, a$1$b", "x"});
  CHECK(texts("select 'it''s;'; x") == Texts{"select 'it''s;'", "x"});
  CHECK(texts("select E'\\';', e'\\\\'; x") == Texts{"select E'\\';', e'\\\\'", "x"});
  CHECK(texts("select '\\'; x") == Texts{"select '\\'", "x"});
  CHECK(texts("select 1 /* ; /* ; */ ; */ + 2; x") == Texts{"select 1 /* ; /* ; */ ; */ + 2", "x"});
  CHECK(texts("select 1 -- ;\n + 2; x") == Texts{"select 1 -- ;\n + 2", "x"});
  CHECK(texts("create rule r as on insert to t do (a; b); x") ==
        Texts{"create rule r as on insert to t do (a; b)", "x"});
  CHECK(texts("\xEF\xBB\xBFselect 1") == Texts{"select 1"});
}

TEST_CASE("bodies of SQL functions hold semicolons") {
  const std::string body =
      "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END";
  CHECK(texts(body + "; x") == Texts{body, "x"});
  const std::string procedure = "create procedure p() begin atomic insert into t values (1); end";
  CHECK(texts(procedure + ";x;y") == Texts{procedure, "x", "y"});
  CHECK(texts("BEGIN; CREATE TABLE t (); END; x") == Texts{"BEGIN", "CREATE TABLE t ()", "END", "x"});
  CHECK(texts("CREATE TABLE begin_ (a int); x") == Texts{"CREATE TABLE begin_ (a int)", "x"});
}

TEST_CASE("commands of psql are left out, rows of COPY too, and lines are counted") {
  const auto all = split_script(
      "\\connect other\n"
      "-- a comment\n"
      "CREATE TABLE t (\n  a int\n);\n"
      "COPY public.t (a) FROM stdin;\n1;\n\\N\n'\n\\.\n\n"
      "/* two\n lines */ SELECT 2;\n"
      "SELECT 3 \\gexec\n"
      "SELECT\n\\echo x\n4;");
  REQUIRE(all.size() == 5);
  CHECK(all[0].text == "CREATE TABLE t (\n  a int\n)");
  CHECK(all[0].line == 3);
  CHECK(all[1].copies_rows);
  CHECK(all[1].line == 6);
  CHECK(all[2].text == "SELECT 2");
  CHECK(all[2].line == 13);
  CHECK_FALSE(all[2].copies_rows);
  CHECK(all[3].text == "SELECT 3");
  CHECK(all[3].line == 14);
  CHECK(all[4].text == "SELECT\n\n4");
  CHECK(all[4].line == 15);
  CHECK(split_script("COPY t TO stdout; x").size() == 2);
}

TEST_CASE("what is not closed ends with the text") {
  for (const std::string open : {"'a;", "\"a;", "$$a;", "/* a;", "(a;", "E'\\';"})
    CHECK(texts("select 1; x " + open).size() == 2);
}

TEST_CASE("question marks become parameters where they are code") {
  CHECK(numbered("a = ? AND b = '?' AND \"?\" = ? -- ?\n AND $$?$$ = ?") ==
        "a = $1 AND b = '?' AND \"?\" = $2 -- ?\n AND $$?$$ = $3");
}

TEST_CASE("no password is shown, however it is written") {
  for (const std::string url :
       {"postgresql://u:geheim@h/d", "postgres://u:ge@heim?x@h:5432/d", "postgresql://u:gehe/im@h/d",
        "postgresql://h/d?user=u&password=geheim&sslmode=require", "postgresql://h/d?passwor%64=geheim",
        "postgresql:host=h password=geheim dbname=d", "postgresql:host=h password = 'ge heim\\'x' dbname=d",
        "postgresql:sslpassword=geheim host=h"}) {
    CAPTURE(url);
    const std::string shown = without_password(url);
    CHECK(shown.find("heim") == std::string::npos);
    CHECK(shown.find("ge") == std::string::npos);
    CHECK(shown.find("***") != std::string::npos);
  }
  for (const std::string url : {"postgresql://u@h:5432/d?a=b@c", "sqlite:app.db", "postgresql:passfile=/x host=h"})
    CHECK(without_password(url) == url);
  CHECK(without_passwords("CREATE ROLE a PASSWORD 'geheim' LOGIN") == "CREATE ROLE a PASSWORD '***' LOGIN");
  CHECK(without_passwords("CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password 'geheim')") ==
        "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password '***')");
}
