# shellcheck shell=bash
# What continuous integration reads: pages, annotations, comments, JSON by its schema, events of progress.

# A database and a wanted schema whose names try to be HTML, Markdown and workflow commands.
make_hostile() {
  cat >h1.sql <<'SQL'
CREATE TABLE "<script>document.title='pwned'</script>" (id INTEGER PRIMARY KEY, "a&b" TEXT, "x'y""z" TEXT);
CREATE TABLE "::error title=x::y%0A,z:" (id INTEGER PRIMARY KEY, keep TEXT);
CREATE TABLE ledger (id INTEGER PRIMARY KEY);
SQL
  cat >h2.sql <<'SQL'
CREATE TABLE "<script>document.title='pwned'</script>" (id INTEGER PRIMARY KEY, "a&b" TEXT NOT NULL,
  "<img src=x onerror=document.title='pwned'>" TEXT);
CREATE TABLE "::error title=x::y%0A,z:" (id INTEGER PRIMARY KEY, keep TEXT, "@everyone</code></details>" TEXT);
CREATE VIEW "two
lines" AS SELECT keep FROM "::error title=x::y%0A,z:" WHERE keep <> '</pre><script>alert(1)</script>';
SQL
  sqlite3 app.db <h1.sql
  query app.db "insert into \"<script>document.title='pwned'</script>\" values (1, null, 'a')"
}

# A Python that has jsonschema: Debian's, where another one comes first.
python_with_jsonschema() {
  local python
  for python in python3 /usr/bin/python3; do
    ! "$python" -W ignore -c 'import jsonschema' 2>/dev/null || { echo "$python"; return; }
  done
  fail "there is no Python with jsonschema: ./dev setup installs it"
}

# conforms NAME [FILE]: the JSON document in .out, or each line of FILE, is what the schema NAME says.
conforms() {
  local python
  python=$(python_with_jsonschema)
  dataflow help "$1" --json-schema >schema.json || fail "no JSON Schema for $1"
  "$python" -W ignore - schema.json "${2:-}" >complaints 2>&1 <<'PYTHON' || { cat complaints; fail "not as the JSON Schema says: $1"; }
import json, sys, jsonschema
schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
check = jsonschema.Draft202012Validator(schema)
if sys.argv[2]:
    documents = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
else:
    documents = [json.load(open(".out", encoding="utf-8"))]
assert documents, "no document"
for document in documents:
    for error in check.iter_errors(document):
        for cause in [error, *error.context]:
            print("/".join(map(str, cause.absolute_path)), cause.message[:300], file=sys.stderr)
        sys.exit(1)
PYTHON
}

case_json_schema_of_every_command() {
  local name
  dataflow help --format json >commands.json
  python3 -c 'import json; print("\n".join(c["name"] for c in json.load(open("commands.json"))["commands"]))' >names
  while read -r name; do
    # shellcheck disable=SC2086
    expect 0 dataflow help $name --json-schema
    json "'\$schema' in d and (d.get('anyOf') or d.get('properties'))"
  done <names
  for name in plan difference schema progress; do expect 0 dataflow help --json-schema $name; done
  expect 0 dataflow help --json-schema
  json "len(d['anyOf']) >= $(wc -l <names) + 4"
  expect 2 dataflow help --json-schema migrate aut
  error_has 'did you mean migrate auto'
}

case_json_schema_refuses() {
  make_app
  expect 0 dataflow diff app.db v2.sql --format json
  conforms diff
  local edit
  for edit in "d.pop('equal')" "d['difference']['changes'][0].update(type='walk')" "d.update(more=1)"; do
    expect 0 dataflow diff app.db v2.sql --format json
    python3 -c "import json; d = json.load(open('.out')); $edit; json.dump(d, open('.out', 'w'))"
    ! (conforms diff) >/dev/null || fail "the schema lets it pass: $edit"
  done
}

