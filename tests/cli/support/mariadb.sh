# shellcheck shell=bash disable=SC2154,SC2034
# What the cases against MariaDB are written with.

sql() { mariadb --no-defaults --user=root --socket="$socket" -N -B -D "${2:-$database}" -e "$1"; }
url_of() { echo "mariadb://${2:-root}@localhost/$1?socket=$socket"; }

# Scratch databases that nobody holds any more: other cases have theirs at the same time.
left_behind() {
  sql "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'dataflow\\_scratch\\_%' AND IS_FREE_LOCK(schema_name)"
}

# A database of the case's own, with the statements $1, and v2.sql, which adds a column to the table t.
make_database() {
  database=cli_${BASHPID}_$RANDOM
  sql "CREATE DATABASE $database" mysql
  # shellcheck disable=SC2064
  trap "release 2>/dev/null; sql 'SET lock_wait_timeout = 5; DROP DATABASE IF EXISTS $database' mysql" EXIT
  url=$(url_of "$database")
  [ -z "${1:-}" ] || sql "$1" || fail "the database of the case cannot be made"
  echo 'CREATE TABLE t (id int PRIMARY KEY, a int, b text);' >v2.sql
}
people='CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT seq, seq FROM seq_1_to_100'
auto() { dataflow migrate auto --database "$url" --to v2.sql --auto-confirm "$@"; }

# Everything that a user would see changed, but for dataflow's own tables.
state() {
  sql "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'dataflow%' ORDER BY 1, 2"
}
# Runs auto, which is to end with $1 and to change nothing; no scratch database and no lock stay behind.
refused() {
  local want=$1 before
  before=$(state)
  shift
  expect "$want" auto "$@"
  is "$(state)" "$before"
  is "$(sql "SELECT IS_FREE_LOCK('dataflow.$database')")" 1
}
secret() { ! grep -rqF -- "$1" .out .err || fail "the password is told"; }

# A session that runs $1 and stays in its transaction until `release`, or for a minute.
hold() {
  sql "START TRANSACTION; $1; DO SLEEP(60)" >held 2>&1 &
  client=$!
  for _ in $(seq 100); do
    holder=$(sql "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO = 'DO SLEEP(60)'")
    [ -z "$holder" ] || return 0
    sleep 0.05
  done
  fail "the lock was never taken: $(cat held)"
}
release() {
  [ -n "${holder:-}" ] || return 0
  sql "KILL $holder"
  holder=''
  wait "$client"
}
