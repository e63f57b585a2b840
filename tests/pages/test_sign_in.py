"""Sign-in on the pages, with scripts off: each journey, and each wrong turn (spec/oauth-endpoints.md 7)."""

import base64
import hashlib
import json
import os
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from visitor import Visitor  # noqa: E402
from world import APP, PASSWORD, Case, totp  # noqa: E402

TOTP = {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}}


class Password(Case):
    def setUp(self):
        self.pool()
        self.user("ada")

    def test_right_password_leads_back_with_a_code(self):
        visitor, page = self.login()
        self.check_at(page, "/login")
        page = visitor.press(page, username="ada", password=PASSWORD)
        self.assertEqual(page.status, 303)
        values = self.check_in(page)
        self.assertGreater(len(values["code"]), 30)
        self.assertTrue(any(name.startswith("cognito") for name in visitor.cookies))

    def test_code_gives_tokens(self):
        visitor, page = self.login()
        code = self.check_in(visitor.press(page, username="ada", password=PASSWORD))["code"]
        answer = visitor.request("POST", "/oauth2/token", urllib.parse.urlencode({
            "grant_type": "authorization_code", "client_id": self.client, "code": code, "redirect_uri": APP}))
        self.assertEqual(answer.status, 200, answer.body)
        tokens = json.loads(answer.body)
        claims = json.loads(base64.urlsafe_b64decode(tokens["id_token"].split(".")[1] + "=="))
        self.assertEqual(claims["email"], "ada@example.com")

    def test_wrong_password_and_unknown_name_look_alike(self):
        pages = []
        for name in ("ada", "nobody"):
            visitor, page = self.login()
            page = visitor.press(page, username=name, password="Wrong-horse-9")
            self.check_at(page, "/login", "Wrong user name")
            self.assertEqual(dict(page.form.fields)["username"], name)
            self.assertEqual(dict(page.form.fields)["password"], "")
            pages.append(page.body.replace(name, "X").replace(visitor.cookies["XSRF-TOKEN"], "T"))
            self.assertNotIn("Wrong-horse-9", page.body)
        self.assertEqual(pages[0], pages[1])

    def test_lockout_looks_alike_for_nobody(self):
        texts = []
        for name in ("ada", "nobody"):
            visitor, page = self.login()
            for _ in range(8):
                page = visitor.press(page, username=name, password="Wrong-horse-9")
            texts.append(" ".join(page.errors))
            page = visitor.press(page, username=name, password=PASSWORD)
            texts.append(" ".join(page.errors))
        self.assertEqual(texts[0], texts[2])
        self.assertEqual(texts[1], texts[3])
        self.assertIn("Too many", texts[1])

    def test_empty_fields_are_asked_for(self):
        visitor, page = self.login()
        page = visitor.press(page, username="", password=PASSWORD)
        self.check_at(page, "/login", "sign in with")
        page = visitor.press(page, username="ada", password="")
        self.check_at(page, "/login", "password")
        self.assertEqual(dict(page.form.fields)["username"], "ada")

    def test_hint_fills_the_name_in(self):
        _, page = self.login(login_hint='a"<b>&c')
        self.assertEqual(dict(page.form.fields)["username"], 'a"<b>&c')
        self.assertNotIn("<b>", page.body)

    def test_temporary_password_is_replaced(self):
        self.user("bob", password=None)
        visitor, page = self.begin("bob", "Temporary-horse-1")
        self.check_at(page, "/newPassword")
        page = visitor.press(page, password="short")
        self.check_at(page, "/newPassword", "password")
        self.check_in(visitor.press(page, password="New-password-7"))
        visitor, page = self.begin("bob", "New-password-7")
        self.check_in(page)

    def test_disabled_user_is_told_after_the_right_password_only(self):
        self.admin("AdminDisableUser", Username="ada")
        _, page = self.begin("ada", "Wrong-horse-9")
        self.check_at(page, "/login", "Wrong user name")
        _, page = self.begin("ada")
        self.check_at(page, "/login", "turned off")

    def test_unconfirmed_user_goes_to_confirm(self):
        self.server.call("SignUp", {"ClientId": self.client, "Username": "eve", "Password": PASSWORD,
                                    "UserAttributes": [{"Name": "email", "Value": "eve@example.com"}]}, signed=False)
        visitor, page = self.login()
        page = visitor.submit(page, username="eve", password=PASSWORD)
        self.assertEqual(page.status, 303)
        self.assertTrue(page.location.startswith("/confirm?"), page.location)


