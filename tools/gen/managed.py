#!/usr/bin/env python3
"""api/managed_policies.json -> gen/managed.h, gen/managed.c: the managed policies that every account has.

managed.py INPUT HEADER SOURCE
"""

import calendar
import json
import sys
import time

import api

LINE = 90
KEYS = ["name", "id", "created", "description", "document"]

HEADER = """\
/* Generated from api/managed_policies.json. */
#ifndef LG_GEN_MANAGED_H
#define LG_GEN_MANAGED_H

#include "base/time.h"

struct lg_managed_policy {
	lg_str name;
	lg_str id;
	lg_str description;
	lg_time created;
	lg_str document;
};

/* Sorted by name. */
extern const struct lg_managed_policy lg_managed_policies[];
extern const size_t lg_managed_policy_count;

#endif
"""


def row(policy):
    text = json.dumps(policy["document"], separators=(",", ":"))
    lines = "\n".join("\t\t\t" + api.c_text(text[at:at + LINE]) for at in range(0, len(text), LINE))
    created = calendar.timegm(time.strptime(policy["created"], "%Y-%m-%d")) * 1000
    return (f"\t{{\n\t\tLG_STR_INIT({api.c_text(policy['name'])}),\n\t\tLG_STR_INIT({api.c_text(policy['id'])}),\n"
            f"\t\tLG_STR_INIT({api.c_text(policy['description'])}),\n\t\t{{ INT64_C({created}) }},\n"
            f"\t\tLG_STR_INIT(\n{lines}),\n\t}},\n")


def main(source, header, code):
    policies = api.load(source, [])
    names = [policy["name"] for policy in policies]
    if names != sorted(names) or any(list(policy) != KEYS for policy in policies):
        api.fail(source, f"each has {', '.join(KEYS)}; sorted by name")
    api.write(header, HEADER)
    api.write(code, '/* Generated from api/managed_policies.json. */\n#include "gen/managed.h"\n\n'
              "const struct lg_managed_policy lg_managed_policies[] = {\n" + "".join(map(row, policies))
              + "};\n\nconst size_t lg_managed_policy_count = LG_LEN(lg_managed_policies);\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
