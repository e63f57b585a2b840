"""Tokens: the JWT authorizer of HTTP APIs and the user-pool authorizer of REST APIs (spec/api-authorizer.md 1, 2, 13)."""

import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from door import Account, DEMO_CLIENT, DEMO_POOL, Door, forge  # noqa: E402

SETTINGS = f"""
[authorizer main]
kind = jwt
issuer = {DEMO_POOL}
audience = other, {DEMO_CLIENT}
[authorizer strict]
kind = jwt
issuer = {DEMO_POOL}
audience = {DEMO_CLIENT}
token_use = access
[authorizer strangers]
kind = jwt
issuer = {DEMO_POOL}
audience = nobody
[authorizer slashed]
kind = jwt
issuer = http://localhost:1/{DEMO_POOL}/
audience = {DEMO_CLIENT}
[authorizer late]
kind = jwt
issuer = {DEMO_POOL}
audience = {DEMO_CLIENT}
leeway_s = 120
[authorizer link]
kind = jwt
issuer = {DEMO_POOL}
audience = {DEMO_CLIENT}
source = query.token
[authorizer people]
kind = cognito
pools = arn:aws:cognito-idp:us-east-1:123456789012:userpool/{DEMO_POOL}
[authorizer matched]
kind = cognito
pools = {DEMO_POOL}
token_pattern = ^lifeguard.*
[authorizer unmatched]
kind = cognito
pools = {DEMO_POOL}
token_pattern = nobody

[route open]
path = /open/{{rest+}}
authorizer = none
[route closed]
path = /closed
authorizer = deny
[route get]
path = /pets/{{id}}
methods = GET
authorizer = main
preflight = true
[route put]
path = /pets/{{id}}
methods = PUT
authorizer = main
scopes = aws.cognito.signin.user.admin, pets/write
preflight = true
[route missing]
path = /missing
authorizer = main
scopes = pets/write
[route strict]
path = /strict
authorizer = strict
[route strangers]
path = /strangers
authorizer = strangers
[route slashed]
path = /slashed
authorizer = slashed
[route late]
path = /late
authorizer = late
[route link]
path = /link
authorizer = link
[route live]
path = /live
authorizer = main
revoked = refuse
[route id]
path = /id
authorizer = people
[route access]
path = /access
authorizer = people
scopes = x, aws.cognito.signin.user.admin
[route scoped]
path = /scoped
authorizer = people
scopes = x
[route matched]
path = /matched
authorizer = matched
[route matched-scoped]
path = /matched-scoped
authorizer = matched
scopes = aws.cognito.signin.user.admin
[route unmatched]
path = /unmatched
authorizer = unmatched
[route small]
path = /small
authorizer = main
header_bytes = 1024
[route below]
host = *.inner.example
path = /hosts
authorizer = none
[route host]
host = Inner.example
path = /hosts
authorizer = deny
"""


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class Tokens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.door = Door(SETTINGS).start()
        cls.addClassCleanup(cls.door.stop)
        cls.account = Account(cls.door.url)
        found = cls.account.tokens()
        cls.access, cls.id = found["AccessToken"], found["IdToken"]

    def ask(self, uri, token=None, *more, **named):
        return self.door.ask(uri, *more, headers=bearer(token) if token else {}, **named)

    def check(self, verdict, status, message=None, authenticate=None, kind=None):
        self.assertEqual(verdict.status, status, verdict.body)
        self.assertEqual(verdict.json if verdict.body else None, {"message": message} if message else None)
        self.assertEqual((verdict["WWW-Authenticate"], verdict["X-Amzn-ErrorType"]), (authenticate, kind))
        self.assertEqual(verdict["Apigw-Requestid"], verdict["X-Amzn-RequestId"])

    def invalid(self, verdict, why, scopes=""):
        self.check(verdict, 401, "Unauthorized", f'Bearer scope="{scopes}" error="invalid_token" error_description="{why}"')

    def test_no_token(self):
        self.check(self.ask("/pets/1"), 401, "Unauthorized", "Bearer")
        self.check(self.door.ask("/pets/1", headers={"Authorization": ""}), 401, "Unauthorized", "Bearer")
        self.check(self.door.ask("/pets/1", headers={"Authorization": "Bearer "}), 401, "Unauthorized", "Bearer")
        self.assertEqual(self.ask("/pets/1").body, '{"message":"Unauthorized"}')

    def test_both_tokens_pass_where_no_scope_is_asked_for(self):
        for token in (self.access, self.id):
            for value in (f"Bearer {token}", token, f"bearer {token}"):
                self.check(self.door.ask("/pets/1", headers={"Authorization": value}), 200)

    def test_one_of_two_scopes_is_enough(self):
        self.check(self.ask("/pets/1", self.access, "PUT"), 200)

    def test_no_scope_in_common(self):
        for token, uri in ((self.access, "/missing"), (self.id, "/missing")):
            verdict = self.ask(uri, token)
            self.check(verdict, 403, "Forbidden", 'Bearer scope="pets/write" error="insufficient_scope" '
                       'error_description="the token does not have any of the scopes of the route"')
        self.assertEqual(self.ask("/pets/1", self.id, "PUT").status, 403)

    def test_audience(self):
        self.invalid(self.ask("/strangers", self.access), "the token does not have a valid audience")
        self.invalid(self.ask("/strangers", self.id), "the token does not have a valid audience")

    def test_issuer_is_compared_exactly(self):
        self.invalid(self.ask("/slashed", self.access), "the token does not have a valid issuer")
        self.invalid(self.ask("/pets/1", forge(self.access, iss="https://other.example")),
                     "the token does not have a valid issuer")

    def test_strict_use(self):
        self.check(self.ask("/strict", self.access), 200)
        self.invalid(self.ask("/strict", self.id), "the token is of another use")

    def test_what_is_no_token_of_ours(self):
        bad = "the token has an invalid signature"
        self.invalid(self.ask("/pets/1", forge(self.access, sub="somebody")), bad)
        self.invalid(self.ask("/pets/1", forge(self.access, exp=int(time.time()) + 10 ** 6)), bad)
        self.invalid(self.ask("/pets/1", "a.b"), "token contains an invalid number of segments")
        self.invalid(self.ask("/pets/1", "a.b.c.d"), "token contains an invalid number of segments")
        self.invalid(self.ask("/pets/1", "a.b.c"), "unable to decode the token")
        self.invalid(self.ask("/pets/1", forge(self.access, header={"alg": "HS256"})), "signing method HS256 is invalid")
        self.invalid(self.ask("/pets/1", forge(self.access, header={"alg": "none"})), "signing method none is invalid")
        self.invalid(self.ask("/pets/1", forge(self.access, header={"alg": 'x" evil="y'})), "signing method is invalid")
        self.invalid(self.ask("/pets/1", forge(self.access, header={"kid": "nobody"})), "No matching JWK found for kid")
        self.invalid(self.ask("/pets/1", forge(self.access, header={"crit": ["x"]})), "unable to decode the token")

    def test_a_token_that_stands_twice(self):
        verdict = self.door.ask("/pets/1", headers=[("Authorization", self.access), ("Authorization", self.access)])
        self.invalid(verdict, "the token stands twice")
        self.invalid(self.door.ask(f"/link?token={self.access}&token={self.access}"), "the token stands twice")

    def test_a_token_in_the_query(self):
        self.check(self.door.ask(f"/link?a=b&token={self.access}"), 200)
        self.check(self.door.ask("/link", headers=bearer(self.access)), 401, "Unauthorized", "Bearer")
        self.assertNotIn(self.access, self.door.log_text())

    def test_what_the_application_learns(self):
        verdict = self.ask("/pets/1", self.access, "PUT")
        claims = verdict.context["jwt"]["claims"]
        self.assertEqual(set(verdict.context["jwt"]), {"claims", "scopes"})
        self.assertTrue(all(isinstance(value, str) for value in claims.values()))
        self.assertTrue(claims["exp"].isdigit())
        self.assertEqual(verdict.context["jwt"]["scopes"], ["aws.cognito.signin.user.admin"])
        self.assertIsNone(self.ask("/pets/1", self.access).context["jwt"]["scopes"])
        self.assertEqual([verdict[f"X-Authz-{name}"] for name in ("Type", "Sub", "Principal", "Username", "Client-Id", "Scopes")],
                         ["jwt", claims["sub"], claims["sub"], "demo", DEMO_CLIENT, "aws.cognito.signin.user.admin"])
        names = ["Type", "Principal", "Sub", "Username", "Client-Id", "Scopes", "Groups", "Identity-Id", "Identity-Pool-Id",
                 "Account", "Arn", "Content-Sha256"]
        for verdict in (verdict, self.door.ask("/open/x")):
            self.assertEqual([name for name in names if verdict[f"X-Authz-{name}"] is None], [])
            self.assertIsNotNone(verdict["X-Amzn-Request-Context"])

    def test_groups_with_awkward_names(self):
        for name in ("a,admin", "größe", "100%"):
            self.account.idp.create_group(UserPoolId=DEMO_POOL, GroupName=name)
            self.account.idp.admin_add_user_to_group(UserPoolId=DEMO_POOL, Username="demo", GroupName=name)
        token = self.account.tokens()["AccessToken"]
        for name in ("a,admin", "größe", "100%"):
            self.account.idp.delete_group(UserPoolId=DEMO_POOL, GroupName=name)
        verdict = self.ask("/pets/1", token)
        self.assertEqual(set(verdict["X-Authz-Groups"].split(",")), {"a%2Cadmin", "gr%C3%B6%C3%9Fe", "100%25"})
        self.assertTrue(verdict.context["jwt"]["claims"]["cognito:groups"].startswith("["))

    def test_claims_with_line_breaks_and_too_many_claims(self):
        account = self.account
        account.idp.admin_create_user(UserPoolId=DEMO_POOL, Username="line", UserAttributes=[
            {"Name": "name", "Value": "x" * 1500}, {"Name": "given_name", "Value": "a\r\nX-Authz-Sub: root"},
            {"Name": "address", "Value": "y" * 1500}])
        account.idp.admin_set_user_password(UserPoolId=DEMO_POOL, Username="line", Password="Correct-horse-9", Permanent=True)
        token = account.tokens("line")["IdToken"]
        verdict = self.ask("/pets/1", token)
        self.check(verdict, 200)
        self.assertEqual((verdict["X-Authz-Omitted"], verdict["X-Amzn-Request-Context"]), ("X-Amzn-Request-Context", ""))
        self.assertLess(verdict.head_bytes, 3584)
        self.assertNotEqual(verdict["X-Authz-Sub"], "root")
        self.assertLess(self.ask("/small", token).head_bytes, 1100)

    def test_our_headers_stay_below_what_nginx_takes(self):
        self.assertLess(max(self.ask("/pets/1", token).head_bytes for token in (self.access, self.id)), 3584)

    def test_preflight(self):
        asks = {"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"}
        self.check(self.door.ask("/pets/1", "OPTIONS", asks), 200)
        for headers in ({"Origin": "https://app.example"}, {"Access-Control-Request-Method": "PUT"}, {}):
            self.assertNotEqual(self.door.ask("/pets/1", "OPTIONS", headers).status, 200)
        self.assertEqual(self.door.ask("/missing", "OPTIONS", asks).status, 401)

    def test_user_pool_authorizer(self):
        refused = 401, "Unauthorized", "Bearer", "UnauthorizedException"
        self.check(self.ask("/id", self.id), 200)
        self.check(self.ask("/id", self.access), *refused)
        self.check(self.ask("/access", self.access), 200)
        self.check(self.ask("/access", self.id), *refused)
        self.check(self.ask("/scoped", self.access), *refused)
        self.check(self.ask("/id"), *refused)
        self.check(self.ask("/id", "a.b.c"), *refused)
        self.check(self.door.ask("/id", headers={"Authorization": self.id}), 200)

    def test_user_pool_authorizer_tells_claims(self):
        verdict = self.ask("/id", self.id)
        self.assertEqual((verdict["X-Authz-Type"], verdict.context["claims"]["cognito:username"]), ("cognito", "demo"))

    def test_token_pattern(self):
        self.check(self.ask("/matched", self.id), 200)
        self.assertEqual(self.ask("/unmatched", self.id).status, 401)
        self.assertEqual(self.ask("/matched-scoped", self.access).status, 401)

    def test_no_route(self):
        self.check(self.ask("/nothing"), 403, "Missing Authentication Token", None, "MissingAuthenticationTokenException")
        verdict = self.ask("/nothing", self.access)
        self.assertEqual((verdict.status, verdict["X-Amzn-ErrorType"]), (403, "IncompleteSignatureException"))
        self.assertEqual(self.ask("/pets/1", self.access, "DELETE").status, 403)
        self.check(self.ask("/closed", self.access), 403, "Forbidden", None, "ForbiddenException")

    def test_paths(self):
        for uri in ("/pets/1/", "/pets/", "/pets", "/pets/1/2", "//pets/1", "/pets//1"):
            self.assertEqual(self.ask(uri, self.access).status, 403, uri)
        for uri in ("/pets/%41", "/pets/a+b", "/pets/1?", "/pets/1?x=%2F", "/%70ets/1", "/pets/%"):
            self.assertEqual(self.ask(uri, self.access).status, 200, uri)
        for uri in ("/open/../pets/1", "/open/%2e%2e/pets/1", "/open/x/..%2f../pets/1", "/open/..\\pets/1", "/open/..;/pets/1",
                    "/open//../../pets/1", "/open/%2e%2e%2fpets%2f1", "/open/x%00", "/open/x%0a", "/open/#/../pets/1"):
            self.assertEqual(self.door.ask(uri).status, 403, uri)

    def test_hosts(self):
        for host, status in (("a.inner.example", 200), ("A.Inner.example:8443", 200), ("a.b.inner.example.", 200),
                             ("inner.example", 403), ("xinner.example", 403), ("evil.example", 403)):
            self.assertEqual(self.door.ask("/hosts", nginx={"Host": host}).status, status, host)


