#!/usr/bin/env bash
# What the reflection headers cost a user's compiler: user CPU seconds, best of three, at -O0.
# usage: compile_cost.sh [COMPILER] [INCLUDE_DIR] [MODELS]
# Exits with 1 when a tier costs more per model than its budget (milliseconds, override by BUDGET_DESCRIBED and BUDGET_PLAIN).
set -euo pipefail

compiler=${1:-g++}
include=${2:-$(cd "$(dirname "$0")/../../include" && pwd)}
models=${3:-100}
budget_described=${BUDGET_DESCRIBED:-37}
budget_plain=${BUDGET_PLAIN:-70}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The same structs for every kind: 10 fields, and 5 options where the kind has options.
generate() {  # KIND MODELS
  local kind=$1 n=$2 i
  printf '#include <string>\n#include <vector>\n#include <optional>\n#include <chrono>\n#include <cstdint>\n'
  printf '#include <dataflow/reflect.hpp>\n#include <dataflow/chrono.hpp>\nnamespace df = dataflow;\nnamespace app {\n'
  for ((i = 0; i < n; ++i)); do
    printf 'struct Model%d { std::int64_t id = 0; std::string name; df::varchar<255> email; std::optional<std::string> phone; ' "$i"
    printf 'bool is_active = true; df::timestamp created_at; std::int64_t parent_id = 0; int visits = 0; double score = 1.5; '
    printf 'std::optional<std::int64_t> note_id;\n'
    case $kind in
      *_options)
        printf '  static auto dataflow() { return df::table("model_%d").identity(&Model%d::id).unique(&Model%d::email)' "$i" "$i" "$i"
        printf '.index(&Model%d::parent_id, &Model%d::created_at).references(&Model%d::parent_id, &Model%d::id)' "$i" "$i" "$i" "$i"
        printf '.default_sql(&Model%d::created_at, "now()"); }\n' "$i" ;;
    esac
    printf '};\n'
    case $kind in
      described*)
        printf 'BOOST_DESCRIBE_STRUCT(Model%d, (), (id, name, email, phone, is_active, created_at, parent_id, visits, score, note_id))\n' "$i" ;;
    esac
  done
  printf '}\nvoid all(std::vector<df::Model>& models) {\n'
  for ((i = 0; i < n; ++i)); do
    case $kind in
      structs*) printf '  { app::Model%d object{}; (void)object; }\n' "$i" ;;
      *) printf '  models.push_back(df::model_of<app::Model%d>());\n' "$i" ;;
    esac
  done
  printf '  (void)models;\n}\n'
}

user_seconds() {  # FILE
  local best=999999 seconds
  for _ in 1 2 3; do
    TIMEFORMAT=%U
    seconds=$({ time "$compiler" -std=c++20 -O0 -I"$include" -c "$1" -o "$work/out.o" 2>"$work/errors"; } 2>&1) ||
      { cat "$work/errors" >&2; exit 2; }
    best=$(awk -v a="$best" -v b="$seconds" 'BEGIN { print (b < a) ? b : a }')
  done
  echo "$best"
}

measure() {  # NAME
  user_seconds "$work/$1.cpp"
}

printf '#include <string>\n#include <vector>\n#include <optional>\n' >"$work/empty.cpp"
printf '#include <string>\n#include <vector>\n#include <optional>\n#include <dataflow/reflect.hpp>\n' >"$work/reflect.cpp"
printf '#include <string>\n#include <vector>\n#include <optional>\n#include <dataflow/dataflow.hpp>\n' >"$work/dataflow.cpp"
kinds="structs described described_options plain plain_options"
for kind in $kinds; do generate "$kind" "$models" >"$work/$kind.cpp"; done

empty=$(measure empty)
printf '%-34s %8s\n' "include ($compiler -O0)" "user s"
printf '%-34s %8.2f\n' "string, vector, optional" "$empty"
printf '%-34s %8.2f\n' "… and dataflow/reflect.hpp" "$(measure reflect)"
printf '%-34s %8.2f\n\n' "… and dataflow/dataflow.hpp" "$(measure dataflow)"

structs=$(measure structs)
status=0
printf '%-34s %8s %10s %10s\n' "$models models of 10 fields" "user s" "ms/model" "budget"
printf '%-34s %8.2f\n' "structs alone" "$structs"
for kind in described described_options plain plain_options; do
  seconds=$(measure "$kind")
  each=$(awk -v a="$seconds" -v b="$structs" -v n="$models" 'BEGIN { printf "%.1f", (a - b) * 1000 / n }')
  case $kind in described*) budget=$budget_described ;; *) budget=$budget_plain ;; esac
  printf '%-34s %8.2f %10s %10s\n' "${kind/_/ with }" "$seconds" "$each" "$budget"
  awk -v a="$each" -v b="$budget" 'BEGIN { exit !(a > b) }' && status=1
done
exit $status
