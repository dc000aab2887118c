# shellcheck shell=bash

make_shop() {
  cat >shop.sql <<'SQL'
CREATE TABLE customer (id INTEGER PRIMARY KEY, "e|mail" TEXT);
CREATE TABLE "order" (id INTEGER PRIMARY KEY, "class" TEXT NOT NULL, customer_id INTEGER NOT NULL REFERENCES customer (id));
CREATE VIEW names AS SELECT "e|mail" FROM customer;
SQL
}

case_inspect_hpp_writes_structs() {
  make_shop
  expect 0 dataflow inspect shop.sql --format hpp
  out_has '^struct Customer \{$'
  out_has '^  std::string class_;$'
  out_has 'column_name\(&Order::class_, "class"\)'
  out_has 'references\(&Order::customer_id, &Customer::id\)'
  out_has 'db.define\("sqlite"'
  no_err
}

case_inspect_mermaid_draws_tables_and_keys() {
  make_shop
  expect 0 dataflow inspect shop.sql --format mermaid
  is "$(head -n 1 .out)" erDiagram
  out_has '^    INTEGER customer_id FK$'
  out_has '^    TEXT e_mail "e\|mail"$'
  out_has '^  "customer" \|\|\.\.o\{ "order" : "customer_id"$'
}

case_inspect_markdown_documents_a_database() {
  make_shop
  expect 0 dataflow migrate auto --database sqlite:shop.db --to shop.sql --auto-confirm
  expect 0 dataflow inspect sqlite:shop.db --format markdown
  is "$(head -n 1 .out)" '# shop.db'
  out_has '^- Table \[order\]\(#table-order\)$'
  out_has '^```mermaid$'
  out_has '^## Change log$'
  out_has 'SAFE \| applied'
  out_has '^\| .e\\\|mail. \| .TEXT. \|'
  mv .out first
  expect 0 dataflow inspect sqlite:shop.db --format markdown
  cmp .out first || fail "it is not the same twice"
  expect 0 dataflow inspect shop.sql --format markdown
  out_lacks 'Change log'
}

case_documents_of_nothing() {
  : >empty.sql
  local format
  for format in hpp mermaid markdown; do expect 0 dataflow inspect empty.sql --format $format; done
  expect 0 dataflow inspect empty.sql --format hpp
  out_has '^inline void declare\(dataflow::DataFlow&\) \{$'
  expect 2 dataflow inspect nowhere.sql --format hpp
  error_has 'there is no file'
  expect 2 dataflow inspect shop.sql --format rst
  error_has 'rst'
}

case_documents_of_a_broken_snapshot() {
  printf 'dataflow schema 1\ndialect sqlite\n\ntable t\n  colum a text\n' >broken.txt
  local format
  for format in hpp mermaid markdown; do
    dataflow inspect broken.txt --format $format >.out 2>.err && fail "it is read"
    no_out
    error_has 'broken.txt'
  done
}

case_no_password_in_a_document() {
  dataflow inspect 'postgresql://bob:secret@localhost:1/shop' --format markdown >.out 2>.err && fail "it is there"
  no_out
  ! grep -q secret .err || fail "the password is shown"
}

case_auto_writes_documentation() {
  make_shop
  expect 0 dataflow migrate auto --database sqlite:shop.db --to shop.sql --dry-run --generate-documentation doc.md
  [ ! -e doc.md ] || fail "a dry run writes"
  expect 0 dataflow migrate auto --database sqlite:shop.db --to shop.sql --auto-confirm --generate-documentation doc.md
  dataflow inspect sqlite:shop.db --format markdown >.out
  cmp .out doc.md || fail "it is another document"
  rm doc.md
  expect 0 dataflow migrate auto --database sqlite:shop.db --to shop.sql --generate-documentation doc.md
  cmp doc.md <(dataflow inspect sqlite:shop.db --format markdown) || fail "nothing is written when nothing is to do"
  is "$(ls)" "doc.md
shop.db
shop.sql"
}

case_documentation_that_cannot_be_written_stops_before_the_migration() {
  make_shop
  expect 2 dataflow migrate auto --database sqlite:shop.db --to shop.sql --auto-confirm --generate-documentation no/doc.md
  error_has 'cannot be written to no/doc.md'
  ! sqlite3 shop.db .schema 2>/dev/null | grep -q customer || fail "the migration was carried out"
  mkdir doc.md
  expect 2 dataflow migrate auto --database sqlite:shop.db --to shop.sql --auto-confirm --generate-documentation doc.md
  error_has 'is a directory'
}