case_json_as_its_schema_says() {
  make_app
  local version
  expect 0 dataflow inspect app.db --format json
  conforms inspect
  conforms schema
  expect 0 dataflow diff app.db v2.sql --format json
  conforms diff
  expect 0 auto --to v2.sql --dry-run --format json
  conforms 'migrate auto'
  python3 -c 'import json; json.dump(json.load(open(".out"))["plan"], open("plan.json", "w"))'
  mv plan.json .out
  conforms plan
  expect 0 dataflow migrate pending --database app.db --to v2.sql --format json
  conforms 'migrate pending'
  expect 0 dataflow migrate status --database app.db --format json
  conforms 'migrate status'
  expect 0 auto --to v2.sql --auto-confirm --format json
  conforms 'migrate auto'
  expect 4 auto --to without_email.sql --auto-confirm --format json
  json "not d['ok'] and d['plan']['level'] == 'CRITICAL'"
  conforms 'migrate auto'
  expect 0 auto --to without_email.sql --auto-confirm --max-risk-level CRITICAL --format json
  conforms 'migrate auto'
  version=$(python3 -c 'import json; print(json.load(open(".out"))["migrations"][0]["version"])')
  expect 0 dataflow migrate history --database app.db --format json
  json "len(d['migrations']) == 2"
  conforms 'migrate history'
  expect 0 dataflow migrate show "$version" --database app.db --format json
  conforms 'migrate show'
  expect 0 dataflow migrate status --database app.db --to v1.sql --format json
  json "d['pending'] and d['last']"
  conforms 'migrate status'
  expect 0 dataflow migrate resume --database app.db --format json
  conforms 'migrate resume'
  expect 0 dataflow backup list --database app.db --format json
  json "len(d['backups']) > 0"
  conforms 'backup list'
  expect 0 dataflow migrate rollback --last --dry-run --database app.db --format json
  conforms 'migrate rollback'
  expect 0 dataflow migrate rollback --last --auto-confirm --max-risk-level CRITICAL --database app.db --format json
  conforms 'migrate rollback'
  expect 0 auto --to without_email.sql --auto-confirm --max-risk-level CRITICAL --quiet
  query app.db 'alter table user add column email text'
  expect 0 dataflow backup list --database app.db --format json
  version=$(python3 -c 'import json; print([b["id"] for b in json.load(open(".out"))["backups"] if b["column"] == "email"][-1])')
  expect 0 dataflow backup restore "$version" --database app.db --format json
  conforms 'backup restore'
  expect 0 dataflow backup prune --all --auto-confirm --database app.db --format json
  json "len(d['deleted']) > 0"
  conforms 'backup prune'
  for version in help 'help --exit-codes' 'help migrate auto' version 'completion bash' 'help plan --json-schema'; do
    # shellcheck disable=SC2086
    expect 0 dataflow $version --format json
    conforms "${version%% *}"
  done
}

case_json_of_a_failure_as_its_schema_says() {
  make_app
  local command name
  for command in 'inspect nothing.sql' 'diff app.db nothing.sql' 'migrate auto --database app.db --to nothing.sql' \
    'migrate status --database nothing.db' 'migrate show 1 --database app.db' 'backup restore 1 --database app.db' \
    'migrate rollback 1 --database app.db' 'completion fishh' 'help migrat'; do
    # shellcheck disable=SC2086
    dataflow $command --format json >.out 2>.err </dev/null && fail "no failure: $command"
    json "not d['ok']"
    name=${command%% *}
    case "$command" in migrate* | backup*) name=$(cut -d' ' -f1,2 <<<"$command") ;; esac
    conforms "$name"
  done
}

case_json_of_a_hostile_schema_as_its_schema_says() {
  make_hostile
  expect 0 dataflow inspect app.db --format json
  conforms schema
  expect 0 auto --to h2.sql --dry-run --format json
  conforms 'migrate auto'
  expect 0 dataflow diff app.db h2.sql --format json
  conforms diff
}

