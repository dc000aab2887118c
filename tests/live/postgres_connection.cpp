// What a connection to PostgreSQL does and says, on a server of the tests' own.
#include <doctest/doctest.h>
#include <soci/soci.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "support/postgres.hpp"
#include "support/postgres_line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

std::string everything(const Error& e) { return to_text(e) + e.what() + e.hint + e.statement; }

/// pgbouncer in transaction mode in front of the server.
class Bouncer {
 public:
  Bouncer() : directory_(Postgres::instance().directory() + "/bouncer" + std::to_string(getpid())) {
    std::filesystem::create_directory(directory_);
    std::filesystem::permissions(directory_, std::filesystem::perms::all);
    std::ofstream(directory_ + "/ini") << "[databases]\n* = host=" << Postgres::instance().directory()
                                       << "\n[pgbouncer]\nlisten_addr =\nlisten_port = 5432\nunix_socket_dir = "
                                       << directory_
                                       << "\nauth_type = any\npool_mode = transaction\npidfile = " << directory_
                                       << "/pid\n[databases]\n* = user=postgres host="
                                       << Postgres::instance().directory() << "\n";
    const std::string as = getuid() == 0 ? "runuser -u nobody -- " : "";
    const Finished started =
        run_program({"/bin/bash", "-c",
                     "PATH=$PATH:/usr/sbin; " + as + "timeout 60 pgbouncer " + directory_ + "/ini >" + directory_ +
                         "/log 2>&1 </dev/null & for i in {1..100}; do [ -S " + directory_ +
                         "/.s.PGSQL.5432 ] && exit 0; sleep 0.05; done; cat " + directory_ + "/log >&2; exit 1"});
    if (started.status != 0) throw std::runtime_error("pgbouncer does not start: " + started.err);
  }
  ~Bouncer() {
    // It takes its socket along when it ends.
    run_program(
        {"/bin/bash", "-c",
         "pid=$(cat " + directory_ +
             "/pid) && kill $pid && for i in {1..100}; do kill -0 $pid 2>/dev/null || exit 0; sleep 0.05; done"});
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Bouncer(const Bouncer&) = delete;
  Bouncer& operator=(const Bouncer&) = delete;
  std::string url(const std::string& database) const {
    return "postgresql://postgres@/" + database + "?host=" + directory_;
  }

 private:
  std::string directory_;
};

}  // namespace

TEST_CASE("where there is no server, no database or no right, the error says which") {
  const PostgresDatabase database("CREATE TABLE t (a int); CREATE TABLE secret (a int)");
  const Error no_server = error_of([] { connect_to("postgresql://u@/d?host=/nowhere"); });
  CHECK(no_server.code == ErrorCode::not_found);
  CHECK(holds(no_server.what(), "/nowhere"));

  const Error no_database = error_of([] { connect_to(Postgres::instance().url("no_such_database")); });
  CHECK(no_database.code == ErrorCode::not_found);
  CHECK(no_database.sqlstate == "3D000");
  CHECK(holds(no_database.what(), "no_such_database"));

  const Error no_role = error_of([&] { connect_to(database.url("no_such_role")); });
  CHECK(no_role.code == ErrorCode::permission);
  CHECK(no_role.sqlstate == "28000");

  database.run("CREATE ROLE connection_reader LOGIN");
  const auto reader = connect_to(database.url("connection_reader"));
  const Error no_right = error_of([&] { reader->query("SELECT * FROM public.secret"); });
  CHECK(no_right.code == ErrorCode::permission);
  CHECK(no_right.sqlstate == "42501");
  CHECK(holds(no_right.what(), "secret"));
  CHECK(no_right.statement == "SELECT * FROM public.secret");
  reader->query("SELECT 1");
  database.run("DROP ROLE connection_reader");
}

TEST_CASE("a password appears nowhere") {
  const PostgresDatabase database("CREATE ROLE connection_scram LOGIN PASSWORD 'richtig-7' IN ROLE dataflow_password");
  const std::string rest = "@/" + database.name() + "?host=" + Postgres::instance().directory();
  const auto right = connect_to("postgresql://connection_scram:richtig-7" + rest);
  CHECK(postgresql::server(*right).user() == "connection_scram");
  CHECK(postgresql::server(*right).another("")->query("SELECT current_user")[0][0] == "connection_scram");

  const Error wrong = error_of([&] { connect_to("postgresql://connection_scram:falsch-7" + rest); });
  CHECK(wrong.code == ErrorCode::permission);
  CHECK(wrong.sqlstate == "28P01");
  CHECK_FALSE(holds(everything(wrong), "falsch"));
  const Error none = error_of([&] { connect_to("postgresql://connection_scram" + rest); });
  CHECK(none.code == ErrorCode::permission);
  CHECK(holds(none.hint, "PGPASSWORD"));
  for (const std::string url :
       {"postgresql://u:falsch-7@h:x/d", "postgresql:host=/nowhere password=falsch-7",
        "postgresql:password='falsch-7 host=h", "postgresql://u:falsch-7@/d?host=/nowhere&nix=1",
        "postgresql://u:a/falsch-7@/d", "postgresql://u:falsch-7%zz@h/d"})
    CHECK_FALSE(holds(everything(error_of([&] { connect_to(url); })), "falsch"));
  const Error role = error_of([&] { right->run("CREATE ROLE x PASSWORD 'falsch-7'"); });
  CHECK_FALSE(holds(everything(role), "falsch"));
  database.run("DROP ROLE connection_scram");
}

