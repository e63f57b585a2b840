"""A provider's users as identities of a pool, by boto3: who they are, which role they get, and what forgeries do not reach."""

import base64
import json
import os
import sys
import unittest

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib"), os.path.join(HERE, "..", "lib")]
from idp import ATTRIBUTE, Idp, find, forged, parse, text_of  # noqa: E402

from lifeguard import Server  # noqa: E402

ACCOUNT, OWN = "123456789012", "cognito-identity.amazonaws.com"
ROOT = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "any"}


class Pool(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.addClassCleanup(cls.server.stop)
        cls.idp = Idp()
        cls.addClassCleanup(cls.idp.close)
        cls.iam, cls.admin, cls.guest = cls.client("iam", **ROOT), cls.client("cognito-identity", **ROOT), cls.client("cognito-identity")
        cls.provider = cls.iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=cls.idp.metadata())["SAMLProviderArn"]
        cls.pool = cls.admin.create_identity_pool(IdentityPoolName="p", AllowUnauthenticatedIdentities=True,
                                                  SamlProviderARNs=[cls.provider])["IdentityPoolId"]
        cls.roles = [cls.role(f"Role{n}") for n in range(3)]

    @classmethod
    def client(cls, service, **keys):
        how = {"retries": {"max_attempts": 1}, **({} if keys else {"signature_version": UNSIGNED})}
        return boto3.client(service, endpoint_url=cls.server.url, region_name="us-east-1", config=Config(**how), **keys)

    @classmethod
    def role(cls, name):
        return cls.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Federated": OWN}, "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
            "Condition": {"StringEquals": {f"{OWN}:aud": cls.pool}, "ForAnyValue:StringEquals": {f"{OWN}:amr": cls.provider}}}]}))["Role"]["Arn"]

    def logins(self, roles=None, name="ada@example.com", idp=None, provider=None, **attributes):
        response = (idp or self.idp).respond(
            {ATTRIBUTE + "Role": [f"{role},{self.provider}" for role in self.roles[:1] if roles is None] + [f"{r},{self.provider}" for r in roles or ()],
             **attributes}, name=name, assertion=True)
        return self.as_logins(response, provider)

    def as_logins(self, response, provider=None):
        text = response if isinstance(response, str) else text_of(response)
        return {"Logins": {provider or self.provider: base64.b64encode(text.encode()).decode()}}

    def credentials(self, identity, logins, **more):
        made = self.guest.get_credentials_for_identity(IdentityId=identity, **logins, **more)["Credentials"]
        sts = self.client("sts", aws_access_key_id=made["AccessKeyId"], aws_secret_access_key=made["SecretKey"],
                          aws_session_token=made["SessionToken"])
        return sts.get_caller_identity()["Arn"].split("/")[1]

    def refused(self, code, call, *words, **more):
        with self.assertRaises(ClientError) as raised:
            call(*words, **more)
        self.assertEqual(raised.exception.response["Error"]["Code"], code)

    def test_who_it_is_and_which_role(self):
        identity = self.guest.get_id(IdentityPoolId=self.pool, **self.logins())["IdentityId"]
        self.assertEqual(self.guest.get_id(IdentityPoolId=self.pool, **self.logins())["IdentityId"], identity)
        self.assertNotEqual(self.guest.get_id(IdentityPoolId=self.pool, **self.logins(name="bob"))["IdentityId"], identity)
        self.assertEqual(self.credentials(identity, self.logins()), "Role0")
        # The same response for both calls, as SDKs send it.
        once = self.logins()
        self.guest.get_id(IdentityPoolId=self.pool, **once)
        self.assertEqual(self.credentials(identity, once), "Role0")
        several = self.logins(self.roles[:2])
        self.refused("NotAuthorizedException", self.credentials, identity, several)
        self.assertEqual(self.credentials(identity, several, CustomRoleArn=self.roles[1]), "Role1")
        self.refused("NotAuthorizedException", self.credentials, identity, several, CustomRoleArn=self.roles[2])
        # None is named, and the pool has none.
        self.refused("InvalidIdentityPoolConfigurationException", self.credentials, identity, self.logins([]))
        self.refused("InvalidParameterException", self.guest.get_open_id_token, IdentityId=identity, **self.logins())

    def test_a_guest_becomes_somebody(self):
        guest = self.guest.get_id(IdentityPoolId=self.pool)["IdentityId"]
        self.assertEqual(self.guest.get_credentials_for_identity(IdentityId=guest, **self.logins(name="carol"))["IdentityId"], guest)
        self.assertEqual(self.guest.get_id(IdentityPoolId=self.pool, **self.logins(name="carol"))["IdentityId"], guest)
        self.refused("NotAuthorizedException", self.guest.get_credentials_for_identity, IdentityId=guest)

    def test_forgeries(self):
        def get_id(**logins):
            return self.guest.get_id(IdentityPoolId=self.pool, **logins)
        tree = parse(self.idp.respond(assertion=True))
        evil = forged(find(tree, "saml:Assertion"))
        find(tree, "saml:Assertion").addprevious(evil)
        self.refused("NotAuthorizedException", get_id, **self.as_logins(tree))
        self.refused("NotAuthorizedException", get_id, **self.as_logins(self.idp.respond()))
        self.refused("NotAuthorizedException", get_id, **self.as_logins(self.idp.respond(assertion=True, audience="urn:amazon:webservices",
                                                                                        place="https://elsewhere.example.com/saml")))
        twin = Idp(entity=self.idp.entity)
        self.addCleanup(twin.close)
        other = self.iam.create_saml_provider(Name="Twin", SAMLMetadataDocument=twin.metadata())["SAMLProviderArn"]
        self.refused("NotAuthorizedException", get_id, **self.logins(idp=twin))
        self.refused("NotAuthorizedException", get_id, **self.logins(idp=twin, provider=other))  # not of this pool
        for name in (self.provider.lower(), "Corp", self.idp.entity[len("https://"):], self.provider + "/"):
            self.refused("NotAuthorizedException", get_id, **self.logins(provider=name))
        # Roles of another provider are none, and one's own name does not reach another's identity.
        identity = get_id(**self.logins())["IdentityId"]
        response = self.idp.respond({ATTRIBUTE + "Role": [f"{self.roles[0]},{other}"]}, assertion=True)
        self.refused("InvalidIdentityPoolConfigurationException", self.credentials, identity, self.as_logins(response))
        mallory = get_id(**self.logins(name="mallory"))["IdentityId"]
        self.refused("NotAuthorizedException", self.guest.get_credentials_for_identity, IdentityId=identity, **self.logins(name="mallory"))
        self.assertNotEqual(identity, mallory)


if __name__ == "__main__":
    unittest.main()
