"""Identity pools with boto3 and the AWS command line, as Debian ships them, unmodified."""

import base64
import json
import os
import subprocess
import sys
import unittest

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import DEMO_CLIENT, DEMO_POOL, Server  # noqa: E402

PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/{DEMO_POOL}"
DEVELOPER = "login.example.app"
KEYS = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "any"}


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


class Identity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()

        def client(service, **more):
            return boto3.client(service, endpoint_url=cls.server.url, region_name="us-east-1", **more)
        cls.admin = client("cognito-identity", config=Config(retries={"max_attempts": 1}), **KEYS)
        cls.guest = client("cognito-identity", config=Config(signature_version=UNSIGNED, retries={"max_attempts": 1}))
        idp = client("cognito-idp", **KEYS)
        cls.token = idp.initiate_auth(ClientId=DEMO_CLIENT, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={
            "USERNAME": "demo", "PASSWORD": "Correct-horse-9"})["AuthenticationResult"]["IdToken"]

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def pool(self, **more):
        return self.admin.create_identity_pool(
            IdentityPoolName="boto3", AllowUnauthenticatedIdentities=True, DeveloperProviderName=DEVELOPER,
            CognitoIdentityProviders=[{"ProviderName": PROVIDER, "ClientId": DEMO_CLIENT}], **more)["IdentityPoolId"]

    def test_pools(self):
        admin = self.admin
        pool = self.pool(IdentityPoolTags={"team": "red"})
        self.assertEqual(admin.describe_identity_pool(IdentityPoolId=pool)["IdentityPoolTags"], {"team": "red"})
        arn = f"arn:aws:cognito-identity:us-east-1:123456789012:identitypool/{pool}"
        admin.tag_resource(ResourceArn=arn, Tags={"stage": "test"})
        admin.untag_resource(ResourceArn=arn, TagKeys=["team"])
        self.assertEqual(admin.list_tags_for_resource(ResourceArn=arn)["Tags"], {"stage": "test"})
        pages = admin.get_paginator("list_identity_pools").paginate(PaginationConfig={"PageSize": 1})
        self.assertIn(pool, [one["IdentityPoolId"] for page in pages for one in page["IdentityPools"]])
        admin.set_identity_pool_roles(IdentityPoolId=pool, Roles={
            "authenticated": "arn:aws:iam::123456789012:role/User"}, RoleMappings={
            f"{PROVIDER}:{DEMO_CLIENT}": {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}})
        roles = admin.get_identity_pool_roles(IdentityPoolId=pool)
        self.assertEqual(roles["RoleMappings"][f"{PROVIDER}:{DEMO_CLIENT}"]["Type"], "Token")
        admin.set_principal_tag_attribute_map(IdentityPoolId=pool, IdentityProviderName=PROVIDER, UseDefaults=True)
        self.assertTrue(admin.get_principal_tag_attribute_map(
            IdentityPoolId=pool, IdentityProviderName=PROVIDER)["UseDefaults"])
        admin.delete_identity_pool(IdentityPoolId=pool)
        with self.assertRaises(admin.exceptions.ResourceNotFoundException):
            admin.describe_identity_pool(IdentityPoolId=pool)
        with self.assertRaises(admin.exceptions.InvalidParameterException):
            self.pool(SupportedLoginProviders={"www.example.com": "x"})

    def test_identities(self):
        admin, guest, pool = self.admin, self.guest, self.pool()
        identity = guest.get_id(IdentityPoolId=pool)["IdentityId"]
        self.assertEqual(claims(guest.get_open_id_token(IdentityId=identity)["Token"])["amr"], ["unauthenticated"])
        logins = {PROVIDER: self.token}
        token = guest.get_open_id_token(IdentityId=identity, Logins=logins)
        self.assertEqual(token["IdentityId"], identity)
        self.assertEqual(claims(token["Token"])["aud"], pool)
        self.assertEqual(guest.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"], identity)
        with self.assertRaises(guest.exceptions.NotAuthorizedException):
            guest.get_open_id_token(IdentityId=identity)
        shown = admin.describe_identity(IdentityId=identity)
        self.assertEqual((shown["Logins"], shown["CreationDate"].year >= 2024), ([PROVIDER], True))
        guest.unlink_identity(IdentityId=identity, Logins=logins, LoginsToRemove=[PROVIDER])
        self.assertNotEqual(guest.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"], identity)
        listed = admin.list_identities(IdentityPoolId=pool, MaxResults=60, HideDisabled=True)["Identities"]
        self.assertEqual(len(listed), 2)
        self.assertEqual(admin.delete_identities(
            IdentityIdsToDelete=[one["IdentityId"] for one in listed])["UnprocessedIdentityIds"], [])

    def test_developer_identities(self):
        admin, pool = self.admin, self.pool()

        def token(user, **more):
            return admin.get_open_id_token_for_developer_identity(IdentityPoolId=pool, Logins={DEVELOPER: user}, **more)
        one, two = token("one", TokenDuration=60), token("two")
        self.assertEqual(claims(one["Token"])["amr"][2], f"{DEVELOPER}:{pool}:one")
        with self.assertRaises(admin.exceptions.DeveloperUserAlreadyRegisteredException):
            token("two", IdentityId=one["IdentityId"])
        self.assertEqual(admin.merge_developer_identities(
            IdentityPoolId=pool, DeveloperProviderName=DEVELOPER, SourceUserIdentifier="one",
            DestinationUserIdentifier="two")["IdentityId"], two["IdentityId"])
        self.assertEqual(admin.lookup_developer_identity(
            IdentityPoolId=pool, IdentityId=two["IdentityId"])["DeveloperUserIdentifierList"], ["two", "one"])
        admin.unlink_developer_identity(IdentityPoolId=pool, IdentityId=two["IdentityId"],
                                        DeveloperProviderName=DEVELOPER, DeveloperUserIdentifier="one")
        self.assertNotEqual(token("one")["IdentityId"], two["IdentityId"])

    def test_credentials(self):
        pool = self.pool()
        iam = boto3.client("iam", endpoint_url=self.server.url, region_name="us-east-1", **KEYS)
        trust = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"},
            "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {
                "StringEquals": {"cognito-identity.amazonaws.com:aud": pool},
                "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}}]}
        role = iam.create_role(RoleName="BotoUser", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        iam.put_role_policy(RoleName="BotoUser", PolicyName="p", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:GetRole", "Resource": role}}))
        self.admin.set_identity_pool_roles(IdentityPoolId=pool, Roles={"authenticated": role})
        logins = {PROVIDER: self.token}
        identity = self.guest.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"]
        found = self.guest.get_credentials_for_identity(IdentityId=identity, Logins=logins)["Credentials"]
        keys = {"aws_access_key_id": found["AccessKeyId"], "aws_secret_access_key": found["SecretKey"],
                "aws_session_token": found["SessionToken"]}
        theirs = boto3.client("iam", endpoint_url=self.server.url, region_name="us-east-1", **keys)
        self.assertEqual(theirs.get_role(RoleName="BotoUser")["Role"]["Arn"], role)
        with self.assertRaises(ClientError) as raised:
            theirs.list_roles()
        self.assertEqual(raised.exception.response["Error"]["Code"], "AccessDenied")
        sts = boto3.client("sts", endpoint_url=self.server.url, region_name="us-east-1", **keys)
        self.assertTrue(sts.get_caller_identity()["Arn"].endswith("assumed-role/BotoUser/CognitoIdentityCredentials"))
        token = self.guest.get_open_id_token(IdentityId=identity, Logins=logins)["Token"]
        basic = boto3.client("sts", endpoint_url=self.server.url, region_name="us-east-1",
                             config=Config(signature_version=UNSIGNED))
        assumed = basic.assume_role_with_web_identity(RoleArn=role, RoleSessionName="basic", WebIdentityToken=token)
        self.assertEqual(assumed["SubjectFromWebIdentityToken"], identity)

    def test_command_line(self):
        env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_PAGER": "",
               "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1",
               "AWS_EC2_METADATA_DISABLED": "true"}

        def aws(*words):
            done = subprocess.run(["/usr/bin/aws", "--endpoint-url", self.server.url, "cognito-identity", *words], env=env,
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout) if done.stdout.strip() else None
        pool = aws("create-identity-pool", "--identity-pool-name", "cli", "--allow-unauthenticated-identities",
                   "--cognito-identity-providers", f"ProviderName={PROVIDER},ClientId={DEMO_CLIENT}")["IdentityPoolId"]
        aws("set-identity-pool-roles", "--identity-pool-id", pool, "--roles",
            "authenticated=arn:aws:iam::123456789012:role/User")
        self.assertEqual(list(aws("get-identity-pool-roles", "--identity-pool-id", pool)["Roles"]), ["authenticated"])
        identity = aws("get-id", "--identity-pool-id", pool, "--logins", f"{PROVIDER}={self.token}")["IdentityId"]
        token = aws("get-open-id-token", "--identity-id", identity, "--logins", f"{PROVIDER}={self.token}")["Token"]
        self.assertEqual(claims(token)["sub"], identity)
        self.assertEqual(aws("list-identities", "--identity-pool-id", pool, "--max-results", "10")["Identities"][0]["Logins"],
                         [PROVIDER])
        aws("delete-identity-pool", "--identity-pool-id", pool)


if __name__ == "__main__":
    unittest.main()
