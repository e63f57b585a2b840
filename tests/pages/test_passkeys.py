#!/usr/bin/env python3
"""Passkeys that somebody adds, renames and removes on his account's pages, or on the way to an application."""

import base64
import hashlib
import json
import os
import unittest
import urllib.parse

from own import Own
from world import PASSWORD, Visitor

# A public key that everybody has: nothing is signed when one is registered without attestation.
X = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
Y = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
PASSKEYS = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def registration(options, origin):
    """What a browser would send for these options."""
    credential = os.urandom(16)
    client = json.dumps({"type": "webauthn.create", "challenge": options["challenge"], "origin": origin,
                         "crossOrigin": False}).encode()
    key = bytes.fromhex("a5010203262001215820" + X + "225820" + Y)
    data = (hashlib.sha256(options["rp"]["id"].encode()).digest() + b"\x45" + bytes(4) + bytes(16)
            + len(credential).to_bytes(2, "big") + credential + key)
    attestation = (b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data)
    return json.dumps({"id": b64(credential), "rawId": b64(credential), "type": "public-key",
                       "authenticatorAttachment": "platform", "clientExtensionResults": {},
                       "response": {"clientDataJSON": b64(client), "attestationObject": b64(attestation),
                                    "transports": ["internal"]}})


class Passkeys(Own):
    def add(self, visitor, page):
        """The script asks for options, the browser for a finger, and the form goes out."""
        form = [form for form in page.html.forms if form.button("add")][0]
        page.html.forms[:] = [form]
        fields = urllib.parse.urlencode([pair for pair in form.fields if pair[0] in ("_csrf", "_state")])
        path, _, query = page.path.partition("?")
        answer = visitor.request("POST", f"{path}/options?{query}", fields)
        self.assertEqual(answer.status, 200, answer.body)
        return visitor.press(page, "add", credential=registration(json.loads(answer.body), self.server.url))

    def test_add_rename_remove(self):
        self.pool(**PASSKEYS)
        self.user()
        visitor, page = self.enter("/account/passkeys")
        page = self.add(visitor, page)
        self.check_at(page, "/account/passkeys")
        page = self.add(visitor, page)
        page = self.press_item(visitor, page, "rename")
        self.check_at(page, "/account/passkey")
        page = visitor.press(page, name="")
        self.assertEqual(page.status, 400)
        page = visitor.press(page, name="x" * 61)
        self.assertEqual(page.status, 400)
        page = visitor.press(page, name="Büro <b>")
        self.check_at(page, "/account/passkeys")
        self.assertIn("Büro &lt;b&gt;", page.body)
        self.assertNotIn("<b>", page.body.replace("&lt;b&gt;", ""))
        page = self.press_item(visitor, page, "delete")
        page = self.press_item(visitor, page, "delete")
        self.check_at(page, "/account/passkeys")
        self.assertEqual([form for form in page.html.forms if form.button("delete")], [])

    def test_what_is_no_passkey_adds_none(self):
        self.pool(**PASSKEYS)
        self.user()
        visitor, page = self.enter("/account/passkeys")
        for credential in ("", "{}", "no json", registration({"challenge": b64(b"x" * 32), "rp": {"id": "localhost"}},
                                                             self.server.url)):
            page.html.forms[:] = [form for form in page.html.forms if form.button("add")]
            page = visitor.press(page, "add", credential=credential)
            self.assertEqual((page.status, page.at), (400, "/account/passkeys"))
            self.assertTrue(page.errors)
        self.assertEqual([form for form in page.html.forms if form.button("delete")], [])

    def test_options_need_a_form_of_ours_and_a_fresh_sign_in(self):
        self.pool(**PASSKEYS)
        self.user()
        visitor, page = self.enter("/account/passkeys")
        fields = urllib.parse.urlencode([pair for pair in page.form.fields if pair[0] in ("_csrf", "_state")])
        path = self.own("/account/passkeys/options")
        self.assertEqual(visitor.request("POST", path, "_csrf=" + "0" * 36).status, 303)
        self.assertEqual(visitor.request("POST", path, fields, {"Sec-Fetch-Site": "cross-site"}).status, 403)
        self.server.advance(301)
        self.assertEqual(visitor.request("POST", path, fields).status, 403)

    def test_no_section_where_the_pool_has_none(self):
        self.pool()
        self.user()
        visitor, page = self.enter()
        self.assertNotIn("passkeys", page.body)
        self.check_at(visitor.get(self.own("/account/passkeys")), "/account")

    def test_on_the_way_to_an_application(self):
        self.pool(**PASSKEYS)
        self.user()
        visitor = Visitor(self.server)
        page = visitor.get("/passkeys/add?" + self.query())
        self.check_at(page, "/login")
        page = visitor.press(page, username="ada", password=PASSWORD)
        self.check_at(page, "/passkeys/add")
        self.check_in(self.add(visitor, page))
        page = visitor.get("/passkeys/add?" + self.query())
        self.check_at(page, "/passkeys/add")
        self.check_in(visitor.press(page, "skip"))


if __name__ == "__main__":
    unittest.main()
