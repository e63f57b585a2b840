"""What the generators share: reading api/, names in C, writing a file only when it changed."""

import json
import os
import re
import sys

# Folder of api/ -> what its C names begin with.
APIS = {"idp": "idp", "identity": "ci", "sts": "sts", "iam": "iam"}

SHAPE_KEYS = {"type", "min", "max", "pattern", "enum", "also", "sensitive", "members", "required", "of", "key", "value",
              "note"}
KINDS = {"string", "blob", "document", "bool", "int", "float", "time", "struct", "list", "map"}
OPERATION_KEYS = {"name", "auth", "instead", "handler", "lane", "body_kib", "parts", "in", "out", "errors", "group",
                  "purpose", "audit"}
# Parts of a user beside his profile (store/user.h).
PARTS = {"credential", "mfa", "history"}


def fail(place, text):
    sys.exit(f"{place}: {text}")


def snake(name):
    """MFAOptions -> mfa_options, CallbackURLs -> callback_urls, AllowedOAuthFlows -> allowed_oauth_flows."""
    name = name.replace("OAuth", "Oauth")
    name = re.sub(r"([A-Z])([A-Z]+)s(?=[A-Z]|$)", lambda m: m[1] + m[2].lower() + "s", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"[^a-z0-9]+", "_", name.lower())


def macro(value):
    """A value of an enumeration as part of a macro's name."""
    if re.fullmatch(r"[A-Z0-9_]+", value):
        return value
    return re.sub(r"[^A-Z0-9]+", "_", snake(value).upper())


def camel(name):
    """How validation messages spell a member."""
    return name[0].lower() + name[1:]


def c_text(text):
    """A C string literal."""
    out = "".join(c if " " <= c <= "~" and c not in '"\\' else "".join(f"\\{b:03o}" for b in c.encode()) for c in text)
    return f'"{out}"'


def load(path, depends):
    depends.append(path)

    def once(pairs):
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                fail(path, f"{name} stands twice")
        return dict(pairs)

    with open(path, encoding="utf-8") as file:
        try:
            return json.load(file, object_pairs_hook=once)
        except json.JSONDecodeError as error:
            fail(path, error)


def load_shapes(root, api, depends):
    path = os.path.join(root, api, "shapes.json")
    shapes = load(path, depends)
    if list(shapes) != sorted(shapes):
        fail(path, "shapes are not sorted")
    for name, shape in shapes.items():
        place = f"{path}: {name}"
        if shape.get("type") not in KINDS or set(shape) - SHAPE_KEYS:
            fail(place, "unknown type or key")
        refs = [*shape.get("members", {}).values(), *(shape[k] for k in ("of", "key", "value") if k in shape)]
        for ref in refs:
            if ref not in shapes:
                fail(place, f"no such shape: {ref}")
        for member in shape.get("required", []):
            if member not in shape["members"]:
                fail(place, f"no such member: {member}")
        if shape["type"] == "map" and shapes[shape["key"]]["type"] != "string":
            fail(place, "keys of maps are strings")
    return shapes


def load_operations(root, api, depends):
    folder = os.path.join(root, api)
    depends.append(folder)
    operations = {}
    for entry in sorted(os.listdir(folder)):
        name, suffix = os.path.splitext(entry)
        if suffix != ".json" or name == "shapes":
            continue
        path = os.path.join(folder, entry)
        operation = load(path, depends)
        unknown = set(operation) - OPERATION_KEYS
        if unknown or operation.get("name") != name:
            fail(path, f"unknown keys {sorted(unknown)}" if unknown else "the name is not the file's")
        if operation["auth"] not in ("none", "access-token", "iam"):
            fail(path, "auth is none, access-token or iam")
        if set(operation.get("parts", [])) - PARTS:
            fail(path, f"parts are {', '.join(sorted(PARTS))}")
        if not isinstance(operation.get("body_kib", 1), int):
            fail(path, "body_kib is a number")
        if operation.get("lane", "outbound") != "outbound":
            fail(path, "lane is outbound or left out")
        operations[name] = operation
    return operations


def load_errors(root, depends):
    """AWS code -> our name; the last line of the table wins, so that INTERNAL stands for InternalErrorException."""
    path = os.path.join(root, "errors.txt")
    depends.append(path)
    codes = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, _, aws = line.split(None, 3)[:3]
                codes[aws] = name
    return codes


def reachable(shapes, roots):
    """Names of all shapes that the roots lead to, the roots included."""
    seen, todo = set(), list(roots)
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        shape = shapes[name]
        todo += shape.get("members", {}).values()
        todo += [shape[k] for k in ("of", "key", "value") if k in shape]
    return seen


def write(path, text):
    """Only when it differs, so that nothing is compiled again without need."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_depfile(path, target, depends):
    names = " ".join(sorted({name.replace(" ", "\\ ") for name in depends}))
    write(path, f"{target}: {names}\n")
