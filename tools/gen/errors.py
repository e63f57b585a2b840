#!/usr/bin/env python3
"""api/errors.txt -> gen/error.h and gen/error.c: the error codes and their table."""

import sys


def rows(path):
    """(name, http, aws, oauth, redirect, text) of every line."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip() or line.startswith("#"):
                continue
            parts = line.split(None, 5)
            if len(parts) != 6 or parts[4] not in ("yes", "no"):
                sys.exit(f"{path}:{number}: expected six columns")
            yield [part.strip() for part in parts]


def c_text(value):
    if value == "-":
        return "NULL"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def main(source, header, body):
    table = list(rows(source))
    names = [row[0] for row in table]
    for name in names:
        if names.count(name) > 1:
            sys.exit(f"{source}: {name} stands twice")

    with open(header, "w", encoding="utf-8") as out:
        out.write("/* Generated from api/errors.txt. */\n#ifndef LG_GEN_ERROR_H\n#define LG_GEN_ERROR_H\n\n")
        out.write("#include <stdbool.h>\n\nenum lg_error {\n\tLG_E_OK = 0,\n")
        out.writelines(f"\tLG_E_{name},\n" for name in names)
        out.write("\tLG_E_COUNT,\n};\n\n")
        out.write("struct lg_error_info {\n\tconst char *name;  /* ours, for logs */\n\tint http;\n"
                  "\tconst char *aws;   /* NULL = internal, becomes InternalErrorException */\n"
                  "\tconst char *oauth; /* NULL = server_error */\n\tbool redirect;     /* may go to the redirect URI */\n"
                  "\tconst char *text;  /* default text; NULL = none */\n};\n\n")
        out.write("/* Never NULL; an unknown code is answered with LG_E_INTERNAL's row. */\n"
                  "const struct lg_error_info *lg_error_info(int code);\n\n#endif\n")

    with open(body, "w", encoding="utf-8") as out:
        out.write('/* Generated from api/errors.txt. */\n#include "gen/error.h"\n\n#include <stddef.h>\n\n')
        out.write("static const struct lg_error_info infos[LG_E_COUNT] = {\n")
        out.write('\t[LG_E_OK] = { "OK", 200, NULL, NULL, false, NULL },\n')
        for name, http, aws, oauth, redirect, text in table:
            flag = "true" if redirect == "yes" else "false"
            out.write(f'\t[LG_E_{name}] = {{ "{name}", {http}, {c_text(aws)}, {c_text(oauth)}, {flag}, {c_text(text)} }},\n')
        out.write("};\n\nconst struct lg_error_info *\nlg_error_info(int code)\n{\n"
                  "\treturn &infos[code >= 0 && code < LG_E_COUNT ? code : LG_E_INTERNAL];\n}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
