-- Whatever a table of SQLite may have, under names that C++ has not.
CREATE TABLE "order details" (
  "class" INTEGER PRIMARY KEY AUTOINCREMENT,
  "unit price" DECIMAL(10,2) NOT NULL DEFAULT 9.99,
  "say ""hi""" TEXT DEFAULT 'it''s \ "so"',
  "3rd" NVARCHAR(20) COLLATE NOCASE,
  "Ünïcode" REAL,
  "order details" BLOB,
  untyped,
  "namespace" BOOLEAN NOT NULL DEFAULT true,
  ok INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'new',
  total REAL GENERATED ALWAYS AS ("unit price" * ok) STORED,
  doubled AS (ok * 2),
  dataflow INTEGER,
  created_at TIMESTAMP,
  updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT positive CHECK ("unit price" > 0),
  CHECK (ok < 100),
  UNIQUE ("3rd", ok),
  CONSTRAINT once UNIQUE (state, "3rd") ON CONFLICT REPLACE
);
CREATE TABLE plain (id INTEGER PRIMARY KEY, name TEXT NOT NULL, created_at TEXT);
CREATE TABLE keyed (code TEXT PRIMARY KEY, n INT);
CREATE TABLE no_key (id INTEGER, n INTEGER);
CREATE TABLE pair (a INTEGER, b INTEGER, PRIMARY KEY (a DESC, b)) WITHOUT ROWID;
CREATE TABLE strictly (id INTEGER PRIMARY KEY, n INT, r REAL, t TEXT NOT NULL, b BLOB, x ANY) STRICT;
CREATE TABLE child (
  id INTEGER PRIMARY KEY,
  parent INTEGER REFERENCES child ON DELETE CASCADE,
  plain_id BIGINT CONSTRAINT to_plain REFERENCES plain (id) ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
  code VARCHAR(10) REFERENCES keyed (code) DEFERRABLE,
  a INTEGER, b INTEGER,
  FOREIGN KEY (a, b) REFERENCES pair (a, b)
);
CREATE TABLE egg (id INTEGER PRIMARY KEY, hen_id INTEGER REFERENCES hen (id));
CREATE TABLE hen (id INTEGER PRIMARY KEY, egg_id INTEGER REFERENCES egg (id));
CREATE INDEX "an index" ON "order details" ("3rd" COLLATE BINARY DESC, lower("say ""hi"""));
CREATE UNIQUE INDEX some ON "order details" (state) WHERE ok > 0;
CREATE UNIQUE INDEX all_of ON plain (name);
CREATE VIEW "a view" AS SELECT "class", 'x)sql"' AS y FROM "order details";
CREATE TRIGGER "a trigger" AFTER INSERT ON plain BEGIN UPDATE plain SET name = 'a' || new.name WHERE id = new.id; END;
