// What a connection to MariaDB does and says, on a server of the tests' own.
#include <doctest/doctest.h>
#include <soci/soci.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "support/mariadb_line.hpp"
#include "support/sqlite.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

std::string everything(const Error& e) { return to_text(e) + e.what() + e.hint + e.statement; }

std::string with_socket(const std::string& url) { return url + "?socket=" + MariaDb::instance().socket(); }

/// What an environment variable is for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~Variable() {
    if (before_)
      setenv(name_, before_->c_str(), 1);
    else
      unsetenv(name_);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

/// Lets two clients in as a server of some version, and says no more: the greeting and OK of the protocol. (SOCI's
/// connection and, where that fails, the one that asks why.)
class Greeter {
 public:
  explicit Greeter(const std::string& version) : path_(folder_ / "s"), listening_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(listen(listening_, 4) == 0);
    thread_ = std::thread([this, version] {
      for (int client; (client = accept(listening_, nullptr, nullptr)) >= 0; close(client)) greet(client, version);
    });
  }
  ~Greeter() {
    shutdown(listening_, SHUT_RDWR);
    close(listening_);
    thread_.join();
  }
  Greeter(const Greeter&) = delete;
  Greeter& operator=(const Greeter&) = delete;
  std::string url() const { return "mariadb://u@localhost/d?socket=" + path_; }

 private:
  static void send_packet(int client, char number, const std::string& content) {
    const std::string head = {static_cast<char>(content.size()), 0, 0, number};
    const std::string packet = head + content;
    [[maybe_unused]] const auto sent = send(client, packet.data(), packet.size(), MSG_NOSIGNAL);
  }
  static void greet(int client, const std::string& version) {
    using namespace std::string_literals;
    send_packet(client, 0,
                "\x0a" + version + "\0"s + "\1\0\0\0"s + "12345678\0"s + "\xff\xf7"s + "\x2d" + "\2\0"s +
                    "\x0f\x80\x15"s + std::string(10, '\0') + "123456789012\0"s + "mysql_native_password\0"s);
    char answer[4096];
    if (recv(client, answer, sizeof answer, 0) <= 0) return;
    send_packet(client, 2, "\0\0\0\2\0\0\0"s);
    while (recv(client, answer, sizeof answer, 0) > 0) send_packet(client, 1, "\0\0\0\2\0\0\0"s);
  }

  Folder folder_;
  std::string path_;
  int listening_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("where there is no MariaDB server, no database or no right, the error says which") {
  const MariaDbDatabase database("CREATE TABLE t (a int); CREATE TABLE secret (a int)");
  const Error no_server = error_from([] { connect_to_mariadb("mariadb://u@/d?socket=/nowhere/s"); });
  CHECK(no_server.code == ErrorCode::not_found);
  CHECK(no_server.sqlstate == "08001");
  CHECK(has(no_server.what(), "/nowhere/s"));
  CHECK(error_from([] { connect_to_mariadb("mariadb://u@127.0.0.1:1/d"); }).sqlstate == "08001");

  const Error no_database = error_from([] { connect_to_mariadb(MariaDb::instance().url("no_such_database")); });
  CHECK(no_database.code == ErrorCode::not_found);
  CHECK(no_database.sqlstate == "42000");
  CHECK(has(no_database.what(), "no_such_database"));

  const Error no_account = error_from([&] { connect_to_mariadb(database.url("no_such_account")); });
  CHECK(no_account.code == ErrorCode::permission);
  CHECK(no_account.sqlstate == "28000");

  database.run("CREATE USER connection_reader@localhost; GRANT SELECT ON " + database.name() +
               ".t TO connection_reader@localhost");
  const auto reader = connect_to_mariadb(database.url("connection_reader"));
  for (const std::string sql : {"SELECT * FROM secret", "CREATE TABLE x (a int)", "DROP TABLE t"}) {
    const Error no_right = error_from([&] { reader->query(sql); });
    CHECK(no_right.code == ErrorCode::permission);
    CHECK(no_right.sqlstate == "42000");
    CHECK(no_right.statement == sql);
    CHECK(no_right.dialect == "mariadb");
  }
  reader->query("SELECT * FROM t");
  database.run("DROP USER connection_reader@localhost");
}

