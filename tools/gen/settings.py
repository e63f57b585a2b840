#!/usr/bin/env python3
"""api/settings.txt -> gen/settings.h, gen/settings.c (`code`) and docs/SETTINGS.md (`docs`, `check`)."""

import re
import sys

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


def read(path):
    settings = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                if re.fullmatch(r"[a-z]+\.[a-z_]+\n", line):
                    settings.append(Setting(line.strip()))
                elif line.startswith("  "):
                    word, _, rest = line.strip().partition(" ")
                    settings[-1].take(word, rest.strip())
                elif line.strip() and not line.startswith("#"):
                    raise ValueError("neither a name nor an indented line")
            except (ValueError, IndexError) as error:
                sys.exit(f"{path}:{number}: {error}")
    names = [one.name for one in settings]
    for one in settings:
        try:
            one.check()
        except ValueError as error:
            sys.exit(f"{path}: {one.name}: {error}")
        if names.count(one.name) > 1:
            sys.exit(f"{path}: {one.name} stands twice")
    return settings


def sections(settings):
    found = {}
    for one in settings:
        found.setdefault(one.section, []).append(one)
    return found


def c_text(value):
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'LG_STR_INIT("{escaped}")'


def header(settings, out):
    out.write("/* Generated from api/settings.txt. */\n#ifndef LG_GEN_SETTINGS_H\n#define LG_GEN_SETTINGS_H\n\n"
              '#include "app/setting.h"\n\n')
    for one in settings:
        if one.words:
            words = ", ".join(f"LG_CONFIG_{one.section}_{one.key}_{word}".upper() for word in one.words)
            out.write(f"enum lg_config_{one.section}_{one.key} {{ {words} }};\n")
    out.write("\nstruct lg_config {\n")
    for section, members in sections(settings).items():
        out.write("\tstruct {\n")
        out.writelines(f"\t\t{TYPES[one.kind]}{one.key};\n" for one in members)
        out.write(f"\t}} {section};\n")
    out.write(f"}};\n\n#define LG_SETTING_COUNT {len(settings)}\n"
              "extern const struct lg_setting lg_settings_table[LG_SETTING_COUNT];\n\n#endif\n")


def source(settings, out):
    out.write('/* Generated from api/settings.txt. */\n#include "gen/settings.h"\n\n')
    for one in settings:
        if one.words:
            words = ", ".join(c_text(word) for word in one.words)
            out.write(f"static const lg_str {one.section}_{one.key}_words[] = {{ {words} }};\n")
    out.write("\nconst struct lg_setting lg_settings_table[LG_SETTING_COUNT] = {\n")
    for one in settings:
        words = f"{one.section}_{one.key}_words, {len(one.words)}" if one.words else "NULL, 0"
        out.write(f"\t{{ {c_text(one.name)}, LG_SETTING_{one.kind.upper()},\n"
                  f"\t\toffsetof(struct lg_config, {one.section}.{one.key}), {c_text(one.default)}, {c_text(one.dev)},\n"
                  f"\t\t{one.range[0]}, {one.range[1]}, {words},\n\t\t{c_text(' '.join(one.help))} }},\n")
    out.write("};\n")


def values(one):
    if one.kind == "int":
        return f"{one.range[0]} to {one.range[1]}"
    return {"text": "text", "secret": "text, never shown", "bool": "`true`, `false`", "list": "comma-separated",
            "choice": ", ".join(f"`{word}`" for word in one.words)}[one.kind]


def page(settings):
    lines = ["# Settings", "",
             "Made of `api/settings.txt`. A setting is looked up in the settings file (`--config`), then in the environment",
             "(`LIFEGUARD_SECTION_KEY`), then in the flags (`--set section.key=value`); the last one wins. A name that is none is an",
             "error wherever it stands. `lifeguard check` prints what is in force and where it came from.", "",
             "```ini", "[server]", "public_url = https://id.example.com", "data = /var/lib/lifeguard", "", "[keys]",
             "master = file:/etc/lifeguard/master.key", "```"]
    for section, members in sections(settings).items():
        lines += ["", f"## [{section}]", "", "| Key | Values | Default | |", "|---|---|---|---|"]
        for one in members:
            default = f"`{one.default}`" if one.default else "–"
            if one.dev != one.default:
                default += f", with `--dev` {f'`{one.dev}`' if one.dev else '–'}"
            lines.append(f"| `{one.key}` | {values(one)} | {default} | {' '.join(one.help)} |")
    return "\n".join(lines) + "\n"


def main(what, path, *outputs):
    settings = read(path)
    if what == "code":
        for target, write in zip(outputs, (header, source)):
            with open(target, "w", encoding="utf-8") as out:
                write(settings, out)
    elif what == "docs":
        with open(outputs[0], "w", encoding="utf-8") as out:
            out.write(page(settings))
    else:
        with open(outputs[0], encoding="utf-8") as file:
            if file.read() != page(settings):
                sys.exit(f"{outputs[0]} differs from {path}: run tools/gen/settings.py docs {path} {outputs[0]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
