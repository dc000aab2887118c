// What is done on the side while a statement runs: ending it when its time is over, and finding out who is in its way.
#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "db/connection.hpp"
#include "dialects/mariadb/conninfo.hpp"
#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

class Watch {
 public:
  Watch(Conninfo conninfo, MYSQL* watched, Flavour flavour);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void set_deadline(Deadline when);
  bool is_over() const { return deadline_ && std::chrono::steady_clock::now() >= *deadline_; }
  /// Between the two, the statement is ended once the deadline has come: KILL QUERY from another connection, since
  /// nothing that a session can set bounds an ALTER TABLE and what it waits for on every server. Where that connection
  /// is refused, our own is cut.
  void begin(std::string_view statement);
  /// Whether the statement was ended. From now on nothing is.
  bool end();
  /// Sessions that have what `statement` waited for: "app@host (connection 47, idle for 12 s)". Empty where there are
  /// none, or they cannot be seen.
  std::string blockers(std::string_view statement);
  /// Who was in the way of the statement that was ended last.
  std::string in_the_way() const { return in_the_way_; }

 private:
  void watch();
  void kill();
  Rows ask(const std::string& sql);
  MYSQL* aside();
  bool waits();

  Conninfo conninfo_;
  MYSQL* watched_;
  Flavour flavour_;
  unsigned long id_;
  std::mutex aside_mutex_;
  std::unique_ptr<MYSQL, my::Free> aside_;  ///< guarded by aside_mutex_

  Deadline deadline_;  ///< written while no statement runs
  std::mutex mutex_;
  std::condition_variable changed_;
  bool running_ = false, ending_ = false, ended_ = false, stop_ = false;  ///< guarded by mutex_
  std::string statement_, in_the_way_;                                    ///< guarded by mutex_
  std::thread thread_;                                                    ///< from the first deadline on
};

}  // namespace dataflow::mariadb
