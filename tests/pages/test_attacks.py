"""Ways round the pages: other people's forms, other clients' users, requests that are turned on the way, and many at once."""

import concurrent.futures
import json
import os
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from own import Own  # noqa: E402
from visitor import Visitor  # noqa: E402
from world import APP, PASSWORD, ApiError, totp  # noqa: E402

MANY = 64


class Attack(Own):
    def authorize(self, visitor, **more):
        return visitor.request("GET", "/oauth2/authorize?" + self.query(**more))

    def is_there(self, name):
        try:
            self.admin("AdminGetUser", Username=name)
        except ApiError:
            return False
        return True

    def at_once(self, call, count=MANY):
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            return [one.result() for one in [pool.submit(call) for _ in range(count)]]

    def post(self, path, **fields):
        return Visitor(self.server).request("POST", path, urllib.parse.urlencode({"client_id": self.client, **fields}))


class Forms(Attack):
    """Two people, one browser: what one of them has opened is not done to the other."""

    def two(self, path):
        """(browser, the first one's form), when the second one has signed in in another tab."""
        self.pool(client={"AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"]})
        self.user("ada")
        self.user("bob")
        visitor, old = self.enter(path)
        page = visitor.get(self.own("/login", goal="account", prompt="login"))
        self.check_at(visitor.press(page, username="bob", password=PASSWORD), "/account")
        return visitor, old

    def test_account_of_another_is_not_deleted(self):
        visitor, old = self.two("/account/delete")
        self.check_at(visitor.press(old, sure="on"), "/account/delete")
        self.assertTrue(self.is_there("ada") and self.is_there("bob"))

    def test_profile_and_contact_of_another_stay(self):
        for path, field in (("/account/profile", "attribute__nickname"), ("/account/contact", "attribute__email")):
            with self.subTest(path):
                visitor, old = self.two(path)
                self.check_at(visitor.press(old, **{field: "other@example.com"}), path)
                self.assertNotIn("other@example.com", self.attributes("bob").values())

    def test_form_without_a_word_about_its_owner(self):
        self.pool(client={"AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin"]})
        self.user("ada")
        visitor, page = self.enter("/account/delete")
        for mark in ("", ".", "x", ".x"):
            self.check_at(visitor.press(page, sure="on", _state=mark), "/account/delete")
        self.assertTrue(self.is_there("ada"))
        visitor.press(page, sure="on")
        self.assertFalse(self.is_there("ada"))

    def test_to_continue_is_about_the_name_that_was_shown(self):
        self.pool()
        self.user("ada")
        self.user("bob")
        visitor, _ = self.begin("ada")
        old = visitor.get("/login?" + self.query())
        self.assertIn("ada", old.body)
        page = visitor.get("/login?" + self.query(prompt="login"))
        self.check_in(visitor.press(page, username="bob", password=PASSWORD))
        page = visitor.press(old, "continue")
        self.check_at(page, "/login")
        self.assertIn("bob", page.body)
        self.check_in(visitor.press(page, "continue"))


class OtherProviders(Attack):
    """A client that lists other providers alone has no users of the pool's own."""

    def setUp(self):
        self.pool(client={"AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"]})
        self.user("ada")
        self.own_client = self.client
        self.server.call("CreateIdentityProvider", {
            "UserPoolId": self.pool_id, "ProviderName": "corp", "ProviderType": "OIDC", "ProviderDetails": {
                "client_id": "a", "client_secret": "b", "attributes_request_method": "GET", "oidc_issuer": "https://idp.example.com",
                "authorize_scopes": "openid"}})
        self.other = self.server.call("CreateUserPoolClient", {
            "UserPoolId": self.pool_id, "ClientName": "corporate", "CallbackURLs": [APP], "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email"], "AllowedOAuthFlowsUserPoolClient": True,
            "SupportedIdentityProviders": ["corp"]})["UserPoolClient"]["ClientId"]

    def test_nobody_signs_up(self):
        self.client = self.own_client
        visitor = Visitor(self.server)
        form = visitor.get("/signup?" + self.query())
        self.client = self.other
        self.assertEqual(visitor.get("/signup?" + self.query()).status, 403)
        form.path = "/signup?" + self.query()
        self.assertEqual(visitor.submit(form, username="eve", attribute__email="eve@example.com", password=PASSWORD).status, 403)
        self.assertFalse(self.is_there("eve"))

    def test_session_of_the_pools_own_is_nobodys_there(self):
        for how in ("sign in", "sign up"):
            with self.subTest(how):
                self.client = self.own_client
                if how == "sign in":
                    visitor, page = self.begin("ada")
                else:
                    visitor = Visitor(self.server)
                    page = visitor.get("/signup?" + self.query())
                    page = visitor.press(page, username="eve", attribute__email="eve@example.com", password=PASSWORD)
                    page = visitor.press(page, code=self.server.code("eve@example.com"))
                self.check_in(page)
                self.check_in(self.authorize(visitor))
                self.client = self.other
                self.assertIn("error=login_required", self.authorize(visitor, prompt="none").location)
                self.assertTrue(self.authorize(visitor).location.startswith("/login?"))
                self.assertNotIn("code=", visitor.get("/login?" + self.query(prompt="none")).location)
                self.assertNotIn("code=", visitor.request("GET", "/passkeys/add?" + self.query()).location)
                self.client = self.own_client
                self.check_in(self.authorize(visitor))


