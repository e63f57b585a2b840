#!/usr/bin/python3
"""Write the corpus of tests/fuzz/saml.c anew: responses of pysaml2, signed with a key that is thrown away, and attacks made of them.

    /usr/bin/python3 tests/saml/corpus.py
"""

import calendar
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from idp import DS, TOP, Idp, find, parse, text_of  # noqa: E402
from test_signatures import XSLT, xpath  # noqa: E402
from test_wrapping import Wrapping  # noqa: E402

FOLDER = os.path.join(TOP, "tests", "fuzz", "corpus", "saml")
HEADER = os.path.join(TOP, "tests", "fuzz", "saml_provider.h")


def main():
    idp = Idp()
    unsigned = parse(idp.respond(to="id-request"))
    assertion, response = idp.sign(unsigned), idp.sign_response(unsigned)
    both = idp.sign_response(assertion)
    texts = {"assertion": assertion, "response": response, "both": both, "unsigned": unsigned,
             "prefixes": idp.sign(unsigned, transforms=(DS + "enveloped-signature", '<ds:Transform Algorithm="http://www.w3.org/2001/10/'
                                  'xml-exc-c14n#"><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" '
                                  'PrefixList="xs"/></ds:Transform>'))}
    for name, how in (("sha1", {"method": DS + "rsa-sha1"}), ("whole", {"uri": ""}), ("envelope", {"uri": "#" + unsigned.get("ID")}),
                      ("xpath", {"transforms": (DS + "enveloped-signature", xpath("true()"))})):
        texts[name] = idp.sign(unsigned, **how)
    for source, tree in (("assertion", assertion), ("both", both)):
        for name, evil in Wrapping.assertions(tree, source == "both"):
            texts[f"{source}-{name}".replace(" ", "-").replace(":", "")] = evil
    texts = {name: text_of(tree) for name, tree in texts.items()}
    good = texts["assertion"]
    texts["xslt"] = good.replace("<ds:Transform ", XSLT + "<ds:Transform ", 1)
    texts["dtd"] = '<!DOCTYPE x [<!ENTITY e "root">]>' + good.replace("ada@example.com", "&e;", 1)
    texts["comment"] = good.replace("ada@example.com", "ada<!-- -->@example.com", 1)
    texts["xml-id"] = good.replace("<ns0:Status>", f'<ns0:Status xml:id="{find(assertion, "saml:Assertion").get("ID")}">', 1)
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    for name, text in texts.items():
        with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as file:
            file.write(text)
    now = calendar.timegm(time.strptime(unsigned.get("IssueInstant"), "%Y-%m-%dT%H:%M:%SZ"))
    metadata = idp.metadata().replace(" " * 600, "")
    with open(HEADER, "w", encoding="utf-8") as file:
        file.write("/* saml_provider.h - who signed the corpus of saml.c, and when; written by tests/saml/corpus.py. */\n"
                   f"#define SIGNED_S INT64_C({now})\n#define METADATA")
        for start in range(0, len(metadata), 85):
            file.write(' \\\n\t"' + metadata[start:start + 85].replace('"', '\\"') + '"')
        file.write("\n")
    idp.close()


if __name__ == "__main__":
    main()
