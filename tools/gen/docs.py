#!/usr/bin/env python3
"""api/ -> docs/OPERATIONS.md: every operation, and whether it is there yet.

docs.py            write it
docs.py --check    fail when the file is not what would be written
"""

import os
import sys

import api

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TITLES = {"idp": "User pools (cognito-idp)", "identity": "Identity pools (cognito-identity)", "sts": "STS", "iam": "IAM"}
PROOF = {"none": "none", "access-token": "access token", "iam": "signature"}

HEAD = """\
# Operations

Made by `tools/gen/docs.py` from `api/`; not edited by hand.

Every operation below is known, decoded and validated. One that is *planned* answers HTTP 501 with
`NotImplementedException` and does nothing else.
"""


def row(operation):
    proof = PROOF[operation["auth"]] + (f", or {operation['instead']}" if "instead" in operation else "")
    state = "implemented" if "handler" in operation else "planned"
    return f"| {operation['name']} | {proof} | {operation['purpose']} | {state} |\n"


def section(space):
    operations = api.load_operations(os.path.join(TOP, "api"), space, [])
    groups = {}
    for operation in operations.values():
        groups.setdefault(operation["group"], []).append(operation)
    done = sum("handler" in operation for operation in operations.values())
    out = [f"\n## {TITLES[space]}: {done} of {len(operations)}\n"]
    for group in sorted(groups):
        out.append(f"\n### {group[0].upper()}{group[1:]}\n\n| Operation | Proof | Purpose | State |\n|---|---|---|---|\n")
        out += [row(operation) for operation in groups[group]]
    return "".join(out)


def main(check):
    path = os.path.join(TOP, "docs", "OPERATIONS.md")
    text = HEAD + "".join(section(space) for space in api.APIS)
    if not check:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        api.write(path, text)
        return
    try:
        with open(path, encoding="utf-8") as file:
            same = file.read() == text
    except FileNotFoundError:
        same = False
    if not same:
        sys.exit("docs/OPERATIONS.md is not what api/ says; run python3 tools/gen/docs.py")


if __name__ == "__main__":
    main(sys.argv[1:] == ["--check"])
