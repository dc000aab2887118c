// libmariadb's functions, found when the first connection asks for one: linked the usual way the library would make
// every start of every program slower, also of those that never open MariaDB.
#pragma once
#include <mysql.h>

#include "db/late.hpp"

namespace dataflow::mariadb::my {

/// The address of a function of libmariadb. Throws Error{unsupported} where it is not installed.
void* find(const char* name);

template <class Function> using Late = dataflow::Late<Function, find>;

inline const Late<decltype(mysql_affected_rows)> affected_rows("mysql_affected_rows");
inline const Late<decltype(mysql_close)> close("mysql_close");
inline const Late<decltype(mysql_errno)> error_number("mysql_errno");
inline const Late<decltype(mysql_error)> error_message("mysql_error");
inline const Late<decltype(mysql_fetch_fields)> fetch_fields("mysql_fetch_fields");
inline const Late<decltype(mysql_fetch_lengths)> fetch_lengths("mysql_fetch_lengths");
inline const Late<decltype(mysql_fetch_row)> fetch_row("mysql_fetch_row");
inline const Late<decltype(mysql_free_result)> free_result("mysql_free_result");
inline const Late<decltype(mysql_get_server_version)> server_version("mysql_get_server_version");
inline const Late<decltype(mysql_get_ssl_cipher)> ssl_cipher("mysql_get_ssl_cipher");
inline const Late<decltype(mysql_get_socket)> socket("mysql_get_socket");
inline const Late<decltype(mysql_init)> init("mysql_init");
inline const Late<decltype(mysql_next_result)> next_result("mysql_next_result");
inline const Late<decltype(mysql_num_fields)> num_fields("mysql_num_fields");
inline const Late<decltype(mysql_num_rows)> num_rows("mysql_num_rows");
inline const Late<int(MYSQL*, enum mysql_option, const void*)> options("mysql_options");
inline const Late<decltype(mysql_real_connect)> real_connect("mysql_real_connect");
inline const Late<decltype(mysql_read_query_result)> read_query_result("mysql_read_query_result");
inline const Late<decltype(mysql_real_query)> real_query("mysql_real_query");
inline const Late<decltype(mysql_send_query)> send_query("mysql_send_query");
inline const Late<decltype(mysql_set_character_set)> set_character_set("mysql_set_character_set");
inline const Late<decltype(mysql_set_server_option)> set_server_option("mysql_set_server_option");
inline const Late<decltype(mysql_sqlstate)> sqlstate("mysql_sqlstate");
inline const Late<decltype(mysql_ssl_set)> ssl_set("mysql_ssl_set");
inline const Late<decltype(mysql_stmt_close)> stmt_close("mysql_stmt_close");
inline const Late<decltype(mysql_stmt_errno)> stmt_error_number("mysql_stmt_errno");
inline const Late<decltype(mysql_stmt_error)> stmt_error_message("mysql_stmt_error");
inline const Late<decltype(mysql_stmt_init)> stmt_init("mysql_stmt_init");
inline const Late<decltype(mysql_stmt_prepare)> stmt_prepare("mysql_stmt_prepare");
inline const Late<decltype(mysql_stmt_result_metadata)> stmt_result_metadata("mysql_stmt_result_metadata");
inline const Late<decltype(mysql_stmt_sqlstate)> stmt_sqlstate("mysql_stmt_sqlstate");
inline const Late<decltype(mysql_store_result)> store_result("mysql_store_result");
inline const Late<decltype(mysql_thread_id)> thread_id("mysql_thread_id");

/// Gives back what libmariadb handed out.
struct Free {
  void operator()(MYSQL* connection) const { close(connection); }
  void operator()(MYSQL_RES* result) const { free_result(result); }
  void operator()(MYSQL_STMT* statement) const { stmt_close(statement); }
};

}  // namespace dataflow::mariadb::my
