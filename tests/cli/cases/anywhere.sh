# shellcheck shell=bash
# Schemas from revisions of git, directories of files and the history of a database.

committed() {
  git -c user.name=t -c user.email=t@t -c commit.gpgsign=false commit -qm "$1"
}
# A repository with two revisions of db/schema.sql.
make_repository() {
  make_app
  git init -q . && mkdir -p db && cp v1.sql db/schema.sql && git add db && committed one
  cp v2.sql db/schema.sql && git add db && committed two
}

case_revisions_of_git() {
  make_repository
  expect 12 dataflow diff git:HEAD~1:db/schema.sql git:HEAD:db/schema.sql --check
  out_has 'ADD_COLUMN .*phone'
  cp .out between
  expect 12 dataflow diff v1.sql v2.sql --check
  cmp .out between || fail "git and files differ"
  expect 0 dataflow diff git:HEAD~1:db/schema.sql app.db --check
  expect 0 dataflow diff git:HEAD:db v2.sql --check
  cd db || exit 1
  expect 0 dataflow diff git:HEAD:schema.sql ../v2.sql --check
  expect 0 dataflow diff git:HEAD:. ../v2.sql --check
  expect 0 dataflow diff git:HEAD:../db/schema.sql ../v2.sql --check
  expect 0 dataflow diff "git:HEAD:$PWD/schema.sql" ../v2.sql --check
  expect 0 dataflow diff "git:HEAD^{/tw}:schema.sql" ../v2.sql --check
  cd .. || exit 1
  expect 0 dataflow migrate auto --database app.db --to git:HEAD:db/schema.sql --auto-confirm
  expect 0 dataflow diff app.db v2.sql --check
}

case_snapshots_and_odd_names_in_git() {
  make_repository
  dataflow inspect app.db >"it's a:b.txt"
  dataflow inspect app.db --format json >x.json
  git add . && committed three
  expect 0 dataflow diff "git:HEAD:it's a:b.txt" app.db --check
  expect 0 dataflow diff git:HEAD:x.json app.db --check
  expect 2 dataflow diff git:HEAD:app.db app.db
  error_has 'neither SQL'
}

case_git_says_what_is_wrong() {
  make_repository
  expect 2 dataflow inspect git:nowhere:db/schema.sql
  error_has nowhere
  err_has '^hint: '
  expect 2 dataflow inspect git:HEAD:db/other.sql
  error_has "other.sql"
  for word in git: git:HEAD git::db git:--all:db git:HEAD:; do
    expect 2 dataflow inspect "$word"
    error_has 'a revision and a path'
  done
  mkdir "$PWD-outside" && cd "$PWD-outside" || exit 1
  expect 2 dataflow inspect git:HEAD:x.sql
  error_has 'not a git repository'
  local bash=$BASH
  PATH=/nowhere expect 2 "$BIN" inspect git:HEAD:x.sql
  error_has 'git cannot be run'
  [ -n "$bash" ]
}

case_a_directory_in_any_order() {
  mkdir -p db/10_tables db/.hidden
  echo 'CREATE INDEX by_user ON post (user_id);' >db/01_indexes.sql
  echo 'CREATE TRIGGER t AFTER INSERT ON post BEGIN UPDATE user SET n = 1; DELETE FROM post WHERE 0; END;' >db/02.sql
  echo 'CREATE VIEW v AS SELECT * FROM post;' >db/03.SQL
  echo "CREATE TABLE post (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES user, note TEXT DEFAULT 'a;b');
-- the end" >db/10_tables/a.sql
  echo 'CREATE TABLE user (id INTEGER PRIMARY KEY, n INTEGER)' >db/10_tables/b.sql
  echo 'not SQL' >db/.hidden/x.sql
  echo 'not SQL' >db/README
  echo 'DROP TABLE user;' >db/1_user.down.sql
  cat db/10_tables/b.sql - db/10_tables/a.sql db/0*.sql db/03.SQL >all.sql <<<';'
  expect 0 dataflow diff db all.sql --check
  expect 0 dataflow inspect db --format sql
  out_has by_user
  git init -q . && git add db && committed one
  expect 0 dataflow diff git:HEAD:db all.sql --check
  expect 0 dataflow diff git:HEAD:./db/ db --check
}

