# shellcheck shell=bash

columns() { query app.db "select group_concat(name) from (select name from pragma_table_info('$1') order by cid)"; }
emails() { query app.db 'select group_concat(email) from (select email from user order by id)'; }

case_auto_creates_a_database() {
  make_app
  expect 0 dataflow migrate auto --database sqlite:new.db --to v1.sql --auto-confirm
  expect 0 dataflow diff new.db v1.sql --check
  expect 0 dataflow migrate auto --database sqlite:new.db --to v1.sql --auto-confirm
  expect 0 dataflow migrate history --database new.db --format json
  json "len(d['migrations']) == 1 and d['migrations'][0]['status'] == 'applied'"
}

case_auto_applies_and_keeps_rows() {
  make_app
  expect 0 auto --to v2.sql --auto-confirm
  out_has ADD_COLUMN
  expect 0 dataflow diff app.db v2.sql --check
  is "$(emails)" 'ada@example.com,bob@example.com'
}

case_auto_to_another_database() {
  make_app
  sqlite3 other.db <v2.sql
  expect 0 auto --to sqlite:other.db --auto-confirm
  expect 0 dataflow diff app.db other.db --check
}

case_auto_from_the_environment() {
  make_app
  DATAFLOW_DATABASE=sqlite:app.db expect 0 dataflow migrate auto --to v2.sql --auto-confirm
  DATAFLOW_DATABASE=sqlite:nowhere.db expect 0 dataflow migrate status --database app.db
}

case_dry_run_writes_nothing() {
  make_app
  local before
  before=$(digest app.db)
  dataflow migrate auto --database sqlite:app.db --to v2.sql --dry-run <&- >.out 2>.err || fail "dry run failed"
  out_has 'ADD COLUMN'
  out_lacks '\[y/N\]'
  is "$(digest app.db)" "$before"
  expect 0 dataflow migrate auto --database sqlite:new.db --to v2.sql --dry-run
  [ ! -e new.db ] || fail "a dry run created a database"
}

case_dry_run_as_json() {
  make_app
  expect 0 auto --to v2.sql --dry-run --format json
  json "d['ok'] and d['dry_run'] and len(d['migrations']) == 1"
  json "d['migrations'][0]['status'] == 'pending' and d['migrations'][0]['safety_level'] == 'SAFE'"
  json "len(d['migrations'][0]['operations']) == 3 and len(d['migrations'][0]['rollback_steps']) == 3"
  json "all(set(s) == {'operation_type', 'sql', 'risk_level', 'estimated_duration_ms'} for s in d['migrations'][0]['rollback_steps'])"
}

case_too_risky_is_refused() {
  make_app
  local before
  before=$(dump app.db)
  expect 4 auto --to without_email.sql --auto-confirm --max-risk-level MEDIUM
  error_has 'CRITICAL|HIGH'
  is "$(dump app.db)" "$before"
  expect 4 auto --to without_email.sql --auto-confirm
  is "$(dump app.db)" "$before"
  expect 4 auto --to without_email.sql --auto-confirm --safety-level=MEDIUM --format json
  json "d['ok'] is False and d['error']['code'] == 'refused' and d['plan']"
  expect 0 auto --to without_email.sql --auto-confirm --max-risk-level CRITICAL
  is "$(columns user)" 'id,name,created_at'
}

case_nobody_to_ask() {
  make_app
  local before
  before=$(dump app.db)
  expect 3 auto --to v2.sql
  err_has 'auto.confirm'
  is "$(dump app.db)" "$before"
  echo y | auto --to v2.sql >.out 2>.err && fail "took a pipe for a person"
  expect 4 auto --to v2.sql --non-interactive
  is "$(dump app.db)" "$before"
}

case_selection() {
  make_app
  cat >both.sql <<'SQL'
CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT NOT NULL, created_at TIMESTAMP, phone TEXT);
CREATE TABLE item (id INTEGER PRIMARY KEY);
SQL
  expect 0 auto --to both.sql --include-tables user --exclude-operations drop_column --auto-confirm
  is "$(columns user)" 'id,name,email,created_at,phone'
  is "$(columns item)" ''
  out_has 'kipped'
}

case_unmanaged_tables_stay() {
  make_app
  query app.db 'create table billing_ledger (x)'
  expect 0 auto --to v2.sql --auto-confirm --max-risk-level CRITICAL
  out_has billing_ledger
  is "$(columns billing_ledger)" x
  expect 0 auto --to v2.sql --auto-confirm --max-risk-level CRITICAL --drop-unmanaged
  is "$(columns billing_ledger)" ''
}

case_data_loss_protection() {
  make_app
  expect 4 auto --to without_email.sql --auto-confirm --max-risk-level CRITICAL --data-loss-protection
  is "$(emails)" 'ada@example.com,bob@example.com'
}

