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
for file in "$@"; do
  base=$(basename "$file" .sqlite)
  cp "$file" "$scratch/$base.db" && chmod u+w "$scratch/$base.db"
  sample "$base" "sqlite:$scratch/$base.db" "sqlite:$scratch/${base}_copy.db"
done
finish
