#!/usr/bin/env bash
# Migration files in the layouts of other tools, run by these tools: layouts.sh EXECUTABLE [DBMATE]. Each layout gets
# three migrations, the last of which destroys values; the tool goes up, down and up again, on SQLite and on PostgreSQL.
# What stands then is compared with what was asked for, and the values with what they were. DBMATE is its executable; the
# one on the path when not given. A tool that is not there is a failure.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dataflow=$(realpath "${1:?usage: layouts.sh EXECUTABLE [DBMATE]}")
dbmate=$(realpath "$(command -v "${2:-dbmate}" || echo /nowhere)")
scratch=$(mktemp -d /tmp/dataflow-layouts.XXXXXX)
server=$scratch/server
trap 'bash "$here/../support/postgres.sh" stop "$server"; rm -rf "$scratch"' EXIT
bash "$here/../support/postgres.sh" start "$server" || exit 1
clients=$(bash "$here/../support/postgres.sh" clients) || exit 1
socket=$(cat "$server")
export SQITCH_FULLNAME=Tester SQITCH_EMAIL=tester@example.com SQITCH_USER_CONFIG=/dev/null
unset PGPASSWORD PGHOST PGUSER PGDATABASE PGPORT DATAFLOW_DEV

passed=0 failed=0
psql_() { "$clients/psql" -qXAt -v ON_ERROR_STOP=1 -h "$socket" -U postgres "$@"; }
url() { echo "postgresql://postgres@/$1?host=$socket"; }

# The schema in three states, in SQL that both servers read. The last one drops a column and a table.
write_states() {
  cat >1.sql <<'SQL'
CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, note TEXT);
CREATE TABLE old_things (id INTEGER PRIMARY KEY, name TEXT);
SQL
  cat >2.sql <<'SQL'
CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, note TEXT, retry_count INTEGER DEFAULT 0,
  last_retry_at TIMESTAMP, retry_reason TEXT);
CREATE INDEX idx_payments_retry ON payments (retry_count, last_retry_at);
CREATE TABLE old_things (id INTEGER PRIMARY KEY, name TEXT);
SQL
  cat >3.sql <<'SQL'
CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, retry_count INTEGER NOT NULL DEFAULT 0,
  last_retry_at TIMESTAMP, retry_reason TEXT);
CREATE INDEX idx_payments_retry ON payments (retry_count, last_retry_at);
SQL
  if [ "$1" = sqlite ]; then
    cat >>3.sql <<'SQL'
CREATE TRIGGER payments_t AFTER INSERT ON payments BEGIN UPDATE payments SET amount = 0 WHERE amount < 0; END;
SQL
  else
    cat >>3.sql <<'SQL'
CREATE FUNCTION positive() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.amount := abs(NEW.amount); RETURN NEW; END $$;
CREATE TRIGGER payments_t BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION positive();
SQL
  fi
}

# generate LAYOUT DIALECT
generate() {
  local state
  for state in 1 2 3; do
    "$dataflow" migrate generate "step_$state" --from "$((state - 1)).sql" --to "$state.sql" --dir files --layout "$1" \
      ${dev:+--dev "$dev"} --quiet || return 1
  done
}

# What there is: the dialect's client on the database of the case.
ask() { if [ "$dialect" = sqlite ]; then sqlite3 app.db "$1"; else psql_ -d app -c "$1"; fi; }
without_records() {
  if [ "$dialect" = sqlite ]; then
    cp app.db copy.db
    sqlite3 copy.db 'DROP TABLE IF EXISTS schema_migrations; DROP TABLE IF EXISTS DATABASECHANGELOG; DROP TABLE IF EXISTS DATABASECHANGELOGLOCK'
    echo sqlite:copy.db
  else
    psql_ -c 'DROP DATABASE IF EXISTS copy' -c 'CREATE DATABASE copy TEMPLATE app'
    psql_ -d copy -c 'DROP TABLE IF EXISTS schema_migrations; DROP SCHEMA IF EXISTS sqitch CASCADE'
    url copy
  fi
}
stands_at() { "$dataflow" diff "$(without_records)" "$1" --check >diff.out 2>&1 || { echo "not as $1:"; cat diff.out; return 1; }; }
is() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }

