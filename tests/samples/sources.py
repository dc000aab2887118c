"""Two schemas as sources of every kind: whichever two are compared, the difference is the same.

sources.py EXECUTABLE STEP SERVERS EVERY CASES.jsonl
A case is a line {id, dialect, current_sql, desired_sql}, perhaps with setup_sql, schemas and roles. Every EVERYth case is
taken; of the pairs of kinds, every STEPth. SERVERS is a JSON object of sockets: {"postgres": …, "mysql": …}, with the
directory of psql as "clients".
"""
import concurrent.futures, json, os, re, subprocess, sys, tempfile

executable, step, servers, every, path = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]), int(sys.argv[4]), sys.argv[5]


class Unusable(Exception):
    """The case says nothing: the server does not take its SQL."""


class Disagreement(Exception):
    pass


def run(*words, stdin="", cwd=None, env=None):
    ran = subprocess.run(words, input=stdin, capture_output=True, text=True, errors="replace", cwd=cwd, env=env, timeout=120)
    return ran.returncode, ran.stdout, ran.stderr


def dataflow(place, *words):
    return run(executable, *words, cwd=place)


class Sqlite:
    def url(self, place, name):
        return "sqlite:" + os.path.join(place, name + ".db")

    def dev(self):
        return "sqlite::memory:"

    def make(self, place, name, case, sql):
        return run("sqlite3", "-bail", os.path.join(place, name + ".db"), stdin=sql + "\n;VACUUM;")

    def drop(self, place, name):
        pass


class Postgres:
    def psql(self, database, sql):
        return run(os.path.join(servers["clients"], "psql"), "-qXAt", "-v", "ON_ERROR_STOP=1", "-h", servers["postgres"], "-U", "postgres",
                   "-d", database, stdin=sql)

    def named(self, place, name):
        return os.path.basename(place) + name

    def url(self, place, name):
        return f"postgresql://postgres@/{self.named(place, name)}?host={servers['postgres']}"

    def dev(self):
        return f"postgresql://postgres@/postgres?host={servers['postgres']}"

    def make(self, place, name, case, sql):
        for role in case.get("roles") or []:
            self.psql("postgres", 'CREATE ROLE "{}"'.format(role.strip('"')))
        self.psql("postgres", f'CREATE DATABASE "{self.named(place, name)}" TEMPLATE template0')
        return self.psql(self.named(place, name), sql)

    def drop(self, place, name):
        self.psql("postgres", f'DROP DATABASE IF EXISTS "{self.named(place, name)}" WITH (FORCE)')


class Mariadb:
    def client(self, database, sql):
        return run("mariadb", "--no-defaults", "-uroot", "--socket=" + servers["mysql"], "-D", database, stdin=sql)

    def named(self, place, name):
        return os.path.basename(place) + name

    def url(self, place, name):
        return f"mariadb://root@localhost/{self.named(place, name)}?socket={servers['mysql']}"

    def dev(self):
        return f"mariadb://root@localhost/mysql?socket={servers['mysql']}"

    def make(self, place, name, case, sql):
        self.client("mysql", f"CREATE DATABASE `{self.named(place, name)}` CHARACTER SET utf8mb4")
        return self.client(self.named(place, name), "SET foreign_key_checks = 0;\n" + sql)

    def drop(self, place, name):
        self.client("mysql", f"DROP DATABASE IF EXISTS `{self.named(place, name)}`")


def write(place, name, text):
    os.makedirs(os.path.dirname(os.path.join(place, name)), exist_ok=True)
    with open(os.path.join(place, name), "w", encoding="utf-8") as file:
        file.write(text)


def statements(sql):
    """The text in pieces, cut behind a semicolon at the end of a line where nothing is open; only for texts without bodies."""
    if re.search(r"\$\w*\$|\bBEGIN\b|DELIMITER|\bDECLARE\b", sql, re.I):
        return [sql]
    pieces, open_piece = [], ""
    for line in sql.splitlines(keepends=True):
        open_piece += line
        if line.rstrip().endswith(";") and all(open_piece.count(quote) % 2 == 0 for quote in "'\"`") and "--" not in line and "/*" not in open_piece:
            pieces.append(open_piece)
            open_piece = ""
    return pieces + ([open_piece] if open_piece.strip() else [])


def git(place, *words):
    status, _, said = run("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", *words, cwd=place)
    if status != 0:
        raise Disagreement("git: " + said)


