# shellcheck shell=bash disable=SC2154
# Ways not to get in, and libpq's ways in.

case_no_server() {
  expect 2 dataflow inspect 'postgresql://u@/d?host=/nowhere'
  error_has /nowhere
  err_has '^hint: '
  expect 2 dataflow inspect 'postgresql://u@127.0.0.1:1/d'
  error_has 127.0.0.1
  echo 'CREATE TABLE t (id int);' >v2.sql
  expect 2 dataflow migrate auto --database 'postgresql://u:geheim-7@127.0.0.1:1/d' --to v2.sql --auto-confirm
  error_has '127.0.0.1'
  secret geheim-7
}

case_no_such_host() {
  expect 2 dataflow inspect 'postgresql://u:geheim-7@no-such-host.invalid/d'
  error_has no-such-host.invalid
  secret geheim-7
}

case_no_such_database() {
  expect 2 dataflow inspect "$(url_of no_such_database)"
  error_has no_such_database
  err_has 'code: postgresql 3D000'
  err_has '^hint: '
}

case_no_such_role() {
  expect 10 dataflow inspect "$(url_of postgres no_such_role)"
  error_has no_such_role
  err_has 'code: postgresql 28000'
}

case_wrong_password() {
  make_database "CREATE ROLE cli_scram LOGIN PASSWORD 'richtig-7' IN ROLE dataflow_password"
  expect 10 dataflow inspect "postgresql://cli_scram:geheim-7@/$database?host=$socket"
  error_has cli_scram
  err_has 'code: postgresql 28P01'
  err_has '^hint: '
  secret geheim-7
  expect 10 dataflow inspect "postgresql://cli_scram@/$database?host=$socket" --format json
  secret geheim-7
  expect 10 dataflow inspect "postgresql:host=$socket user=cli_scram dbname=$database password=geheim-7"
  secret geheim-7
  expect 10 env PGPASSWORD=geheim-7 "$BIN" inspect "postgresql://cli_scram@/$database?host=$socket"
  secret geheim-7
  expect 2 dataflow inspect "host=$socket user=cli_scram dbname=$database password=geheim-7"
  secret geheim-7
  expect 0 dataflow inspect "postgresql://cli_scram:richtig-7@/$database?host=$socket"
  secret richtig-7
  # What the roles' own files say.
  echo "*:*:*:cli_scram:richtig-7" >.pgpass
  chmod 600 .pgpass
  expect 0 env PGPASSFILE="$PWD/.pgpass" "$BIN" inspect "postgresql://cli_scram@/$database?host=$socket"
  no_err
  echo "*:*:*:cli_scram:geheim-7" >.pgpass
  expect 10 env PGPASSFILE="$PWD/.pgpass" "$BIN" inspect "postgresql://cli_scram@/$database?host=$socket"
  secret geheim-7
  sql 'DROP ROLE cli_scram'
}

case_ways_in() {
  make_database "$people"
  local way
  for way in "postgresql:host=$socket user=postgres dbname=$database" \
    "postgresql://postgres@/$database?host=$socket&sslmode=disable" \
    "postgresql://postgres@/$database?host=$socket&sslmode=prefer&connect_timeout=5&application_name=cli" \
    "postgresql://postgres@/$database?host=/nowhere,$socket"; do
    expect 0 dataflow inspect "$way"
    out_has t
    no_err
  done
  printf '[shop]\nhost=%s\nuser=postgres\ndbname=%s\n' "$socket" "$database" >services
  expect 0 env PGSERVICEFILE="$PWD/services" "$BIN" inspect 'postgresql://?service=shop'
  expect 0 env PGSERVICEFILE="$PWD/services" "$BIN" inspect 'postgresql:service=shop'
  expect 0 env PGHOST="$socket" PGUSER=postgres PGDATABASE="$database" "$BIN" inspect 'postgresql://'
  expect 2 env PGSERVICEFILE="$PWD/services" "$BIN" inspect 'postgresql:service=nix'
  error_has nix
}

case_options_that_make_no_sense() {
  expect 2 dataflow inspect 'postgresql://u:geheim-7@h/d?sslmode=maybe'
  error_has sslmode
  secret geheim-7
  expect 2 dataflow inspect 'postgresql://u:geheim-7@h/d?nix=1'
  error_has nix
  secret geheim-7
  expect 2 dataflow inspect 'postgresql://u:geheim-7@h:99999/d'
  secret geheim-7
}

# A server without TLS is not spoken to where TLS is asked for. Over a socket it would not be: so over TCP, where there
# is none.
case_tls_that_is_not_there() {
  expect 2 dataflow inspect 'postgresql://u:geheim-7@127.0.0.1:1/d?sslmode=verify-full'
  secret geheim-7
  expect 2 dataflow inspect 'postgresql://u:geheim-7@127.0.0.1:1/d?sslmode=verify-full&sslrootcert=/nowhere/root.crt'
  secret geheim-7
}

case_behind_a_pooler() {
  make_database "$people"
  mkdir pool
  chmod 777 . pool
  place=$(mktemp -d /tmp/dataflow-pool.XXXXXX)
  chmod 777 "$place"
  cat >"$place/ini" <<INI
[databases]
* = user=postgres host=$socket
[pgbouncer]
listen_addr =
listen_port = 5432
unix_socket_dir = $place
auth_type = any
pool_mode = transaction
pidfile = $place/pid
INI
  local as=()
  [ "$(id -u)" != 0 ] || as=(runuser -u nobody --)
  PATH=$PATH:/usr/sbin "${as[@]}" timeout 60 pgbouncer "$place/ini" >pool.log 2>&1 </dev/null &
  for _ in $(seq 100); do [ -S "$place/.s.PGSQL.5432" ] || sleep 0.05; done
  local direct=$url
  url="postgresql://postgres@/$database?host=$place"
  expect 0 dataflow inspect "$url"
  out_has t
  expect 0 auto
  expect 0 dataflow diff "$url" v2.sql --check --dev "$direct"
  url=$direct
  expect 0 auto
  out_has 'No changes'
  kill "$(cat "$place/pid")"
  wait
  rm -rf "$place"
}
