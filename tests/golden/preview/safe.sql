-- add 3 columns to user
-- safety level: SAFE
-- dialect: sqlite
-- schema before: f1
-- schema after: f2
-- checksum: 72ce73cdd0ceebcad453a7c73c08d985c9f325b2922d51a62af1bcd131bb1c00

-- step 1: add column phone
ALTER TABLE "user" ADD COLUMN phone TEXT NULL;

-- step 2: add column is_active
ALTER TABLE "user" ADD COLUMN is_active BOOLEAN DEFAULT true;

-- step 3: add column updated_at
ALTER TABLE "user" ADD COLUMN updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP;
