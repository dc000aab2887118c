# shellcheck shell=bash
# What the cases are written with. A case ends at its first failure.

dataflow() { "$BIN" "$@"; }

fail() {
  printf '%s\n' "$1"
  [ ! -s .out ] || { echo '--- standard output'; head -c 2000 .out; }
  [ ! -s .err ] || { echo '--- standard error'; head -c 2000 .err; }
  exit 1
}

# expect STATUS COMMAND… runs the command without anything on standard input.
expect() {
  local want=$1 got=0
  shift
  "$@" >.out 2>.err </dev/null || got=$?
  [ "$got" = "$want" ] || fail "exit status $got, not $want: $*"
}

out_has() { grep -qE -- "$1" .out || fail "standard output lacks: $1"; }
out_lacks() { ! grep -qE -- "$1" .out || fail "standard output has: $1"; }
err_has() { grep -qE -- "$1" .err || fail "standard error lacks: $1"; }
no_out() { [ ! -s .out ] || fail "standard output is not empty"; }
no_err() { [ ! -s .err ] || fail "standard error is not empty"; }
is() { [ "$1" = "$2" ] || fail "'$1' is not '$2'"; }

# An error is one lower-case sentence, and perhaps a hint. $1 is a part of it.
error_has() {
  err_has "^error: [^A-Z]"
  err_has "$1"
  [ "$(grep -c '^error:' .err)" = 1 ] || fail "not exactly one error"
}

# json EXPRESSION: standard output is exactly one JSON document `d`, and the expression holds.
json() {
  python3 - "$1" <<'PYTHON' || fail "the JSON document does not satisfy: $1"
import json, sys
with open(".out", encoding="utf-8") as f:
    d = json.load(f)
sys.exit(0 if eval(sys.argv[1]) else 1)
PYTHON
}

# The database file $1 as a dump of everything in it that is not dataflow's own. Quotes are left out: SQLite itself adds
# them to the name of a table that it renames.
dump() {
  sqlite3 "$1" "select type, name, tbl_name, replace(sql, char(34), '') from sqlite_master where name not like 'dataflow\\_%' escape '\\'
    and tbl_name not like 'dataflow\\_%' escape '\\' order by 1, 2"
}
query() { sqlite3 "$1" "$2"; }
digest() { sha256sum "$1" | cut -d' ' -f1; }

# A small database, and two SQL files: what it is, and what it should become.
make_app() {
  cat >v1.sql <<'SQL'
CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, created_at TIMESTAMP);
SQL
  cat >v2.sql <<'SQL'
CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, created_at TIMESTAMP,
  phone TEXT, is_active BOOLEAN NOT NULL DEFAULT 1, updated_at TIMESTAMP);
SQL
  cat >without_email.sql <<'SQL'
CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT NOT NULL, created_at TIMESTAMP);
SQL
  sqlite3 app.db <v1.sql
  query app.db "insert into user (name, email) values ('Ada', 'ada@example.com'), ('Bob', 'bob@example.com')"
}
auto() { dataflow migrate auto --database sqlite:app.db "$@"; }

# From here on the commands of the case run as somebody who is not root, in a copy of its directory: root may read and
# write everything, so it would see no refusal.
leave_root() {
  [ "$(id -u)" = 0 ] || return 0
  local place
  place=$(mktemp -d /tmp/dataflow-cli-XXXXXX)
  # shellcheck disable=SC2064
  trap "rm -rf '$place'" EXIT
  cp ./* "$place"
  cp "$BIN" "$place/dataflow"
  chown -R nobody "$place"
  cd "$place" || exit 1
  # shellcheck disable=SC2317
  dataflow() { runuser -u nobody -- ./dataflow "$@"; }
}

# run_cases DIRECTORY REGEX runs every function case_* that matches, each in a directory of its own under DIRECTORY.
run_cases() {
  local name passed=0 failed=0
  for name in $(compgen -A function case_ | grep -E -- "$2"); do
    mkdir "$1/$name"
    if (cd "$1/$name" && "$name" && exit 0) >"$1/$name.log" 2>&1; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      printf 'FAIL %s\n' "${name#case_}"
      sed 's/^/    /' "$1/$name.log"
    fi
  done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