class RequiredAttributes(Case):
    def test_what_the_pool_requires_is_asked_for(self):
        self.pool(Schema=[{"Name": "family_name", "Required": True}, {"Name": "email", "Required": True}])
        self.user("bob", password=None)
        visitor, page = self.begin("bob", "Temporary-horse-1")
        self.check_at(page, "/newPassword")
        self.assertIn("attribute.family_name", page.form.kinds)
        page = visitor.press(page, password="New-password-7")
        self.assertEqual(page.at, "/newPassword")
        self.assertEqual(page.status, 400)
        self.assertTrue(page.errors)
        self.check_in(visitor.press(page, password="New-password-7", attribute__family_name="Roe"))
        user = self.admin("AdminGetUser", Username="bob")
        self.assertIn({"Name": "family_name", "Value": "Roe"}, user["UserAttributes"])


class Request(Case):
    """The authorization request is checked at every page."""

    def setUp(self):
        self.pool()
        self.user("ada")

    def test_unregistered_address_goes_nowhere(self):
        for address in (APP + "/", "https://evil.example/", "https://app.example.com.evil.example/callback",
                        "https://app.example.com@evil.example/callback", "//evil.example", "javascript:alert(1)"):
            page = Visitor(self.server).get("/login?" + self.query(redirect_uri=address))
            self.assertEqual(page.status, 400)
            ways = [href for href, _ in page.html.links] + [form.action or "" for form in page.html.forms]
            self.assertNotIn("evil", " ".join(ways))
            self.assertIsNone(page.location)

    def test_unknown_client_goes_nowhere(self):
        self.assertEqual(Visitor(self.server).get("/login?" + self.query(client_id="nobody")).status, 400)
        self.assertEqual(Visitor(self.server).get("/login").status, 400)

    def test_request_is_checked_again_at_post(self):
        visitor, page = self.login()
        page.path = "/login?" + self.query(redirect_uri="https://evil.example/")
        page = visitor.submit(page, username="ada", password=PASSWORD)
        self.assertEqual(page.status, 400)
        self.assertIsNone(page.location)

    def test_another_client_does_not_take_a_step_over(self):
        self.admin("SetUserPoolMfaConfig", **TOTP)
        first = self.client
        visitor = Visitor(self.server)
        self.user("bob", password=None)
        page = visitor.press(visitor.get("/login?" + self.query()), username="bob", password="Temporary-horse-1")
        self.check_at(page, "/newPassword")
        other = self.server.call("CreateUserPoolClient", {
            "UserPoolId": self.pool_id, "ClientName": "other", "CallbackURLs": [APP], "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email"], "AllowedOAuthFlowsUserPoolClient": True,
            "SupportedIdentityProviders": ["COGNITO"]})["UserPoolClient"]["ClientId"]
        page = visitor.get(page.path.replace(first, other))
        self.check_at(page, "/login")


class Host(Case):
    """A pool with a host of its own."""

    def test_session_is_of_the_host_and_its_pool(self):
        self.pool()
        self.user("ada")
        self.server.call("CreateUserPoolDomain", {"UserPoolId": self.pool_id, "Domain": "acme-pages"})
        host = f"acme-pages.localhost:{self.server.port}"
        visitor = Visitor(self.server, host)
        page = visitor.get("/login?" + self.query())
        self.check_in(visitor.press(page, username="ada", password=PASSWORD))
        self.assertIn("cognito", visitor.cookies)
        self.assertEqual(visitor.get("/login?" + self.query()).html.page, "continue")
        mine = self.client
        self.pool()
        self.assertNotEqual(mine, self.client)
        page = visitor.get("/login?" + self.query())
        self.assertEqual(page.status, 400)


class Markup(Case):
    """Whatever somebody is called, it is text."""

    EVIL = '<img/src=x/onerror=alert(1)>"\'&amp;'

    def check_text(self, page):
        self.assertNotIn("<img", page.body)
        self.assertEqual(page.html.inline, [])

    def test_names_are_text(self):
        self.pool()
        self.user("ada")
        name = "<img/src=x/onerror=alert(1)>'&amp;"
        self.user(name, email="evil@example.com")
        visitor, page = self.login(login_hint=self.EVIL, state=self.EVIL)
        self.check_text(page)
        page = visitor.press(page, username=self.EVIL, password="Wrong-horse-9")
        self.check_text(page)
        self.assertEqual(dict(page.form.fields)["username"], self.EVIL)
        page = visitor.press(page, username=name, password=PASSWORD)
        self.assertIn(page.status, (302, 303), page.body)
        page = visitor.get("/login?" + self.query())
        self.assertEqual(page.html.page, "continue")
        self.check_text(page)
        self.assertIn(name, "".join(page.html.text))


