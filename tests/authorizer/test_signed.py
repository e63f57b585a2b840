"""Signed requests: the IAM authorizer, for an API and for an object store (spec/api-authorizer.md 3, 11, 13)."""

import hashlib
import json
import os
import sys
import tempfile
import time
import unittest
import urllib.parse

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from door import ACCOUNT, API, Account, DEMO_CLIENT, DEMO_POOL, Door, HOST, REGION, sign  # noqa: E402

STORE = "s3.example.com"
SETTINGS = """
[authorizer signed]
kind = iam
api = abc
[authorizer http]
kind = iam
api = abc
style = http
[authorizer ruled]
kind = iam
api = abc
policy_file = %s
[authorizer store]
kind = iam
service = s3
bucket_host = s3.example.com

[route ignored]
path = /prod/ignored/{rest+}
authorizer = signed
stage = prod
base_path = /prod
body = ignored
[route unsigned]
path = /prod/unsigned/{rest+}
authorizer = signed
stage = prod
base_path = /prod
unsigned_payload = true
[route body]
path = /prod/body/{rest+}
authorizer = signed
stage = prod
base_path = /prod
payload = body
[route http]
path = /http/{rest+}
authorizer = http
[route ruled]
path = /ruled/{rest+}
authorizer = ruled
[route store-upload]
host = up.s3.example.com
authorizer = store
unsigned_payload = true
[route store]
host = s3.example.com
authorizer = store
[route bucket]
host = *.s3.example.com
authorizer = store
[route api]
authorizer = signed
stage = prod
base_path = /prod
"""
RULES = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/$default/GET/ruled/all/*"},
    {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/$default/*/ruled/shut/*"}]}
INVOKE = f"arn:aws:execute-api:{REGION}:*:abc"
EMPTY = hashlib.sha256(b"").hexdigest()


def allow(action, *resources, **more):
    return {"Effect": "Allow", "Action": action, "Resource": list(resources), **more}


STATEMENTS = [
    allow("execute-api:Invoke", *(f"{INVOKE}/prod/*/{path}/*" for path in ("pets", "ignored", "unsigned", "body"))),
    {"Sid": "Locked", "Effect": "Deny", "Action": "execute-api:Invoke", "Resource": f"{INVOKE}/prod/*/pets/secret"},
    {"Sid": "Home", **allow("execute-api:Invoke", f"{INVOKE}/prod/GET/home", Condition={
        "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})},
    allow("execute-api:Invoke", f"{INVOKE}/prod/GET/", f"{INVOKE}/$default/GET/http/*", f"{INVOKE}/$default/*/ruled/shut/*"),
    allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
          "arn:aws:s3:::photos/${aws:username}/*"),
    allow("s3:ListBucket", "arn:aws:s3:::photos", Condition={"StringLike": {"s3:prefix": "${aws:username}/*"}}),
    allow("s3:GetObject", "arn:aws:s3:::other/ann/*"),
]


class Signed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rules = tempfile.NamedTemporaryFile("w", suffix=".json")
        json.dump(RULES, cls.rules)
        cls.rules.flush()
        cls.addClassCleanup(cls.rules.close)
        cls.door = Door(SETTINGS % cls.rules.name).start()
        cls.addClassCleanup(cls.door.stop)
        cls.account = Account(cls.door.url)
        cls.keys = cls.user("ann")
        cls.account.iam.put_user_policy(UserName="ann", PolicyName="rights", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": STATEMENTS}))
        cls.stranger = cls.user("stranger")

    @classmethod
    def user(cls, name):
        cls.account.iam.create_user(UserName=name)
        key = cls.account.iam.create_access_key(UserName=name)["AccessKey"]
        return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}

    def ask(self, uri, method="GET", body=b"", headers=None, keys=None, **more):
        return self.door.signed(keys or self.keys, uri, method, body, headers, **more)

    def refused(self, verdict, kind, *parts):
        self.assertEqual((verdict.status, verdict["X-Amzn-ErrorType"]), (403, kind), verdict.body)
        for part in parts:
            self.assertIn(part, verdict.body)


class Api(Signed):
    def test_allowed(self):
        verdict = self.ask("/prod/pets/1?a=b")
        self.assertEqual((verdict.status, verdict["X-Authz-Type"], verdict["X-Authz-Arn"], verdict["X-Authz-Username"]), (
            200, "iam", f"arn:aws:iam::{ACCOUNT}:user/ann", "ann"))
        identity = verdict.context["identity"]
        self.assertEqual((identity["accountId"], identity["userArn"], identity["sourceIp"], identity["accessKey"]), (
            ACCOUNT, verdict["X-Authz-Arn"], "198.51.100.7", self.keys["aws_access_key_id"]))
        self.assertEqual(self.ask("/prod").status, 200)
        self.assertEqual(self.ask("/prod/").status, 200)

    def test_denied(self):
        who = f"User: arn:aws:iam::{ACCOUNT}:user/ann is not authorized to perform: execute-api:Invoke on resource: "
        where = f"arn:aws:execute-api:us-east-1:********{ACCOUNT[-4:]}:abc/prod/GET/"
        verdict = self.ask("/prod/dogs/1")
        self.refused(verdict, "AccessDeniedException")
        self.assertEqual(verdict.json, {"Message": f"{who}{where}dogs/1"})
        self.assertIn("because no identity-based policy allows the execute-api:Invoke action", self.door.reason())
        verdict = self.ask("/prod/pets/secret")
        self.assertEqual(verdict.json, {"Message": f"{who}{where}pets/secret with an explicit deny"})
        self.assertIn("rights, statement Locked (Deny)", self.door.reason())
        self.refused(self.ask("/prod/home"), "AccessDeniedException")
        self.assertIn("rights, statement Home (Allow): IpAddress of aws:SourceIp is not met by 198.51.100.7", self.door.reason())
        self.assertEqual(self.ask("/prod/home", nginx={"X-Real-IP": "10.1.2.3"}).status, 200)
        self.refused(self.ask("/prod/pets/1", keys=self.stranger), "AccessDeniedException")

    def test_other_readings_of_a_path(self):
        for uri in ("/prod/pets/%73ecret", "/prod/pets/x/../secret", "/prod/pets/./secret", "/prod/pets//secret",
                    "/prod/pets/x%2f..%2fsecret", "/prod/pets/..%2fdogs/1", "/prod/pets/x/..;/secret"):
            self.refused(self.ask(uri), "AccessDeniedException")
        for uri in ("/prod/pets/a%2Fb", "/prod/pets//1", "/prod/pets/x/../1", "/prod/pets/a+b", "/prod/pets/%C3%A4", "/prod/pets/1?",
                    "/prod/pets/1/"):
            self.assertEqual(self.ask(uri).status, 200, uri)

    def test_signatures_that_do_not_count(self):
        target, headers = sign(self.keys, API, "/prod/pets/1")
        ask = self.door.ask
        self.refused(ask("/prod/pets/2", headers=headers), "InvalidSignatureException", "does not match")
        self.refused(ask(target, "DELETE", headers), "InvalidSignatureException", "does not match")
        self.refused(ask(target + "?x=y", headers=headers), "InvalidSignatureException", "does not match")
        self.refused(ask(target, headers=headers, nginx={"Host": "other.example.com"}), "InvalidSignatureException")
        self.refused(ask(target, headers={**headers, "X-Amz-Target": "x"}), "InvalidSignatureException")
        self.refused(ask(target), "MissingAuthenticationTokenException", '{"message":"Missing Authentication Token"}')
        self.refused(ask(target, headers={"Authorization": "Bearer abc"}), "IncompleteSignatureException", "missing equal-sign")
        self.refused(ask(target, headers={"Authorization": "AWS4-HMAC-SHA256 Credential=x"}), "IncompleteSignatureException")
        unknown = {**self.keys, "aws_access_key_id": "AKIAAAAAAAAAAAAAAAAA"}
        self.refused(self.ask("/prod/pets/1", keys=unknown), "UnrecognizedClientException",
                     '{"message":"The security token included in the request is invalid."}')
        wrong = {**self.keys, "aws_secret_access_key": "x"}
        self.refused(self.ask("/prod/pets/1", keys=wrong), "InvalidSignatureException", "does not match")
        self.refused(self.ask("/prod/pets/1", service="sts"), "InvalidSignatureException", "correct service")
        self.assertEqual(ask(target, headers=headers).status, 200)

    def test_the_development_key_opens_no_api(self):
        self.refused(self.ask("/prod/pets/1", keys={"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "any"}),
                     "UnrecognizedClientException")

    def test_presigned(self):
        target, _ = sign(self.keys, API, "/prod/pets/1?x=y", expires=60)
        self.assertEqual(self.door.ask(target).status, 200)
        self.refused(self.door.ask(target.replace("x=y", "x=z")), "InvalidSignatureException")
        self.refused(self.door.ask(target, headers={"Authorization": "AWS4-HMAC-SHA256 x"}), "IncompleteSignatureException")
        old = target.replace(f"X-Amz-Date={time.strftime('%Y')}", "X-Amz-Date=2020")
        self.refused(self.door.ask(old), "InvalidSignatureException")

    def test_hop_by_hop_headers_cannot_be_signed(self):
        self.refused(self.ask("/prod/pets/1", headers={"Connection": "keep-alive"}), "InvalidSignatureException")

    def test_a_signed_length(self):
        digest = {"x-amz-content-sha256": hashlib.sha256(b"abc").hexdigest(), "Content-Length": "3"}
        target, headers = sign(self.keys, API, "/prod/pets/1", "PUT", b"abc", digest)
        headers = {name: value for name, value in headers.items() if name != "Content-Length"}
        self.assertEqual(self.door.ask(target, "PUT", headers, nginx={"X-Original-Content-Length": "3"}).status, 200)
        self.refused(self.door.ask(target, "PUT", headers, nginx={"X-Original-Content-Length": "4"}), "InvalidSignatureException")

    def test_bodies(self):
        digest = hashlib.sha256(b"abc").hexdigest()
        some = {"X-Original-Content-Length": "3"}
        verdict = self.ask("/prod/pets/1", "POST", b"abc", {"x-amz-content-sha256": digest}, nginx=some)
        self.assertEqual((verdict.status, verdict["X-Authz-Content-Sha256"]), (200, digest))
        # signed without saying what
        self.refused(self.ask("/prod/pets/1", "POST", b"abc", nginx=some), "InvalidSignatureException", "x-amz-content-sha256")
        # signed without a body, sent with one
        for method in ("DELETE", "GET", "POST"):
            self.assertEqual(self.ask("/prod/pets/1", method).status, 200)
            for more in (some, {"X-Original-Transfer-Encoding": "chunked"}):
                self.refused(self.ask("/prod/pets/1", method, nginx=more), "InvalidSignatureException", "body")
                empty = {"x-amz-content-sha256": EMPTY}
                self.refused(self.ask("/prod/pets/1", method, headers=empty, nginx=more), "InvalidSignatureException", "body")
        # under HTTP/2 nobody can tell, nor when the proxy says nothing
        for protocol in ("HTTP/2.0", "HTTP/3.0", None):
            more = {"X-Original-Protocol": protocol}
            self.refused(self.ask("/prod/pets/1", "DELETE", nginx=more), "InvalidSignatureException", "cannot be told")
            self.assertEqual(self.ask("/prod/ignored/1", "DELETE", nginx=more).status, 200)
        self.refused(self.ask("/prod/ignored/1", "DELETE", nginx=some), "InvalidSignatureException")
        for by in (self.door.forward, self.door.envoy):
            self.refused(self.ask("/prod/pets/1", by=by), "InvalidSignatureException", "cannot be told")
            self.assertEqual(self.ask("/prod/ignored/1", by=by).status, 200)

    def test_unsigned_payload(self):
        for value in ("UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"):
            named = {"x-amz-content-sha256": value}
            self.refused(self.ask("/prod/pets/1", "PUT", headers=named), "InvalidSignatureException", "does not cover the body")
            self.assertEqual(self.ask("/prod/unsigned/1", "PUT", headers=named).status, 200)
        self.refused(self.ask("/prod/unsigned/1", "PUT", headers={"x-amz-content-sha256": "whatever"}), "InvalidSignatureException")

    def test_bodies_that_the_proxy_sends(self):
        whole, part = {"x-envoy-auth-partial-body": "false"}, {"x-envoy-auth-partial-body": "true"}
        target, headers = sign(self.keys, API, "/prod/body/1", "POST", b"abc")
        envoy = self.door.envoy
        self.assertEqual(envoy(target, "POST", {**headers, **whole}, b"abc").status, 200)
        for head, body in ((whole, b"abd"), (part, b"abc"), ({}, b"abc"), (whole, b"")):
            self.refused(envoy(target, "POST", {**headers, **head}, body), "InvalidSignatureException")
        self.refused(self.door.ask(target, "POST", headers), "InvalidSignatureException", "did not arrive")
        self.assertEqual(self.ask("/prod/body/1", by=envoy).status, 200)
        lengths = {"Content-Length": "3"}
        self.assertEqual(self.door.forward(target, "POST", {**headers, **lengths}, body=b"abc").status, 200)
        self.refused(self.door.forward(target, "POST", {**headers, **lengths}, body=b"abd"), "InvalidSignatureException")

    def test_envoy_without_its_list_of_headers(self):
        target, headers = sign(self.keys, API, "/prod/ignored/1")
        bare = {"Authorization": headers["Authorization"]}
        self.assertEqual(self.door.envoy(target, headers=bare).status, 403)

    def test_http_apis_say_one_thing(self):
        self.assertEqual(self.ask("/http/1").status, 200)
        self.assertIn("iam", self.ask("/http/1").context)
        for keys, uri in ((self.stranger, "/http/1"), ({**self.keys, "aws_secret_access_key": "x"}, "/http/1")):
            verdict = self.ask(uri, keys=keys)
            self.assertEqual((verdict.status, verdict.json), (403, {"message": "Forbidden"}))
        self.assertEqual(self.door.ask("/http/1").json, {"message": "Forbidden"})

    def test_resource_policy(self):
        self.assertEqual(self.ask("/ruled/all/1", keys=self.stranger).status, 200)
        self.refused(self.ask("/ruled/all/1", "PUT", keys=self.stranger), "AccessDeniedException")
        self.refused(self.ask("/ruled/shut/1"), "AccessDeniedException", "with an explicit deny")


class People(Signed):
    """Credentials of an identity pool."""

    def test_an_identity(self):
        account = self.account
        pool = account.pool()
        role = account.role(pool, "authenticated", allow("execute-api:Invoke", f"{INVOKE}/prod/GET/pets/*"), allow(
            "s3:*Object", "arn:aws:s3:::photos/${cognito-identity.amazonaws.com:sub}/*"))
        guests = account.role(pool, "unauthenticated", allow("execute-api:Invoke", f"{INVOKE}/prod/GET/pets/*"))
        account.set_roles(pool, role, guests)
        logins = {f"cognito-idp.{REGION}.amazonaws.com/{DEMO_POOL}": account.tokens()["IdToken"]}
        identity = account.guest.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"]
        keys = account.credentials(identity, Logins=logins)
        verdict = self.ask("/prod/pets/1", keys=keys)
        self.assertEqual((verdict.status, verdict["X-Authz-Identity-Id"], verdict["X-Authz-Identity-Pool-Id"]), (200, identity, pool))
        found = verdict.context["identity"]
        self.assertEqual((found["cognitoAuthenticationType"], found["cognitoIdentityId"]), ("authenticated", identity))
        self.assertRegex(found["cognitoAuthenticationProvider"], f"^cognito-idp[^,]*{DEMO_POOL},.*:CognitoSignIn:")
        self.assertRegex(found["caller"], "^AROA.*:CognitoIdentityCredentials$")
        self.refused(self.ask("/prod/pets/1", "PUT", keys=keys), "AccessDeniedException")
        guest = account.guest.get_id(IdentityPoolId=pool)["IdentityId"]
        guest_keys = account.credentials(guest)
        self.assertEqual(self.ask("/prod/pets/1", keys=guest_keys).context["identity"]["cognitoAuthenticationType"],
                         "unauthenticated")
        # the token of another session, and none
        mixed = {**keys, "aws_session_token": guest_keys["aws_session_token"]}
        self.refused(self.ask("/prod/pets/1", keys=mixed), "UnrecognizedClientException")
        self.refused(self.ask("/prod/pets/1", keys={**keys, "aws_session_token": None}), "UnrecognizedClientException")

    def test_expired_sessions(self):
        with Door(SETTINGS % self.rules.name) as door:
            account = Account(door.url)
            pool = account.pool()
            role = account.role(pool, "unauthenticated", allow("execute-api:Invoke", "*"))
            account.set_roles(pool, role, role)
            keys = account.credentials(account.guest.get_id(IdentityPoolId=pool)["IdentityId"])
            self.assertEqual(door.signed(keys, "/prod/x").status, 200)
            door.advance(3601)
            self.refused(door.signed(keys, "/prod/x"), "ExpiredTokenException",
                         '{"message":"The security token included in the request is expired"}')


class Store(Signed):
    def s3(self, uri, method="GET", body=b"", headers=None, host=STORE, presigned=False, keys=None, **more):
        """Signed as S3 clients do it: the path is neither cleaned nor encoded twice."""
        keys = keys or self.keys
        who = Credentials(keys["aws_access_key_id"], keys["aws_secret_access_key"], keys.get("aws_session_token"))
        request = AWSRequest(method=method, url=f"http://{host}{uri}", data=b"" if presigned else body, headers=headers or {})
        (S3SigV4QueryAuth if presigned else S3SigV4Auth)(who, "s3", REGION).add_auth(request)
        found = urllib.parse.urlsplit(request.url)
        target = found.path + (f"?{found.query}" if found.query else "")
        nginx = {"Host": host, "X-Original-Content-Length": str(len(body)) if body else None, **more}
        return self.door.ask(target, method, dict(request.headers.items()), nginx=nginx)

    def statuses(self, *asked, **more):
        return [self.s3(uri, method, **more).status for method, uri in asked]

    def test_ones_own_prefix(self):
        self.assertEqual(self.statuses(("GET", "/photos/ann/a.png"), ("HEAD", "/photos/ann/a.png"), ("PUT", "/photos/ann/x/y"),
                                       ("DELETE", "/photos/ann/a%20b"), ("GET", "/photos/ann/%C3%A4")), [200] * 5)
        self.assertEqual(self.statuses(("GET", "/photos/bob/a.png"), ("PUT", "/photos/bob/a"), ("DELETE", "/photos/bob/a"),
                                       ("GET", "/photos/annabel/a"), ("GET", "/other/bob/x")), [403] * 5)
        verdict = self.s3("/photos/bob/a.png")
        self.assertIn("<Code>AccessDenied</Code>", verdict.body)
        self.assertIn("s3:GetObject on resource: arn:aws:s3:::photos/bob/a.png", self.door.reason())

    def test_no_way_into_another_prefix(self):
        for uri in ("/photos/ann/../bob/a", "/photos/ann/%2e%2e/bob/a", "/photos/ann/..%2fbob/a", "/photos/ann/%2e%2e%2fbob%2fa",
                    "/photos/ann//../bob/a", "/photos/ann/../../other/ann/../bob/a", "/photos/ann/x/../../bob/a",
                    "/photos//bob/a", "//photos/bob/a"):
            self.assertEqual(self.s3(uri).status, 403, uri)

    def test_listing(self):
        self.assertEqual(self.statuses(("GET", "/photos?list-type=2&prefix=ann%2F&delimiter=%2F"), ("GET", "/photos/?prefix=ann%2Fx")),
                         [200, 200])
        self.assertEqual(self.statuses(("GET", "/photos?list-type=2&prefix=bob%2F"), ("GET", "/photos?list-type=2"), ("GET", "/photos"),
                                       ("GET", "/"), ("GET", "/photos?prefix=ann%2F&prefix=bob%2F")), [403] * 5)
        self.assertEqual(self.s3("/photos?prefix=bob%2F").status, 403)
        self.assertIn("StringLike of s3:prefix is not met by bob/", self.door.reason())

    def test_multipart(self):
        self.assertEqual(self.statuses(("POST", "/photos/ann/big?uploads"), ("PUT", "/photos/ann/big?partNumber=1&uploadId=u"),
                                       ("POST", "/photos/ann/big?uploadId=u"), ("GET", "/photos/ann/big?uploadId=u"),
                                       ("DELETE", "/photos/ann/big?uploadId=u")), [200] * 5)
        self.assertEqual(self.statuses(("POST", "/photos/bob/big?uploads"), ("PUT", "/photos/bob/big?partNumber=1&uploadId=u"),
                                       ("GET", "/photos?uploads")), [403] * 3)

    def test_what_needs_more_than_an_object(self):
        self.assertEqual(self.statuses(("GET", "/photos/ann/a?acl"), ("PUT", "/photos/ann/a?acl"), ("PUT", "/photos/ann/a?tagging"),
                                       ("GET", "/photos/ann/a?versionId=1"), ("DELETE", "/photos/ann/a?versionId=1"), ("PUT", "/photos"),
                                       ("DELETE", "/photos"), ("POST", "/photos?delete"), ("POST", "/photos"), ("PATCH", "/photos/ann/a"),
                                       ("GET", "/photos/ann/a?unheard-of"), ("GET", "/photos/ann/a?acl&tagging")), [403] * 12)
        for name in ("x-amz-acl", "x-amz-grant-read", "x-amz-tagging", "x-amz-object-lock-mode"):
            self.assertEqual(self.s3("/photos/ann/a", "PUT", headers={name: "x"}).status, 403, name)

    def test_copies(self):
        for source, status in (("/other/ann/a", 200), ("other/ann/a", 200), ("/other/ann%2Fa", 200), ("/other/bob/a", 403),
                               ("/other/ann/../bob/a", 403), ("/other/ann/a?versionId=3", 403), ("arn:aws:s3:x", 403), ("/other", 403)):
            verdict = self.s3("/photos/ann/copy", "PUT", headers={"x-amz-copy-source": source})
            self.assertEqual(verdict.status, status, source)

    def test_parameters_that_a_store_may_take_for_headers(self):
        for name in ("x-amz-copy-source=%2Fother%2Fbob%2Fa", "X-Amz-Acl=public-read", "x-amz-tagging=a"):
            self.assertEqual(self.s3(f"/photos/ann/a?{name}", "PUT").status, 403, name)
        self.assertEqual(self.s3("/photos/ann/a?response-content-type=text%2Fplain&x-id=GetObject").status, 200)

    def test_a_header_that_stands_twice(self):
        target, headers = sign(self.keys, f"http://{STORE}", "/photos/ann/a", "PUT", b"", {
            "x-amz-content-sha256": EMPTY, "x-amz-copy-source": "/other/ann/a,/other/bob/a"}, service="s3")
        pairs = [(n, v) for n, v in headers.items() if n != "x-amz-copy-source"]
        pairs += [("x-amz-copy-source", "/other/ann/a"), ("x-amz-copy-source", "/other/bob/a")]
        self.assertEqual(self.door.ask(target, "PUT", pairs, nginx={"Host": STORE}).status, 403)
        self.assertEqual(self.door.reason(), "a header of S3 stands twice")

    def test_buckets_before_the_host(self):
        for host, uri, status in (("photos.s3.example.com", "/ann/a", 200), ("photos.s3.example.com", "/bob/a", 403),
                                  ("photos.s3.example.com", "/?prefix=ann%2F", 200), ("other.s3.example.com", "/ann/a", 200),
                                  ("other.s3.example.com", "/photos/ann/a", 403)):
            self.assertEqual(self.s3(uri, host=host).status, status, (host, uri))

    def test_presigned(self):
        self.assertEqual(self.s3("/photos/ann/a", presigned=True).status, 200)
        self.assertEqual(self.s3("/photos/bob/a", presigned=True).status, 403)
        # which says nothing about a body: one is taken only where the route says so
        self.assertEqual(self.s3("/photos/ann/a", "PUT", b"x", presigned=True).status, 403)
        self.assertEqual(self.s3("/ann/a", "PUT", b"x", presigned=True, host="up.s3.example.com").status, 403)
        self.assertIn("s3:PutObject on resource: arn:aws:s3:::up/ann/a", self.door.reason())

    def test_bodies(self):
        verdict = self.s3("/photos/ann/a", "PUT", b"abc")
        self.assertEqual((verdict.status, verdict["X-Authz-Content-Sha256"]), (200, hashlib.sha256(b"abc").hexdigest()))
        unsigned = {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
        request = AWSRequest(method="PUT", url=f"http://{STORE}/photos/ann/a", data=b"", headers=unsigned)
        who = Credentials(self.keys["aws_access_key_id"], self.keys["aws_secret_access_key"])
        SigV4Auth(who, "s3", REGION).add_auth(request)
        verdict = self.door.ask("/photos/ann/a", "PUT", dict(request.headers.items()), nginx={"Host": STORE})
        self.assertIn("<Code>SignatureDoesNotMatch</Code>", verdict.body)

    def test_errors_are_those_of_s3(self):
        for keys, code in (({**self.keys, "aws_access_key_id": "AKIAAAAAAAAAAAAAAAAA"}, "InvalidAccessKeyId"),
                           ({**self.keys, "aws_secret_access_key": "x"}, "SignatureDoesNotMatch")):
            verdict = self.s3("/photos/ann/a", keys=keys)
            self.assertEqual((verdict.status, verdict["Content-Type"]), (403, "application/xml"))
            self.assertIn(f"<Code>{code}</Code>", verdict.body)


del Signed

if __name__ == "__main__":
    unittest.main()