def make_kinds(server, place, side, case, sql):
    """What names this schema, as kind: word."""
    status, _, said = server.make(place, side, case, sql)
    if status != 0:
        raise Unusable(next((line for line in said.splitlines() if "ERROR" in line), said.strip()))
    url = server.url(place, side)
    kinds = {"url": url, "file": side + ".sql", "directory": side + ".d"}
    write(place, side + ".sql", sql)
    pieces = statements(sql)
    for i, piece in enumerate(pieces):
        write(place, f"{side}.d/{i:03}.sql", piece)
    if len(pieces) > 1 and all(re.match(r"\s*CREATE (TABLE|(UNIQUE )?INDEX|VIEW|SCHEMA)\b", piece, re.I) for piece in pieces):
        for i, piece in enumerate(reversed(pieces)):
            write(place, f"{side}.r/{i:03}.sql", piece)
        kinds["reversed"] = side + ".r"
    if not pieces:
        write(place, side + ".d/000.sql", "-- nothing\n")
    git(place, "add", side + ".sql", side + ".d")
    git(place, "commit", "-qm", side)
    git(place, "tag", side)
    kinds["git"] = f"git:{side}:{side}.sql"
    for kind, extension, words in (("text", "txt", []), ("json", "json", ["--format", "json"])):
        status, out, said = dataflow(place, "inspect", url, *words)
        if status != 0:
            raise Disagreement(f"inspect {side}: {said}")
        write(place, f"{side}.{extension}", out)
        kinds[kind] = f"{side}.{extension}"
    return kinds


def add_versions(server, place, case, first, kinds):
    """Both schemas as versions of one history, which a table more begins."""
    status, _, said = server.make(place, "history", case, first + ";\nCREATE TABLE another_one (id int PRIMARY KEY);\n")
    if status != 0:
        return
    url = server.url(place, "history")
    for side in ("before", "after"):
        status, out, said = dataflow(place, "migrate", "auto", "--database", url, "--to", side + ".sql", "--auto-confirm", "--drop-unmanaged",
                                     "--max-risk-level", "CRITICAL", "--format", "json")
        if status != 0:
            raise Disagreement(f"migrate to {side}: {said.strip()[:300]}")
        status, out, said = dataflow(place, "migrate", "history", "--database", url, "--format", "json", "--limit", "1")
        kinds[side]["version"] = "version:" + json.loads(out)["migrations"][0]["version"]


def difference(server, place, before, after):
    words = ["--dev", server.dev()]
    if before.startswith("version:") or after.startswith("version:"):
        words = ["--dev", server.dev(), "--database", server.url(place, "history")]
    status, out, said = dataflow(place, "diff", before, after, "--check", "--format", "json", *words)
    if status not in (0, 12):
        return f"exit {status}: {(said or out).strip()}"
    found = json.loads(out)["difference"]
    # The order within a table is that of the source.
    found["changes"].sort(key=lambda change: json.dumps(change, sort_keys=True))
    return json.dumps([status, found], sort_keys=True)


def judge(case):
    """How many pairs were compared. Throws Unusable or Disagreement."""
    server = {"sqlite": Sqlite, "postgres": Postgres, "mysql": Mariadb}[case["dialect"]]()
    # A file may say of its objects what they were called; a database cannot.
    case = {key: re.sub(r"--[^\n]*renamed[^\n]*", "", text) if key.endswith("_sql") else text for key, text in case.items()}
    setup = "".join(f'CREATE SCHEMA IF NOT EXISTS "{name}";\n' for name in case.get("schemas") or []) + (case.get("setup_sql") or "")
    with tempfile.TemporaryDirectory(prefix="k", dir=os.environ.get("TMPDIR")) as place:
        try:
            git(place, "init", "-q", ".")
            kinds = {side: make_kinds(server, place, side, case, setup + case[key]) for side, key in (("before", "current_sql"), ("after", "desired_sql"))}
            add_versions(server, place, case, setup + case["current_sql"], kinds)
            wanted = difference(server, place, kinds["before"]["url"], kinds["after"]["url"])
            count, others = 0, []
            for i, (one, before) in enumerate(kinds["before"].items()):
                for j, (other, after) in enumerate(kinds["after"].items()):
                    if (i + j) % step != 0:
                        continue
                    got = difference(server, place, before, after)
                    count += 1
                    if got != wanted:
                        others.append(f"{one} and {other}: {got[:1500]}")
            if others:
                raise Disagreement(f"two databases: {wanted[:1500]}\n    " + "\n    ".join(others))
            return count
        finally:
            for name in ("before", "after", "history"):
                server.drop(place, name)


def tell(case):
    """One of passed, failed and unusable, how many pairs, and what is to be said."""
    try:
        return "passed", judge(case), ""
    except Unusable as reason:
        return "unusable", 0, f"{case['id']}: {reason}"
    except Disagreement as reason:
        return "failed", 0, f"FAILED: {case['id']}: {reason}"


with open(path, encoding="utf-8") as lines:
    cases = [json.loads(line) for line in lines]
cases = [case for i, case in enumerate(cases) if i % every == 0 and re.search(os.environ.get("ONLY", ""), case["id"])]
counts, pairs = {"passed": 0, "failed": 0, "unusable": 0}, 0
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
    for verdict, compared, words in threads.map(tell, cases):
        counts[verdict] += 1
        pairs += compared
        if words:
            print(words, flush=True)
print(f"{pairs} pairs; {counts['unusable']} cases that the server does not take")
print(f"{counts['passed']} passed, {counts['failed']} failed")
sys.exit(1 if counts["failed"] or not counts["passed"] else 0)
