#!/usr/bin/env python3
"""docs/man/lifeguard.1: its settings are made of api/settings.txt, the rest is written by hand.

man.py            bring the settings up to date
man.py --check    fail when they are not, or when a command or a flag of src/app has no words there
"""

import os
import re
import sys

import settings

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PAGE = os.path.join(TOP, "docs", "man", "lifeguard.1")
BEGIN = '.\\" Made of api/settings.txt by tools/gen/man.py, down to the next such line.\n'
END = '.\\" End of what is made.\n'


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{text}" if text.startswith((".", "'")) else text


def entry(one):
    lines = [".TP", f".B {escape(one.name)}"]
    lines += [escape(line) for line in one.help]
    words = settings.values(one).replace("`", "")
    default = escape(one.default or "not set")
    if one.dev != one.default:
        default += f"; with \\-\\-dev: {escape(one.dev or 'not set')}"
    return lines + [".br", f"Values: {escape(words)}. Default: {default}."]


def named(kind):
    """A kind of section with names, and its settings."""
    lines = [".TP", f".B {escape(kind.title())}"]
    lines += [escape(line) for line in kind.help]
    lines += [".RS"]
    for one in kind.settings:
        one.name = one.key
        lines += entry(one)
    return lines + [".RE"]


def page(text):
    single, kinds = settings.read_all(os.path.join(TOP, "api", "settings.txt"))
    lines = [line for one in single for line in entry(one)] + [line for kind in kinds for line in named(kind)]
    made = "".join(line + "\n" for line in lines)
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return head + BEGIN + made + END + tail


def unnamed(text):
    """Commands and flags that the page does not name."""
    plain = text.replace("\\-", "-")
    with open(os.path.join(TOP, "src", "app", "command.c"), encoding="utf-8") as file:
        commands = re.findall(r'\.name = LG_STR_INIT\("(\w+)"\)', file.read())
    with open(os.path.join(TOP, "src", "app", "cli.c"), encoding="utf-8") as file:
        flags = sorted(set(re.findall(r'"(--[a-z-]+)"', file.read())))
    assert len(commands) > 3 and len(flags) > 3, "src/app is written otherwise now: mend tools/gen/man.py"
    return [f"lifeguard {name}" for name in commands if f".B lifeguard {name}" not in plain] + \
        [name for name in flags if name not in plain]


def main():
    with open(PAGE, encoding="utf-8") as file:
        text = file.read()
    if "--check" in sys.argv[1:]:
        if text != page(text):
            sys.exit("docs/man/lifeguard.1 differs from api/settings.txt: run make docs")
        if unnamed(text):
            sys.exit(f"docs/man/lifeguard.1 does not name: {', '.join(unnamed(text))}")
        return
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(page(text))


if __name__ == "__main__":
    main()
