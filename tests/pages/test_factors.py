"""Second factors, codes, choices and set-up on the pages, with scripts off."""

import os
import re
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from visitor import Visitor  # noqa: E402
from world import PASSWORD, Case, totp  # noqa: E402

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}
APP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
PHONE = "+15555550100"


class Second(Case):
    """A second factor after the password."""

    def clock(self):
        import json
        return time.time() + json.loads(self.server.get("/_lifeguard/clock")[1])["offset_s"]

    def code_of_app(self, secret):
        """Each step is good once."""
        self.server.advance(30)
        return totp(secret, self.clock())

    def with_app(self, name="ada"):
        """Somebody with an authenticator app, by the API."""
        tokens = self.server.sign_in(name, PASSWORD, self.api_client())["AuthenticationResult"]
        secret = self.server.call("AssociateSoftwareToken", {"AccessToken": tokens["AccessToken"]}, signed=False)["SecretCode"]
        self.server.call("VerifySoftwareToken", {"AccessToken": tokens["AccessToken"], "UserCode": self.code_of_app(secret)},
                         signed=False)
        self.admin("AdminSetUserMFAPreference", Username=name, SoftwareTokenMfaSettings={"Enabled": True})
        return secret

    def api_client(self):
        return self.server.call("CreateUserPoolClient", {
            "UserPoolId": self.pool_id, "ClientName": "api",
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})["UserPoolClient"]["ClientId"]

    def test_code_by_text_message(self):
        self.pool(mfa={"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": SMS}})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        visitor, page = self.begin()
        self.check_at(page, "/mfa")
        self.assertIn("0100", page.body)
        self.assertNotIn("+15555550100", page.body)
        page = visitor.press(page, code="")
        self.check_at(page, "/mfa", "code")
        page = visitor.press(page, code="000000")
        self.check_at(page, "/mfa", "isn’t right")
        code = self.server.messages(pool=self.pool_id, to=PHONE)[0]["code"]
        self.check_in(visitor.press(page, code=f"{code[:3]} {code[3:]}"))

    def test_another_code_takes_the_place_of_the_first(self):
        self.pool(mfa={"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": SMS}})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        visitor, page = self.begin()
        page = visitor.press(page, "resend")
        self.check_at(page, "/mfa")
        self.assertIn("on its way", page.body)
        sent = self.server.messages(pool=self.pool_id, to=PHONE)
        self.assertEqual(len(sent), 2)
        page = visitor.press(page, code=sent[1]["code"])
        self.check_at(page, "/mfa", "isn’t right")
        self.check_in(visitor.press(page, code=sent[0]["code"]))

    def test_codes_are_not_sent_without_end(self):
        self.pool(mfa={"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": SMS}})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        visitor, page = self.begin()
        for _ in range(25):
            page = visitor.press(page, "resend")
        self.check_at(page, "/mfa", "Too many")
        self.assertEqual(len(self.server.messages(pool=self.pool_id, to=PHONE)), 20)
        self.check_in(visitor.press(page, code=self.server.messages(pool=self.pool_id, to=PHONE)[0]["code"]))

    def test_code_of_an_app(self):
        self.pool(mfa={"MfaConfiguration": "OPTIONAL", **APP})
        self.user("ada")
        secret = self.with_app()
        visitor, page = self.begin()
        self.check_at(page, "/mfa")
        page = visitor.press(page, code="000000")
        self.check_at(page, "/mfa", "isn’t right")
        code = self.code_of_app(secret)
        self.check_in(visitor.press(page, code=code))
        visitor, page = self.begin()
        self.check_at(visitor.press(page, code=code), "/mfa", "used")

    def test_choice_between_factors(self):
        self.pool(mfa={"MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {"SmsConfiguration": SMS}, **APP})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        secret = self.with_app()
        self.admin("AdminSetUserMFAPreference", Username="ada", SMSMfaSettings={"Enabled": True})
        visitor, page = self.begin()
        self.check_at(page, "/mfaOption")
        self.assertEqual(page.form.choices["factor"], ["SMS_MFA", "SOFTWARE_TOKEN_MFA"])
        page = visitor.press(page, factor="SMS_MFA")
        self.check_at(page, "/mfa")
        page = visitor.press(page, "other")
        self.check_at(page, "/mfaOption")
        page = visitor.press(page, factor="SOFTWARE_TOKEN_MFA")
        self.check_in(visitor.press(page, code=self.code_of_app(secret)))

    def test_nobody_may_choose_what_he_has_not(self):
        self.pool(mfa={"MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {"SmsConfiguration": SMS}, **APP})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        self.with_app()
        self.admin("AdminSetUserMFAPreference", Username="ada", SMSMfaSettings={"Enabled": True})
        visitor, page = self.begin()
        page = visitor.press(page, factor="EMAIL_OTP")
        self.check_at(page, "/mfaOption", "Choose")

    def test_app_is_set_up_where_a_second_factor_is_a_must(self):
        self.pool(mfa={"MfaConfiguration": "ON", **APP})
        self.user("ada")
        visitor, page = self.begin()
        self.check_at(page, "/mfaTotp")
        again = visitor.get(page.path)
        secret = re.sub(r"\s", "", re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page.body)[1])
        self.assertIn(secret, re.sub(r"\s", "", again.body))
        page = visitor.press(again, code="000000")
        self.check_at(page, "/mfaTotp", "isn’t right")
        self.check_in(visitor.press(page, code=self.code_of_app(secret)))
        visitor, page = self.begin()
        self.check_at(page, "/mfa")
        self.check_in(visitor.press(page, code=self.code_of_app(secret)))

    def test_choice_of_what_to_set_up(self):
        self.pool(mfa={"MfaConfiguration": "ON", "EmailMfaConfiguration": {}, **APP},
                  EmailConfiguration={"EmailSendingAccount": "DEVELOPER",
                                      "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com"},
                  AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]})
        self.user("ada")
        visitor, page = self.begin()
        self.check_at(page, "/mfaSetup")
        self.assertEqual(sorted(page.form.choices["factor"]), ["EMAIL_OTP", "SOFTWARE_TOKEN_MFA"])
        wrong = visitor.press(page, factor="EMAIL_OTP", email="somebody@example.com")
        self.assertEqual((wrong.at, wrong.status), ("/mfaSetup", 400))
        page = visitor.press(wrong, factor="EMAIL_OTP", email="ada@example.com")
        self.check_at(page, "/mfa")
        code = self.server.messages(pool=self.pool_id, to="ada@example.com")[0]["code"]
        page = visitor.press(page, "resend")
        again = self.server.messages(pool=self.pool_id, to="ada@example.com")[0]["code"]
        self.assertEqual(visitor.press(page, code=code).status, 400)
        self.check_in(visitor.press(page, code=again))
        visitor, page = self.begin()
        self.check_at(page, "/mfa")

    def test_recovery_code_will_do(self):
        self.pool(mfa={"MfaConfiguration": "OPTIONAL", **APP}, UserPoolTags={"lifeguard:mfa.recovery_codes": "true"})
        self.user("ada")
        self.with_app()
        _, page = self.begin()
        self.check_at(page, "/mfa")
        self.assertIn("recovery", page.body)

    def test_codes_are_locked_out(self):
        self.pool(mfa={"MfaConfiguration": "OPTIONAL", **APP})
        self.user("ada")
        secret = self.with_app()
        code = self.code_of_app(secret)
        visitor, page = self.begin()
        for _ in range(8):
            page = visitor.press(page, code="000000")
        self.check_at(visitor.press(page, code=code), "/mfa", "Too many")


class Remembered(Case):
    """A browser that is remembered, where the pool takes it for the second factor."""

    def remembering(self, asks=True):
        self.pool(mfa={"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": SMS}},
                  DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": asks})
        for name, phone in (("ada", PHONE), ("bob", "+15555550101")):
            self.user(name, phone_number=phone, phone_number_verified="true")

    def code(self, phone=PHONE):
        return self.server.messages(pool=self.pool_id, to=phone)[0]["code"]

    def again(self, visitor, name="ada"):
        page = visitor.get("/login?" + self.query(prompt="login"))
        return visitor.press(page, username=name, password=PASSWORD)

    def test_is_asked_for_no_second_factor(self):
        self.remembering()
        visitor, page = self.begin()
        page = visitor.press(page, code=self.code())
        self.check_at(page, "/rememberDevice")
        self.check_in(visitor.press(page, "remember"))
        self.check_in(self.again(visitor))
        devices = self.admin("AdminListDevices", Username="ada")["Devices"]
        self.assertEqual(len(devices), 1)
        self.assertIn({"Name": "dev:device_remembered_status", "Value": "remembered"}, devices[0]["DeviceAttributes"])

    def test_knows_its_own_user_only(self):
        self.remembering()
        visitor, page = self.begin()
        self.check_in(visitor.press(visitor.press(page, code=self.code()), "remember"))
        self.check_at(self.again(visitor, "bob"), "/mfa")

    def test_wrong_password_stays_wrong(self):
        self.remembering()
        visitor, page = self.begin()
        self.check_in(visitor.press(visitor.press(page, code=self.code()), "remember"))
        page = visitor.get("/login?" + self.query(prompt="login"))
        self.check_at(visitor.press(page, username="ada", password="Wrong-horse-9"), "/login", "Wrong")

    def test_is_forgotten_with_its_device(self):
        self.remembering()
        visitor, page = self.begin()
        self.check_in(visitor.press(visitor.press(page, code=self.code()), "remember"))
        key = self.admin("AdminListDevices", Username="ada")["Devices"][0]["DeviceKey"]
        self.admin("AdminForgetDevice", Username="ada", DeviceKey=key)
        self.check_at(self.again(visitor), "/mfa")

    def test_only_if_he_wants(self):
        self.remembering()
        visitor, page = self.begin()
        self.check_in(visitor.press(visitor.press(page, code=self.code()), "skip"))
        self.check_at(self.again(visitor), "/mfa")

    def test_or_without_being_asked(self):
        self.remembering(asks=False)
        visitor, page = self.begin()
        self.check_in(visitor.press(page, code=self.code()))
        self.check_in(self.again(visitor))

    def test_nobody_remembers_for_somebody_else(self):
        self.remembering()
        visitor, page = self.begin()
        page = visitor.press(page, code=self.code())
        self.check_at(page, "/rememberDevice")
        kept = visitor.cookies["page-data"]
        other = self.again(visitor, "bob")
        self.check_at(visitor.press(other, code=self.code("+15555550101")), "/rememberDevice")
        visitor.cookies["page-data"] = kept
        answer = visitor.submit(page, "remember")
        self.assertTrue(answer.location.startswith("/login?"), answer.location)
        self.assertFalse(any(name.startswith("cognito-device") for name in visitor.cookies))

    def test_nobody_remembers_without_signing_in(self):
        self.remembering()
        visitor, page = self.begin()
        self.check_at(visitor.get("/rememberDevice?" + self.query()), "/login")
        answer = visitor.submit(page, action="remember")
        self.assertFalse(any(name.startswith("cognito-device") for name in visitor.cookies), answer.body)
        answer = visitor.request("POST", "/rememberDevice?" + self.query(), urllib.parse.urlencode(
            {"_csrf": visitor.cookies["XSRF-TOKEN"], "action": "remember"}))
        self.assertFalse(any(name.startswith("cognito-device") for name in visitor.cookies))


class First(Case):
    """The name first, where there is something to choose."""

    def choosing(self, *factors, **more):
        self.pool(client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
                  Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}, **more)

    def test_password_after_the_name(self):
        self.choosing("EMAIL_OTP")
        self.user("ada")
        visitor, page = self.login()
        self.assertNotIn("password", page.form.kinds)
        page = visitor.press(page, username="ada")
        self.check_at(page, "/selectFactor")
        self.assertEqual(page.form.choices["factor"], ["PASSWORD", "EMAIL_OTP"])
        page = visitor.press(page, factor="PASSWORD")
        self.check_at(page, "/password")
        page = visitor.press(page, password="Wrong-horse-9")
        self.check_at(page, "/password", "Wrong user name")
        self.assertEqual(dict(page.form.fields)["password"], "")
        self.check_in(visitor.press(page, password=PASSWORD))

    def test_code_by_email_in_the_place_of_a_password(self):
        self.choosing("EMAIL_OTP")
        self.user("ada")
        visitor, page = self.login()
        page = visitor.press(visitor.press(page, username="ada"), factor="EMAIL_OTP")
        self.check_at(page, "/mfa")
        page = visitor.press(page, code="00000000")
        self.check_at(page, "/mfa", "isn’t right")
        code = self.server.messages(pool=self.pool_id, to="ada@example.com")[0]["code"]
        self.check_in(visitor.press(page, code=code))

    def test_another_way_begins_anew(self):
        self.choosing("EMAIL_OTP")
        self.user("ada")
        visitor, page = self.login()
        page = visitor.press(visitor.press(page, username="ada"), factor="PASSWORD")
        page = visitor.press(page, "other")
        self.check_at(page, "/selectFactor")

    def test_nobody_is_offered_something_too(self):
        self.choosing("EMAIL_OTP")
        seen = set()
        for i in range(12):
            visitor, page = self.login()
            page = visitor.press(page, username=f"nobody{i}@example.com")
            seen.add(page.at)
            self.assertNotEqual(page.at, "/login")
            self.assertEqual(page.errors, [])
        self.assertLessEqual(seen, {"/selectFactor", "/password", "/mfa"})

    def test_choice_that_was_not_offered(self):
        self.choosing("EMAIL_OTP")
        self.user("ada")
        visitor, page = self.login()
        page = visitor.press(page, username="ada")
        self.check_at(visitor.press(page, factor="SMS_OTP"), "/selectFactor", "Choose")
        self.check_at(visitor.press(page, factor=None), "/selectFactor", "Choose")

    def test_passkey_page_has_a_way_out_without_scripts(self):
        self.choosing("WEB_AUTHN", "EMAIL_OTP")
        self.user("ada")
        visitor, page = self.login()
        page = visitor.press(page, username="ada")
        if "WEB_AUTHN" in page.form.choices.get("factor", []):
            page = visitor.press(page, factor="WEB_AUTHN")
            self.check_at(page, "/passkey")
            self.check_at(visitor.press(page, "other"), "/selectFactor")


