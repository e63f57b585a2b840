#!/usr/bin/env python3
"""Forgotten passwords without scripts: whose, the code, the new one; what nobody is told, and no way around."""

import re
import unittest

from world import PASSWORD, Case, Visitor

NEW = "Another-horse-7"


class Forgot(Case):
    def forgot(self, name="ada"):
        visitor = Visitor(self.server)
        page = visitor.get("/forgotPassword?" + self.query())
        return visitor, visitor.press(page, username=name)

    def code(self, email="ada@example.com"):
        return self.server.messages(to=email, purpose="forgot", pool=self.pool_id)[0]["code"]

    def test_from_the_sign_in_page_and_back(self):
        self.pool()
        self.user()
        visitor, page = self.login()
        page = visitor.get(page.link("Forgot your password?"))
        self.check_at(page, "/forgotPassword")
        page = visitor.press(page, username="ada")
        self.check_at(page, "/confirmForgotPassword")
        self.assertIn("a***@e***", page.body)
        page = visitor.press(page, code=self.code(), password=NEW)
        self.check_at(page, "/login")
        self.assertIn("password was changed", page.body)
        self.check_in(visitor.press(page, username="ada", password=NEW))
        notices = self.server.messages(to="ada@example.com", purpose="notice", pool=self.pool_id)
        self.assertEqual([m["subject"] for m in notices], ["Your password was changed"])
        self.check_at(self.begin()[1], "/login", "Wrong user name")

    def test_by_sms(self):
        self.pool(AutoVerifiedAttributes=["phone_number"],
                  SmsConfiguration={"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"},
                  AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "verified_phone_number", "Priority": 1}]})
        self.user(phone_number="+4915112345678", phone_number_verified="true")
        visitor, page = self.forgot()
        self.assertIn("+*******5678", page.body)
        self.check_at(visitor.press(page, code=self.code("+4915112345678"), password=NEW), "/login")

    def test_wrong_input_keeps_the_code(self):
        self.pool()
        self.user()
        visitor, page = self.forgot()
        code = self.code()
        for fields, error in (({"code": "", "password": NEW}, "Fill this in"), ({"code": code, "password": ""}, "Fill this in"),
                              ({"code": code, "password": "short"}, "doesn’t meet"),
                              ({"code": "000000", "password": NEW}, "isn’t right or has expired")):
            with self.subTest(fields):
                page = visitor.press(page, **fields)
                self.assertEqual(page.status, 400)
                self.check_at(page, "/confirmForgotPassword", error)
                shown = dict(page.form.fields)
                self.assertEqual((shown["code"], shown["password"]), (fields["code"], ""))
        self.check_at(visitor.press(page, code=code, password=NEW), "/login")

    def test_nobody_is_named(self):
        self.pool()
        self.user()
        self.server.messages(pool=self.pool_id)
        self.user("otto")
        self.admin("AdminDisableUser", Username="otto")
        self.user("bare", email="", email_verified="")
        pages = []
        for name in ("nobody", "otto", "bare"):
            visitor, page = self.forgot(name)
            self.check_at(page, "/confirmForgotPassword")
            wrong = visitor.press(page, code="000000", password=NEW)
            again = visitor.press(wrong, "resend")
            pages.append([(p.status, self.plain(p, name)) for p in (page, wrong, again)])
        self.assertEqual(pages[0], pages[1])
        self.assertEqual(pages[0], pages[2])
        _, real = self.forgot("ada")
        self.assertEqual(self.plain(real, "ada"), pages[0][0][1])
        self.assertEqual({m["user"] for m in self.server.messages(pool=self.pool_id)}, {"ada"})

    def plain(self, page, name):
        text = page.body.replace(f'"{name}"', '"NAME"')
        text = re.sub(r"[a-z0-9]\*\*\*@[a-z0-9]\*\*\*", "X***@X***", text)
        for form in page.html.forms:
            for key, value in form.fields:
                if key in ("_csrf", "_state") and value:
                    text = text.replace(value, key)
        return text

    def test_reset_cannot_be_skipped(self):
        """Neither without having asked, nor in another browser, nor for another name, nor later."""
        self.pool()
        self.user()
        self.user("bob")
        stranger = Visitor(self.server)
        for path in ("/confirmForgotPassword", "/resetPassword"):
            self.check_at(stranger.get(f"{path}?{self.query()}"), "/forgotPassword")
        visitor, page = self.forgot()
        code = self.code()
        other = Visitor(self.server)
        other.get("/login?" + self.query())
        other.cookies["page-data"] = visitor.cookies["page-data"]
        self.check_at(other.get("/confirmForgotPassword?" + self.query()), "/forgotPassword")
        # The name in the form is shown, not believed.
        _, mine = self.forgot("bob")
        self.assertEqual(visitor.submit(page, username="bob", code=code, password=NEW).status, 303)
        self.check_in(self.begin("bob")[1])
        self.check_in(self.begin("ada", NEW)[1])
        self.check_at(mine, "/confirmForgotPassword")

    def test_reset_cannot_be_parked(self):
        self.pool()
        self.user()
        visitor, page = self.forgot()
        code = self.code()
        self.server.advance(8 * 60 + 1)
        self.check_at(visitor.press(page, code=code, password=NEW), "/forgotPassword")
        self.check_in(self.begin()[1])

    def test_pressed_twice(self):
        self.pool()
        self.user()
        visitor, page = self.forgot()
        code = self.code()
        self.check_at(visitor.press(page, code=code, password=NEW), "/login")
        page = visitor.press(page, code=code, password=NEW)
        self.check_at(page, "/login")
        self.check_in(visitor.press(page, username="ada", password=NEW))

    def test_code_is_good_once(self):
        self.pool()
        self.user()
        visitor, page = self.forgot()
        twin = visitor.copy()
        code = self.code()
        visitor.press(page, code=code, password=NEW)
        self.check_at(twin.press(page, code=code, password="Third-horse-11"), "/confirmForgotPassword", "isn’t right or has expired")
        self.check_in(self.begin(password=NEW)[1])

    def test_address_that_changed_takes_no_code(self):
        self.pool()
        self.user()
        visitor, page = self.forgot()
        code = self.code()
        self.admin("AdminUpdateUserAttributes", Username="ada", UserAttributes=[
            {"Name": "email", "Value": "new@example.com"}, {"Name": "email_verified", "Value": "true"}])
        self.check_at(visitor.press(page, code=code, password=NEW), "/confirmForgotPassword", "isn’t right or has expired")

    def test_administrators_alone_reset(self):
        self.pool(AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]})
        self.user()
        for name in ("ada", "nobody"):
            self.check_at(self.forgot(name)[1], "/forgotPassword", "Ask whoever manages")

    def test_forced_by_an_administrator(self):
        self.pool()
        self.user()
        self.admin("AdminResetUserPassword", Username="ada")
        visitor, page = self.begin()
        self.check_at(page, "/forgotPassword")
        self.assertIn(("username", "ada"), page.form.fields)
        page = visitor.press(page)
        self.check_at(visitor.press(page, code=self.code(), password=NEW), "/login")

    def test_too_often(self):
        self.pool()
        self.user()
        for name in ("ada", "nobody"):
            visitor, page = self.forgot(name)
            for _ in range(20):
                page = visitor.press(page, "resend")
            self.check_at(page, "/confirmForgotPassword", "Too many")

    def test_forms_of_others_do_nothing(self):
        self.pool()
        self.user()
        visitor = Visitor(self.server)
        page = visitor.get("/forgotPassword?" + self.query())
        self.assertEqual(visitor.submit(page, username="ada", headers={"Sec-Fetch-Site": "cross-site"}).status, 403)
        self.assertEqual(visitor.submit(page, username="ada", _csrf="0" * 36).status, 303)
        self.assertEqual(self.server.messages(pool=self.pool_id), [])
        visitor, page = self.forgot()
        code = self.code()
        self.assertEqual(
            visitor.submit(page, code=code, password=NEW, headers={"Sec-Fetch-Site": "cross-site"}).status, 403)
        self.assertEqual(visitor.submit(page, code=code, password=NEW, _csrf="0" * 36).status, 303)
        self.check_in(self.begin()[1])


if __name__ == "__main__":
    unittest.main()
