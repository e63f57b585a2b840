#!/usr/bin/env python3
"""The account's own pages without scripts: each thing that can be changed, each wrong input, and who must sign in anew."""

import re
import unittest

from own import Own
from world import PASSWORD, ApiError, Visitor, totp

NEW = "Another-horse-7"
SCOPES = {"AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"]}
PASSWORD_FLOW = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
TOTP_ON = {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}}


class Account(Own):
    # ---- the way in ----

    def test_sections_by_what_the_pool_has(self):
        self.pool()
        self.user()
        _, page = self.enter()
        self.assertIn("signed in as ada", "".join(page.html.text))
        self.assertNotIn("/account/factors", page.body)
        self.assertNotIn("/account/delete", page.body)
        self.assertNotIn("/account/devices", page.body)
        self.pool(client=SCOPES, mfa=TOTP_ON, DeviceConfiguration={"ChallengeRequiredOnNewDevice": True})
        self.user()
        _, page = self.enter()
        for path in ("profile", "contact", "password", "factors", "devices", "sessions", "delete"):
            self.assertIn(f"/account/{path}?", page.body)

    def test_goals_are_our_own_pages_only(self):
        self.pool()
        self.user()
        for goal in ("https://evil.example", "//evil.example", "/account", "unknown"):
            visitor = Visitor(self.server)
            page = visitor.get(self.own("/login", goal=goal))
            self.assertEqual(page.status, 400, goal)

    def test_clients_without_pages_have_no_account_page(self):
        self.pool(client={"AllowedOAuthFlowsUserPoolClient": False, "AllowedOAuthFlows": [], "AllowedOAuthScopes": []})
        self.assertEqual(Visitor(self.server).get(self.own()).status, 400)
        self.client = "unknownclient"
        self.assertEqual(Visitor(self.server).get(self.own()).status, 400)

    def test_session_of_another_pool_is_nobody_here(self):
        self.pool()
        self.user()
        visitor, _ = self.enter()
        self.pool()
        self.check_at(visitor.get(self.own()), "/login")

    # ---- profile ----

    def test_profile(self):
        self.pool()
        self.user()
        visitor, page = self.enter("/account/profile")
        page = visitor.press(page, attribute__given_name="Ada", attribute__birthdate="10 December")
        self.check_at(page, "/account/profile", "date")
        self.assertIn(("attribute.given_name", "Ada"), page.form.fields)
        page = visitor.press(page, attribute__given_name="Ada", attribute__birthdate="1815-12-10")
        self.check_at(page, "/account/profile")
        self.assertIn("Saved", page.body)
        self.assertNotIn("Saved", visitor.get(page.path).body)
        self.assertEqual(self.attributes()["given_name"], "Ada")
        page = visitor.press(page, attribute__given_name="")
        self.assertNotIn("given_name", self.attributes())

    def test_what_the_client_may_not_write_is_not_asked_for(self):
        self.pool(client={"WriteAttributes": ["email", "nickname"]})
        self.user()
        visitor, page = self.enter("/account/profile")
        self.assertEqual([name for name in page.form.kinds if name.startswith("attribute.")], ["attribute.nickname"])
        visitor.press(page, attribute__nickname="a", attribute__name="Mallory")
        self.assertEqual(self.attributes()["nickname"], "a")
        self.assertNotIn("name", self.attributes())

    # ---- addresses ----

    def test_new_address_is_confirmed_by_a_code(self):
        self.pool()
        self.user()
        visitor, page = self.enter("/account/contact")
        page = visitor.press(page, "save", attribute__email="nobody")
        self.check_at(page, "/account/contact", "email address")
        page.html.forms[:] = [form for form in page.html.forms if form.button("save")]
        page = visitor.press(page, "save", attribute__email="new@example.com")
        self.check_at(page, "/account/verify")
        self.assertIn("n***@e***", page.body)
        self.assertEqual(self.attributes()["email_verified"], "false")
        page = visitor.press(page, code="000000")
        self.check_at(page, "/account/verify", "isn’t right")
        page = visitor.press(page, "resend")
        page = visitor.press(page, code=self.server.code("new@example.com"))
        self.check_at(page, "/account/contact")
        self.assertEqual((self.attributes()["email"], self.attributes()["email_verified"]), ("new@example.com", "true"))
        self.assertEqual((self.notices(), self.notices("new@example.com")), (["Your email address was changed"], []))

    def test_address_that_waits_changes_nothing_until_it_is_confirmed(self):
        self.pool(UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]})
        self.user()
        visitor, page = self.enter("/account/contact")
        page.html.forms[:] = [form for form in page.html.forms if form.button("save")]
        page = visitor.press(page, "save", attribute__email="new@example.com")
        self.check_at(page, "/account/verify")
        self.assertEqual((self.attributes()["email"], self.notices()), ("ada@example.com", []))
        page = visitor.get(self.own("/account/contact"))
        self.assertIn("new@example.com", page.body)
        page = self.press_item(visitor, page, "verify")
        page = visitor.press(page, code=self.server.code("new@example.com"))
        self.check_at(page, "/account/contact")
        self.assertEqual((self.attributes()["email"], self.notices()), ("new@example.com", ["Your email address was changed"]))

    def test_unconfirmed_address_is_confirmed_later(self):
        self.pool()
        self.user(email_verified="false")
        visitor, page = self.enter("/account/contact")
        page = self.press_item(visitor, page, "verify")
        self.check_at(page, "/account/verify")
        self.check_at(visitor.press(page, code=self.server.code("ada@example.com")), "/account/contact")
        self.assertEqual(self.attributes()["email_verified"], "true")

    def test_verification_cannot_be_skipped(self):
        self.pool()
        self.user()
        visitor, _ = self.enter("/account/contact")
        self.check_at(visitor.get(self.own("/account/verify")), "/account/contact")

    # ---- password ----

    def test_password(self):
        self.pool()
        self.user()
        elsewhere, _ = self.enter()
        visitor, page = self.enter("/account/password")
        cookie = visitor.cookies.copy()
        for fields, error in (({"old_password": "", "password": NEW}, "Fill this in"),
                              ({"old_password": PASSWORD, "password": ""}, "Fill this in"),
                              ({"old_password": "wrong", "password": NEW}, "isn’t your current"),
                              ({"old_password": PASSWORD, "password": "short"}, "doesn’t meet"),
                              ({"old_password": PASSWORD, "password": "with a Blank-9"}, "can’t have spaces")):
            page = visitor.press(page, **fields)
            self.assertEqual(page.status, 400)
            self.check_at(page, "/account/password", error)
            self.assertNotIn(PASSWORD, page.body)
        page = visitor.press(page, old_password=PASSWORD, password=NEW)
        self.check_at(page, "/account")
        self.assertIn("password was changed", page.body)
        # Signed in here under a new secret, and nowhere else.
        self.check_at(elsewhere.get(self.own()), "/login")
        thief = Visitor(self.server)
        thief.cookies = cookie
        self.check_at(thief.get(self.own()), "/login")
        self.check_in(self.begin(password=NEW)[1])
        self.assertEqual(self.notices(), ["Your password was changed"])

    # ---- a sign-in of the last minutes ----

    def test_old_sign_in_has_to_be_renewed(self):
        self.pool(client=SCOPES, mfa=TOTP_ON)
        self.user()
        visitor, _ = self.enter()
        self.server.advance(301)
        for path in ("contact", "password", "factors", "delete"):
            page = visitor.get(self.own(f"/account/{path}"))
            self.check_at(page, "/login")
            self.assertIn(("username", "ada"), page.form.fields)
        self.check_at(visitor.get(self.own("/account/profile")), "/account/profile")
        before = dict(visitor.cookies)
        page = visitor.press(page, username="ada", password=PASSWORD)
        self.check_at(page, "/account/delete")
        changed = [name for name, value in visitor.cookies.items() if before.get(name) not in (None, value)]
        self.assertTrue(changed)

    def test_forms_ask_for_it_too(self):
        self.pool(client=SCOPES)
        self.user()
        visitor, page = self.enter("/account/delete")
        self.server.advance(301)
        self.check_at(visitor.press(page, sure="on"), "/login")
        self.attributes()

    # ---- second factors ----

    def test_app_is_set_up_and_removed(self):
        self.pool(mfa=TOTP_ON)
        self.user()
        visitor, page = self.enter("/account/factors")
        page = self.press_item(visitor, page, "set_up")
        self.check_at(page, "/account/app")
        secret = self.secret(page)
        page = visitor.press(page, code="000000")
        self.check_at(page, "/account/app", "isn’t right")
        self.assertEqual(self.secret(page), secret)
        page = visitor.press(page, code=totp(secret, self.clock()))
        self.check_at(page, "/account/factors")
        self.assertIn("asked for first", page.body)
        self.assertEqual(self.admin("AdminGetUser", Username="ada")["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA")
        self.check_at(self.begin()[1], "/mfa")
        page = self.press_item(visitor, page, "disable")
        self.check_at(page, "/account/factors")
        self.check_in(self.begin()[1])
        self.assertEqual(self.notices(), ["Your second step was changed"] * 2)

    def test_what_the_pool_requires_stays(self):
        self.pool(mfa=TOTP_ON)
        self.user()
        visitor, page = self.enter("/account/factors")
        page = self.press_item(visitor, page, "set_up")
        page = visitor.press(page, code=totp(self.secret(page), self.clock()))
        stale = self.item(page, "disable")
        self.server.call("SetUserPoolMfaConfig", {"UserPoolId": self.pool_id, **TOTP_ON, "MfaConfiguration": "ON"}, signed=True)
        page.html.forms.insert(0, stale)
        page = visitor.press(page, "disable")
        self.check_at(page, "/account/factors", "second step is required")
        self.assertEqual(self.admin("AdminGetUser", Username="ada")["UserMFASettingList"], ["SOFTWARE_TOKEN_MFA"])

    def test_email_needs_a_confirmed_address(self):
        self.pool(mfa={"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {"Message": "{####}", "Subject": "Code"}},
                  EmailConfiguration={"EmailSendingAccount": "DEVELOPER",
                                      "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com"})
        self.user(email_verified="false")
        self.user("bob")
        _, page = self.enter("/account/factors")
        self.assertIn("Confirm your address or number first", page.body)
        self.assertEqual([form for form in page.html.forms if form.button("enable")], [])
        visitor, page = self.enter("/account/factors", "bob")
        page = self.press_item(visitor, page, "enable")
        self.check_at(page, "/account/factors")
        self.assertEqual(self.admin("AdminGetUser", Username="bob")["UserMFASettingList"], ["EMAIL_OTP"])

    def test_passkeys_are_a_second_factor_of_who_has_another(self):
        self.pool(mfa={**TOTP_ON, "WebAuthnConfiguration": {
            "RelyingPartyId": "localhost", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}},
            Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}})
        self.user()
        visitor, page = self.enter("/account/factors")
        self.assertEqual([form for form in page.html.forms if form.button("enable")], [])
        page = self.press_item(visitor, page, "set_up")
        page = visitor.press(page, code=totp(self.secret(page), self.clock()))
        page = self.press_item(visitor, page, "enable")
        self.check_at(page, "/account/factors")
        self.assertEqual([form for form in page.html.forms if form.button("enable")], [])
        page = self.press_item(visitor, page, "disable", 1)
        self.assertEqual(len([form for form in page.html.forms if form.button("enable")]), 1)

    def test_recovery_codes_are_shown_once(self):
        self.pool(mfa=TOTP_ON, UserPoolTags={"lifeguard:mfa.recovery_codes": "true"})
        self.user()
        visitor, page = self.enter("/account/factors")
        page = self.press_item(visitor, page, "set_up")
        page = visitor.press(page, code=totp(self.secret(page), self.clock()))
        page = self.press_item(visitor, page, "recovery")
        self.check_at(page, "/account/recovery")
        codes = re.findall(r"<bdi>([0-9a-z]{5}-[0-9a-z]{5})</bdi>", page.body)
        self.assertEqual(len(codes), 10)
        self.check_at(visitor.get(self.own("/account/recovery")), "/account/factors")
        other, page = self.begin()
        self.check_in(other.press(page, code=codes[3]))

    # ---- sessions ----

    def test_sessions_are_listed_and_ended(self):
        self.pool()
        self.user()
        phone, _ = self.enter()
        visitor, page = self.enter("/account/sessions")
        self.assertEqual(page.body.count("This browser"), 1)
        page = self.press_item(visitor, page, "end_browser")
        self.check_at(page, "/account/sessions")
        self.check_at(phone.get(self.own()), "/login")
        self.check_at(visitor.get(self.own()), "/account")

    def test_sign_out_here_and_everywhere(self):
        self.pool(client=PASSWORD_FLOW)
        self.user()
        token = self.server.sign_in("ada", PASSWORD, self.client)["AuthenticationResult"]["AccessToken"]
        phone, _ = self.enter()
        visitor, page = self.enter("/account/sessions")
        page.html.forms[:] = [form for form in page.html.forms if form.button("sign_out")]
        page = visitor.press(page, "sign_out")
        self.check_at(page, "/signedOut")
        self.check_at(visitor.get(self.own()), "/login")
        self.check_at(phone.get(self.own()), "/account")
        self.server.call("GetUser", {"AccessToken": token})
        visitor, page = self.enter("/account/sessions")
        page.html.forms[:] = [form for form in page.html.forms if form.button("everywhere")]
        visitor.press(page, "everywhere")
        self.check_at(phone.get(self.own()), "/login")
        with self.assertRaises(ApiError):
            self.server.call("GetUser", {"AccessToken": token})

    def test_sessions_of_applications_where_the_pool_tracks_them(self):
        self.pool(client=PASSWORD_FLOW)
        self.server.call("SetUserPoolSessionConfiguration", {
            "UserPoolId": self.pool_id, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 5}}, signed=True)
        self.user()
        token = self.server.sign_in("ada", PASSWORD, self.client)["AuthenticationResult"]["AccessToken"]
        visitor, page = self.enter("/account/sessions")
        page = self.press_item(visitor, page, "end_app")
        self.check_at(page, "/account/sessions")
        self.assertEqual([form for form in page.html.forms if form.button("end_app")], [])
        with self.assertRaises(ApiError):
            self.server.call("GetUser", {"AccessToken": token})

    def test_sessions_of_others_are_not_ended(self):
        self.pool()
        self.user()
        self.user("bob")
        bob, theirs = self.enter("/account/sessions", "bob")
        other, _ = self.enter("/account", "bob")
        theirs = bob.get(theirs.path)
        visitor, page = self.enter("/account/sessions")
        ids = dict(self.item(theirs, "end_browser").fields)["id"]
        page.html.forms[:] = [form for form in page.html.forms if form.button("sign_out")]
        self.check_at(visitor.follow(visitor.submit(page, action="end_browser", id=ids)), "/account/sessions")
        self.check_at(other.get(self.own()), "/account")

    # ---- devices ----

    def test_devices_are_listed_and_forgotten(self):
        self.pool(client=PASSWORD_FLOW, DeviceConfiguration={"ChallengeRequiredOnNewDevice": True})
        self.user()
        result = self.server.sign_in("ada", PASSWORD, self.client)["AuthenticationResult"]
        self.server.call("ConfirmDevice", {
            "AccessToken": result["AccessToken"], "DeviceKey": result["NewDeviceMetadata"]["DeviceKey"],
            "DeviceName": "Ada's <phone>", "DeviceSecretVerifierConfig": {"PasswordVerifier": "AQEB" * 128, "Salt": "AQEB" * 6}})
        visitor, page = self.enter("/account/devices")
        self.assertIn("Ada&#39;s &lt;phone&gt;", page.body.replace("&apos;", "&#39;"))
        page = self.press_item(visitor, page, "forget")
        self.check_at(page, "/account/devices")
        self.assertEqual([form for form in page.html.forms if form.button("forget")], [])
        self.assertEqual(self.admin("AdminListDevices", Username="ada")["Devices"], [])

    # ---- the end ----

    def test_delete(self):
        self.pool(client=SCOPES)
        self.user()
        visitor, page = self.enter("/account/delete")
        page = visitor.press(page)
        self.check_at(page, "/account/delete", "Tick")
        self.check_at(visitor.press(page, sure="on"), "/signedOut")
        self.assertEqual(self.admin("ListUsers")["Users"], [])
        self.check_at(visitor.get(self.own()), "/login")

    def test_delete_only_where_the_client_may(self):
        self.pool()
        self.user()
        visitor, page = self.enter()
        self.check_at(visitor.get(self.own("/account/delete")), "/account")

    # ---- forms of others ----

    def test_forms_of_others_do_nothing(self):
        self.pool(client=SCOPES, mfa=TOTP_ON)
        self.user()
        visitor, _ = self.enter()
        forms = {"profile": {"action": "save", "attribute__name": "Mallory"},
                 "contact": {"action": "save", "attribute__email": "mallory@example.com"},
                 "password": {"old_password": PASSWORD, "password": NEW},
                 "factors": {"action": "set_up", "id": "SOFTWARE_TOKEN_MFA"}, "sessions": {"action": "everywhere"},
                 "delete": {"sure": "on"}}
        for path, fields in forms.items():
            page = visitor.get(self.own(f"/account/{path}"))
            with self.subTest(path):
                self.assertEqual(visitor.submit(page, headers={"Sec-Fetch-Site": "cross-site"}, **fields).status, 403)
                self.assertEqual(visitor.submit(page, _csrf="0" * 36, **fields).status, 303)
                bare = visitor.copy()
                bare.cookies.pop("XSRF-TOKEN")
                self.assertEqual(bare.submit(page, **fields).status, 303)
        self.assertEqual(self.attributes()["email"], "ada@example.com")
        self.assertNotIn("name", self.attributes())
        self.check_at(visitor.get(self.own()), "/account")
        self.check_in(self.begin()[1])


if __name__ == "__main__":
    unittest.main()
