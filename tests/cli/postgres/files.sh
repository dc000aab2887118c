# shellcheck shell=bash disable=SC2154

up() { dataflow migrate up --database "$url" "$@"; }
down() { dataflow migrate down --database "$url" --auto-confirm --max-risk-level CRITICAL "$@"; }
# write VERSION_NAME UP DOWN
write() { mkdir -p migrations; printf '%s\n' "$2" >"migrations/$1.up.sql"; printf '%s\n' "$3" >"migrations/$1.down.sql"; }
people_file() { write 001_t "$people;" 'DROP TABLE t;'; }

case_files_of_two_states_of_a_schema() {
  make_database
  cat >a.sql <<'SQL'
CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);
SQL
  cat >b.sql <<'SQL'
CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, retry_count INTEGER DEFAULT 0,
  last_retry_at TIMESTAMP, retry_reason TEXT);
CREATE INDEX idx_payments_retry ON payments (retry_count, last_retry_at);
SQL
  export DATAFLOW_DEV=$url
  expect 0 dataflow migrate generate --to a.sql --naming sequential
  expect 0 dataflow migrate generate --to b.sql --naming sequential --format json
  json "d['migration']['name'] == '002_add_payment_retry_columns' and d['migration']['data_at_risk'] is False"
  grep -v '^--' migrations/002*.up.sql | grep . >statements
  cat >wanted <<'SQL'
ALTER TABLE public.payments ADD COLUMN retry_count integer DEFAULT 0;
ALTER TABLE public.payments ADD COLUMN last_retry_at timestamp without time zone;
ALTER TABLE public.payments ADD COLUMN retry_reason text;
CREATE INDEX idx_payments_retry ON public.payments (retry_count, last_retry_at);
SQL
  cmp statements wanted || fail "the way up is another: $(cat statements)"
  "$clients/pg_dump" --schema-only -N 'dataflow*' -h "$socket" -U postgres -d "$database" | grep -vE '^\\(un)?restrict ' >before
  expect 0 up --auto-confirm
  sql "INSERT INTO payments VALUES (1, 5, 3)"
  expect 0 down
  expect 0 up --auto-confirm
  expect 0 down --target 0
  "$clients/pg_dump" --schema-only -N 'dataflow*' -h "$socket" -U postgres -d "$database" | grep -vE '^\\(un)?restrict ' >after
  cmp before after || fail "up and down do not lead back: $(diff before after)"
  is "$(sql "SELECT string_agg(dataflow_value::text, ',') FROM $(sql "SELECT location FROM dataflow.backups WHERE column_name = 'retry_count' ORDER BY id LIMIT 1")")" 3
  is "$(left_behind)" ''
}

case_files_with_names_without_a_schema() {
  make_database
  people_file
  write 002_user $'CREATE TYPE mood AS ENUM (\'good\');\nALTER TABLE t ADD m mood;\nCREATE VIEW v AS SELECT m FROM t;' \
    'DROP VIEW v; ALTER TABLE t DROP m; DROP TYPE mood;'
  expect 0 up --auto-confirm
  is "$(sql "SELECT count(*) FROM v")" 100
  expect 0 down
  expect 0 up --auto-confirm --max-risk-level CRITICAL
}

case_files_that_cannot_be_one_transaction() {
  make_database
  people_file
  write 002_index $'ALTER TABLE t ADD b text;\nCREATE INDEX CONCURRENTLY t_a ON t (a);\nALTER TABLE t ADD c text;' \
    $'ALTER TABLE t DROP c;\nDROP INDEX CONCURRENTLY t_a;\nALTER TABLE t DROP b;'
  up --target 001 --auto-confirm >/dev/null
  expect 0 up --dry-run
  out_has 'outside a transaction'
  out_has 'not one transaction: '
  expect 2 up --dry-run-execute
  error_has 'commits by itself|cannot run inside a transaction'
  expect 0 up --auto-confirm
  is "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass")" t
  expect 0 down
  is "$(sql "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped")" 'id a'
  is "$(sql "SELECT to_regclass('t_a') IS NULL")" t
}

case_files_with_a_label_used_at_once() {
  make_database "CREATE TYPE mood AS ENUM ('good'); CREATE TABLE m (m mood)"
  write 001_label $'ALTER TYPE mood ADD VALUE \'bad\';\nINSERT INTO m VALUES (\'bad\');' 'SELECT 1;'
  expect 0 up --auto-confirm
  is "$(sql 'SELECT m FROM m')" bad
}