TEST_CASE("URLs are libpq's own") {
  const PostgresDatabase database;
  const std::string& directory = Postgres::instance().directory();
  for (const std::string& url :
       {"postgres://postgres@/" + database.name() + "?host=" + directory,
        "postgresql:host=" + directory + " user=postgres dbname=" + database.name(),
        "postgresql://postgres@/" + database.name() + "?host=/nowhere," + directory + "&target_session_attrs=any"}) {
    const auto connection = connect_to(url);
    CHECK(postgresql::server(*connection).database() == database.name());
    CHECK(postgresql::server(*connection).another("postgres")->database() == "postgres");
  }
  for (const std::string url : {"postgresql:app.db", "postgresql://h/d?nix=1", "postgresql:nix=1"})
    CHECK(error_of([&] { connect_to(url); }).code == ErrorCode::bad_url);
}

TEST_CASE("a session speaks one language, whatever role and database are set to") {
  const PostgresDatabase database("CREATE TABLE t (a timestamptz DEFAULT '2020-01-01 00:00+00', b bytea, c interval)");
  database.run("ALTER DATABASE " + database.name() + " SET search_path = public, pg_catalog; ALTER DATABASE " +
               database.name() + " SET DateStyle = 'German'; ALTER DATABASE " + database.name() +
               " SET TimeZone = 'Europe/Berlin'; ALTER DATABASE " + database.name() + " SET statement_timeout = 500");
  const auto connection = connect_to(database.url());
  CHECK(connection->query("SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef")[0][0] ==
        "'2020-01-01 00:00:00+00'::timestamp with time zone");
  CHECK(connection->query("SELECT 'public.t'::regclass::text, '2020-03-04'::date, 0.1::float8, '\\xff'::bytea")[0] ==
        Row{"public.t", "2020-03-04", "0.1", "\\xff"});
  connection->query("SELECT pg_sleep(0.8)");
  CHECK(connection->query("SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()")[0][0] ==
        "dataflow");
}

TEST_CASE("run, query, parameters and scripts") {
  const PostgresDatabase database;
  const auto connection = connect_to(database.url());
  connection->script("CREATE TABLE public.t (a bigint, b text, c timestamptz); INSERT INTO public.t VALUES (1, ';');");
  CHECK(connection->run("INSERT INTO public.t (a, b) VALUES (?, ?), (3, '?'), (4, NULL)", {"2", std::nullopt}) == 3);
  CHECK(connection->query("SELECT a, b FROM public.t WHERE a < ? ORDER BY a", {"4"}) ==
        Rows{{"1", ";"}, {"2", std::nullopt}, {"3", "?"}});
  CHECK(connection->query("SELECT b FROM public.t WHERE b = ?", {"?"}) == Rows{{"?"}});
  CHECK(connection->query("SELECT '[1]'::jsonb ? '1'") == Rows{{"f"}});
  CHECK(connection->run("UPDATE public.t SET b = ''") == 4);
  const auto before = connection->statements();
  connection->query("SELECT 1");
  CHECK(connection->statements() == before + 1);

  const Error syntax = error_of([&] { connection->query(" SELEC 1 "); });
  CHECK(syntax.code == ErrorCode::sql);
  CHECK(syntax.sqlstate == "42601");
  CHECK(syntax.statement == "SELEC 1");
  connection->run("CREATE UNIQUE INDEX u ON public.t (a)");
  const Error twice = error_of([&] { connection->run("INSERT INTO public.t VALUES (1)"); });
  CHECK(twice.sqlstate == "23505");
  CHECK(holds(twice.what(), "(a)=(1)"));
  CHECK(error_of([&] { connection->run("COPY public.t FROM stdin"); }).code == ErrorCode::sql);
  connection->run("COPY public.t TO stdout");
  CHECK(connection->query("SELECT count(*) FROM public.t") == Rows{{"4"}});

  connection->run("BEGIN");
  CHECK_THROWS_AS(connection->query("SELECT 1/0"), Error);
  CHECK_THROWS_AS(connection->run("COMMIT"), Error);  // the server would call it a success
  CHECK(connection->query("SELECT 1") == Rows{{"1"}});
}

