-- no changes
-- safety level: SAFE
-- dialect: sqlite
-- schema before: same
-- schema after: same
-- checksum: 3f947c258fd9da93a3f0b0a0ad4ac84fae5b2ad6d2dafd5ba6781c50986e829f

