"""What every show begins with: a server, an identity pool with its roles, and who signs in there; by boto3."""

import json
import os
import sys

import boto3
from botocore import UNSIGNED
from botocore.config import Config

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "lib"))
from lifeguard import DEMO_CLIENT, DEMO_POOL  # noqa: E402

REGION, ACCOUNT = "us-east-1", "123456789012"
PROVIDER = f"cognito-idp.{REGION}.amazonaws.com/{DEMO_POOL}"
DEVELOPER = "login.example.app"
OWN = "cognito-identity.amazonaws.com"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]})


class Account:
    """Clients of a server's: `admin` acts as the account, `guest` signs nothing."""

    def __init__(self, url):
        self.url = url
        keys = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "any"}
        self.admin, self.iam = self.client("cognito-identity", **keys), self.client("iam", **keys)
        self.idp = self.client("cognito-idp", **keys)
        self.guest, self.sts = self.client("cognito-identity"), self.client("sts")
        self.roles = 0

    def client(self, service, **keys):
        how = {"retries": {"max_attempts": 1}, **({} if keys else {"signature_version": UNSIGNED})}
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, config=Config(**how), **keys)

    def tokens(self, username="demo", password="Correct-horse-9"):
        return self.idp.initiate_auth(ClientId=DEMO_CLIENT, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={
            "USERNAME": username, "PASSWORD": password})["AuthenticationResult"]

    def pool(self, **more):
        return self.admin.create_identity_pool(
            IdentityPoolName="gateway", AllowUnauthenticatedIdentities=True, DeveloperProviderName=DEVELOPER,
            CognitoIdentityProviders=[{"ProviderName": PROVIDER, "ClientId": DEMO_CLIENT}], **more)["IdentityPoolId"]

    def role(self, pool, amr, *statements):
        """The ARN of a new role for people of the pool whose proof is such, with these permissions."""
        self.roles += 1
        name = f"gateway{self.roles}"
        self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy({
            "Principal": {"Federated": OWN}, "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
            "Condition": {"StringEquals": {f"{OWN}:aud": pool}, "ForAnyValue:StringLike": {f"{OWN}:amr": amr}}}))
        self.iam.put_role_policy(RoleName=name, PolicyName="what", PolicyDocument=policy(*statements))
        return f"arn:aws:iam::{ACCOUNT}:role/{name}"

    def set_roles(self, pool, users, guests):
        self.admin.set_identity_pool_roles(IdentityPoolId=pool, Roles={"authenticated": users, "unauthenticated": guests})

    def credentials(self, identity, **logins):
        """Of the enhanced flow, as the clients of the SDK take them."""
        found = self.guest.get_credentials_for_identity(IdentityId=identity, **logins)["Credentials"]
        return {"aws_access_key_id": found["AccessKeyId"], "aws_secret_access_key": found["SecretKey"],
                "aws_session_token": found["SessionToken"]}

    def assume(self, role, token, **more):
        """Of the basic flow."""
        found = self.sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="basic", WebIdentityToken=token, **more)["Credentials"]
        return {"aws_access_key_id": found["AccessKeyId"], "aws_secret_access_key": found["SecretAccessKey"],
                "aws_session_token": found["SessionToken"]}

    def who(self, keys):
        return self.client("sts", **keys).get_caller_identity()["Arn"]
