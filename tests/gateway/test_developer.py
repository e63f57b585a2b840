"""A backend's own users, by both flows: the pool chooses their role, or they ask STS for one themselves."""

import os
import sys
import unittest

from botocore.exceptions import ClientError

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from people import DEVELOPER, Account  # noqa: E402

from lifeguard import Server  # noqa: E402


class Developer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.addClassCleanup(cls.server.stop)
        cls.account = account = Account(cls.server.url)
        cls.pool = account.pool()
        # Only who signed in at the developer's, whoever else the pool knows.
        cls.role = account.role(cls.pool, f"{DEVELOPER}:{cls.pool}:*", {"Action": "execute-api:Invoke", "Resource": "*"})
        account.set_roles(cls.pool, cls.role, cls.role)

    def token(self, user, **more):
        found = self.account.admin.get_open_id_token_for_developer_identity(
            IdentityPoolId=self.pool, Logins={DEVELOPER: user}, **more)
        return found["IdentityId"], found["Token"]

    def refused(self, code, call, *words, **more):
        with self.assertRaises(ClientError) as raised:
            call(*words, **more)
        self.assertEqual(raised.exception.response["Error"]["Code"], code)

    def test_enhanced_flow(self):
        identity, token = self.token("ada")
        logins = {"Logins": {"cognito-identity.amazonaws.com": token}}
        keys = self.account.credentials(identity, **logins)
        self.assertTrue(self.account.who(keys).endswith("/CognitoIdentityCredentials"))
        # Another's token opens nothing, and without one it is nobody's.
        other, _ = self.token("bob")
        self.refused("NotAuthorizedException", self.account.credentials, other, **logins)
        self.refused("NotAuthorizedException", self.account.credentials, identity)

    def test_basic_flow(self):
        identity, token = self.token("grace", TokenDuration=3600)
        found = self.account.sts.assume_role_with_web_identity(
            RoleArn=self.role, RoleSessionName="grace", WebIdentityToken=token, DurationSeconds=900)
        self.assertEqual(found["SubjectFromWebIdentityToken"], identity)
        self.assertEqual((found["Provider"], found["Audience"]), ("cognito-identity.amazonaws.com", self.pool))
        self.assertTrue(self.account.who(self.account.assume(self.role, token)).endswith("/basic"))
        # A guest of the same pool is no user of the developer's.
        guest = self.account.guest.get_id(IdentityPoolId=self.pool)["IdentityId"]
        theirs = self.account.guest.get_open_id_token(IdentityId=guest)["Token"]
        self.refused("AccessDenied", self.account.assume, self.role, theirs)
        # Nor is the pool's token good for a role that another pool's people may have.
        elsewhere = self.account.role(self.account.pool(), "authenticated", {"Action": "*", "Resource": "*"})
        self.refused("AccessDenied", self.account.assume, elsewhere, token)

    def test_a_guest_who_turns_out_to_be_the_developers_user_keeps_his_identity(self):
        guest = self.account.guest.get_id(IdentityPoolId=self.pool)["IdentityId"]
        identity, token = self.token("joan", IdentityId=guest)
        self.assertEqual(identity, guest)
        self.assertEqual(self.token("joan")[0], guest)
        self.account.who(self.account.assume(self.role, token))
        self.refused("NotAuthorizedException", self.account.credentials, guest)


if __name__ == "__main__":
    unittest.main()
