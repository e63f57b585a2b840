"""IAM and STS with boto3 and the AWS command line, as Debian ships them, unmodified."""

import json
import os
import subprocess
import sys
import unittest

import boto3
from botocore import UNSIGNED
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ParamValidationError
from botocore.httpsession import URLLib3Session

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import DEMO_CLIENT, DEMO_POOL, Server  # noqa: E402

ACCOUNT = "123456789012"
ROOT = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "any"}


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}, indent=2)


TRUST = document(Principal={"AWS": ACCOUNT}, Action="sts:AssumeRole")


def keys(credentials):
    return {"aws_access_key_id": credentials["AccessKeyId"], "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials["SessionToken"]}


class Iam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.iam = cls.client("iam", **ROOT)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    @classmethod
    def client(cls, service, **more):
        return boto3.client(service, endpoint_url=cls.server.url, region_name="us-east-1",
                            config=more.pop("config", Config(retries={"max_attempts": 1})), **more)

    def refused(self, code, call, **members):
        with self.assertRaises(ClientError) as caught:
            call(**members)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response["Error"]["Message"]

    def user(self, name, policy):
        self.iam.create_user(UserName=name)
        self.iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}

    def test_role_as_terraform_makes_it(self):
        iam = self.iam
        made = iam.create_role(RoleName="terraform", AssumeRolePolicyDocument=TRUST, Description="ü <&> \"q\"",
                               Tags=[{"Key": "k", "Value": "v"}])["Role"]
        self.assertNotIn("MaxSessionDuration", made)
        role = iam.get_role(RoleName="terraform")["Role"]
        self.assertEqual(role["AssumeRolePolicyDocument"], json.loads(TRUST))
        self.assertEqual(role["Description"], "ü <&> \"q\"")
        self.assertEqual(role["MaxSessionDuration"], 3600)
        self.assertEqual(role["RoleLastUsed"], {})
        self.assertEqual(role["CreateDate"].year, made["CreateDate"].year)
        self.assertEqual(iam.list_role_policies(RoleName="terraform")["PolicyNames"], [])
        self.assertEqual(iam.list_attached_role_policies(RoleName="terraform")["AttachedPolicies"], [])
        iam.put_role_policy(RoleName="terraform", PolicyName="inline", PolicyDocument=document(Action="s3:*", Resource="*"))
        inline = iam.get_role_policy(RoleName="terraform", PolicyName="inline")
        self.assertEqual(inline["PolicyDocument"]["Statement"][0]["Action"], "s3:*")
        arn = iam.create_policy(PolicyName="terraform", PolicyDocument=document(Action="s3:Get*", Resource="*"))["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="terraform", PolicyArn=arn)
        self.assertEqual(iam.list_attached_role_policies(RoleName="terraform")["AttachedPolicies"],
                         [{"PolicyName": "terraform", "PolicyArn": arn}])
        self.refused("DeleteConflict", iam.delete_role, RoleName="terraform")
        iam.detach_role_policy(RoleName="terraform", PolicyArn=arn)
        iam.delete_role_policy(RoleName="terraform", PolicyName="inline")
        self.assertEqual(iam.list_instance_profiles_for_role(RoleName="terraform")["InstanceProfiles"], [])
        iam.delete_role(RoleName="terraform")
        iam.delete_policy(PolicyArn=arn)
        with self.assertRaises(iam.exceptions.NoSuchEntityException):
            iam.get_role(RoleName="terraform")

    def test_lists_come_in_pages(self):
        names = [f"page-{i:02}" for i in range(7)]
        for name in names:
            self.iam.create_role(RoleName=name, Path="/pages/", AssumeRolePolicyDocument=TRUST)
        pages = self.iam.get_paginator("list_roles").paginate(PathPrefix="/pages/", PaginationConfig={"PageSize": 3})
        got = [[role["RoleName"] for role in page["Roles"]] for page in pages]
        self.assertEqual(got, [names[:3], names[3:6], names[6:]])
        policies = self.iam.get_paginator("list_policies").paginate(Scope="AWS", PaginationConfig={"PageSize": 2})
        self.assertIn("AdministratorAccess", [one["PolicyName"] for page in policies for one in page["Policies"]])

    def test_managed_policy(self):
        iam = self.iam
        arn = iam.create_policy(PolicyName="versions", Path="/x/", PolicyDocument=document(Action="s3:*", Resource="*"))["Policy"]["Arn"]
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(Action="sqs:*", Resource="*"), SetAsDefault=True)
        version = iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]
        self.assertTrue(version["IsDefaultVersion"])
        self.assertEqual(version["Document"]["Statement"][0]["Action"], "sqs:*")
        self.assertEqual([one["VersionId"] for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]], ["v2", "v1"])
        self.refused("MalformedPolicyDocument", iam.create_policy_version, PolicyArn=arn, PolicyDocument="{}")
        results = iam.simulate_custom_policy(PolicyInputList=[document(Action="s3:Get*", Resource="*")],
                                             ActionNames=["s3:GetObject", "s3:PutObject"])["EvaluationResults"]
        self.assertEqual([one["EvalDecision"] for one in results], ["allowed", "implicitDeny"])
        self.assertEqual(iam.get_account_summary()["SummaryMap"]["UsersQuota"], 5000)

    def test_sessions(self):
        user = self.user("session", document(Action=["sts:*", "iam:GetUser"], Resource="*"))
        sts = self.client("sts", **user)
        self.assertEqual(sts.get_caller_identity()["Arn"], f"arn:aws:iam::{ACCOUNT}:user/session")
        self.iam.create_role(RoleName="session", AssumeRolePolicyDocument=document(
            Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/session"}, Action=["sts:AssumeRole", "sts:TagSession"]))
        self.iam.put_role_policy(RoleName="session", PolicyName="p", PolicyDocument=document(
            Action="cognito-idp:ListUsers", Resource="*", Condition={"StringEquals": {"aws:PrincipalTag/Team": "blue"}}))
        arn = f"arn:aws:iam::{ACCOUNT}:role/session"
        made = sts.assume_role(RoleArn=arn, RoleSessionName="me", Tags=[{"Key": "team", "Value": "blue"}])
        self.assertEqual(made["AssumedRoleUser"]["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/session/me")
        self.assertGreater(made["PackedPolicySize"], 0)
        idp = self.client("cognito-idp", **keys(made["Credentials"]))
        idp.list_users(UserPoolId=DEMO_POOL)
        message = self.refused("AccessDeniedException", idp.describe_user_pool, UserPoolId=DEMO_POOL)
        self.assertIn("because no identity-based policy allows the cognito-idp:DescribeUserPool action", message)
        plain = sts.assume_role(RoleArn=arn, RoleSessionName="me")["Credentials"]
        self.refused("AccessDeniedException", self.client("cognito-idp", **keys(plain)).list_users, UserPoolId=DEMO_POOL)
        self.refused("ValidationError", sts.assume_role, RoleArn=arn, RoleSessionName="me", DurationSeconds=43200)
        with self.assertRaises(ParamValidationError):
            sts.assume_role(RoleArn=arn)
        federated = sts.get_federation_token(Name="bob", Policy=document(Action="*", Resource="*"))
        self.assertEqual(self.client("sts", **keys(federated["Credentials"])).get_caller_identity()["UserId"], f"{ACCOUNT}:bob")
        session = self.client("iam", **keys(sts.get_session_token()["Credentials"]))
        self.refused("AccessDenied", session.get_user)
        broken = {**keys(plain), "aws_session_token": "x"}
        self.refused("InvalidClientTokenId", self.client("sts", **broken).get_caller_identity)
        wrong = {**user, "aws_secret_access_key": "wrong"}
        self.refused("SignatureDoesNotMatch", self.client("sts", **wrong).get_caller_identity)

    def test_web_identity(self):
        idp = self.client("cognito-idp", **ROOT)
        token = idp.initiate_auth(ClientId=DEMO_CLIENT, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={
            "USERNAME": "demo", "PASSWORD": "Correct-horse-9"})["AuthenticationResult"]["IdToken"]
        issuer = f"{self.server.url}/{DEMO_POOL}"
        name = issuer.split("://")[1]
        provider = self.iam.create_open_id_connect_provider(
            Url=issuer, ClientIDList=[DEMO_CLIENT], ThumbprintList=["0" * 40])["OpenIDConnectProviderArn"]
        self.assertEqual(self.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)["Url"], name)
        self.iam.create_role(RoleName="web", AssumeRolePolicyDocument=document(
            Principal={"Federated": provider}, Action="sts:AssumeRoleWithWebIdentity",
            Condition={"StringEquals": {f"{name}:aud": DEMO_CLIENT}}))
        sts = self.client("sts", config=Config(signature_version=UNSIGNED, retries={"max_attempts": 1}))
        made = sts.assume_role_with_web_identity(
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/web", RoleSessionName="demo", WebIdentityToken=token)
        self.assertEqual(made["Provider"], provider)
        who = self.client("sts", **keys(made["Credentials"])).get_caller_identity()
        self.assertEqual(who["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/web/demo")
        self.refused("InvalidIdentityToken", sts.assume_role_with_web_identity,
                     RoleArn=f"arn:aws:iam::{ACCOUNT}:role/web", RoleSessionName="demo", WebIdentityToken=token[:-4] + "AAAA")

    def presigned(self, **credentials):
        request = AWSRequest(method="GET", url=f"{self.server.url}/?Action=GetCallerIdentity&Version=2011-06-15")
        SigV4QueryAuth(Credentials(*credentials.values()), "sts", "us-east-1", expires=60).add_auth(request)
        return URLLib3Session().send(request.prepare())

    def test_a_url_signs_for_its_owner(self):
        user = self.user("presign", document(Action="sts:*", Resource="*"))
        self.assertIn(":user/presign<", self.presigned(**user).text)
        session = keys(self.client("sts", **user).get_session_token()["Credentials"])
        self.assertIn(":user/presign<", self.presigned(**session).text)
        answer = self.presigned(**{**user, "aws_secret_access_key": "wrong"})
        self.assertEqual(answer.status_code, 403)
        self.assertIn("<Code>SignatureDoesNotMatch</Code>", answer.text)

    def aws(self, *words, credentials=None):
        credentials = credentials or ROOT
        env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": "",
               "AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true",
               **{name.upper(): value for name, value in credentials.items()}}
        done = subprocess.run(["/usr/bin/aws", "--endpoint-url", self.server.url, *words], env=env, capture_output=True,
                              text=True, timeout=60, check=False)
        if done.returncode:
            return done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def test_command_line(self):
        self.assertEqual(self.aws("sts", "get-caller-identity")["Arn"], f"arn:aws:iam::{ACCOUNT}:root")
        self.aws("iam", "create-role", "--role-name", "cli", "--assume-role-policy-document", TRUST)
        self.aws("iam", "attach-role-policy", "--role-name", "cli", "--policy-arn", "arn:aws:iam::aws:policy/AmazonCognitoReadOnly")
        self.assertEqual(self.aws("iam", "get-role", "--role-name", "cli")["Role"]["AssumeRolePolicyDocument"], json.loads(TRUST))
        user = self.user("cli", document(Action="sts:AssumeRole", Resource="*"))
        made = self.aws("sts", "assume-role", "--role-arn", f"arn:aws:iam::{ACCOUNT}:role/cli", "--role-session-name", "cli",
                        credentials=user)["Credentials"]
        pools = self.aws("cognito-idp", "list-user-pools", "--max-results", "10", credentials=keys(made))
        self.assertIn(DEMO_POOL, [pool["Id"] for pool in pools["UserPools"]])
        self.assertIn("(AccessDeniedException)", self.aws("cognito-idp", "create-user-pool", "--pool-name", "x", credentials=keys(made)))
        self.assertIn("(AccessDenied)", self.aws("iam", "list-users", credentials=user))


if __name__ == "__main__":
    unittest.main()
