# shellcheck shell=bash

case_no_command() {
  expect 2 dataflow
  error_has 'no command'
  no_out
}

case_unknown_commands() {
  expect 2 dataflow inspct app.db
  error_has 'did you mean inspect\?'
  expect 2 dataflow migrate aut
  error_has 'did you mean migrate auto\?'
  expect 2 dataflow rollback
  error_has 'did you mean migrate rollback\?'
  expect 2 dataflow migrate
  error_has 'migrate needs a command'
  expect 2 dataflow backup --format text
  error_has 'backup needs a command'
  expect 2 dataflow ''
  error_has 'there is no command'
  expect 2 dataflow "$(printf 'a\nb')"
  is "$(wc -l <.err)" 2
}

case_unknown_options_and_values() {
  expect 2 dataflow diff a b --chek
  error_has 'did you mean --check\?'
  expect 2 dataflow migrate auto --max-risk HIGH
  error_has 'did you mean --max-risk-level\?'
  expect 2 dataflow inspect a -x
  error_has "no option '-x'"
  expect 2 dataflow inspect a --format jsn
  error_has 'did you mean json\?'
  expect 2 dataflow migrate history --database sqlite:app.db --limit many
  error_has 'whole number'
  expect 2 dataflow migrate history --database sqlite:app.db --limit -1
  error_has 'whole number'
  expect 2 dataflow migrate auto --database sqlite:app.db --max-risk-level EXTREME --to v.sql
  error_has 'CRITICAL'
  expect 2 dataflow migrate auto --database sqlite:app.db --exclude-operations DROP_COLUM --to v.sql
  error_has 'did you mean DROP_COLUMN\?'
  expect 2 dataflow migrate auto --database sqlite:app.db --timeout soon --to v.sql
  error_has 'seconds'
}

case_missing_and_surplus_words() {
  expect 2 dataflow inspect
  error_has 'inspect needs SOURCE'
  expect 2 dataflow diff a
  error_has 'diff needs TO'
  expect 2 dataflow diff
  error_has 'diff needs FROM'
  expect 2 dataflow diff a b c
  error_has "'c'"
  expect 2 dataflow version now
  error_has "'now'"
  expect 2 dataflow migrate show --database sqlite:app.db
  error_has 'needs VERSION'
}

case_empty_arguments() {
  expect 2 dataflow inspect ''
  error_has 'empty'
  expect 2 dataflow diff v1.sql ''
  error_has 'empty'
  expect 2 dataflow migrate auto --database '' --to v1.sql
  error_has 'database needs a value'
  # An unset variable must not make the next word the database.
  expect 2 dataflow migrate status --database= sqlite:app.db
  error_has 'database needs a value'
  expect 2 dataflow migrate auto --to --database sqlite:app.db
  error_has 'to needs a value'
  DATAFLOW_DATABASE='' expect 2 dataflow migrate status
  error_has 'needs a database'
}

case_options_may_stand_anywhere() {
  make_app
  expect 0 dataflow --format json inspect sqlite:app.db
  json "'tables' in d"
  expect 0 dataflow --no-color --ascii diff --check v1.sql sqlite:app.db
  expect 0 dataflow diff v1.sql -- app.db
  expect 0 dataflow inspect app.db --format=JSON
  json "'tables' in d"
}

case_words_that_begin_with_a_dash() {
  make_app
  mv v1.sql -- -v1.sql
  expect 0 dataflow diff --check -- -v1.sql app.db
  expect 2 dataflow diff --check -v1.sql app.db
}

case_json_errors_are_one_document() {
  expect 2 dataflow inspect nowhere.sql --format json
  json "d['ok'] is False and d['error']['code'] == 'no_such_file' and d['error']['hint'] and 'nowhere.sql' in d['error']['message']"
  no_err
  expect 2 dataflow inspect --format=json
  json "d['error']['code'] == 'usage' and d['error']['exit_status'] == 2"
  expect 2 dataflow nonsense --format json
  json "d['error']['code'] == 'usage'"
  expect 2 dataflow inspect "$(printf 'bad\xff.sql')" --format json
  json "d['ok'] is False"
}

case_simple_exit() {
  make_app
  expect 1 dataflow diff v1.sql v2.sql --check --simple-exit
  expect 1 dataflow inspect nowhere.sql --simple-exit
  expect 1 dataflow --simple-exit nonsense
  expect 0 dataflow diff v1.sql app.db --check --simple-exit
}

case_models_need_a_program_that_has_them() {
  make_app
  expect 2 dataflow inspect models
  error_has 'knows no models'
  expect 2 dataflow migrate auto --database sqlite:app.db --auto-confirm
  error_has 'needs --to'
}
