#!/usr/bin/env bash
# The command line seen from outside: run.sh EXECUTABLE [REGEX]. Every function case_* in cases/ is a case; it runs in
# an empty directory of its own, against the real executable and real databases. REGEX picks cases by name.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=$(realpath "${1:?usage: run.sh EXECUTABLE [REGEX]}")
export BIN
# shellcheck source=/dev/null
. "$here/support/lib.sh"
# shellcheck source=/dev/null
. "$here/support/kinds.sh"
for file in "$here"/cases/*.sh; do
  # shellcheck source=/dev/null
  . "$file"
done

scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
export LC_ALL=C.UTF-8 TERM=xterm
unset DATAFLOW_DATABASE DATAFLOW_ASCII NO_COLOR

run_cases "$scratch" "${2:-.}"
