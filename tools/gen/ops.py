#!/usr/bin/env python3
"""api/ -> gen/ops.h and gen/ops.c: the table of operations, with their handlers.

ops.py API_FOLDER HEADER SOURCE DEPFILE
"""

import re
import sys

import api

AUTH = {"none": "LG_AUTH_NONE", "access-token": "LG_AUTH_ACCESS_TOKEN", "iam": "LG_AUTH_IAM"}

HEADER = """\
/* Generated from api/. */
#ifndef LG_GEN_OPS_H
#define LG_GEN_OPS_H

#include "gen/iam_types.h"
#include "gen/identity_types.h"
#include "gen/idp_types.h"
#include "gen/sts_types.h"

struct lg_req;

enum lg_api { LG_API_IDP, LG_API_IDENTITY, LG_API_STS, LG_API_IAM };

enum lg_auth {
	LG_AUTH_NONE,         /* a signature is ignored */
	LG_AUTH_ACCESS_TOKEN, /* the member AccessToken is the proof */
	LG_AUTH_IAM,          /* SigV4 */
};

struct lg_operation {
	lg_str name;
	enum lg_api api;
	enum lg_auth auth;
	bool session_instead; /* a Session may stand in for AccessToken */
	unsigned parts; /* LG_AUTH_ACCESS_TOKEN: parts of the user to read beside the profile (enum lg_user_part) */
	const struct lg_shape *in;
	const struct lg_shape *out; /* NULL = the answer's body is empty */
	lg_status (*run)(struct lg_req *rq, const void *in, void *out); /* NULL = not implemented */
	const int *errors; /* enum lg_error, as declared; those that every operation may give are not among them */
	size_t error_count;
	int lane;     /* 0 local, 1 outbound */
	size_t body_bytes; /* the largest body; 0 = as for all */
	lg_str audit; /* name of the audit event; absent = none */
};

/* All of them, sorted by api and name. */
extern const struct lg_operation lg_operations[];
extern const size_t lg_operation_count;

/* NULL when the API has no such operation. */
const struct lg_operation *lg_operation_find(enum lg_api api, lg_str name);

/* Handlers. */
"""

FIND = """\
const struct lg_operation *
lg_operation_find(enum lg_api api, lg_str name)
{
	size_t low = 0;
	size_t high = lg_operation_count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct lg_operation *operation = &lg_operations[middle];
		int order = (int)api - (int)operation->api;
		if (order == 0)
			order = lg_str_cmp(name, operation->name);
		if (order == 0)
			return operation;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
"""


def struct(prefix, shape):
    return f"struct lg_{prefix}_{api.snake(shape)}"


def prototype(prefix, operation):
    out = f", {struct(prefix, operation['out'])} *out" if operation["out"] else ""
    return f"{operation['handler']}(struct lg_req *rq, const {struct(prefix, operation['in'])} *in{out})"


def thunk(operation):
    out = ", out" if operation["out"] else ""
    unused = "" if operation["out"] else "\t(void)out;\n"
    return (f"static lg_status\nrun_{operation['handler']}(struct lg_req *rq, const void *in, void *out)\n{{\n{unused}"
            f"\treturn {operation['handler']}(rq, in{out});\n}}\n\n")


def errors(space, operation, codes):
    names = []
    for code in operation["errors"]:
        if code not in codes:
            api.fail(f"api/{space}/{operation['name']}.json", f"api/errors.txt has no {code}")
        names.append(f"LG_E_{codes[code]}")
    if not names:
        return "", "NULL", 0
    table = f"errors_{space}_{api.snake(operation['name'])}"
    return f"static const int {table}[] = {{ {', '.join(names)} }};\n", table, len(names)


def row(space, prefix, operation, table, count):
    parts = [f".name = LG_STR_INIT({api.c_text(operation['name'])})", f".api = LG_API_{space.upper()}",
             f".auth = {AUTH[operation['auth']]}", f".in = &lg_shape_{prefix}_{api.snake(operation['in'])}"]
    if "instead" in operation:
        parts.append(".session_instead = true")
    if operation["out"]:
        parts.append(f".out = &lg_shape_{prefix}_{api.snake(operation['out'])}")
    if "handler" in operation:
        parts.append(f".run = run_{operation['handler']}")
    if count:
        parts.append(f".errors = {table}, .error_count = {count}")
    if "parts" in operation:
        parts.append(".parts = " + " | ".join(f"LG_PART_{part.upper()}" for part in operation["parts"]))
    if "lane" in operation:
        parts.append(".lane = 1")
    if "body_kib" in operation:
        parts.append(f".body_bytes = (size_t){operation['body_kib']} << 10")
    if "audit" in operation:
        parts.append(f".audit = LG_STR_INIT({api.c_text(operation['audit'])})")
    return "\t{\n" + "".join(f"\t\t{part},\n" for part in parts) + "\t},\n"


def check(space, operation, shapes):
    place = f"api/{space}/{operation['name']}.json"
    for key in ("in", "out"):
        name = operation[key]
        if (name or key == "in") and shapes.get(name, {}).get("type") != "struct":
            api.fail(place, f"{key} is no structure")
    if "handler" in operation and not re.fullmatch(r"lg_op_[a-z0-9_]+", operation["handler"]):
        api.fail(place, "handlers are called lg_op_...")
    if "instead" in operation and operation["instead"] not in shapes[operation["in"]]["members"]:
        api.fail(place, f"no member {operation['instead']}")
    if "parts" in operation and operation["auth"] != "access-token":
        api.fail(place, "parts belong to operations with an access token")
    if operation["auth"] == "access-token" and "AccessToken" not in shapes[operation["in"]]["members"]:
        api.fail(place, "no member AccessToken")


def main(root, header, source, depfile):
    depends = [api.__file__]
    codes = api.load_errors(root, depends)
    prototypes, thunks, tables, rows = [], [], [], []
    for space, prefix in api.APIS.items():
        shapes = api.load_shapes(root, space, depends)
        for operation in api.load_operations(root, space, depends).values():
            check(space, operation, shapes)
            if "handler" in operation:
                prototypes.append(f"LG_MUST lg_status {prototype(prefix, operation)};\n")
                thunks.append(thunk(operation))
            text, table, count = errors(space, operation, codes)
            tables.append(text)
            rows.append(row(space, prefix, operation, table, count))
    api.write(header, HEADER + "".join(prototypes) + "\n#endif\n")
    api.write(source, '/* Generated from api/. */\n#include "gen/ops.h"\n\n#include "store/user.h"\n\n' + "".join(thunks) + "".join(tables)
              + "\nconst struct lg_operation lg_operations[] = {\n" + "".join(rows) + "};\n\n"
              + "const size_t lg_operation_count = LG_LEN(lg_operations);\n\n" + FIND)
    api.write_depfile(depfile, "gen/ops.h", depends)


if __name__ == "__main__":
    main(*sys.argv[1:])
