"""From a sign-in to an answer of an API behind nginx: with tokens, and with credentials of an identity pool; examples/api."""

import base64
import json
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib"), os.path.join(HERE, "..", "saml", "lib")]
from calls import bearer, call, signed  # noqa: E402
from gateway import Gateway, environment  # noqa: E402
from idp import ACS, ATTRIBUTE, Idp  # noqa: E402
from people import DEVELOPER, PROVIDER, policy  # noqa: E402
from peers import EXAMPLES, App, Issuer  # noqa: E402

from lifeguard import DEMO_CLIENT  # noqa: E402


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def setUpModule():
    app = App()
    unittest.addModuleCleanup(app.stop)
    Api.gateway = Gateway("api", "127.0.0.1:3000", app)
    unittest.addModuleCleanup(Api.gateway.stop)


class Api(unittest.TestCase):
    gateway = None

    def setUp(self):
        self.url, self.account = self.gateway.url, self.gateway.account
        self.tokens = self.account.tokens()

    def user(self):
        return self.gateway.keys(Logins={PROVIDER: self.tokens["IdToken"]})

    def refused(self, answer, *reason):
        """Not with 403 alone: our log says why."""
        self.assertEqual((answer.status, answer.json), (403, {"message": "Forbidden"}))
        for part in reason:
            self.assertIn(part, self.gateway.reason())


class Tokens(Api):
    def test_the_application_learns_who_calls(self):
        access, sub = self.tokens["AccessToken"], claims(self.tokens["AccessToken"])["sub"]
        for authorization in (f"Bearer {access}", access):
            answer = call(self.url, "/orders/1?x=%2F", headers={"Authorization": authorization})
            self.assertEqual((answer.status, answer.json["path"]), (200, "/orders/1?x=%2F"))
            self.assertEqual({name: answer.reached[f"x-authz-{name}"] for name in ("sub", "username", "client-id", "scopes")}, {
                "sub": sub, "username": "demo", "client-id": DEMO_CLIENT, "scopes": "aws.cognito.signin.user.admin"})
        answer = call(self.url, "/orders", headers=bearer(self.tokens["IdToken"]))
        self.assertEqual((answer.status, answer.reached["x-authz-sub"]), (200, sub))

    def test_scopes(self):
        answer = call(self.url, "/account", headers=bearer(self.tokens["AccessToken"]))
        self.assertEqual(answer.status, 200)
        self.refused(call(self.url, "/orders/1", "PUT", bearer(self.tokens["AccessToken"])))
        # An ID token has none.
        self.refused(call(self.url, "/account", headers=bearer(self.tokens["IdToken"])))

    def test_no_token_and_bad_ones(self):
        answer = call(self.url, "/orders")
        self.assertEqual((answer.status, answer.json), (401, {"message": "Unauthorized"}))
        self.assertEqual(answer.headers["www-authenticate"], "Bearer")
        head, body, signature = self.tokens["AccessToken"].split(".")
        none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
        for token in (f"{head}.{body}.{signature[:-2]}AA", f"{none}.{body}.", f"{head}.{body}.", "x.y.z", "x", self.tokens["RefreshToken"]):
            answer = call(self.url, "/orders", headers=bearer(token))
            self.assertEqual(answer.status, 401, token[:30])
            self.assertIn('error="invalid_token"', answer.headers["www-authenticate"])

    def test_an_expired_token(self):
        headers = bearer(self.tokens["AccessToken"])
        self.assertEqual(call(self.url, "/orders", headers=headers).status, 200)
        self.gateway.server.advance(3601)
        answer = call(self.url, "/orders", headers=headers)
        self.assertEqual(answer.status, 401)
        self.assertIn("expired", answer.headers["www-authenticate"])

    def test_who_signed_out_is_out_at_once_where_the_route_says_so(self):
        headers = bearer(self.tokens["AccessToken"])
        self.assertEqual(call(self.url, "/account", headers=headers).status, 200)
        self.account.idp.global_sign_out(AccessToken=self.tokens["AccessToken"])
        self.assertEqual(call(self.url, "/account", headers=headers).status, 401)
        self.assertEqual(call(self.url, "/orders", headers=headers).status, 200)

    def test_a_route_that_nobody_declared(self):
        self.assertEqual(call(self.url, "/nothing", headers=bearer(self.tokens["AccessToken"])).status, 403)
        self.assertEqual(call(self.url, "/public/x").status, 200)


