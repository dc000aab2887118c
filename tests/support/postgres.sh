#!/usr/bin/env bash
# A PostgreSQL server for tests: no TCP, a private socket, an unprivileged user, a directory of its own that goes away.
#   postgres.sh start FILE   starts one, writes its directory into FILE, and stops it when the caller ends
#   postgres.sh stop FILE    stops it
#   postgres.sh binaries     says where the server's programs are
#   postgres.sh clients      says where psql and pg_dump are: with the server, or else Debian's newest
set -euo pipefail

newest() { printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5 -n | tail -n 1; }

binaries() {
  local found=${DATAFLOW_POSTGRES_BIN:-}
  [ -n "$found" ] || found=$(newest)
  if [ ! -x "$found/initdb" ]; then
    echo "no PostgreSQL server in $found: install the Debian package postgresql, or set DATAFLOW_POSTGRES_BIN" >&2
    exit 1
  fi
  echo "$found"
}

clients() {
  local found
  found=$(binaries)
  [ -x "$found/psql" ] || found=$(newest)
  if [ ! -x "$found/psql" ]; then
    echo "no psql in $found: install the Debian package postgresql" >&2
    exit 1
  fi
  echo "$found"
}

# PostgreSQL refuses to run as root.
unprivileged() {
  local user=nobody
  if [ "$(id -u)" != 0 ]; then "$@"; return; fi
  if id postgres >/dev/null 2>&1; then user=postgres; fi
  runuser -u "$user" -- "$@"
}

start() {
  local file=$1 watched=$2 bin clients directory
  bin=$(binaries)
  clients=$(clients)
  directory=$(TMPDIR=/tmp mktemp -d /tmp/dataflow-pg.XXXXXX)  # short: the path of a socket may have 107 bytes
  chmod 755 "$directory"
  [ "$(id -u)" != 0 ] || chown "$(unprivileged id -u)" "$directory"
  cd "$directory"
  if ! unprivileged test -x "$bin/initdb"; then  # in a home directory that nobody else may enter
    cp -a "$(dirname "$bin")" server
    bin=$directory/server/bin
  fi
  unprivileged "$bin/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
    >initdb.log 2>&1 || { cat initdb.log >&2; exit 1; }
  unprivileged tee -a data/postgresql.conf >/dev/null <<END
listen_addresses = ''
unix_socket_directories = '$directory'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = logical
max_wal_size = 256MB
shared_buffers = 64MB
max_connections = 60
max_locks_per_transaction = 512
max_prepared_transactions = 4
autovacuum_naptime = 1d
timezone = 'UTC'
password_encryption = 'scram-sha-256'
END
  # Members of this role need a password.
  printf 'local all +dataflow_password scram-sha-256\nlocal all all trust\n' | unprivileged tee data/pg_hba.conf >/dev/null
  unprivileged "$bin/pg_ctl" --pgdata=data --log=log --wait --silent start >start.log 2>&1 </dev/null ||
    { cat start.log log >&2; exit 1; }
  unprivileged "$clients/psql" -qX -h "$directory" -U postgres -c 'CREATE ROLE dataflow_password'
  echo "$directory" >"$file.new"
  mv "$file.new" "$file"
  setsid bash "$self" watch "$file" "$watched" "$directory" >/dev/null 2>&1 </dev/null &
}

# Whoever the server is for may be killed.
watch() {
  local file=$1 watched=$2 directory=$3
  while [ -d "$directory" ]; do
    if ! kill -0 "$watched" 2>/dev/null; then
      [ "$(cat "$file" 2>/dev/null)" != "$directory" ] || stop "$file"
      return
    fi
    sleep 0.5
  done
}

stop() {
  local file=$1 directory bin
  [ -f "$file" ] || return 0
  directory=$(cat "$file")
  rm -f "$file"
  case "$directory" in /tmp/dataflow-pg.*) ;; *) return 1 ;; esac
  [ -d "$directory" ] || return 0
  cd "$directory"
  bin=$directory/server/bin
  [ -d "$bin" ] || bin=$(binaries)
  unprivileged "$bin/pg_ctl" --pgdata=data --mode=immediate --wait --silent stop >/dev/null 2>&1 || true
  cd /
  rm -rf "$directory"
}

self=$(realpath "${BASH_SOURCE[0]}")
case "${1:-}" in
  start) start "$(realpath -m "$2")" "$PPID" ;;
  watch) watch "$2" "$3" "$4" ;;
  stop) stop "$(realpath -m "$2")" ;;
  binaries) binaries ;;
  clients) clients ;;
  *) echo "usage: postgres.sh start FILE | stop FILE | binaries | clients" >&2; exit 2 ;;
esac
