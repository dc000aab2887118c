-- add index quarterly_revenue_by_region_and_product_line_with_a_very_long…
-- safety level: HIGH
-- dialect: sqlite
-- schema before: f1
-- schema after: f2
-- checksum: 05faa69e73712a9f5b163943954f6e63bcdacfef5189ef4f2e578dbd632627cb
-- not for running: 1 statement with characters that are shown as escapes became comments

-- step 1: everything at once
-- ALTER TABLE "a|b`c``d\n\x1b[2J" DROP COLUMN x;
ALTER TABLE 顧客 ADD COLUMN 電話 TEXT;
SELECT '```';
-- check: no rows: SELECT 1 FROM "user"; DROP TABLE x
