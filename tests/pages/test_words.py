#!/usr/bin/env python3
"""What is said of wrong input is said in the language of the page, in our own words: none of the engine's."""

import re
import unittest

from own import Own
from world import PASSWORD, Visitor, totp

APP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}


class Words(Own):
    def german(self):
        visitor = Visitor(self.server)
        visitor.extra["Accept-Language"] = "de"
        return visitor

    def test_what_a_password_lacks_is_said_beside_the_rules(self):
        self.pool()
        visitor = self.german()
        page = visitor.get("/signup?" + self.query())
        self.assertNotIn("unmet", page.body)
        page = visitor.press(page, username="ada", attribute__email="ada@example.com", password="Short-horse")
        self.check_at(page, "/signup", "erfüllt nicht alle Regeln")
        self.assertEqual(re.findall(r'<li data-rule="(\w+)"[^>]*class="unmet"', page.body), ["digit"])
        self.assertIn("Fehlt", page.body)
        page = visitor.press(page, password="a")
        self.assertEqual(re.findall(r'<li data-rule="(\w+)"[^>]*class="unmet"', page.body),
                         ["length", "upper", "digit", "symbol"])
        # Only what was refused for the rules is marked.
        self.assertNotIn("unmet", visitor.press(page, password="").body)

    def test_each_line_of_the_summary_names_its_field_and_leads_to_it(self):
        self.pool()
        visitor = self.german()
        page = visitor.press(visitor.get("/signup?" + self.query()), username="", attribute__email="x", password="")
        lines = re.findall(r'<a href="(#[^"]*)">(.*?)</a>', page.body[page.body.index('id="errors"'):page.body.index("<form")])
        texts = [(href, re.sub("<.*?>", "", text)) for href, text in lines]
        self.assertEqual([href for href, _ in texts], ["#f-username", "#f-attribute.email", "#f-password"])
        for (href, text), label in zip(texts, ("Benutzername", "E-Mail-Adresse", "Passwort")):
            self.assertTrue(text.startswith(label + ": "), text)
            self.assertIn(f'id="{href[1:]}"', page.body)

    def test_the_last_factor_stays_where_one_is_required(self):
        self.pool(mfa={"MfaConfiguration": "OPTIONAL", **APP})
        self.user("ada")
        visitor, page = self.enter("/account/factors", visitor=self.german())
        page = self.press_item(visitor, page, "set_up")
        page = visitor.press(page, code=totp(self.secret(page), self.clock()))
        self.check_at(page, "/account/factors")
        form = self.item(page, "disable")
        self.admin("SetUserPoolMfaConfig", MfaConfiguration="ON", **APP)
        page.html.forms.insert(0, form)
        page = visitor.press(page, "disable")
        self.check_at(page, "/account/factors", "vorgeschrieben")
        self.assertNotIn("can&#39;t", page.body)

    def test_a_form_post_is_carried_on_in_the_language_of_the_person(self):
        self.pool()
        self.user("ada")
        visitor = Visitor(self.server)
        visitor.extra["Accept-Language"] = "ar"
        page = visitor.get("/login?" + self.query(response_mode="form_post"))
        page = visitor.press(page, username="ada", password=PASSWORD)
        self.assertEqual((page.status, page.html.page), (200, "form_post"))
        self.assertEqual((page.html.lang, page.headers["Content-Language"]), ("ar", "ar"))
        self.assertIn('dir="rtl"', page.body)
        self.assertIn("متابعة", page.body)
        # He is signed in: the endpoint answers by itself, as the application wishes.
        page = visitor.get("/oauth2/authorize?" + self.query(response_mode="form_post", ui_locales="xx fr"))
        self.assertEqual((page.html.page, page.html.lang), ("form_post", "fr"))
        self.assertIn("Un instant", page.body)
        self.assertNotIn("One moment", page.body)


if __name__ == "__main__":
    unittest.main()
