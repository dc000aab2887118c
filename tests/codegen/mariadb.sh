#!/usr/bin/env bash
# mariadb.sh DATAFLOW HOST COMPILER SOURCE_DIR [FILE.sql…]
# shellcheck source=tests/codegen/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
server=${DATAFLOW_TEST_MARIADB:-} support=$source/tests/support/mariadb.sh
if [ -z "$server" ] || [ ! -f "$server" ]; then
  server=$scratch/server
  bash "$support" start "$server" || exit 1
  trap 'bash "$support" stop "$server"; rm -rf "$scratch"' EXIT
else
  trap 'rm -rf "$scratch"' EXIT
fi
socket=$(cat "$server")/s
url() { echo "mariadb://root@localhost/$1?socket=$socket"; }
client() { mariadb --no-defaults --default-character-set=utf8mb3 -uroot --socket="$socket" "$@"; }

make() {  # name file
  name=$1
  local database="codegen_$1"
  run 'create' client -e "CREATE OR REPLACE DATABASE $database CHARACTER SET utf8mb4;
    CREATE OR REPLACE DATABASE ${database}_copy CHARACTER SET utf8mb4" || return 1
  # Without the database that a file makes for itself.
  sed -E '/^(CREATE|DROP) (DATABASE|SCHEMA) |^USE /Id' "$2" >"$scratch/$1.sql"
  run 'load' client "$database" -e "SOURCE $scratch/$1.sql"
}
try() {
  make "$1" "$2" && sample "$1" "$(url "codegen_$1")" "$(url "codegen_$1_copy")"
  client -e "DROP DATABASE IF EXISTS codegen_$1; DROP DATABASE IF EXISTS codegen_$1_copy"
}
try everything "$here/everything.mariadb.sql"
{ echo "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES');" && wide integer; } >"$scratch/wide.in" && try wide "$scratch/wide.in"
for file in "$@"; do
  base=$(basename "$file" .sql)
  try "${base%%.*}" "$file"
done
finish
