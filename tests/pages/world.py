"""Pools, clients and people for the tests of the pages; a server that they share."""

import os
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lifeguard import ApiError, Server, totp  # noqa: E402,F401
from visitor import Visitor  # noqa: E402

PASSWORD = "Correct-horse-9"
APP = "https://app.example.com/callback"


class Case(unittest.TestCase):
    """One server a class; `self.pool(...)` makes a pool and a client, `self.user(...)` somebody in it."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.now = 0

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def pool(self, client=None, mfa=None, **settings):
        settings.setdefault("AutoVerifiedAttributes", ["email"])
        settings.setdefault("UserPoolTags", {}).setdefault("lifeguard:tokens.alg", "ES256")
        pool = self.server.call("CreateUserPool", {"PoolName": "pages", **settings})["UserPool"]["Id"]
        if mfa:
            self.server.call("SetUserPoolMfaConfig", {"UserPoolId": pool, **mfa}, signed=True)
        self.client = self.server.call("CreateUserPoolClient", {
            "UserPoolId": pool, "ClientName": "app", "CallbackURLs": [APP], "LogoutURLs": ["https://app.example.com/bye"],
            "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"], "AllowedOAuthFlowsUserPoolClient": True,
            "SupportedIdentityProviders": ["COGNITO"], **(client or {})})["UserPoolClient"]["ClientId"]
        self.pool_id = pool
        return pool

    def user(self, name="ada", password=PASSWORD, **attributes):
        attributes.setdefault("email", f"{name}@example.com")
        attributes.setdefault("email_verified", "true")
        self.server.call("AdminCreateUser", {
            "UserPoolId": self.pool_id, "Username": name, "MessageAction": "SUPPRESS", "TemporaryPassword": "Temporary-horse-1",
            "UserAttributes": [{"Name": key, "Value": value} for key, value in attributes.items() if value]})
        if password:
            self.server.call("AdminSetUserPassword", {"UserPoolId": self.pool_id, "Username": name, "Password": password,
                                                      "Permanent": True})

    def admin(self, operation, **members):
        return self.server.call(operation, {"UserPoolId": self.pool_id, **members}, signed=True)

    def query(self, **more):
        return urllib.parse.urlencode({"client_id": self.client, "response_type": "code", "redirect_uri": APP,
                                       "scope": "openid email", "state": "s-1", **more})

    def login(self, visitor=None, **more):
        """(visitor, first page)"""
        visitor = visitor or Visitor(self.server)
        return visitor, visitor.get("/login?" + self.query(**more))

    def begin(self, name="ada", password=PASSWORD, **more):
        """What follows the right name and password."""
        visitor, page = self.login(**more)
        return visitor, visitor.press(page, username=name, password=password)

    def check_in(self, page):
        """The person is back at the application, with a code. Returns the parameters."""
        self.assertIn(page.status, (302, 303), page.body)
        self.assertTrue(page.location.startswith(APP + "?"), page.location)
        values = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.location).query))
        self.assertIn("code", values)
        self.assertEqual(values["state"], "s-1")
        return values

    def check_at(self, page, path, error=None):
        self.assertEqual(page.at, path, page.body)
        if error:
            self.assertTrue(page.errors, page.body)
            self.assertIn(error, " ".join(page.errors))
        else:
            self.assertEqual(page.errors, [], page.body)
