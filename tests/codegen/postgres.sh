#!/usr/bin/env bash
# postgres.sh DATAFLOW HOST COMPILER SOURCE_DIR [FILE.sql…]
# shellcheck source=tests/codegen/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
server=${DATAFLOW_TEST_POSTGRES:-} support=$source/tests/support/postgres.sh
if [ -z "$server" ] || [ ! -f "$server" ]; then
  server=$scratch/server
  bash "$support" start "$server" || exit 1
  trap 'bash "$support" stop "$server"; rm -rf "$scratch"' EXIT
else
  trap 'rm -rf "$scratch"' EXIT
fi
psql=$(bash "$support" clients)/psql || exit 1
socket=$(cat "$server")
# shellcheck source=tests/samples/readable.sh
. "$source/tests/samples/readable.sh"
url() { echo "postgresql://postgres@/$1?host=$socket"; }

make() {  # name file
  name=$1
  local database="codegen_$1"
  run 'create' "$psql" -qX -d "$(url postgres)" -c "DROP DATABASE IF EXISTS $database" \
    -c "DROP DATABASE IF EXISTS ${database}_copy" -c "CREATE DATABASE $database TEMPLATE template0" \
    -c "CREATE DATABASE ${database}_copy TEMPLATE template0" || return 1
  readable "$psql" "$(url postgres)" "$2" >"$scratch/$1.sql"
  run 'load' "$psql" -qX -v ON_ERROR_STOP=1 -d "$(url "$database")" -f "$scratch/$1.sql"
}
try() { make "$1" "$2" && sample "$1" "$(url "codegen_$1")" "$(url "codegen_$1_copy")"; }
try everything "$here/everything.postgresql.sql"
cat >"$scratch/cases.in" <<'SQL'
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE cases (id integer PRIMARY KEY, "A" text UNIQUE, a text UNIQUE, "Id" integer REFERENCES cases, m mood);
CREATE TABLE "Cases" (id integer PRIMARY KEY REFERENCES cases, "CHECK" integer CONSTRAINT c CHECK ("CHECK" > 0) CONSTRAINT "C" CHECK ("CHECK" < 9));
CREATE TABLE "CASES" ("ID" integer PRIMARY KEY REFERENCES "Cases", m text);
CREATE INDEX by_a ON cases (a);
CREATE INDEX "By_a" ON cases ("A");
CREATE VIEW over AS SELECT "A", a FROM cases;
SQL
try cases "$scratch/cases.in"
wide integer >"$scratch/wide.in" && try wide "$scratch/wide.in"
cat >"$scratch/left_out.in" <<'SQL'
CREATE TABLE empty ();
CREATE TABLE kept (id integer PRIMARY KEY);
CREATE TABLE empty_too (LIKE empty);
CREATE VIEW over AS SELECT empty AS a FROM empty;
CREATE VIEW further AS SELECT a FROM over;
CREATE VIEW beside AS SELECT id FROM kept;
SQL
make left_out "$scratch/left_out.in" &&
  leaves_out left_out "$(url codegen_left_out)" 'table public.empty: it has no columns' 'table public.empty_too: it has no columns' \
    'view public.over: it stands on a table that is left out' 'view public.further: it stands on a table that is left out'
for file in "$@"; do
  base=$(basename "$file" .sql)
  try "${base%%.*}" "$file"
done
for database in $("$psql" -qXAt -d "$(url postgres)" -c "SELECT datname FROM pg_database WHERE datname LIKE 'codegen\\_%'"); do
  "$psql" -qX -d "$(url postgres)" -c "DROP DATABASE $database" >/dev/null 2>&1
done
finish
