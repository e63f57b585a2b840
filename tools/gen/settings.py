#!/usr/bin/env python3
"""api/settings.txt -> gen/settings.h, gen/settings.c (`code`) and docs/SETTINGS.md (`docs`, `check`)."""

import re
import sys

# What a line of its own in api/settings.txt begins: a setting, or a kind of section with any number of names.
SETTING = re.compile(r"[a-z]+\.[a-z_0-9]+\n")
SECTION = re.compile(r"\[([a-z]+) ([A-Z]+)\]\n")

TYPES = {"text": "lg_str ", "secret": "lg_str ", "int": "int64_t ", "bool": "bool ", "choice": "int ",
         "list": "struct lg_str_list "}


class Setting:
    def __init__(self, name):
        self.name = name
        self.section, self.key = name.split(".")
        self.kind = None
        self.words = []
        self.range = (0, 0)
        self.default = None
        self.dev = None
        self.help = []

    def take(self, word, rest):
        if word == "type":
            self.kind, *arguments = rest.split()
            if self.kind == "int":
                self.range = tuple(int(n) for n in arguments[0].split(".."))
            self.words = arguments if self.kind == "choice" else []
        elif word == "default":
            self.default = rest
        elif word == "dev":
            self.dev = rest
        elif word == "help":
            self.help.append(rest)
        else:
            raise ValueError(f"no such line: {word}")

    def check(self):
        if self.kind not in TYPES or not self.help:
            raise ValueError("needs type and help")
        if self.default is None:
            self.default = ""
        if self.dev is None:
            self.dev = self.default
        for value in (self.default, self.dev):
            if self.kind == "int" and not self.range[0] <= int(value) <= self.range[1]:
                raise ValueError("default out of range")
            if self.kind == "bool" and value not in ("true", "false"):
                raise ValueError("default is no bool")
            if self.kind == "choice" and value not in self.words:
                raise ValueError("default is no choice")


class Section:
    """A kind of section that stands once for each name: [route NAME]."""

    def __init__(self, kind, label):
        self.kind = kind
        self.label = label
        self.max = 0
        self.help = []
        self.settings = []

    def take(self, word, rest):
        if word == "max":
            self.max = int(rest)
        elif word == "help":
            self.help.append(rest)
        else:
            raise ValueError(f"no such line: {word}")

    def title(self):
        return f"[{self.kind} {self.label}]"


def read_all(path):
    """Settings that stand once, and kinds of sections with theirs."""
    everything, kinds, last = [], {}, None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                if SETTING.fullmatch(line):
                    last = Setting(line.strip())
                    everything.append(last)
                elif SECTION.fullmatch(line):
                    last = Section(*SECTION.fullmatch(line).groups())
                    kinds[last.kind] = last
                elif line.startswith("  "):
                    word, _, rest = line.strip().partition(" ")
                    last.take(word, rest.strip())
                elif line.strip() and not line.startswith("#"):
                    raise ValueError("neither a name nor an indented line")
            except (ValueError, AttributeError) as error:
                sys.exit(f"{path}:{number}: {error}")
    names = [one.name for one in everything]
    for one in everything:
        try:
            one.check()
        except ValueError as error:
            sys.exit(f"{path}: {one.name}: {error}")
        if names.count(one.name) > 1:
            sys.exit(f"{path}: {one.name} stands twice")
        if one.section in kinds:
            kinds[one.section].settings.append(one)
    for kind in kinds.values():
        if not kind.max or not kind.help or not kind.settings:
            sys.exit(f"{path}: {kind.title()} needs max, help and settings")
    return [one for one in everything if one.section not in kinds], list(kinds.values())


def read(path):
    return read_all(path)[0]


def sections(settings):
    found = {}
    for one in settings:
        found.setdefault(one.section, []).append(one)
    return found


def c_text(value):
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'LG_STR_INIT("{escaped}")'


def enums(settings, out):
    for one in settings:
        if one.words:
            words = ", ".join(f"LG_CONFIG_{one.section}_{one.key}_{word}".upper().translate(NAME) for word in one.words)
            out.write(f"enum lg_config_{one.section}_{one.key} {{ {words} }};\n")


NAME = str.maketrans("-.", "__")


def header(settings, kinds, out):
    out.write("/* Generated from api/settings.txt. */\n#ifndef LG_GEN_SETTINGS_H\n#define LG_GEN_SETTINGS_H\n\n"
              '#include "app/setting.h"\n\n')
    enums(settings, out)
    for kind in kinds:
        enums(kind.settings, out)
    out.write("\nstruct lg_config {\n")
    for section, members in sections(settings).items():
        out.write("\tstruct {\n")
        out.writelines(f"\t\t{TYPES[one.kind]}{one.key};\n" for one in members)
        out.write(f"\t}} {section};\n")
    out.write(f"}};\n\n#define LG_SETTING_COUNT {len(settings)}\n"
              "extern const struct lg_setting lg_settings_table[LG_SETTING_COUNT];\n\n")
    for kind in kinds:
        out.write(f"/* {kind.title()} */\nstruct lg_config_{kind.kind} {{\n")
        out.writelines(f"\t{TYPES[one.kind]}{one.key};\n" for one in kind.settings)
        out.write("};\n")
        for at, one in enumerate(kind.settings):
            out.write(f"#define LG_CONFIG_AT_{kind.kind.upper()}_{one.key.upper()} {at}\n")
    names = ", ".join(f"LG_SECTION_{kind.kind.upper()}" for kind in kinds)
    out.write(f"\nenum {{ {names} }};\n#define LG_SECTION_KINDS {len(kinds)}\n"
              "extern const struct lg_section_kind lg_section_kinds[LG_SECTION_KINDS];\n\n#endif\n")


