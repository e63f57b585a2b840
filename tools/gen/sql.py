#!/usr/bin/env python3
"""src/store/sql/*.sql and migrations/*.sql -> gen/sql.h and gen/sql.c: every statement in both dialects.

A statement is written once:

    -- name: spend
    -- params: pool int, uid blob, max_uses int     in the order of $1, $2, ...; types int, text, blob
    -- rows: 1                                      what a write changes or returns; "any"; reads have none
    -- only: postgres                               rare: another text of that name stands for the other engine

Migrations are written for SQLite; PostgreSQL's form is made here.
"""

import os
import re
import sys

ENGINES = ("sqlite", "postgres")
TYPES = {"int": "LG_DB_INT", "text": "LG_DB_TEXT", "blob": "LG_DB_BLOB"}
MAX_PARAMS = 16


def fail(path, text):
    sys.exit(f"{path}: {text}")


def statements(path):
    """Each statement of a file as {"name", "params", "rows", "only", "sql"}."""
    with open(path, encoding="utf-8") as file:
        blocks = re.split(r"^-- name:", file.read(), flags=re.M)[1:]
    for block in blocks:
        name, _, rest = block.partition("\n")
        one = {"name": name.strip(), "params": None, "rows": None, "only": None, "sql": []}
        for line in rest.splitlines():
            head = re.match(r"-- (params|rows|only):(.*)", line)
            if head:
                one[head.group(1)] = head.group(2).strip()
            elif not line.startswith("--"):
                one["sql"].append(line)
        one["sql"] = "\n".join(one["sql"]).strip()
        yield one


def check(path, one):
    name = one["name"]
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        fail(path, f"no name of a statement: {name}")
    if one["params"] is None:
        fail(path, f"{name}: params are missing")
    if one["only"] not in (None, *ENGINES):
        fail(path, f"{name}: no such engine: {one['only']}")
    pairs = [part.split() for part in one["params"].split(",") if part.strip()]
    if any(len(pair) != 2 or pair[1] not in TYPES for pair in pairs) or len(pairs) > MAX_PARAMS:
        fail(path, f"{name}: params are pairs of name and int, text or blob, at most {MAX_PARAMS}")
    used = {int(n) for n in re.findall(r"\$(\d+)", one["sql"])}
    if used != set(range(1, len(pairs) + 1)):
        fail(path, f"{name}: params and the text's $n differ")
    if one["sql"].count(";") != 1 or not one["sql"].endswith(";"):
        fail(path, f"{name}: is not one statement")
    reads = one["sql"].startswith("SELECT")
    if reads != (one["rows"] is None):
        fail(path, f"{name}: a write states its rows, a read does not")
    if one["rows"] is not None and not re.fullmatch(r"any|\d+", one["rows"]):
        fail(path, f"{name}: rows are a number or any")
    one["types"] = [TYPES[pair[1]] for pair in pairs]
    one["returns"] = reads or " RETURNING " in one["sql"].replace("\n", " ")
    one["expect"] = one["rows"] if one["rows"] not in (None, "any") else "LG_DB_ANY_ROWS"
    one["sql"] = one["sql"].rstrip(";")


def catalogue(paths):
    """name -> {"sqlite": statement, "postgres": statement}, in order of appearance."""
    queries = {}
    for path in paths:
        for one in statements(path):
            check(path, one)
            texts = queries.setdefault(one["name"], {})
            for engine in [one["only"]] if one["only"] else ENGINES:
                if engine in texts:
                    fail(path, f"{one['name']} stands twice")
                texts[engine] = one
    for name, texts in queries.items():
        if len(texts) != len(ENGINES):
            sys.exit(f"{name}: has a text for one engine only")
        if any(texts["sqlite"][key] != texts["postgres"][key] for key in ("types", "returns", "expect")):
            sys.exit(f"{name}: its two texts differ in more than their SQL")
    return queries


def migration(path):
    """(number, name, sqlite, postgres); each form ends by writing down its number."""
    name = os.path.basename(path)[: -len(".sql")]
    number = int(name.split("_")[0])
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"^\s*--.*\n", "", file.read(), flags=re.M).strip()
    text += (f"\nINSERT INTO store_meta (name, value) VALUES ('layout', CAST('{number}' AS BLOB))"
             "\nON CONFLICT (name) DO UPDATE SET value = excluded.value;")
    postgres = re.sub(r"\)\s*(STRICT|WITHOUT ROWID)(,\s*(STRICT|WITHOUT ROWID))*;", ");", text)
    for ours, theirs in (("INTEGER", "bigint"), ("TEXT", 'text COLLATE "C"'), ("BLOB", "bytea")):
        postgres = re.sub(rf"\b{ours}\b", theirs, postgres)
    return number, name, f"{text}\nPRAGMA user_version = {number};", postgres


def c_text(text):
    lines = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", " ").split("\n")
    return "\n\t\t\"" + "\\n\"\n\t\t\"".join(lines) + "\""


def main(header, body, *paths):
    queries = catalogue([path for path in paths if "/migrations/" not in path])
    migrations = sorted(migration(path) for path in paths if "/migrations/" in path)
    if [one[0] for one in migrations] != list(range(1, len(migrations) + 1)):
        sys.exit("migrations are numbered from 1 without a gap")

    with open(header, "w", encoding="utf-8") as out:
        out.write("/* Generated from src/store/sql/. */\n#ifndef LG_GEN_SQL_H\n#define LG_GEN_SQL_H\n\n"
                  '#include "db/db.h"\n\nenum lg_query_id {\n')
        out.writelines(f"\tLG_Q_{name.upper()},\n" for name in queries)
        out.write("\tLG_Q_COUNT,\n};\n\nextern const struct lg_db_query lg_queries[LG_Q_COUNT];\n\n"
                  "struct lg_migration {\n\tint64_t number;\n\tconst char *name;\n\tconst char *sqlite;\n"
                  "\tconst char *postgres;\n};\n\n"
                  f"#define LG_MIGRATION_COUNT {len(migrations)}\n"
                  "extern const struct lg_migration lg_migrations[LG_MIGRATION_COUNT]; /* from 1, in order */\n\n#endif\n")

    with open(body, "w", encoding="utf-8") as out:
        out.write('/* Generated from src/store/sql/. */\n#include "gen/sql.h"\n\n'
                  "const struct lg_db_query lg_queries[LG_Q_COUNT] = {\n")
        for name, texts in queries.items():
            one = texts["sqlite"]
            sqlite = re.sub(r"\$(\d+)", r"?\1", one["sql"])
            types = ", ".join(one["types"]) or "LG_DB_NULL"
            out.write(f'\t[LG_Q_{name.upper()}] = {{ "{name}",{c_text(sqlite)},{c_text(texts["postgres"]["sql"])},\n'
                      f'\t\t{len(one["types"])}, {{ {types} }}, {"true" if one["returns"] else "false"}, '
                      f'{one["expect"]} }},\n')
        out.write("};\n\nconst struct lg_migration lg_migrations[LG_MIGRATION_COUNT] = {\n")
        for number, name, sqlite, postgres in migrations:
            out.write(f'\t{{ {number}, "{name}",{c_text(sqlite)},{c_text(postgres)} }},\n')
        out.write("};\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
