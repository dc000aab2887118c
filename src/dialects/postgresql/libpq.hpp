// libpq's functions, found when the first connection asks for one. libpq brings Kerberos, LDAP and TLS along: linked
// the usual way they would make every start of every program slower, also of those that only ever open SQLite.
#pragma once
#include <libpq-fe.h>

#include "db/late.hpp"

namespace dataflow::postgresql::pq {

/// The address of a function of libpq. Throws Error{unsupported} where libpq is not installed.
void* find(const char* name);

template <class Function> using Late = dataflow::Late<Function, find>;

inline const Late<decltype(PQbackendPID)> backend_pID("PQbackendPID");
inline const Late<decltype(PQcancel)> cancel("PQcancel");
inline const Late<decltype(PQclear)> clear("PQclear");
inline const Late<decltype(PQcmdStatus)> cmd_status("PQcmdStatus");
inline const Late<decltype(PQcmdTuples)> cmd_tuples("PQcmdTuples");
inline const Late<decltype(PQconnectPoll)> connect_poll("PQconnectPoll");
inline const Late<decltype(PQconnectStart)> connect_start("PQconnectStart");
inline const Late<decltype(PQconnectionNeedsPassword)> connection_needs_password("PQconnectionNeedsPassword");
inline const Late<decltype(PQconninfo)> conninfo("PQconninfo");
inline const Late<decltype(PQconninfoFree)> conninfo_free("PQconninfoFree");
inline const Late<decltype(PQconninfoParse)> conninfo_parse("PQconninfoParse");
inline const Late<decltype(PQconsumeInput)> consume_input("PQconsumeInput");
inline const Late<decltype(PQdb)> db("PQdb");
inline const Late<decltype(PQerrorMessage)> error_message("PQerrorMessage");
inline const Late<decltype(PQexecParams)> exec_params("PQexecParams");
inline const Late<decltype(PQfinish)> finish("PQfinish");
inline const Late<decltype(PQfreeCancel)> free_cancel("PQfreeCancel");
inline const Late<decltype(PQfreemem)> freemem("PQfreemem");
inline const Late<decltype(PQgetCancel)> get_cancel("PQgetCancel");
inline const Late<decltype(PQgetCopyData)> get_copy_data("PQgetCopyData");
inline const Late<decltype(PQgetResult)> get_result("PQgetResult");
inline const Late<decltype(PQgetisnull)> getisnull("PQgetisnull");
inline const Late<decltype(PQgetlength)> getlength("PQgetlength");
inline const Late<decltype(PQgetvalue)> getvalue("PQgetvalue");
inline const Late<decltype(PQhost)> host("PQhost");
inline const Late<decltype(PQhostaddr)> hostaddr("PQhostaddr");
inline const Late<decltype(PQisBusy)> is_busy("PQisBusy");
inline const Late<decltype(PQnfields)> nfields("PQnfields");
inline const Late<decltype(PQntuples)> ntuples("PQntuples");
inline const Late<decltype(PQpass)> pass("PQpass");
inline const Late<decltype(PQport)> port("PQport");
inline const Late<decltype(PQputCopyEnd)> put_copy_end("PQputCopyEnd");
inline const Late<decltype(PQresultErrorField)> result_error_field("PQresultErrorField");
inline const Late<decltype(PQresultErrorMessage)> result_error_message("PQresultErrorMessage");
inline const Late<decltype(PQresultStatus)> result_status("PQresultStatus");
inline const Late<decltype(PQsendPrepare)> send_prepare("PQsendPrepare");
inline const Late<decltype(PQsendQuery)> send_query("PQsendQuery");
inline const Late<decltype(PQsendQueryParams)> send_query_params("PQsendQueryParams");
inline const Late<decltype(PQserverVersion)> server_version("PQserverVersion");
inline const Late<decltype(PQsetErrorVerbosity)> set_error_verbosity("PQsetErrorVerbosity");
inline const Late<decltype(PQsetNoticeProcessor)> set_notice_processor("PQsetNoticeProcessor");
inline const Late<decltype(PQsocket)> socket("PQsocket");
inline const Late<decltype(PQstatus)> status("PQstatus");
inline const Late<decltype(PQtransactionStatus)> transaction_status("PQtransactionStatus");
inline const Late<decltype(PQuser)> user("PQuser");

/// Gives back what libpq handed out.
struct Free {
  void operator()(PGconn* connection) const { finish(connection); }
  void operator()(PGresult* result) const { clear(result); }
  void operator()(PGcancel* handle) const { free_cancel(handle); }
  void operator()(PQconninfoOption* options) const { conninfo_free(options); }
  void operator()(char* text) const { freemem(text); }
};

}  // namespace dataflow::postgresql::pq