case_renames_keep_data() {
  make_app
  sed 's/TABLE user/TABLE "my.users"/; s/email/mail/' v1.sql >renamed.sql
  expect 0 auto --to renamed.sql --rename 'user="my.users"' --rename user.email=mail --auto-confirm --max-risk-level CRITICAL
  is "$(query app.db 'select group_concat(mail) from "my.users"')" 'ada@example.com,bob@example.com'
  local bad
  for bad in user user= =x a.b.c.d=e user.email=a.b '"user=x'; do
    expect 2 auto --to renamed.sql --rename "$bad" --auto-confirm
    error_has 'rename'
  done
}

case_backfill() {
  make_app
  sed 's/email TEXT/code TEXT NOT NULL, email TEXT/' v1.sql >code.sql
  local before
  before=$(dump app.db)
  expect 4 auto --to code.sql --auto-confirm --max-risk-level CRITICAL
  is "$(dump app.db)" "$before"
  expect 0 auto --to code.sql --backfill "user.code=upper(substr(email, 1, 3)) || '='" --auto-confirm --max-risk-level CRITICAL
  is "$(query app.db 'select group_concat(code) from user')" 'ADA=,BOB='
  expect 2 auto --to code.sql --backfill user=1 --auto-confirm
  error_has 'backfill'
}

case_every_option_and_synonym_is_accepted() {
  make_app
  expect 0 auto --to v2.sql --dry-run --interactive --no-auto-confirm --safety-check --safety-checks --max-risk-level low \
    --safety-level HIGH --include-tables user,order --include-tables x --exclude-operations DROP_COLUMN --show-sql \
    --show-rollback-plan --safety-analysis --require-confirmation --require-explicit-confirm --no-data-loss-protection \
    --create-backup --backup-before-migration --rollback-on-error --rollback-on-failure --validate-after-migration \
    --no-drop-unmanaged --timeout 5 --migration-timeout 600
  expect 0 auto --to v2.sql --dry-run --no-interactive --no-safety-check --no-show-sql --no-create-backup \
    --no-backup-before-migration --no-rollback-on-error --no-rollback-on-failure --no-validate-after-migration \
    --rollback-on-error=false --quiet
  no_out
  expect 2 auto --to v2.sql --dry-run=perhaps
}

case_formats_of_the_plan() {
  make_app
  expect 0 auto --to v2.sql --dry-run --no-show-sql
  out_has ADD_COLUMN
  out_lacks 'ALTER TABLE'
  expect 0 auto --to v2.sql --dry-run --format sql
  out_has 'ALTER TABLE'
  for form in table tree sql markdown; do
    expect 0 auto --to v2.sql --dry-run --format $form --ascii --no-color
    ! LC_ALL=C grep -q '[^ -~]' .out || fail "$form with --ascii has other characters"
  done
  NO_COLOR=1 DATAFLOW_ASCII=1 expect 0 auto --to v2.sql --dry-run
  ! LC_ALL=C grep -q '[^ -~]' .out || fail "DATAFLOW_ASCII has other characters"
}

case_read_only_file() {
  make_app
  leave_root
  chmod 444 app.db
  expect 10 auto --to v2.sql --auto-confirm
  expect 0 auto --to v2.sql --dry-run
}

case_locked_database() {
  make_app
  mkfifo hold
  sqlite3 app.db <hold >/dev/null &
  local holder=$!
  exec 9>hold
  echo 'begin exclusive; select 1;' >&9
  sleep 0.3
  dataflow migrate auto --database sqlite:app.db --to v2.sql --auto-confirm --timeout 1 >.out 2>.err </dev/null 9>&-
  local status=$?
  exec 9>&-
  wait $holder
  [ $status = 6 ] || [ $status = 8 ] || fail "exit status $status, not 6 or 8"
  err_has '^error: [^A-Z]'
  expect 0 auto --to v2.sql --auto-confirm
}

case_history_status_show() {
  make_app
  expect 0 dataflow migrate history --database app.db
  out_has 'no migrations'
  expect 0 dataflow migrate status --database app.db --format json
  json "d['applied'] == 0 and d['last'] is None"
  auto --to v2.sql --auto-confirm >/dev/null
  expect 0 dataflow migrate history --database app.db
  is "$(wc -l <.out)" 2
  expect 0 dataflow migrate history --database app.db --limit 1 --format json
  json "d['migrations'][0]['name'] and d['migrations'][0]['applied_at'] and len(d['migrations'][0]['operations']) == 3"
  expect 0 dataflow migrate status --database app.db --to v2.sql --format json
  json "d['applied'] == 1 and d['pending'] == []"
  expect 0 dataflow migrate status --database app.db --to v1.sql
  out_has 'pending'
  local version
  version=$(dataflow migrate history --database app.db | awk 'NR == 2 { print $1 }')
  expect 0 dataflow migrate show "$version" --database app.db
  out_has "$version"
  out_has 'ALTER TABLE'
  expect 0 dataflow migrate show "${version#migration_}" --database app.db --format json
  json "d['migration']['version'] == '$version' and d['plan'] and d['migration']['sql_down']"
  expect 2 dataflow migrate show 19990101_000000 --database app.db
  error_has '19990101_000000'
}

