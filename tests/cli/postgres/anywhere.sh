# shellcheck shell=bash disable=SC2154,SC2016
# Sources of every kind, and what history knows.

case_every_pair_of_kinds_of_source() {
  cat >before.sql <<'SQL'
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, m mood DEFAULT 'sad');
CREATE VIEW v AS SELECT a FROM t WHERE m = 'happy';
SQL
  cat >after.sql <<'SQL'
CREATE TYPE mood AS ENUM ('sad', 'fine', 'happy');
CREATE TABLE t (id int PRIMARY KEY, a bigint NOT NULL CHECK (a > 0), m mood DEFAULT 'sad', b numeric(10, 2));
CREATE INDEX by_a ON t (a DESC);
SQL
  make_database "$(cat before.sql)"
  local before=$url first=$database
  make_kinds before before.sql "$url"
  make_database "$(cat after.sql)"
  # shellcheck disable=SC2064
  trap "sql 'DROP DATABASE IF EXISTS $first WITH (FORCE)' postgres; sql 'DROP DATABASE IF EXISTS $database WITH (FORCE)' postgres" EXIT
  make_kinds after after.sql "$url"
  compare_kinds 4 "$before" "$before" "$url"
}

case_drift() {
  make_database "$people"
  expect 2 dataflow drift --database "$url"
  error_has 'no history'
  expect 0 auto
  expect 0 dataflow drift --database "$url"
  sql 'ALTER TABLE t ALTER b TYPE varchar(9); CREATE TABLE "Other ""one" (x int); GRANT SELECT ON t TO PUBLIC'
  expect 12 dataflow drift --database "$url"
  out_has 'Other "one'
  out_has 'b: text'
  expect 12 dataflow drift --database "$url" --format json
  json "len(d['difference']['changes']) == 3"
  sql 'ALTER TABLE t ALTER b TYPE text; DROP TABLE "Other ""one"; REVOKE SELECT ON t FROM PUBLIC'
  expect 0 dataflow drift --database "$url"
}

# What inspect writes as SQL, psql takes: a body may name what comes behind it.
case_inspected_sql_loads_through_the_client() {
  make_database "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE z (id int PRIMARY KEY);
    CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM z; SELECT count(*) FROM t'"
  local from=$url
  dataflow inspect "$from" --format sql >written.sql || fail "inspect --format sql"
  expect 0 dataflow diff "$from" written.sql --check
  is "$(grep -n -m1 -e check_function_bodies -e 'CREATE FUNCTION' written.sql | cut -d: -f2)" 'SET check_function_bodies = off;'
}