TEST_CASE("several queries go in one message") {
  const PostgresDatabase database;
  const auto connection = connect_to(database.url());
  auto& server = postgresql::server(*connection);
  const auto before = connection->statements();
  CHECK(server.batch(std::vector<std::string>{"SELECT 1, NULL", "SELECT 2 WHERE false -- ;", "VALUES ('a'), ('b')"}) ==
        std::vector<Rows>{{{"1", std::nullopt}}, {}, {{"a"}, {"b"}}});
  CHECK(connection->statements() == before + 1);
  CHECK(server.batch({}).empty());
  const Error error = error_of([&] { server.batch(std::vector<std::string>{"SELECT 1", "SELECT 1/0", "SELECT 3"}); });
  CHECK(error.sqlstate == "22012");
  CHECK(error.statement == "SELECT 1/0");
  CHECK(server.batch(std::vector<std::string>{"SELECT 1"}).size() == 1);
}

TEST_CASE("a digest is of the rows, in any order") {
  const PostgresDatabase database(
      "CREATE TABLE t (a int, b text, q text); INSERT INTO t SELECT g, nullif(g::text, '7'), 'x' FROM "
      "generate_series(1, 1000) g; CREATE TABLE u AS SELECT * FROM t ORDER BY a DESC");
  const auto connection = connect_to(database.url());
  const auto digest = [&](const std::string& table) { return connection->digest("SELECT * FROM public." + table); };
  const RowsDigest t = digest("t");
  CHECK(t.rows() == 1000);
  CHECK(t == digest("u"));
  connection->run("UPDATE public.u SET b = '' WHERE a = 7");
  CHECK_FALSE(t == digest("u"));
  connection->run("UPDATE public.u SET b = NULL WHERE a = 7");
  CHECK(t == digest("u"));
  connection->run("UPDATE public.u SET a = 1001 - a");
  CHECK_FALSE(t == digest("u"));
  CHECK(connection->digest("SELECT 'a', 'b,c' -- end") == connection->digest("SELECT 'a', 'b,c'"));
  CHECK_FALSE(connection->digest("SELECT 'a,b', 'c'") == connection->digest("SELECT 'a', 'b,c'"));
  CHECK_FALSE(connection->digest("VALUES (1), (1)") == connection->digest("VALUES (1)"));
  CHECK_FALSE(connection->digest("VALUES (1), (1), (2)") == connection->digest("VALUES (1), (2), (2)"));
  CHECK(connection->digest("SELECT 1 WHERE false").rows() == 0);
}

TEST_CASE("a complaint runs nothing and leaves a transaction as it was") {
  const PostgresDatabase database("CREATE TABLE t (a int)");
  const auto connection = connect_to(database.url());
  CHECK_FALSE(connection->complaint("SELECT a FROM public.t"));
  CHECK(holds(connection->complaint("SELECT b FROM public.t").value_or(""), "\"b\""));
  CHECK_FALSE(connection->complaint("DELETE FROM public.t"));
  CHECK_FALSE(connection->complaint("DROP TABLE public.t"));
  connection->run("BEGIN");
  connection->run("INSERT INTO public.t VALUES (1)");
  CHECK(connection->complaint("SELECT b FROM public.t"));
  CHECK(connection->query("SELECT a FROM public.t") == Rows{{"1"}});
  connection->run("COMMIT");
  CHECK(database.value("SELECT a FROM t") == "1");
}

TEST_CASE("no statement runs past the deadline, and what it waited for has a name") {
  const PostgresDatabase database("CREATE TABLE t (a int)");
  const auto connection = connect_to(database.url());
  const auto start = std::chrono::steady_clock::now();
  connection->set_deadline(in(200));
  CHECK(error_of([&] { connection->query("SELECT pg_sleep(20)"); }).code == ErrorCode::timeout);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(error_of([&] { connection->query("SELECT 1"); }).code == ErrorCode::timeout);
  connection->set_deadline(std::nullopt);
  CHECK(connection->query("SELECT 1") == Rows{{"1"}});

  const auto holder = connect_to(database.url() + "&application_name=the_holder");
  holder->run("BEGIN");
  holder->run("LOCK TABLE public.t");
  const std::string pid = *holder->query("SELECT pg_backend_pid()")[0][0];
  connection->set_deadline(in(300));
  const Error late = error_of([&] { connection->run("ALTER TABLE public.t ADD COLUMN b int"); });
  CHECK(late.code == ErrorCode::timeout);
  CHECK(holds(late.what(), "the_holder (pid " + pid));

  connection->set_deadline(std::nullopt);
  connection->run("SET lock_timeout = '1s'");
  const Error locked = error_of([&] { connection->run("ALTER TABLE public.t ADD COLUMN b int"); });
  CHECK(locked.code == ErrorCode::locked);
  CHECK(locked.sqlstate == "55P03");
  CHECK(holds(locked.what(), "the_holder (pid " + pid));
  const Error at_once = error_of([&] {
    connection->run("BEGIN");
    connection->run("LOCK TABLE public.t NOWAIT");
  });
  CAPTURE(everything(at_once));
  CHECK(at_once.code == ErrorCode::locked);
  CHECK(holds(at_once.what(), "the_holder (pid " + pid));
}

