"""What is tried at a gateway: requests that say one thing to who judges and another to who acts, and old or altered signatures."""

import contextlib
import datetime
import hashlib
import os
import subprocess
import sys
import time
import unittest
from unittest import mock

import botocore.auth

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from calls import call, sign, signed  # noqa: E402
from gateway import Gateway, environment  # noqa: E402
from people import PROVIDER  # noqa: E402
from peers import App  # noqa: E402


NOW = datetime.datetime


@contextlib.contextmanager
def clock_off_by(minutes):
    """botocore signs with a clock that is early or late."""
    class Moved(NOW):
        @classmethod
        def utcnow(cls):
            return NOW.utcnow() + datetime.timedelta(minutes=minutes)
    with mock.patch.object(botocore.auth.datetime, "datetime", Moved):
        yield


class Attacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.app = App()
        cls.addClassCleanup(cls.app.stop)
        cls.gateway = Gateway("api", "127.0.0.1:3000", cls.app)
        cls.addClassCleanup(cls.gateway.stop)
        cls.url = cls.gateway.url
        cls.unguarded = cls.gateway.another_nginx(guarded=False)

    def setUp(self):
        tokens = self.gateway.account.tokens()
        self.identity, self.keys = self.gateway.keys(Logins={PROVIDER: tokens["IdToken"]})

    def test_forged_identity_headers_never_arrive(self):
        names = ("Sub", "Username", "Groups", "Scopes", "Identity-Id", "Arn", "Account", "Principal")
        forged = {f"X-Authz-{name}": "forged" for name in names} | {"X-Amzn-Request-Context": "forged"}
        for target in ("/public/x", "/reports/2026"):
            _, headers = sign(self.keys, self.url, target)
            answer = call(self.url, target, headers={**headers, **forged})
            self.assertEqual(answer.status, 200)
            self.assertNotIn("forged", [v for n, v in answer.reached.items() if n.startswith(("x-authz-", "x-amzn-"))])

    def test_another_familys_headers_move_nothing(self):
        target, headers = sign(self.keys, self.url, "/reports/secret/1")
        other = {"X-Original-URI": "/reports/2026", "X-Original-URL": f"{self.url}/reports/2026", "X-Forwarded-Uri": "/reports/2026",
                 "X-Forwarded-Method": "GET", "X-Original-Method": "GET", "X-Rewrite-URL": "/reports/2026"}
        self.assertEqual(call(self.url, target, headers={**headers, **other}).status, 403)
        public = call(self.url, "/orders", headers={**other, "X-Original-URI": "/public/x", "X-Forwarded-Uri": "/public/x"})
        self.assertEqual(public.status, 401)

    def test_two_authorizations(self):
        target, headers = sign(self.keys, self.url, "/reports/2026")
        pairs = list(headers.items()) + [("Authorization", "Bearer x")]
        self.assertIn(call(self.url, target, headers=pairs).status, (400, 403))

    def test_addresses_are_verified_as_they_were_sent(self):
        for target in ("/reports/a%2Fb", "/reports//b", "/reports/x/../y", "/reports/a+b", "/reports/a?", "/reports/a?b=1&a=%2B%20",
                       "/reports/%7Ea", "/reports/a?a=2&a=1"):
            with self.subTest(target=target):
                sent, headers = sign(self.keys, self.unguarded.url, target)
                answer = call(self.unguarded.url, sent, headers=headers)
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.json["path"], sent)

    def test_a_policy_holds_however_a_path_is_read(self):
        """Should nginx let them through: what the application may make of the path has to be allowed, too."""
        _, guest = self.gateway.keys()
        for keys, target in ((guest, "/reports/public/../secret/1"), (guest, "/reports/public/../2026"),
                             (guest, "/reports/public/%2e%2e/2026"), (guest, "/reports/public/..%2f2026"),
                             (guest, "/reports/public/x/..//../2026"), (self.keys, "/reports/%73ecret/1"),
                             (self.keys, "/reports/x/../secret/1"), (self.keys, "/reports/./secret/1"),
                             (self.keys, "/reports/x%2f..%2fsecret%2f1"), (self.keys, "/reports//secret/1"),
                             (self.keys, "/reports/x/%2E./secret/1")):
            with self.subTest(target=target):
                self.assertEqual(signed(keys, self.unguarded.url, target).status, 403)
                self.assertRegex(self.gateway.reason(), "is not authorized to perform: execute-api:Invoke|read in two ways")
                self.assertEqual(signed(keys, self.url, target).status, 400)

    def test_a_route_holds_however_a_path_is_read(self):
        for target in ("/public/../orders", "/public/%2e%2e/orders", "/public/..%2forders", "/public//../orders", "/%70ublic/../orders",
                       "/public/x/..//../orders", "/./orders", "//orders", "/orders%2f", "/public/..;/orders"):
            with self.subTest(target=target):
                answer = call(self.unguarded.url, target)
                self.assertIn(answer.status, (401, 403))
                self.assertEqual(call(self.url, target).status, 400)

    def test_a_signature_is_for_one_request(self):
        target, headers = sign(self.keys, self.url, "/reports/2026")
        self.assertEqual(call(self.url, target, headers=headers).status, 200)
        for changed, method in (("/reports/2027", "GET"), ("/reports/2026?x", "GET"), ("/reports/2026", "HEAD"),
                                (f"/reports/{self.identity}/1", "GET"), ("/reports/2026/", "GET")):
            self.assertEqual(call(self.url, changed, method, headers).status, 403, changed)
        self.assertEqual(call(self.url, target, headers={**headers, "Host": "another.example"}).status, 403)
        self.assertEqual(call(self.url, target, headers={**headers, "X-Amz-Date": "20260101T000000Z"}).status, 403)
        without = {name: value for name, value in headers.items() if name.lower() != "x-amz-security-token"}
        self.assertEqual(call(self.url, target, headers=without).status, 403)
        _, theirs = self.gateway.keys()
        mixed = {**headers, "X-Amz-Security-Token": theirs["aws_session_token"]}
        self.assertEqual(call(self.url, target, headers=mixed).status, 403)
        self.assertEqual(signed(self.keys, self.url, target, service="s3").status, 403)

    def test_clocks_that_are_off(self):
        for minutes, status in ((-4, 200), (4, 200), (-6, 403), (6, 403)):
            with self.subTest(minutes=minutes), clock_off_by(minutes):
                self.assertEqual(signed(self.keys, self.url, "/reports/2026").status, status)

    def test_an_expired_session(self):
        self.assertEqual(signed(self.keys, self.url, "/reports/2026").status, 200)
        self.gateway.server.advance(3601)
        self.assertEqual(signed(self.keys, self.url, "/reports/2026").status, 403)
        self.assertIn("expired", self.gateway.server.log_text())

    def test_a_presigned_address(self):
        target, headers = sign(self.keys, self.url, "/reports/2026?x=1", expires=60)
        self.assertEqual(call(self.url, target, headers=headers).status, 200)
        self.assertEqual(call(self.url, target + "&y=1", headers=headers).status, 403)
        self.assertEqual(call(self.url, target.replace("Expires=60", "Expires=3600"), headers=headers).status, 403)
        self.assertEqual(call(self.url, target, "DELETE", headers=headers).status, 403)
        with clock_off_by(-2):
            target, headers = sign(self.keys, self.url, "/reports/2026", expires=60)
        self.assertEqual(call(self.url, target, headers=headers).status, 403)

    def test_a_signature_without_a_body_is_not_for_one_with(self):
        target = f"/reports/{self.identity}/1"
        _, headers = sign(self.keys, self.url, target, "DELETE")
        headers = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        self.assertEqual(call(self.url, target, "DELETE", headers).status, 200)
        self.assertEqual(call(self.url, target, "DELETE", headers, b"smuggled!").status, 403)
        chunked = {**headers, "Transfer-Encoding": "chunked"}
        self.assertEqual(call(self.url, target, "DELETE", chunked, b"9\r\nsmuggled!\r\n0\r\n\r\n").status, 403)

    def test_nor_over_http_2_where_a_body_needs_no_length(self):
        target = f"/reports/{self.identity}/1"
        url = f"http://localhost:{self.gateway.nginx.h2_port}"
        _, headers = sign(self.keys, url, target, "DELETE")
        words = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
        for _ in range(10):
            done = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{http_version}", "--http2-prior-knowledge",
                                   "-X", "DELETE", "-T", "-", *words, url + target], input="smuggled!", env=environment(),
                                  capture_output=True, text=True, timeout=30, check=False)
            if done.returncode != 92:  # nginx ended the stream before curl had looked at the answer
                break
        self.assertEqual(done.stdout, "403 2")

    def test_a_post_is_answered_at_once(self):
        """nginx announces no body to the authorizer, which would wait for it."""
        begin = time.monotonic()
        answer = signed(self.keys, self.url, f"/reports/{self.identity}/1", "POST", b"x" * 100000,
                        headers={"X-Amz-Content-SHA256": hashlib.sha256(b"x" * 100000).hexdigest()})
        self.assertEqual(len(answer.json["body"]), 100000)
        self.assertLess(time.monotonic() - begin, 5)

    def test_proxies_that_the_settings_do_not_name_are_told_nothing(self):
        other = Gateway("api", "127.0.0.1:3000", self.app, "--set", "gateway.trusted_proxies=10.0.0.0/8", set_up=False)
        self.addCleanup(other.stop)
        self.assertIn(call(other.url, "/public/x").status, (403, 500))
        self.assertEqual(call(self.url, "/public/x").status, 200)


if __name__ == "__main__":
    unittest.main()
