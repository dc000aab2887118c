-- Whatever a database of MariaDB may have, under names that C++ has not.
CREATE TABLE `order details` (
  `class` int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  `unit price` decimal(10,2) NOT NULL DEFAULT 9.99,
  `say "hi"` text DEFAULT 'it''s \\ "so"',
  `3rd` varchar(20) CHARACTER SET latin1 COLLATE latin1_bin DEFAULT 'x',
  `namespace` boolean NOT NULL DEFAULT true,
  off boolean NOT NULL DEFAULT false,
  ok int NOT NULL DEFAULT 0,
  tiny tinyint(4) DEFAULT 3,
  big bigint unsigned,
  state varchar(10) NOT NULL DEFAULT 'new',
  level enum('low','high') NOT NULL DEFAULT 'low',
  odd enum('in between','a,b') DEFAULT NULL,
  flags set('a','b'),
  year_of year,
  bits bit(8) DEFAULT b'101',
  total decimal(20,2) AS (`unit price` * ok) STORED,
  doubled int AS (ok * 2) VIRTUAL,
  document json,
  at datetime(3),
  moment timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  day date,
  hour time,
  fixed char(3) COMMENT 'it''s "fixed"',
  `bytes` varbinary(16),
  blob_of longblob,
  hidden int INVISIBLE DEFAULT 5,
  place point NOT NULL,
  checked int CHECK (checked > 0),
  created_at datetime(6),
  updated_at datetime(6) NOT NULL DEFAULT current_timestamp(6),
  CONSTRAINT `price is positive` CHECK (`unit price` > 0),
  UNIQUE KEY (`3rd`, ok),
  UNIQUE KEY by_prefix (`say "hi"`(20)),
  KEY by_state (state DESC) COMMENT 'a "key"',
  FULLTEXT KEY words (`say "hi"`),
  SPATIAL KEY places (place)
) ENGINE=InnoDB COMMENT='What''s "ordered"' ROW_FORMAT=DYNAMIC;
CREATE TABLE plain (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(50) NOT NULL, KEY by_name (name));
CREATE TABLE no_key (id int, n int, KEY by_name (n));
CREATE TABLE pair (a int NOT NULL, b int NOT NULL, PRIMARY KEY (b, a)) DEFAULT CHARSET=latin1;
CREATE TABLE child (
  id int NOT NULL PRIMARY KEY,
  parent int,
  plain_id bigint,
  a int, b int,
  CONSTRAINT `to itself` FOREIGN KEY (parent) REFERENCES child (id) ON DELETE CASCADE,
  CONSTRAINT fk_child_plain_id FOREIGN KEY (plain_id) REFERENCES plain (id) ON DELETE SET NULL ON UPDATE CASCADE,
  FOREIGN KEY (b, a) REFERENCES pair (b, a) ON DELETE NO ACTION
);
CREATE TABLE egg (id int NOT NULL PRIMARY KEY, hen_id int);
CREATE TABLE hen (id int NOT NULL PRIMARY KEY, egg_id int, FOREIGN KEY (egg_id) REFERENCES egg (id));
ALTER TABLE egg ADD CONSTRAINT egg_hen FOREIGN KEY (hen_id) REFERENCES hen (id);
CREATE TABLE parted (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY HASH (id) PARTITIONS 3;
CREATE SEQUENCE numbers START WITH 100 INCREMENT BY 5;
CREATE VIEW `a view` AS SELECT `class`, 'x)sql"' AS y FROM `order details`;
CREATE VIEW `a second view` AS SELECT y FROM `a view`;
CREATE FUNCTION doubled(n int) RETURNS int DETERMINISTIC RETURN n * 2;
CREATE TRIGGER touch BEFORE INSERT ON plain FOR EACH ROW SET NEW.name = CONCAT('a', NEW.name);