class Turns(Case):
    """Back, reload, two tabs, too late."""

    def setUp(self):
        self.pool(mfa={"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": SMS}})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")

    def code(self):
        return self.server.messages(pool=self.pool_id, to=PHONE)[0]["code"]

    def test_too_late(self):
        visitor, page = self.begin()
        code = self.code()
        self.server.advance(200)
        page = visitor.press(page, code=code)
        self.check_at(page, "/login")
        self.assertIn("timed out", page.body)

    def test_reload_shows_the_same_page(self):
        visitor, page = self.begin()
        again = visitor.get(page.path)
        self.check_at(again, "/mfa")
        self.assertEqual(len(self.server.messages(pool=self.pool_id, to=PHONE)), 1)

    def test_start_again(self):
        visitor, page = self.begin()
        page = visitor.press(page, "back")
        self.check_at(page, "/login")
        self.check_at(visitor.get("/mfa?" + self.query()), "/login")

    def test_code_that_was_sent_twice(self):
        visitor, page = self.begin()
        twin = visitor.copy()
        code = self.code()
        self.check_in(visitor.press(page, code=code))
        page = twin.press(page, code=code)
        self.check_at(page, "/login")

    def test_tab_that_was_left_behind(self):
        visitor, old = self.begin()
        page = visitor.press(visitor.get("/login?" + self.query()), username="ada", password=PASSWORD)
        self.check_at(page, "/mfa")
        stale = visitor.press(old, code=self.code())
        self.check_at(stale, "/mfa")
        self.check_in(visitor.press(stale, code=self.code()))

    def test_state_of_another_browser(self):
        visitor, page = self.begin()
        thief, _ = self.login()
        thief.cookies["page-data"] = visitor.cookies["page-data"]
        page = thief.get("/mfa?" + self.query())
        self.check_at(page, "/login")

    def test_old_state_is_used_up(self):
        visitor, page = self.begin()
        kept = visitor.cookies["page-data"]
        code = self.code()
        self.check_in(visitor.press(page, code=code))
        visitor.cookies["page-data"] = kept
        page = visitor.press(visitor.get("/mfa?" + self.query()), code=code)
        self.check_at(page, "/login")

    def test_api_does_not_take_the_session_of_a_page(self):
        """The cookie is sealed, so all that can be tried is that nothing of it is a Session."""
        visitor, _ = self.begin()
        answer = visitor.request("POST", "/", '{"ClientId":"%s","ChallengeName":"SMS_MFA","Session":"%s","ChallengeResponses":'
                                 '{"USERNAME":"ada","SMS_MFA_CODE":"%s"}}' % (self.client, visitor.cookies["page-data"][:2000],
                                                                             self.code()),
                                 {"Content-Type": "application/x-amz-json-1.1", "Sec-Fetch-Site": None, "Origin": None,
                                  "X-Amz-Target": "AWSCognitoIdentityProviderService.RespondToAuthChallenge"})
        self.assertEqual(answer.status, 400)
        self.assertIn("Invalid session", answer.body)


if __name__ == "__main__":
    unittest.main()
