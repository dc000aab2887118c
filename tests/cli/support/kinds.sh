# shellcheck shell=bash
# Two schemas as sources of every kind: whichever two are compared, the difference is the same.

# make_kinds NAME FILE URL: FILE as a directory, in git, as a live database URL, as a version of its history, and as
# snapshots; the words that name them go to the file NAME.kinds. URL is a database that FILE has been run in.
make_kinds() {
  local name=$1 file=$2 url=$3 version
  mkdir -p "$name.d"
  cp "$file" "$name.d/all.sql"
  [ -d .git ] || git init -q .
  git add "$file" && git -c user.name=t -c user.email=t@t -c commit.gpgsign=false commit -qm "$name"
  git tag "at_$name"
  dataflow inspect "$url" >"$name.txt" || fail "inspect $url"
  dataflow inspect "$url" --format json >"$name.json" || fail "inspect $url as JSON"
  echo 'CREATE TABLE another_one (id int PRIMARY KEY);' | cat "$file" - >"$name.more.sql"
  dataflow migrate auto --database "$url" --to "$name.more.sql" --auto-confirm >.out 2>.err || fail "a migration"
  dataflow migrate auto --database "$url" --to "$file" --drop-unmanaged --auto-confirm --max-risk-level CRITICAL \
    >.out 2>.err || fail "a migration back"
  version=$(dataflow migrate history --database "$url" --format json --limit 1 |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["migrations"][0]["version"])')
  printf '%s\n' "$url" "$file" "$name.d" "git:at_$name:$file" "version:$version" "$name.txt" "$name.json" >"$name.kinds"
}

# compare_kinds STEP DEV BEFORE AFTER: compares the kinds of `before` with those of `after`, each with every STEPth.
# DEV is a server for those that need one, BEFORE and AFTER are the databases with the histories.
compare_kinds() {
  local step=$1 dev=$2 before_url=$3 after_url=$4 i=0 j from to
  expect 12 dataflow diff "$before_url" "$after_url" --check --format json
  python3 -c 'import json; print(json.dumps(json.load(open(".out"))["difference"]))' >wanted
  while read -r from; do
    j=0
    while read -r to; do
      if [ $(((i + j) % step)) = 0 ]; then
        # A version is looked up in the history of its own side.
        case $from:$to in
        version:*:version:*) continue ;;
        version:*) expect 12 dataflow diff "$from" "$to" --check --format json --dev "$dev" --database "$before_url" ;;
        *) expect 12 dataflow diff "$from" "$to" --check --format json --dev "$dev" --database "$after_url" ;;
        esac
        python3 -c 'import json; print(json.dumps(json.load(open(".out"))["difference"]))' >got
        cmp got wanted || fail "$from and $to"
      fi
      j=$((j + 1))
    done <after.kinds
    i=$((i + 1))
  done <before.kinds
}
