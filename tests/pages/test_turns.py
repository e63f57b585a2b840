#!/usr/bin/env python3
"""Every form of the pages, and what browsers do with forms: sent twice, one after the other or at once; back and
forward; from a tab that was left behind, by another person, after hours, and without cookies. Whatever it is, who did it
stands on a page that makes sense: not on an error page, and with a way to go on."""

import json
import re
import unittest
import urllib.parse

from own import Own
from world import APP, PASSWORD, Visitor, totp

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}
PHONE = "+15555550100"
TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
SMS_MFA = {"SmsMfaConfiguration": {"SmsConfiguration": SMS}}
CHOICE = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}}
PASSKEYS = {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}
ACCOUNT = {"AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"]}
NEW = "New-password-7"

TURNS = ["once", "twice", "at_once", "back", "other_tab", "other_person", "later", "no_cookies"]
# Forms that only lead on, to where a sign-in begins anyway.
QUIET = ("another", "device")
# Pages at which a way ends, and nothing is left to do.
ENDS = ("confirmed", "device_code_done", "signed_out", "form_post")


class Forms(Own):
    """Each `form_...` brings a fresh browser to a form: (browser, page, button, what is typed)."""

    def number(self):
        type(self).now += 1
        return self.now

    def mail(self, to="ada@example.com"):
        return next(m["code"] for m in self.server.messages(to=to, pool=self.pool_id) if m["code"])

    def enter_own(self, path, **pool):
        self.pool(client=ACCOUNT, **pool)
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        return self.enter(path)

    # ---- sign in ----

    def form_login(self):
        self.pool()
        self.user()
        visitor, page = self.login()
        return visitor, page, None, {"username": "ada", "password": PASSWORD}

    def form_continue(self):
        self.form_login()
        visitor, page = self.begin()
        return visitor, visitor.get("/login?" + self.query()), "continue", {}

    def form_another(self):
        visitor, page, _, _ = self.form_continue()
        return visitor, page, "another", {}

    def form_select_factor(self):
        self.pool(client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}, **CHOICE)
        self.user()
        visitor, page = self.login()
        return visitor, visitor.press(page, username="ada"), None, {"factor": "EMAIL_OTP"}

    def form_password(self):
        visitor, page, _, _ = self.form_select_factor()
        return visitor, visitor.press(page, factor="PASSWORD"), None, {"password": PASSWORD}

    def form_first_code(self):
        visitor, page, _, _ = self.form_select_factor()
        page = visitor.press(page, factor="EMAIL_OTP")
        return visitor, page, None, {"code": self.mail()}

    def form_passkey(self):
        self.pool(client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}, **PASSKEYS)
        self.user()
        visitor, page = self.login()
        page = visitor.press(page, username="ada")
        if "factor" in page.form.kinds:
            page = visitor.press(page, factor="WEB_AUTHN")
        return visitor, page, "back" if page.form.button("back") else None, {}

    def form_code(self):
        self.pool(mfa={"MfaConfiguration": "ON", **SMS_MFA})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        visitor, page = self.begin()
        return visitor, page, None, {"code": self.mail(PHONE)}

    def form_resend(self):
        visitor, page, _, _ = self.form_code()
        return visitor, page, "resend", {}

    def form_start_again(self):
        visitor, page, _, _ = self.form_code()
        return visitor, page, "back", {}

    def form_mfa_choice(self):
        self.pool(mfa={"MfaConfiguration": "OPTIONAL", **SMS_MFA, **TOTP}, client={
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        token = self.server.call("InitiateAuth", {"ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {
            "USERNAME": "ada", "PASSWORD": PASSWORD}})["AuthenticationResult"]["AccessToken"]
        secret = self.server.call("AssociateSoftwareToken", {"AccessToken": token})["SecretCode"]
        self.server.call("VerifySoftwareToken", {"AccessToken": token, "UserCode": totp(secret, self.clock())})
        self.admin("AdminSetUserMFAPreference", Username="ada", SMSMfaSettings={"Enabled": True},
                   SoftwareTokenMfaSettings={"Enabled": True})
        visitor, page = self.begin()
        return visitor, page, None, {"factor": "SMS_MFA"}

    def form_setup(self):
        self.pool(mfa={"MfaConfiguration": "ON", "EmailMfaConfiguration": {}, **TOTP},
                  EmailConfiguration={"EmailSendingAccount": "DEVELOPER",
                                      "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com"},
                  AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]})
        self.user()
        visitor, page = self.begin()
        return visitor, page, None, {"factor": "EMAIL_OTP", "email": "ada@example.com"}

    def form_totp(self):
        self.pool(mfa={"MfaConfiguration": "ON", **TOTP})
        self.user()
        visitor, page = self.begin()
        return visitor, page, None, {"code": totp(self.secret(page), self.clock())}

    def form_new_password(self):
        self.pool()
        self.user(password=None)
        visitor, page = self.login()
        return visitor, visitor.press(page, username="ada", password="Temporary-horse-1"), None, {"password": NEW}

    def form_remember(self):
        self.pool(mfa={"MfaConfiguration": "ON", **SMS_MFA},
                  DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        visitor, page = self.begin()
        return visitor, visitor.press(page, code=self.mail(PHONE)), "remember", {}

    # ---- sign up, forgotten password ----

    def form_sign_up(self):
        self.pool()
        visitor = Visitor(self.server)
        return visitor, visitor.get("/signup?" + self.query()), None, {
            "username": "ada", "attribute.email": "ada@example.com", "password": PASSWORD}

    def form_confirm(self):
        visitor, page, _, fields = self.form_sign_up()
        page = visitor.press(page, **fields)
        return visitor, page, None, {"code": self.mail()}

    def form_confirm_resend(self):
        visitor, page, _, _ = self.form_confirm()
        return visitor, page, "resend", {}

    def form_confirm_link(self):
        self.pool(VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"})
        visitor = Visitor(self.server)
        visitor.press(visitor.get("/signup?" + self.query()), username="ada", attribute__email="ada@example.com", password=PASSWORD)
        link = urllib.parse.urlsplit(self.server.messages(to="ada@example.com", pool=self.pool_id)[0]["link"])
        visitor = Visitor(self.server)
        return visitor, visitor.get(f"{link.path}?{link.query}"), None, {}

    def form_forgot(self):
        self.pool()
        self.user()
        visitor = Visitor(self.server)
        return visitor, visitor.get("/forgotPassword?" + self.query()), None, {"username": "ada"}

    def form_reset(self):
        visitor, page, _, fields = self.form_forgot()
        page = visitor.press(page, **fields)
        return visitor, page, None, {"code": self.mail(), "password": NEW}

    # ---- the account ----

    def form_profile(self):
        visitor, page = self.enter_own("/account/profile")
        return visitor, page, None, {"attribute.given_name": "Ada"}

    def form_contact(self):
        visitor, page = self.enter_own("/account/contact")
        page.html.forms.sort(key=lambda form: "attribute.email" not in form.kinds)
        return visitor, page, "save", {"attribute.email": f"ada{self.number()}@example.com"}

    def form_verify(self):
        visitor, page, button, fields = self.form_contact()
        page = visitor.press(page, button, **fields)
        return visitor, page, None, {"code": self.mail(fields["attribute.email"])}

    def form_own_password(self):
        visitor, page = self.enter_own("/account/password")
        return visitor, page, None, {"old_password": PASSWORD, "password": NEW}

    def form_factors(self):
        visitor, page = self.enter_own("/account/factors", mfa={"MfaConfiguration": "OPTIONAL", **SMS_MFA, **TOTP})
        page.html.forms.insert(0, self.item(page, "enable"))
        return visitor, page, "enable", {}

    def form_own_totp(self):
        visitor, page = self.enter_own("/account/factors", mfa={"MfaConfiguration": "OPTIONAL", **TOTP})
        page = self.press_item(visitor, page, "set_up")
        return visitor, page, None, {"code": totp(self.secret(page), self.clock())}

    def form_factor_off(self):
        visitor, page, button, _ = self.form_factors()
        page = visitor.press(page, button)
        page.html.forms.insert(0, self.item(page, "disable"))
        return visitor, page, "disable", {}

    def form_devices(self):
        visitor, page, button, _ = self.form_remember()
        visitor.press(page, button)
        page = visitor.get(self.own("/account/devices"))
        if page.at == "/login":
            page = visitor.press(page, "continue")
        page.html.forms.insert(0, self.item(page, "forget"))
        return visitor, page, "forget", {}

    def form_sessions(self):
        visitor, page = self.enter_own("/account/sessions")
        self.enter("/account/sessions")
        page = visitor.get(page.path)
        page.html.forms.insert(0, self.item(page, "end_browser"))
        return visitor, page, "end_browser", {}

    def form_delete(self):
        visitor, page = self.enter_own("/account/delete")
        return visitor, page, None, {"sure": "on"} if "sure" in page.form.kinds else {
            name: "on" for name, kind in page.form.kinds.items() if kind == "checkbox"}

    # ---- a device without a keyboard ----

    def form_device(self):
        self.pool()
        self.user()
        answer = Visitor(self.server).request("POST", "/oauth2/device_authorization", urllib.parse.urlencode(
            {"client_id": self.client, "scope": "openid"}))
        visitor = Visitor(self.server)
        return visitor, visitor.get("/device"), None, {"user_code": json.loads(answer.body)["user_code"]}

    def form_connect(self):
        visitor, page, _, fields = self.form_device()
        page = visitor.press(page, **fields)
        return visitor, visitor.press(page, username="ada", password=PASSWORD), "connect", {}


class Turns(Forms):
    def sensible(self, page, what):
        if page.status in (302, 303):
            self.assertTrue(page.location.startswith(APP), f"{what}: {page.location}")
            return f"-> app {'code' if 'code=' in page.location else page.location}"
        self.assertIn(page.status, (200, 400, 403), f"{what}: {page.body}")
        self.assertIsNotNone(page.html, f"{what}: {page.body}")
        self.assertNotEqual(page.html.page, "error", f"{what}: {page.body}")
        self.assertTrue(page.html.heading, what)
        said = re.findall(r'class="notice"[^>]*>([^<]*)', page.body) + page.errors[:1]
        if page.status == 400:
            self.assertTrue(page.errors, f"{what}: {page.body}")
        if page.html.page not in ENDS:
            ways = [b for form in page.html.forms for b in form.buttons if form.method == "post"] + page.html.links
            self.assertTrue(ways, f"{what} leads nowhere: {page.body}")
        return f"{page.status} {page.at} [{page.html.page}] {' | '.join(said)}"

    def turn_once(self, visitor, page, press):
        return press(visitor, page)

    def turn_twice(self, visitor, page, press):
        press(visitor, page)
        return press(visitor, page)

    def turn_at_once(self, visitor, page, press):
        """The browser keeps the cookies of the later answer."""
        twin = visitor.copy()
        press(visitor, page)
        return press(twin, page)

    def turn_back(self, visitor, page, press):
        press(visitor, page)
        return visitor.get(page.path)

    def turn_other_tab(self, visitor, page, press):
        """Another tab began another way meanwhile."""
        visitor.press(visitor.get("/forgotPassword?" + self.query()), username="nobody")
        return press(visitor, page)

    def turn_other_person(self, visitor, page, press):
        """Somebody else signed in meanwhile, and the first one's tab is still open."""
        visitor.cookies = {name: value for name, value in visitor.cookies.items() if name == "XSRF-TOKEN"}
        return press(visitor, page)

    def turn_later(self, visitor, page, press):
        self.server.advance(26 * 3600)
        return press(visitor, page)

    def turn_no_cookies(self, visitor, page, press):
        visitor.cookies = {}
        return press(visitor, page)


def make(name, turn):
    def test(self):
        visitor, page, button, fields = getattr(self, "form_" + name)()
        self.assertIn(page.status, (200,), page.body)
        form = page.form

        def press(who, at):
            at.html.forms.insert(0, form)
            return who.press(at, button, **fields)
        end = getattr(self, "turn_" + turn)(visitor, page, press)
        said = self.sensible(end, f"{name}, {turn}")
        # What was sent and not done is spoken of: whoever is sent back to the beginning is told why.
        if turn in ("later", "other_person", "no_cookies") and end.html and name not in QUIET:
            if turn == "no_cookies" or end.html.page == "login":
                self.assertFalse(said.endswith("] "), f"{name}, {turn}: {said}")
        if SHOW:
            print(f"{name:16} {turn:12} {said}")
    return test


SHOW = False
for _form in [name[5:] for name in dir(Forms) if name.startswith("form_")]:
    for _turn in TURNS:
        setattr(Turns, f"test_{_form}_{_turn}", make(_form, _turn))


if __name__ == "__main__":
    import sys
    SHOW = "--show" in sys.argv
    unittest.main(argv=[a for a in sys.argv if a != "--show"])
