#!/usr/bin/env bash
# Foreign databases through a snapshot and back: mariadb.sh EXECUTABLE FILE.sql… Each file is loaded with mariadb, read,
# compared with itself, with its own file and with its snapshot; the snapshot is brought into an empty database, of which
# mariadb-dump says what it says of the original.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dataflow=$(realpath "${1:?usage: mariadb.sh EXECUTABLE FILE.sql…}")
shift
scratch=$(mktemp -d)
server=$scratch/server
trap 'bash "$here/../support/mariadb.sh" stop "$server"; rm -rf "$scratch"' EXIT
bash "$here/../support/mariadb.sh" start "$server" || exit 1
socket=$(cat "$server")/s

url() { echo "mariadb://root@localhost/$1?socket=$socket"; }
client() { mariadb --no-defaults --default-character-set=utf8mb3 -uroot --socket="$socket" "$@"; }
# Where a counter stands is data, and an account is the one that loads.
# shellcheck disable=SC2016  # the backticks are the server's
dump() {
  mariadb-dump --no-defaults -uroot --socket="$socket" --no-data --skip-comments --routines --triggers --events "$1" |
    sed -E -e 's/ AUTO_INCREMENT=[0-9]+//' -e 's/DEFINER=`[^`]*`@`[^`]*`/DEFINER/'
}
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
  run 'create' client -e "CREATE DATABASE $database CHARACTER SET utf8mb4; CREATE DATABASE $copy CHARACTER SET utf8mb4" || return 1
  # Without the database that it makes for itself.
  sed -E '/^(CREATE|DROP) (DATABASE|SCHEMA) |^USE /Id' "$file" >"$scratch/sample.sql"
  run 'load' client "$database" -e "SOURCE $scratch/sample.sql" || return 1
  run 'inspect' "$dataflow" inspect "$(url "$database")" || return 1
  cp "$scratch/out" "$scratch/snapshot"
  run 'differs from itself' "$dataflow" diff "$(url "$database")" "$(url "$database")" --check || return 1
  run 'differs from its snapshot' "$dataflow" diff "$(url "$database")" "$scratch/snapshot" --check || return 1
  run 'differs from its file' "$dataflow" diff "$(url "$database")" "$file" --check || return 1
  run 'migrate' "$dataflow" migrate auto --database "$(url "$copy")" --to "$scratch/snapshot" --auto-confirm \
    --max-risk-level CRITICAL || return 1
  run 'differs after migrating' "$dataflow" diff "$(url "$database")" "$(url "$copy")" --check || return 1
  client "$copy" -e 'DROP TABLE dataflow_history, dataflow_state, dataflow_backups, dataflow_schemas'
  dump "$database" >"$scratch/original"
  dump "$copy" >"$scratch/copied"
  run 'mariadb-dump says something else' diff "$scratch/original" "$scratch/copied" || return 1
}

passed=0 failed=0
for file in "$@"; do
  if sample "$file"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