case_files_killed_between_their_parts() {
  make_database
  people_file
  write 002_index $'ALTER TABLE t ADD b text;\nCREATE INDEX CONCURRENTLY u_a ON u (a);\nALTER TABLE t ADD c text;' \
    $'ALTER TABLE t DROP c;\nDROP INDEX CONCURRENTLY u_a;\nALTER TABLE t DROP b;'
  up --target 001 --auto-confirm >/dev/null
  sql 'CREATE TABLE u (a int)'
  # Another transaction makes the index wait.
  hold 'LOCK TABLE u IN ROW EXCLUSIVE MODE'
  "$BIN" migrate up --database "$url" --auto-confirm >.killed 2>&1 &
  local pid=$!
  for _ in $(seq 200); do
    [ "$(sql "SELECT count(*) FROM dataflow.history WHERE status = 'unfinished'")" = 0 ] || break
    sleep 0.1
  done
  sleep 0.3
  kill -9 $pid
  wait $pid 2>/dev/null
  release
  expect 7 up --auto-confirm
  error_has '002 is unfinished'
  expect 0 dataflow migrate resume --database "$url"
  expect 0 up --auto-confirm
  out_has 'No migrations to apply'
  is "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'u_a'::regclass")" t
  is "$(state | grep -cE '^t\|[bc]\|')" 2
}

case_files_that_reach_beyond_the_database() {
  make_database
  local role=cli_role_$RANDOM
  write 001_role "CREATE TABLE t (id int); CREATE ROLE $role;" "DROP ROLE $role; DROP TABLE t;"
  expect 0 up --dry-run
  is "$(sql "SELECT count(*) FROM pg_roles WHERE rolname = '$role'")" 0
  expect 0 up --auto-confirm
  is "$(sql "SELECT count(*) FROM pg_roles WHERE rolname = '$role'")" 1
  expect 0 down
  is "$(sql "SELECT count(*) FROM pg_roles WHERE rolname = '$role'")" 0
}

case_files_of_another_server_are_refused() {
  make_database
  write 001_x $'-- dataflow:dialect "sqlite"\nCREATE TABLE x (id int);' ''
  expect 2 up --auto-confirm
  error_has 'for another server: "sqlite"'
  write 001_x $'CREATE TABLE x (id int);\nINSERT INTO y VALUES (1);' ''
  expect 2 up --auto-confirm
  error_has '001_x.up.sql:2: '
  write 001_x $'CREATE TABLE x (id int);\nCOPY x FROM stdin;\n1\n\\.' ''
  expect 2 up --auto-confirm
  error_has '001_x.up.sql:2: '
}

case_files_tried_in_a_transaction() {
  make_database "$people"
  write 001_b "ALTER TABLE t ADD b int; UPDATE t SET b = a;" 'ALTER TABLE t DROP b;'
  write 002_u "CREATE UNIQUE INDEX ON t (b);" 'DROP INDEX t_b_idx;'
  expect 0 up --dry-run-execute
  out_has '2 migrations ran in one transaction, which was taken back; 100 rows changed'
  write 003_x 'ALTER TABLE t ADD CHECK (b < 50);' ''
  state >before
  expect 1 up --dry-run-execute
  error_has '003_x.up.sql:1: '
  state | cmp - before || fail "something stayed"
  is "$(sql "SELECT count(*) FROM pg_namespace WHERE nspname = 'dataflow'")" 0
}

case_generated_files_with_indexes_built_beside_writers() {
  make_database "$people"
  echo 'CREATE TABLE t (id int PRIMARY KEY, a int, b text); CREATE INDEX t_a ON t (a);' >v2.sql
  export DATAFLOW_DEV=$url
  expect 0 dataflow migrate generate --from "$url" --to v2.sql --online --naming sequential
  grep -q 'CREATE INDEX CONCURRENTLY' migrations/001*.up.sql || fail "no index beside writers"
  expect 0 up --dry-run
  out_has 'not one transaction'
  for _ in 1 2; do
    expect 0 up --auto-confirm
    expect 0 dataflow diff "$url" v2.sql --check
    expect 0 down
    is "$(sql 'SELECT count(*) FROM t')" 100
  done
  # One that cannot be built takes everything back.
  echo 'CREATE TABLE t (id int PRIMARY KEY, a int, b text); CREATE UNIQUE INDEX t_a ON t (a);' >v3.sql
  rm -r migrations
  expect 0 dataflow migrate generate --from "$url" --to v3.sql --online --naming sequential
  state >before
  sql 'ALTER TABLE t DROP COLUMN IF EXISTS c; INSERT INTO t VALUES (1000, 1)'
  expect 4 up --auto-confirm --max-risk-level CRITICAL
  state | cmp - before || fail "something stayed"
}

