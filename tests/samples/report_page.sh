#!/usr/bin/env bash
# The page of a plan, in a browser: report_page.sh EXECUTABLE. Names that are scripts must not run, every operation must
# be there, and light and dark must look like it.
set -u
BIN=$(realpath "${1:?usage: report_page.sh EXECUTABLE}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
unset DATAFLOW_DATABASE DATAFLOW_ASCII NO_COLOR
export LC_ALL=C.UTF-8
passed=0 failed=0

command -v chromium >/dev/null || { echo 'error: chromium is not installed' >&2; exit 2; }

# Nothing is to be fetched: no name is found. The pages are our own: no sandbox, which containers do not have.
browse() {
  timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --no-first-run \
    --user-data-dir="$scratch/profile" --host-resolver-rules='MAP * ~NOTFOUND' "$@" 2>>browser.log
}

check() {  # name command…
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL %s\n' "$name"
  fi
}

# A program that reads the page as the browser has it, or a picture of it.
cat >look.py <<'PYTHON'
import html.parser, json, struct, sys, zlib

class Dom(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.tags, self.rows, self.title, self.handlers, self.levels, self.inside = [], 0, "", [], [], []
        self.feed(open(path, encoding="utf-8").read())
    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.rows += ("class", "operation") in attributes
        self.handlers += [name for name, _ in attributes if name.startswith("on")]
        if tag not in ("meta", "br", "link", "img"):
            self.inside.append((tag, dict(attributes).get("class", "")))
    def handle_endtag(self, tag):
        while self.inside and self.inside.pop()[0] != tag:
            pass
    def handle_data(self, text):
        if not self.inside:
            return
        if self.inside[-1][0] == "title":
            self.title += text
        if self.inside[-1][1].startswith("level ") and "td" in [tag for tag, _ in self.inside]:
            self.levels.append(text)

def pixels(path):
    """The rows of a PNG with 8 bits a channel, as bytes, and the bytes of a pixel."""
    data, at, packed = open(path, "rb").read(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height, bits, colours, _, _, interlaced = struct.unpack(">IIBBBBB", data[at + 8:at + 21])
            assert bits == 8 and interlaced == 0
            step = {2: 3, 6: 4}[colours]
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += size + 12
    raw, stride, rows, before = zlib.decompress(packed), width * step, [], bytes(width * step)
    for y in range(height):
        kind, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for x in range(stride):
            left, up = line[x - step] if x >= step else 0, before[x]
            corner = before[x - step] if x >= step else 0
            if kind == 1:
                line[x] = (line[x] + left) & 255
            elif kind == 2:
                line[x] = (line[x] + up) & 255
            elif kind == 3:
                line[x] = (line[x] + (left + up) // 2) & 255
            elif kind == 4:
                guess = left + up - corner
                near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
                line[x] = (line[x] + near[2]) & 255
        rows.append(bytes(line))
        before = rows[-1]
    return rows, step

def picture(path):
    rows, step = pixels(path)
    colours = {}
    for row in rows:
        for x in range(0, len(row), step):
            colour = row[x:x + 3]
            colours[colour] = colours.get(colour, 0) + 1
    total = sum(colours.values())
    ground, n = max(colours.items(), key=lambda c: c[1])
    # Words leave their mark: many colours, and a ground that is not all there is.
    print(len(colours), f"{n / total:.2f}", "ground", ground.hex())
    return ground, len(colours) > 100 and 0.2 < n / total < 0.98

def only_ours(dom):
    assert not {"script", "img", "iframe", "link", "object", "b"} & set(dom.tags) and not dom.handlers

what, path, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
if what == "title":
    print(Dom(path).title)
elif what == "plan":
    dom, plan = Dom(path), json.load(open(rest[0], encoding="utf-8"))["plan"]
    assert dom.rows == len(plan["operations"]) > 4, (dom.rows, len(plan["operations"]))
    assert dom.levels == [o["assessment"]["level"] for o in plan["operations"]], dom.levels
    only_ours(dom)
    assert dom.title == "Migration plan: sqlite:app.db", dom.title
    assert dom.tags.count("pre") >= len(plan["steps"])
elif what == "difference":
    dom = Dom(path)
    only_ours(dom)
    assert dom.title.startswith("Schema difference: ") and dom.rows > 4, (dom.title, dom.rows)
elif what == "light":
    ground, drawn = picture(path)
    sys.exit(0 if drawn and min(ground) > 200 else 1)
elif what == "dark":
    ground, drawn = picture(path)
    sys.exit(0 if drawn and max(ground) < 60 else 1)
PYTHON

sqlite3 app.db <<'SQL'
CREATE TABLE user (id INTEGER PRIMARY KEY, email TEXT, fax TEXT);
INSERT INTO user VALUES (1, 'a@example.com', '1'), (2, 'a@example.com', '2');
CREATE TABLE "<script>document.title='pwned'</script>" (id INTEGER PRIMARY KEY, a TEXT);
CREATE TABLE ledger (id INTEGER PRIMARY KEY);
SQL
cat >wanted.sql <<'SQL'
CREATE TABLE user (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, age INTEGER NOT NULL);
CREATE TABLE "<script>document.title='pwned'</script>" (id INTEGER PRIMARY KEY, a TEXT,
  """><img src=x onerror=document.title='pwned'>" TEXT);
CREATE TABLE "</title></style></pre><b>" (id INTEGER PRIMARY KEY, note TEXT DEFAULT '</code></pre><script>document.title="pwned"</script>');
CREATE VIEW v AS SELECT email FROM user WHERE email <> '<img src=x onerror="document.title=1">';
SQL
"$BIN" migrate auto --database sqlite:app.db --to wanted.sql --dry-run --format json >plan.json
"$BIN" migrate auto --database sqlite:app.db --to wanted.sql --dry-run --format html >plan.html
"$BIN" diff app.db wanted.sql --format html >difference.html

# A browser that runs no scripts would prove nothing.
echo "<title>calm</title><body><img src=x onerror=\"document.title='pwned'\">" >control.html
control_is_pwned() { browse --dump-dom "file://$scratch/control.html" >control.dom && [ "$(python3 look.py title control.dom)" = pwned ]; }
check 'the browser runs scripts' control_is_pwned

dom_is_the_plan() { browse --dump-dom "file://$scratch/plan.html" >plan.dom && python3 look.py plan plan.dom plan.json; }
check 'every operation, and nothing that ran' dom_is_the_plan
dom_is_the_difference() {
  browse --dump-dom "file://$scratch/difference.html" >difference.dom && python3 look.py difference difference.dom
}
check 'nothing of a difference ran' dom_is_the_difference

looks() {  # scheme size option…
  local scheme=$1 size=$2
  shift 2
  browse --window-size="$size" --screenshot="$scratch/$scheme.png" "$@" "file://$scratch/plan.html" >/dev/null &&
    python3 look.py "$scheme" "$scheme.png"
}
check 'light' looks light 900,700
check 'dark' looks dark 900,700 --blink-settings=preferredColorScheme=0
check 'narrow' looks light 500,900

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] || { tail -n 20 browser.log; exit 1; }
