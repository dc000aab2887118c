#include "support/postgres.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/sqlite.hpp"

namespace dataflow::test {

namespace {

const std::string script = DATAFLOW_SOURCE_DIR "/tests/support/postgres.sh";

/// What a program says, without the last line break.
std::string said(const std::vector<std::string>& command) {
  const Finished finished = run_program(command);
  if (finished.status != 0) throw std::runtime_error(finished.err.empty() ? command[0] + " failed" : finished.err);
  const std::size_t end = finished.out.find_last_not_of('\n');
  return finished.out.substr(0, end == std::string::npos ? 0 : end + 1);
}

std::string first_line(const std::string& path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  return line;
}

}  // namespace

Postgres& Postgres::instance() {
  static Postgres only;
  return only;
}

Postgres::Postgres() : clients_(said({"/bin/bash", script, "clients"})) {
  const char* shared = std::getenv("DATAFLOW_TEST_POSTGRES");
  if (shared != nullptr) directory_ = first_line(shared);
  if (!directory_.empty() && std::filesystem::exists(directory_ + "/.s.PGSQL.5432")) return;
  started_ = std::filesystem::temp_directory_path() / ("dataflow-pg-" + std::to_string(getpid()));
  said({"/bin/bash", script, "start", started_});
  directory_ = first_line(started_);
}

Postgres::~Postgres() {
  if (!started_.empty()) run_program({"/bin/bash", script, "stop", started_});
}

std::string Postgres::url(const std::string& database, const std::string& user) const {
  return "postgresql://" + user + "@/" + database + "?host=" + directory_;
}

std::string Postgres::create_database() {
  static std::atomic<int> number = 0;
  const std::string name = "test_" + std::to_string(getpid()) + '_' + std::to_string(++number);
  run("postgres", "CREATE DATABASE " + name + " TEMPLATE template0");
  return name;
}

void Postgres::drop_database(const std::string& name) {
  try {
    run("postgres", "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  } catch (const std::runtime_error&) {}  // it goes with the server
}

void Postgres::run(const std::string& database, const std::string& sql, const std::string& user) {
  const Folder folder;
  std::ofstream(folder / "script.sql") << sql;
  said({program("psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--dbname",
        url(database, user), "--file", folder / "script.sql"});
}

std::vector<std::string> Postgres::psql(const std::string& database, const std::string& query,
                                        const std::string& user) {
  std::istringstream out(said({program("psql"), "--no-psqlrc", "--quiet", "--no-password", "--tuples-only",
                               "--no-align", "--pset=null=NULL", "--dbname", url(database, user), "--command", query}));
  std::vector<std::string> rows;
  for (std::string row; std::getline(out, row);) rows.push_back(row);
  return rows;
}

std::string Postgres::pg_dump(const std::string& database, const std::vector<std::string>& options) {
  std::vector<std::string> command = {program("pg_dump"), "--dbname", url(database)};
  command.insert(command.end(), options.begin(), options.end());
  std::istringstream out(said(command));
  std::string text;
  for (std::string line; std::getline(out, line);)  // newer ones write a random word into these
    if (line.rfind("\\restrict", 0) != 0 && line.rfind("\\unrestrict", 0) != 0) text += line + '\n';
  return text;
}

int Postgres::version() { return std::stoi(psql("postgres", "SHOW server_version_num").at(0)) / 10'000; }

bool Postgres::has_pg_dump() {
  const std::string said_version = said({program("pg_dump"), "--version"});  // pg_dump (PostgreSQL) 15.18 (…)
  const int own = std::stoi(said_version.substr(said_version.find(") ") + 2));
  return own >= version();
}

std::string Postgres::catalog(const std::string& database) {
  return said({program("psql"), "--no-psqlrc", "--quiet", "--no-password", "--tuples-only", "--no-align",
               "--set=ON_ERROR_STOP=1", "--dbname", url(database), "--file",
               DATAFLOW_SOURCE_DIR "/tests/support/catalog.sql"});
}

}  // namespace dataflow::test
