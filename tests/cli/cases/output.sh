# shellcheck shell=bash

case_full_disk_behind_standard_output() {
  make_app
  for command in help 'inspect app.db' 'inspect app.db --format json' 'diff app.db v2.sql' 'completion bash'; do
    # shellcheck disable=SC2086
    dataflow $command >/dev/full 2>.err </dev/null
    is $? 1
    : >.out
    error_has 'cannot write to standard output: no space left on device'
  done
}

case_closed_standard_output() {
  make_app
  local status=0
  dataflow inspect app.db >&- 2>.err || status=$?
  : >.out
  is "$status" 1
  error_has 'cannot write to standard output'
  local before
  before=$(digest app.db)
  dataflow migrate auto --database sqlite:app.db --to v2.sql --dry-run >&- 2>&- <&-
  is "$(digest app.db)" "$before"
  is "$(query app.db 'pragma integrity_check')" ok
}

case_reader_that_goes_away() {
  make_app
  query app.db "$(for i in $(seq 400); do echo "create table wide_table_number_$i (first_column, second_column, third_column);"; done)"
  dataflow inspect app.db 2>.err | head -n 1 >.out
  is "${PIPESTATUS[0]}" 0
  no_err
}

case_quiet_prints_results_only() {
  make_app
  expect 0 dataflow inspect app.db --quiet
  out_has user
  expect 0 auto --to v2.sql --auto-confirm --quiet
  no_out
  no_err
}

case_a_pipe_gets_no_colour() {
  make_app
  expect 0 auto --to v2.sql --dry-run --safety-analysis
  ! grep -q $'\e' .out || fail "there are colours in a pipe"
}

case_completion_for_bash() {
  make_app
  dataflow completion bash >completion.bash || fail "no script"
  bash -n completion.bash || fail "bash does not read it"
  complete_words() {  # the words typed so far, the last one perhaps empty
    bash -c 'source ./completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      $(complete -p dataflow | sed "s/.*-F \([^ ]*\) .*/\1/"); printf "%s\n" "${COMPREPLY[@]}"' - "$@" | sort | tr '\n' ' '
  }
  is "$(complete_words dataflow in)" 'inspect '
  is "$(complete_words dataflow migrate r)" 'resume rollback '
  is "$(complete_words dataflow migrate '')" 'auto baseline down generate history pending resume rollback show status up validate '
  is "$(complete_words dataflow migrate auto --max)" '--max-risk-level '
  is "$(complete_words dataflow migrate auto --max-risk-level '')" 'CRITICAL HIGH LOW MEDIUM SAFE '
  is "$(complete_words dataflow diff a.sql --ch)" '--check '
  is "$(complete_words dataflow completion '')" 'bash fish zsh '
  is "$(complete_words dataflow migrate auto --dry-run --form)" '--format '
}

case_completion_scripts_are_for_every_shell() {
  local shell
  for shell in bash zsh fish; do
    expect 0 dataflow completion $shell
    out_has '--max-risk-level'
    out_has 'rollback'
  done
  expect 2 dataflow completion fishh
  error_has 'did you mean fish\?'
}

case_completion_for_fish() {
  make_app
  dataflow completion fish >completion.fish || fail "no script"
  fish_words() { fish --no-config -c "source completion.fish; complete -C'$1'" | sort | tr '\n' ' '; }
  is "$(fish_words 'dataflow migrate ')" 'auto baseline down generate history pending resume rollback show status up validate '
  is "$(fish_words 'dataflow migrate rollback --l')" '--last '
  is "$(fish_words 'dataflow migrate auto --max-risk-level ')" 'CRITICAL HIGH LOW MEDIUM SAFE '
}

case_completion_for_zsh() {
  make_app
  dataflow completion zsh >completion.zsh || fail "no script"
  zsh -n completion.zsh || fail "zsh does not read it"
  # What compadd is given is what zsh would offer.
  zsh_words() {
    zsh -f -c 'compdef() { :; }; _files() { print files; }; compadd() { shift; print -l -- "$@"; }
      source ./completion.zsh; words=("$@"); CURRENT=$#; _dataflow_words' - "$@" | sort | tr '\n' ' '
  }
  is "$(zsh_words dataflow migrate '')" 'auto baseline down generate history pending resume rollback show status up validate '
  is "$(zsh_words dataflow migrate auto --max-risk-level '')" 'CRITICAL HIGH LOW MEDIUM SAFE '
  is "$(zsh_words dataflow diff '')" 'files '
}
