"""Tokens of an issuer that is somebody else's program (npm's oidc-provider): its keys are fetched, kept, and fetched once."""

import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from door import DEMO_POOL, Door, forge  # noqa: E402

from peers import Issuer  # noqa: E402

KEYS = "/jwks"
SETTINGS = """
[authorizer theirs]
kind = jwt
issuer = %s
audience = app
[authorizer others]
kind = jwt
issuer = %s
audience = somebody
[authorizer nobody]
kind = jwt
issuer = http://127.0.0.1:1
audience = app
[route a]
path = /a
authorizer = theirs
[route b]
path = /b
authorizer = others
[route c]
path = /c
authorizer = nobody
"""


class Foreign(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.issuer = Issuer()
        cls.addClassCleanup(cls.issuer.stop)
        cls.settings = SETTINGS % (cls.issuer.url, cls.issuer.url)

    def ask(self, door, uri, token):
        return door.ask(uri, headers={"Authorization": f"Bearer {token}"})

    def test_keys_are_fetched_once_for_everybody(self):
        tokens = [self.issuer.id_token(f"user{n}") for n in range(6)]
        with Door(self.settings) as door:
            before, found = self.issuer.asked(KEYS), []
            threads = [threading.Thread(target=lambda t=token: found.append(self.ask(door, "/a", t).status)) for token in tokens * 3]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual((found, self.issuer.asked(KEYS)), ([200] * 18, before + 1))
            verdict = self.ask(door, "/a", tokens[0])
            self.assertEqual((verdict["X-Authz-Sub"], verdict["X-Authz-Client-Id"]), ("user0", "app"))
            self.assertEqual(self.ask(door, "/b", tokens[0]).status, 401)
            self.assertEqual(self.issuer.asked(KEYS), before + 1)

    def test_unknown_keys_do_not_make_us_fetch_again_and_again(self):
        token = self.issuer.id_token("user")
        with Door(self.settings) as door:
            self.assertEqual(self.ask(door, "/a", token).status, 200)
            before = self.issuer.asked(KEYS)
            for n in range(5):
                verdict = self.ask(door, "/a", forge(token, header={"kid": f"other{n}"}))
                self.assertIn("No matching JWK found for kid", verdict["WWW-Authenticate"])
            self.assertEqual(self.issuer.asked(KEYS), before)
            door.advance(31)
            for n in range(5):
                self.ask(door, "/a", forge(token, header={"kid": f"other{n}"}))
            self.assertEqual(self.issuer.asked(KEYS), before + 1)

    def test_an_issuer_that_is_away(self):
        with Door(self.settings) as door:
            verdict = self.ask(door, "/c", forge(self.issuer.id_token("user"), iss="http://127.0.0.1:1"))
            self.assertEqual(verdict.status, 401)
            self.assertIn("OIDC discovery endpoint communication error", verdict["WWW-Authenticate"])

    def test_a_stranger_does_not_make_us_fetch(self):
        with Door(self.settings) as door:
            before = self.issuer.asked(KEYS)
            token = forge(self.issuer.id_token("user"), iss=f"{self.issuer.url}/{DEMO_POOL}")
            self.assertEqual(self.ask(door, "/a", token).status, 401)
            self.assertEqual(self.issuer.asked(KEYS), before)


if __name__ == "__main__":
    unittest.main()
