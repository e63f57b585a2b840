"""Somebody else decides: callbacks in the manner of Lambda authorizers (spec/api-authorizer.md 4)."""

import http.server
import json
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from door import ACCOUNT, Door, HOST  # noqa: E402

ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:api1/$default"


class Callback(http.server.ThreadingHTTPServer):
    """Answers what it was told to, and keeps what it was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            said = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.events.append(json.loads(said))
            status, answer = self.server.answer
            time.sleep(self.server.delay)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.answer, self.events, self.delay = (200, {}), [], 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # who asked did not wait

    def stop(self):
        self.shutdown()
        self.server_close()


def policy(*statements, context=None, principal="u"):
    return 200, {"principalId": principal, "context": context or {}, "policyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource} for effect, resource in statements]}}


class Callbacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.callback = Callback()
        cls.addClassCleanup(cls.callback.stop)
        url = f"http://127.0.0.1:{cls.callback.server_port}/decide"
        kinds = {"token": "event = token", "uncached": "event = token\nttl_s = 0", "matched": "event = token\ntoken_pattern = ^good.*",
                 "request": "event = request\nsource = header.Authorization, query.tenant",
                 "v1": "event = http-1.0\nstyle = http\nsource = header.Authorization",
                 "v2": "event = http-2.0\nstyle = http\nsource = header.Authorization\nttl_s = 60",
                 "v2route": "event = http-2.0\nstyle = http\nsource = header.Authorization, route\nttl_s = 60",
                 "bare": "event = http-2.0\nstyle = http", "slow": "event = token\ntimeout_ms = 300",
                 "function": "event = token"}
        text = ""
        for name, lines in kinds.items():
            where = "arn:aws:lambda:us-east-1:1:function:x" if name == "function" else url
            text += f"[authorizer {name}]\nkind = callback\napi = api1\nurl = {where}\n{lines}\n"
            for route in ("a", "b"):
                text += f"[route {name}-{route}]\npath = /{name}/{route}/{{id}}\nauthorizer = {name}\n"
        cls.door = Door(text).start()
        cls.addClassCleanup(cls.door.stop)

    def setUp(self):
        self.callback.events.clear()
        self.callback.answer, self.callback.delay = policy(("Allow", "*")), 0
        Callbacks.count = getattr(Callbacks, "count", 0) + 1
        self.head = {"Authorization": f"good{self.count}"}

    def ask(self, uri, head=None, **more):
        return self.door.ask(uri, headers=self.head if head is None else head, **more)

    def test_what_a_token_authorizer_is_told(self):
        self.assertEqual(self.ask("/token/a/1?x=y").status, 200)
        self.assertEqual(self.callback.events, [{"type": "TOKEN", "authorizationToken": self.head["Authorization"],
                                                 "methodArn": f"{ARN}/GET/token/a/1"}])

    def test_an_answer_is_kept_under_the_token_and_asked_about_each_method(self):
        self.callback.answer = policy(("Allow", f"{ARN}/GET/token/a/1"))
        statuses = [self.ask(uri).status for uri in ("/token/a/1", "/token/a/1", "/token/a/2", "/token/b/1")]
        self.assertEqual((statuses, len(self.callback.events)), ([200, 200, 403, 403], 1))
        self.assertEqual(self.ask("/uncached/a/1").status, 403)
        self.ask("/uncached/a/1")
        self.assertEqual(len(self.callback.events), 3)

    def test_kept_answers_end(self):
        with Door(self.door_text("event = token\nttl_s = 5")) as door:
            for _ in range(2):
                self.assertEqual(door.ask("/x", headers=self.head).status, 200)
            door.advance(6)
            door.ask("/x", headers=self.head)
            self.assertEqual(len(self.callback.events), 2)

    def door_text(self, lines):
        return (f"[authorizer x]\nkind = callback\nurl = http://127.0.0.1:{self.callback.server_port}/\n{lines}\n"
                "[route x]\nauthorizer = x\n")

    def test_denials(self):
        self.callback.answer = policy(("Allow", "*"), ("Deny", f"{ARN}/GET/token/a/9"))
        verdict = self.ask("/token/a/9")
        self.assertEqual((verdict.status, verdict.json), (
            403, {"Message": "User is not authorized to access this resource with an explicit deny"}))
        self.callback.answer = policy(("Allow", f"{ARN}/GET/other"))
        verdict = self.ask("/token/a/9", {"Authorization": "somebody"})
        self.assertEqual(verdict.json, {"Message": "User is not authorized to access this resource"})
        self.assertEqual(verdict["X-Amzn-ErrorType"], "AccessDeniedException")
        verdict = self.ask("/v1/a/9")
        self.assertEqual((verdict.status, verdict.json), (403, {"message": "Forbidden"}))

    def test_a_deny_of_another_reading_counts(self):
        self.callback.answer = policy(("Allow", "*"), ("Deny", f"{ARN}/GET/token/a/admin"))
        self.assertEqual([self.ask(f"/token/a/{name}").status for name in ("x", "%61dmin", "admin")], [200, 403, 403])

    def test_no_identity_source(self):
        for uri in ("/token/a/1", "/v1/a/1", "/request/a/1?tenant="):
            verdict = self.ask(uri, {})
            self.assertEqual((verdict.status, verdict.json, verdict["WWW-Authenticate"]), (
                401, {"message": "Unauthorized"}, "Bearer"))
        self.assertEqual(self.ask("/request/a/1").status, 401)
        self.assertEqual(self.callback.events, [])
        self.assertEqual(self.ask("/bare/a/1", {}).status, 200)

    def test_token_pattern(self):
        self.assertEqual(self.ask("/matched/a/1", {"Authorization": "bad"}).status, 401)
        self.assertEqual(self.callback.events, [])
        self.assertEqual(self.ask("/matched/a/1").status, 200)

    def test_unauthorized(self):
        for answer in ((401, b""), (500, {"errorMessage": "Unauthorized"}), (200, {"errorMessage": "Unauthorized"})):
            self.callback.answer = answer
            verdict = self.ask("/token/a/1")
            if answer[0] == 500:
                self.assertEqual(verdict.status, 500)
                continue
            self.assertEqual((verdict.status, verdict.json), (401, {"message": "Unauthorized"}))

    def test_what_is_no_answer(self):
        good = policy(("Allow", "*"))[1]
        for answer in ((200, b"x"), (200, []), (200, {}), (500, good), (302, good), (200, {**good, "principalId": None}),
                       (200, {**good, "policyDocument": {"Statement": []}}), (200, {**good, "context": {"a": {}}}),
                       (200, {**good, "context": [1]}), policy(("Allow", "arn:aws:execute-api:*:*:" + "x" * 600)),
                       (200, b"{" + b" " * 9000 + b"}")):
            self.callback.answer = answer
            verdict = self.ask("/token/a/1")
            self.assertEqual((verdict.status, verdict.json, verdict["X-Amzn-ErrorType"]), (
                500, {"message": None}, "AuthorizerConfigurationException"), answer)
            verdict = self.ask("/v1/a/1")
            self.assertEqual((verdict.status, verdict.json), (500, {"message": "Internal Server Error"}), answer)
        self.callback.answer = 200, good
        self.assertEqual(self.ask("/token/a/1").status, 200)

    def test_one_that_does_not_answer(self):
        self.callback.delay = 1
        began = time.monotonic()
        self.assertEqual(self.ask("/slow/a/1").status, 500)
        self.assertLess(time.monotonic() - began, 0.9)
        self.assertEqual(self.ask("/function/a/1").status, 500)

    def test_context(self):
        self.callback.answer = policy(("Allow", "*"), context={"n": 7, "s": "x", "b": True, "none": None}, principal="somebody")
        verdict = self.ask("/token/a/1")
        self.assertEqual(verdict.context, {"principalId": "somebody", "n": "7", "s": "x", "b": "true"})
        self.assertEqual((verdict["X-Authz-Type"], verdict["X-Authz-Principal"]), ("callback", "somebody"))

    def test_simple_answers(self):
        self.callback.answer = 200, {"isAuthorized": True, "context": {"list": [1, {"a": "b"}]}}
        verdict = self.ask("/v2/a/1")
        self.assertEqual((verdict.status, verdict.context), (200, {"lambda": {"list": [1, {"a": "b"}]}}))
        self.assertEqual(self.ask("/v2/b/1").status, 200)
        self.assertEqual(len(self.callback.events), 1)
        self.ask("/v2route/a/1"), self.ask("/v2route/b/1")
        self.assertEqual(len(self.callback.events), 3)
        self.callback.answer = 200, {"isAuthorized": False}
        self.assertEqual(self.ask("/v2/a/1", {"Authorization": "no"}).json, {"message": "Forbidden"})
        self.callback.answer = 200, {"isAuthorized": "true"}
        self.assertEqual(self.ask("/v2/a/1", {"Authorization": "odd"}).status, 500)
        # of version 1.0 and REST APIs it is no answer
        self.callback.answer = 200, {"isAuthorized": True}
        self.assertEqual((self.ask("/v1/a/1").status, self.ask("/token/a/5", {"Authorization": "q"}).status), (500, 500))

    def test_what_a_request_authorizer_is_told(self):
        self.ask("/request/a/7?tenant=t1&x=1&x=2")
        event = self.callback.events[0]
        self.assertEqual([event[name] for name in ("type", "methodArn", "resource", "path", "httpMethod", "pathParameters")],
                         ["REQUEST", f"{ARN}/GET/request/a/7", "/request/a/{id}", "/request/a/7", "GET", {"id": "7"}])
        self.assertEqual((event["queryStringParameters"], event["multiValueQueryStringParameters"]["x"]),
                         ({"tenant": "t1", "x": "2"}, ["1", "2"]))
        self.assertEqual(event["requestContext"]["identity"]["sourceIp"], "198.51.100.7")

    def test_what_version_2_is_told(self):
        head = [("Authorization", "me"), ("Cookie", "a=1; b=2"), ("X-Many", "1"), ("x-many", "2"), ("X-Authz-Sub", "root"),
                ("X-Forwarded-Uri", "/x")]
        self.ask("/v2/a/7?q=1&q=2", head)
        event = self.callback.events[0]
        self.assertEqual([event[name] for name in ("version", "type", "routeArn", "identitySource", "routeKey", "rawPath",
                                                   "rawQueryString", "cookies", "pathParameters")],
                         ["2.0", "REQUEST", f"{ARN}/GET/v2/a/7", ["me"], "ANY /v2/a/{id}", "/v2/a/7", "q=1&q=2", ["a=1", "b=2"],
                          {"id": "7"}])
        self.assertEqual((event["headers"]["x-many"], event["headers"]["host"], event["queryStringParameters"]),
                         ("1,2", HOST, {"q": "1,2"}))
        self.assertFalse({"x-authz-sub", "x-forwarded-uri", "x-original-uri"} & set(event["headers"]))

    def test_long_arns(self):
        self.assertEqual(self.ask("/token/a/" + "x" * 1700).status, 414)


if __name__ == "__main__":
    unittest.main()
