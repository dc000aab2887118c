# shellcheck shell=bash

case_diff_that_finds_something() {
  make_app
  expect 0 dataflow diff app.db v2.sql
  out_has phone
  out_has is_active
  out_has updated_at
  no_err
  expect 12 dataflow diff app.db v2.sql --check
  expect 12 dataflow diff v2.sql app.db --check
  out_has '[Dd][Rr][Oo][Pp]'
}

case_diff_as_json() {
  make_app
  expect 12 dataflow diff app.db v2.sql --check --format json
  json "d['ok'] and d['equal'] is False and d['difference']"
  expect 0 dataflow diff app.db v1.sql --check --format json
  json "d['ok'] and d['equal'] is True"
}

case_diff_quiet() {
  make_app
  expect 12 dataflow diff app.db v2.sql --check --quiet
  no_out
  no_err
}

case_diff_formats() {
  make_app
  local form
  for form in text tree markdown; do
    expect 0 dataflow diff app.db v2.sql --format $form --ascii --no-color
    out_has phone
    ! LC_ALL=C grep -q '[^ -~]' .out || fail "$form with --ascii has other characters"
  done
}

case_diff_knows_renames_only_when_told() {
  make_app
  sed 's/email/mail/' v1.sql >renamed.sql
  expect 0 dataflow diff app.db renamed.sql --format json
  cp .out untold
  expect 0 dataflow diff app.db renamed.sql --rename user.email=mail --format json
  ! cmp -s .out untold || fail "the hint changed nothing"
  expect 0 dataflow diff app.db renamed.sql --rename user.email=mail
  out_has '[Rr][Ee][Nn][Aa][Mm][Ee]'
}

case_diff_spelling_is_no_difference() {
  make_app
  cat >spelled.sql <<'SQL'
create table "user" ( "id" integer primary key , "name" text not null, email  text NOT NULL, created_at timestamp )
SQL
  expect 0 dataflow diff app.db spelled.sql --check
}

case_diff_changes_nothing() {
  make_app
  local before
  before=$(digest app.db)
  expect 0 dataflow diff app.db v2.sql
  expect 0 dataflow inspect app.db
  expect 0 dataflow migrate status --database app.db --to v2.sql
  expect 0 dataflow migrate pending --database app.db --to v2.sql
  is "$(digest app.db)" "$before"
  is "$(find . -name 'app.db*' | wc -l)" 1
}
