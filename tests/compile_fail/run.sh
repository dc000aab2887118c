#!/usr/bin/env bash
# Mistakes in models must be one readable sentence each. Every case names that sentence in its first line
# ("// expect: …") and is compiled twice: with -DFIXED it must compile, as it stands its first error must hold the sentence.
# usage: run.sh COMPILER INCLUDE_DIR...
set -uo pipefail

compiler=${1:?compiler}
shift
includes=()
for directory in "$@"; do includes+=("-I$(realpath "$directory")"); done
cd "$(dirname "$0")" || exit 2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0

compile() { LC_ALL=C "$compiler" -std=c++20 -Wall -Wextra -Werror -fsyntax-only "${includes[@]}" "$@" >"$log" 2>&1; }
fail() {
  failed=$((failed + 1))
  echo "FAILED $1: $2"
  # shellcheck disable=SC2001
  sed 's/^/    /' <<<"$3"
}

for case in *.cpp; do
  expected=$(sed -n '1s/^\/\/ expect: //p' "$case")
  if [ -z "$expected" ]; then
    fail "$case" "its first line names no sentence" ""
  elif ! compile -DFIXED "$case"; then
    fail "$case" "the corrected version does not compile" "$(head -5 "$log")"
  elif compile "$case"; then
    fail "$case" "the mistake compiles" ""
  elif first=$(grep -m1 'error:' "$log"); ! grep -qF -- "$expected" <<<"$first"; then
    fail "$case" "the first error does not say \"$expected\"" "$first"
  elif grep -q 'dataflow: ' <<<"$first" && [ "$(grep -c 'error:' "$log")" -ne 1 ]; then
    fail "$case" "more than one error" "$(grep 'error:' "$log")"
  else
    passed=$((passed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