TEST_CASE("a server that is too old, or only speaks as MySQL does, is turned away") {
  const std::pair<const char*, const char*> servers[] = {
      {"5.5.5-10.5.9-MariaDB", "MariaDB 10.5"}, {"5.7.44", "MySQL 5.7"}, {"8.0.11-TiDB-v7.5.0", "TiDB"}};
  for (const auto& [version, name] : servers) {
    const Greeter greeter(version);
    const Error error = error_from([&] { connect_to_mariadb(greeter.url()); });
    CAPTURE(everything(error));
    CHECK(error.code == ErrorCode::unsupported);
    CHECK(has(error.what(), name));
  }
}

TEST_CASE("a MariaDB password appears nowhere") {
  const MariaDbDatabase database;
  const std::string password = "richtig '\"\\/:@?#%`7";
  database.run("CREATE USER connection_password@localhost IDENTIFIED BY 'richtig \\'\"\\\\/:@?#%`7'; GRANT ALL ON " +
               database.name() + ".* TO connection_password@localhost");
  const std::string encoded = "richtig%20%27%22%5C%2F%3A%40%3F%23%25%607";
  const auto right = connect_to_mariadb(database.url("connection_password", encoded));
  CHECK(mariadb::server(*right).account() == "`connection_password`@`localhost`");
  CHECK(mariadb::server(*right).another("")->database() == database.name());

  const Error wrong = error_from([&] { connect_to_mariadb(database.url("connection_password", "falsch-7")); });
  CHECK(wrong.code == ErrorCode::permission);
  CHECK(wrong.sqlstate == "28000");
  CHECK_FALSE(has(everything(wrong), "falsch"));
  CHECK(error_from([&] { connect_to_mariadb(database.url("connection_password")); }).code == ErrorCode::permission);
  for (const std::string url :
       {"mariadb://u:falsch-7@h:x/d", "mariadb://u:a/falsch-7@/d", "mariadb://u:falsch-7%zz@h/d",
        "mariadb://u:falsch-7@/d?socket=/nowhere", "mariadb://u:falsch-7@/d?nix=1", "mariadb://u:falsch-7@h/",
        "mariadb://u@h/d?password=falsch-7&nix=1", "mariadb://u@/d?socket=/nowhere&password=falsch-7"}) {
    CAPTURE(url);
    CHECK_FALSE(has(everything(error_from([&] { connect_to_mariadb(url); })), "falsch"));
  }
  for (const std::string sql :
       {"CREATE USER x@y IDENTIFIED BY 'falsch-7'", "SET PASSWORD FOR x@y = PASSWORD('falsch-7')",
        "CREATE USER x@y IDENTIFIED VIA nix USING \"falsch-7\"",
        "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'u', PASSWORD 'falsch-7')",
        "CREATE TABLE f (a int) ENGINE=nix CONNECTION='mysql://u:falsch-7@h/d'"})
    CHECK_FALSE(has(everything(error_from([&] { right->run(sql); })), "falsch"));
  database.run("DROP USER connection_password@localhost");
}

