"""boto3 as Debian ships it, unmodified."""

import base64
import hashlib
import hmac
import os
import sys
import time
import unittest

import boto3
from botocore.config import Config

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import DEMO_CLIENT, DEMO_POOL, Server, totp  # noqa: E402

PASSWORD = "Correct-horse-9"


def secret_hash(username, client_id, secret):
    digest = hmac.new(secret.encode(), (username + client_id).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class Boto3(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.idp = boto3.client("cognito-idp", endpoint_url=cls.server.url, region_name="us-east-1",
                               aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="any",
                               config=Config(retries={"max_attempts": 1}))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def pool(self, **settings):
        return self.idp.create_user_pool(PoolName="boto3", **settings)["UserPool"]["Id"]

    def test_journey(self):
        idp = self.idp
        attributes = [{"Name": "email", "Value": "boto@example.com"}]
        up = idp.sign_up(ClientId=DEMO_CLIENT, Username="boto", Password=PASSWORD, UserAttributes=attributes)
        self.assertFalse(up["UserConfirmed"])
        with self.assertRaises(idp.exceptions.UserNotConfirmedException):
            idp.initiate_auth(ClientId=DEMO_CLIENT, AuthFlow="USER_PASSWORD_AUTH",
                              AuthParameters={"USERNAME": "boto", "PASSWORD": PASSWORD})
        with self.assertRaises(idp.exceptions.CodeMismatchException):
            idp.confirm_sign_up(ClientId=DEMO_CLIENT, Username="boto", ConfirmationCode="x")
        idp.confirm_sign_up(ClientId=DEMO_CLIENT, Username="boto", ConfirmationCode=self.server.code("boto@example.com"))
        tokens = idp.initiate_auth(ClientId=DEMO_CLIENT, AuthFlow="USER_PASSWORD_AUTH",
                                   AuthParameters={"USERNAME": "boto", "PASSWORD": PASSWORD})["AuthenticationResult"]
        user = idp.get_user(AccessToken=tokens["AccessToken"])
        self.assertEqual(user["Username"], "boto")
        with self.assertRaises(idp.exceptions.NotAuthorizedException) as raised:
            idp.get_user(AccessToken=tokens["AccessToken"][:-4] + "AAAA")
        self.assertIn("Token", raised.exception.response["Error"]["Message"])

    def test_second_factors(self):
        idp = self.idp
        pool = self.pool()
        idp.set_user_pool_mfa_config(UserPoolId=pool, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True})
        self.assertEqual(idp.get_user_pool_mfa_config(UserPoolId=pool)["MfaConfiguration"], "ON")
        client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", ExplicitAuthFlows=[
            "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
        idp.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
        idp.admin_set_user_password(UserPoolId=pool, Username="ada", Password=PASSWORD, Permanent=True)

        def sign_in():
            return idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                                     AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD})

        setup = sign_in()
        self.assertEqual(setup["ChallengeName"], "MFA_SETUP")
        app = idp.associate_software_token(Session=setup["Session"])
        with self.assertRaises(idp.exceptions.EnableSoftwareTokenMFAException):
            idp.verify_software_token(Session=app["Session"], UserCode=totp(app["SecretCode"], 0))
        now = time.time()
        done = idp.verify_software_token(Session=app["Session"], UserCode=totp(app["SecretCode"], now))
        tokens = idp.respond_to_auth_challenge(ClientId=client, ChallengeName="MFA_SETUP", Session=done["Session"],
                                               ChallengeResponses={"USERNAME": "ada"})["AuthenticationResult"]
        idp.set_user_mfa_preference(AccessToken=tokens["AccessToken"],
                                    SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
        idp.admin_set_user_mfa_preference(UserPoolId=pool, Username="ada",
                                          SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": False})
        self.assertEqual(idp.admin_get_user(UserPoolId=pool, Username="ada")["UserMFASettingList"], ["SOFTWARE_TOKEN_MFA"])
        with self.assertRaises(idp.exceptions.InvalidParameterException):
            idp.admin_set_user_settings(UserPoolId=pool, Username="ada", MFAOptions=[
                {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}])
        challenge = sign_in()
        self.assertEqual(challenge["ChallengeName"], "SOFTWARE_TOKEN_MFA")
        with self.assertRaises(idp.exceptions.ExpiredCodeException):
            idp.respond_to_auth_challenge(
                ClientId=client, ChallengeName="SOFTWARE_TOKEN_MFA", Session=challenge["Session"], ChallengeResponses={
                    "USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": totp(app["SecretCode"], now)})
        result = idp.respond_to_auth_challenge(
            ClientId=client, ChallengeName="SOFTWARE_TOKEN_MFA", Session=challenge["Session"], ChallengeResponses={
                "USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": totp(app["SecretCode"], now + 30)})
        self.assertIn("IdToken", result["AuthenticationResult"])

    def test_administration(self):
        idp = self.idp
        pool = self.pool(Policies={"PasswordPolicy": {"MinimumLength": 12}}, UserPoolTags={"team": "red"})
        described = idp.describe_user_pool(UserPoolId=pool)["UserPool"]
        self.assertEqual(described["Policies"]["PasswordPolicy"]["MinimumLength"], 12)
        self.assertEqual(described["UserPoolTags"], {"team": "red"})
        idp.update_user_pool(UserPoolId=pool)
        self.assertEqual(idp.describe_user_pool(UserPoolId=pool)["UserPool"]["Policies"]["PasswordPolicy"]["MinimumLength"], 8)

        client = idp.create_user_pool_client(UserPoolId=pool, ClientName="c", GenerateSecret=True, ExplicitAuthFlows=[
            "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]
        idp.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS", TemporaryPassword="Temp-horse-9")
        proof = secret_hash("ada", client["ClientId"], client["ClientSecret"])
        first = idp.admin_initiate_auth(UserPoolId=pool, ClientId=client["ClientId"], AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                        AuthParameters={"USERNAME": "ada", "PASSWORD": "Temp-horse-9", "SECRET_HASH": proof})
        self.assertEqual(first["ChallengeName"], "NEW_PASSWORD_REQUIRED")
        second = idp.admin_respond_to_auth_challenge(
            UserPoolId=pool, ClientId=client["ClientId"], ChallengeName="NEW_PASSWORD_REQUIRED", Session=first["Session"],
            ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": PASSWORD, "SECRET_HASH": proof})
        self.assertIn("AccessToken", second["AuthenticationResult"])
        with self.assertRaises(idp.exceptions.NotAuthorizedException) as raised:
            idp.admin_initiate_auth(UserPoolId=pool, ClientId=client["ClientId"], AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                                    AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD, "SECRET_HASH": proof[::-1]})
        self.assertIn("secret hash", raised.exception.response["Error"]["Message"].lower())

        idp.admin_disable_user(UserPoolId=pool, Username="ada")
        with self.assertRaises(idp.exceptions.NotAuthorizedException) as raised:
            idp.get_user(AccessToken=second["AuthenticationResult"]["AccessToken"])
        idp.admin_enable_user(UserPoolId=pool, Username="ada")
        idp.admin_user_global_sign_out(UserPoolId=pool, Username="ada")
        idp.admin_delete_user(UserPoolId=pool, Username="ada")
        with self.assertRaises(idp.exceptions.UserNotFoundException):
            idp.admin_get_user(UserPoolId=pool, Username="ada")
        idp.delete_user_pool(UserPoolId=pool)

    def test_paginators(self):
        idp = self.idp
        pool = self.pool()
        for i in range(30):
            idp.admin_create_user(UserPoolId=pool, Username=f"u{i:02}", MessageAction="SUPPRESS",
                                  UserAttributes=[{"Name": "email", "Value": f"u{i:02}@example.com"}])
            idp.create_group(UserPoolId=pool, GroupName=f"g{i:02}")
            idp.admin_add_user_to_group(UserPoolId=pool, Username=f"u{i:02}", GroupName="g00") if i else None
        users = [u["Username"] for page in idp.get_paginator("list_users").paginate(
            UserPoolId=pool, PaginationConfig={"PageSize": 7}) for u in page["Users"]]
        self.assertEqual(sorted(users), [f"u{i:02}" for i in range(30)])
        members = [u["Username"] for page in idp.get_paginator("list_users_in_group").paginate(
            UserPoolId=pool, GroupName="g00", PaginationConfig={"PageSize": 7}) for u in page["Users"]]
        self.assertEqual(sorted(members), [f"u{i:02}" for i in range(1, 30)])
        found = idp.list_users(UserPoolId=pool, Filter='email ^= "u1"')["Users"]
        self.assertEqual(sorted(u["Username"] for u in found), [f"u{i}" for i in range(10, 20)])
        only = idp.list_users(UserPoolId=pool, Filter='username = "u05"', AttributesToGet=["email"])["Users"]
        self.assertEqual(only[0]["Attributes"], [{"Name": "email", "Value": "u05@example.com"}])
        with self.assertRaises(idp.exceptions.InvalidParameterException):
            idp.list_users(UserPoolId=pool, Filter="nonsense")

    def test_signing_is_asked_for(self):
        from botocore import UNSIGNED
        unsigned = boto3.client("cognito-idp", endpoint_url=self.server.url, region_name="us-east-1",
                                config=Config(signature_version=UNSIGNED))
        with self.assertRaises(Exception) as raised:
            unsigned.list_user_pools(MaxResults=1)
        self.assertEqual(raised.exception.response["Error"]["Code"], "MissingAuthenticationTokenException")
        self.assertIn(DEMO_POOL, [p["Id"] for p in self.idp.list_user_pools(MaxResults=60)["UserPools"]])


if __name__ == "__main__":
    unittest.main()