case_a_directory_that_makes_no_sense() {
  mkdir empty db
  expect 2 dataflow inspect empty
  error_has 'no .sql file'
  echo 'CREATE INDEX i ON nowhere (x);' >db/1.sql
  echo 'CREATE TABEL t (x);' >db/2.sql
  echo 'CREATE TABLE t (x);' >db/3.sql
  expect 2 dataflow inspect db
  error_has 'db/2.sql: .*TABEL'
  rm db/2.sql
  expect 2 dataflow inspect db
  error_has 'db/1.sql: .*nowhere'
  chmod 0 db/1.sql
  leave_root
  mkdir shut && echo 'CREATE TABLE t (x);' >shut/a.sql && chmod 0 shut/a.sql && chown nobody shut
  expect 10 dataflow inspect shut
  error_has 'may not be read'
}

case_versions_of_the_history() {
  make_app
  auto --to v2.sql --auto-confirm >.out || fail "migrate"
  local first second
  first=$(query app.db "select version from dataflow_history")
  auto --to without_email.sql --auto-confirm --max-risk-level CRITICAL >.out || fail "migrate again"
  second=$(query app.db "select version from dataflow_history order by id desc limit 1")
  expect 0 dataflow diff "version:$first" v2.sql --check --database app.db
  expect 0 dataflow diff v2.sql "version:${first#migration_}" --check --database sqlite:app.db
  expect 0 dataflow diff "version:$second" app.db --check
  expect 12 dataflow diff "version:$first" "version:$second" --check --database app.db
  out_has 'DROP_COLUMN .*email'
  DATAFLOW_DATABASE=sqlite:app.db expect 0 dataflow inspect "version:$first" --format sql
  out_has email
  expect 0 dataflow migrate auto --database app.db --to "version:$first" --auto-confirm --backfill "user.email=''"
  expect 0 dataflow diff app.db v2.sql --check
  expect 2 dataflow diff version:nothing app.db
  error_has "no migration 'nothing'"
  expect 2 dataflow inspect "version:$first"
  error_has 'needs the database'
}

case_drift() {
  make_app
  expect 2 dataflow drift --database app.db
  error_has 'no history'
  auto --to v2.sql --auto-confirm >.out || fail "migrate"
  expect 0 dataflow drift --database app.db
  out_has '^no drift$'
  query app.db 'ALTER TABLE user ADD COLUMN by_hand TEXT; CREATE TABLE other (x)'
  expect 12 dataflow drift --database app.db
  out_has 'ADD_COLUMN .*by_hand'
  out_has other
  expect 12 dataflow drift --database app.db --format json
  json "not d['equal'] and len(d['difference']['changes']) == 2"
  query app.db 'ALTER TABLE user DROP COLUMN by_hand; DROP TABLE other'
  expect 0 dataflow drift --database app.db
  expect 0 dataflow migrate rollback --last --database app.db --auto-confirm --max-risk-level CRITICAL
  expect 0 dataflow drift --database app.db
  expect 0 dataflow diff app.db v1.sql --check
}

case_renames_in_comments() {
  make_app
  cat >v3.sql <<'SQL'
-- renamed from user
CREATE TABLE person (id INTEGER PRIMARY KEY,
  full_name TEXT NOT NULL DEFAULT ('-- renamed from nothing'), -- renamed from name
  -- @renamed from=email
  "e-mail" TEXT NOT NULL, created_at TIMESTAMP /* renamed from x */);
SQL
  sed -i "s/ DEFAULT ('-- renamed from nothing')//" v3.sql
  expect 0 dataflow diff app.db v3.sql
  out_has 'RENAME_TABLE'
  is "$(grep -c RENAME_COLUMN .out)" 2
  out_lacks 'DROP|ADD_'
  expect 0 dataflow migrate auto --database app.db --to v3.sql --auto-confirm --max-risk-level CRITICAL
  is "$(query app.db 'select full_name || "e-mail" from person where id = 1')" Adaada@example.com
  expect 0 dataflow diff app.db v3.sql --check
}

case_every_pair_of_kinds_of_source() {
  make_app
  cp v1.sql before.sql && cp v2.sql after.sql
  sqlite3 after.db <v2.sql
  make_kinds before before.sql app.db
  make_kinds after after.sql after.db
  compare_kinds 1 sqlite::memory: sqlite:app.db sqlite:after.db
}