# page: standard output is one HTML page that is well-formed, fetches nothing and runs nothing.
page() {
  python3 - >complaints 2>&1 <<'PYTHON' || { cat complaints; fail "the page is not sound"; }
import html.parser, re, sys
text = open(".out", encoding="utf-8").read()
void = {"meta", "br"}
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.rows, self.tags = [], 0, set()
    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.rows += ("class", "operation") in attributes
        for name, value in attributes:
            assert name not in ("src", "href", "style") and not name.startswith("on"), (tag, name)
        if tag not in void:
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, ("not closed", tag)
page = Page()
page.feed(text)
page.close()
assert not page.open, page.open
known = "html head meta title style body header main footer section h1 h2 h3 p dl div dt dd ul li strong br table caption thead tbody tr th td code pre span details summary"
assert page.tags <= set(known.split()), page.tags - set(known.split())
assert text.startswith("<!doctype html>") and text.endswith("</html>\n")
assert not re.search(r"url\(|@import|https?:", text), "something is fetched"
open("rows", "w").write(str(page.rows))
PYTHON
}

case_html_of_a_plan() {
  make_hostile
  expect 0 auto --to h2.sql --dry-run --format json
  local operations
  operations=$(python3 -c 'import json; print(len(json.load(open(".out"))["plan"]["operations"]))')
  expect 0 auto --to h2.sql --dry-run --format html
  no_err
  page
  is "$(cat rows)" "$operations"
  out_has '<title>Migration plan: sqlite:app.db</title>'
  out_has 'Would fail on today&#39;s data'
  out_has 'Remedy: '
  out_has '&lt;script&gt;document.title=&#39;pwned&#39;&lt;/script&gt;'
  out_has 'SQL, back'
  out_has 'Not managed, left alone'
  out_has 'class="level critical">CRITICAL<'
  expect 0 auto --to h2.sql --dry-run --format html --ascii
  page
  ! LC_ALL=C grep -q '[^ -~]' .out || fail "--ascii has other characters"
  expect 0 auto --to h2.sql --dry-run --format html --no-show-sql
  out_lacks '<pre'
}

case_html_stands_alone() {
  make_app
  expect 0 auto --to v2.sql --auto-confirm --format html
  page
  expect 0 auto --to v2.sql --dry-run --format html
  page
  out_has 'No changes: the database is up to date'
  expect 0 dataflow diff app.db v1.sql --format html
  page
  is "$(cat rows)" 3
  expect 0 dataflow diff app.db v2.sql --format html
  page
  out_has 'No changes: both schemas are the same'
  make_hostile
  expect 12 dataflow diff app.db h2.sql --format html --check
  page
}

case_github_annotations() {
  make_app
  query app.db 'create table "a,b:c%d" (id integer primary key)'
  { cat without_email.sql; echo 'create table "a,b:c%d" (id integer primary key, n integer);'; } >want.sql
  expect 0 auto --to want.sql --dry-run --format github
  no_err
  is "$(grep -c '^::' .out)" 2
  sed -n 2p .out >first
  grep -qE '^::error file=want.sql,title=CRITICAL%3A drop column email from user::drops a column that holds 2 values%0Adata loss: high, set aside' first ||
    fail "not the drop first: $(cat first)"
  out_has '^::notice file=want.sql,title=SAFE%3A add column n to a%2Cb%3Ac%25d::'
  expect 4 auto --to want.sql --auto-confirm --format github
  out_has '^::error file=want.sql,title=dataflow refused::the risk is CRITICAL'
  error_has 'the risk is CRITICAL'
  expect 0 dataflow diff app.db want.sql --format github
  out_has '^::notice file=want.sql,title=DROP_COLUMN user::email'
  expect 12 dataflow diff want.sql app.db --format github --check
  out_lacks 'file='
  expect 0 dataflow diff want.sql want.sql --format github
  out_has '^No changes'
}

case_github_annotations_of_directories_and_revisions() {
  make_app
  mkdir one two
  cp v2.sql one/users.sql
  cp v2.sql two/users.sql
  echo 'CREATE TABLE more (id INTEGER PRIMARY KEY);' >two/more.sql
  echo 'DROP TABLE user;' >one/users.down.sql
  git init -q .
  git add one two && git -c user.name=t -c user.email=t@t -c commit.gpgsign=false commit -qm one
  local source
  for source in one git:HEAD:one git:HEAD:one/users.sql; do
    expect 0 auto --to "$source" --dry-run --format github
    is "$(grep -c '^::notice file=one/users.sql,title=' .out)" "$(grep -c '^::' .out)"
    expect 0 dataflow diff app.db "$source" --format github
    out_has '^::notice file=one/users.sql,title=ADD_COLUMN user'
  done
  for source in two git:HEAD:two; do  # which of the two files is not known
    expect 0 dataflow diff app.db "$source" --format github
    out_lacks 'file='
  done
}

