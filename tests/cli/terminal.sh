#!/usr/bin/env bash
# The questions, on a real terminal: terminal.sh EXECUTABLE [REGEX]. Each case runs a command in a terminal of its own,
# waits for what it asks, types, and looks at the screen and at the database.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=$(realpath "${1:?usage: terminal.sh EXECUTABLE [REGEX]}")
export BIN
# shellcheck source=/dev/null
. "$here/support/lib.sh"

command -v tmux >/dev/null || { echo 'error: tmux is not installed' >&2; exit 2; }
scratch=$(mktemp -d)
export LC_ALL=C.UTF-8
unset DATAFLOW_DATABASE DATAFLOW_ASCII NO_COLOR TMUX
tmux_here() { tmux -u -S "$scratch/socket" -f /dev/null "$@"; }
trap 'tmux_here kill-server 2>/dev/null; rm -rf "$scratch"' EXIT

# A session that outlives the cases: without one, the server would end with each of them.
tmux_here new-session -d -s keep 'exec sleep 3600'

# start COMMAND: runs it in a new terminal of 100 columns; its exit status is printed when it ends.
start() {
  tmux_here kill-session -t case 2>/dev/null
  tmux_here new-session -d -s case -x 100 -y 50 "trap : INT; cd '$PWD' && $BIN $1; echo \"ended with \$?.\"; exec sleep 60"
}
screen() { tmux_here capture-pane -p -J -S - -t case; }
type_line() { tmux_here send-keys -t case -l -- "$1" && tmux_here send-keys -t case Enter; }
press() { tmux_here send-keys -t case "$1"; }
see() {
  for _ in $(seq 600); do
    screen >.out
    ! grep -qE -- "$1" .out || return 0
    sleep 0.1
  done
  fail "never seen on the terminal: $1"
}
ends_with() { see "^(.*\^C)?ended with $1\.$"; }

ask() { start "migrate auto --database sqlite:app.db --to $1 ${2:-}"; }
begin() {
  make_app
  before=$(dump app.db)
}
unchanged() { is "$(dump app.db)" "$before"; }
changed() { [ "$(dump app.db)" != "$before" ] || fail "nothing was changed"; }

case_yes() {
  begin
  ask v2.sql
  see 'Apply these changes\? \[y/N\]:'
  out_has '┌─'
  out_has 'ADD_COLUMN'
  out_has 'SAFE'
  unchanged
  type_line y
  ends_with 0
  changed
}

case_yes_in_full() {
  begin
  ask v2.sql
  see '\[y/N\]:'
  type_line ' YES '
  ends_with 0
  changed
}

case_no() {
  begin
  ask v2.sql
  see '\[y/N\]:'
  type_line N
  ends_with 3
  unchanged
}

case_empty_is_no() {
  begin
  ask v2.sql
  see '\[y/N\]:'
  press Enter
  ends_with 3
  unchanged
}

case_something_else_is_no() {
  begin
  ask v2.sql
  see '\[y/N\]:'
  type_line 'yesterday'
  ends_with 3
  unchanged
}

case_end_of_input_is_no() {
  begin
  ask v2.sql
  see '\[y/N\]:'
  press C-d
  ends_with 3
  unchanged
}

case_interrupt_ends_it() {
  begin
  ask v2.sql
  see '\[y/N\]:'
  press C-c
  ends_with 130
  unchanged
  expect 0 auto --to v2.sql --auto-confirm
}

case_the_typed_name() {
  begin
  ask v2.sql '--require-explicit-confirm --auto-confirm'
  see 'Type app\.db'
  type_line y
  ends_with 3
  unchanged
  ask v2.sql --require-explicit-confirm
  see 'Type app\.db'
  type_line app.db
  ends_with 0
  changed
}

case_confirmation_in_spite_of_auto_confirm() {
  begin
  ask without_email.sql '--auto-confirm --max-risk-level CRITICAL --require-confirmation'
  see '\[y/N\]:'
  out_has 'DROP_COLUMN'
  type_line n
  ends_with 3
  unchanged
  ask v2.sql '--auto-confirm --require-confirmation'
  ends_with 0
  out_lacks '\[y/N\]'
}

case_a_limit_is_not_asked_about() {
  begin
  ask without_email.sql '--max-risk-level MEDIUM'
  ends_with 4
  out_lacks '\[y/N\]'
  unchanged
}

case_a_person_may_allow_everything() {
  begin
  ask without_email.sql
  see '\[y/N\]:'
  type_line y
  ends_with 0
  changed
}

