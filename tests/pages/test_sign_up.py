#!/usr/bin/env python3
"""Sign-up without scripts: the form, the code, the link; who is already there, and what nobody is told."""

import re
import unittest
import urllib.parse

from world import PASSWORD, Case, Visitor


class SignUp(Case):
    def sign_up_page(self, visitor=None, **more):
        visitor = visitor or Visitor(self.server)
        return visitor, visitor.get("/signup?" + self.query(**more))

    def sign_up(self, name="ada", email=None, password=PASSWORD, **more):
        visitor, page = self.sign_up_page()
        return visitor, visitor.press(page, username=name, attribute__email=email or f"{name}@example.com", password=password,
                                      **more)

    def code(self, email):
        return self.server.messages(to=email)[0]["code"]

    def status(self, name="ada"):
        return self.admin("AdminGetUser", Username=name)["UserStatus"]

    # ---- the way through ----

    def test_sign_up_confirm_and_be_signed_in(self):
        self.pool()
        visitor, page = self.sign_up()
        self.check_at(page, "/confirm")
        self.assertIn("a***@e***", page.body)
        self.assertNotIn("ada@example.com", page.body)
        self.check_in(visitor.press(page, code=self.code("ada@example.com")))
        self.assertEqual(self.status(), "CONFIRMED")
        self.check_in(visitor.press(visitor.get("/login?" + self.query()), "continue"))

    def test_code_may_have_blanks(self):
        self.pool()
        visitor, page = self.sign_up()
        code = self.code("ada@example.com")
        self.check_in(visitor.press(page, code=f" {code[:3]} {code[3:]} "))

    def test_email_is_the_user_name(self):
        self.pool(UsernameAttributes=["email"])
        visitor, page = self.sign_up_page()
        self.assertNotIn("attribute.email", page.form.kinds)
        page = visitor.press(page, username="ada@example.com", password=PASSWORD)
        self.check_at(page, "/confirm")
        self.check_in(visitor.press(page, code=self.code("ada@example.com")))

    def test_phone_is_the_user_name(self):
        self.pool(UsernameAttributes=["phone_number"], AutoVerifiedAttributes=["phone_number"],
                  SmsConfiguration={"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"})
        visitor, page = self.sign_up_page()
        page = visitor.press(page, username="0049 (151) 123-45678", password=PASSWORD)
        self.check_at(page, "/confirm")
        self.check_in(visitor.press(page, code=self.code("+4915112345678")))

    def test_required_attributes_are_asked_for(self):
        self.pool(Schema=[{"Name": "given_name", "Required": True, "Mutable": True},
                          {"Name": "birthdate", "Required": True, "Mutable": True},
                          {"Name": "phone_number", "Required": True, "Mutable": True}])
        visitor, page = self.sign_up_page()
        self.assertEqual(page.form.kinds["attribute.birthdate"], "date")
        self.assertEqual(page.form.kinds["attribute.phone_number"], "tel")
        fields = {"username": "ada", "password": PASSWORD, "attribute__email": "ada@example.com",
                  "attribute__given_name": "Ada", "attribute__birthdate": "1815-12-10"}
        page = visitor.press(page, attribute__phone_number="12 34", **fields)
        self.check_at(page, "/signup", "phone number")
        self.assertIn(("attribute.given_name", "Ada"), page.form.fields)
        page = visitor.press(page, **{**fields, "attribute__phone_number": "+44 20 7946 0000"})
        self.check_at(page, "/confirm")
        got = {a["Name"]: a["Value"] for a in self.admin("AdminGetUser", Username="ada")["UserAttributes"]}
        self.assertEqual((got["given_name"], got["birthdate"], got["phone_number"]), ("Ada", "1815-12-10", "+442079460000"))

    def test_terms_of_the_client_in_the_language_of_the_page(self):
        self.pool()
        _, page = self.sign_up_page()
        self.assertEqual([text for _, text in page.html.links if "erms" in text or "rivacy" in text], [])
        for name, links in (("terms-of-use", {"cognito:default": "https://app.example.com/terms?a=1&b=2",
                                              "cognito:german": "https://app.example.com/agb"}),
                            ("privacy-policy", {"cognito:default": "https://app.example.com/privacy"})):
            self.admin("CreateTerms", ClientId=self.client, TermsName=name, TermsSource="LINK", Enforcement="NONE", Links=links)
        visitor, page = self.sign_up_page()
        self.assertEqual(page.link("Terms of use"), "https://app.example.com/terms?a=1&b=2")
        self.assertEqual(page.link("Privacy policy"), "https://app.example.com/privacy")
        page = visitor.press(page, username="")
        self.assertEqual(page.link("Terms of use"), "https://app.example.com/terms?a=1&b=2")
        _, page = self.sign_up_page(lang="de")
        self.assertEqual(page.link("Nutzungsbedingungen"), "https://app.example.com/agb")
        self.assertEqual(page.link("Datenschutzerklärung"), "https://app.example.com/privacy")
        _, page = self.sign_up_page(lang="ar")
        self.assertIn("https://app.example.com/terms?a=1&b=2", [href for href, _ in page.html.links])

    def test_link_confirms_by_its_button_and_not_by_being_looked_at(self):
        self.pool(VerificationMessageTemplate={"DefaultEmailOption": "CONFIRM_WITH_LINK"})
        visitor, page = self.sign_up()
        self.check_at(page, "/confirm")
        self.assertNotIn("code", page.form.kinds)
        link = urllib.parse.urlsplit(self.server.messages(to="ada@example.com")[0]["link"])
        other = Visitor(self.server)
        page = other.get(f"{link.path}?{link.query}")
        self.assertEqual((page.status, page.html.page), (200, "confirm_link"))
        self.assertEqual(self.status(), "UNCONFIRMED")
        # A tab from before the browser forgot its cookies shows the same link anew.
        other.cookies.clear()
        page = other.press(page)
        self.assertEqual((page.status, page.html.page), (200, "confirm_link"))
        page = other.press(page)
        self.assertEqual((page.at, page.status, page.html.page), ("/confirmUser/done", 200, "confirmed"))
        self.assertEqual(self.status(), "CONFIRMED")
        # Whoever signed up goes on where he was.
        self.check_in(visitor.press(visitor.get("/confirm?" + self.query())))
        # Loaded again it says the same; elsewhere the link has been used.
        self.assertEqual(other.get(f"{link.path}?{link.query}").html.page, "confirmed")
        other = Visitor(self.server)
        page = other.press(other.get(f"{link.path}?{link.query}"))
        self.assertEqual(page.status, 400)
        self.assertIn("was used before", " ".join(page.errors))

    def test_another_code(self):
        self.pool()
        visitor, page = self.sign_up()
        first = self.code("ada@example.com")
        page = visitor.press(page, "resend")
        self.check_at(page, "/confirm")
        self.assertIn("Another code", page.body)
        second = self.code("ada@example.com")
        if first != second:
            page = visitor.press(page, code=first)
            self.check_at(page, "/confirm", "isn’t right or has expired")
        self.check_in(visitor.press(page, code=second))

    def test_confirmed_elsewhere_and_later(self):
        self.pool()
        self.sign_up()
        visitor = Visitor(self.server)
        page = visitor.get("/confirm?" + self.query())
        page = visitor.press(page, username="ada", code=self.code("ada@example.com"))
        # The code alone confirms; it signs nobody in on another browser.
        self.check_at(page, "/login")
        self.assertIn("account is ready", page.body)
        self.assertEqual(self.status(), "CONFIRMED")

    def test_sign_in_before_confirming(self):
        self.pool()
        self.sign_up()
        visitor, page = self.begin()
        self.check_at(page, "/confirm")
        self.check_at(visitor.press(page, code=self.code("ada@example.com")), "/login")

    # ---- wrong input ----

    def test_wrong_input_stays_beside_its_field(self):
        self.pool()
        for fields, error in (({"username": ""}, "Fill this in"), ({"username": "a b"}, "no spaces"),
                              ({"attribute__email": "ada"}, "email address"), ({"attribute__email": ""}, "Fill this in"),
                              ({"password": ""}, "Fill this in"), ({"password": "short"}, "doesn’t meet")):
            with self.subTest(fields):
                visitor, page = self.sign_up_page()
                values = {"username": "ada", "attribute__email": "ada@example.com", "password": PASSWORD, **fields}
                page = visitor.press(page, **values)
                self.assertEqual(page.status, 400)
                self.check_at(page, "/signup", error)
                shown = dict(page.form.fields)
                self.assertEqual(shown["username"], values["username"])
                self.assertEqual(shown["attribute.email"], values["attribute__email"])
                self.assertEqual(shown["password"], "")
        self.assertEqual(self.admin("ListUsers")["Users"], [])

    def test_wrong_code(self):
        self.pool()
        visitor, page = self.sign_up()
        for code, error in (("000000", "isn’t right or has expired"), ("", "Fill this in"), ("x" * 3000, "isn’t right or has expired")):
            page = visitor.press(page, code=code)
            self.assertEqual(page.status, 400)
            self.check_at(page, "/confirm", error)
        self.assertEqual(self.status(), "UNCONFIRMED")

    def test_too_many_codes(self):
        self.pool()
        visitor, page = self.sign_up()
        for _ in range(15):
            page = visitor.press(page, code="000000")
        page = visitor.press(page, code=self.code("ada@example.com"))
        self.check_at(page, "/confirm", "Too many")

    def test_only_administrators(self):
        self.pool(AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
        visitor, page = self.login()
        self.assertNotIn("/signup", page.body)
        page = visitor.get("/signup?" + self.query())
        self.assertEqual((page.status, page.html.page), (403, "signup_closed"))
        self.assertNotIn("username", [name for form in page.html.forms for name in form.kinds])

    # ---- what a browser does ----

    def test_pressed_twice(self):
        self.pool()
        visitor, page = self.sign_up_page()
        fields = {"username": "ada", "attribute__email": "ada@example.com", "password": PASSWORD}
        twin = visitor.copy()
        first = visitor.press(page, **fields)
        self.check_at(first, "/confirm")
        # Back, and pressed again: the account is there.
        self.check_at(visitor.press(page, **fields), "/confirm")
        self.assertEqual(len(self.server.messages(to="ada@example.com", pool=self.pool_id)), 1)
        # At the same time, so that the second answer is the one that the browser keeps.
        late = twin.press(page, **fields)
        self.check_at(late, "/confirm")
        code = next(m["code"] for m in self.server.messages(to="ada@example.com", pool=self.pool_id) if m["code"])
        self.check_at(twin.press(late, code=code), "/login")
        self.assertEqual(self.status(), "CONFIRMED")

    def test_code_is_sent_twice(self):
        self.pool()
        visitor, page = self.sign_up()
        code = self.code("ada@example.com")
        self.check_in(visitor.press(page, code=code))
        page = visitor.press(page, code=code)
        self.check_at(page, "/login")
        self.check_in(visitor.press(page, "continue"))

    def test_forms_of_others_do_nothing(self):
        self.pool()
        visitor, page = self.sign_up_page()
        fields = {"username": "ada", "attribute__email": "ada@example.com", "password": PASSWORD}
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example", "Sec-Fetch-Site": None}):
            self.assertEqual(visitor.submit(page, headers=headers, **fields).status, 403)
        self.assertEqual(visitor.submit(page, _csrf="0" * 36, **fields).status, 303)
        visitor.cookies.pop("XSRF-TOKEN")
        self.assertEqual(visitor.submit(page, **fields).status, 303)
        self.assertEqual(self.admin("ListUsers")["Users"], [])

    def test_address_that_is_too_long_is_told(self):
        self.pool()
        visitor = Visitor(self.server)
        for path in ("/signup", "/account", "/confirmUser"):
            page = visitor.get(f"{path}?{self.query(login_hint='ü' * 1100)}")
            self.assertEqual((page.status, page.html.page), (400, "error"))

    # ---- who is there ----

    def test_taken_name_is_not_told(self):
        self.pool()
        self.user("olaf")
        pages = []
        for name in ("nils", "olaf"):
            visitor, page = self.sign_up(name, "x@example.com")
            self.check_at(page, "/confirm")
            wrong = visitor.press(page, code="000000")
            again = visitor.press(wrong, "resend")
            pages.append([(p.status, self.plain(p, name)) for p in (page, wrong, again)])
        self.assertEqual(*pages)
        notice = self.server.messages(to="x@example.com", purpose="notice", pool=self.pool_id)
        self.assertEqual(len(notice), 1)
        self.assertIsNone(notice[0]["code"])
        self.assertEqual(self.status("olaf"), "CONFIRMED")

    def test_another_code_tells_nothing(self):
        self.pool()
        self.sign_up("nils")
        self.user("olaf")
        pages = []
        for name in ("nils", "olaf", "nemo"):
            visitor = Visitor(self.server)
            page = visitor.press(visitor.get("/confirm?" + self.query()), "resend", username=name)
            self.check_at(page, "/confirm")
            wrong = visitor.press(page, code="000000")
            pages.append([(p.status, re.sub(r".\*\*\*@.\*\*\*", "X", self.plain(p, name))) for p in (page, wrong)])
        self.assertEqual(pages[0], pages[1])
        self.assertEqual(pages[0], pages[2])

    def test_taken_address_is_not_told(self):
        self.pool(UsernameAttributes=["email"])
        self.user("olaf@example.com", email="olaf@example.com")
        pages = []
        for name in ("nils@example.com", "olaf@example.com"):
            visitor, page = self.sign_up_page()
            page = visitor.press(page, username=name, password=PASSWORD)
            self.check_at(page, "/confirm")
            wrong = visitor.press(page, code="000000")
            pages.append([(p.status, self.plain(p, name, name[0])) for p in (page, wrong)])
        self.assertEqual(*pages)

    def test_password_of_another_takes_nothing_over(self):
        """Somebody signs up with an address that is not his; its owner signs up later, and his code is his own."""
        self.pool(UsernameAttributes=["email"])
        mallory, page = self.sign_up_page()
        page = mallory.press(page, username="ada@example.com", password="Mallory-horse-1")
        first = self.code("ada@example.com")
        ada, own = self.sign_up_page()
        own = ada.press(own, username="ada@example.com", password=PASSWORD)
        self.assertEqual(self.server.messages(to="ada@example.com")[0]["purpose"], "notice")
        self.check_in(mallory.press(page, code=first))
        self.check_at(ada.press(own, code=first), "/confirm", "isn’t right or has expired")

    def plain(self, page, name, letter=None):
        """A page without what the visitor typed, and what differs by chance."""
        text = page.body.replace(name, "NAME")
        if letter:
            text = text.replace(f"{letter}***@", "X***@")
        for field in ("_csrf", "_state"):
            for form in page.html.forms:
                for key, value in form.fields:
                    if key == field and value:
                        text = text.replace(value, field)
        return text


if __name__ == "__main__":
    unittest.main()
