# shellcheck shell=bash
# Structs for a database that is there: written, compiled, and in sync with it.
# Called by sqlite.sh, postgres.sh and mariadb.sh: SCRIPT DATAFLOW HOST COMPILER SOURCE_DIR [FILE…]
set -u
dataflow=$(realpath "$1") host=$(realpath "$2") compiler=$3 source=$(realpath "$4")
shift 4
here=$source/tests/codegen
scratch=$(mktemp -d)
passed=0 failed=0

failure() {  # what
  printf 'FAILED: %s: %s\n' "$name" "$1"
  tail -n 30 "$scratch/out"
  failed=$((failed + 1))
  return 1
}
run() {  # what command…
  local what=$1
  shift
  "$@" >"$scratch/out" 2>&1 || failure "$what"
}
# Compiles the header that stands for a database, as strictly as a project might.
compile() {  # database header
  local database=$1 header=$2
  "$dataflow" inspect "$database" --format hpp >"$header" 2>"$scratch/out" || failure 'inspect' || return 1
  run 'compile' "$compiler" -std=c++20 -O0 -fPIC -shared -Wall -Wextra -Wpedantic -Werror -I "$source/include" \
    "-DGENERATED=\"$header\"" "$here/plugin.cpp" -o "$header.so"
}
# The models want what is there, whichever side is asked for, and a migration has nothing to do.
in_sync() {  # database header
  local database=$1 object=$2.so
  run 'differs from the database' "$host" "$object" "$database" diff "$database" models --check || return 1
  run 'the database differs from it' "$host" "$object" "$database" diff models "$database" --check || return 1
  run 'auto_migrate' "$host" "$object" "$database" migrate auto --dry-run || return 1
  grep -q 'No changes' "$scratch/out" || failure 'auto_migrate has something to do'
}
# In an empty database the models make the same.
makes_it() {  # database header empty
  run 'migrate an empty database' "$host" "$2.so" "$3" migrate auto --auto-confirm --max-risk-level CRITICAL || return 1
  run 'what was made differs' "$dataflow" diff "$1" "$3" --check
}
sample() {  # name database empty
  name=$1
  compile "$2" "$scratch/$name.hpp" && in_sync "$2" "$scratch/$name.hpp" && makes_it "$2" "$scratch/$name.hpp" "$3" &&
    passed=$((passed + 1))
}
# What no struct can be is named in the header, and nobody touches it.
leaves_out() {  # name database line…
  name=$1
  local database=$2 header=$scratch/$1.hpp text
  shift 2
  compile "$database" "$header" || return 1
  for text in "$@"; do
    grep -qF -- "//   $text" "$header" || { cp "$header" "$scratch/out"; failure "the header does not name $text"; return 1; }
  done
  run 'auto_migrate' "$host" "$header.so" "$database" migrate auto --dry-run || return 1
  ! grep -q 'DROP\|Generated SQL' "$scratch/out" || failure 'auto_migrate has something to do' || return 1
  run 'the database differs from it' "$host" "$header.so" "$database" diff models "$database" --check || return 1
  run 'differs from the database' "$host" "$header.so" "$database" diff "$database" models --check --format json || return 1
  is_left_alone "$scratch/out" "$@" || failure 'what is left alone is not named' || return 1
  passed=$((passed + 1))
}
# The JSON of a difference names these lines of a header, and nothing else, as what is left alone.
is_left_alone() {  # file line…
  python3 - "$@" <<'END'
import json, sys
unmanaged = json.load(open(sys.argv[1]))["difference"]["unmanaged"]
found = {u["kind"] + " " + ".".join(filter(None, (u["path"]["schema"], u["path"]["name"]))) for u in unmanaged}
sys.exit(0 if found == {line.split(":")[0] for line in sys.argv[2:]} else 1)
END
}
# A table of 120 columns: more than a list of members may have.
wide() {  # type
  local i
  printf 'CREATE TABLE wide (id %s NOT NULL PRIMARY KEY' "$1"
  for i in $(seq 119); do printf ', "column %d" %s' "$i" "$1"; done
  printf ', UNIQUE ("column 7", "column 118"), FOREIGN KEY ("column 119") REFERENCES wide (id));\n'
  printf 'CREATE INDEX wide_columns ON wide ("column 60", "column 1");\n'
}
finish() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