case_dry_run_asks_nothing() {
  begin
  ask v2.sql --dry-run
  ends_with 0
  out_lacks '\[y/N\]'
  unchanged
}

case_json_asks_nothing() {
  begin
  ask v2.sql '--format json'
  ends_with 3
  out_has '"ok": false'
  unchanged
}

case_quiet_shows_what_it_asks_about() {
  begin
  ask v2.sql --quiet
  see '\[y/N\]:'
  out_has 'ADD_COLUMN'
  type_line y
  ends_with 0
  changed
}

case_ascii() {
  begin
  ask v2.sql --ascii
  see '\[y/N\]:'
  ! LC_ALL=C grep -q '[^ -~]' .out || fail "there are characters beyond ASCII"
  press Enter
  ends_with 3
}

case_the_table_fits_a_narrow_terminal() {
  begin
  ask v2.sql
  see '\[y/N\]:'
  press Enter
  ends_with 3
  tmux_here kill-session -t case
  tmux_here new-session -d -s case -x 60 -y 50 "cd '$PWD' && $BIN migrate auto --database sqlite:app.db --to v2.sql --dry-run; echo 'ended with 0.'; exec sleep 60"
  ends_with 0
  tmux_here capture-pane -p -t case >.out
  out_has '^┌.*┐$'
}

case_rollback() {
  begin
  expect 0 auto --to v2.sql --auto-confirm
  local after
  after=$(dump app.db)
  start 'migrate rollback --last --database app.db'
  see 'Take back 1 migration\? \[y/N\]:'
  out_has 'DROP_COLUMN'
  press Enter
  ends_with 3
  is "$(dump app.db)" "$after"
  start 'migrate rollback --last --database app.db'
  see '\[y/N\]:'
  type_line y
  ends_with 0
  unchanged
}

case_prune() {
  begin
  expect 0 auto --to without_email.sql --auto-confirm --max-risk-level CRITICAL
  start 'backup prune --all --database app.db'
  see 'Delete 1 backup for good\? \[y/N\]:'
  type_line n
  ends_with 3
  expect 0 dataflow backup list --database app.db --format json
  json "len(d['backups']) == 1"
  start 'backup prune --all --database app.db'
  see '\[y/N\]:'
  type_line y
  ends_with 0
  expect 0 dataflow backup list --database app.db --format json
  json "d['backups'] == []"
}

# A migration of more than half a second, on a terminal of $1 columns.
begin_slow() {
  begin
  query app.db "with recursive n (i) as (select 3 union all select i + 1 from n where i < 1500000)
    insert into user (id, name, email) select i, 'a' || i, hex(randomblob(20)) from n"
  sed 's/created_at TIMESTAMP/created_at TIMESTAMP CHECK (created_at IS NULL)/' v1.sql >slow.sql
  tmux_here kill-session -t case 2>/dev/null
  tmux_here new-session -d -s case -x "$1" -y 20 "cd '$PWD' && ${2:-} $BIN migrate auto --database sqlite:app.db --to slow.sql --auto-confirm --no-show-sql ${3:-}; echo \"ended with \$?.\"; exec sleep 60"
}

case_progress_shows_and_goes() {
  begin_slow 100
  see '^step 1 of 1: .*rebuild table user · 1,50[0-9],[0-9]{3} rows, [0-9,]+ a second · [0-9.]+ s'
  ends_with 0
  out_lacks 'step 1 of|about|a second'
  out_has '^✅ Migration completed'
}

case_progress_fits_a_narrow_terminal() {
  begin_slow 40
  see '^step 1 of 1: (checking rows:…|rebuild table user) · [0-9.]+ s$'
  is "$(grep -c 'step 1' .out)" 1
  ends_with 0
  out_lacks 'step 1 of|rows:'
}

case_progress_in_ascii() {
  begin_slow 100 'NO_COLOR=1' --ascii
  see '^step 1 of 1: .* - [0-9.]+ s'
  ! LC_ALL=C grep -q '[^ -~]' .out || fail "there are characters beyond ASCII"
  ends_with 0
}

case_progress_can_be_off() {
  local how
  for how in '--progress none' --quiet; do
    rm -f app.db
    begin_slow 100 '' "$how"
    never_seen_until_the_end
  done
  rm -f app.db
  begin_slow 100 TERM=dumb
  never_seen_until_the_end
}
never_seen_until_the_end() {
  for _ in $(seq 1200); do
    screen >.out
    out_lacks 'step 1'
    ! grep -q '^ended with 0' .out || return 0
    sleep 0.05
  done
  fail "it never ended"
}

run_cases "$scratch" "${2:-.}"
