#include "dialects/mariadb/watch.hpp"

#include <sys/socket.h>

#include <utility>

#include "core/text.hpp"
#include "dataflow/error.hpp"

namespace dataflow::mariadb {

namespace {

using Clock = std::chrono::steady_clock;

/// Names, not queries: those may hold data.
constexpr const char* who =
    "SELECT DISTINCT CONCAT(p.USER, '@', p.HOST, ' (connection ', p.ID, ', ', IF(p.COMMAND = 'Sleep', 'idle', "
    "LOWER(p.COMMAND)), ' for ', p.TIME, ' s)') FROM ";

/// MariaDB's plug-in metadata_lock_info knows, MySQL's performance_schema too. Without them whoever has a transaction
/// open may be the one.
std::string holders(Flavour flavour, const std::string& me, std::string_view statement) {
  const std::string waited =
      flavour == Flavour::mysql
          ? "performance_schema.metadata_locks AS w JOIN performance_schema.threads AS me ON me.THREAD_ID = "
            "w.OWNER_THREAD_ID AND me.PROCESSLIST_ID = " +
                me +
                " AND w.LOCK_STATUS = 'PENDING' JOIN performance_schema.metadata_locks AS l ON l.OBJECT_SCHEMA = "
                "w.OBJECT_SCHEMA AND l.OBJECT_NAME = w.OBJECT_NAME AND l.LOCK_STATUS = 'GRANTED' JOIN "
                "performance_schema.threads AS t ON t.THREAD_ID = l.OWNER_THREAD_ID JOIN "
                "information_schema.PROCESSLIST AS p ON p.ID = t.PROCESSLIST_ID WHERE p.ID <> " +
                me
          : "information_schema.METADATA_LOCK_INFO AS l JOIN information_schema.PROCESSLIST AS p ON p.ID = "
            "l.THREAD_ID WHERE l.TABLE_SCHEMA = DATABASE() AND l.LOCK_TYPE = 'Table metadata lock' AND INSTR(" +
                text_literal(statement.substr(0, 1000)) + ", l.TABLE_NAME) > 0 AND p.ID <> " + me;
  return who + waited + " ORDER BY 1 LIMIT 3";
}

std::string transactions(const std::string& me) {
  return std::string(who) +
         "information_schema.INNODB_TRX AS x JOIN information_schema.PROCESSLIST AS p ON p.ID = x.trx_mysql_thread_id "
         "WHERE p.ID <> " +
         me + " ORDER BY 1 LIMIT 3";
}

}  // namespace

Watch::Watch(Conninfo conninfo, MYSQL* watched, Flavour flavour)
    : conninfo_(std::move(conninfo)), watched_(watched), flavour_(flavour), id_(my::thread_id(watched)) {
  conninfo_.connect_timeout = 3;
}

Watch::~Watch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watch::set_deadline(Deadline when) {
  deadline_ = when;
  if (when && !thread_.joinable()) thread_ = std::thread([this] { watch(); });
}

void Watch::begin(std::string_view statement) {
  if (!deadline_) return;
  {
    const std::lock_guard lock(mutex_);
    running_ = true;
    statement_ = statement.substr(0, 1000);
    ended_ = false;
  }
  changed_.notify_all();
}

bool Watch::end() {
  if (!deadline_) return false;
  std::unique_lock lock(mutex_);
  running_ = false;
  changed_.notify_all();
  changed_.wait(lock, [&] { return !ending_; });
  return std::exchange(ended_, false);
}

void Watch::watch() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (!running_) {
      changed_.wait(lock);
    } else if (const auto when = *deadline_; Clock::now() < when) {
      changed_.wait_until(lock, when);
    } else {
      ending_ = ended_ = true;
      const std::string statement = statement_;
      lock.unlock();
      std::string found = waits() ? blockers(statement) : std::string();
      kill();
      lock.lock();
      in_the_way_ = std::move(found);
      ending_ = false;
      changed_.notify_all();
      // A statement may be past the point where the server looks for its end; the next in a batch is not.
      if (running_) changed_.wait_for(lock, std::chrono::milliseconds(200));
    }
  }
}

MYSQL* Watch::aside() {
  if (aside_ == nullptr) aside_ = open_aside(conninfo_);
  return aside_.get();
}

void Watch::kill() {
  const std::lock_guard lock(aside_mutex_);
  try {
    const std::string sql = "KILL QUERY " + std::to_string(id_);
    if (my::real_query(aside(), sql.data(), sql.size()) == 0) return;
  } catch (const Error&) {}  // no connection left
  aside_.reset();
  shutdown(static_cast<int>(my::socket(watched_)), SHUT_RDWR);
}

Rows Watch::ask(const std::string& sql) {
  MYSQL* handle = aside();
  if (my::real_query(handle, sql.data(), sql.size()) != 0) return {};
  const std::unique_ptr<MYSQL_RES, my::Free> result(my::store_result(handle));
  Rows out;
  if (result == nullptr) return out;
  while (MYSQL_ROW row = my::fetch_row(result.get()))
    if (row[0] != nullptr) out.push_back({std::string(row[0])});
  return out;
}

/// Whether the watched session waits for a lock right now.
bool Watch::waits() {
  const std::lock_guard lock(aside_mutex_);
  try {
    return !ask("SELECT 1 FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for % lock%' AND ID = " +
                std::to_string(id_))
                .empty() ||
           !ask("SELECT 1 FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT' AND trx_mysql_thread_id = " +
                std::to_string(id_))
                .empty();
  } catch (const Error&) {
    aside_.reset();
    return false;
  }
}

std::string Watch::blockers(std::string_view statement) {
  const std::string me = std::to_string(id_);
  const std::lock_guard lock(aside_mutex_);
  try {
    Rows found = ask(holders(flavour_, me, statement));
    if (found.empty()) found = ask(transactions(me));
    std::vector<std::string> names;
    for (const Row& row : found) names.push_back(row[0].value_or(""));
    return join(names, ", ");
  } catch (const Error&) {
    aside_.reset();
    return {};  // no connection left: then nobody is named
  }
}

}  // namespace dataflow::mariadb
