#!/usr/bin/env python3
"""`lifeguard policy eval` against another evaluator (reference.py).

    tests/policy/differential.py [--cases N] [--seed S]

First the tables that both have to agree with (tests/fixtures/policy-*.json and the vectors), then N random cases. A
disagreement is printed as the case that shows it, one line, ready for `lifeguard policy eval`.
"""

import argparse
import collections
import json
import os
import random
import subprocess
import sys

import reference
from generate import Generator

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("LIFEGUARD", os.path.join(TOP, "build", "lifeguard"))
BATCH, MAX_REASONS, MAX_SHOWN = 5000, 8, 10


def ask(cases):
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([BINARY, "policy", "eval"], input=lines, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(cases):
        sys.exit(f"lifeguard policy eval exits with {done.returncode}: {done.stderr[:2000]}")
    return answers


def fixture(name):
    with open(os.path.join(TOP, "tests", "fixtures", name), encoding="utf-8") as file:
        return json.load(file)


def table_cases():
    """(case, expected decision) of all tables."""
    for name in ("iam-policy.json", "policy-cases.json"):
        for case in fixture(name)["cases"]:
            yield case, case["expected"]
    for case in fixture("iam-trust.json")["cases"]:
        yield case, reference.ALLOWED if case["expected"] else reference.IMPLICIT
    for group in fixture("policy-conditions.json")["groups"]:
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": group["condition"]}
        document = {"Version": group.get("version", "2012-10-17"), "Statement": statement}
        for context, expected in group["rows"]:
            yield ({"action": "s3:GetObject", "resource": "*", "context": context, "identity_policies": [document]},
                   reference.ALLOWED if expected else reference.IMPLICIT)


def reasons_agree(answer, expected):
    """Each reason is one that the other evaluator knows."""
    for reason in answer["reasons"]:
        where = (reason["policy"], reason["statement"])
        if reason["statement"] is None:
            known = answer["decision"] == reference.IMPLICIT and len(answer["reasons"]) == 1
        elif reason["effect"] == "Deny":
            known = where in expected.denies
        elif "condition" in reason:
            known = (reason["condition"]["operator"], reason["condition"]["key"]) in expected.misses.get(where, ())
        else:
            known = where in expected.allows
        if not known:
            return False
    if not answer["reasons"]:
        return answer["decision"] == reference.ALLOWED  # root needs no policy
    if answer["decision"] == reference.EXPLICIT:
        return len(answer["reasons"]) == min(MAX_REASONS, len(expected.denies))
    return True


def compare(cases, counts):
    """How many of the cases the two disagree on."""
    wrong = 0
    for case, answer in zip(cases, ask(cases)):
        expected = reference.evaluate(case)
        counts[expected.decision] += 1
        if answer["decision"] == expected.decision and reasons_agree(answer, expected):
            continue
        wrong += 1
        if wrong <= MAX_SHOWN:
            print(f"expected {expected.decision}, got {json.dumps(answer)}\n  {json.dumps(case)}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts, wrong = collections.Counter(), 0

    rows = list(table_cases())
    for case, expected in rows:
        if reference.evaluate(case).decision != expected:
            wrong += 1
            print(f"the reference says {reference.evaluate(case).decision} where a table says {expected}\n  {json.dumps(case)}")
    wrong += compare([case for case, _ in rows], collections.Counter())

    generator = Generator(random.Random(options.seed))
    for start in range(0, options.cases, BATCH):
        wrong += compare([generator.case() for _ in range(min(BATCH, options.cases - start))], counts)
    print(f"{len(rows)} rows of tables; seed {options.seed}: " + ", ".join(f"{n} {name}" for name, n in sorted(counts.items())))
    if options.cases and min(counts[name] for name in (reference.ALLOWED, reference.IMPLICIT, reference.EXPLICIT)) * 20 < options.cases:
        wrong += 1
        print("the random cases are too much alike")
    print(f"{len(rows) + options.cases - wrong} passed, {wrong} failed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