class Signatures(Api):
    def test_the_sdk_of_javascript(self):
        identity, _ = self.user()
        lines = self.gateway.run_node("api/call.mjs", self.gateway.pool, "GET", "/orders", "GET", "/reports/2026",
                                      "POST", f"/reports/{identity}/1", "POST", "/reports/others/1", "GET", "/reports/secret/1")
        self.assertEqual([line.split()[2] for line in lines.splitlines()], ["200", "200", "200", "403", "403"])
        self.assertIn("a report", lines)

    def test_boto3(self):
        script = os.path.join(EXAMPLES, "api", "call.py")
        said = self.gateway.run(["/usr/bin/python3", script, self.gateway.pool, "GET", "/reports/2026"])
        self.assertIn(" 200 ", said)
        said = self.gateway.run(["/usr/bin/python3", script, self.gateway.pool, "--guest", "GET", "/reports/2026"])
        self.assertIn(" 403 ", said)

    def test_curl(self):
        _, keys = self.user()

        def curl(target, *words):
            done = subprocess.run([
                "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--aws-sigv4", "aws:amz:us-east-1:execute-api", "--user",
                f"{keys['aws_access_key_id']}:{keys['aws_secret_access_key']}", "-H",
                f"x-amz-security-token: {keys['aws_session_token']}", *words, self.url + target], env=environment(),
                capture_output=True, text=True, timeout=30, check=True)
            return done.stdout
        self.assertEqual(curl("/reports/2026"), "200")
        self.assertEqual(curl("/reports/secret/1"), "403")

    def test_the_application_learns_who_signed(self):
        identity, keys = self.user()
        answer = signed(keys, self.url, "/reports/a%20b?to=2&from=1")
        self.assertEqual((answer.status, answer.json["path"]), (200, "/reports/a%20b?to=2&from=1"))
        self.assertEqual((answer.reached["x-authz-identity-id"], answer.reached["x-authz-identity-pool-id"]),
                         (identity, self.gateway.pool))
        self.assertEqual(answer.reached["x-authz-arn"],
                         "arn:aws:sts::123456789012:assumed-role/ApiUser/CognitoIdentityCredentials")
        self.assertNotIn("x-amz-security-token", answer.reached)

    def test_what_the_policy_denies_is_refused_and_the_log_says_why(self):
        identity, keys = self.user()
        self.refused(signed(keys, self.url, "/reports/secret/1"), "GET/reports/secret/1", "explicit deny")
        self.refused(signed(keys, self.url, "/reports/2026", "DELETE"), "DELETE/reports/2026")
        self.assertEqual(signed(keys, self.url, f"/reports/{identity}/1", "DELETE").status, 200)


