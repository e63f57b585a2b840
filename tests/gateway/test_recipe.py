"""What the recipe for nginx does with each answer that an authorizer may give, and what it lets through to either side."""

import http.server
import os
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from calls import call  # noqa: E402
from peers import EXAMPLES, App, Nginx  # noqa: E402

from lifeguard import BINARY  # noqa: E402

NAMES = ["type", "principal", "sub", "username", "client-id", "scopes", "groups", "identity-id", "identity-pool-id", "account",
         "arn", "content-sha256", "omitted"]


class Authorizer(http.server.ThreadingHTTPServer):
    """Answers what it was told to, and keeps what it was asked. It never reads a body: nobody may send one."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.server.asked = (self.command, self.path, self.headers)
            status, headers = self.server.answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.answer, self.asked = (200, {}), None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()


class Recipe(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.app, cls.authorizer = App(), Authorizer()
        cls.addClassCleanup(cls.app.stop)
        cls.addClassCleanup(cls.authorizer.stop)
        cls.places = {"127.0.0.1:9500": f"127.0.0.1:{cls.authorizer.server_port}",
                      "127.0.0.1:3000": f"127.0.0.1:{cls.app.port}"}
        cls.nginx = Nginx("api", cls.places)
        cls.addClassCleanup(cls.nginx.stop)

    def test_statuses(self):
        for said, seen, message in ((401, 401, "Unauthorized"), (403, 403, "Forbidden"), (429, 429, "Too Many Requests"),
                                    (400, 500, "Internal Server Error"), (302, 500, "Internal Server Error"),
                                    (404, 500, "Internal Server Error"), (503, 500, "Internal Server Error")):
            with self.subTest(said=said):
                self.authorizer.answer = (said, {"WWW-Authenticate": 'Bearer error="x"'})
                answer = call(self.nginx.url)
                self.assertEqual((answer.status, answer.json), (seen, {"message": message}))
                self.assertEqual(answer.headers.get("www-authenticate"), 'Bearer error="x"' if said == 401 else None)

    def test_nobody_passes_when_nobody_can_be_asked(self):
        nobody = Nginx("api", {**self.places, "127.0.0.1:9500": "127.0.0.1:1"})
        self.addCleanup(nobody.stop)
        self.assertEqual(call(nobody.url).status, 500)

    def test_a_body_is_neither_sent_to_the_authorizer_nor_awaited_by_it(self):
        self.authorizer.answer = (200, {})
        answer = call(self.nginx.url, "/", "POST", body=b"x" * 70000)
        self.assertEqual((answer.status, answer.json["body"]), (200, "x" * 70000))
        command, path, headers = self.authorizer.asked
        self.assertEqual((command, path, headers["Content-Length"]), ("GET", "/authorizer/nginx", None))
        self.assertEqual((headers["X-Original-Method"], headers["X-Original-Content-Length"]), ("POST", "70000"))

    def test_addresses_arrive_as_they_were_sent(self):
        unguarded = Nginx("api", self.places, guarded=False)
        self.addCleanup(unguarded.stop)
        self.authorizer.answer = (200, {})
        for target in ("/a%2Fb", "/a//b", "/a/../b", "/a+b", "/a?", "/%7e/%c3%a9?x=%20+&y", "/a\xe9", "/a/./b/?q=//"):
            with self.subTest(target=target):
                answer = call(unguarded.url, target)
                self.assertEqual((answer.status, answer.json["path"]), (200, target))
                self.assertEqual(self.authorizer.asked[2]["X-Original-URI"], target)

    def test_paths_that_can_be_read_in_two_ways_are_asked_of_nobody(self):
        for target in ("/a/../b", "/a/..", "/a/./b", "/.", "/a//b", "//a", "/a/%2e%2E/b", "/a/.%2e/b", "/a/..;x=1/b", "/a%2fb", "/a%5cb",
                       "/%61", "/a%00", "/a%0a", "/a\\b", "/%7e", "/a%2Eb?x", "/%5f"):
            with self.subTest(target=target):
                self.authorizer.asked = None
                self.assertEqual((call(self.nginx.url, target).status, self.authorizer.asked), (400, None))
        self.authorizer.answer = (200, {})
        for target in ("/", "/a/b.c/..d/e..", "/%C3%A9/%20%2B%25", "/a?x=//../%2f%61", "/us-east-1%3Aabc/cat%201.jpg", "/a/", "/~a/-_"):
            with self.subTest(target=target):
                self.assertEqual(call(self.nginx.url, target).status, 200)

    def test_what_the_client_says_of_itself_reaches_nobody(self):
        """Forged headers of the families that an authorizer reads, and of those that the application believes."""
        self.authorizer.answer = (200, {"X-Authz-Sub": "ada"})
        forged = [(f"X-Authz-{name}", "forged") for name in NAMES] + [(f"X_Authz_{name}", "forged") for name in NAMES]
        forged += [("x-authz-sub", "forged"), ("X-Amzn-Request-Context", "forged"), ("X-Amz-Security-Token", "forged")]
        asked = ["X-Original-URI", "X-Original-URL", "X-Original-Method", "X-Original-Protocol", "X-Original-Content-Length",
                 "X-Original-Transfer-Encoding", "X-Original-Proto", "X-Forwarded-Uri", "X-Forwarded-Method",
                 "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For", "X-Real-IP"]
        answer = call(self.nginx.url, headers=forged + [(name, "forged") for name in asked])
        self.assertEqual(answer.reached["x-authz-sub"], "ada")
        for name, value in answer.reached.items():
            if not name.startswith("x-original-") and name not in ("x-forwarded-uri", "x-forwarded-method", "x-forwarded-host"):
                self.assertNotIn("forged", value, name)
        for name in asked:
            self.assertNotIn("forged", self.authorizer.asked[2].get_all(name) or [], name)

    def test_an_empty_answer_takes_away_what_the_client_sent(self):
        self.authorizer.answer = (200, {"X-Authz-Groups": "", "X-Authz-Sub": "ada"})
        answer = call(self.nginx.url, headers={"X-Authz-Groups": "admins"})
        self.assertNotIn("x-authz-groups", answer.reached)

    def test_much_about_the_caller_fits(self):
        context = "c" * 3000
        self.authorizer.answer = (200, {"X-Amzn-Request-Context": context, "X-Authz-Arn": "a" * 500})
        self.assertEqual(call(self.nginx.url).reached["x-amzn-request-context"], context)

    def test_what_may_be_signed_arrives_at_both(self):
        """The AWS command line signs Range when it takes a large object in parts."""
        self.authorizer.answer = (200, {})
        sent = {"Range": "bytes=0-1", "If-None-Match": "*", "Content-Type": "a/b", "X-Amz-Date": "now", "X-Amz-Meta-A": "a  b"}
        answer = call(self.nginx.url, headers=sent)
        for name, value in sent.items():
            self.assertEqual((answer.reached[name.lower()], self.authorizer.asked[2][name]), (value, value))

    def test_neither_nginx_nor_lifeguard_has_anything_to_say_about_the_files(self):
        for example in os.listdir(EXAMPLES):
            path = os.path.join(EXAMPLES, example, "nginx.conf")
            if os.path.exists(path):
                done = subprocess.run(["/usr/sbin/nginx", "-t", "-q", "-p", self.nginx.folder, "-c", path], capture_output=True,
                                      text=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""), example)
                settings = os.path.join(EXAMPLES, example, "lifeguard.ini")
                done = subprocess.run([BINARY, "check", "--dev", "--config", settings], capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
