#!/usr/bin/env python3
"""api/branding.json -> gen/branding.h, gen/branding.c: our own settings of managed login pages, as text.

branding.py INPUT HEADER SOURCE
"""

import json
import sys

import api

LINE = 90


def main(source, header, code):
    with open(source, encoding="utf-8") as file:
        text = json.dumps(json.load(file), separators=(",", ":"))
    lines = [text[at:at + LINE] for at in range(0, len(text), LINE)]
    api.write(header, '/* Generated from api/branding.json. */\n#ifndef LG_GEN_BRANDING_H\n#define LG_GEN_BRANDING_H\n\n'
              '#include "base/str.h"\n\n/* One JSON object. */\nextern const lg_str lg_branding_own;\n\n#endif\n')
    api.write(code, '/* Generated from api/branding.json. */\n#include "gen/branding.h"\n\n'
              'const lg_str lg_branding_own = LG_STR_INIT(\n'
              + "\n".join("\t" + api.c_text(line) for line in lines) + ");\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