def rows(settings, owner, named, out):
    for one in settings:
        words = f"{one.section}_{one.key}_words, {len(one.words)}" if one.words else "NULL, 0"
        member = one.key if named else f"{one.section}.{one.key}"
        out.write(f"\t{{ {c_text(one.key if named else one.name)}, LG_SETTING_{one.kind.upper()},\n"
                  f"\t\toffsetof({owner}, {member}), {c_text(one.default)}, {c_text(one.dev)},\n"
                  f"\t\t{one.range[0]}, {one.range[1]}, {words},\n\t\t{c_text(' '.join(one.help))} }},\n")


def source(settings, kinds, out):
    out.write('/* Generated from api/settings.txt. */\n#include "gen/settings.h"\n\n')
    for one in settings + [one for kind in kinds for one in kind.settings]:
        if one.words:
            words = ", ".join(c_text(word) for word in one.words)
            out.write(f"static const lg_str {one.section}_{one.key}_words[] = {{ {words} }};\n")
    out.write("\nconst struct lg_setting lg_settings_table[LG_SETTING_COUNT] = {\n")
    rows(settings, "struct lg_config", False, out)
    out.write("};\n")
    for kind in kinds:
        out.write(f"\nstatic const struct lg_setting {kind.kind}_settings[] = {{\n")
        rows(kind.settings, f"struct lg_config_{kind.kind}", True, out)
        out.write("};\n")
    out.write("\nconst struct lg_section_kind lg_section_kinds[LG_SECTION_KINDS] = {\n")
    for kind in kinds:
        out.write(f"\t{{ {c_text(kind.kind)}, {c_text(kind.label)}, {kind.kind}_settings, {len(kind.settings)},\n"
                  f"\t\tsizeof(struct lg_config_{kind.kind}), {kind.max}, {c_text(' '.join(kind.help))} }},\n")
    out.write("};\n")


def values(one):
    if one.kind == "int":
        return f"{one.range[0]} to {one.range[1]}"
    return {"text": "text", "secret": "text, never shown", "bool": "`true`, `false`", "list": "comma-separated",
            "choice": ", ".join(f"`{word}`" for word in one.words)}[one.kind]


def table(settings):
    lines = ["", "| Key | Values | Default | |", "|---|---|---|---|"]
    for one in settings:
        default = f"`{one.default}`" if one.default else "–"
        if one.dev != one.default:
            default += f", with `--dev` {f'`{one.dev}`' if one.dev else '–'}"
        lines.append(f"| `{one.key}` | {values(one)} | {default} | {' '.join(one.help)} |")
    return lines


def page(settings, kinds):
    lines = ["# Settings", "",
             "Made of `api/settings.txt`. A setting is looked up in the settings file (`--config`), then in the environment",
             "(`LIFEGUARD_SECTION_KEY`), then in the flags (`--set section.key=value`); the last one wins. A name that is none is an",
             "error wherever it stands. `lifeguard check` prints what is in force and where it came from.", "",
             "```ini", "[server]", "public_url = https://id.example.com", "data = /var/lib/lifeguard", "", "[keys]",
             "master = file:/etc/lifeguard/master.key", "```", "",
             "A line has at most 197 characters. In a section with a name a list may go on in further lines, which begin",
             "with a blank, or stand several times."]
    for section, members in sections(settings).items():
        lines += ["", f"## [{section}]"] + table(members)
    for kind in kinds:
        lines += ["", f"## {kind.title()}", "",
                  f"{' '.join(kind.help)} At most {kind.max}; a name has 1 to 32 characters of letters, digits, `.`, `_` and `-`. These "
                  "sections stand in the settings file only."] + table(kind.settings)
    return "\n".join(lines) + "\n"


def main(what, path, *outputs):
    settings, kinds = read_all(path)
    if what == "code":
        for target, write in zip(outputs, (header, source)):
            with open(target, "w", encoding="utf-8") as out:
                write(settings, kinds, out)
    elif what == "docs":
        with open(outputs[0], "w", encoding="utf-8") as out:
            out.write(page(settings, kinds))
    else:
        with open(outputs[0], encoding="utf-8") as file:
            if file.read() != page(settings, kinds):
                sys.exit(f"{outputs[0]} differs from {path}: run tools/gen/settings.py docs {path} {outputs[0]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
