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