TEST_CASE("a MariaDB URL, the environment and option files say where the server is") {
  const MariaDbDatabase database("CREATE USER connection_file@localhost IDENTIFIED BY 'a b'");
  database.run("GRANT ALL ON " + database.name() + ".* TO connection_file@localhost");
  const std::string bare = "mariadb://connection_file@/" + database.name();
  const auto account = [](const std::string& url) { return mariadb::server(*connect_to_mariadb(url)).account(); };
  const Folder home;
  {
    const Variable no_file("HOME", home.path()), socket("MYSQL_UNIX_PORT", MariaDb::instance().socket()),
        password("MYSQL_PWD", "a b");
    CHECK(account(bare) == "`connection_file`@`localhost`");
    // what the URL says goes before
    CHECK(error_from([&] { account("mariadb://connection_file:wrong@/" + database.name()); }).code ==
          ErrorCode::permission);
  }
  std::ofstream(home / ".my.cnf") << "# mine\n[mysqld]\nsocket=/nowhere\n[client]\nuser = nobody\npassword=\"a\\sb\"\n"
                                  << "socket=" << MariaDb::instance().socket() << "\n[mysqldump]\npassword=x\n";
  {
    const Variable here("HOME", home.path());
    CHECK(account(bare) == "`connection_file`@`localhost`");
    CHECK(error_from([&] { account("mariadb:///" + database.name()); }).code == ErrorCode::permission);  // nobody
  }
  CHECK(account(bare + "?defaults-file=" + home.path() + "/.my.cnf") == "`connection_file`@`localhost`");
  CHECK(error_from([&] { account(bare + "?defaults-file=/nowhere"); }).code == ErrorCode::no_such_file);

  const std::string root = "root@localhost/" + database.name();
  for (const std::string& url :
       {with_socket("mysql://" + root), with_socket("mariadb://" + root) + "&ssl-mode=disabled",
        with_socket("MARIADB://" + root) + "&connect_timeout=3"})
    CHECK(mariadb::server(*connect_to_mariadb(url)).database() == database.name());
  CHECK(error_from([&] { connect_to_mariadb(with_socket("mariadb://" + root) + "&ssl-mode=required"); }).code ==
        ErrorCode::permission);
  for (const std::string url : {"mariadb:app.db", "mariadb://u@h/d?nix=1", "mariadb://u@h", "mariadb://u@h/",
                                "mariadb://u@h:99999/d", "mariadb://u@h/d?ssl-mode=nix", "mariadb://u@[::1/d",
                                "mariadb://u@h/d?connect_timeout=x", "mariadb://u%0@h/d"}) {
    CAPTURE(url);
    CHECK(error_from([&] { connect_to_mariadb(url); }).code == ErrorCode::bad_url);
  }
  database.run("DROP USER connection_file@localhost");
}

TEST_CASE("a MariaDB session speaks one language, whatever the server is set to") {
  const MariaDbDatabase database("CREATE TABLE `t``a b` (a timestamp NULL, b varchar(9) DEFAULT 'x')");
  const std::string before = database.value("SELECT @@GLOBAL.sql_mode");
  database.run(
      "SET GLOBAL sql_mode = 'ORACLE,ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH'; SET GLOBAL "
      "sql_quote_show_create = 0; SET GLOBAL autocommit = 0; SET GLOBAL sql_select_limit = 1; SET GLOBAL "
      "max_statement_time = 0.5");
  const auto connection = connect_to_mariadb(database.url());
  database.run("SET GLOBAL sql_mode = '" + before +
               "'; SET GLOBAL sql_quote_show_create = 1; SET GLOBAL autocommit = 1; SET GLOBAL sql_select_limit = "
               "DEFAULT; SET GLOBAL max_statement_time = 0");
  CHECK(has(*connection->query("SHOW CREATE TABLE `t``a b`")[0][1], "CREATE TABLE `t``a b` (\n  `a` timestamp NULL"));
  CHECK(connection->query("SELECT \"a\\\\b\" UNION ALL SELECT 2") == Rows{{"a\\b"}, {"2"}});
  connection->query("SELECT SLEEP(0.8)");
  connection->run("INSERT INTO `t``a b` VALUES ('2020-01-01 00:00:00', 'ä€😀')");
  CHECK(database.value("SELECT HEX(b) FROM `t``a b`") == "C3A4E282ACF09F9880");
}

