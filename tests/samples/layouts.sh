#!/usr/bin/env bash
# Migration files in the layouts of other tools, run by these tools: layouts.sh EXECUTABLE [DBMATE [LIQUIBASE [REGEX]]].
# Each layout gets three migrations, the last of which destroys values; the tool goes up, down and up again, on SQLite,
# PostgreSQL and MariaDB. What stands then is compared with what was asked for, and the values with what they were.
# DBMATE is its executable, the one on the path when not given; LIQUIBASE is the directory of its npm package. A tool
# that is not there is a failure. REGEX chooses among "dbmate on sqlite" and the like.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dataflow=$(realpath "${1:?usage: layouts.sh EXECUTABLE [DBMATE [LIQUIBASE [REGEX]]]}")
dbmate=$(realpath "$(command -v "${2:-dbmate}" || echo /nowhere)")
liquibase=$(realpath "${3:-/nowhere}")
chosen=${4:-.}
scratch=$(mktemp -d /tmp/dataflow-layouts.XXXXXX)
trap 'for kind in postgres mariadb; do bash "$here/../support/$kind.sh" stop "$scratch/$kind"; done; rm -rf "$scratch"' EXIT
for kind in postgres mariadb; do bash "$here/../support/$kind.sh" start "$scratch/$kind" || exit 1; done
clients=$(bash "$here/../support/postgres.sh" clients) || exit 1
postgres=$(cat "$scratch/postgres") mariadb=$(cat "$scratch/mariadb")
# Java's drivers know no Unix sockets.
python3 "$here/../support/relay.py" "$postgres/.s.PGSQL.5432" "$scratch/postgres.port" &
python3 "$here/../support/relay.py" "$mariadb/s" "$scratch/mariadb.port" &
export SQITCH_FULLNAME=Tester SQITCH_EMAIL=tester@example.com SQITCH_USER_CONFIG=/dev/null
unset PGPASSWORD PGHOST PGUSER PGDATABASE PGPORT DATAFLOW_DEV

passed=0 failed=0
psql_() { "$clients/psql" -qXAt -v ON_ERROR_STOP=1 -h "$postgres" -U postgres "$@"; }
mariadb_() { mariadb --no-defaults -N -B -u root -S "$mariadb/s" "$@"; }
# The URL of a database of the case, as dataflow takes it.
url() {
  case "$dialect" in
    sqlite) echo "sqlite:$1.db" ;;
    postgresql) echo "postgresql://postgres@/$1?host=$postgres" ;;
    mariadb) echo "mariadb://root@localhost/$1?socket=$mariadb/s" ;;
  esac
}

# The schema in three states. The first two are SQL that all servers read; the last one drops a column and a table.
write_states() {
  cat >1.sql <<'SQL'
CREATE TABLE accounts (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE);
CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, note VARCHAR(40),
  account INTEGER REFERENCES accounts (id));
CREATE TABLE old_things (id INTEGER PRIMARY KEY, name VARCHAR(40));
SQL
  cat >2.sql <<'SQL'
CREATE TABLE accounts (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE);
CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, note VARCHAR(40),
  account INTEGER REFERENCES accounts (id), retry_count INTEGER DEFAULT 0, last_retry_at TIMESTAMP NULL,
  retry_reason VARCHAR(40));
CREATE INDEX idx_payments_retry ON payments (retry_count, last_retry_at);
CREATE VIEW retried AS SELECT id, retry_reason FROM payments WHERE retry_reason <> '; //';
CREATE TABLE old_things (id INTEGER PRIMARY KEY, name VARCHAR(40));
SQL
  cat >3.sql <<'SQL'
CREATE TABLE accounts (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE);
CREATE TABLE payments (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, account INTEGER REFERENCES accounts (id),
  retry_count INTEGER NOT NULL DEFAULT 0, last_retry_at TIMESTAMP NULL, retry_reason VARCHAR(40));