case_pending() {
  make_app
  expect 0 dataflow migrate pending --database app.db --to v1.sql
  out_has '^No migrations to apply$'
  expect 0 dataflow migrate pending --database app.db --to v2.sql
  out_has 'SAFE'
  out_has 'ALTER TABLE'
  expect 0 dataflow migrate pending --database app.db --to v2.sql --format json
  json "len(d['migrations']) == 1 and d['migrations'][0]['status'] == 'pending'"
  expect 0 dataflow migrate pending --database sqlite:new.db --to v2.sql
  [ ! -e new.db ] || fail "asking what is pending created a database"
}

case_rollback_last() {
  make_app
  local before
  before=$(dump app.db)
  expect 0 dataflow migrate rollback --last --database app.db --auto-confirm
  out_has 'nothing to take back'
  auto --to without_email.sql --auto-confirm --max-risk-level CRITICAL >/dev/null
  expect 0 dataflow migrate rollback --database sqlite:app.db --last --auto-confirm --max-risk-level CRITICAL
  is "$(dump app.db)" "$before"
  is "$(emails)" 'ada@example.com,bob@example.com'
  expect 0 dataflow migrate status --database app.db --format json
  json "d['rolled_back'] == 1 and d['applied'] == 0"
}

case_rollback_asks_and_refuses() {
  make_app
  auto --to v2.sql --auto-confirm >/dev/null
  query app.db "update user set phone = '123'"
  local before
  before=$(dump app.db)
  expect 3 dataflow migrate rollback --last --database app.db
  error_has 'nobody to ask'
  expect 4 dataflow migrate rollback --last --database app.db --auto-confirm --max-risk-level SAFE
  expect 0 dataflow migrate rollback --last --database app.db --dry-run
  out_has DROP_COLUMN
  expect 0 dataflow migrate rollback --last --database app.db --dry-run --format json
  json "d['dry_run'] and len(d['rollbacks']) == 1 and d['rollbacks'][0]['plan']"
  is "$(dump app.db)" "$before"
  expect 2 dataflow migrate rollback --database app.db
  expect 2 dataflow migrate rollback --database app.db --last --to x
  expect 2 dataflow migrate rollback --database app.db 19990101_000000
}

case_rollback_to_a_version() {
  make_app
  sed 's/created_at/extra TEXT, created_at/' v2.sql >v3.sql
  auto --to v2.sql --auto-confirm >/dev/null
  local first
  first=$(dataflow migrate history --database app.db | awk 'NR == 2 { print $1 }')
  sleep 1.1
  auto --to v3.sql --auto-confirm --max-risk-level CRITICAL >/dev/null
  expect 7 dataflow migrate rollback "$first" --database app.db --auto-confirm --max-risk-level CRITICAL
  expect 0 dataflow migrate rollback --to "$first" --database app.db --auto-confirm --max-risk-level CRITICAL
  expect 0 dataflow diff app.db v2.sql --check
  expect 0 dataflow migrate rollback "$first" --database app.db --auto-confirm --max-risk-level CRITICAL
  expect 0 dataflow diff app.db v1.sql --check
}

case_backups() {
  make_app
  expect 0 dataflow backup list --database app.db
  out_has 'no backups'
  auto --to without_email.sql --auto-confirm --max-risk-level CRITICAL >/dev/null
  expect 0 dataflow backup list --database app.db --format json
  json "len(d['backups']) == 1 and d['backups'][0]['column'] == 'email' and d['backups'][0]['rows'] == 2"
  sed 's/email TEXT NOT NULL/email TEXT/' v1.sql >again.sql
  auto --to again.sql --auto-confirm --max-risk-level CRITICAL >/dev/null
  local id
  id=$(dataflow backup list --database app.db | awk 'NR == 2 { print $1 }')
  expect 0 dataflow backup restore "$id" --database app.db
  out_has '2 rows'
  is "$(emails)" 'ada@example.com,bob@example.com'
  expect 2 dataflow backup restore 99 --database app.db
  expect 2 dataflow backup restore many --database app.db
  expect 2 dataflow backup prune --database app.db
  expect 2 dataflow backup prune --id 99 --database app.db --auto-confirm
  expect 3 dataflow backup prune --all --database app.db
  error_has 'nobody to ask'
  expect 0 dataflow backup prune --older-than 1 --database app.db --auto-confirm
  out_has 'deleted 0 backups'
  expect 0 dataflow backup prune --all --database app.db --auto-confirm
  out_has 'deleted 1 backup'
  expect 0 dataflow backup list --database app.db
  out_has 'no backups'
}
