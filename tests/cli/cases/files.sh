# shellcheck shell=bash

# Two states of a schema, and the directory that leads from nothing to the first.
make_payments() {
  cat >a.sql <<'SQL'
CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);
SQL
  cat >b.sql <<'SQL'
CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, retry_count INTEGER DEFAULT 0,
  last_retry_at TIMESTAMP, retry_reason TEXT);
CREATE INDEX idx_payments_retry ON payments (retry_count, last_retry_at);
SQL
}
generate() { dataflow migrate generate "$@"; }
up() { dataflow migrate up --database sqlite:app.db "$@"; }
down() { dataflow migrate down --database sqlite:app.db --auto-confirm --max-risk-level CRITICAL "$@"; }
# write VERSION_NAME UP DOWN
write() { mkdir -p migrations; printf '%s\n' "$2" >"migrations/$1.up.sql"; printf '%s\n' "$3" >"migrations/$1.down.sql"; }
two_files() {
  write 001_users 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);' 'DROP TABLE users;'
  write 002_age 'ALTER TABLE users ADD COLUMN age INTEGER;' 'ALTER TABLE users DROP COLUMN age;'
}

case_generate_two_states_of_a_schema() {
  make_payments
  expect 0 generate --from a.sql --to b.sql --format json
  json "d['migration']['name'][14:] == '_add_payment_retry_columns'"
  json "d['migration']['data_at_risk'] is False and d['migration']['estimated_duration'] == '< 1 minute'"
  json "[c['type'] for c in d['migration']['changes']] == ['add_column', 'add_column', 'add_column', 'add_index']"
  json "d['migration']['changes'][0]['column'] == 'retry_count' and d['migration']['changes'][0]['reversible']"
  json "d['migration']['changes'][3]['details']['columns'] == ['retry_count', 'last_retry_at']"
  json "all(c['data_loss_risk'] == 'none' and c['table'] == 'payments' for c in d['migration']['changes'])"
  json "all(open(f).read() for f in d['files']) and len(d['files']) == 2"
  grep -v '^--' migrations/*.up.sql | grep . >statements
  cat >wanted <<'SQL'
ALTER TABLE payments ADD COLUMN retry_count INTEGER DEFAULT 0;
ALTER TABLE payments ADD COLUMN last_retry_at TIMESTAMP;
ALTER TABLE payments ADD COLUMN retry_reason TEXT;
CREATE INDEX idx_payments_retry ON payments (retry_count, last_retry_at);
SQL
  cmp statements wanted || fail "the way up is another: $(cat statements)"
  grep -E '^(DROP INDEX|ALTER)' migrations/*.down.sql >statements
  cat >wanted <<'SQL'
DROP INDEX idx_payments_retry;
ALTER TABLE payments DROP COLUMN retry_reason;
ALTER TABLE payments DROP COLUMN last_retry_at;
ALTER TABLE payments DROP COLUMN retry_count;
SQL
  cmp statements wanted || fail "the way down is another: $(cat statements)"
  grep -q '^-- Add columns retry_count, last_retry_at, retry_reason to payments$' migrations/*.up.sql || fail "no comment"
}

case_generate_follows_the_files_that_are_there() {
  make_payments
  expect 0 generate --to a.sql --naming sequential
  [ -f migrations/001_create_payments.up.sql ] || fail "no first file"
  expect 0 generate 'Retry, please' --to b.sql --naming sequential
  [ -f migrations/002_retry_please.up.sql ] || fail "no second file: $(ls migrations)"
  ! grep -q 'CREATE TABLE payments' migrations/002* || fail "it begins with nothing"
  expect 0 generate --to b.sql --naming sequential
  out_has '^No changes'
  is "$(find migrations -type f | wc -l)" 4
}

case_generate_counts_the_backup_out_when_told() {
  make_payments
  expect 0 generate --from b.sql --to a.sql --no-create-backup --dry-run
  out_lacks backup
  out_has 'data is at risk'
  [ ! -e migrations ] || fail "a dry run wrote files"
  expect 0 generate --from b.sql --to a.sql --format json
  json "d['migration']['data_at_risk'] is True"
}

case_generate_refuses_what_makes_no_sense() {
  make_payments
  expect 2 generate
  error_has 'needs --to'
  expect 2 generate --to nothing.sql
  error_has 'there is no file'
  expect 2 generate '!!!' --from a.sql --to b.sql
  error_has 'no letter'
  expect 2 generate --to b.sql --layout flywya
  error_has 'flywya'
  echo x >afile
  expect 2 generate --to b.sql --dir afile
  error_has 'is not a directory'
}

case_generated_files_go_up_and_down_and_lose_nothing() {
  make_payments
  generate --to a.sql >/dev/null
  sleep 1
  generate --to b.sql >/dev/null
  expect 0 up --auto-confirm
  query app.db "insert into payments (amount, retry_count, retry_reason) values (5, 3, 'it''s')"
  expect 0 down
  is "$(query app.db 'select * from payments')" '1|5'
  is "$(query app.db "select dataflow_value from $(query app.db "select location from dataflow_backups where column_name = 'retry_reason'")")" "it's"
  expect 0 up --auto-confirm
  query app.db "update payments set retry_count = 9"
  expect 0 down --target 0
  is "$(dump app.db)" ''
  is "$(query app.db "select count(*) from dataflow_backups")" 7
  expect 0 up --auto-confirm
  expect 0 dataflow diff sqlite:app.db b.sql --check
}

case_a_dropped_column_comes_back_with_its_values() {
  make_payments
  sqlite3 app.db <b.sql
  query app.db "insert into payments (amount, retry_reason) values (1, 'one'), (2, NULL), (3, 'three')"
  generate --from b.sql --to a.sql >/dev/null
  for i in 1 2; do
    expect 4 up --auto-confirm
    error_has 'CRITICAL'
    expect 0 up --auto-confirm --max-risk-level CRITICAL
    is "$(query app.db 'select * from payments limit 1')" '1|1'
    expect 0 down
    is "$(query app.db "select group_concat(coalesce(retry_reason, '-')) from payments")" 'one,-,three' "$i"
  done
  expect 0 dataflow backup list --database sqlite:app.db
  out_has 'retry_reason'
}

case_up_applies_what_is_pending() {
  two_files
  expect 0 dataflow migrate validate
  out_has '^2 migrations, 2 pending, no conflicts'
  expect 0 up --dry-run
  out_has 'ADD_COLUMN'
  [ ! -e app.db ] || fail "a dry run made a database"
  expect 0 up --target 001 --auto-confirm
  expect 0 dataflow migrate pending --dir migrations --database sqlite:app.db
  is "$(cat .out)" '002 age'
  expect 0 up --auto-confirm --format json
  json "[m['version'] for m in d['migrations']] == ['002'] and d['migrations'][0]['name'] == 'age'"
  json "d['migrations'][0]['checksum'] == '$(sha256sum <migrations/002_age.up.sql | cut -d' ' -f1)'"
  expect 0 up --auto-confirm
  out_has 'No migrations to apply'
  expect 0 dataflow migrate status --dir migrations --database sqlite:app.db
  out_has 'migrations: 2 applied, 0 pending, 0 conflicts'
  expect 0 dataflow migrate history --database sqlite:app.db --format json
  json "[m['version'] for m in d['migrations']] == ['002', '001']"
}

case_up_asks_and_nobody_is_there() {
  two_files
  expect 3 up
  error_has 'nobody to ask'
  is "$(dump app.db)" ''
  expect 0 up --non-interactive
  write 003_unique 'CREATE UNIQUE INDEX u ON users (name);' 'DROP INDEX u;'
  query app.db "insert into users (name) values ('x')"
  expect 3 up --auto-confirm --require-confirmation
  expect 0 up --auto-confirm
}

case_lines_of_ours_in_a_text_are_text() {
  write 001_x $'CREATE TABLE x (a TEXT DEFAULT \'\n-- dataflow:nothing {\n\');' 'DROP TABLE x;'
  expect 0 up --auto-confirm
  write 002_x $'-- dataflow:nothing 1\nSELECT 1;' ''
  expect 2 up --auto-confirm
  error_has '002_x.up.sql:1: .nothing. is nothing we know'
  write 002_x $'-- dataflow:step {\nSELECT 1;' ''
  expect 2 up --auto-confirm
  error_has '002_x.up.sql:1: .*cannot be read'
}

case_down_takes_back_what_is_meant() {
  two_files
  up --auto-confirm >/dev/null
  expect 2 down --steps 1 --target 001
  expect 2 down --target 9
  error_has 'is applied'
  expect 0 down --dry-run
  out_has 'DROP_COLUMN'
  is "$(query app.db 'select count(*) from dataflow_history where status = '"'applied'")" 2
  expect 0 down --target 001
  is "$(dump app.db | wc -l)" 1
  expect 0 down --steps 5
  is "$(dump app.db)" ''
  expect 0 down
  out_has 'No migration file is applied'
}

case_dry_run_execute_leaves_nothing() {
  two_files
  write 003_rows "INSERT INTO users (name) VALUES ('a'), ('b'); UPDATE users SET age = 1;" 'DELETE FROM users;'
  expect 0 up --dry-run-execute
  out_has '3 migrations ran in one transaction, which was taken back; 4 rows changed'
  is "$(query app.db 'select count(*) from sqlite_master')" 0
  write 004_wrong 'INSERT INTO users (id) VALUES (1);' 'SELECT 1;'
  expect 1 up --dry-run-execute
  error_has 'migrations/004_wrong.up.sql:1: '
  is "$(query app.db 'select count(*) from sqlite_master')" 0
}

case_a_file_that_changes_rows_is_no_safe_one() {
  two_files
  write 003_rows 'DELETE FROM users;' 'SELECT 1;'
  up --target 002 --auto-confirm >/dev/null
  expect 4 up --auto-confirm
  error_has 'HIGH'
  expect 0 up --auto-confirm --max-risk-level HIGH
  expect 4 down
  error_has 'cannot be taken back whole'
  expect 0 down --force-partial
}

case_a_statement_that_fails_on_the_rows_undoes_its_file() {
  two_files
  up --auto-confirm >/dev/null
  query app.db "insert into users (name) values ('a'), ('a')"
  write 003_unique 'ALTER TABLE users ADD COLUMN email TEXT; CREATE UNIQUE INDEX users_name ON users (name);' \
    'DROP INDEX users_name; ALTER TABLE users DROP COLUMN email;'
  dump app.db >before
  expect 4 up --auto-confirm --max-risk-level CRITICAL
  dump app.db | cmp - before || fail "something stayed"
  query app.db "update users set name = name || id"
  expect 0 up --auto-confirm --max-risk-level CRITICAL
}

case_sql_that_is_wrong_is_named_with_file_and_line() {
  two_files
  write 003_wrong $'-- a comment\nALTER TABLE users ADD COLUMN x INTEGER;\n\nALTER TABEL users ADD COLUMN y;' 'SELECT 1;'
  expect 2 up --dry-run
  error_has 'migrations/003_wrong.up.sql:4: '
  expect 2 dataflow migrate validate --database sqlite:app.db
  up --target 002 --auto-confirm >/dev/null
  expect 2 up --auto-confirm
  error_has 'migrations/003_wrong.up.sql:4: '
  expect 2 dataflow migrate validate --database sqlite:app.db
  error_has 'migrations/003_wrong.up.sql:4: '
  is "$(dump app.db | grep -c x)" 0
}

case_bodies_of_triggers_are_one_statement() {
  two_files
  write 003_trigger $'CREATE TRIGGER t AFTER INSERT ON users BEGIN\n  UPDATE users SET age = 1; -- ;\n  UPDATE users SET name = \';\';\nEND;' 'DROP TRIGGER t;'
  expect 0 up --auto-confirm
  query app.db "insert into users (name) values ('x')"
  is "$(query app.db 'select * from users')" '1|;|1'
  expect 0 down
}

case_own_transactions_are_left_out() {
  write 001_users $'BEGIN;\nCREATE TABLE users (id INTEGER PRIMARY KEY);\nCOMMIT;' $'BEGIN;\nDROP TABLE users;\nCOMMIT;'
  expect 0 up --auto-confirm
  expect 0 down
  write 002_no $'ROLLBACK;' ''
  expect 2 up --auto-confirm
  error_has '002_no.up.sql:1: .*ROLLBACK'
}

case_an_edited_file_is_a_conflict() {
  two_files
  up --auto-confirm >/dev/null
  sed -i 's/$/\r/' migrations/001_users.up.sql
  expect 0 dataflow migrate validate --database sqlite:app.db
  echo '-- more' >>migrations/001_users.up.sql
  write 003_more 'CREATE TABLE more (id INTEGER PRIMARY KEY);' 'DROP TABLE more;'
  expect 7 up --auto-confirm
  error_has '001_users.up.sql. was edited after it was applied'
  err_has 'hint: .*--resolve accept-checksum'
  expect 7 up --auto-confirm --format json
  json "d['error']['code'] == 'conflict' and d['conflicts'][0]['version'] == '001'"
  json "len(d['conflicts'][0]['resolution_options']) == 2"
  expect 7 dataflow migrate validate --database sqlite:app.db
  out_has 'conflict \(edited\)'
  expect 2 up --auto-confirm --resolve skip
  error_has 'nothing is in conflict'
  expect 0 up --auto-confirm --resolve accept-checksum
  expect 0 dataflow migrate validate --database sqlite:app.db
  expect 0 down --steps 3
}

case_an_edited_way_down_is_a_conflict() {
  two_files
  up --auto-confirm >/dev/null
  echo 'DROP TABLE users;' >migrations/002_age.down.sql
  expect 7 down --dir migrations
  error_has 'way down .* was edited'
  expect 0 down
}

case_out_of_order_is_a_conflict() {
  two_files
  up --auto-confirm >/dev/null
  write 001b_x 'CREATE TABLE x (id INTEGER PRIMARY KEY);' 'DROP TABLE x;'
  expect 7 dataflow migrate validate
  error=$(cat .out)
  [[ $error == *unreadable* ]] || fail "the name 001b_x was read: $error"
  rm migrations/001b_x*
  write 0015_x 'CREATE TABLE x (id INTEGER PRIMARY KEY);' 'DROP TABLE x;'
  mv migrations/002_age.up.sql migrations/020_age.up.sql
  mv migrations/002_age.down.sql migrations/020_age.down.sql
  query app.db "update dataflow_history set plan = replace(plan, '\"version\": \"002\"', '\"version\": \"020\"') where version = '002'"
  expect 7 up --auto-confirm
  error_has '0015 x is older than 020 age'
  expect 0 up --auto-confirm --resolve apply-out-of-order
  is "$(query app.db "select count(*) from sqlite_master where name = 'x'")" 1
}

case_a_file_can_be_skipped() {
  write 002_b 'CREATE TABLE b (id INTEGER PRIMARY KEY);' 'DROP TABLE b;'
  up --auto-confirm >/dev/null
  write 001_a 'CREATE TABLE a (id INTEGER PRIMARY KEY);' 'DROP TABLE a;'
  expect 7 up --auto-confirm
  expect 0 up --auto-confirm --resolve skip
  is "$(query app.db "select count(*) from sqlite_master where name = 'a'")" 0
  expect 0 dataflow migrate validate --database sqlite:app.db
  expect 7 down
  error_has 'marked as applied, not run'
}

case_two_files_of_one_version() {
  two_files
  write 002_other 'SELECT 1;' 'SELECT 1;'
  for command in 'validate' 'up --auto-confirm --database sqlite:app.db' 'baseline 002 --database sqlite:app.db' 'generate --to a.sql'; do
    make_payments
    # shellcheck disable=SC2086
    expect 7 dataflow migrate $command
  done
  expect 7 dataflow migrate validate
  out_has 'version 002 is given by'
}

case_orphans_and_names_that_say_nothing() {
  two_files
  rm migrations/001_users.up.sql
  expect 7 dataflow migrate validate
  out_has 'conflict \(orphan\): .*001_users.down.sql'
  two_files
  rm migrations/002_age.down.sql
  expect 0 dataflow migrate validate
  out_has "note: 'migrations/002_age.up.sql' has no file that goes down"
  echo 'SELECT 1;' >migrations/hello.sql
  expect 7 dataflow migrate validate
  out_has 'conflict \(unreadable\): .*hello.sql'
  rm migrations/hello.sql
  expect 0 up --auto-confirm
  expect 4 down
  error_has 'has no way down'
}

case_a_file_that_is_gone() {
  two_files
  up --auto-confirm >/dev/null
  rm migrations/001*
  expect 7 dataflow migrate validate --database sqlite:app.db
  out_has 'version 001 is applied, and its file is gone'
  expect 0 dataflow migrate validate --database sqlite:app.db --resolve ignore-missing
}

case_bad_directories() {
  expect 2 up --auto-confirm
  error_has "there is no directory 'migrations'"
  mkdir migrations
  expect 0 up --auto-confirm
  out_has 'No migrations to apply'
  printf 'CREATE TABLE \377;' >migrations/001_x.up.sql
  expect 2 up --auto-confirm
  error_has 'is not UTF-8'
}

case_baseline_marks_without_running() {
  two_files
  sqlite3 app.db 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)'
  expect 2 dataflow migrate baseline 01 --database sqlite:app.db
  error_has "there is no migration '01'"
  err_has 'did you mean'
  expect 0 dataflow migrate baseline 001 --database sqlite:app.db
  expect 0 up --auto-confirm
  expect 0 down
  is "$(dump app.db | wc -l)" 1
}

case_names_with_quotes_go_up_and_down() {
  cat >odd.sql <<'SQL'
CREATE TABLE "it's ""odd"";" (id INTEGER PRIMARY KEY, "a;b'c" TEXT DEFAULT ';');
CREATE INDEX "i;'" ON "it's ""odd"";" ("a;b'c");
SQL
  expect 0 generate --to odd.sql --naming sequential
  expect 0 up --auto-confirm
  expect 0 dataflow diff sqlite:app.db odd.sql --check
  query app.db "insert into \"it's \"\"odd\"\";\" values (1, 'x')"
  expect 0 down
  is "$(dump app.db)" ''
}

case_renames_are_no_losses() {
  two_files
  write 003_rename 'ALTER TABLE users RENAME COLUMN name TO full_name;' 'ALTER TABLE users RENAME COLUMN full_name TO name;'
  up --target 002 --auto-confirm >/dev/null
  query app.db "insert into users (name) values ('x')"
  expect 0 up --dry-run
  out_has RENAME_COLUMN
  out_lacks DROP_COLUMN
}

case_two_at_once_apply_a_file_once() {
  two_files
  write 003_rows "INSERT INTO users (name) VALUES ('once');" "DELETE FROM users WHERE name = 'once';"
  up --target 002 --auto-confirm >/dev/null
  local pids=() pid
  for i in 1 2 3 4; do
    dataflow migrate up --database sqlite:app.db --auto-confirm >"out$i" 2>&1 &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
  is "$(query app.db 'select count(*) from users')" 1 # whichever way they met
  is "$(query app.db "select count(*) from dataflow_history where status = 'applied'")" 3
}

case_killed_in_the_middle_of_a_file() {
  two_files
  {
    echo 'CREATE TABLE many (id INTEGER PRIMARY KEY, x TEXT);'
    for i in $(seq 1 400); do echo "CREATE TABLE t$i (id INTEGER PRIMARY KEY); INSERT INTO t$i VALUES (1);"; done
  } >migrations/003_many.up.sql
  up --target 002 --auto-confirm >/dev/null
  dump app.db >before
  dataflow migrate up --database sqlite:app.db --auto-confirm >/dev/null 2>&1 &
  sleep 0.3
  kill -9 $! 2>/dev/null
  wait $! 2>/dev/null
  if [ "$(query app.db "select count(*) from dataflow_history where version = '003'")" = 0 ]; then
    dump app.db | cmp - before || fail "half of the file is there"
  fi
  expect 0 up --auto-confirm
  is "$(query app.db "select count(*) from sqlite_master where name like 't%' and name <> 't'")" 400
}

case_every_layout_is_written_and_read() {
  make_payments
  local layout
  for layout in dataflow golang-migrate flyway dbmate goose sqitch liquibase; do
    rm -rf app.db
    expect 0 generate --to a.sql --dir "$layout" --layout "$layout"
    expect 0 generate --to b.sql --dir "$layout"
    expect 0 dataflow migrate validate --dir "$layout" --format json
    json "d['files'] == 2 and d['layout'] in ('$layout', 'dataflow')"
    expect 0 up --auto-confirm --dir "$layout"
    expect 0 dataflow diff sqlite:app.db b.sql --check
    expect 0 down
    expect 0 dataflow diff sqlite:app.db a.sql --check
    expect 0 up --auto-confirm --dir "$layout"
    expect 0 down --target 0
    is "$(dump app.db)" ''
  done
}

case_files_and_migrate_auto_live_together() {
  two_files
  up --auto-confirm >/dev/null
  echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, phone TEXT);' >v3.sql
  expect 0 dataflow migrate auto --database sqlite:app.db --to v3.sql --auto-confirm
  expect 7 down
  error_has 'later migrations stand on it'
  expect 0 dataflow migrate rollback --last --database sqlite:app.db --auto-confirm --max-risk-level CRITICAL
  expect 0 down
  expect 0 dataflow migrate pending --dir migrations --database sqlite:app.db
  is "$(cat .out)" '002 age'
}

case_what_nobody_owns_stays_nobodys() {
  two_files
  sqlite3 app.db 'CREATE TABLE legacy (id INTEGER PRIMARY KEY)'
  up --auto-confirm >/dev/null
  echo 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);' >v3.sql
  expect 0 dataflow migrate auto --database sqlite:app.db --to v3.sql --auto-confirm --max-risk-level CRITICAL
  is "$(query app.db "select count(*) from sqlite_master where name = 'legacy'")" 1
}

case_a_rename_is_taken_back_as_one() {
  make_app
  sed 's/email/mail/' v1.sql >renamed.sql
  expect 0 dataflow migrate auto --database app.db --to renamed.sql --rename user.email=mail --auto-confirm --max-risk-level HIGH
  expect 0 dataflow migrate rollback --last --database app.db --dry-run
  out_has RENAME_COLUMN
  out_lacks 'DROP_COLUMN|ADD_COLUMN|would fail|Would fail'
  expect 0 dataflow migrate rollback --last --database app.db --auto-confirm --max-risk-level HIGH
  expect 0 dataflow migrate generate --from v1.sql --to renamed.sql --rename user.email=mail
  expect 0 up --auto-confirm --max-risk-level HIGH
  expect 0 dataflow migrate down --database app.db --auto-confirm --max-risk-level HIGH
  out_has RENAME_COLUMN
  is "$(query app.db "select email from user where id = 1")" ada@example.com
  sed 's/TABLE user/TABLE person/; s/email/mail/' v1.sql >both.sql
  expect 0 dataflow migrate auto --database app.db --to both.sql --rename user=person --rename user.email=mail --auto-confirm \
    --max-risk-level HIGH
  expect 0 dataflow migrate rollback --last --database app.db --auto-confirm --max-risk-level HIGH
  is "$(query app.db "select email from user where id = 1")" ada@example.com
}