class Time(unittest.TestCase):
    def test_tokens_expire(self):
        with Door(SETTINGS) as door:
            tokens = Account(door.url).tokens()
            self.assertEqual(door.ask("/pets/1", headers=bearer(tokens["AccessToken"])).status, 200)
            self.assertEqual(door.ask("/late", headers=bearer(tokens["AccessToken"])).status, 200)
            door.advance(3660)
            verdict = door.ask("/pets/1", headers=bearer(tokens["AccessToken"]))
            self.assertEqual((verdict.status, verdict["WWW-Authenticate"]), (
                401, 'Bearer scope="" error="invalid_token" error_description="the token has expired"'))
            self.assertEqual(door.ask("/late", headers=bearer(tokens["AccessToken"])).status, 200)
            verdict = door.ask("/id", headers=bearer(tokens["IdToken"]))
            self.assertEqual((verdict.status, verdict.json), (401, {"message": "The incoming token has expired"}))
            door.advance(120)
            self.assertEqual(door.ask("/late", headers=bearer(tokens["AccessToken"])).status, 401)

    def test_revoked_tokens(self):
        with Door(SETTINGS) as door:
            account = Account(door.url)
            tokens = account.tokens()
            head = bearer(tokens["AccessToken"])
            self.assertEqual([door.ask(uri, headers=head).status for uri in ("/live", "/live", "/pets/1")], [200, 200, 200])
            account.idp.revoke_token(Token=tokens["RefreshToken"], ClientId=DEMO_CLIENT)
            self.assertEqual([door.ask(uri, headers=head).status for uri in ("/live", "/pets/1")], [401, 200])
            head = bearer(account.tokens()["IdToken"])
            self.assertEqual(door.ask("/live", headers=head).status, 200)
            account.idp.admin_user_global_sign_out(UserPoolId=DEMO_POOL, Username="demo")
            self.assertEqual(door.ask("/live", headers=head).status, 401)
            head = bearer(account.tokens()["IdToken"])
            self.assertEqual(door.ask("/live", headers=head).status, 200)
            account.idp.admin_disable_user(UserPoolId=DEMO_POOL, Username="demo")
            self.assertEqual(door.ask("/live", headers=head).status, 401)

    def test_a_pool_that_is_gone_has_no_tokens(self):
        with Door(SETTINGS) as door:
            account = Account(door.url)
            head = bearer(account.tokens()["AccessToken"])
            self.assertEqual(door.ask("/pets/1", headers=head).status, 200)
            account.idp.delete_user_pool(UserPoolId=DEMO_POOL)
            self.assertEqual(door.ask("/pets/1", headers=head).status, 401)


if __name__ == "__main__":
    unittest.main()