case_reports_of_a_rollback() {
  make_app
  expect 0 auto --to v2.sql --auto-confirm
  expect 0 auto --to without_email.sql --auto-confirm --max-risk-level CRITICAL
  expect 0 dataflow migrate rollback --last --dry-run --database app.db --format html
  page
  out_has 'way back of sqlite:app.db'
  is "$(grep -c '<tr role="row" class="operation">' .out)" 4
  expect 0 dataflow migrate rollback --last --dry-run --database app.db --format github
  is "$(grep -c '^::' .out)" 4
  out_has '^::warning title=MEDIUM%3A add column email to user::'
  local first
  first=$(dataflow migrate history --database app.db --format json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["migrations"][1]["version"])')
  expect 0 auto --to v1.sql --auto-confirm --max-risk-level CRITICAL --backfill "user.email=''"
  # Two migrations are one page.
  expect 0 dataflow migrate rollback --to "$first" --dry-run --database app.db --format html
  page
  is "$(grep -c '<!doctype html>' .out)" 1
  out_has 'add column email to user|ADD_COLUMN'
  expect 0 dataflow migrate rollback --to "$first" --database app.db --format html --auto-confirm --max-risk-level CRITICAL
  page
  out_lacks 'took back'
  expect 0 dataflow diff app.db v2.sql --check
  expect 0 dataflow migrate rollback --to "$first" --database app.db --format html
  page
  out_has 'No changes'
}

case_github_commands_cannot_be_forged() {
  make_hostile
  expect 0 auto --to h2.sql --dry-run --format github
  local lines
  lines=$(wc -l <.out)
  is "$(grep -cE '^::(error|warning|notice) file=h2.sql,title=[^,:]*::' .out)" $((lines - 1))
  sed -n 1p .out | grep -q '^[0-9]* operations, ' || fail "the first line is not the summary"
}

case_markdown_fits_a_comment() {
  python3 - <<'PYTHON'
with open("many.sql", "w") as f:
    for i in range(600):
        f.write(f"CREATE TABLE table_with_a_long_name_{i} (id INTEGER PRIMARY KEY, " + ", ".join(f"column_number_{c} TEXT" for c in range(8)) + ");\n")
PYTHON
  sqlite3 app.db 'create table kept (id integer primary key)'
  expect 0 auto --to many.sql --dry-run --format markdown --safety-analysis --show-rollback-plan
  python3 -c '
text = open(".out", encoding="utf-8").read()
assert 40000 < len(text) <= 65536, len(text)
assert text.count("<details") == text.count("</details>") == 2
assert text.count("```") % 2 == 0' || fail "the comment does not fit"
  out_has 'statements of 600 are left out: a comment on GitHub takes 65,536 characters'
  out_has '^and [0-9]+ more$'
  out_has '\*\*✅ SAFE\*\* · 600 operations'
}

case_markdown_calls_nobody() {
  make_hostile
  expect 0 auto --to h2.sql --dry-run --format markdown
  # In a code span nothing is called; elsewhere a comment stands behind the sign.
  python3 - <<'PYTHON' || fail "somebody is called"
import re
text = re.sub(r"(`+)sql\n.*?\n\1", "", open(".out", encoding="utf-8").read(), flags=re.S)
text = re.sub(r"(`+).+?\1", "", text)
assert "@<!-- -->everyone" in text and "@everyone" not in text
PYTHON
}

# A migration that takes a while.
make_slow() {
  query app.db "create table t (id integer primary key, a text, b text);
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 150000) insert into t select i, 'a' || i, hex(randomblob(20)) from n"
  echo 'create table t (id integer primary key, a text not null, b text);' >slow.sql
}

