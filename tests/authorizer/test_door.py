"""The door: who may ask, how each proxy asks, and what somebody who means ill can do with their headers."""

import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from door import Account, DEMO_CLIENT, DEMO_POOL, Door, HOST  # noqa: E402

SETTINGS = f"""
[authorizer main]
kind = jwt
issuer = {DEMO_POOL}
audience = {DEMO_CLIENT}
[route open]
path = /open
authorizer = none
[route head]
path = /head
methods = HEAD
authorizer = none
[route host]
host = public.example
path = /hosts
authorizer = none
[route rest]
path = /pets/{{id}}
authorizer = main
[route live]
path = /live
authorizer = main
revoked = refuse
"""


def pairs(*items, **named):
    return list(items) + [(name.replace("_", "-"), value) for name, value in named.items()]


class Asking(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.door = Door(SETTINGS).start()
        cls.addClassCleanup(cls.door.stop)
        cls.token = Account(cls.door.url).tokens()["AccessToken"]
        cls.head = {"Authorization": f"Bearer {cls.token}"}

    def status(self, target, headers, *more, **named):
        return self.door.send(target, headers, *more, **named).status

    def test_each_family(self):
        door, head = self.door, self.head
        self.assertEqual(door.ask("/pets/1?x=y", headers=head).status, 200)
        self.assertEqual(door.forward("/pets/1?x=y", headers=head).status, 200)
        self.assertEqual(door.envoy("/pets/1?x=y", headers=head).status, 200)
        url = pairs(("Host", "lifeguard"), ("X-Original-URL", f"https://{HOST}/pets/1"), ("X-Original-Method", "GET"))
        self.assertEqual(self.status("/authorizer/url", url + list(head.items())), 200)
        self.assertEqual(self.status("/authorizer/ask", url + list(head.items())), 200)
        for path in ("/pets/1", "/pets/1?", "/open", "/nowhere"):
            found = {door.ask(path, headers=head).status, door.forward(path, headers=head).status,
                     door.envoy(path, headers=head).status}
            self.assertEqual(len(found), 1, path)

    def test_a_family_reads_its_own_headers_only(self):
        others = [("X-Forwarded-Uri", "/open"), ("X-Forwarded-Host", "public.example"), ("X-Forwarded-Method", "GET"),
                  ("X-Original-URL", "https://public.example/open")]
        self.assertEqual(self.door.ask("/pets/1", headers=others).status, 401)
        others = [("X-Original-URI", "/open"), ("X-Original-Method", "GET"), ("X-Original-URL", "https://public.example/open")]
        self.assertEqual(self.door.forward("/pets/1", headers=others).status, 401)
        self.assertEqual(self.door.envoy("/pets/1", headers=others + [("X-Forwarded-Uri", "/open")]).status, 401)

    def test_the_generic_address_refuses_two_families(self):
        nginx = [("Host", HOST), ("X-Original-URI", "/open"), ("X-Original-Method", "GET")]
        forward = [("X-Forwarded-Uri", "/open"), ("X-Forwarded-Method", "GET"), ("X-Forwarded-Host", HOST)]
        url = [("X-Original-URL", f"https://{HOST}/open")]
        self.assertEqual(self.status("/authorizer/ask", nginx), 200)
        self.assertEqual(self.status("/authorizer/ask", [("Host", "x")] + forward), 200)
        for more in (forward, forward[:1], forward[1:2], forward[2:], url):
            self.assertEqual(self.status("/authorizer/ask", nginx + more), 403, more)
        self.assertEqual(self.status("/authorizer/ask", [("Host", HOST)]), 403)
        self.assertEqual(self.door.reason(), "no header says what is asked for")

    def test_a_header_that_stands_twice(self):
        base = [("Host", HOST), ("X-Original-URI", "/open"), ("X-Original-Method", "GET")]
        self.assertEqual(self.status("/authorizer/nginx", base), 200)
        for name, value in base[1:] + [("X-Original-Protocol", "HTTP/1.1")] * 2:
            self.assertEqual(self.status("/authorizer/nginx", base + [(name, value)] * (1 if "Protocol" not in name else 2)), 403)
        self.assertEqual(self.door.forward("/open", headers=[("X-Forwarded-Host", "public.example")]).status, 403)

    def test_what_is_missing_or_makes_no_sense(self):
        for uri in ("", "open", "http://public.example/open", "*", "/open x"):
            self.assertEqual(self.door.ask(uri).status, 403, uri)
        for method in ("", "G ET", "G/ET", "GET,POST", "X" * 40):
            self.assertEqual(self.door.ask("/open", method).status, 403, method)
        for host in ("a/b", "a b", "", "a@b", "x" * 400):
            self.assertIn(self.door.forward("/open", host=host).status, (403, 400), host)
        for target in ("/authorizer/", "/authorizer/other", "/authorizer/nginx/", "/authorizer/nginx/open", "/authorizer/envoy"):
            headers = [("Host", HOST), ("X-Original-URI", "/open"), ("X-Original-Method", "GET")]
            self.assertEqual(self.status(target, headers), 403, target)

    def test_forged_answers_do_not_come_back(self):
        forged = [("X-Authz-Sub", "root"), ("X-Authz-Groups", "admin"), ("X-Amzn-Request-Context", "e30")]
        verdict = self.door.ask("/open", headers=forged)
        self.assertEqual((verdict["X-Authz-Sub"], verdict["X-Authz-Groups"], verdict["X-Amzn-Request-Context"]), ("", "", ""))
        verdict = self.door.ask("/pets/1", headers=forged + list(self.head.items()))
        self.assertEqual((verdict.status, verdict["X-Authz-Groups"]), (200, ""))
        self.assertNotEqual(verdict["X-Authz-Sub"], "root")

    def test_methods(self):
        self.assertEqual(self.door.ask("/head", "HEAD").status, 200)
        self.assertEqual(self.door.ask("/head", "GET").status, 403)
        self.assertEqual(self.door.envoy("/head", "GET").status, 403)
        self.assertEqual(self.door.send("/authorizer/envoy/head", [("Host", HOST)], method="HEAD").status, 200)
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"):
            self.assertEqual(self.door.envoy("/open", method).status, 200, method)
        # proxy_method, preserveRequestMethod: whatever the proxy asks with, its header counts
        headers = [("Host", HOST), ("X-Original-URI", "/head"), ("X-Original-Method", "HEAD")]
        self.assertEqual(self.status("/authorizer/nginx", headers, method="POST"), 200)

    def test_http_1_0(self):
        headers = [("Host", HOST), ("Connection", "close"), ("X-Original-URI", "/pets/1"), ("X-Original-Method", "GET")]
        self.assertEqual(self.status("/authorizer/nginx", headers + list(self.head.items()), version="1.0"), 200)

    def test_conditions_of_the_client_do_not_matter(self):
        headers = [("If-None-Match", "*"), ("If-Modified-Since", "Tue, 24 Nov 2037 19:00:00 GMT"), ("Range", "bytes=0-0")]
        self.assertEqual(self.door.ask("/open", headers=headers).status, 200)

    def test_a_body_that_is_announced_is_not_awaited(self):
        for uri, announced in (("/open", "5"), ("/pets/1", "70000"), ("/pets/1", "99999999999"), ("/live", "12"), ("/nowhere", "1")):
            began = time.monotonic()
            headers = [("Content-Length", announced), *self.head.items()]
            self.assertIn(self.door.ask(uri, headers=headers).status, (200, 403), uri)
            self.assertLess(time.monotonic() - began, 2, uri)
        self.assertEqual(self.door.ask("/live", headers=[("Transfer-Encoding", "chunked"), *self.head.items()]).status, 200)

    def test_large_heads(self):
        self.assertEqual(self.door.ask("/open", headers=[("Cookie", "x" * 9000)]).status, 200)
        self.assertEqual(self.door.ask("/open", headers=[("Cookie", "x" * 40000)]).status, 431)
        self.assertEqual(self.door.ask("/open?" + "x" * 8000).status, 200)
        self.assertEqual(self.door.ask("/" + "a/" * 3000).status, 403)
        self.assertEqual(self.door.ask("/" + "../" * 2000 + "open").status, 403)

    def test_control_characters(self):
        for text in ("/open\x01", "/open\x7f", "/open\x1b[31m"):
            self.assertIn(self.door.ask(text).status, (400, 403), repr(text))
        self.assertEqual(self.door.ask("/pets/caf\u00e9", headers=self.head).status, 200)

    def test_a_host_is_what_the_client_says(self):
        self.assertEqual(self.door.ask("/hosts", nginx={"Host": "public.example"}).status, 200)
        self.assertEqual(self.door.ask("/hosts").status, 403)

    def test_refusals_are_told_to_the_log(self):
        self.assertEqual(self.door.ask("/pets/7").status, 401)
        line = self.door.refusals()[-1]
        self.assertEqual([line[name] for name in ("route", "authorizer", "method", "host", "path", "client", "status", "reason")],
                         ["rest", "main", "GET", HOST, "/pets/7", "198.51.100.7", 401, "no token"])


class Trust(unittest.TestCase):
    def test_nobody_is_trusted_who_is_not_named(self):
        with Door(SETTINGS + "[gateway]\ntrusted_proxies = 10.0.0.0/8\n") as door:
            self.assertEqual((door.ask("/open").status, door.forward("/open").status, door.envoy("/open").status), (403, 403, 403))
            self.assertIn("trusted_proxies", door.reason())

    def test_without_routes_there_is_nothing_to_ask(self):
        with Door("") as door:
            self.assertEqual(door.ask("/open").status, 403)


if __name__ == "__main__":
    unittest.main()