class Requests(Attack):
    def test_another_way_back_keeps_what_the_application_asked_for(self):
        self.pool()
        self.user()
        visitor, page = self.begin()
        self.check_in(page)
        self.server.advance(100)
        for more in ({"prompt": "login"}, {"max_age": "10"}):
            page = visitor.get("/passkeys/add?" + self.query(**more))
            self.check_at(page, "/passkeys/add")
            page = visitor.press(page, "skip")
            self.check_at(page, "/login")
            self.assertIn('name="password"', page.body)
        self.check_in(visitor.press(visitor.get("/passkeys/add?" + self.query()), "skip"))

    def test_a_sign_in_on_the_way_to_a_passkey_is_asked_for_once(self):
        self.pool()
        self.user()
        visitor, page = self.begin()
        self.check_in(page)
        self.server.advance(400)
        for more in ({}, {"prompt": "login"}, {"login_hint": "bob"}, {"login_hint": "bob", "prompt": "login", "max_age": "60"}):
            page = visitor.get("/passkeys/add?" + self.query(**more))
            self.check_at(page, "/login")
            page = visitor.press(page, username="ada", password=PASSWORD)
            self.check_at(page, "/passkeys/add")
            self.check_in(visitor.press(page, "skip"))
            self.server.advance(400)

    def test_a_pushed_request_is_answered_once(self):
        self.pool()
        self.user()
        pushed = json.loads(self.post("/oauth2/par", response_type="code", redirect_uri=APP, scope="openid", state="s-1").body)
        query = urllib.parse.urlencode({"client_id": self.client, "request_uri": pushed["request_uri"]})
        visitor = Visitor(self.server)
        for _ in range(3):  # a page may be loaded again
            page = visitor.get("/oauth2/authorize?" + query)
            self.check_at(page, "/login")
        self.check_in(visitor.press(page, username="ada", password=PASSWORD))
        for path in ("/oauth2/authorize?", "/login?prompt=none&"):
            pages = self.at_once(lambda: visitor.copy().get(path + query), 8)
            self.assertFalse([one for one in pages if "code=" in (one.location or "")])
        pushed = json.loads(self.post("/oauth2/par", response_type="code", redirect_uri=APP, scope="openid").body)
        query = urllib.parse.urlencode({"client_id": self.client, "request_uri": pushed["request_uri"]})
        pages = self.at_once(lambda: visitor.copy().request("GET", "/oauth2/authorize?" + query))
        self.assertEqual(sum("code=" in (one.location or "") for one in pages), 1)
        self.assertTrue(all(one.location.startswith(APP) for one in pages))

    def test_no_code_is_made_where_no_application_asked(self):
        self.pool()
        self.user()
        visitor, _ = self.enter()
        for goal in ("account", "add_passkey", "device"):
            page = visitor.get(self.own("/passkeys/add", goal=goal))
            self.check_at(page, "/passkeys/add")
            self.assertNotIn("code=", visitor.submit(page, "skip").location)

    def test_password_that_an_administrator_reset_ends_sessions(self):
        self.pool()
        self.user()
        visitor, page = self.begin()
        self.check_in(page)
        self.admin("AdminResetUserPassword", Username="ada")
        self.assertTrue(self.authorize(visitor).location.startswith("/login?"))
        self.check_at(visitor.get(self.own()), "/login")

    def test_address_that_is_too_long_to_be_sent_is_an_error(self):
        self.pool()
        for path in ("/oauth2/authorize", "/logout"):
            for size in (3000, 20000, 300000):
                page = self.post(path, response_type="code", redirect_uri=APP, login_hint="x" * size)
                self.assertEqual(page.status, 303)
                self.assertTrue(page.location.startswith("/login?" if size == 3000 else "/error?"), page.location[:100])
        for size in (6000, 9000, 12000, 13500):
            visitor = Visitor(self.server)
            visitor.cookies["x"] = "y" * 1500
            page = visitor.request("GET", "/oauth2/authorize?" + self.query(login_hint="x" * size))
            self.assertIn(page.status, (302, 431))


    def test_what_is_too_long_for_a_cookie_is_an_error(self):
        self.pool()
        self.user()
        visitor, _ = self.enter()
        begun = json.loads(self.post("/oauth2/device_authorization", scope="openid").body)
        page = visitor.press(visitor.get("/device"), user_code=begun["user_code"])
        self.check_at(page, "/device/confirm")
        self.assertIn(visitor.submit(page, "connect", user_code=begun["user_code"] + "." * 100000).status, (303, 400))

    def test_long_addresses_and_many_cookies_are_answered(self):
        self.pool(client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
                  Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})
        visitor, page = self.login()
        visitor.submit(page, username="u" * 512)  # leaves a long cookie
        for size in (3000, 4500, 5500, 5900):
            for more in (0, 2000, 3000, 6000):
                one = visitor.copy()
                one.cookies["x"] = "y" * more
                page.path = "/login?" + self.query(login_hint="x" * size)
                self.assertIn(one.submit(page, username="v" * 512).status, (303, 431))


