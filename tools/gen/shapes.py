#!/usr/bin/env python3
"""api/ -> C structs and shape tables: gen/{idp,identity,sts,iam,rec}_types.{h,c}.

shapes.py API_FOLDER OUTPUT_FOLDER DEPFILE    write them
shapes.py --assign                            give new members of sealed records a number (api/records/numbers.txt)
"""

import os
import re
import sys

import api

SCALARS = {"string": "lg_str", "blob": "lg_str", "document": "lg_str", "bool": "struct lg_opt_bool",
           "int": "struct lg_opt_int", "float": "struct lg_opt_float", "time": "struct lg_opt_time"}
ORDER = ["idp", "identity", "sts", "iam", "rec"]
PREFIX = {**api.APIS, "rec": "rec"}
NUMBERS = os.path.join("records", "numbers.txt")


def load_records(root, depends):
    """The sealed records as shapes, beside their own numbers: {"Pool.Type": 1}."""
    folder = os.path.join(root, "records")
    depends.append(folder)
    shapes, numbers = {}, {}

    def resolve(text, place):
        if text in SCALARS:
            shapes[text] = {"type": text}
            return text
        match = re.fullmatch(r"list<(\w+)>", text)
        if match:
            name = match[1] + "List"
            shapes[name] = {"type": "list", "of": resolve(match[1], place)}
            return name
        if text not in records and not re.fullmatch(r"\w+\.\w+", text):
            api.fail(place, f"no such shape: {text}")
        return text

    records = {}
    for entry in sorted(os.listdir(folder)):
        if entry.endswith(".json"):
            path = os.path.join(folder, entry)
            record = api.load(path, depends)
            if record["name"] + ".json" != entry:
                api.fail(path, "the name is not the file's")
            records[record["name"]] = record
    for name, record in records.items():
        place = f"api/records/{name}.json"
        members = {m: resolve(v["shape"], place) for m, v in record["members"].items()}
        shapes[name] = {"type": "struct", "members": members, "record": True}
        for member, value in record["members"].items():
            numbers[f"{name}.{member}"] = value["n"]
    return shapes, numbers


class Model:
    """All shapes of all namespaces, by full name: "idp.UserPoolType"."""

    def __init__(self, root):
        self.depends = []
        self.shapes = {}
        for name in api.APIS:
            own = api.load_shapes(root, name, self.depends)
            roots = [op[key] for op in api.load_operations(root, name, self.depends).values() for key in ("in", "out")]
            self.add(name, own)
            self.check_used(name, own, roots)
        records, self.record_numbers = load_records(root, self.depends)
        self.add("rec", records)
        self.stored = self.reach(f"rec.{name}" for name, shape in records.items() if shape.get("record"))

    def add(self, space, shapes):
        def full(name):
            return name if "." in name else f"{space}.{name}"

        for name, shape in shapes.items():
            shape = dict(shape)
            for key in ("of", "key", "value"):
                if key in shape:
                    shape[key] = full(shape[key])
            if "members" in shape:
                shape["members"] = {member: full(ref) for member, ref in shape["members"].items()}
                for ref in shape["members"].values():
                    if space == "rec" and not ref.startswith("rec.") and ref not in self.shapes:
                        api.fail(f"api/records/{name}.json", f"no such shape: {ref}")
            self.shapes[full(name)] = shape

    def check_used(self, space, own, roots):
        # Shapes that only records use are fine; whoever removes an operation removes its shapes.
        lost = set(own) - api.reachable(own, [name for name in roots if name])
        self.unused = {**getattr(self, "unused", {}), space: lost}

    def reach(self, roots):
        return api.reachable(self.shapes, roots)

    def members(self):
        """("idp.UserPoolType", "Id") of every member that may be stored."""
        for name in sorted(self.stored):
            for member in self.shapes[name].get("members", {}):
                yield name, member


def read_numbers(root, depends):
    """Full member name -> (number, retired)."""
    path = os.path.join(root, NUMBERS)
    depends.append(path)
    numbers = {}
    with open(path, encoding="utf-8") as file:
        for count, line in enumerate(file, 1):
            parts = line.split()
            if not parts or line.startswith("#"):
                continue
            if len(parts) not in (2, 3) or parts[2:] not in ([], ["retired"]) or parts[0] in numbers:
                api.fail(f"{path}:{count}", "expected 'space.Shape.Member number [retired]', each once")
            numbers[parts[0]] = (int(parts[1]), len(parts) == 3)
    return numbers


