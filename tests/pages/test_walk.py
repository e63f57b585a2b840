"""Random walks over the pages of sign-in: right and wrong answers, replays, forms sent elsewhere, states that were kept.

Whatever the walk does, an oracle knows what each state of the browser has proven, by the answers that led to it, and
nobody may come back to the application, or see his account, with less than the pool asks for.
"""

import os
import random
import re
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from visitor import Visitor  # noqa: E402
from world import APP, PASSWORD, Case  # noqa: E402

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}
PHONE = "+15555550100"
TEMPORARY = "Temporary-horse-1"
NEW = "New-password-7"
PATHS = ["/login", "/selectFactor", "/password", "/mfa", "/mfaOption", "/mfaSetup", "/mfaTotp", "/newPassword", "/passkey",
         "/passkey/options", "/login/options", "/confirm", "/passkeys/add"]
LOOKED_AT = ["/account", "/account/profile", "/account/password"]  # and nothing is done there
STEPS = int(os.environ.get("PAGES_WALK_STEPS", "250"))
SEED = int(os.environ.get("PAGES_WALK_SEED", "1"))


class Walk:
    """Two browsers of one attacker, who knows the password, or the codes, or neither, for a while each."""

    def __init__(self, case, seed, enough, password):
        self.case, self.random, self.enough, self.password = case, random.Random(seed), enough, password
        self.visitors = [Visitor(case.server), Visitor(case.server)]
        self.pages = {}          # visitor: pages that have a form
        self.proven = {}         # value of page-data: what it took to get it
        self.sessions = set()    # values of cognito cookies that were come by honestly
        self.kept = []           # (name, value) of cookies that somebody wrote down
        self.trail = []
        self.reached = 0

    def sent(self):
        """All codes that were ever sent to the person, the newest first."""
        return [m["code"] for m in self.case.server.messages(pool=self.case.pool_id) if m["code"]]

    def value(self, name, sent):
        """What to type into a field, and what that proves."""
        choose = self.random.random()
        if name == "username":
            return ("ada", None) if choose < 0.9 else ("nobody", None)
        if name == "password":
            return (self.password, "PASSWORD") if choose < 0.6 else ("Wrong-horse-9", None)
        if name == "code":
            if not sent or choose > 0.8:
                return "000000", None
            return (sent[0] if choose < 0.6 else self.random.choice(sent)), "CODE"
        if name == "factor":
            return self.random.choice(["PASSWORD", "EMAIL_OTP", "SMS_MFA", "SMS_OTP", "SOFTWARE_TOKEN_MFA", "WEB_AUTHN"]), None
        return self.random.choice(["", "x", "ada@example.com"]), None

    def session_of(self, visitor):
        return next((value for name, value in visitor.cookies.items() if name.startswith("cognito")), None)

    def act(self):
        visitor = self.random.choice(self.visitors)
        choose = self.random.random()
        before = visitor.cookies.get("page-data")
        session = self.session_of(visitor)
        claims, typed = set(), {}
        forms = self.pages.get(visitor, [])
        if choose < 0.12 or not forms:
            path = self.random.choice(PATHS + LOOKED_AT) + "?" + self.case.query(**self.random.choice([{}, {}, {"prompt": "login"}]))
            page = visitor.request("GET", path)
        elif choose < 0.2:
            self.tamper(visitor)
            return
        else:
            page, claims, typed = self.post(visitor, forms)
        self.judge(visitor, page, before, session, claims, typed)
        if page.html and page.html.forms and not page.at.startswith("/account"):
            forms.append(page)
            self.pages[visitor] = forms[-6:]
        elif page.status in (302, 303) and page.location.startswith("/"):
            follow = visitor.request("GET", page.location)
            self.judge(visitor, follow, visitor.cookies.get("page-data"), self.session_of(visitor), set(), {})
            if follow.html and follow.html.forms and not follow.at.startswith("/account"):
                self.pages[visitor] = (forms + [follow])[-6:]

    def post(self, visitor, forms):
        """A form, the newest more often than not; mostly to its own page and with its own button."""
        page = forms[-1] if self.random.random() < 0.7 else self.random.choice(forms)
        sent = self.sent()
        fields, claims = [], set()
        for name, value in page.form.fields:
            if name in ("_csrf", "_state"):
                fields.append((name, visitor.cookies.get("XSRF-TOKEN", value) if name == "_csrf" else value))
                continue
            value, proves = self.value(name, sent)
            fields.append((name, value))
            claims |= {proves} - {None}
        for name in page.form.choices:
            if name not in dict(fields):
                fields.append((name, self.value(name, sent)[0]))
        buttons = [b for b in page.form.buttons if b[0]]
        action = buttons[0][1] if buttons and self.random.random() < 0.7 else self.random.choice(
            ["continue", "another", "resend", "other", "back", "next", "sign_in"])
        path = page.path
        if self.random.random() < 0.15:
            path = self.random.choice(PATHS) + "?" + self.case.query()
            fields += [(name, self.value(name, sent)[0]) for name in ("password", "code") if name not in dict(fields)]
            claims |= {proves for name, proves in (("password", "PASSWORD"), ("code", "CODE"))
                       if dict(fields).get(name) in (self.password, NEW, *sent)}
        fields.append(("action", action))
        return visitor.request("POST", path, urllib.parse.urlencode(fields)), claims, dict(fields)

    def tamper(self, visitor):
        """Write a cookie down, or bring one back; of another browser too."""
        names = [name for name in visitor.cookies if name != "XSRF-TOKEN"]
        if names and self.random.random() < 0.5:
            name = self.random.choice(names)
            self.kept = (self.kept + [(name, visitor.cookies[name])])[-8:]
        elif self.kept:
            name, value = self.random.choice(self.kept)
            visitor.cookies[name] = value
            self.trail.append(f"cookie {name} brought back")

    def judge(self, visitor, page, before, session, claims, typed):
        had = self.proven.get(before, frozenset())
        now = frozenset(had | claims)
        after, new = visitor.cookies.get("page-data"), self.session_of(visitor)
        self.trail.append(f"{typed} {page.path.split('?')[0]} {typed.get('action', '')} {sorted(claims)} -> {page.status} "
                          f"{(page.location or '').split('?')[0]} had {sorted(had)}")
        self.case.assertLess(page.status, 500, self.story())
        if new and new != session and new not in self.sessions:
            self.case.assertTrue(self.enough(now), self.story("a session for too little"))
            self.sessions.add(new)
        if page.location and page.location.startswith(APP) and "code=" in page.location:
            self.reached += 1
            honest = new in self.sessions and (self.enough(now) or session in self.sessions)
            self.case.assertTrue(honest, self.story("a code for too little"))
        if page.html and re.match("account", page.html.page or ""):
            self.case.assertIn(session, self.sessions, self.story("an account without a session"))
        if after and after != before and after not in self.proven:
            # A page that begins anew has proven nothing, whatever the one before had.
            anew = page.location and urllib.parse.urlsplit(page.location).path == "/login"
            self.proven[after] = frozenset() if anew else now

    def story(self, what=""):
        return f"{what} (PAGES_WALK_SEED={SEED})\n" + "\n".join(self.trail[-25:])

    def run(self, steps):
        for i in range(steps):
            self.act()
            if i % 60 == 59:
                # Lockouts and hourly budgets shall not stop the walk.
                self.case.server.advance(3700)


class Walks(Case):
    def walk(self, seed, enough, password=PASSWORD):
        walk = Walk(self, seed, enough, password)
        walk.run(STEPS)
        return walk

    def several(self, enough, password=PASSWORD, least=1):
        reached = sum(self.walk(SEED + i, enough, password).reached for i in range(3))
        self.assertGreaterEqual(reached, least, "the walks never came to an end; they prove nothing")

    def test_password_alone(self):
        self.pool()
        self.user("ada")
        self.several(lambda proven: "PASSWORD" in proven)

    def test_password_and_code(self):
        self.pool(mfa={"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": SMS}})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        self.several(lambda proven: {"PASSWORD", "CODE"} <= proven)

    def test_password_or_code(self):
        self.pool(client={"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
                  Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}})
        self.user("ada")
        self.several(lambda proven: bool({"PASSWORD", "CODE"} & proven))

    def test_password_of_somebody_else_is_not_enough(self):
        self.pool(mfa={"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": SMS}})
        self.user("ada", phone_number=PHONE, phone_number_verified="true")
        self.several(lambda proven: {"PASSWORD", "CODE"} <= proven, password="Not-my-horse-9", least=0)


if __name__ == "__main__":
    unittest.main()