class AtOnce(Attack):
    def test_of_many_who_press_a_button_of_a_device_one_decides(self):
        self.pool()
        self.user()
        begun = json.loads(self.post("/oauth2/device_authorization", scope="openid").body)
        visitor = Visitor(self.server)
        page = visitor.get("/device")
        page = visitor.press(page, user_code=begun["user_code"])
        page = visitor.press(page, username="ada", password=PASSWORD)
        self.check_at(page, "/device/confirm")
        actions = iter(["connect", "deny"] * (MANY // 2))
        pages = self.at_once(lambda: visitor.copy().submit(page, next(actions)))
        self.assertEqual(sum(one.status != 400 for one in pages), 1, [one.status for one in pages])
        answers = self.at_once(lambda: self.post("/oauth2/token", grant_type="urn:ietf:params:oauth:grant-type:device_code",
                                                 device_code=begun["device_code"]))
        got = [json.loads(one.body) for one in answers]
        self.assertLessEqual(sum("access_token" in one for one in got), 1)
        self.assertLessEqual(sum(one.get("error") == "access_denied" for one in got), 1)
        self.assertEqual(sum("access_token" in one or one.get("error") == "access_denied" for one in got), 1)
        self.assertTrue(all("access_token" in one or one["error"] in ("invalid_grant", "access_denied") for one in got), got)

    def test_of_many_answers_to_one_code_one_signs_in(self):
        self.pool(mfa={"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}})
        self.user()
        visitor, page = self.begin()
        self.check_at(page, "/mfaTotp")
        secret = self.secret(page)
        code = totp(secret, self.clock())
        pages = self.at_once(lambda: visitor.copy().submit(page, code=code))
        self.assertEqual(sum((one.location or "").startswith(APP) for one in pages), 1, [one.status for one in pages])

    def test_of_many_who_set_a_password_by_one_code_one_does(self):
        self.pool()
        self.user()
        visitor = Visitor(self.server)
        page = visitor.press(visitor.get("/forgotPassword?" + self.query()), username="ada")
        code = self.server.code("ada@example.com")
        pages = self.at_once(lambda: visitor.copy().submit(page, code=code, password="Another-horse-8"))
        self.assertEqual(sum("/login?" in (one.location or "") for one in pages), 1, [one.status for one in pages])

    def test_of_many_who_sign_up_under_one_name_one_does(self):
        self.pool()
        visitor = Visitor(self.server)
        page = visitor.get("/signup?" + self.query())
        pages = self.at_once(lambda: visitor.copy().submit(page, username="eve", attribute__email="eve@example.com", password=PASSWORD))
        self.assertTrue(all(one.status in (303, 400) for one in pages), [one.status for one in pages])
        self.assertEqual(len(self.admin("ListUsers")["Users"]), 1)
        codes = {m["code"] for m in self.server.messages(pool=self.pool_id) if m["code"]}
        self.assertEqual(len(codes), 1, "the code that was sent is the one that counts")


class Alike(Attack):
    """Whatever is told by sizes: cookies and pages for somebody and for nobody are as long as each other."""

    def sizes(self, path, name, **fields):
        visitor = Visitor(self.server)
        page = visitor.get(path + "?" + self.query())
        answer = visitor.submit(page, username=name, **fields)
        shown = visitor.follow(answer)
        return (answer.status, shown.status, shown.at, [len(c.split(";")[0]) for c in answer.headers.get_all("Set-Cookie") or []],
                len(shown.body))

    def test_pages_have_one_size(self):
        self.pool()
        self.user("somebody")
        self.user("disabled")
        self.admin("AdminDisableUser", Username="disabled")
        self.user("forceful", password=None)
        for path, fields in (("/login", {"password": "Wrong-horse-9"}), ("/forgotPassword", {}), ("/confirm", {"code": "000000"})):
            nobody = self.sizes(path, "nobody00", **fields)
            for name in ("somebody", "disabled", "forceful"):
                self.assertEqual(self.sizes(path, name, **fields), nobody, f"{path} {name}")

    def test_first_factors_have_one_size(self):
        self.pool(client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
                  Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})
        self.user("somebody")
        somebody = self.sizes("/login", "somebody")
        # Some of nobody's names are asked for a code at once, as people without a password are.
        alike = [one for one in (self.sizes("/login", f"nobody{n:02}") for n in range(20)) if one[2] == somebody[2]]
        self.assertGreater(len(alike), 5)
        self.assertEqual(set(map(str, alike)), {str(somebody)})


if __name__ == "__main__":
    unittest.main()
