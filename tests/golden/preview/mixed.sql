-- create table audit_log, add column age to user and 3 more changes
-- safety level: CRITICAL
-- dialect: sqlite
-- schema before: before
-- schema after: after
-- checksum: 565ea408593d0061953c59024b5abce647a47f2cf51f28348a27696d02a85beb
-- would fail on today's data: add column age to user: 45 rows have no value for it, the first with id 1, 2, 3

-- step 1: create table audit_log
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY,
  who TEXT,
  what TEXT
);

-- step 2: rebuild table user
CREATE TABLE user_new (
  id INTEGER PRIMARY KEY,
  age INTEGER NOT NULL,
  email VARCHAR(40) NOT NULL
);
INSERT INTO user_new
SELECT id, age, email FROM "user";
-- check: same rows: SELECT id, email FROM user_new = SELECT id, email FROM "user"
DROP TABLE "user";
ALTER TABLE user_new RENAME TO "user";

-- step 3: rename column sum
ALTER TABLE "order" RENAME COLUMN sum TO total;
