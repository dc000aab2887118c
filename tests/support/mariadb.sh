#!/usr/bin/env bash
# A MariaDB server for tests: no TCP, a private socket, an unprivileged user, a directory of its own that goes away.
#   mariadb.sh start FILE   starts one, writes its directory into FILE, and stops it when the caller ends
#   mariadb.sh stop FILE    stops it
# The socket is DIRECTORY/s; root@localhost has no password.
set -euo pipefail
PATH=$PATH:/usr/sbin:/usr/local/sbin

must_have() {
  local program
  for program in mariadbd mariadb-install-db mariadb mariadb-dump; do
    command -v "$program" >/dev/null && continue
    echo "there is no $program: install the Debian packages mariadb-server and mariadb-client" >&2
    exit 1
  done
}

# The server refuses to run as root.
unprivileged() {
  local user=nobody
  if [ "$(id -u)" != 0 ]; then "$@"; return; fi
  if id mysql >/dev/null 2>&1; then user=mysql; fi
  runuser -u "$user" -- "$@"
}

start() {
  local file=$1 watched=$2 directory pid
  must_have
  directory=$(TMPDIR=/tmp mktemp -d /tmp/dataflow-my.XXXXXX)  # short: the path of a socket may have 107 bytes
  chmod 755 "$directory"
  [ "$(id -u)" != 0 ] || chown "$(unprivileged id -u)" "$directory"
  cd "$directory"
  unprivileged tee my.cnf >/dev/null <<END
[mariadbd]
datadir = $directory/data
tmpdir = $directory
socket = $directory/s
pid-file = $directory/pid
skip-networking
skip-log-bin
skip-name-resolve
character-set-server = utf8mb4
collation-server = utf8mb4_general_ci
innodb-flush-log-at-trx-commit = 0
innodb-doublewrite = 0
innodb-buffer-pool-size = 64M
innodb-log-file-size = 64M
table-open-cache = 2000
table-definition-cache = 4000
max-connections = 200
sync-frm = 0
event-scheduler = OFF
local-infile = 0
END
  unprivileged mariadb-install-db --defaults-file="$directory/my.cnf" --auth-root-authentication-method=normal \
    --skip-test-db >install.log 2>&1 || { cat install.log >&2; rm -rf "$directory"; exit 1; }
  ulimit -n "$(ulimit -H -n)"  # a table is a file
  unprivileged setsid mariadbd --defaults-file="$directory/my.cnf" --log-error="$directory/log.err" \
    >/dev/null 2>&1 </dev/null &
  for _ in {1..300}; do
    if mariadb --no-defaults --user=root --socket="$directory/s" --execute='DO 1' 2>/dev/null; then break; fi
    sleep 0.1
  done
  if ! mariadb --no-defaults --user=root --socket="$directory/s" --execute='DO 1'; then
    cat log.err >&2 || true
    pid=$(cat pid 2>/dev/null || true)
    [ -z "$pid" ] || kill -KILL "$pid"
    rm -rf "$directory"
    exit 1
  fi
  echo "$directory" >"$file.new"
  mv "$file.new" "$file"
  setsid bash "$self" watch "$file" "$watched" "$directory" >/dev/null 2>&1 </dev/null &
}

# Whoever the server is for may be killed, or take FILE away.
watch() {
  local file=$1 watched=$2 directory=$3
  while [ -d "$directory" ]; do
    if ! kill -0 "$watched" 2>/dev/null; then
      stop_in "$directory"
      [ "$(cat "$file" 2>/dev/null)" != "$directory" ] || rm -f "$file"
      return
    fi
    sleep 0.5
  done
}

# Whether a process is the server of this directory, and not another one that got its number.
runs() { { tr '\0' '\n' <"/proc/$1/cmdline"; } 2>/dev/null | grep -qxF -- "--defaults-file=$2/my.cnf"; }

stop_in() {
  local directory=$1 pid
  [ -d "$directory" ] || return 0
  pid=$(cat "$directory/pid" 2>/dev/null || true)
  # Its data goes away: nothing has to be written any more.
  if [ -n "$pid" ] && runs "$pid" "$directory"; then
    kill -KILL "$pid"
    for _ in {1..100}; do runs "$pid" "$directory" || break; sleep 0.1; done
    if runs "$pid" "$directory"; then
      echo "the server in $directory (process $pid) does not end" >&2
      return 1
    fi
  fi
  rm -rf "$directory"
}

stop() {
  local file=$1 directory
  [ -f "$file" ] || return 0
  directory=$(cat "$file")
  case "$directory" in /tmp/dataflow-my.*) ;; *) echo "$file names no server of ours: $directory" >&2; return 1 ;; esac
  stop_in "$directory"
  rm -f "$file"
}

self=$(realpath "${BASH_SOURCE[0]}")
case "${1:-}" in
  start) start "$(realpath -m "$2")" "$PPID" ;;
  watch) watch "$2" "$3" "$4" ;;
  stop) stop "$(realpath -m "$2")" ;;
  *) echo "usage: mariadb.sh start FILE | stop FILE" >&2; exit 2 ;;
esac