# run LAYOUT DIALECT: `first_up` goes to the second state, `up` to the last, `down` one back.
run() {
  local layout=$1 dialect=$2 dev=''
  mkdir "$scratch/$layout-$dialect" && cd "$scratch/$layout-$dialect" || return 1
  : >0.sql
  write_states "$dialect"
  if [ "$dialect" = postgresql ]; then
    psql_ -c 'DROP DATABASE IF EXISTS app' -c 'CREATE DATABASE app'
    dev=$(url app)
  fi
  generate "$layout" || return 1
  "first_up_$layout" || return 1
  stands_at 2.sql || return 1
  ask "INSERT INTO payments (id, amount, note, retry_count) VALUES (1, 5, 'one', 2), (2, 6, NULL, 7)" || return 1
  ask "INSERT INTO old_things VALUES (1, 'thing')" || return 1
  for _ in 1 2; do
    "up_$layout" || return 1
    stands_at 3.sql || return 1
    "down_$layout" || return 1
    stands_at 2.sql || return 1
    is "$(ask "SELECT id, amount, note, retry_count FROM payments ORDER BY id" | tr '\n' ' ')" '1|5|one|2 2|6||7 ' || return 1
    is "$(ask "SELECT name FROM old_things")" thing || return 1
  done
  "down_$layout" || return 1
  stands_at 1.sql || return 1
  "down_$layout" || return 1
  stands_at 0.sql || return 1
}

tool_url() { if [ "$dialect" = sqlite ]; then echo sqlite:app.db; else echo "postgres://postgres@localhost/app?socket=$socket&sslmode=disable"; fi; }
dbmate_() { "$dbmate" --url "$(tool_url)" --migrations-dir files --no-dump-schema "$@" >tool.log 2>&1 || { cat tool.log; return 1; }; }
up_dbmate() { dbmate_ up; }
down_dbmate() { dbmate_ down; }
first_up_dbmate() { mkdir later && mv files/*step_3* later && dbmate_ up && mv later/* files; }

sqitch_() {
  local target=db:sqlite:../app.db
  [ "$dialect" = sqlite ] || target="db:pg://postgres@/app?host=$socket"
  (cd files && sqitch "$@" "$target" >../tool.log 2>&1) || { cat tool.log; return 1; }
}
up_sqitch() { sqitch_ deploy --verify; }
down_sqitch() {
  local to=@ROOT
  to=$(cd files && grep -vE '^(%|#|$)' sqitch.plan | cut -d' ' -f1 | deployed_before)
  if [ -n "$to" ]; then sqitch_ revert -y --to "$to"; else sqitch_ revert -y; fi
}
# The change before the newest that is deployed: the schema tells how many are.
deployed_before() {
  local n=1
  [ "$(cd ..; ask "$([ "$dialect" = sqlite ] && echo "SELECT count(*) FROM sqlite_master WHERE name = 'idx_payments_retry'" || echo "SELECT count(*) FROM pg_class WHERE relname = 'idx_payments_retry'")")" = 0 ] || n=2
  [ "$(cd ..; ask "$([ "$dialect" = sqlite ] && echo "SELECT count(*) FROM sqlite_master WHERE name = 'old_things'" || echo "SELECT count(*) FROM pg_class WHERE relname = 'old_things'")")" = 1 ] || n=3
  head -n "$((n - 1))" | tail -n 1
}
first_up_sqitch() { sqitch_ deploy --verify --to step_2; }

judge() {
  local status=0
  (run "$1" "$2") >"$scratch/$1-$2.log" 2>&1 || status=$?
  if [ "$status" = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL %s on %s\n' "$1" "$2"
    sed 's/^/    /' "$scratch/$1-$2.log"
  fi
}
for layout in dbmate sqitch; do
  for kind in sqlite postgresql; do judge "$layout" "$kind"; done
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