def check_numbers(model, numbers):
    hint = "run `python3 tools/gen/shapes.py --assign`"
    used = {}
    for name, (number, _) in numbers.items():
        if used.setdefault((name.rsplit(".", 1)[0], number), name) != name:
            api.fail(f"api/{NUMBERS}", f"{name}: number {number} is used twice")
    live = {f"{shape}.{member}" for shape, member in model.members()}
    for name in sorted(live):
        if name not in numbers or numbers[name][1]:
            api.fail(f"api/{NUMBERS}", f"{name} has no number; {hint}")
    for name, (_, retired) in numbers.items():
        if not retired and name not in live:
            api.fail(f"api/{NUMBERS}", f"{name} is gone; {hint}")
    for name, number in model.record_numbers.items():
        if numbers[f"rec.{name}"][0] != number:
            api.fail(f"api/records/{name.split('.')[0]}.json", f"{name}: numbers never change")


def assign(root):
    model = Model(root)
    numbers = read_numbers(root, []) if os.path.exists(os.path.join(root, NUMBERS)) else {}
    live = [f"{shape}.{member}" for shape, member in model.members()]
    for name in live:
        if numbers.get(name, (0, True))[1]:
            space, own = name.split(".", 1)
            taken = [n for other, (n, _) in numbers.items() if other.rsplit(".", 1)[0] == name.rsplit(".", 1)[0]]
            fresh = model.record_numbers[own] if space == "rec" else max(taken, default=0) + 1
            numbers[name] = (numbers[name][0] if name in numbers else fresh, False)
    numbers = {name: (number, name not in live) for name, (number, _) in numbers.items()}
    lines = [f"{name} {number}{' retired' if retired else ''}\n" for name, (number, retired)
             in sorted(numbers.items(), key=lambda item: (item[0].rsplit(".", 1)[0], item[1][0]))]
    api.write(os.path.join(root, NUMBERS),
              "# Number of every member that sealed records may hold. Never edited by hand, numbers never used again:\n"
              "# `python3 tools/gen/shapes.py --assign` adds new members and marks those that are gone.\n" + "".join(lines))