TEST_CASE("run, query, parameters and scripts on MariaDB") {
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  connection->script("CREATE TABLE t (a bigint, b longtext, c longblob); INSERT INTO t VALUES (1, ';', NULL);");
  CHECK(connection->run("INSERT INTO t (a, b) VALUES (?, ?), (3, '?'), (4, \"\\\"?\") -- ?", {"2", std::nullopt}) == 3);
  CHECK(connection->query("SELECT a, b FROM t WHERE a < ? /* ? */ ORDER BY a", {"4"}) ==
        Rows{{"1", ";"}, {"2", std::nullopt}, {"3", "?"}});
  CHECK(connection->query("SELECT `b` FROM t AS `?` WHERE b = ? # ?", {"?"}) == Rows{{"?"}});
  CHECK(connection->run("UPDATE t SET b = '' WHERE a > 1") == 3);
  CHECK(connection->run("UPDATE t SET b = '' WHERE a > 1") == 3);  // rows that are found count

  const std::string awkward("a'b\"c\\d`e\n\r\t%_?\x1a", 17), zero("a\0b", 3), bytes("\xff\x00\xfe'\\", 5);
  const std::string big = std::string(3'000'000, 'x') + "'";
  for (const std::string& value : {awkward, zero, bytes, big, std::string(), std::string("ä€😀")}) {
    connection->run("DELETE FROM t");
    connection->run("INSERT INTO t VALUES (1, ?, ?)", {value.find('\xff') == std::string::npos ? value : "", value});
    CHECK((connection->query("SELECT c FROM t WHERE c = ?", {value}) == Rows{{value}}));
    if (value.find('\xff') == std::string::npos) CHECK((connection->query("SELECT b FROM t") == Rows{{value}}));
  }
  CHECK(connection->query("SELECT b'101', X'00ff', CAST('a' AS BINARY(3))") ==
        Rows{{std::string("\5", 1), std::string("\0\xff", 2), std::string("a\0\0", 3)}});

  const auto before = connection->statements();
  connection->query("SELECT 1");
  CHECK(connection->statements() == before + 1);

  const Error syntax = error_from([&] { connection->query(" SELEC 1 "); });
  CHECK(syntax.code == ErrorCode::sql);
  CHECK(syntax.sqlstate == "42000");
  CHECK(syntax.statement == "SELEC 1");
  CHECK(error_from([&] { connection->query("SELECT 1; SELECT 2"); }).code == ErrorCode::sql);
  CHECK(error_from([&] { connection->query("SELECT * FROM nix"); }).code == ErrorCode::not_found);
  CHECK(error_from([&] { connection->query("SELECT nix FROM t"); }).sqlstate == "42S22");
  connection->run("CREATE UNIQUE INDEX u ON t (a)");
  const Error twice = error_from([&] { connection->run("INSERT INTO t (a) VALUES (1)"); });
  CHECK(twice.code == ErrorCode::sql);
  CHECK(twice.sqlstate == "23000");
  CHECK(has(twice.what(), "duplicate entry '1' for key 'u'"));
}

TEST_CASE("several statements go in one message to MariaDB") {
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  auto& server = mariadb::server(*connection);
  const auto before = connection->statements();
  CHECK(server.batch(std::vector<std::string>{"SELECT 1, NULL", "SELECT 2 FROM DUAL WHERE false -- ;",
                                              "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
                                              "SELECT 'a' UNION ALL SELECT 'b' # x"}) ==
        std::vector<Rows>{{{"1", std::nullopt}}, {}, {}, {{"a"}, {"b"}}});
  CHECK(connection->statements() == before + 1);
  CHECK(server.batch({}).empty());
  const Error error = error_from([&] { server.batch(std::vector<std::string>{"SELECT 1", "SELECT nix", "SELECT 3"}); });
  CHECK(error.sqlstate == "42S22");
  CHECK(error.statement == "SELECT nix");
  CHECK(error_from([&] { connection->query("SELECT 1; SELECT 2"); }).code == ErrorCode::sql);
  std::vector<std::string> many(700, "SELECT '" + std::string(5000, 'x') + "'");
  many[650] = "SELECT '650'";
  const auto answers = server.batch(many);
  REQUIRE(answers.size() == 700);
  CHECK(answers[650] == Rows{{"650"}});
}

