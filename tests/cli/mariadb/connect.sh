# shellcheck shell=bash disable=SC2154
# Ways not to get in, and the ways in.

case_no_server() {
  expect 2 dataflow inspect 'mariadb://u@/d?socket=/nowhere/s'
  error_has /nowhere/s
  err_has 'code: mariadb 08001'
  err_has '^hint: '
  expect 2 dataflow inspect 'mysql://u@127.0.0.1:1/d'
  error_has 127.0.0.1
  echo 'CREATE TABLE t (id int);' >v2.sql
  expect 2 dataflow migrate auto --database 'mariadb://u:geheim-7@127.0.0.1:1/d' --to v2.sql --auto-confirm
  error_has 127.0.0.1
  secret geheim-7
  expect 2 dataflow inspect 'mariadb://u:geheim-7@no-such-host.invalid/d'
  error_has no-such-host.invalid
  secret geheim-7
}

case_no_such_database() {
  expect 2 dataflow inspect "$(url_of no_such_database)"
  error_has no_such_database
  err_has '^hint: '
  expect 2 dataflow inspect "mariadb://root@localhost/?socket=$socket"
  error_has 'no database'
  expect 2 dataflow inspect 'mariadb://root@localhost'
  error_has 'no database'
}

case_no_such_account() {
  expect 10 dataflow inspect "$(url_of mysql no_such_account)"
  error_has no_such_account
  err_has 'code: mariadb 28000'
}

case_wrong_password() {
  make_database "CREATE USER cli_password@localhost IDENTIFIED BY 'richtig-7'"
  sql "GRANT ALL ON $database.* TO cli_password@localhost"
  expect 10 dataflow inspect "$(url_of "$database" cli_password:geheim-7)"
  error_has cli_password
  err_has 'code: mariadb 28000'
  err_has '^hint: '
  secret geheim-7
  expect 10 dataflow inspect "$(url_of "$database" cli_password)" --format json
  expect 10 env MYSQL_PWD=geheim-7 "$BIN" inspect "$(url_of "$database" cli_password)"
  secret geheim-7
  expect 0 env MYSQL_PWD=richtig-7 "$BIN" inspect "$(url_of "$database" cli_password)"
  no_err
  expect 0 dataflow inspect "$(url_of "$database" cli_password:richtig-7)"
  secret richtig-7
  # What the account's own file says.
  printf '[client]\npassword = "richtig-7"\n' >.my.cnf
  expect 0 env HOME="$PWD" "$BIN" inspect "$(url_of "$database" cli_password)"
  printf '[client]\npassword = "geheim-7"\n' >.my.cnf
  expect 10 env HOME="$PWD" "$BIN" inspect "$(url_of "$database" cli_password)"
  secret geheim-7
  expect 2 dataflow inspect "$(url_of "$database" cli_password)&defaults-file=/nowhere/my.cnf"
  error_has /nowhere/my.cnf
  sql 'DROP USER cli_password@localhost'
}

case_ways_in() {
  make_database "$people"
  local way
  for way in "mysql://root@localhost/$database?socket=$socket" "mariadb://root@/$database?socket=$socket&connect_timeout=5" \
    "mariadb://root@localhost/$database?socket=$socket&ssl-mode=disabled"; do
    expect 0 dataflow inspect "$way"
    out_has t
    no_err
  done
  expect 0 env MYSQL_UNIX_PORT="$socket" "$BIN" inspect "mariadb://root@/$database"
  no_err
}

case_options_that_make_no_sense() {
  expect 2 dataflow inspect 'mariadb://u:geheim-7@h/d?ssl-mode=maybe'
  error_has ssl-mode
  secret geheim-7
  expect 2 dataflow inspect 'mariadb://u:geheim-7@h/d?sokket=1'
  error_has 'did you mean socket'
  secret geheim-7
  expect 2 dataflow inspect 'mariadb://u:geheim-7@h:99999/d'
  secret geheim-7
  expect 2 dataflow inspect 'mariadb://u:geheim/7@h/d'
  secret geheim
  expect 2 dataflow inspect 'mariadb:app.db'
  err_has '^hint: '
}

# A server without TLS is not used where TLS is asked for.
case_tls_that_is_not_there() {
  make_database
  for mode in required verify_ca verify_identity; do
    expect 10 dataflow inspect "$url&ssl-mode=$mode"
    error_has 'encrypted'
  done
}

case_not_a_mariadb() {
  python3 - "$PWD/other.sock" <<'PYTHON' &
import socket, sys
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen(4)
while True:
    client, _ = listening.accept()
    client.sendall(b"SSH-2.0-OpenSSH_9.2 and no MariaDB\r\n")
    client.close()
PYTHON
  local server=$!
  for _ in $(seq 100); do [ -S other.sock ] || sleep 0.05; done
  timeout 20 "$BIN" inspect "mariadb://u:geheim-7@localhost/d?socket=$PWD/other.sock" >.out 2>.err
  is $? 2
  error_has .
  secret geheim-7
  kill "$server"
  wait "$server" 2>/dev/null
  true
}