case_progress_is_silent_in_a_pipe() {
  make_slow
  expect 0 auto --to slow.sql --auto-confirm
  no_err
  expect 0 dataflow migrate rollback --last --auto-confirm --max-risk-level CRITICAL --database app.db --progress none
  no_err
}

case_progress_as_events() {
  make_slow
  expect 0 auto --to slow.sql --auto-confirm --quiet --progress json
  no_out
  conforms progress .err
  python3 - <<'PYTHON' || fail "the events do not tell what happened"
import json
events = [json.loads(line) for line in open(".err")]
assert events[-1]["event"] == "end" and events[-1]["exit_status"] == 0
times = [e["seconds"] for e in events]
assert times == sorted(times) and times[-1] > 0
seen = [e["activity"] for e in events[:-1]]
for activity in ("try_out", "read", "survey", "rehearse", "run", "verify"):
    assert activity in seen, activity
run = [e for e in events[:-1] if e["activity"] == "run"]
assert run[-1]["done"] == run[-1]["total"] == 1 and run[-1]["rows"] >= 150000 and run[-1]["unit"] == "step"
assert any(e["title"] == "rebuild table t" for e in run)
assert len(events) < 20 + times[-1] * 12, len(events)
PYTHON
  expect 0 dataflow migrate rollback --last --auto-confirm --max-risk-level CRITICAL --database app.db --progress json --quiet
  conforms progress .err
  expect 0 dataflow inspect app.db --progress json
  out_has '^table t'
  conforms progress .err
}

case_progress_tells_a_failure() {
  make_app
  expect 4 auto --to without_email.sql --auto-confirm --progress json
  conforms progress .err
  python3 - <<'PYTHON' || fail "the events do not tell the failure"
import json
events = [json.loads(line) for line in open(".err")]
assert [e["event"] for e in events[-2:]] == ["error", "end"]
assert events[-2]["error"]["code"] == "refused" and events[-1]["exit_status"] == 4
PYTHON
  expect 2 dataflow inspect app.db --progress bar
  error_has "progress does not take"
}

case_json_of_migration_files_as_its_schema_says() {
  make_app
  expect 0 dataflow migrate generate --from v1.sql --to v2.sql --naming sequential --format json
  json "d['migration']['changes'] and len(d['files']) == 2"
  conforms 'migrate generate'
  expect 0 dataflow migrate generate --from v1.sql --to v1.sql --dir nowhere --format json
  conforms 'migrate generate'
  expect 0 dataflow migrate pending --dir migrations --database app.db --format json
  json "len(d['migrations']) == 1"
  conforms 'migrate pending'
  local how
  for how in --dry-run --dry-run-execute --auto-confirm; do
    expect 0 dataflow migrate up --database app.db $how --format json
    json "len(d['migrations']) == 1"
    conforms 'migrate up'
  done
  echo 'CREATE TABLE late (id INTEGER);' >migrations/002_late.up.sql
  expect 0 dataflow migrate status --dir migrations --database app.db --format json
  json "len(d['files']['applied']) == 1 and len(d['files']['pending']) == 1"
  conforms 'migrate status'
  expect 0 dataflow migrate baseline 002 --database app.db --format json
  json "len(d['migrations']) == 1"
  conforms 'migrate baseline'
  expect 0 dataflow migrate validate --database app.db --format json
  conforms 'migrate validate'
  echo '-- edited' >>migrations/002_late.up.sql
  expect 7 dataflow migrate validate --database app.db --format json
  json "d['conflicts'][0]['kind'] == 'edited'"
  conforms 'migrate validate'
  expect 7 dataflow migrate up --database app.db --auto-confirm --format json
  conforms 'migrate up'
  rm migrations/002_late.up.sql
  expect 0 dataflow migrate rollback 002 --database app.db --auto-confirm --max-risk-level CRITICAL
  expect 0 dataflow migrate down --database app.db --dry-run --format json
  json "d['migrations'][0]['plan']"
  conforms 'migrate down'
  expect 0 dataflow drift --database app.db --format json
  conforms drift
  query app.db 'CREATE TABLE by_hand (x)'
  expect 12 dataflow drift --database app.db --format json
  conforms drift
}