class Writer:
    def __init__(self, model, space, numbers):
        self.model = model
        self.space = space
        self.numbers = numbers
        self.names = [name for name in model.shapes if name.startswith(space + ".")]

    def kind(self, name):
        return self.model.shapes[name]["type"]

    @staticmethod
    def tail(name):
        space, own = name.split(".")
        return f"{PREFIX[space]}_{api.snake(own)}"

    def is_text(self, name):
        return SCALARS.get(self.kind(name)) == "lg_str"

    def value_type(self, name):
        """C type of one value, structs by value."""
        shape = self.model.shapes[name]
        if shape["type"] in SCALARS:
            return SCALARS[shape["type"]]
        if shape["type"] == "list" and self.is_text(shape["of"]):
            return "struct lg_str_list"
        if shape["type"] == "map" and self.is_text(shape["value"]):
            return "struct lg_str_map"
        return f"struct lg_{self.tail(name)}"

    def pair_type(self, name):
        plain = self.is_text(self.model.shapes[name]["value"])
        return "struct lg_str_pair" if plain else f"struct lg_{self.tail(name)}_pair"

    def owned(self, kind):
        """Shapes of this kind that need a type of their own."""
        own = [name for name in self.names if self.kind(name) == kind]
        return [name for name in own if self.value_type(name) == f"struct lg_{self.tail(name)}"]

    def enum_macros(self):
        for name in self.names:
            shape = self.model.shapes[name]
            values = shape.get("enum", []) + shape.get("also", [])
            for value in values:
                macro = f"LG_{self.tail(name).upper()}_{api.macro(value)}"
                yield f"#define {macro} LG_STR({api.c_text(value)})\n"
            if values:
                yield "\n"

    def struct_text(self, name):
        out = [f"{self.value_type(name)} {{\n"]
        for member, ref in self.model.shapes[name]["members"].items():
            star = "*" if self.kind(ref) == "struct" else ""
            out.append(f"\t{self.value_type(ref)} {star}{api.snake(member)};\n")
        if name in self.model.stored:
            out.append("\tlg_str rest; /* fields of a newer version, written back as they are */\n")
        elif not self.model.shapes[name]["members"]:
            out.append("\tbool nothing;\n")
        return "".join(out) + "};\n\n"

    def header(self):
        guard = f"LG_GEN_{self.space.upper()}_TYPES_H"
        includes = '#include "codec/shape.h"\n'
        if self.space == "rec":
            kept = {name.split(".")[0] for name in self.model.stored} - {"rec"}
            includes += "".join(f'#include "gen/{space}_types.h"\n' for space in sorted(kept))
        out = [f"/* Generated from api/. */\n#ifndef {guard}\n#define {guard}\n\n{includes}\n", *self.enum_macros()]
        out += [f"{self.value_type(name)};\n" for name in self.owned("struct")] + ["\n"]
        for name in self.owned("list"):
            out.append(f"{self.value_type(name)} {{\n\t{self.value_type(self.model.shapes[name]['of'])} *items;\n"
                       "\tsize_t count;\n\tbool has;\n};\n\n")
        for name in self.owned("map"):
            out.append(f"{self.value_type(name)} {{\n\t{self.pair_type(name)} *items;\n"
                       "\tsize_t count;\n\tbool has;\n};\n\n")
        out += [self.struct_text(name) for name in self.owned("struct")]
        for name in self.owned("map"):
            out.append(f"{self.pair_type(name)} {{\n\tlg_str key;\n"
                       f"\t{self.value_type(self.model.shapes[name]['value'])} value;\n}};\n\n")
        out += [f"extern const struct lg_shape lg_shape_{self.tail(name)};\n" for name in self.names]
        return "".join(out) + "\n#endif\n"

    def fields(self, name):
        shape = self.model.shapes[name]
        out = [f"static const struct lg_field {api.snake(name.split('.')[1])}_fields[] = {{\n"]
        for member, ref in shape["members"].items():
            number = self.numbers.get(f"{name}.{member}", (0,))[0] if name in self.model.stored else 0
            out.append(f"\t{{ LG_STR_INIT({api.c_text(member)}), LG_STR_INIT({api.c_text(api.camel(member))}),\n"
                       f"\t\toffsetof({self.value_type(name)}, {api.snake(member)}), &lg_shape_{self.tail(ref)},"
                       f" {'true' if member in shape.get('required', []) else 'false'}, {number} }},\n")
        return "".join(out) + "};\n\n"

    def table(self, name):
        shape = self.model.shapes[name]
        kind, own = shape["type"], name.split(".")[1]
        parts = [f".name = LG_STR_INIT({api.c_text(own)})", f".kind = LG_KIND_{kind.upper()}",
                 f".size = sizeof({self.value_type(name)})"]
        if shape.get("sensitive"):
            parts.append(".sensitive = true")
        for limit in ("min", "max"):
            if limit in shape:
                parts.append(f".has_{limit} = true, .{limit} = INT64_C({shape[limit]})")
        if "pattern" in shape:
            parts.append(f".pattern = {api.c_text(shape['pattern'])}")
        before = ""
        if "enum" in shape:
            values = shape["enum"] + shape.get("also", [])
            before += (f"static const lg_str {api.snake(own)}_values[] = {{\n"
                       + "".join(f"\tLG_STR_INIT({api.c_text(value)}),\n" for value in values) + "};\n\n")
            parts.append(f".values = {api.snake(own)}_values, .value_count = {len(values)}")
        if kind == "struct" and shape["members"]:
            before += self.fields(name)
            parts.append(f".fields = {api.snake(own)}_fields, .field_count = LG_LEN({api.snake(own)}_fields)")
        if name in self.model.stored and kind == "struct":
            parts.append(f".rest_offset = offsetof({self.value_type(name)}, rest)")
        if kind == "list":
            parts.append(f".member = &lg_shape_{self.tail(shape['of'])}")
        if kind == "map":
            pair = self.pair_type(name)
            parts += [f".key = &lg_shape_{self.tail(shape['key'])}", f".member = &lg_shape_{self.tail(shape['value'])}",
                      f".pair_size = sizeof({pair})", f".pair_offset = offsetof({pair}, value)"]
        return (before + f"const struct lg_shape lg_shape_{self.tail(name)} = {{\n"
                + "".join(f"\t{part},\n" for part in parts) + "};\n\n")

    def source(self):
        return (f'/* Generated from api/. */\n#include "gen/{self.space}_types.h"\n\n#include <stddef.h>\n\n'
                + "".join(self.table(name) for name in self.names))


def main(root, folder, depfile):
    model = Model(root)
    numbers = read_numbers(root, model.depends)
    check_numbers(model, numbers)
    for space, lost in model.unused.items():
        lost = sorted(name for name in lost if f"{space}.{name}" not in model.stored)
        if lost:
            api.fail(f"api/{space}/shapes.json", f"nothing uses {', '.join(lost)}")
    for space in ORDER:
        writer = Writer(model, space, numbers)
        api.write(os.path.join(folder, f"{space}_types.h"), writer.header())
        api.write(os.path.join(folder, f"{space}_types.c"), writer.source())
    model.depends.append(api.__file__)
    api.write_depfile(depfile, "gen/idp_types.h", model.depends)


if __name__ == "__main__":
    if sys.argv[1:] == ["--assign"]:
        assign(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "api"))
    else:
        main(*sys.argv[1:])
