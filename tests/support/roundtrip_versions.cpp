// What only newer versions of PostgreSQL have.
#include "support/roundtrip_cases.hpp"

namespace dataflow::test {

const std::vector<RoundTrip>& round_trips_of_versions() {
  static const std::vector<RoundTrip> all = {
      {.name = "nulls that are alike",
       .from = "CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE, b int); CREATE UNIQUE INDEX i ON t (b) NULLS NOT "
               "DISTINCT; CREATE VIEW v AS SELECT a FROM t",
       .to = "CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE NULLS NOT DISTINCT, b int); CREATE UNIQUE INDEX i ON t "
             "(b); CREATE VIEW v WITH (security_invoker = true) AS SELECT a FROM t",
       .rows = "INSERT INTO t VALUES (1, NULL, 1), (2, 1, NULL)",
       .since = 15},
      {.name = "a key that sets some of its columns null",
       .common = "CREATE TABLE up (a int, b int, PRIMARY KEY (a, b))",
       .from = "CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES up ON DELETE SET NULL)",
       .to = "CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES up ON DELETE SET NULL (b))",
       .rows = "INSERT INTO up VALUES (1, 2); INSERT INTO t VALUES (1, 2)",
       .since = 15},
      {.name = "a column that publications of some rows and columns stand on",
       .from = "CREATE TABLE t (a int, b int); CREATE PUBLICATION pub FOR TABLE t (a) WHERE (a > 1); ALTER TABLE t "
               "REPLICA IDENTITY FULL",
       .to = "CREATE TABLE t (a bigint, b int); CREATE PUBLICATION pub FOR TABLE t (a) WHERE (a > 1); ALTER TABLE t "
             "REPLICA IDENTITY FULL",
       .rows = "INSERT INTO t VALUES (1, 2)",
       .since = 15},
      {.name = "a named NOT NULL of a domain",
       .from = "CREATE DOMAIN d AS int; CREATE DOMAIN e AS int NOT NULL; CREATE TABLE t (a d, b e)",
       .to = "CREATE DOMAIN d AS int CONSTRAINT must NOT NULL; CREATE DOMAIN e AS int CONSTRAINT \"Must\" NOT NULL; "
             "CREATE TABLE t (a d, b e)",
       .rows = "INSERT INTO t VALUES (1, 2)",
       .since = 17},
      {.name = "another expression",
       .from = "CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 2) STORED)",
       .to = "CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a * 3) STORED)",
       .rows = "INSERT INTO t VALUES (1, 5)",
       .after = {{"SELECT g FROM t", "15"}},
       .since = 17},
      {.name = "NOT NULL comes with a name, and gets another",
       .from = "CREATE TABLE t (id int PRIMARY KEY, a int, b int NOT NULL, c int CONSTRAINT one NOT NULL, d int "
               "CONSTRAINT gone NOT NULL, e int CONSTRAINT plain NOT NULL)",
       .to = "CREATE TABLE t (id int PRIMARY KEY, a int CONSTRAINT \"A must\" NOT NULL, b int CONSTRAINT named NOT "
             "NULL, c int CONSTRAINT two NOT NULL, d int, e int NOT NULL, f int CONSTRAINT fn NOT NULL DEFAULT 3)",
       .rows = "INSERT INTO t VALUES (1, 2, 3, 4, 5, 6)",
       .since = 18},
      {.name = "NOT NULL that is not for children, or not proved",
       .from = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL NO INHERIT, c int, d int); ALTER "
               "TABLE t ADD CONSTRAINT late NOT NULL c NOT VALID",
       .to = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL NO INHERIT, b int NOT NULL, c int CONSTRAINT late NOT "
             "NULL, d int, f int); ALTER TABLE t ADD NOT NULL d NOT VALID; ALTER TABLE t ADD CONSTRAINT fn NOT NULL f "
             "NOT VALID",
       .rows = "INSERT INTO t VALUES (1, 2, 3, 4, 5)",
       .since = 18},
      {.name = "a named NOT NULL of a partitioned table",
       .from = "CREATE TABLE p (a int, b int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM "
               "(0) TO (9)",
       .to = "CREATE TABLE p (a int, b int CONSTRAINT must NOT NULL) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION "
             "OF p FOR VALUES FROM (0) TO (9)",
       .rows = "INSERT INTO p VALUES (1, 2)",
       .since = 18},
      {.name = "a column renamed under a named NOT NULL",
       .from = "CREATE TABLE t (id int PRIMARY KEY, a int CONSTRAINT must NOT NULL, b int NOT NULL)",
       .to = "CREATE TABLE t (id int PRIMARY KEY, y int CONSTRAINT must NOT NULL, z int CONSTRAINT other NOT NULL)",
       .rows = "INSERT INTO t VALUES (1, 2, 3)",
       .after = {{"SELECT y || ' ' || z FROM t", "2 3"}},
       .hints = {.columns = {{{"public", "t"}, "y", "a"}, {{"public", "t"}, "z", "b"}}},
       .since = 18},
      {.name = "constraints that are not enforced",
       .common = "CREATE TABLE up (id int PRIMARY KEY)",
       .from = "CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0), CONSTRAINT f FOREIGN KEY (a) REFERENCES up, "
               "CONSTRAINT d CHECK (a > 1) NOT ENFORCED)",
       .to = "CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0) NOT ENFORCED, CONSTRAINT f FOREIGN KEY (a) REFERENCES "
             "up NOT ENFORCED, CONSTRAINT d CHECK (a > 1), CONSTRAINT n CHECK (a > 2) NOT ENFORCED)",
       .rows = "INSERT INTO up VALUES (5); INSERT INTO t VALUES (5)",
       .since = 18},
      {.name = "virtual columns",
       .from = "CREATE TABLE t (id int PRIMARY KEY, a int, v int GENERATED ALWAYS AS (a * 2) VIRTUAL, w int GENERATED "
               "ALWAYS AS (a + 1) VIRTUAL, s int GENERATED ALWAYS AS (a + 2) STORED); CREATE VIEW see AS SELECT v, s "
               "FROM t",
       .to = "CREATE TABLE t (id int PRIMARY KEY, a int, v int GENERATED ALWAYS AS (a * 3) VIRTUAL, w int, s int "
             "GENERATED ALWAYS AS (a + 2) VIRTUAL, n int GENERATED ALWAYS AS (a - 1)); CREATE VIEW see AS SELECT v, s "
             "FROM t",
       .rows = "INSERT INTO t VALUES (1, 5), (2, 6)",
       .after = {{"SELECT string_agg(v || ' ' || s || ' ' || n, ', ' ORDER BY id) FROM t", "15 7 4, 18 8 5"}},
       .since = 18},
      {.name = "keys over time",
       .common = "CREATE EXTENSION btree_gist",
       .from = "CREATE TABLE room (id int, during tstzrange, PRIMARY KEY (id, during)); CREATE TABLE booking (room "
               "int, during tstzrange)",
       .to = "CREATE TABLE room (id int, during tstzrange, PRIMARY KEY (id, during WITHOUT OVERLAPS)); CREATE TABLE "
             "booking (room int, during tstzrange, CONSTRAINT b FOREIGN KEY (room, PERIOD during) REFERENCES room "
             "(id, PERIOD during), CONSTRAINT u UNIQUE (room, during WITHOUT OVERLAPS))",
       .rows = "INSERT INTO room VALUES (1, '[2020-01-01,2021-01-01)'); INSERT INTO booking VALUES (1, "
               "'[2020-02-01,2020-03-01)')",
       .since = 18},
  };
  return all;
}

}  // namespace dataflow::test