TEST_CASE("a connection that is lost says so") {
  const PostgresDatabase database;
  const auto connection = connect_to(database.url());
  const std::string pid = *connection->query("SELECT pg_backend_pid()")[0][0];
  std::thread killer([&] {
    usleep(200'000);
    database.run("SELECT pg_terminate_backend(" + pid + ")");
  });
  const Error during = error_of([&] { connection->query("SELECT pg_sleep(20)"); });
  killer.join();
  CHECK(holds(during.what(), "ended the connection"));
  CHECK(during.sqlstate == "57P01");
  const Error after = error_of([&] { connection->query("SELECT 1"); });
  CHECK(after.sqlstate == "08006");
  CHECK(holds(after.what(), "lost"));
}

TEST_CASE("a read-only connection writes nothing") {
  const PostgresDatabase database("CREATE TABLE t (a int)");
  const auto connection = connect_to(database.url(), Open::read_only);
  CHECK(error_of([&] { connection->run("INSERT INTO public.t VALUES (1)"); }).code == ErrorCode::read_only);
}

TEST_CASE("a lent session gets its settings back") {
  const PostgresDatabase database;
  soci::session session("postgresql",
                        "host=" + Postgres::instance().directory() + " user=postgres dbname=" + database.name());
  session << "SET search_path = public, pg_catalog";
  session << "SET TimeZone = 'Asia/Tokyo'";
  const auto setting = [&](const std::string& name) {
    std::string value;
    session << "SELECT current_setting('" + name + "')", soci::into(value);
    return value;
  };
  const std::string patience = setting("lock_timeout");
  {
    const auto connection = postgresql::adopt(session);
    CHECK(connection->query("SHOW TimeZone") == Rows{{"UTC"}});
  }
  CHECK(setting("search_path") == "public, pg_catalog");
  CHECK(setting("TimeZone") == "Asia/Tokyo");
  CHECK(setting("lock_timeout") == patience);
  session << "BEGIN";
  CHECK(error_of([&] { postgresql::adopt(session); }).code == ErrorCode::usage);
  session << "ROLLBACK";
}

TEST_CASE("behind a pooler nothing is left in sessions of others") {
  const PostgresDatabase database("CREATE TABLE t (a timestamptz DEFAULT '2020-01-01 00:00+00')");
  database.run("ALTER DATABASE " + database.name() + " SET TimeZone = 'Asia/Tokyo'");
  const Bouncer bouncer;
  const auto connection = connect_to(bouncer.url(database.name()));
  const auto other = [&] {
    return Postgres::instance().psql("postgres", "SELECT 1");  // keeps the server awake
  };
  CHECK(connection->query("SELECT 'public.t'::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE "
                          "adrelid = 'public.t'::regclass") ==
        Rows{{"public.t", "'2020-01-01 00:00:00+00'::timestamp with time zone"}});
  CHECK(postgresql::server(*connection).batch(std::vector<std::string>{"SHOW search_path", "SHOW TimeZone"}) ==
        std::vector<Rows>{{{""}}, {{"UTC"}}});
  CHECK(connection->query("SELECT ?::int + 1", {"1"}) == Rows{{"2"}});
  CHECK_THROWS_AS(connection->query("SELECT 1/0"), Error);
  CHECK(connection->digest("SELECT * FROM public.t").rows() == 0);
  CHECK(connection->complaint("SELECT nix").has_value());
  {
    const auto migrating = postgresql::begin(*connection, in(5000), false);
    CHECK(connection->query("SHOW search_path") == Rows{{""}});
    connection->run("ALTER TABLE public.t ADD COLUMN b int");
    migrating->check();
    migrating->commit();
  }
  connection->set_deadline(in(200));
  CHECK(error_of([&] { connection->query("SELECT pg_sleep(20)"); }).code == ErrorCode::timeout);
  other();
  // The pool's server sessions are what they were.
  const std::string url = bouncer.url(database.name());
  const Finished pooled = run_program({Postgres::instance().program("psql"), "-qXAt", "--dbname", url, "--command",
                                       "SELECT current_setting('search_path') || '|' || current_setting('TimeZone')"});
  CHECK(pooled.out == "\"$user\", public|Asia/Tokyo\n");
  CHECK(database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM "
                       "pg_database WHERE datname = current_database())") == "0");
}
