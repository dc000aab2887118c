#!/usr/bin/env bash
# What goes wrong between the command line and a MariaDB server: mariadb.sh EXECUTABLE [REGEX]. Every function case_* in
# mariadb/ is a case; it runs in an empty directory of its own, with an empty database of its own, whose URL is $url.
# DATAFLOW_TEST_MARIADB is a file that says where a server is; without it, one is started.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=$(realpath "${1:?usage: mariadb.sh EXECUTABLE [REGEX]}")
export BIN
# shellcheck source=/dev/null
. "$here/support/lib.sh"
# shellcheck source=/dev/null
. "$here/support/kinds.sh"
# shellcheck source=/dev/null
. "$here/support/mariadb.sh"
for file in "$here"/mariadb/*.sh; do
  # shellcheck source=/dev/null
  . "$file"
done

scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
export LC_ALL=C.UTF-8 TERM=xterm HOME=$scratch
unset DATAFLOW_DATABASE DATAFLOW_ASCII NO_COLOR MYSQL_PWD MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT

if [ ! -s "${DATAFLOW_TEST_MARIADB:-}" ]; then
  DATAFLOW_TEST_MARIADB=$scratch/server
  bash "$here/../support/mariadb.sh" start "$DATAFLOW_TEST_MARIADB" || exit 1
fi
socket=$(cat "$DATAFLOW_TEST_MARIADB")/s
export socket

run_cases "$scratch" "${2:-.}"
