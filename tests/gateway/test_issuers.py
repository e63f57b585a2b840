"""Who signed in with a foreign issuer, a program of somebody else's: his identity, and how the issuer's keys are had."""

import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from people import ACCOUNT, Account  # noqa: E402
from peers import Issuer  # noqa: E402

from lifeguard import Server  # noqa: E402

DISCOVERY, KEYS = "/.well-known/openid-configuration", "/jwks"


def trusting(server, issuer):
    """An account whose identity pool takes the issuer's tokens: (account, pool)."""
    account = Account(server.url)
    account.iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["app"], ThumbprintList=["0" * 40])
    return account, account.pool(OpenIdConnectProviderARNs=[f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer.name}"])


class Issuers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.issuer = Issuer()
        cls.addClassCleanup(cls.issuer.stop)

    def test_many_who_sign_in_at_once_fetch_its_keys_once(self):
        with Server() as server:
            account, pool = trusting(server, self.issuer)
            tokens = [self.issuer.id_token(f"user{n}") for n in range(8)]
            before = self.issuer.asked(KEYS), self.issuer.asked(DISCOVERY)
            identities = {}

            def sign_in(n):
                identities[n] = server.call("GetId", {"IdentityPoolId": pool, "Logins": {self.issuer.name: tokens[n % 8]}},
                                            service="cognito-identity")["IdentityId"]
            threads = [threading.Thread(target=sign_in, args=(n,)) for n in range(24)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual((len(identities), len(set(identities.values()))), (24, 8))
            self.assertEqual((self.issuer.asked(KEYS), self.issuer.asked(DISCOVERY)), (before[0] + 1, before[1] + 1))
            # The two hours after which keys are fetched again.
            server.advance(2 * 3600 + 1)
            with self.assertRaises(account.guest.exceptions.NotAuthorizedException):
                account.guest.get_id(IdentityPoolId=pool, Logins={self.issuer.name: tokens[0]})  # has expired
            self.assertEqual(self.issuer.asked(KEYS), before[0] + 2)

    def test_an_address_that_is_not_allowed_is_never_asked(self):
        with Server("--set", "outbound.private=10.0.0.0/8") as server:
            account, pool = trusting(server, self.issuer)
            token = self.issuer.id_token("ada")
            before = self.issuer.asked(KEYS), self.issuer.asked(DISCOVERY)
            with self.assertRaises(account.guest.exceptions.ExternalServiceException):
                account.guest.get_id(IdentityPoolId=pool, Logins={self.issuer.name: token})
            self.assertEqual((self.issuer.asked(KEYS), self.issuer.asked(DISCOVERY)), before)


if __name__ == "__main__":
    unittest.main()