CREATE INDEX idx_payments_retry ON payments (retry_count, last_retry_at);
CREATE VIEW retried AS SELECT id, retry_reason FROM payments WHERE retry_reason <> '; //';
SQL
  "code_of_$1" >>3.sql
}
# Code whose bodies hold semicolons, comments and lines without anything.
code_of_sqlite() {
  cat <<'SQL'
CREATE TRIGGER payments_t AFTER INSERT ON payments BEGIN
  -- it's; none

  UPDATE payments SET amount = 0 WHERE amount < 0;
  UPDATE payments SET retry_reason = ';' WHERE retry_reason = '';
END;
SQL
}
code_of_postgresql() {
  cat <<'SQL'
CREATE FUNCTION positive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- a comment; it stays

  NEW.amount := abs(NEW.amount);
  IF NEW.retry_reason = '' THEN NEW.retry_reason := ';'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_t BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION positive();
SQL
}
code_of_mariadb() {
  cat <<'SQL'
DELIMITER $$
CREATE TRIGGER payments_t BEFORE INSERT ON payments FOR EACH ROW BEGIN
  -- a comment; it stays

  SET NEW.amount = abs(NEW.amount);
  IF NEW.retry_reason = '' THEN SET NEW.retry_reason = ';'; END IF;
END$$
CREATE PROCEDURE settle(IN least INT) BEGIN
  DECLARE done INT DEFAULT 0;
  again: WHILE done < least DO
    SET done = done + CASE WHEN least > 9 THEN 9 ELSE 1 END;
  END WHILE;
  UPDATE payments SET amount = if(amount < least, least, amount);
END$$
CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC BEGIN DECLARE m INT; SET m = n; RETURN m + n; END$$
CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO BEGIN
  DELETE FROM payments WHERE amount = 0;
  DELETE FROM accounts WHERE name = ';';
END$$
DELIMITER ;
SQL
}

# generate LAYOUT
generate() {
  local state
  for state in 1 2 3; do
    "$dataflow" migrate generate "step_$state" --from "$((state - 1)).sql" --to "$state.sql" --dir files --layout "$1" \
      ${dev:+--dev "$dev"} --quiet || return 1
  done
}

new_database() {
  case "$dialect" in
    sqlite) ;;
    postgresql) psql_ -c 'DROP DATABASE IF EXISTS app' -c 'CREATE DATABASE app' ;;
    mariadb) mariadb_ -e 'DROP DATABASE IF EXISTS app; DROP DATABASE IF EXISTS sqitch; CREATE DATABASE app' ;;
  esac
}
# What there is: the dialect's client on the database of the case.
ask() {
  case "$dialect" in
    sqlite) sqlite3 app.db "$1" ;;
    postgresql) psql_ -d app -c "$1" ;;
    mariadb) mariadb_ app -e "$1" | tr '\t' '|' ;;
  esac
}
records='DROP TABLE IF EXISTS schema_migrations; DROP TABLE IF EXISTS DATABASECHANGELOG; DROP TABLE IF EXISTS DATABASECHANGELOGLOCK;'
# The URL of a copy without the tool's own records.
without_records() {
  case "$dialect" in
    sqlite)
      cp app.db copy.db
      sqlite3 copy.db "$records"
      ;;
    postgresql)
      psql_ -c 'DROP DATABASE IF EXISTS copy' -c 'CREATE DATABASE copy TEMPLATE app'
      psql_ -d copy -c "$records DROP SCHEMA IF EXISTS sqitch CASCADE"
      ;;
    mariadb)
      mariadb_ -e 'DROP DATABASE IF EXISTS copy; CREATE DATABASE copy'
      mariadb-dump --no-defaults -u root -S "$mariadb/s" --routines --events app | mariadb_ copy
      mariadb_ copy -e "$records"
      ;;
  esac
  url copy
}
stands_at() { "$dataflow" diff "$(without_records)" "$1.sql" --check >diff.out 2>&1 || { echo "not as $1.sql:"; cat diff.out; return 1; }; }
is() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }

# run LAYOUT DIALECT: `first_up` goes to the second state, `up` to the last, `down` back to the one it is told.
run() {
  local layout=$1 dialect=$2 dev=''
  mkdir "$scratch/$layout-$dialect" && cd "$scratch/$layout-$dialect" || return 1
  : >0.sql
  write_states "$dialect"
  new_database || return 1
  [ "$dialect" = sqlite ] || dev=$(url app)
  generate "$layout" || return 1
  "first_up_$layout" || return 1
  stands_at 2 || return 1
  ask "INSERT INTO accounts VALUES (1, 'mine')" || return 1
  ask "INSERT INTO payments (id, amount, note, account, retry_count) VALUES (1, 5, 'one', 1, 2), (2, 6, NULL, NULL, 7)" || return 1
  ask "INSERT INTO old_things VALUES (1, 'thing')" || return 1
  for _ in 1 2; do
    "up_$layout" || return 1
    stands_at 3 || return 1
    "down_$layout" 2 || return 1
    stands_at 2 || return 1
    is "$(ask "SELECT id, amount, coalesce(note, ''), account, retry_count FROM payments WHERE id = 1")" '1|5|one|1|2' || return 1
    is "$(ask "SELECT count(*) FROM payments WHERE note IS NULL AND retry_count = 7")" 1 || return 1
    is "$(ask "SELECT name FROM old_things")" thing || return 1
  done
  "down_$layout" 1 || return 1
  stands_at 1 || return 1
  "down_$layout" 0 || return 1
  stands_at 0 || return 1
  by_dataflow "$layout" || { echo 'in our own hands'; return 1; }
}
# The same files, run by `migrate up` and `migrate down`.
by_dataflow() {
  local with=(--database "$(url app)" --auto-confirm --max-risk-level CRITICAL --quiet)
  rm -f app.db
  new_database || return 1
  "$dataflow" migrate up --dir files --layout "$1" "${with[@]}" || return 1
  "$dataflow" diff "$(url app)" 3.sql --check || return 1
  "$dataflow" migrate down --target 0 "${with[@]}" || return 1
  "$dataflow" diff "$(url app)" 0.sql --check || return 1
}

# tool COMMAND…: its words only where it fails
tool() { "$@" >tool.log 2>&1 || { cat tool.log; return 1; }; }
first_two() { mkdir later && mv files/*step_3* later && "$@" && mv later/* files; }

dbmate_() {
  local -A urls=(
    [sqlite]=sqlite:app.db
    [postgresql]="postgres://postgres@localhost/app?socket=$postgres&sslmode=disable"
    [mariadb]="mysql://root@localhost/app?socket=$mariadb/s")
  tool "$dbmate" --url "${urls[$dialect]}" --migrations-dir files --no-dump-schema "$@"
}
up_dbmate() { dbmate_ up; }
down_dbmate() { dbmate_ down; }
first_up_dbmate() { first_two dbmate_ up; }

sqitch_() {
  local -A targets=(
    [sqlite]=db:sqlite:../app.db
    [postgresql]="db:pg://postgres@/app?host=$postgres"
    [mariadb]="db:mysql://root@localhost/app?mysql_socket=$mariadb/s")
  local command=$1
  shift
  (cd files && tool sqitch "$command" "$@" "${targets[$dialect]}")
}
up_sqitch() { sqitch_ deploy --verify; }
down_sqitch() { if [ "$1" = 0 ]; then sqitch_ revert -y; else sqitch_ revert -y --to "step_$1"; fi; }
first_up_sqitch() { sqitch_ deploy --verify --to step_2; }

# MariaDB's driver for Java asks for IGNORE_SPACE, which every routine would keep.
liquibase_() {
  local jars="$liquibase/dist" url native
  case "$dialect" in
    sqlite) url=jdbc:sqlite:app.db ;;
    postgresql) url="jdbc:postgresql://127.0.0.1:$(cat "$scratch/postgres.port")/app?user=postgres" ;;
    mariadb) url="jdbc:mariadb://127.0.0.1:$(cat "$scratch/mariadb.port")/app?user=root&sessionVariables=sql_mode=default" ;;
  esac
  cat >all.xml <<'XML'
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-4.3.xsd">
  <includeAll path="files/"/>
</databaseChangeLog>
XML
  native=$(dpkg -L libxerial-sqlite-jdbc-jni | grep '\.so$')
  tool java "-Djava.library.path=${native%/*}" -Dliquibase.hub.mode=off \
    -cp "$jars/liquibase/liquibase.jar:$jars/liquibase/lib/*:$jars/drivers/*:$(dpkg -L libxerial-sqlite-jdbc-java | grep '/sqlite-jdbc\.jar$')" \
    liquibase.integration.commandline.Main --url="$url" --changeLogFile=all.xml "$@"
}
up_liquibase() { liquibase_ update; }
down_liquibase() { liquibase_ rollbackCount 1; }
first_up_liquibase() { first_two liquibase_ update; }

judge() {
  local status=0
  [[ "$1 on $2" =~ $chosen ]] || return 0
  (run "$1" "$2") >"$scratch/$1-$2.log" 2>&1 || status=$?
  if [ "$status" = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL %s on %s\n' "$1" "$2"
    sed 's/^/    /' "$scratch/$1-$2.log"
  fi
}
for layout in dbmate sqitch liquibase; do
  for kind in sqlite postgresql mariadb; do judge "$layout" "$kind"; done
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
