# shellcheck shell=bash disable=SC2154
# What a database holds against a migration: nothing is done by half, and the error says why.

case_no_rights_on_a_schema() {
  make_database "$people; CREATE ROLE cli_reader LOGIN; CREATE ROLE cli_writer LOGIN;
    GRANT SELECT ON t TO cli_reader; CREATE SCHEMA closed; CREATE TABLE closed.c (a int)"
  url=$(url_of "$database" cli_reader)
  expect 0 dataflow inspect "$url"
  out_has t
  refused 10
  error_has 'permission|owner|right'
  err_has 'code: postgresql 42501'
  err_has '^hint: '
  url=$(url_of "$database" cli_writer)
  echo 'CREATE SCHEMA mine; CREATE TABLE mine.t (a int);' >v2.sql
  refused 10
  error_has 'permission|right'
  sql "DROP OWNED BY cli_reader, cli_writer; DROP ROLE cli_reader, cli_writer"
}

case_an_unsupported_version() {
  # What the server says of itself is what counts: a server that says 13 is spoken to once.
  python3 "$here/support/old_server.py" old.sock.d 130012 &
  local server=$!
  for _ in $(seq 100); do [ -S old.sock.d/.s.PGSQL.5432 ] || sleep 0.05; done
  expect 2 dataflow inspect "postgresql://u@/d?host=$PWD/old.sock.d"
  error_has 'the server is PostgreSQL 13: 14 is the oldest'
  err_has '^hint: '
  kill "$server" 2>/dev/null
  wait "$server" 2>/dev/null
  true
}

# A view that cannot be run is still a view: it is read, and what is asked for is done.
case_a_broken_view() {
  make_database "$people; CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE VIEW v AS SELECT 1 / (a - a) AS never FROM t; CREATE VIEW w AS SELECT f(a) FROM t"
  expect 0 dataflow inspect "$url"
  out_has never
  dataflow inspect "$url" --format sql >v2.sql || fail "inspect --format sql"
  expect 0 dataflow diff "$url" v2.sql --check
}

# A view whose rule lost what it needs, which only a superuser can bring about.
case_a_view_without_its_function() {
  make_database "$people; CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE VIEW w AS SELECT f(a) FROM t"
  sql "DELETE FROM pg_depend WHERE refclassid = 'pg_proc'::regclass AND refobjid = 'f'::regproc; DROP FUNCTION f"
  expect 1 dataflow inspect "$url"
  error_has .
  err_has 'code: postgresql'
}

case_an_invalid_index() {
  make_database "$people; UPDATE t SET a = 1"
  sql 'CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)' 2>/dev/null
  is "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")" f
  expect 0 dataflow inspect "$url"
  out_has invalid
  echo 'CREATE TABLE t (id int PRIMARY KEY, a int); CREATE UNIQUE INDEX i ON t (a);' >v2.sql
  expect 12 dataflow diff "$url" v2.sql --check
  # The index cannot be: rows are alike.
  refused 4
  error_has 't'
  sql 'UPDATE t SET a = id'
  expect 0 auto --max-risk-level HIGH
  is "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")" t
}

# Names of roles that are gone: the owner, a grant, a default privilege.
case_a_dropped_role() {
  make_database "$people"
  echo 'CREATE TABLE t (id int PRIMARY KEY, a int); GRANT SELECT ON t TO cli_nobody;' >v2.sql
  refused 2
  error_has cli_nobody
  err_has '^hint: .*create it there first'
  sql "CREATE ROLE cli_gone; GRANT SELECT ON t TO cli_gone; ALTER TABLE t OWNER TO cli_gone"
  sql "UPDATE pg_authid SET rolname = 'cli_other' WHERE rolname = 'cli_gone'"
  expect 0 dataflow inspect "$url"
  out_has cli_other
  sql "REASSIGN OWNED BY cli_other TO postgres; DROP OWNED BY cli_other; DROP ROLE cli_other"
}

# The table is held by somebody who does not let go: everything is as before, and it is said who it was.
case_a_table_that_is_locked() {
  make_database "$people"
  hold 'ALTER TABLE t ADD COLUMN half int'
  local before began=$SECONDS
  before=$(state)
  local got=0
  auto --timeout 6 >.out 2>.err </dev/null || got=$?
  [ "$got" = 8 ] || [ "$got" = 6 ] || fail "exit status $got"
  error_has the_holder
  err_has '^hint: '
  [ $((SECONDS - began)) -lt 60 ] || fail "waited for $((SECONDS - began)) seconds"
  is "$(state)" "$before"
  echo 'ROLLBACK;' >&7
  release
  expect 0 auto
  is "$(sql "SELECT count(*) FROM information_schema.columns WHERE table_name = 't' AND column_name IN ('b', 'half')")" 1
}

# Somebody lets go while we wait.
case_a_table_that_is_locked_for_a_while() {
  make_database "$people"
  hold 'LOCK TABLE t'
  (sleep 1; echo 'COMMIT;') >&7 &
  expect 0 auto --timeout 60
  wait $!
  release
  expect 0 auto
  out_has 'No changes'
}

# The server ends our connection in the middle: nothing of the migration is there, and the next run does it all.
case_a_lost_connection() {
  make_database "$people"
  echo 'CREATE TABLE t (id int PRIMARY KEY, a int, b text); CREATE TABLE u (id int PRIMARY KEY);' >v2.sql
  sql "CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS \$\$ BEGIN
      IF current_database() = '$database' AND tg_tag = 'ALTER TABLE' THEN PERFORM pg_sleep(30); END IF; END \$\$;
    CREATE EVENT TRIGGER slow ON ddl_command_end EXECUTE FUNCTION slow()"
  sql "CREATE TABLE seen (a int)" postgres 2>/dev/null
  local before
  before=$(state)
  (
    for _ in $(seq 300); do
      [ "$(sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '$database' AND
        application_name = 'dataflow' AND wait_event = 'PgSleep'" postgres)" = 0 ] || break
      sleep 0.1
    done
  ) &
  local killer=$! got=0
  auto >.out 2>.err </dev/null || got=$?
  wait "$killer"
  [ "$got" = 1 ] || fail "exit status $got"
  error_has 'ended the connection|is lost'
  err_has 'code: postgresql (57P01|08006)'
  err_has '^  statement: '
  err_has '^  step: '
  err_has '^hint: '
  is "$(state)" "$before"
  sql 'DROP EVENT TRIGGER slow; DROP FUNCTION slow'
  expect 0 auto --drop-unmanaged
  is "$(sql "SELECT to_regclass('u') IS NOT NULL")" t
}

# What the server refuses in the middle: the error has the step, the statement and the server's code.
case_a_statement_that_fails() {
  make_database "$people"
  echo 'CREATE TABLE t (id int PRIMARY KEY, a int CHECK (1000 / (a - 50) > 0), b text);' >v2.sql
  refused 1
  error_has t_a_check
  err_has '^  step: add check t.t_a_check'
  err_has '^  statement: ALTER TABLE '
  err_has '^  code: postgresql (22012|23514)'
}

# Rows that do not fit are found before anything is tried.
case_rows_that_do_not_fit() {
  make_database "$people; INSERT INTO t VALUES (101, NULL), (102, NULL)"
  echo 'CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL CHECK (a < 90));' >v2.sql
  refused 4
  error_has '2 '
  err_has '^hint: '
}