# A label that is used at once, a column, and two indexes built beside writers: five steps, three of them by themselves.
# The first index cannot be built while there is a row with a = 50.
parts_files() {
  make_database "CREATE TYPE mood AS ENUM ('good'); CREATE TABLE t (id int PRIMARY KEY, a int, m mood);
    INSERT INTO t SELECT i, i, 'good' FROM generate_series(1, 100) i"
  echo "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE t (id int PRIMARY KEY, a int, m mood DEFAULT 'bad', b text);
    CREATE INDEX t_x ON t ((1 / (a - 50))); CREATE INDEX t_y ON t (a);" >v2.sql
  export DATAFLOW_DEV=$url
  expect 0 dataflow migrate generate parts --from "$url" --to v2.sql --online --naming sequential
}
whole_state() { "$clients/pg_dump" --schema-only -N 'dataflow*' -h "$socket" -U postgres -d "$database" | grep -vE '^\\(un)?restrict '; }

case_generated_files_in_parts_that_fail_are_taken_back() {
  parts_files
  whole_state >before
  expect 1 up --auto-confirm --max-risk-level HIGH
  error_has 'division by zero'
  err_has 'hint: what had been carried out was taken back'
  whole_state | cmp - before || fail "something stayed: $(whole_state | diff - before)"
  sql 'DELETE FROM t WHERE a = 50'
  expect 0 up --auto-confirm --max-risk-level HIGH
  expect 0 dataflow diff "$url" v2.sql --check
  expect 0 down
  whole_state | cmp - before || fail "down does not lead back: $(whole_state | diff - before)"
}

# Behind the label, where the part that follows waits for another transaction.
killed_in_parts() {
  parts_files
  sql 'DELETE FROM t WHERE a = 50'
  sed -i 's/1 \/ (a - 50)/a + 1/' v2.sql
  rm -r migrations
  expect 0 dataflow migrate generate parts --from "$url" --to v2.sql --online --naming sequential
  whole_state >before
  hold 'LOCK TABLE t IN ACCESS SHARE MODE; INSERT INTO t VALUES (1000)'
  "$BIN" migrate up --database "$url" --auto-confirm --max-risk-level HIGH >.killed 2>&1 &
  local pid=$!
  for _ in $(seq 200); do
    [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")" = 0 ] || break
    sleep 0.05
  done
  kill -9 $pid
  wait $pid 2>/dev/null
  release
  is "$(sql "SELECT status FROM dataflow.history WHERE version = '001'")" unfinished
  expect 7 up --auto-confirm
  error_has '001 is unfinished'
}

case_generated_files_in_parts_killed_are_finished() {
  killed_in_parts
  expect 0 dataflow migrate resume --database "$url"
  expect 0 dataflow diff "$url" v2.sql --check
  expect 0 up --auto-confirm
  out_has 'No migrations to apply'
  expect 0 down
  whole_state | cmp - before || fail "down does not lead back: $(whole_state | diff - before)"
}

case_generated_files_in_parts_killed_are_taken_back() {
  killed_in_parts
  expect 0 dataflow migrate resume --back --database "$url"
  whole_state | cmp - before || fail "something stayed: $(whole_state | diff - before)"
  expect 0 up --auto-confirm --max-risk-level HIGH
  expect 0 dataflow diff "$url" v2.sql --check
}

case_parts_have_no_place_in_files_that_are_one_message() {
  local layout
  for layout in dbmate golang-migrate; do
    mkdir -p "$layout"
    cd "$layout" || return
    make_database 'CREATE TABLE t (a int)'
    export DATAFLOW_DEV=$url
    echo 'CREATE TABLE t (a int); CREATE INDEX t_a ON t (a);' >one.sql
    echo 'CREATE TABLE t (a int, b int); CREATE INDEX t_a ON t (a);' >two.sql
    expect 2 dataflow migrate generate --from "$url" --to two.sql --online --layout "$layout"
    error_has "$layout sends the statements of a file as one transaction, .*CREATE INDEX CONCURRENTLY"
    [ ! -e migrations ] || fail "files were written"
    expect 0 dataflow migrate generate --from "$url" --to one.sql --online --layout "$layout"
    expect 0 up --auto-confirm
    cd ..
  done
}