class OtherProviders(Case):
    def test_client_with_saml_providers_alone_says_so(self):
        self.pool(client={"SupportedIdentityProviders": []})
        self.server.call("CreateIdentityProvider", {
            "UserPoolId": self.pool_id, "ProviderName": "Corp", "ProviderType": "SAML",
            "ProviderDetails": {"MetadataURL": "https://idp.example.com/metadata"}})
        client = self.server.call("CreateUserPoolClient", {
            "UserPoolId": self.pool_id, "ClientName": "corp", "CallbackURLs": [APP], "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email"], "AllowedOAuthFlowsUserPoolClient": True,
            "SupportedIdentityProviders": ["Corp"]})["UserPoolClient"]["ClientId"]
        page = Visitor(self.server).get("/login?" + self.query(client_id=client))
        self.assertEqual(page.status, 501)
        self.assertEqual([form for form in page.html.forms if form.method == "post"], [])
        self.assertTrue(page.errors)


class Forgery(Case):
    """Forms of others, planted cookies, steps that are skipped."""

    def setUp(self):
        self.pool()
        self.user("ada")

    def test_form_without_token_does_nothing(self):
        visitor, page = self.login()
        for leave in ({"_csrf": None}, {"_csrf": "0" * 8 + "-0000-0000-0000-" + "0" * 12}, {"_csrf": ""}):
            answer = visitor.submit(page, username="ada", password=PASSWORD, **leave)
            self.assertEqual(answer.status, 303)
            self.assertTrue(answer.location.startswith("/login?"))
            self.assertFalse(any(name.startswith("cognito") for name in visitor.cookies))

    def test_form_of_another_browser_does_nothing(self):
        _, page = self.login()
        visitor, _ = self.login()
        answer = visitor.submit(page, username="ada", password=PASSWORD)
        self.assertTrue(answer.location.startswith("/login?"))
        self.assertFalse(any(name.startswith("cognito") for name in visitor.cookies))

    def test_form_of_another_site_is_refused(self):
        visitor, page = self.login()
        for headers in ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
                        {"Origin": "https://evil.example", "Sec-Fetch-Site": None},
                        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
                        {"Origin": None, "Sec-Fetch-Site": "same-site"}):
            answer = visitor.submit(page, headers=headers, username="ada", password=PASSWORD)
            self.assertEqual(answer.status, 403, headers)
            self.assertFalse(any(name.startswith("cognito") for name in visitor.cookies))

    def test_other_content_types_are_refused(self):
        visitor, page = self.login()
        answer = visitor.request("POST", page.path, "{}", {"Content-Type": "application/json"})
        self.assertEqual(answer.status, 400)

    def test_session_is_another_one_after_each_sign_in(self):
        visitor, page = self.begin()
        self.check_in(page)
        name, before = next((n, v) for n, v in visitor.cookies.items() if n.startswith("cognito"))
        thief = visitor.copy()
        page = visitor.press(visitor.get("/login?" + self.query(prompt="login")), username="ada", password=PASSWORD)
        self.check_in(page)
        self.assertNotEqual(visitor.cookies[name], before)
        page = thief.get("/login?" + self.query())
        self.assertEqual(page.html.page, "login")

    def test_steps_cannot_be_skipped(self):
        for path in ("/mfa", "/password", "/newPassword", "/mfaOption", "/mfaSetup", "/mfaTotp", "/selectFactor", "/passkey"):
            visitor, _ = self.login()
            page = visitor.get(f"{path}?" + self.query())
            self.check_at(page, "/login")
            answer = visitor.request("POST", f"{path}?" + self.query(), urllib.parse.urlencode(
                {"_csrf": visitor.cookies["XSRF-TOKEN"], "code": "123456", "password": PASSWORD, "action": "next"}))
            self.assertTrue(answer.location.startswith("/login?"), answer.location)


