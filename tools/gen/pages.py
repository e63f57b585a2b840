#!/usr/bin/env python3
"""pages.py FILES... gen/pages.h gen/pages.c: templates as tables (codec/html.h), style sheets and scripts as text.

A template is a complete page or a fragment. Its values:

    {{name}}        text, escaped; between tags, or anywhere in a quoted attribute
    {{url name}}    an address; the whole of a quoted href, src, srcset (of one) or action
    {{html name}}   markup made from other templates; between tags
    {{asset file}}  the address of a file of pages/, with its version
    {{attr class name}}  in a tag: the attribute with this value, escaped; nothing when the value is absent

The compiler follows the tags, so it knows where a value stands. A value in a script, a style, a comment, a tag's or an
attribute's name, an unquoted attribute, an event handler or a style attribute is an error.
"""

import hashlib
import os
import re
import sys

TYPES = {".svg": "image/svg+xml", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
ADDRESSES = ("href", "src", "srcset", "action", "formaction")
# The inbox belongs to the development kit; everything else to the pages that people sign in on.
KIT = ("inbox.css", "inbox.js", "lifeguard.svg")
TOKEN = re.compile(r"\{\{\s*(?:(url|html|asset|attr\s+[a-z-]+)\s+)?([a-z][a-z0-9_.]*)\s*\}\}")


class Place:
    """Where in the HTML we are: text, tag, name, value (with its attribute and quote), raw (script, style), comment."""

    def __init__(self):
        self.where, self.attribute, self.quote, self.tag, self.value = "text", "", "", "", ""

    def feed(self, text, fail):
        at = 0
        while at < len(text):
            rest = text[at:]
            if self.where == "text":
                if rest.startswith("<!--"):
                    self.where, at = "comment", at + 4
                elif match := re.match(r"<(/?[a-zA-Z!][a-zA-Z0-9-]*)", rest):
                    self.where, self.tag, at = "tag", match[1].lower(), at + match.end()
                else:
                    at += 1
            elif self.where == "comment":
                end = rest.find("-->")
                at = len(text) if end < 0 else at + end + 3
                self.where = "comment" if end < 0 else "text"
            elif self.where == "raw":
                end = rest.lower().find("</" + self.tag)
                if end < 0:
                    return
                self.where, at = "text", at + end
            elif self.where == "tag":
                if rest[0] == ">":
                    self.where = "raw" if self.tag in ("script", "style") else "text"
                    at += 1
                elif match := re.match(r"""([^\s"'>/=]+)\s*=\s*(["']?)""", rest):
                    if not match[2]:
                        fail(f"attribute {match[1]} is not quoted")
                    self.where, self.attribute, self.quote, self.value = "value", match[1].lower(), match[2], ""
                    at += match.end()
                else:
                    at += 1
            else:
                end = rest.find(self.quote)
                self.value += rest if end < 0 else rest[:end]
                if end < 0:
                    return
                self.where, at = "tag", at + end + 1

    def check(self, kind, following, fail):
        if kind and kind.startswith("attr"):
            self.check_attribute(kind.split()[1], following, fail)
            return
        if self.where not in ("text", "value"):
            fail(f"a value cannot stand in a {self.where}")
        if self.where == "text":
            if kind == "url":
                fail("an address belongs into an attribute")
            return
        if kind == "html":
            fail("markup belongs between tags")
        if self.attribute.startswith("on") or self.attribute in ("style", "srcdoc"):
            fail(f"a value cannot stand in the attribute {self.attribute}")
        address = self.attribute in ADDRESSES
        if address != (kind in ("url", "asset")):
            fail(f"attribute {self.attribute} takes {'url' if address else 'text'}")
        if address and (self.value or not following.startswith(self.quote)):
            fail(f"an address is the whole of the attribute {self.attribute}")
        self.value += "x"


    def check_attribute(self, name, following, fail):
        if self.where != "tag":
            fail(f"an attribute cannot stand in a {self.where}")
        if name.startswith("on") or name in ADDRESSES + ("style", "srcdoc"):
            fail(f"{name} is no attribute that may come and go")
        if not re.match(r"[\s>/]|\{\{attr", following):
            fail(f"the attribute {name} must be followed by a blank or the end of its tag")


def address_of(name, version):
    return f"/_lifeguard/assets/{name}?v={version}" if name in KIT else f"/_pages/{version}/{name}"


def identifier(name):
    return re.sub(r"[^a-z0-9]", "_", name.lower())


def c_text(text):
    lines = text.encode()
    out = ['LG_STR_INIT("']
    for number, byte in enumerate(lines):
        char = chr(byte)
        if number and number % 2000 == 0:
            out.append('"\n\t\t"')
        out.append({"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}.get(char) or
                   (char if 32 <= byte < 127 and char != "?" else f"\\{byte:03o}"))
    return "".join(out) + '")'


def compile_template(path, assets):
    """(pieces, values): [(literal, kind, name, attribute)], {name: C type}."""
    with open(path, encoding="utf-8") as file:
        text = file.read()

    def fail(problem):
        sys.exit(f"{path}: {problem} (behind \"{text[max(0, at - 40):at]}\")")

    place, pieces, values, literal, at = Place(), [], {}, "", 0
    for match in TOKEN.finditer(text):
        before = text[at:match.start()]
        place.feed(before, fail)
        literal += before
        at = match.end()
        kind, name = match[1], match[2]
        place.check(kind, text[at:], fail)
        if kind == "asset":
            if name not in assets:
                fail(f"no such file: {name}")
            literal += address_of(name, assets[name]["version"])
            continue
        if kind and kind.startswith("attr"):
            pieces.append((literal.rstrip(" "), "ATTRIBUTE", name, f' {kind.split()[1]}="'))
            kind = "ATTRIBUTE"
        else:
            kind = {"url": "URL", "html": "MARKUP", None: "TEXT"}[kind]
            pieces.append((literal, kind, name, None))
        literal = ""
        c_type = "lg_html" if kind == "MARKUP" else "lg_str"
        if values.setdefault(name, c_type) != c_type:
            fail(f"{name} is both text and markup")
    place.feed(text[at:], fail)
    if place.where != "text":
        fail(f"the template ends in a {place.where}")
    if "{{" in TOKEN.sub("", text):
        fail("a value that nobody understands")
    pieces.append((literal + text[at:], "END", None, None))
    return pieces, values


def main(*paths):
    *paths, header, source = paths
    assets, templates = {}, {}
    for path in paths:
        name, kind = os.path.basename(path), os.path.splitext(path)[1]
        if kind in TYPES:
            with open(path, encoding="utf-8") as file:
                content = file.read()
            assets[name] = {"content": content, "type": TYPES[kind],
                            "version": hashlib.sha256(content.encode()).hexdigest()[:12]}
    for path in paths:
        if path.endswith(".html"):
            templates[identifier(os.path.basename(path)[:-5])] = compile_template(path, assets)

    with open(header, "w", encoding="utf-8") as out:
        out.write('/* Generated from pages/. */\n#ifndef LG_GEN_PAGES_H\n#define LG_GEN_PAGES_H\n\n#include "codec/html.h"\n\n')
        for name, (_, values) in templates.items():
            members = "".join(f"\t{c_type} {value};\n" for value, c_type in values.items()) or "\tchar unused;\n"
            out.write(f"struct lg_page_{name} {{\n{members}}};\nextern const struct lg_html_template lg_template_{name};\n\n")
        for name in assets:
            out.write(f"extern const struct lg_page_asset lg_asset_{identifier(name)};\n")
        out.write("\n#endif\n")

    with open(source, "w", encoding="utf-8") as out:
        out.write('/* Generated from pages/. */\n#include "gen/pages.h"\n\n')
        for name, (pieces, _) in templates.items():
            out.write(f"static const struct lg_html_piece {name}_pieces[] = {{\n")
            for literal, kind, value, attribute in pieces:
                offset = f"offsetof(struct lg_page_{name}, {value})" if value else "0"
                more = f", {c_text(attribute)}" if attribute else ""
                out.write(f"\t{{ {c_text(literal)}, LG_HTML_{kind}, {offset}{more} }},\n")
            out.write(f"}};\nconst struct lg_html_template lg_template_{name} = {{ {name}_pieces, {len(pieces)} }};\n\n")
        for name, one in assets.items():
            out.write(f"const struct lg_page_asset lg_asset_{identifier(name)} = {{\n\t{c_text(one['content'])},\n"
                      f"\t{c_text(one['type'])}, {c_text(one['version'])}\n}};\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
