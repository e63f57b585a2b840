#!/usr/bin/env python3
"""Phone numbers and the country beside them: sign-up, sign-in by number, required attributes, the account."""

import unittest

from own import Own
from world import PASSWORD, Visitor

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}
TEMPORARY = "Temporary-horse-1"
NUMBER = "attribute.phone_number"
COUNTRY = "attribute.phone_number.country"


class Phone(Own):
    def by_number(self):
        self.pool(UsernameAttributes=["phone_number"], AutoVerifiedAttributes=["phone_number"], SmsConfiguration=SMS)

    def required(self):
        self.pool(Schema=[{"Name": "phone_number", "Required": True, "Mutable": True}])

    def german(self):
        visitor = Visitor(self.server)
        visitor.extra["Accept-Language"] = "de-AT,de;q=0.9,en;q=0.5"
        return visitor

    def shown(self, page, name=NUMBER):
        page.html.forms.sort(key=lambda form: name not in form.kinds)
        fields = dict(page.form.fields)
        return fields[name], fields[name + ".country"]

    def sign_up(self, number, country, visitor=None, name="ada"):
        visitor = visitor or self.german()
        page = visitor.get("/signup?" + self.query())
        return visitor, visitor.press(page, username=name, attribute__email=f"{name}@example.com", password=PASSWORD,
                                      **{NUMBER: number, COUNTRY: country})

    def test_the_country_is_chosen_beside_the_number(self):
        self.required()
        page = self.german().get("/signup?" + self.query())
        self.assertEqual(page.form.kinds[NUMBER], "tel")
        self.assertEqual(self.shown(page), ("", "AT +43"))
        self.assertEqual(len(page.form.choices[COUNTRY]), 245)
        self.assertRegex(page.body, r'<select class="country"[^>]* aria-label="Land"')
        for number, country, stored in (("0664 123 45 67", "AT +43", "+436641234567"), ("06 6982 1234", "IT", "+390669821234"),
                                        ("+44 20 7946 0958", "AT +43", "+442079460958"), ("(555) 555-0100", "US +1", "+15555550100"),
                                        ("٠١٠ ١٢٣٤ ٥٦٧٨", "EG +20", "+201012345678")):
            with self.subTest(number):
                name = "n" + stored[1:]
                _, page = self.sign_up(number, country, name=name)
                self.check_at(page, "/confirm")
                self.assertEqual(self.attributes(name)["phone_number"], stored)

    def test_a_wrong_number_stays_as_it_was_typed(self):
        self.required()
        visitor = self.german()
        for number, country in (("12 34", "DE +49"), ("call me", "FR +33"), ("0151 123456", "XX"), ("+49 151 1234567890123", "JP +81")):
            with self.subTest(number):
                _, page = self.sign_up(number, country, visitor)
                self.assertEqual(page.status, 400)
                self.check_at(page, "/signup", "keine Telefonnummer")
                self.assertEqual(self.shown(page), (number, country if country != "XX" else "AT +43"))
        # Another mistake takes nothing from a number that is right.
        _, page = self.sign_up("0151 12345678", "DE +49", visitor, name="a b")
        self.assertEqual(self.shown(page), ("0151 12345678", "DE +49"))
        _, page = self.sign_up("", "DE +49", visitor)
        self.check_at(page, "/signup", "Füllen Sie")
        self.assertEqual(self.admin("ListUsers")["Users"], [])

    def test_who_signs_in_by_number_types_it_as_at_home(self):
        self.by_number()
        visitor = self.german()
        page = visitor.get("/signup?" + self.query())
        page = visitor.press(page, username="0664 1234567", password=PASSWORD)
        self.check_at(page, "/confirm")
        code = self.server.messages(to="+436641234567")[0]["code"]
        self.check_in(visitor.press(page, code=code))
        for number, more in (("0664/1234567", {}), ("+43 664 1234567", {"username.country": "US +1"}),
                             ("664 1234567", {"username.country": "AT"})):
            visitor = self.german()
            page = visitor.get("/login?" + self.query())
            self.assertEqual(page.form.kinds["username"], "tel")
            self.check_in(visitor.press(page, username=number, password=PASSWORD, **more))
        page = visitor.press(self.german().get("/login?" + self.query()), username="0664 1", password="x")
        visitor = self.german()
        page = visitor.press(visitor.get("/login?" + self.query()), username="0664 1234567", password="wrong")
        self.check_at(page, "/login", "falsch")
        self.assertEqual(self.shown(page, "username"), ("0664 1234567", "AT +43"))
        page = visitor.press(visitor.get("/forgotPassword?" + self.query()), username="0664 1234567")
        self.check_at(page, "/confirmForgotPassword")
        # An application that knows the number need not know how people write it.
        page = self.german().get("/login?" + self.query(login_hint="+441632960961"))
        self.assertEqual(self.shown(page, "username"), ("1632960961", "GB +44"))

    def test_a_number_among_other_names(self):
        self.pool(AliasAttributes=["phone_number"], AutoVerifiedAttributes=["phone_number"], SmsConfiguration=SMS)
        self.user("ada", phone_number="+436641234567", phone_number_verified="true", email=None, email_verified=None)
        self.user("0664", email=None, email_verified=None)
        visitor, page = self.login(self.german())
        self.assertNotIn("username.country", page.form.kinds)
        self.check_in(visitor.press(page, username="+43 (664) 123-4567", password=PASSWORD))
        visitor, page = self.login(self.german())
        self.check_in(visitor.press(page, username="0664", password=PASSWORD))

    def test_a_required_number_is_asked_for_with_a_new_password(self):
        self.required()
        self.user("ada", password=None, phone_number=None)
        visitor, page = self.login(self.german())
        page = visitor.press(page, username="ada", password=TEMPORARY)
        self.check_at(page, "/newPassword")
        page = visitor.press(page, password="New-password-7", **{NUMBER: "1", COUNTRY: "DE +49"})
        self.check_at(page, "/newPassword", "keine Telefonnummer")
        self.assertEqual(self.shown(page), ("1", "DE +49"))
        self.check_in(visitor.press(page, password="New-password-7", **{NUMBER: "0151 12345678"}))
        self.assertEqual(self.attributes()["phone_number"], "+4915112345678")

    def test_the_number_of_an_account(self):
        self.pool(client={"AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"]})
        self.user("ada", phone_number="+441632960961")
        visitor, page = self.enter("/account/contact", visitor=self.german())
        self.assertEqual(self.shown(page), ("1632960961", "GB +44"))
        # Nothing was changed, so nothing is.
        self.assertIn("geändert", visitor.press(page, "save").body)
        page = visitor.get(self.own("/account/contact"))
        self.shown(page)
        page = visitor.press(page, "save", **{NUMBER: "01632 960962"})
        self.assertEqual(self.attributes()["phone_number"], "+441632960962")
        page = visitor.get(self.own("/account/contact"))
        self.shown(page)
        page = visitor.press(page, "save", **{NUMBER: "x", COUNTRY: "IT +39"})
        self.check_at(page, "/account/contact", "keine Telefonnummer")
        self.assertEqual(self.shown(page), ("x", "IT +39"))


if __name__ == "__main__":
    unittest.main()
