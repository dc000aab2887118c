#!/usr/bin/env bash
# sqlite.sh DATAFLOW HOST COMPILER SOURCE_DIR [DATABASE…]
# shellcheck source=tests/codegen/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
trap 'rm -rf "$scratch"' EXIT

make() {  # name, SQL on standard input
  cat >"$scratch/$1.sql"
  name=$1
  run 'load' "$dataflow" migrate auto --database "sqlite:$scratch/$1.db" --to "$scratch/$1.sql" --auto-confirm
}
make everything <"$here/everything.sqlite.sql" && sample everything "sqlite:$scratch/everything.db" "sqlite:$scratch/everything_copy.db"
wide INTEGER | make wide && sample wide "sqlite:$scratch/wide.db" "sqlite:$scratch/wide_copy.db"
name=left_out
run 'load' sqlite3 "$scratch/left_out.db" 'CREATE TABLE lost (id INTEGER PRIMARY KEY, x INTEGER REFERENCES nowhere);
  CREATE TABLE kept (id INTEGER PRIMARY KEY);
  CREATE TRIGGER on_lost AFTER INSERT ON lost BEGIN SELECT 1; END' &&
  leaves_out left_out "sqlite:$scratch/left_out.db" 'table lost: what its foreign key on x refers to is not there' \
    'trigger on_lost: it stands on a table that is left out'
for file in "$@"; do
  base=$(basename "$file" .sqlite)
  cp "$file" "$scratch/$base.db" && chmod u+w "$scratch/$base.db"
  sample "$base" "sqlite:$scratch/$base.db" "sqlite:$scratch/${base}_copy.db"
done
finish
