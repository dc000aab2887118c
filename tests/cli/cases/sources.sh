# shellcheck shell=bash

make_odd() {
  cat >odd.sql <<'SQL'
CREATE TABLE "order" ("group" TEXT DEFAULT 'it''s', "sp ace" INTEGER, "q""uote" REAL);
CREATE TABLE "数据 #1" ("列" TEXT NOT NULL, "naïve" BLOB);
CREATE INDEX "ix 列" ON "数据 #1" ("列");
SQL
  sqlite3 odd.db <odd.sql
}

case_every_kind_of_source_says_the_same() {
  make_app
  dataflow inspect sqlite:app.db >app.txt
  dataflow inspect sqlite:app.db --format json >app.json
  dataflow inspect sqlite:app.db --format sql >app.sql
  local from to
  for from in sqlite:app.db app.db v1.sql app.txt app.json app.sql; do
    for to in sqlite:app.db app.db v1.sql app.txt app.json app.sql; do
      expect 0 dataflow diff "$from" "$to" --check
      out_has '^no differences$'
    done
  done
}

case_inspect_sql_makes_the_same_database() {
  make_odd
  dataflow inspect odd.db --format sql >again.sql || fail "inspect"
  sqlite3 -bail again.db <again.sql || fail "sqlite3 does not read it"
  expect 0 dataflow diff odd.db again.db --check
  expect 0 dataflow diff odd.db odd.sql --check
}

case_odd_names_survive_snapshots() {
  make_odd
  for form in text json; do
    dataflow inspect odd.db --format $form >odd.$form
    expect 0 dataflow inspect odd.$form --format $form
    cmp .out odd.$form || fail "$form does not survive being read"
    expect 0 dataflow diff odd.$form odd.db --check
  done
}

case_paths_with_odd_names() {
  make_app
  mkdir 'a dir' && cp app.db "a dir/it's 数据.db" && cp v1.sql 'a dir/ü v1.sql'
  expect 0 dataflow diff "a dir/it's 数据.db" 'a dir/ü v1.sql' --check
  expect 0 dataflow diff "sqlite:a dir/it's 数据.db" 'a dir/ü v1.sql' --check
}

case_standard_input() {
  make_app
  dataflow diff - app.db --check <v1.sql || fail "SQL on standard input"
  dataflow inspect app.db | dataflow diff - app.db --check || fail "a text snapshot on standard input"
  dataflow inspect app.db --format json | dataflow diff app.db - --check || fail "a JSON snapshot on standard input"
  expect 2 dataflow diff - -
  error_has 'both sides'
  dataflow inspect - <app.db >.out 2>.err && fail "a database on standard input was read"
  error_has 'standard input'
  dataflow inspect - <&- >.out 2>.err && fail "closed standard input was read"
  error_has 'standard input'
}

case_pipes_are_files_too() {
  make_app
  dataflow diff <(cat v1.sql) app.db --check >.out 2>.err || fail "a pipe"
}

case_no_such_file() {
  expect 2 dataflow inspect nowhere.sql
  error_has "there is no file 'nowhere.sql'"
  expect 2 dataflow inspect sqlite:nowhere.db
  error_has 'nowhere.db'
  [ ! -e nowhere.db ] || fail "inspecting created a database"
  expect 2 dataflow migrate status --database nowhere.db
  error_has 'sqlite:nowhere.db'
  expect 2 dataflow migrate history --database sqlite:nowhere.db
  [ ! -e nowhere.db ] || fail "asking for history created a database"
}

case_not_a_database() {
  printf 'this is not a database, and it is longer than a header of one would be....\n' >text.db
  for command in 'inspect' 'migrate status --database'; do
    # shellcheck disable=SC2086
    expect 2 dataflow $command sqlite:text.db
    error_has 'not a database|not a SQLite'
    # shellcheck disable=SC2086
    expect 2 dataflow $command text.db
  done
  : >empty.db
  expect 2 dataflow migrate status --database empty.db
  error_has 'empty'
  expect 2 dataflow inspect empty.db
}

case_truncated_database() {
  make_app
  head -c 600 app.db >cut.db
  dataflow inspect cut.db >.out 2>.err && fail "a cut database was inspected"
  err_has '^error: '
}

case_directory() {
  mkdir dir
  expect 2 dataflow inspect dir
  error_has 'directory'
  expect 2 dataflow migrate status --database dir
  dataflow inspect sqlite:dir >.out 2>.err && fail "a directory was inspected"
  err_has '^error: '
}

case_unreadable_file() {
  make_app
  leave_root
  chmod 000 v1.sql
  expect 10 dataflow inspect v1.sql
}

case_bad_sql() {
  echo 'CREATE TABLE a (id INTEGER; CREATE TABEL b (x);' >bad.sql
  expect 2 dataflow inspect bad.sql
  error_has 'bad.sql'
  # A file that brings rows along is still a schema.
  echo "CREATE TABLE a (id INTEGER); INSERT INTO a VALUES (1);" >rows.sql
  expect 0 dataflow inspect rows.sql
  expect 0 dataflow inspect - </dev/null
}

case_bad_snapshots() {
  make_app
  echo '{"tables": [' >cut.json
  expect 2 dataflow inspect cut.json
  error_has 'cut.json'
  echo '{"something": "else"}' >other.json
  expect 2 dataflow inspect other.json
  error_has 'other.json'
  dataflow inspect app.db | sed '$d' | sed '2s/.*/nonsense here/' >cut.txt
  expect 2 dataflow inspect cut.txt
  error_has 'cut.txt'
  error_has 'line'
  echo 'hello' >hello.txt
  expect 2 dataflow inspect hello.txt
  error_has 'neither SQL, nor a snapshot'
  : >empty.json
  expect 2 dataflow inspect empty.json
  head -c 100000 /dev/urandom >noise.json
  expect 2 dataflow inspect noise.json
}

case_bad_urls() {
  expect 2 dataflow inspect oracle://host/db
  error_has 'oracle'
  expect 2 dataflow inspect sqlit:app.db
  error_has 'sqlite'
  expect 2 dataflow migrate status --database sqlite:
}

case_byte_order_mark_and_line_ends() {
  make_app
  { printf '\xef\xbb\xbf'; sed 's/$/\r/' v1.sql; } >windows.sql
  expect 0 dataflow diff windows.sql app.db --check
}

case_passwords_are_never_printed() {
  local url
  for url in 'postgresql://me:geheim@host/db' 'oracle://me:geheim@host/db' 'mariadb://host/db?user=me&password=geheim'; do
    for command in inspect 'diff v1.sql' 'migrate status --database' 'migrate auto --to v1.sql --auto-confirm --database' version \
      'inspect a' 'inspect --x'; do
      # shellcheck disable=SC2086
      dataflow $command "$url" >.out 2>.err </dev/null
      ! cat .out .err | grep -q geheim || fail "$command printed a password"
      # shellcheck disable=SC2086
      dataflow $command "$url" --format json >.out 2>.err </dev/null
      ! cat .out .err | grep -q geheim || fail "$command printed a password in JSON"
    done
  done
}