class Answers(Case):
    def setUp(self):
        self.pool()
        self.user("ada")

    def check_headers(self, page):
        headers = page.headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        if page.html:
            self.assertEqual(page.html.inline, [])
            self.assertEqual(page.html.duplicate_ids, [])
            policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
            self.assertEqual(policy["default-src"], "'none'")
            self.assertEqual(policy["frame-ancestors"], "'none'")
            self.assertEqual(policy["base-uri"], "'none'")
            self.assertNotIn("unsafe", headers["Content-Security-Policy"])
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertLess(len(page.body), 40000)
        for cookie in headers.get_all("Set-Cookie") or []:
            self.assertIn("HttpOnly", cookie)
            self.assertIn("SameSite=Lax", cookie)
            self.assertIn("Path=/", cookie)

    def test_every_answer_has_its_headers(self):
        visitor, page = self.login()
        page = visitor.press(page, username="ada", password="Wrong-horse-9")
        self.check_in(visitor.press(page, username="ada", password=PASSWORD))
        visitor.get("/login?" + self.query())
        visitor.get("/login?client_id=nobody")
        visitor.get("/error?error=redirect_mismatch")
        for page in visitor.seen:
            self.check_headers(page)

    def test_form_may_lead_to_the_application(self):
        _, page = self.login()
        self.assertIn("form-action 'self' https://app.example.com;", page.headers["Content-Security-Policy"])

    def test_other_methods_are_refused(self):
        for method in ("PUT", "DELETE", "PATCH"):
            self.assertEqual(Visitor(self.server).request(method, "/login?" + self.query()).status, 405)
        self.assertEqual(Visitor(self.server).request("POST", "/error", "").status, 405)


class SignedIn(Case):
    """Somebody comes back with a session."""

    def setUp(self):
        self.pool()
        self.user("ada")
        self.user("bob")
        self.visitor, page = self.begin()
        self.check_in(page)

    def test_goes_on_as_whoever_he_is(self):
        page = self.visitor.get("/login?" + self.query())
        self.assertEqual(page.html.page, "continue")
        self.assertIn("ada", page.body)
        self.check_in(self.visitor.press(page, "continue"))

    def test_or_as_somebody_else(self):
        page = self.visitor.press(self.visitor.get("/login?" + self.query()), "another")
        self.assertEqual(page.html.page, "login")
        self.check_in(self.visitor.press(page, username="bob", password=PASSWORD))
        self.assertIn("bob", self.visitor.get("/login?" + self.query()).body)

    def test_prompt_login_asks_again(self):
        page = self.visitor.get("/login?" + self.query(prompt="login"))
        self.assertEqual(page.html.page, "login")
        answer = self.visitor.submit(page, username="", password="", action="continue")
        self.assertFalse((answer.location or "").startswith(APP))

    def test_prompt_none_shows_nothing(self):
        self.check_in(self.visitor.get("/login?" + self.query(prompt="none")))
        page = Visitor(self.server).get("/login?" + self.query(prompt="none"))
        self.assertTrue(page.location.startswith(APP + "?"), page.location)
        self.assertIn("error=login_required", page.location)

    def test_age_of_the_sign_in_counts(self):
        self.server.advance(100)
        self.assertEqual(self.visitor.get("/login?" + self.query(max_age="1000")).html.page, "continue")
        self.assertEqual(self.visitor.get("/login?" + self.query(max_age="50")).html.page, "login")

    def test_nothing_is_left_after_an_hour(self):
        page = self.visitor.get("/login?" + self.query())
        self.server.advance(3601)
        answer = self.visitor.press(page, "continue")
        self.check_at(answer, "/login")
        self.assertEqual(answer.html.page, "login")

    def test_nothing_is_left_after_sign_out_everywhere(self):
        self.admin("AdminUserGlobalSignOut", Username="ada")
        self.assertEqual(self.visitor.get("/login?" + self.query()).html.page, "login")

    def test_api_lists_and_ends_it_where_sessions_are_tracked(self):
        self.admin("SetUserPoolSessionConfiguration", UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 5})
        self.visitor, page = self.begin()
        self.check_in(page)
        sessions = self.admin("AdminListUserSessions", Username="ada")["Sessions"]
        mine = [s for s in sessions if s["SessionType"] == "SSO"]
        self.assertEqual(mine[0]["ClientId"], self.client)
        self.assertRegex(mine[0]["SessionId"], r"^sso[a-z0-9]{25}$")
        self.assertEqual(self.visitor.get("/login?" + self.query()).html.page, "continue")
        self.admin("AdminRevokeUserSession", Username="ada", SessionId=mine[0]["SessionId"])
        self.assertEqual(self.visitor.get("/login?" + self.query()).html.page, "login")

    def test_form_that_was_sent_twice_ends_well(self):
        visitor, page = self.login()
        self.check_in(visitor.press(page, username="ada", password=PASSWORD))
        self.check_in(visitor.press(page, username="bob", password=PASSWORD))


if __name__ == "__main__":
    unittest.main()
