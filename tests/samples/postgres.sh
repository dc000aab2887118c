#!/usr/bin/env bash
# Foreign databases through a snapshot and back: postgres.sh EXECUTABLE FILE.sql… Each file is loaded with psql, read,
# compared with itself, with its own file and with its snapshot; the snapshot is brought into an empty database, of which
# pg_dump says, byte for byte, what it says of the original; where the server is too new for pg_dump, the catalogs do.
# Functions and extensions that this server does not have are stood in for: see readable.sh.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dataflow=$(realpath "${1:?usage: postgres.sh EXECUTABLE FILE.sql…}")
shift
scratch=$(mktemp -d)
server=$scratch/server
trap 'bash "$here/../support/postgres.sh" stop "$server"; rm -rf "$scratch"' EXIT
bash "$here/../support/postgres.sh" start "$server" || exit 1
clients=$(bash "$here/../support/postgres.sh" clients) || exit 1
socket=$(cat "$server")

url() { echo "postgresql://postgres@/$1?host=$socket"; }
dump() {
  if "$clients/pg_dump" --schema-only --dbname "$(url postgres)" >/dev/null 2>&1; then
    "$clients/pg_dump" --schema-only --dbname "$(url "$1")" | grep -vE '^\\(un)?restrict '
  else
    "$clients/psql" -qXAt -d "$(url "$1")" -f "$here/../support/catalog.sql"
  fi
}
# shellcheck source=tests/samples/readable.sh
. "$here/readable.sh"
run() {  # what command…
  local what=$1
  shift
  "$@" >"$scratch/out" 2>&1 && return
  printf 'FAILED: %s: %s\n' "$name" "$what"
  tail -n 30 "$scratch/out"
  return 1
}

sample() {
  local file=$1 name database copy
  name=$(basename "$file" .sql)
  database=${name%%.*} copy=${name%%.*}_copy
  run 'create' "$clients/psql" -qX -d "$(url postgres)" -c "CREATE DATABASE $database TEMPLATE template0" \
    -c "CREATE DATABASE $copy TEMPLATE template0" || return 1
  readable "$clients/psql" "$(url postgres)" "$file" >"$scratch/sample.sql"
  run 'load' "$clients/psql" -qX -v ON_ERROR_STOP=1 -d "$(url "$database")" -f "$scratch/sample.sql" || return 1
  run 'inspect' "$dataflow" inspect "$(url "$database")" || return 1
  cp "$scratch/out" "$scratch/snapshot"
  run 'differs from itself' "$dataflow" diff "$(url "$database")" "$(url "$database")" --check || return 1
  run 'differs from its snapshot' "$dataflow" diff "$(url "$database")" "$scratch/snapshot" --check || return 1
  run 'differs from its file' "$dataflow" diff "$(url "$database")" "$scratch/sample.sql" --dev "$(url postgres)" \
    --check || return 1
  run 'migrate' "$dataflow" migrate auto --database "$(url "$copy")" --to "$scratch/snapshot" --auto-confirm || return 1
  run 'differs after migrating' "$dataflow" diff "$(url "$database")" "$(url "$copy")" --check || return 1
  "$clients/psql" -qX -d "$(url "$copy")" -c 'DROP SCHEMA dataflow, dataflow_backup CASCADE' >/dev/null 2>&1
  dump "$database" >"$scratch/original"
  dump "$copy" >"$scratch/copied"
  run 'pg_dump says something else' diff "$scratch/original" "$scratch/copied" || return 1
}

passed=0 failed=0
for file in "$@"; do
  if sample "$file"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
