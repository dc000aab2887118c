# shellcheck shell=bash disable=SC2154,SC2034
# What the cases against PostgreSQL are written with.

sql() { "$clients/psql" -qXAt -v ON_ERROR_STOP=1 -h "$socket" -U postgres -d "${2:-$database}" -c "$1"; }
url_of() { echo "postgresql://${2:-postgres}@/$1?host=$socket"; }

# Scratch databases that nobody holds any more: other cases have theirs at the same time.
left_behind() {
  sql "SELECT datname FROM pg_database, regexp_match(datname, '^dataflow_scratch_([0-9]+)_') AS made WHERE made IS NOT NULL AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = made[1]::int)"
}

# A database of the case's own, with the statements $1, and v2.sql, which adds a column to the table t.
make_database() {
  database=cli_${BASHPID}_$RANDOM
  sql "CREATE DATABASE $database TEMPLATE template0" postgres
  # shellcheck disable=SC2064
  trap "sql 'DROP DATABASE IF EXISTS $database WITH (FORCE)' postgres" EXIT
  url=$(url_of "$database")
  [ -z "${1:-}" ] || sql "$1" || fail "the database of the case cannot be made"
  echo 'CREATE TABLE t (id int PRIMARY KEY, a int, b text);' >v2.sql
}
people='CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT i, i FROM generate_series(1, 100) i'
auto() { dataflow migrate auto --database "$url" --to v2.sql --auto-confirm "$@"; }

# Everything that a user would see changed, but for dataflow's own schemas.
state() {
  sql "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT LIKE 'dataflow%' AND n.nspname <> 'information_schema'
    AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 2"
}
# Runs auto, which is to end with $1 and to change nothing.
refused() {
  local want=$1 before
  before=$(state)
  shift
  expect "$want" auto "$@"
  is "$(state)" "$before"
  is "$(sql "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()")" 0
}
secret() { ! grep -rqF -- "$1" .out .err || fail "the password is told"; }

# A session that runs $1 and stays in its transaction until `release`.
hold() {
  rm -f held
  mkfifo pipe 2>/dev/null
  PGAPPNAME=the_holder "$clients/psql" -qXAt -h "$socket" -U postgres -d "$database" <pipe >held 2>&1 &
  holder=$!
  exec 7>pipe
  printf 'BEGIN;\n%s;\nSELECT %s;\n' "$1" "'held'" >&7
  for _ in $(seq 100); do
    ! grep -q held held || return 0
    sleep 0.05
  done
  fail "the lock was never taken: $(cat held)"
}
release() {
  exec 7>&-
  wait "$holder"
}
