"""A provider's users take a role with its assertion (issue 6 f): boto3 and the AWS command line, unmodified."""

import base64
import json
import os
import subprocess
import sys
import threading
import unittest

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "lib"), os.path.join(HERE, "..", "lib")]
from idp import ACS, ATTRIBUTE, Idp, find, forged, parse, text_of  # noqa: E402

from lifeguard import Server  # noqa: E402

ACCOUNT, REGION = "123456789012", "us-east-1"
ROOT = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "any"}


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def base64_of(response):
    return base64.b64encode((response if isinstance(response, str) else text_of(response)).encode()).decode()


class Service(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.addClassCleanup(cls.server.stop)
        cls.idp = Idp()
        cls.addClassCleanup(cls.idp.close)
        cls.iam, cls.sts = cls.client("iam", **ROOT), cls.client("sts")
        cls.provider = cls.iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=cls.idp.metadata())["SAMLProviderArn"]
        cls.role = cls.make_role("Saml", {"StringEquals": {"SAML:aud": ACS}})

    @classmethod
    def client(cls, service, **keys):
        how = {"retries": {"max_attempts": 1}, **({} if keys else {"signature_version": UNSIGNED})}
        return boto3.client(service, endpoint_url=cls.server.url, region_name=REGION, config=Config(**how), **keys)

    @classmethod
    def make_role(cls, name, condition=None, provider=None, **more):
        statement = {"Principal": {"Federated": provider or cls.provider},
                     "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"]}
        if condition:
            statement["Condition"] = condition
        arn = cls.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(**statement), **more)["Role"]["Arn"]
        cls.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(Action="iam:GetRole", Resource="*"))
        return arn

    def said(self, role=None, provider=None, session="ada", idp=None, sign=True, **attributes):
        """A response of the provider for the role, signed."""
        return (idp or self.idp).respond(
            {ATTRIBUTE + "Role": [f"{role or self.role},{provider or self.provider}"], ATTRIBUTE + "RoleSessionName": [session],
             **{ATTRIBUTE + name: [value] if isinstance(value, str) else value for name, value in attributes.items()}},
            assertion=sign)

    def assume(self, response, role=None, provider=None, **more):
        return self.sts.assume_role_with_saml(RoleArn=role or self.role, PrincipalArn=provider or self.provider,
                                              SAMLAssertion=base64_of(response), **more)

    def refused(self, code, response, **more):
        with self.assertRaises(ClientError) as raised:
            self.assume(response, **more)
        error = raised.exception.response
        self.assertEqual(error["Error"]["Code"], code, error)
        self.assertLess(error["ResponseMetadata"]["HTTPStatusCode"], 500)
        return error["Error"]["Message"]

    def test_boto3_takes_a_role_and_uses_it(self):
        answer = self.assume(self.said(SourceIdentity="ada", SessionDuration="1800"))
        self.assertEqual(answer["AssumedRoleUser"]["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/Saml/ada")
        self.assertEqual((answer["Subject"], answer["SubjectType"], answer["Issuer"], answer["Audience"], answer["SourceIdentity"]),
                         ("ada@example.com", "persistent", self.idp.entity, ACS, "ada"))
        self.assertTrue(answer["NameQualifier"])
        made = answer["Credentials"]
        keys = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"],
                "aws_session_token": made["SessionToken"]}
        self.assertEqual(self.client("sts", **keys).get_caller_identity()["Arn"], answer["AssumedRoleUser"]["Arn"])
        iam = self.client("iam", **keys)
        self.assertEqual(iam.get_role(RoleName="Saml")["Role"]["Arn"], self.role)
        with self.assertRaises(ClientError) as raised:
            iam.list_roles()
        self.assertEqual(raised.exception.response["Error"]["Code"], "AccessDenied")

    def test_the_command_line_takes_a_role(self):
        with open(self.idp.path("assertion.b64"), "w", encoding="ascii") as file:
            file.write(base64_of(self.said()))
        environment = {"PATH": os.environ["PATH"], "HOME": self.idp.folder.name, "AWS_DEFAULT_REGION": REGION,
                       "AWS_EC2_METADATA_DISABLED": "true"}
        line = ["aws", "--endpoint-url", self.server.url, "--output", "json", "sts"]
        command = [*line, "assume-role-with-saml", "--role-arn", self.role, "--principal-arn", self.provider,
                   "--saml-assertion", "file://" + self.idp.path("assertion.b64")]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)
        made = json.loads(run.stdout)["Credentials"]
        environment.update(AWS_ACCESS_KEY_ID=made["AccessKeyId"], AWS_SECRET_ACCESS_KEY=made["SecretAccessKey"],
                           AWS_SESSION_TOKEN=made["SessionToken"])
        run = subprocess.run([*line, "get-caller-identity"], env=environment, capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(run.stdout)["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/Saml/ada")
        # The same assertion again.
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        self.assertIn("InvalidIdentityToken", run.stderr)

    def test_an_assertion_serves_once_however_many_send_it_at_once(self):
        response, won, codes = self.said(), [], []

        def send():
            try:
                won.append(self.assume(response))
            except ClientError as error:
                codes.append(error.response["Error"]["Code"])
        threads = [threading.Thread(target=send) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((len(won), codes), (1, ["InvalidIdentityToken"] * 15))

    def test_forgeries_reach_nobody(self):
        self.refused("InvalidIdentityToken", self.said(sign=False))
        tree = parse(self.said())
        evil = forged(find(tree, "saml:Assertion"))
        for place in ("addprevious", "addnext"):
            wrapped = parse(text_of(tree))
            getattr(find(wrapped, "saml:Assertion"), place)(parse(text_of(evil)))
            self.refused("InvalidIdentityToken", wrapped)
        for junk in ("<x/>", "", "no XML", "\x00"):
            with self.assertRaises(ClientError) as raised:
                self.sts.assume_role_with_saml(RoleArn=self.role, PrincipalArn=self.provider,
                                               SAMLAssertion=base64_of(junk * 3) + "AAAA")
            self.assertEqual(raised.exception.response["Error"]["Code"], "InvalidIdentityToken")
        # None of them used up the real one.
        self.assume(tree)

    def test_old_and_not_yet(self):
        with Server() as server:  # whose clock goes forward alone
            here = type("Here", (Service,), {"server": server})
            iam, sts = here.client("iam", **ROOT), here.client("sts")
            provider = iam.create_saml_provider(Name="Corp", SAMLMetadataDocument=self.idp.metadata())["SAMLProviderArn"]
            iam.create_role(RoleName="Saml", AssumeRolePolicyDocument=document(
                Principal={"Federated": provider}, Action="sts:AssumeRoleWithSAML"))
            response = base64_of(self.said())
            server.advance(361)
            with self.assertRaises(ClientError) as raised:
                sts.assume_role_with_saml(RoleArn=self.role, PrincipalArn=provider, SAMLAssertion=response)
            self.assertEqual(raised.exception.response["Error"]["Code"], "ExpiredTokenException")

    def test_providers_are_not_mixed_up(self):
        """Two of the same entity id and another key; one's assertion under the other's name; a role that trusts one."""
        twin = Idp(entity=self.idp.entity)
        self.addCleanup(twin.close)
        other = self.iam.create_saml_provider(Name="Twin", SAMLMetadataDocument=twin.metadata())["SAMLProviderArn"]
        self.refused("InvalidIdentityToken", self.said(idp=twin))
        self.refused("InvalidIdentityToken", self.said(idp=twin, provider=other))  # PrincipalArn: Corp
        self.refused("InvalidIdentityToken", self.said(), provider=other)
        # Good of its provider, for a role that trusts the other one.
        self.refused("AccessDenied", self.said(idp=twin, provider=other), provider=other)
        role = self.make_role("OfTwin", provider=other)
        self.assume(self.said(idp=twin, role=role, provider=other), role=role, provider=other)
        self.refused("AccessDenied", self.said(role=role), role=role)

    def test_the_assertion_names_the_role(self):
        role = self.make_role("Second")
        self.refused("InvalidIdentityToken", self.said(), role=role)
        for value in (self.role, f"{self.role},", f",{self.provider}", f"{self.role},{self.provider},x", f"{self.role.lower()},{self.provider}",
                      f"arn:aws:iam::{ACCOUNT}:role/*,{self.provider}"):
            self.refused("InvalidIdentityToken", self.idp.respond(
                {ATTRIBUTE + "Role": [value], ATTRIBUTE + "RoleSessionName": ["ada"]}, assertion=True))
        # Of several, in either order.
        self.assume(self.idp.respond({ATTRIBUTE + "Role": [f"{role},{self.provider}", f"{self.provider} , {self.role}"],
                                      ATTRIBUTE + "RoleSessionName": ["ada"]}, assertion=True))

    def test_conditions_on_what_it_says(self):
        name = "Conditional"
        role = self.make_role(name, {"StringEquals": {"saml:sub": "ada@example.com", "saml:doc": f"{ACCOUNT}/Corp",
                                                      "saml:iss": self.idp.entity, "saml:sub_type": "persistent"}})
        self.assume(self.said(role=role), role=role)
        for condition in ({"StringEquals": {"saml:sub": "bob@example.com"}}, {"StringEquals": {"saml:aud": "https://elsewhere"}},
                          {"StringEquals": {"saml:doc": f"{ACCOUNT}/Twin"}}, {"Null": {"saml:namequalifier": "true"}},
                          {"StringNotEquals": {"saml:sub_type": "persistent"}}):
            self.iam.update_assume_role_policy(RoleName=name, PolicyDocument=document(
                Principal={"Federated": self.provider}, Action="sts:AssumeRoleWithSAML", Condition=condition))
            self.refused("AccessDenied", self.said(role=role), role=role)

    def test_session_names_durations_tags(self):
        for session in ("a", "x" * 65, "a b", "a/b", "ä", "a\nb", "*"):
            self.refused("InvalidIdentityToken", self.said(session=session))
        for duration in ("899", "43201", "x", "-900", "900.5", "99999999999999999999"):
            self.refused("InvalidIdentityToken", self.said(SessionDuration=duration))
        tag = "PrincipalTag:"
        self.assume(self.said(**{tag + "team": "red", "TransitiveTagKeys": ["team"]}))
        for bad in ({tag + "team": ["red", "blue"]}, {tag + "a:b" * 99: "x"}, {tag + "aws:x": "y"}, {tag: "x"},
                    {tag + "team": "red", tag + "TEAM": "blue"}, {tag + "team": "x" * 257}, {tag + "team": "red", "TransitiveTagKeys": ["other"]},
                    {f"{tag}t{n}": "x" for n in range(51)}):
            code = self.refuses(self.said(**bad))
            self.assertIn(code, ("InvalidIdentityToken", "InvalidParameterValue"), bad)

    def refuses(self, response):
        with self.assertRaises(ClientError) as raised:
            self.assume(response)
        self.assertLess(raised.exception.response["ResponseMetadata"]["HTTPStatusCode"], 500)
        return raised.exception.response["Error"]["Code"]

    def test_a_provider_that_is_gone_or_has_new_keys(self):
        """What it signed before counts no more, even in assertions that are still young."""
        fresh = Idp(entity="https://fresh.example.com")
        self.addCleanup(fresh.close)
        provider = self.iam.create_saml_provider(Name="Fresh", SAMLMetadataDocument=fresh.metadata())["SAMLProviderArn"]
        role = self.make_role("OfFresh", provider=provider)

        def response():
            return self.said(idp=fresh, role=role, provider=provider)
        self.assume(response(), role=role, provider=provider)
        self.iam.update_saml_provider(SAMLProviderArn=provider, SAMLMetadataDocument=fresh.metadata(keys=[self.idp.certificate()]))
        self.refused("InvalidIdentityToken", response(), role=role, provider=provider)
        self.iam.update_saml_provider(SAMLProviderArn=provider, SAMLMetadataDocument=fresh.metadata())
        self.assume(response(), role=role, provider=provider)
        self.iam.delete_saml_provider(SAMLProviderArn=provider)
        self.refused("InvalidIdentityToken", response(), role=role, provider=provider)


if __name__ == "__main__":
    unittest.main()
