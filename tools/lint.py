#!/usr/bin/env python3
"""make lint: what the compiler does not hold.

    layers      who may include whom
    headers     a source includes its own header first; every header compiles alone
    size        files of at most 600 lines, functions of at most 70, lines below 110 columns (a tab is 8)
    memory      malloc and free only in base/arena.c and base/secret.c
    secrets     no memcmp outside base/str.c, no strcmp on anything but arguments of the command line
    use         every function of a public header is used outside its own file
    unfinished  no notes to ourselves
    errors      every error of api/errors.txt is somebody's
    archives    every kind of item is in archives, or left out for a reason
    documents   ARCHITECTURE.md names every folder; generated documents are up to date

Prints file:line: message. Exits with 1 when there is one.
"""

import glob
import json
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MAX_LINES, MAX_FUNCTION, MAX_COLUMNS = 600, 70, 110

# folder -> folders whose headers it may include, beside its own
LAYERS = {
    "base": {"gen/error"},
    "codec": {"base"},
    "crypto": {"base", "codec", "gen/types"},
    "token": {"base", "codec", "crypto", "gen/types"},
    "policy": {"base", "codec"},
    "net": {"base", "codec"},
    "db": {"base"},
    "store": {"base", "codec", "crypto", "db", "gen/types", "gen/sql"},
    "domain": {"base", "codec", "crypto", "token", "policy", "store", "gen/types", "gen/branding", "gen/managed"},
    "oauth": {"base", "codec", "crypto", "token", "store", "domain", "gen/types", "gen/error"},
    "authorizer": {"base", "codec", "crypto", "token", "policy", "store", "domain", "gen/types"},
    "op": {"base", "codec", "policy", "domain", "gen/types", "gen/ops", "gen/error"},
    "proto": {"base", "codec", "crypto", "token", "policy", "net", "domain", "oauth", "authorizer", "op", "store", "gen/types",
              "gen/ops", "gen/error", "gen/pages"},
    "page": {"base", "codec", "crypto", "token", "net", "domain", "oauth", "op", "store", "proto", "gen/types", "gen/error",
             "gen/pages", "gen/strings"},
    "app": None,  # everything
}

# room of src/domain -> rooms whose headers it may include, beside its own and those that lie in src/domain itself.
# What identity pools and IAM know, user pools need not; pool_load.c reads the keys of all of them.
ROOMS = {
    "pool": {"user", "grant", "transfer"},
    "user": {"pool", "auth", "grant", "message"},
    "auth": {"pool", "user", "grant", "message"},
    "message": {"pool", "user", "auth"},
    "grant": {"pool", "user", "auth"},
    "transfer": {"pool", "user", "auth"},
    "federation": {"pool", "user", "auth", "grant"},
    "identity": {"pool", "user", "grant", "iam"},
    "iam": {"pool", "grant", "identity"},
}
ROOM_EXCEPTIONS = {"src/domain/pool/pool_load.c"}
GEN = {"idp_types": "types", "identity_types": "types", "sts_types": "types", "iam_types": "types", "rec_types": "types"}

# Kinds of items that no archive of a user pool holds, and why (src/domain/transfer/archive_kinds.c has the others).
LEFT_OUT = {
    "archive": "marks a pool while it is imported",
    "browser": "signed in here, and nowhere else",
    "event": "a log, which stays where it happened",
    "limit": "the server's",
    "principal_tags": "of identity pools",
    "schema_change": "under way, or past",
    "schema_queue": "the server's",
}

problems = []


def report(path, line, message):
    problems.append(f"{path}:{line}: {message}")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def sources(*patterns):
    found = {path for pattern in patterns for path in glob.glob(pattern, recursive=True)}
    return sorted(path for path in found if "/node_modules/" not in path)


def check_layers(path, text):
    folder = path.split("/")[1]
    allowed = LAYERS[folder]
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'#include "([^/"]+)/([^."]+)\.h"', line)
        if not match or allowed is None:
            continue
        target, name = match.groups()
        if target == "gen":
            target = "gen/" + GEN.get(name, name)
        if target != folder and target not in allowed:
            report(path, number, f"{folder} may not include {match.group(1)}/{name}.h")


def check_rooms(path, text):
    """Inside src/domain."""
    parts = path.split("/")
    if parts[1] != "domain" or len(parts) != 4 or path in ROOM_EXCEPTIONS:
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'#include "domain/(\w+)/(\w+)\.h"', line)
        if match and match[1] != parts[2] and match[1] not in ROOMS[parts[2]]:
            report(path, number, f"domain/{parts[2]} may not include domain/{match[1]}/{match[2]}.h")


def check_own_header(path, text):
    own = path[len("src/"):-2] + ".h"
    if not os.path.exists("src/" + own):
        return
    first = re.search(r'^#include [<"]([^>"]+)[>"]', text, re.M)
    if not first or first.group(1) != own:
        report(path, 1, f"must include {own} first")


def check_size(path, text):
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        report(path, MAX_LINES, f"{len(lines)} lines, more than {MAX_LINES}")
    start = None
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) >= MAX_COLUMNS and "http://" not in line and "https://" not in line:
            report(path, number, f"{len(line.expandtabs(8))} columns")
        if line.rstrip() != line:
            report(path, number, "blanks at the end of the line")
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > MAX_FUNCTION:
                report(path, start, f"a function of {number - start - 1} lines")
            start = None


def without_comments(text):
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)


