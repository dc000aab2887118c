#!/usr/bin/env bash
# Two schemas as sources of every kind: sources.sh EXECUTABLE STEP [EVERY CASES.jsonl]… Each schema becomes a database, a
# file, directories, a revision of git, a version of a history and two snapshots; whichever two kinds are compared, the
# difference is the same. Every EVERYth case is taken and of the pairs of kinds every STEPth; sources.py says what a case is.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dataflow=$(realpath "${1:?usage: sources.sh EXECUTABLE STEP [EVERY CASES.jsonl]…}")
step=$2
shift 2
TMPDIR=$(mktemp -d /tmp/dataflow-sources.XXXXXX)
export TMPDIR
trap 'for server in postgres mariadb; do bash "$here/../support/$server.sh" stop "$TMPDIR/$server"; done; rm -rf "$TMPDIR"' EXIT
for server in postgres mariadb; do bash "$here/../support/$server.sh" start "$TMPDIR/$server" || exit 1; done
clients=$(bash "$here/../support/postgres.sh" clients) || exit 1
servers="{\"postgres\": \"$(cat "$TMPDIR/postgres")\", \"mysql\": \"$(cat "$TMPDIR/mariadb")/s\", \"clients\": \"$clients\"}"
export PATH=$PATH:/usr/sbin
unset DATAFLOW_DATABASE DATAFLOW_DEV PGHOST PGUSER PGDATABASE PGPORT PGPASSWORD

status=0
while [ $# -gt 1 ]; do
  python3 "$here/sources.py" "$dataflow" "$step" "$servers" "$1" "$2" || status=1
  shift 2
done
exit $status