TEST_CASE("a digest of MariaDB is of the rows, in any order") {
  const MariaDbDatabase database(
      "CREATE TABLE t (a int, b text, q float, r double, s varbinary(9), `n``q` bit(3), e enum('', 'x')) SELECT seq "
      "AS a, NULLIF(CAST(seq AS CHAR), '7') AS b, 'x' AS e FROM seq_1_to_1000; CREATE TABLE u LIKE t; INSERT INTO u "
      "SELECT * FROM t ORDER BY a DESC");
  const auto connection = connect_to_mariadb(database.url());
  const auto digest = [&](const std::string& table) { return connection->digest("SELECT * FROM " + table); };
  const RowsDigest t = digest("t");
  CHECK(t.rows() == 1000);
  CHECK(t == digest("u"));
  const auto changes = [&](const std::string& change) {
    connection->run("UPDATE u SET " + change);
    const bool differs = !(digest("u") == t);
    connection->run("DELETE FROM u");
    connection->run("INSERT INTO u SELECT * FROM t");
    return differs && digest("u") == t;
  };
  for (const std::string change : {"b = '' WHERE a = 7", "a = 1001 - a", "q = 1.0000001 WHERE a = 1",
                                   "r = 0.1 WHERE a = 1", "s = X'00' WHERE a = 1", "`n``q` = 0 WHERE a = 1"}) {
    CAPTURE(change);
    CHECK(changes(change));
  }
  const auto of = [&](const std::string& query) { return connection->digest(query); };
  CHECK_FALSE(of("SELECT CAST(1.0000001 AS FLOAT)") == of("SELECT CAST(1.0000002 AS FLOAT)"));
  CHECK_FALSE(of("SELECT 0.1e0 + 0.2e0") == of("SELECT 0.3e0"));
  CHECK_FALSE(of("SELECT X'ff'") == of("SELECT X'fe'"));
  CHECK(of("SELECT 'a', 'b,c' -- end") == of("SELECT 'a', 'b,c'"));
  CHECK_FALSE(of("SELECT 'a,b' AS x, 'c' AS y") == of("SELECT 'a' AS x, 'b,c' AS y"));
  CHECK_FALSE(of("SELECT 'ab' AS x, 'c' AS y") == of("SELECT 'a' AS x, 'bc' AS y"));
  CHECK_FALSE(of("SELECT 1 UNION ALL SELECT 1") == of("SELECT 1"));
  CHECK_FALSE(of("SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 2") ==
              of("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 2"));
  CHECK(of("SELECT 1 FROM DUAL WHERE false").rows() == 0);
  connection->run("CREATE TABLE big (a longtext, b longtext)");
  connection->run("INSERT INTO big VALUES (REPEAT('x', 9000000), REPEAT('y', 9000000))");
  const RowsDigest big = digest("big");
  connection->run("UPDATE big SET b = CONCAT(LEFT(b, 8999999), 'z')");
  CHECK_FALSE(digest("big") == big);
}

TEST_CASE("a complaint of MariaDB runs nothing and leaves a transaction as it was") {
  const MariaDbDatabase database("CREATE TABLE t (a int)");
  const auto connection = connect_to_mariadb(database.url());
  CHECK_FALSE(connection->complaint("SELECT a FROM t"));
  CHECK(has(connection->complaint("SELECT b FROM t").value_or(""), "'b'"));
  connection->run("START TRANSACTION");
  connection->run("INSERT INTO t VALUES (1)");
  for (const std::string sql :
       {"DELETE FROM t", "DROP TABLE t", "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
        "CREATE VIEW v AS SELECT a FROM t"}) {
    CAPTURE(sql);
    CHECK_FALSE(connection->complaint(sql));
  }
  CHECK(connection->complaint("CREATE VIEW v AS SELECT b FROM t"));
  CHECK(connection->query("SELECT a FROM t") == Rows{{"1"}});
  connection->run("ROLLBACK");
  CHECK(connection->query("SELECT a FROM t").empty());
}

