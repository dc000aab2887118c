# shellcheck shell=bash
# readable PSQL URL FILE.sql: a file for PostgreSQL without the database it makes for itself, and with something that
# stands in for functions and extensions that the server at URL does not have.
readable() {
  local psql=$1 url=$2
  knows() { [ -n "$("$psql" -qXAt -d "$url" -c "$1")" ]; }
  local -a stand_ins=(-e '/^(CREATE|DROP) DATABASE |^\\c /d')
  knows "SELECT 1 FROM pg_proc WHERE proname = 'uuidv7'" || stand_ins+=(-e 's/\<uuidv7\(\)/gen_random_uuid()/')
  knows "SELECT 1 WHERE current_setting('server_version_num')::int >= 180000" || stand_ins+=(-e 's/\) VIRTUAL\>/) STORED/')
  knows "SELECT 1 FROM pg_available_extensions WHERE name = 'vector'" ||
    stand_ins+=(-e '/EXTENSION .*vector|USING (hnsw|ivfflat) /d' -e 's/public\.vector\([0-9]+\)/double precision[]/')
  sed -E "${stand_ins[@]}" "$3"
}