class Kinds(Api):
    """Whoever an identity pool knows, with what his role allows."""

    def test_a_guest_and_what_becomes_of_him(self):
        identity, keys = self.gateway.keys()
        self.assertEqual(signed(keys, self.url, "/reports/public/1").status, 200)
        self.refused(signed(keys, self.url, "/reports/2026"), "GET/reports/2026")
        self.refused(signed(keys, self.url, f"/reports/{identity}/1", "POST"))
        # He signs in, and is who he was.
        self.account.idp.admin_create_user(UserPoolId="us-east-1_Lifeguard", Username="upgraded", MessageAction="SUPPRESS")
        self.account.idp.admin_set_user_password(UserPoolId="us-east-1_Lifeguard", Username="upgraded",
                                                 Password="Correct-horse-9", Permanent=True)
        logins = {"Logins": {PROVIDER: self.account.tokens("upgraded")["IdToken"]}}
        found = self.account.credentials(identity, **logins)
        self.assertEqual(self.gateway.keys(**logins)[0], identity)
        self.assertEqual(signed(found, self.url, f"/reports/{identity}/1", "POST").reached["x-authz-identity-id"], identity)

    def test_a_developers_user_by_both_flows(self):
        own = self.account.admin.get_open_id_token_for_developer_identity(
            IdentityPoolId=self.gateway.pool, Logins={DEVELOPER: "ada"})
        identity, token = own["IdentityId"], own["Token"]
        enhanced = self.account.credentials(identity, Logins={"cognito-identity.amazonaws.com": token})
        basic = self.account.assume("arn:aws:iam::123456789012:role/ApiUser", token)
        for keys, name in ((enhanced, "CognitoIdentityCredentials"), (basic, "basic")):
            answer = signed(keys, self.url, f"/reports/{identity}/1", "PUT")
            self.assertEqual(answer.status, 200)
            self.assertTrue(answer.reached["x-authz-arn"].endswith("/" + name))
            self.refused(signed(keys, self.url, "/reports/another/1", "PUT"))

    def test_a_foreign_issuers_user(self):
        issuer = Issuer()
        self.addCleanup(issuer.stop)
        arn = self.account.iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["app"], ThumbprintList=["0" * 40])
        pool = self.account.admin.describe_identity_pool(IdentityPoolId=self.gateway.pool)
        del pool["ResponseMetadata"]
        self.account.admin.update_identity_pool(**{**pool, "OpenIdConnectProviderARNs": [arn["OpenIDConnectProviderArn"]]})
        identity, keys = self.gateway.keys(Logins={issuer.name: issuer.id_token("ada")})
        self.assertEqual(signed(keys, self.url, "/reports/2026").reached["x-authz-identity-id"], identity)
        with self.assertRaises(self.account.guest.exceptions.NotAuthorizedException):
            self.gateway.keys(Logins={issuer.name: issuer.id_token("ada", "other")})

    def test_who_a_saml_provider_vouches_for(self):
        idp, iam = Idp(), self.account.iam
        self.addCleanup(idp.close)
        arn = iam.create_saml_provider(Name="corp", SAMLMetadataDocument=idp.metadata())["SAMLProviderArn"]
        role = iam.create_role(RoleName="Staff", AssumeRolePolicyDocument=policy({
            "Principal": {"Federated": arn}, "Action": "sts:AssumeRoleWithSAML",
            "Condition": {"StringEquals": {"SAML:aud": ACS}}}))["Role"]["Arn"]
        iam.put_role_policy(RoleName="Staff", PolicyName="calls", PolicyDocument=policy({
            "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:orders/$default/*/reports/${saml:sub}/*"}))
        said = idp.respond({ATTRIBUTE + "Role": [f"{role},{arn}"], ATTRIBUTE + "RoleSessionName": ["ada"]}, name="ada", assertion=True)
        found = self.account.sts.assume_role_with_saml(
            RoleArn=role, PrincipalArn=arn, SAMLAssertion=base64.b64encode(said.encode()).decode())["Credentials"]
        keys = {"aws_access_key_id": found["AccessKeyId"], "aws_secret_access_key": found["SecretAccessKey"],
                "aws_session_token": found["SessionToken"]}
        answer = signed(keys, self.url, "/reports/ada/1", "PUT")
        self.assertEqual(answer.reached["x-authz-arn"], "arn:aws:sts::123456789012:assumed-role/Staff/ada")
        self.refused(signed(keys, self.url, "/reports/bob/1", "PUT"), "PUT/reports/bob/1")


if __name__ == "__main__":
    unittest.main()