TEST_CASE("no statement of MariaDB runs past the deadline, and what it waited for has a name") {
  const MariaDbDatabase database(
      "CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE TABLE big (a int) SELECT seq "
      "AS a FROM seq_1_to_2000000");
  const auto connection = connect_to_mariadb(database.url());
  const auto late = [&](const std::string& sql) {
    CAPTURE(sql);
    connection->set_deadline(after(300));
    const auto start = std::chrono::steady_clock::now();
    const Error error = error_from([&] { connection->run(sql); });
    CHECK(error.code == ErrorCode::timeout);
    CHECK(error.statement == sql);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(4));
    CHECK(error_from([&] { connection->query("SELECT 1"); }).code == ErrorCode::timeout);
    connection->set_deadline(std::nullopt);
    CHECK(connection->query("SELECT 1") == Rows{{"1"}});
    return error;
  };
  late("SELECT SLEEP(20)");
  late("ALTER TABLE big ADD KEY (a), MODIFY a bigint, ALGORITHM=COPY");
  CHECK(database.value("SELECT COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '" + database.name() +
                       "' AND TABLE_NAME = 'big'") == "int(11)");
  CHECK_THROWS_AS(mariadb::server(*connection).batch(std::vector<std::string>{"SELECT nix"}), Error);
  connection->set_deadline(after(300));
  const Error in_batch = error_from([&] {
    mariadb::server(*connection).batch(std::vector<std::string>{"SELECT 1", "SELECT SLEEP(20)", "SELECT 2"});
  });
  CHECK(in_batch.code == ErrorCode::timeout);
  CHECK(in_batch.statement == "SELECT SLEEP(20)");
  connection->set_deadline(std::nullopt);

  const auto holder = connect_to_mariadb(database.url());
  const std::string name = "root@localhost (connection " + std::to_string(mariadb::server(*holder).id());
  holder->run("START TRANSACTION");
  holder->query("SELECT * FROM t");
  CHECK(has(late("ALTER TABLE t ADD COLUMN b int").what(), name));
  holder->run("UPDATE t SET a = 2");
  CHECK(has(late("UPDATE t SET a = 3").what(), name));
  connection->run("SET SESSION lock_wait_timeout = 1, SESSION innodb_lock_wait_timeout = 1");
  for (const std::string sql : {"ALTER TABLE t ADD COLUMN b int", "UPDATE t SET a = 3"}) {
    const Error locked = error_from([&] { connection->run(sql); });
    CHECK(locked.code == ErrorCode::locked);
    CHECK(locked.sqlstate == "HY000");
    CHECK(locked.statement == sql);
    CHECK(has(locked.what(), name));
  }
}

TEST_CASE("a connection to MariaDB that is lost says so") {
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  const std::string id = std::to_string(mariadb::server(*connection).id());
  std::thread killer([&] {
    usleep(200'000);
    database.run("KILL " + id);
  });
  const Error during = error_from([&] { connection->query("SELECT SLEEP(20)"); });
  killer.join();
  CHECK(has(during.what(), "lost"));
  CHECK(during.sqlstate == "08006");
  const Error later = error_from([&] { connection->query("SELECT 1"); });
  CHECK(later.sqlstate == "08006");
  CHECK(has(later.what(), "lost"));
}

TEST_CASE("a read-only connection to MariaDB writes nothing") {
  const MariaDbDatabase database("CREATE TABLE t (a int)");
  const auto connection = connect_to_mariadb(database.url(), Open::read_only);
  for (const char* sql :
       {"INSERT INTO t VALUES (1)", "CREATE TABLE u (a int)", "DROP TABLE t", "ALTER TABLE t ADD b int"})
    CHECK(error_from([&] { connection->run(sql); }).code == ErrorCode::read_only);
  CHECK(connection->query("SELECT * FROM t").empty());
}

TEST_CASE("a lent session of MariaDB gets its settings back") {
  const MariaDbDatabase database;
  soci::session session(
      "mysql", "host=localhost unix_socket=" + MariaDb::instance().socket() + " user=root dbname=" + database.name());
  session << "SET time_zone = '+09:00', sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', lock_wait_timeout = 77, "
             "character_set_results = latin1, foreign_key_checks = 0, autocommit = 0";
  const auto setting = [&](const std::string& name) {
    std::string value;
    session << "SELECT CONCAT(@@SESSION." + name + ")", soci::into(value);
    return value;
  };
  {
    const auto connection = mariadb::adopt(session);
    CHECK(connection->query("SELECT @@time_zone, @@autocommit, @@foreign_key_checks, @@sql_mode") ==
          Rows{{"+09:00", "1", "1", ""}});
    CHECK(mariadb::server(*connection).another("")->database() == database.name());
  }
  CHECK(setting("time_zone") == "+09:00");
  CHECK(setting("sql_mode") == "ANSI_QUOTES,NO_BACKSLASH_ESCAPES");
  CHECK(setting("lock_wait_timeout") == "77");
  CHECK(setting("character_set_results") == "latin1");
  CHECK(setting("foreign_key_checks") == "OFF");
  CHECK(setting("autocommit") == "OFF");
  session << "START TRANSACTION";
  CHECK(error_from([&] { mariadb::adopt(session); }).code == ErrorCode::usage);
  session << "ROLLBACK";
  soci::session nowhere("mysql", "host=localhost unix_socket=" + MariaDb::instance().socket() + " user=root");
  CHECK(error_from([&] { mariadb::adopt(nowhere); }).code == ErrorCode::bad_url);
}
