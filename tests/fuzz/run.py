#!/usr/bin/env python3
"""Fuzz every target, or those named, for some seconds each.

    tests/fuzz/run.py [--seconds N] [target ...]

Builds into build-fuzz/ with clang, libFuzzer and the address and undefined-behaviour sanitizers. New inputs are kept
in build-fuzz/corpus/<target>, those that break something as build-fuzz/found/<target>-<kind>-<digest>: add such a file
to tests/fuzz/corpus/<target>, where every `make check` replays it.
"""

import argparse
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TOP, "build-fuzz")
OPTIONS = ["-Dfuzz=true", "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dbuildtype=debugoptimized"]
MAX_BYTES = 8192


def targets():
    with open(os.path.join(TOP, "tests", "fuzz", "meson.build"), encoding="utf-8") as file:
        return re.findall(r"^  \['(\w+)', '\w+'(?:, \[.*\])?\],$", file.read(), re.M)


def build(names):
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        subprocess.run(["meson", "setup", BUILD, *OPTIONS], cwd=TOP, check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "CC": "clang"})
    subprocess.run(["ninja", "-C", BUILD, "--quiet", *(f"tests/fuzz/fuzz_{name}" for name in names)], check=True)


def fuzz(name, seconds):
    corpus = os.path.join(BUILD, "corpus", name)
    found = os.path.join(BUILD, "found")
    os.makedirs(corpus, exist_ok=True)
    os.makedirs(found, exist_ok=True)
    print(f"--- {name}, {seconds} s", flush=True)
    run = subprocess.run([
        os.path.join(BUILD, "tests", "fuzz", f"fuzz_{name}"), f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}",
        "-timeout=10", "-print_final_stats=1", "-verbosity=0", f"-artifact_prefix={found}/{name}-", corpus,
        os.path.join(TOP, "tests", "fuzz", "corpus", name)], check=False)
    return run.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("target", nargs="*")
    options = parser.parse_args()
    known = targets()
    unknown = [name for name in options.target if name not in known]
    if unknown:
        sys.exit(f"no target {', '.join(unknown)}; there are {', '.join(known)}")
    names = options.target or known
    build(names)
    failed = [name for name in names if not fuzz(name, options.seconds)]
    if failed:
        print(f"broken: {', '.join(failed)}")
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
