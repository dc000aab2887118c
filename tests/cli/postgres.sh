#!/usr/bin/env bash
# What goes wrong between the command line and a PostgreSQL server: postgres.sh EXECUTABLE [REGEX]. Every function
# case_* in postgres/ is a case; it runs in an empty directory of its own, with an empty database of its own, whose URL
# is $url. DATAFLOW_TEST_POSTGRES is a file that says where a server is; without it, one is started.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=$(realpath "${1:?usage: postgres.sh EXECUTABLE [REGEX]}")
export BIN
# shellcheck source=/dev/null
. "$here/support/lib.sh"
# shellcheck source=/dev/null
. "$here/support/kinds.sh"
# shellcheck source=/dev/null
. "$here/support/postgres.sh"
for file in "$here"/postgres/*.sh; do
  # shellcheck source=/dev/null
  . "$file"
done

scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
export LC_ALL=C.UTF-8 TERM=xterm HOME=$scratch
unset DATAFLOW_DATABASE DATAFLOW_ASCII NO_COLOR PGPASSWORD PGHOST PGUSER PGDATABASE PGPORT PGSERVICE PGOPTIONS

if [ ! -s "${DATAFLOW_TEST_POSTGRES:-}" ]; then
  DATAFLOW_TEST_POSTGRES=$scratch/server
  bash "$here/../support/postgres.sh" start "$DATAFLOW_TEST_POSTGRES" || exit 1
fi
clients=$(bash "$here/../support/postgres.sh" clients) || exit 1
socket=$(cat "$DATAFLOW_TEST_POSTGRES")
export clients socket

run_cases "$scratch" "${2:-.}"
