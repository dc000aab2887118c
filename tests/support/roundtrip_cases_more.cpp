#include "support/roundtrip_cases.hpp"

namespace dataflow::test {

const std::vector<RoundTrip>& more_round_trips() {
  static const std::string days =
      "CREATE TABLE day (d int NOT NULL, n int NOT NULL) PARTITION BY RANGE (d); CREATE TABLE day_1 PARTITION OF day "
      "FOR VALUES FROM (0) TO (10); CREATE TABLE day_2 PARTITION OF day FOR VALUES FROM (10) TO (20)";
  static const std::string rows = "INSERT INTO day VALUES (1, 1), (2, 1), (11, 5)";
  static const std::vector<RoundTrip> all = {
      // keys of partitions
      {"a partition's own key below an index of its parent", days, "",
       "CREATE UNIQUE INDEX u ON ONLY day (d, n); ALTER TABLE day_1 ADD CONSTRAINT own PRIMARY KEY (d, n); CREATE "
       "UNIQUE INDEX u2 ON day_2 (d, n); ALTER INDEX u ATTACH PARTITION own; ALTER INDEX u ATTACH PARTITION u2",
       rows},
      {"a partition's own key goes over to its parent's", days,
       "ALTER TABLE day_1 ADD CONSTRAINT day_1_pkey PRIMARY KEY (d, n)", "ALTER TABLE day ADD PRIMARY KEY (d, n)",
       rows},
      {"the same of a unique constraint", days, "ALTER TABLE day_1 ADD CONSTRAINT day_1_n_d_key UNIQUE (n, d)",
       "ALTER TABLE day ADD UNIQUE (n, d)", rows},
      {"a key of the parent that a partition comes to have",
       days,
       "ALTER TABLE ONLY day ADD CONSTRAINT k PRIMARY KEY (d, n); CREATE UNIQUE INDEX k1 ON day_1 (d, n); ALTER TABLE "
       "day_2 ADD CONSTRAINT k2 PRIMARY KEY (d, n); ALTER INDEX k ATTACH PARTITION k2",
       "ALTER TABLE ONLY day ADD CONSTRAINT k PRIMARY KEY (d, n); ALTER TABLE day_1 ADD CONSTRAINT k1 PRIMARY KEY (d, "
       "n); ALTER INDEX k ATTACH PARTITION k1; ALTER TABLE day_2 ADD CONSTRAINT k2 PRIMARY KEY (d, n); ALTER INDEX k "
       "ATTACH PARTITION k2",
       rows,
       {},
       {},
       true},
      {"an index of the parent with a key below becomes a key of all", days,
       "CREATE UNIQUE INDEX day_d_n_key ON ONLY day (d, n); ALTER TABLE day_1 ADD CONSTRAINT own PRIMARY KEY (d, n); "
       "CREATE UNIQUE INDEX u2 ON day_2 (d, n); ALTER INDEX day_d_n_key ATTACH PARTITION own; ALTER INDEX day_d_n_key "
       "ATTACH PARTITION u2",
       "ALTER TABLE day ADD UNIQUE (d, n)", rows},
      {"a table comes with what some of its partitions are without", "",
       "CREATE TABLE day (d int, n int) PARTITION BY RANGE (d); CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM "
       "(0) TO (10); CREATE TABLE day_2 PARTITION OF day FOR VALUES FROM (10) TO (20); CREATE INDEX i ON ONLY day (n); "
       "CREATE INDEX i1 ON day_1 (n); ALTER INDEX i ATTACH PARTITION i1; ALTER TABLE ONLY day ADD CONSTRAINT u UNIQUE "
       "(d); ALTER TABLE day_2 ADD CONSTRAINT u2 UNIQUE (d); ALTER INDEX u ATTACH PARTITION u2",
       "CREATE TABLE other (id int)", "INSERT INTO day VALUES (1, 1), (11, 2)"},
      {"a check that only the partitions have proven", days,
       "ALTER TABLE day ADD CONSTRAINT c CHECK (n >= 0) NOT VALID",
       "ALTER TABLE day ADD CONSTRAINT c CHECK (n > 0) NOT VALID; ALTER TABLE day_1 VALIDATE CONSTRAINT c; ALTER TABLE "
       "day_2 VALIDATE CONSTRAINT c",
       rows},
      // what an object has besides its text
      {"grants in another order than the alphabet's", "",
       "CREATE TABLE t (a int, b int); GRANT INSERT ON t TO PUBLIC; GRANT SELECT ON t TO pg_signal_backend, pg_monitor",
       "CREATE TABLE t (a int, b int); GRANT SELECT ON t TO pg_signal_backend, pg_monitor, pg_read_all_stats, PUBLIC; "
       "GRANT "
       "SELECT (a) ON t TO pg_signal_backend, pg_monitor",
       ""},
      {"what columns of views have of their own", "CREATE TABLE t (a int, b text)",
       "CREATE VIEW v AS SELECT a, b FROM t; ALTER VIEW v ALTER a SET DEFAULT 3; COMMENT ON COLUMN v.a IS 'one'; "
       "CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t; ALTER MATERIALIZED VIEW m ALTER b SET STORAGE EXTERNAL, "
       "ALTER "
       "a SET STATISTICS 9",
       "CREATE VIEW v AS SELECT a, b, 1 AS c FROM t; ALTER VIEW v ALTER c SET DEFAULT 4; COMMENT ON COLUMN v.a IS "
       "'two'; GRANT SELECT (c) ON v TO PUBLIC; CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t; COMMENT ON COLUMN "
       "m.b "
       "IS 'three'; ALTER MATERIALIZED VIEW m ALTER a SET (n_distinct = 5)",
       "INSERT INTO t VALUES (1, 'x')"},
      {"views with columns of their own that go out of the way", "",
       "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; COMMENT ON COLUMN v.a IS 'kept'; GRANT SELECT (a) ON "
       "v TO PUBLIC",
       "CREATE TABLE t (a bigint); CREATE VIEW v AS SELECT a FROM t; COMMENT ON COLUMN v.a IS 'kept'; GRANT SELECT (a) "
       "ON v TO PUBLIC",
       "INSERT INTO t VALUES (1)"},
      {"comments on parts of types", "",
       "CREATE TYPE pair AS (a int, b text); COMMENT ON COLUMN pair.b IS 'second'; CREATE DOMAIN few AS int CONSTRAINT "
       "low CHECK (VALUE >= 0) CONSTRAINT high CHECK (VALUE < 9); COMMENT ON CONSTRAINT high ON DOMAIN few IS 'nine'",
       "CREATE TYPE pair AS (x int, b text); COMMENT ON COLUMN pair.b IS 'second'; COMMENT ON COLUMN pair.x IS "
       "'first'; CREATE DOMAIN few AS int CONSTRAINT low CHECK (VALUE >= 0) CONSTRAINT high CHECK (VALUE < 10); "
       "COMMENT "
       "ON CONSTRAINT high ON DOMAIN few IS 'ten'; COMMENT ON CONSTRAINT low ON DOMAIN few IS 'zero'",
       ""},
      {"mappings of a text search configuration", "",
       "CREATE TEXT SEARCH CONFIGURATION c (COPY = english); COMMENT ON TEXT SEARCH CONFIGURATION c IS 'mine'; CREATE "
       "TABLE t (a text); CREATE INDEX i ON t USING gin (to_tsvector('c', a))",
       "CREATE TEXT SEARCH CONFIGURATION c (COPY = english); ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR word "
       "WITH simple; ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR url; CREATE TABLE t (a text); CREATE INDEX i "
       "ON t USING gin (to_tsvector('c', a))",
       "INSERT INTO t VALUES ('some words')"},
      // tables
      {"tables without columns", "", "CREATE TABLE t (); CREATE TABLE u (a int)", "CREATE TABLE u ()",
       "INSERT INTO u VALUES (1)"},
      {"a child of a table whose numbers come from its own sequence, and which points to a later one", "",
       "CREATE TABLE s (a int)",
       "CREATE TABLE note (id serial, c int); CREATE TABLE below () INHERITS (note); CREATE TABLE note_class (id int "
       "PRIMARY KEY); ALTER TABLE note ADD FOREIGN KEY (c) REFERENCES note_class (id)",
       "INSERT INTO s VALUES (1)"},
      {"a table keeps the column that its parent loses",
       "",
       "CREATE TABLE p (a int, b int); CREATE TABLE c (k int) INHERITS (p)",
       "CREATE TABLE p (a int); CREATE TABLE c (k int, b int) INHERITS (p)",
       "INSERT INTO p VALUES (1, 2); INSERT INTO c VALUES (3, 4, 5), (6, NULL, 7)",
       {{"SELECT string_agg(b::text, ',') FROM c", "4"}},
       {},
       true},
      {"the sequence of an identity column under another name", "",
       "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME counts START WITH 5 MAXVALUE 90), a text)",
       "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT BY 2), a text)",
       "INSERT INTO t (a) VALUES ('x'), ('y')"},
      {"a column of a materialized view that is renamed",
       "",
       "CREATE TABLE t (id int PRIMARY KEY, a text); CREATE MATERIALIZED VIEW m AS SELECT id, a AS a FROM t; CREATE "
       "UNIQUE INDEX i ON m (id); CREATE PUBLICATION pub FOR TABLE t",
       "CREATE TABLE t (id int PRIMARY KEY, z text); CREATE MATERIALIZED VIEW m AS SELECT id, z AS a FROM t; CREATE "
       "UNIQUE INDEX i ON m (id); CREATE PUBLICATION pub FOR TABLE t",
       "INSERT INTO t VALUES (1, 'x'); REFRESH MATERIALIZED VIEW m",
       {{"SELECT a FROM m", "x"}},
       {.columns = {{{"public", "t"}, "z", "a"}}}},
  };
  return all;
}

}  // namespace dataflow::test
