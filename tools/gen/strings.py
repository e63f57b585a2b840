#!/usr/bin/env python3
"""strings.py FILES... gen/strings.h gen/strings.c: texts of the pages, one file a language (pages/strings/).
strings.py --check FILES...: whether each language is whole, which the lint asks; until then English stands in.

English decides which keys there are, which values each takes, and which of them count. An error in another language:

    a key that English does not have
    a value that English does not put in, or one that is left out where English has it (but {count}, which some
    forms spell out)
    a key that counts without the forms of the language, or with others

The table of a language is one text and the offsets into it: nothing for the loader to relocate.
"""

import os
import re
import sys

FORMS = ("zero", "one", "two", "few", "many", "other")
# Plural forms by language (Unicode CLDR); page/plural.c decides which one a number takes.
PLURALS = {
    "ar": FORMS, "de": ("one", "other"), "en": ("one", "other"), "es": ("one", "other"), "fr": ("one", "other"),
    "id": ("other",), "it": ("one", "other"), "ja": ("other",), "ko": ("other",), "nl": ("one", "other"),
    "pl": ("one", "few", "many", "other"), "pt": ("one", "other"), "zh": ("other",),
}
LINE = re.compile(r"([a-z_]+(?:\.[a-z_]+)*)(?:\[([a-z]+)\])?\s*=\s*(.*)")
VALUE = re.compile(r"\{([a-z_]+)\}")


def tag_of(path):
    return os.path.basename(path)[:-len(".txt")]


def read(path, fail):
    """{key: {form or None: text}}"""
    texts = {}
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            match = LINE.fullmatch(line)
            if not match or not match[3]:
                fail(f"{path}:{number}: not KEY = TEXT")
                continue
            key, form, text = match.groups()
            if re.search(r"[{}]", VALUE.sub("", text)):
                fail(f"{path}:{number}: a brace that belongs to no value")
            if form in texts.setdefault(key, {}):
                fail(f"{path}:{number}: {key} stands twice")
            texts[key][form] = text
    return texts


def check(path, texts, english, fail, lack):
    forms = PLURALS.get(tag_of(path).split("-")[0])
    if not forms:
        fail(f"{path}: plural forms of this language are unknown to tools/gen/strings.py")
        return
    for key in sorted(set(english) - set(texts)):
        lack(f"{path}: {key} is missing")
    for key in sorted(set(texts) - set(english)):
        fail(f"{path}: {key} is no key of English")
    for key in sorted(set(texts) & set(english)):
        counts = None not in english[key]
        have, want = set(texts[key]), set(forms) if counts else {None}
        if have != want:
            fail(f"{path}: {key} has the forms {sorted(map(str, have))}, not {sorted(map(str, want))}")
            continue
        wanted = {name for text in english[key].values() for name in VALUE.findall(text)}
        for form, text in texts[key].items():
            found = set(VALUE.findall(text))
            if found - wanted or wanted - found - {"count"}:
                fail(f"{path}: {key}{f'[{form}]' if form else ''} has the values {sorted(found)}, not {sorted(wanted)}")
    if texts.get("language.direction", {}).get(None) not in ("ltr", "rtl"):
        fail(f"{path}: language.direction is ltr or rtl")


def c_text(text):
    out = []
    for byte in text.encode():
        char = chr(byte)
        out.append({'"': '\\"', "\\": "\\\\"}.get(char) or
                   (char if 32 <= byte < 127 and char != "?" else f"\\{byte:03o}"))
    return '"' + "".join(out) + '"'


def slots(keys, english):
    """[(key, form or None)]: keys that count have a place for each form."""
    return [(key, form) for key in keys for form in (FORMS if None not in english[key] else (None,))]


def write_source(out, languages, keys, english):
    out.write('/* Generated from pages/strings/. */\n#include "gen/strings.h"\n\n')
    out.write("const struct lg_string_key lg_string_keys[LG_STRINGS] = {\n")
    at = 0
    for key in keys:
        counts = None not in english[key]
        out.write(f"\t{{ LG_STR_INIT({c_text(key)}), {at}, {'true' if counts else 'false'} }},\n")
        at += len(FORMS) if counts else 1
    out.write("};\n\n")
    places = slots(keys, english)
    for tag, texts in languages.items():
        name, offset, offsets = tag.replace("-", "_").lower(), 0, [0]
        out.write(f"static const char {name}_text[] =\n")
        for key, form in places:
            text = texts.get(key, {}).get(form, "")
            out.write(f"\t{c_text(text)}\n" if text else "")
            offset += len(text.encode())
            offsets.append(offset)
        out.write("\t;\n")
        out.write(f"static const unsigned {name}_at[] = {{ {', '.join(map(str, offsets))} }};\n\n")
    out.write("const struct lg_built_strings lg_built_strings[LG_BUILT_LANGUAGES] = {\n")
    for tag in languages:
        name = tag.replace("-", "_").lower()
        out.write(f"\t{{ LG_STR_INIT({c_text(tag)}), {name}_text, {name}_at }},\n")
    out.write("};\n")


def main(*paths):
    strict = paths[0] == "--check"
    header = source = os.devnull
    if strict:
        paths = paths[1:]
    else:
        *paths, header, source = paths
    problems, missing = [], []
    read_all = {tag_of(path): read(path, problems.append) for path in paths}
    english = read_all["en"]
    for path in paths:
        check(path, read_all[tag_of(path)], english, problems.append, missing.append)
    if strict:
        problems += missing
    if problems:
        sys.exit("\n".join(problems))
    # English first: it is what stands in for everything else.
    languages = {tag: read_all[tag] for tag in sorted(read_all, key=lambda tag: (tag != "en", tag))}
    keys = sorted(english)
    with open(header, "w", encoding="utf-8") as out:
        out.write(f"""/* Generated from pages/strings/. */
#ifndef LG_GEN_STRINGS_H
#define LG_GEN_STRINGS_H

#include "base/str.h"

#define LG_STRINGS {len(keys)}
#define LG_STRING_SLOTS {len(slots(keys, english))}
#define LG_STRING_FORMS {len(FORMS)} /* {', '.join(FORMS)} */
#define LG_BUILT_LANGUAGES {len(languages)}

/* In byte order. A key that counts has a slot for each form. */
struct lg_string_key {{
	lg_str name;
	unsigned slot;
	bool counts;
}};
extern const struct lg_string_key lg_string_keys[LG_STRINGS];

/* The text of slot i is at[i] to at[i + 1] of `text`. */
struct lg_built_strings {{
	lg_str tag;
	const char *text;
	const unsigned *at;
}};
extern const struct lg_built_strings lg_built_strings[LG_BUILT_LANGUAGES];

#endif
""")
    with open(source, "w", encoding="utf-8") as out:
        write_source(out, languages, keys, english)


if __name__ == "__main__":
    main(*sys.argv[1:])
