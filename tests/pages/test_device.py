"""A device without a keyboard is let in on the pages (RFC 8628), with scripts off."""

import json
import os
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from visitor import Visitor  # noqa: E402
from world import PASSWORD, Case  # noqa: E402

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Device(Case):
    def setUp(self):
        self.pool()
        self.user("ada")

    def begin_device(self):
        answer = Visitor(self.server).request("POST", "/oauth2/device_authorization", urllib.parse.urlencode(
            {"client_id": self.client, "scope": "openid email"}))
        self.assertEqual(answer.status, 200, answer.body)
        return json.loads(answer.body)

    def ask(self, device):
        answer = Visitor(self.server).request("POST", "/oauth2/token", urllib.parse.urlencode(
            {"grant_type": DEVICE_GRANT, "client_id": self.client, "device_code": device["device_code"]}))
        self.server.advance(10)
        return answer.status, json.loads(answer.body)

    def confirm(self, visitor, device):
        """The code typed in, and signed in."""
        page = visitor.get("/device")
        page = visitor.press(page, user_code=device["user_code"].lower().replace("-", " "))
        self.check_at(page, "/login")
        page = visitor.press(page, username="ada", password=PASSWORD)
        self.check_at(page, "/device/confirm")
        self.assertIn(device["user_code"], page.body)
        self.assertIn("app", page.body)
        return page

    def test_code_sign_in_and_yes(self):
        device, visitor = self.begin_device(), Visitor(self.server)
        self.assertEqual(self.ask(device)[1]["error"], "authorization_pending")
        page = self.confirm(visitor, device)
        self.assertEqual(self.ask(device)[1]["error"], "authorization_pending")
        page = visitor.press(page, "connect")
        self.assertEqual((page.at, page.html.page), ("/device/done", "device_code_done"))
        self.assertNotIn(device["user_code"], page.path)
        status, tokens = self.ask(device)
        self.assertEqual(status, 200, tokens)
        self.assertIn("access_token", tokens)

    def test_no_means_no(self):
        device, visitor = self.begin_device(), Visitor(self.server)
        page = visitor.press(self.confirm(visitor, device), "deny")
        self.assertEqual((page.at, page.status, page.html.page), ("/device/denied", 200, "device_code"))
        self.assertIn("Nothing was changed", page.body)
        self.assertEqual(self.ask(device)[1]["error"], "access_denied")
        # The same page takes the code of the next device.
        page = visitor.press(page, user_code=self.begin_device()["user_code"])
        self.check_at(page, "/device/confirm")

    def test_address_with_the_code_still_asks(self):
        device, visitor = self.begin_device(), Visitor(self.server)
        target = urllib.parse.urlsplit(device["verification_uri_complete"])
        page = visitor.get(target.path + "?" + target.query)
        self.assertEqual(dict(page.form.fields)["user_code"], device["user_code"])
        self.assertEqual(self.ask(device)[1]["error"], "authorization_pending")

    def test_wrong_code(self):
        visitor = Visitor(self.server)
        page = visitor.press(visitor.get("/device"), user_code="BBBB-BBBB")
        self.assertEqual((page.at, page.status), ("/device", 400))
        self.assertTrue(page.errors)
        self.assertEqual(dict(page.form.fields)["user_code"], "BBBB-BBBB")
        page = visitor.press(page, user_code="")
        self.assertEqual((page.at, page.status), ("/device", 400))

    def test_whoever_is_signed_in_is_asked_all_the_same(self):
        device, visitor = self.begin_device(), Visitor(self.server)
        self.check_in(visitor.press(visitor.get("/login?" + self.query()), username="ada", password=PASSWORD))
        page = visitor.press(visitor.get("/device"), user_code=device["user_code"])
        self.assertEqual((page.at, page.html.page), ("/device/confirm", "device_code_confirm"))
        self.assertEqual(self.ask(device)[1]["error"], "authorization_pending")

    def test_form_of_another_site_lets_nothing_in(self):
        device, visitor = self.begin_device(), Visitor(self.server)
        page = self.confirm(visitor, device)
        answer = visitor.submit(page, "connect", headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
        self.assertEqual(answer.status, 403)
        self.assertEqual(self.ask(device)[1]["error"], "authorization_pending")

    def test_too_late(self):
        device, visitor = self.begin_device(), Visitor(self.server)
        page = self.confirm(visitor, device)
        self.server.advance(700)
        page = visitor.press(page, "connect")
        self.assertEqual((page.status, page.html.page), (400, "device_code"))
        self.assertIn(self.ask(device)[1]["error"], ("expired_token", "invalid_grant"))


if __name__ == "__main__":
    unittest.main()