def check_words(path, text):
    code = without_comments(text)
    for number, line in enumerate(code.splitlines(), 1):
        if path not in ("src/base/arena.c", "src/base/secret.c"):
            word = re.search(r"(?<![\w>.])(malloc|calloc|realloc|strdup|free)\(", line)
            if word and "getline" not in text.splitlines()[number - 1]:
                report(path, number, f"{word.group(1)} belongs to base/arena.c and base/secret.c")
        if re.search(r"\bmemcmp\(", line) and path != "src/base/str.c":
            report(path, number, "compare with lg_str_eq or lg_ct_eq")
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            report(path, number, "a note to ourselves")


def check_use(headers, bodies):
    users = {}
    for path, body in bodies.items():
        for name in set(re.findall(r"\blg_\w+", body)) - set(re.findall(r"^(lg_\w+)\(", body, re.M)):
            users.setdefault(name, set()).add(path)
    for path in headers:
        text = without_comments(read(path))
        own = path[:-2] + ".c"
        for match in re.finditer(r"\b(lg_[a-z0-9_]+)\((?=[^;{]*\)[^;{]*;)", text):
            name = match.group(1)
            if len(re.findall(rf"\b{name}\b", text)) > 1:
                continue  # a macro of the header uses it
            if re.search(rf"^\s*\.run = {name}\b", bodies.get(own, ""), re.M):
                continue  # a row of a table
            if not users.get(name, set()) - {path}:
                report(path, text[:match.start()].count("\n") + 1, f"{name} is used nowhere else")


def check_headers_alone(headers):
    """Those without a source of their name: the others come first in it, so the build has compiled them alone."""
    headers = [path for path in headers if not os.path.exists(path[:-2] + ".c")]
    build = os.path.join(TOP, "build")
    if not os.path.exists(os.path.join(build, "gen", "error.h")):
        return  # nothing was built yet: there is nothing to compile against
    libraries = subprocess.run(["pkg-config", "--cflags", "libpq", "jansson", "inih", "libxml-2.0"], capture_output=True, text=True, check=False)
    flags = ["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-fsyntax-only", "-Isrc", "-I.", "-Ibuild", *libraries.stdout.split(), "-x", "c"]
    running = []
    for path in headers:
        running.append((path, subprocess.Popen([*flags, path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)))
        if len(running) >= (os.cpu_count() or 2):
            finish(*running.pop(0))
    for path, process in running:
        finish(path, process)


def finish(path, process):
    _, errors = process.communicate()
    if process.returncode:
        report(path, 1, "does not compile alone: " + errors.splitlines()[0])


def check_errors(bodies):
    """An error is raised or looked at in src/, or declared by an operation."""
    known = set(re.findall(r"\bLG_E_(\w+)", " ".join(body for path, body in bodies.items() if path.startswith("src/"))))
    for path in sources("api/*/*.json"):
        declared = json.loads(read(path)).get("errors", [])
        known.update(declared if isinstance(declared, list) else [])
    for number, line in enumerate(read("api/errors.txt").splitlines(), 1):
        columns = line.split()
        if len(columns) >= 5 and columns[0] != "#" and columns[0] not in known and columns[2] not in known:
            report("api/errors.txt", number, f"{columns[0]} is neither used nor an operation's")


def check_archives():
    held = set(re.findall(r'\.kind = LG_STR_INIT\("(\w+)"\)', read("src/domain/transfer/archive_kinds.c")))
    assert len(held) > 5, "src/domain/transfer/archive_kinds.c is written otherwise now: mend tools/lint.py"
    for path in sources("src/domain/**/*.[ch]"):
        for number, line in enumerate(read(path).splitlines(), 1):
            kind = re.match(r'#define \w*KIND LG_STR\("(\w+)"\)', line)
            if kind and kind[1] not in held and kind[1] not in LEFT_OUT:
                report(path, number, f"items of kind {kind[1]} are in no archive: add them to src/domain/transfer/archive_kinds.c")


def check_documents():
    text = read("ARCHITECTURE.md")
    folders = [f"src/{name}" for name in LAYERS] + ["api/", "gen/", "pages/", "tools/", "tests/", "docs/", "packaging/"]
    for folder in folders:
        if f"`{folder}`" not in text:
            report("ARCHITECTURE.md", 1, f"does not name {folder}")
    texts = subprocess.run([sys.executable, "tools/gen/strings.py", "--check", *sources("pages/strings/*.txt")],
                           capture_output=True, text=True, check=False)
    problems.extend(texts.stderr.splitlines())
    texts = subprocess.run([sys.executable, "tools/texts.py"], capture_output=True, text=True, check=False)
    problems.extend((texts.stdout + texts.stderr).splitlines())
    done = subprocess.run([sys.executable, "tools/gen/docs.py", "--check"], capture_output=True, text=True, check=False)
    if done.returncode:
        report("docs/OPERATIONS.md", 1, (done.stdout + done.stderr).strip() or "is not up to date: make docs")


def main():
    os.chdir(TOP)
    headers = sources("src/**/*.h")
    own = sources("src/**/*.c") + headers
    bodies = {path: without_comments(read(path)) for path in own + sources("tests/**/*.c", "tests/**/*.h", "build/gen/*.c", "build/gen/*.h")}
    for path in own:
        text = read(path)
        check_layers(path, text)
        check_rooms(path, text)
        check_size(path, text)
        check_words(path, text)
        if path.endswith(".c"):
            check_own_header(path, text)
    for path in sources("tests/**/*.[ch]"):
        text = read(path)
        check_size(path, text)
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(r"\b(TODO|FIXME|XXX)\b", line):
                report(path, number, "a note to ourselves")
    check_use(headers, bodies)
    check_errors(bodies)
    check_archives()
    check_headers_alone(headers)
    check_documents()
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{len(own)} files\n1 passed, 0 failed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
