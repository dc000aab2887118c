# shellcheck shell=bash

case_help_lists_every_command() {
  expect 0 dataflow help
  for command in inspect diff drift 'migrate auto' 'migrate status' 'migrate history' 'migrate pending' 'migrate show' \
    'migrate rollback' 'migrate generate' 'migrate up' 'migrate down' 'migrate validate' 'migrate baseline' 'backup list' 'backup restore' 'backup prune' help version completion; do
    out_has "^  $command"
  done
  cp .out help
  expect 0 dataflow --help
  cmp .out help || fail "--help is not help"
  expect 0 dataflow -h
  cmp .out help || fail "-h is not help"
}

case_help_of_every_command_is_complete() {
  local commands
  commands=$(dataflow help --format json | python3 -c 'import json,sys; print("\n".join(c["name"] for c in json.load(sys.stdin)["commands"]))')
  is "$(wc -l <<<"$commands")" 21
  while read -r command; do
    # shellcheck disable=SC2086
    expect 0 dataflow help $command
    for part in '^Usage:' '^Options:' '^  --format' '^Example:' '^Exit status:'; do out_has "$part"; done
    out_has "^  dataflow $command"
    cp .out help
    # shellcheck disable=SC2086
    expect 0 dataflow $command --help
    cmp .out help || fail "$command --help differs"
    # shellcheck disable=SC2086
    expect 0 dataflow help $command --format json
    json "d['ok'] and d['command'] == '$command' and len(d['options']) > 3"
  done <<<"$commands"
}

case_examples_of_help_are_accepted() {
  local line
  dataflow help --format json >commands.json
  python3 -c 'import json; print("\n".join(c["name"] for c in json.load(open("commands.json"))["commands"]))' >names
  while read -r command; do
    # shellcheck disable=SC2086
    line=$(dataflow help $command | sed -n '/^Example:/{n;s/^  dataflow //;p}')
    make_app
    cp v2.sql schema.sql
    # shellcheck disable=SC2086
    dataflow $line >.out 2>.err </dev/null
    ! grep -qE "has no option|does not take|there is no command|needs " .err || fail "the example of $command"
  done <names
}

case_help_of_a_group() {
  expect 0 dataflow help migrate
  out_has 'migrate auto'
  out_lacks 'backup list'
  cp .out help
  expect 0 dataflow migrate --help
  cmp .out help || fail "migrate --help differs"
}

case_help_on_something_unknown() {
  expect 2 dataflow help migrat auto
  error_has 'did you mean migrate auto'
}

case_help_uses_the_name_it_was_called_by() {
  ln -s "$BIN" shop
  expect 0 ./shop help diff
  out_has '^  shop diff FROM TO'
}

case_version() {
  expect 0 dataflow version
  out_has '^dataflow [0-9]+\.[0-9]+\.[0-9]+$'
  cp .out version
  expect 0 dataflow --version
  cmp .out version || fail "--version is not version"
  expect 0 dataflow version --format json
  json "d['ok'] and d['version'].count('.') == 2"
}

case_exit_codes() {
  expect 0 dataflow --exit-codes
  for status in 0 1 2 3 4 6 7 8 10 12; do out_has "^  $status "; done
  expect 0 dataflow help --exit-codes --format json
  json "[r['status'] for r in d['exit_codes']] == [0, 1, 2, 3, 4, 6, 7, 8, 10, 12]"
}
