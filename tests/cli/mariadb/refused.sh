# shellcheck shell=bash disable=SC2154
# What a database holds against a migration: the error says why, and nothing is left behind.

case_no_rights() {
  make_database "$people; CREATE USER cli_reader@localhost"
  sql "GRANT SELECT ON $database.* TO cli_reader@localhost"
  url=$(url_of "$database" cli_reader)
  expect 0 dataflow inspect "$url"
  out_has t
  refused 10
  error_has 'no place on this server'
  err_has 'GRANT ALL ON `dataflow'
  # Room for a scratch database, but no right to change anything.
  sql "GRANT ALL ON \`dataflow\\_scratch\\_%\`.* TO cli_reader@localhost"
  refused 10
  error_has 'no permission'
  err_has '^hint: '
  is "$(sql "SHOW TABLES LIKE 'dataflow%'")" ''
  sql 'DROP USER cli_reader@localhost'
}

case_a_table_in_use() {
  make_database "$people"
  hold 'SELECT COUNT(*) FROM t'
  refused 6 --timeout 2
  error_has 'root@localhost'
  release
  expect 0 auto
  is "$(state | wc -l)" 3
}

case_another_migration() {
  make_database "$people"
  hold "SELECT GET_LOCK('dataflow.$database', 0)"
  expect 6 auto --timeout 2
  error_has 'another migration .* is under way: root@localhost'
  is "$(state | wc -l)" 2
  release
  expect 0 auto
}

case_a_file_that_does_not_parse() {
  make_database "$people"
  printf 'CREATE TABLE t (id int PRIMARY KEY);\n\nCREATE TABLE u (x nix);\n' >v2.sql
  refused 2
  error_has 'v2.sql:3: '
  printf 'DROP TABLE %s.t;' "$database" >v2.sql
  refused 2
  error_has 'another database'
  printf 'EXECUTE IMMEDIATE "DROP TABLE %s.t";' "$database" >v2.sql
  refused 2
  error_has 'no place in a file'
  is "$(left_behind)" ''
}

case_looking_writes_nothing() {
  make_database "$people"
  expect 0 dataflow diff "$url" v2.sql
  is "$(sql 'SHOW TABLES')" t
}
