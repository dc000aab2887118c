#include "support/mariadb.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "support/sqlite.hpp"

namespace dataflow::test {

namespace {

const std::string script = DATAFLOW_SOURCE_DIR "/tests/support/mariadb.sh";

/// What a program says.
std::string said(const std::vector<std::string>& command) {
  const Finished finished = run_program(command);
  if (finished.status != 0) throw std::runtime_error(finished.err.empty() ? command[0] + " failed" : finished.err);
  return finished.out;
}

std::string first_line(const std::string& path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  return line;
}

/// One of MariaDB's client programs, with what every call of it needs.
std::vector<std::string> client(const std::string& program, const std::string& socket, const std::string& user) {
  return {"/usr/bin/env",       program,
          "--no-defaults",      "--user=" + user,
          "--socket=" + socket, "--default-character-set=utf8mb4"};
}

}  // namespace

MariaDb& MariaDb::instance() {
  static MariaDb only;
  return only;
}

MariaDb::MariaDb() {
  const char* shared = std::getenv("DATAFLOW_TEST_MARIADB");
  if (shared != nullptr) directory_ = first_line(shared);
  if (!directory_.empty() && std::filesystem::exists(directory_ + "/s")) return;
  started_ = std::filesystem::temp_directory_path() / ("dataflow-my-" + std::to_string(getpid()));
  said({"/bin/bash", script, "start", started_});
  directory_ = first_line(started_);
}

MariaDb::~MariaDb() {
  if (!started_.empty()) run_program({"/bin/bash", script, "stop", started_});
}

std::string MariaDb::url(const std::string& database, const std::string& user, const std::string& password) const {
  return "mariadb://" + user + (password.empty() ? "" : ":" + password) + "@localhost/" + database +
         "?socket=" + socket();
}

std::string MariaDb::create_database() {
  static std::atomic<int> number = 0;
  const std::string name = "test_" + std::to_string(getpid()) + '_' + std::to_string(++number);
  run("mysql", "CREATE DATABASE " + name);
  return name;
}

void MariaDb::drop_database(const std::string& name) {
  try {
    run("mysql", "SET lock_wait_timeout = 5; SET foreign_key_checks = 0; DROP DATABASE IF EXISTS " + name);
  } catch (const std::runtime_error&) {}  // it goes with the server
}

void MariaDb::run(const std::string& database, const std::string& sql, const std::string& user) {
  const Folder folder;
  const std::string file = folder / "script.sql";
  std::ofstream(file) << sql;
  // from its standard input: after an error in a file that it is told to "source" it goes on
  std::vector<std::string> command = {"/bin/bash", "-c", "exec \"$@\" <\"$0\"", file};
  for (const std::string& word : client("mariadb", socket(), user)) command.push_back(word);
  command.emplace_back("--batch");
  command.push_back("--database=" + database);
  said(command);
}

std::vector<std::string> MariaDb::rows(const std::string& database, const std::string& query, const std::string& user) {
  std::vector<std::string> command = client("mariadb", socket(), user);
  for (const std::string& word : {std::string("--batch"), std::string("--raw"), std::string("--skip-column-names"),
                                  "--database=" + database, "--execute=" + query})
    command.push_back(word);
  std::istringstream out(said(command));
  std::vector<std::string> all;
  for (std::string row; std::getline(out, row);) {
    std::replace(row.begin(), row.end(), '\t', '|');
    all.push_back(row);
  }
  return all;
}

std::string MariaDb::dump(const std::string& database, const std::vector<std::string>& options) {
  std::vector<std::string> command = client("mariadb-dump", socket(), "root");
  for (const char* word : {"--routines", "--events", "--triggers", "--skip-dump-date", "--skip-comments"})
    command.emplace_back(word);
  command.insert(command.end(), options.begin(), options.end());
  command.push_back(database);
  return said(command);
}

std::string MariaDbDatabase::dump(const std::vector<std::string>& options) const {
  std::istringstream in(MariaDb::instance().dump(name_, options));
  std::string out, statement;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("/*M!999999")) continue;
    static const std::regex data(" AUTO_INCREMENT=[0-9]+");
    line = std::regex_replace(line, data, "");
    statement += line + '\n';
    if (!line.ends_with(';')) continue;
    if (statement.starts_with("DO SETVAL")) statement.clear();  // where a sequence stands is data
    if (statement.find("`dataflow_") == std::string::npos && !statement.starts_with("/*") &&
        !statement.starts_with("\n/*"))
      out += statement;
    statement.clear();
  }
  return out;
}
std::string MariaDbDatabase::shape() const {
  return dump({"--no-data", "--compact", "--routines", "--triggers", "--events"});
}
std::string MariaDbDatabase::contents() const { return dump({"--no-create-info", "--compact", "--skip-triggers"}); }

}  // namespace dataflow::test
