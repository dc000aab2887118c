# shellcheck shell=bash disable=SC2154,SC2016
# Sources of every kind, and what history knows.

case_every_pair_of_kinds_of_source() {
  cat >before.sql <<'SQL'
CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, m enum('sad', 'happy') DEFAULT 'sad');
CREATE VIEW v AS SELECT a FROM t WHERE m = 'happy';
SQL
  cat >after.sql <<'SQL'
CREATE TABLE t (id int PRIMARY KEY, a bigint NOT NULL CHECK (a > 0), m enum('sad', 'fine', 'happy') DEFAULT 'sad',
  b decimal(10, 2));
CREATE INDEX by_a ON t (a DESC);
SQL
  make_database "$(cat before.sql)"
  local before=$url first=$database
  make_kinds before before.sql "$url"
  make_database "$(cat after.sql)"
  # shellcheck disable=SC2064
  trap "sql 'DROP DATABASE IF EXISTS $first' mysql; sql 'DROP DATABASE IF EXISTS $database' mysql" EXIT
  make_kinds after after.sql "$url"
  compare_kinds 4 "$before" "$before" "$url"
}

case_a_version_is_the_one_that_is_named() {
  make_database "$people"
  cp v2.sql v3.sql
  echo 'CREATE TABLE t (id int PRIMARY KEY, a int, b text, c text);' >v4.sql
  local to first
  for to in v3 v4; do
    expect 0 dataflow migrate auto --database "$url" --to "$to.sql" --auto-confirm
  done
  first=$(dataflow migrate history --database "$url" --format json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["migrations"][1]["version"])')
  expect 0 dataflow diff "version:$first" v3.sql --check --database "$url"
  expect 0 dataflow diff v3.sql "version:$first" --check --database "$url" --dev "$(url_of mysql)"  # the other server has no history
  expect 0 dataflow diff "version:${first#migration_}" v3.sql --check --database "$url"
  expect 0 dataflow migrate show "$first" --database "$url"
  out_has 'add column b'
  out_lacks 'add column c'
}

case_drift() {
  make_database "$people"
  expect 2 dataflow drift --database "$url"
  error_has 'no history'
  expect 0 auto
  expect 0 dataflow drift --database "$url"
  sql 'ALTER TABLE t MODIFY b text DEFAULT "x"; CREATE TABLE `Other ``one` (x int)'
  expect 12 dataflow drift --database "$url"
  out_has 'Other `one'
  expect 12 dataflow drift --database "$url" --format json
  json "len(d['difference']['changes']) == 2"
  sql 'ALTER TABLE t MODIFY b text; DROP TABLE `Other ``one`'
  expect 0 dataflow drift --database "$url"
}

# What inspect writes as SQL, the client program takes: bodies with semicolons, a table called event.
case_inspected_sql_loads_through_the_client() {
  make_database 'CREATE TABLE event (id int PRIMARY KEY, a varchar(9) DEFAULT ";//");
    CREATE PROCEDURE p() SELECT "a; b // c"'
  mariadb --no-defaults --user=root --socket="$socket" -D "$database" <<'SQL'
DELIMITER $$
CREATE TRIGGER tr BEFORE INSERT ON event FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; END $$
SQL
  local from=$url first=$database
  dataflow inspect "$from" --format sql >written.sql || fail "inspect --format sql"
  make_database
  # shellcheck disable=SC2064
  trap "sql 'DROP DATABASE IF EXISTS $first' mysql; sql 'DROP DATABASE IF EXISTS $database' mysql" EXIT
  mariadb --no-defaults --user=root --socket="$socket" -D "$database" <written.sql || fail "the client refuses it"
  expect 0 dataflow diff "$from" "$url" --check
  expect 0 dataflow diff "$from" written.sql --check
}
