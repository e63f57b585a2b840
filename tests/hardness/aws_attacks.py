#!/usr/bin/python3
"""Attacks on signed calls, sessions of roles and tokens of foreign issuers, against a running server (ATTACKS A and J).

Signatures are botocore's, tokens are made with Python's cryptography package: a program of others on the other side.
"""

import base64
import copy
import datetime
import http.client
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

import boto3
from botocore import UNSIGNED
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import BINARY, Server, free_port  # noqa: E402

ACCOUNT, REGION = "123456789012", "us-east-1"
OWN = "cognito-identity.amazonaws.com"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]})


def keys_of(made):
    return {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made.get("SecretAccessKey", made.get("SecretKey")),
            "aws_session_token": made["SessionToken"]}


class Production(Server):
    """A server without the development kit: a key that it does not know is nobody's."""

    def start(self, wait_s=20):
        self.folder = tempfile.TemporaryDirectory(prefix="lifeguard-attacks-")
        data = os.path.join(self.folder.name, "data")
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data", data, "--listen", f"localhost:{self.port}", "--public-url", self.url, "--set",
             f"keys.master=file:{self.folder.name}/master.key", "--set", "outbound.private=127.0.0.0/8", "--set", f"server.account={ACCOUNT}", *self.flags],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.log)
        until = time.monotonic() + wait_s
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with open(os.path.join(data, "root-credentials"), encoding="ascii") as file:
                    lines = dict(re.findall(r"^(aws_\w+) = (\S+)$", file.read(), re.M))
                self.get("/")
                if len(lines) == 2:
                    self.root = lines
                    return self
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"server did not start: {self.log_text()[-2000:]}")

    def stop(self, *words):
        super().stop(*words)
        self.folder.cleanup()


class Attacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Production().start()
        cls.addClassCleanup(cls.server.stop)
        root = cls.server.root
        cls.iam, cls.admin = cls.client("iam", **root), cls.client("cognito-identity", **root)
        cls.sts, cls.guest = cls.client("sts"), cls.client("cognito-identity")

    @classmethod
    def client(cls, service, **keys):
        how = {"retries": {"max_attempts": 1}, **({} if keys else {"signature_version": UNSIGNED})}
        return boto3.client(service, endpoint_url=cls.server.url, region_name=REGION, config=Config(**how), **keys)

    def refused(self, code, call, *words, **members):
        with self.assertRaises(ClientError) as raised:
            call(*words, **members)
        answer = raised.exception.response
        self.assertLess(answer["ResponseMetadata"]["HTTPStatusCode"], 500, answer)
        self.assertRegex(answer["Error"]["Code"], f"^({code})$", answer)
        return answer["Error"]["Message"]

    @classmethod
    def user(cls, name, *statements):
        cls.iam.create_user(UserName=name)
        if statements:
            cls.iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*statements))
        made = cls.iam.create_access_key(UserName=name)["AccessKey"]
        return {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}

    @classmethod
    def role(cls, name, principal, *statements, actions=("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"), condition=None, **more):
        trust = {"Principal": principal, "Action": list(actions), **({"Condition": condition} if condition else {})}
        arn = cls.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust), **more)["Role"]["Arn"]
        if statements:
            cls.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*statements))
        return arn

    def post(self, headers, body, path="/", method="POST"):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders(body.encode() if isinstance(body, str) else body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()


ANY = {"Action": "*", "Resource": "*"}


class Signatures(Attacks):
    """A signed call, altered: nothing that it says can be changed, and nothing added."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keys = cls.user("signer", ANY)

    def signed(self, body, headers, service, path="/", keys=None, region=REGION, when=None, names=None):
        """Its headers, as a list."""
        keys = keys or self.keys
        request = AWSRequest("POST", self.server.url + path, data=body, headers=headers)
        auth = SigV4Auth(Credentials(keys["aws_access_key_id"], keys["aws_secret_access_key"], keys.get("aws_session_token")), service, region)
        if when or names:
            request.context["timestamp"] = (when or datetime.datetime.utcnow()).strftime("%Y%m%dT%H%M%SZ")
            auth._modify_request_before_signing(request)  # what add_auth does, for another time, or other names
            if names:
                whole = auth.headers_to_sign

                def some(request):
                    found = whole(request)
                    for name in list(found):
                        if name.lower() not in names:
                            del found[name]
                    return found
                auth.headers_to_sign = some
            request.headers["Host"] = f"localhost:{self.server.port}"
            string = auth.string_to_sign(request, auth.canonical_request(request))
            auth._inject_signature_to_request(request, auth.signature(string, request))
        else:
            auth.add_auth(request)
        found = [(name, value) for name, value in request.headers.items() if name.lower() not in ("host", "content-length")]
        return [("Host", f"localhost:{self.server.port}"), *found, ("Content-Length", str(len(body)))]

    def json_call(self, **how):
        body = json.dumps({"MaxResults": 10})
        return self.signed(body, {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityService.ListIdentityPools"},
                           "cognito-identity", **how), body

    def form_call(self, action="ListRoles", version="2010-05-08", service="iam", **how):
        body = f"Action={action}&Version={version}"
        return self.signed(body, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, service, **how), body

    def test_as_they_are_they_are_good(self):
        for headers, body in (self.json_call(), self.form_call(), self.form_call("GetCallerIdentity", "2011-06-15", "sts")):
            status, text = self.post(headers, body)
            self.assertEqual(status, 200, text)

    def test_no_part_can_be_changed(self):
        for headers, body in (self.json_call(), self.form_call()):
            def altered(status_wanted=(400, 403), headers=headers, body=body, **more):
                status, text = self.post(headers, body, **more)
                self.assertIn(status, status_wanted, (headers, body, more, text[:300]))
            altered(body=body.replace("10", "11").replace("ListRoles", "ListUsers"))
            altered(path="/?x=1")
            altered(path="/?Action=ListUsers")
            altered(path="/./x", status_wanted=(400, 403, 404))
            for n, (name, value) in enumerate(headers):
                if name == "Content-Length":
                    continue
                for other in (value + "x", "x" + value, "", value.upper() if value.upper() != value else value + "y"):
                    if name == "Host":
                        continue
                    changed = headers[:n] + [(name, other)] + headers[n + 1:]
                    if name.lower() in ("content-type", "user-agent") and name.lower() not in dict(headers)["Authorization"].lower():
                        continue
                    altered(headers=changed, status_wanted=(400, 403, 404))
                # Once more, with another value, before and behind.
                altered(headers=headers[:n] + [(name, "other")] + headers[n:], status_wanted=(400, 403, 404))
                altered(headers=headers[:n + 1] + [(name, "other")] + headers[n + 1:], status_wanted=(400, 403, 404))
            for name in ("X-Amz-Other", "x-amz-content-sha256", "X-AMZ-TARGET", "x-amz-security-token"):
                if name.lower() not in [n.lower() for n, _ in headers]:
                    altered(headers=headers + [(name, "x")])

    def test_the_authorization_itself(self):
        headers, body = self.json_call()
        value = dict(headers)["Authorization"]
        parts = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]+)", value)
        credential, names, signature = parts.groups()
        scope = credential.split("/")

        def rewritten(credential=credential, names=names, signature=signature, algorithm="AWS4-HMAC-SHA256"):
            return f"{algorithm} Credential={credential}, SignedHeaders={names}, Signature={signature}"
        wrong = [rewritten(signature=s) for s in ("", signature[:-1], signature + "0", signature.upper(), "0" * 64, signature[:-2] + "zz")]
        wrong += [rewritten(names=n) for n in ("", "host", names + ";x-amz-absent", ";".join(reversed(names.split(";"))), names.upper(),
                                               names.replace("host;", ""), names.replace(";x-amz-target", ""), names + ";host")]
        wrong += [rewritten(credential="/".join(c)) for c in (
            scope[:-1], scope + ["x"], [*scope[:4], "aws4_Request"], [scope[0], "20200101", *scope[2:]],
            [*scope[:3], "iam", scope[4]], [*scope[:2], "eu-west-1", *scope[3:]], ["", *scope[1:]], [scope[0].lower(), *scope[1:]],
            [scope[0] + "\u0000", *scope[1:]])]
        wrong += [rewritten(algorithm=a) for a in ("AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA1", "AWS3", "aws4-hmac-sha256")]
        wrong += ["Bearer x", "Basic eDp5", "AWS4-HMAC-SHA256", value + ", Signature=" + "0" * 64, value + ", Credential=" + credential]
        for other in wrong:
            changed = [(n, other.replace("\0", "%00") if n == "Authorization" else v) for n, v in headers]
            status, text = self.post(changed, body)
            self.assertIn(status, (400, 403), (other, text[:300]))
            self.assertNotIn("IdentityPools", text)
        status, text = self.post([h for h in headers if h[0] != "Authorization"], body)
        self.assertEqual((status, json.loads(text)["__type"]), (400, "MissingAuthenticationTokenException"))

    def test_a_signature_is_good_for_its_service_region_and_time(self):
        self.assertEqual(self.post(*self.form_call(service="sts"))[0], 403)
        self.assertEqual(self.post(*self.form_call("GetCallerIdentity", "2011-06-15", "iam"))[0], 403)
        headers, body = self.form_call(service="cognito-identity")
        self.assertEqual(self.post(headers, body)[0], 403)
        now = datetime.datetime.utcnow()
        for minutes, good in ((-4, True), (4, True), (-6, False), (6, False), (-60 * 24, False), (60 * 24 * 365, False)):
            status, text = self.post(*self.json_call(when=now + datetime.timedelta(minutes=minutes)))
            self.assertEqual(status, 200 if good else 400, (minutes, text))

    def test_what_is_not_signed_is_not_believed(self):
        """A target, or a token, that was put beside a signature over less."""
        for names in (["host", "x-amz-date"], ["x-amz-date", "x-amz-target"], ["host", "x-amz-target"]):
            headers, body = self.json_call(names=names)
            self.assertIn(self.post(headers, body)[0], (400, 403), names)

    def test_presigned(self):
        def url(expires, keys=self.keys):
            request = AWSRequest("GET", self.server.url + "/?Action=GetCallerIdentity&Version=2011-06-15")
            SigV4QueryAuth(Credentials(keys["aws_access_key_id"], keys["aws_secret_access_key"], keys.get("aws_session_token")), "sts", REGION,
                           expires=expires).add_auth(request)
            return request.url[len(self.server.url):]
        host = [("Host", f"localhost:{self.server.port}")]
        good = url(60)
        self.assertEqual(self.post(host, None, good, "GET")[0], 200)
        for expires in (0, -1, 604801, 10**20, "x"):
            self.assertIn(self.post(host, None, url(expires), "GET")[0], (400, 403), expires)
        for old, new in (("GetCallerIdentity", "GetSessionToken"), ("X-Amz-Expires=60", "X-Amz-Expires=61"), ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders="),
                         ("X-Amz-Signature=", "X-Amz-Signature=0"), ("2011-06-15", "2011-06-15&Action=GetSessionToken"),
                         ("Action=", "action=x&Action="), ("X-Amz-Algorithm", "X-Amz-Algorithm=x&X-Amz-Algorithm")):
            self.assertIn(self.post(host, None, good.replace(old, new, 1), "GET")[0], (400, 403), new)
        headers, body = self.form_call("GetCallerIdentity", "2011-06-15", "sts")
        self.assertIn(self.post(headers, body, good)[0], (400, 403))  # two authentications

    def test_temporary_keys(self):
        made = keys_of(self.client("sts", **self.keys).get_session_token()["Credentials"])
        self.assertEqual(self.post(*self.json_call(keys=made))[0], 200)
        other = keys_of(self.client("sts", **self.keys).get_session_token()["Credentials"])
        token = made["aws_session_token"]
        for change in ({"aws_session_token": other["aws_session_token"]}, {"aws_session_token": None}, {"aws_session_token": token[:-4]},
                       {"aws_session_token": token[:40] + ("A" if token[40] != "A" else "B") + token[41:]}, {"aws_session_token": token + token},
                       {"aws_access_key_id": other["aws_access_key_id"]}, {"aws_access_key_id": self.keys["aws_access_key_id"]},
                       {"aws_secret_access_key": other["aws_secret_access_key"]}):
            status, text = self.post(*self.json_call(keys={**made, **change}))
            self.assertIn(status, (400, 403), change)
        # A token beside long-term keys.
        self.assertIn(self.post(*self.json_call(keys={**self.keys, "aws_session_token": token}))[0], (400, 403))

    def test_keys_that_are_off_or_gone(self):
        keys = self.user("leaver", ANY)
        made = keys_of(self.client("sts", **keys).get_session_token()["Credentials"])
        self.iam.update_access_key(UserName="leaver", AccessKeyId=keys["aws_access_key_id"], Status="Inactive")
        self.refused("InvalidClientTokenId", self.client("sts", **keys).get_caller_identity)
        self.iam.delete_access_key(UserName="leaver", AccessKeyId=keys["aws_access_key_id"])
        self.refused("InvalidClientTokenId", self.client("sts", **keys).get_caller_identity)
        self.iam.delete_user_policy(UserName="leaver", PolicyName="p")
        self.iam.delete_user(UserName="leaver")
        self.refused("InvalidClientTokenId", self.client("sts", **made).get_caller_identity)
        # Another of the same name gets none of it.
        self.user("leaver", ANY)
        self.refused("InvalidClientTokenId", self.client("sts", **made).get_caller_identity)


class Sessions(Attacks):
    """What a session may do, and what it hands on."""

    def assume(self, keys, arn, name="session", **more):
        return keys_of(self.client("sts", **keys).assume_role(RoleArn=arn, RoleSessionName=name, **more)["Credentials"])

    def test_a_session_policy_only_takes_away(self):
        keys = self.user("narrow", ANY)
        arn = self.role("Narrow", {"AWS": ACCOUNT}, {"Action": "iam:GetRole", "Resource": "*"})
        wide = self.assume(keys, arn, Policy=document(ANY))
        self.client("iam", **wide).get_role(RoleName="Narrow")
        self.refused("AccessDenied", self.client("iam", **wide).list_roles)
        none = self.assume(keys, arn, Policy=document({"Action": "s3:*", "Resource": "*"}))
        self.refused("AccessDenied", self.client("iam", **none).get_role, RoleName="Narrow")
        # Nor does it come back by giving oneself a policy, or by another role of the same.
        self.refused("AccessDenied", self.client("iam", **none).put_role_policy, RoleName="Narrow", PolicyName="q", PolicyDocument=document(ANY))
        self.refused("AccessDenied", self.client("sts", **none).assume_role, RoleArn=arn, RoleSessionName="again")

    def test_sizes_of_session_policies(self):
        keys = self.user("sizes", ANY)
        arn = self.role("Sizes", {"AWS": ACCOUNT})
        call = self.client("sts", **keys).assume_role

        def of(length, filler="x"):
            text = document({"Action": "s3:*", "Resource": "arn:aws:s3:::" + filler})
            return text.replace(filler + '"', filler * (length - len(text) + 1) + '"')
        self.assertEqual(len(of(2048)), 2048)
        made = call(RoleArn=arn, RoleSessionName="x1", Policy=of(2048))
        self.assertLessEqual(made["PackedPolicySize"], 100)
        with self.assertRaises(ClientError) as raised:
            call(RoleArn=arn, RoleSessionName="x1", Policy=of(2049))
        self.assertEqual(raised.exception.response["Error"]["Code"], "ValidationError")
        for text in ("{}", "[]", "{", "x", document({"Action": "s3:*"}), document({"Action": "s3:*", "Resource": "*", "Principal": "*"}),
                     document({"Action": "s3", "Resource": "*"}), '{"Version":"2012-10-17","Statement":' + "[" * 500 + "]" * 500 + "}"):
            self.refused("MalformedPolicyDocument|ValidationError", call, RoleArn=arn, RoleSessionName="x1", Policy=text)
        tags = [{"Key": f"k{n}", "Value": "v" * 256} for n in range(50)]
        self.refused("PackedPolicyTooLarge", call, RoleArn=arn, RoleSessionName="x1", Tags=tags)
        self.refused("ValidationError|LimitExceeded|InvalidParameterValue", call, RoleArn=arn, RoleSessionName="x1",
                     Tags=tags + [{"Key": "one", "Value": "more"}])
        self.refused("ValidationError|MalformedPolicyDocument", call, RoleArn=arn, RoleSessionName="x1",
                     PolicyArns=[{"arn": f"arn:aws:iam::aws:policy/P{n}"} for n in range(11)])

    def test_chains(self):
        """Two roles that assume each other: an hour at most, tags that stay, a source identity that stays, rights that do not add up."""
        keys = self.user("chain", {"Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], "Resource": "*"})
        step = {"Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], "Resource": "*"}
        one = self.role("One", {"AWS": ACCOUNT}, step, {"Action": "iam:ListUsers", "Resource": "*"}, MaxSessionDuration=43200)
        two = self.role("Two", {"AWS": ACCOUNT}, step, {"Action": "iam:ListRoles", "Resource": "*"}, MaxSessionDuration=43200)
        at = self.assume(keys, one, DurationSeconds=43200, SourceIdentity="chain", Tags=[{"Key": "Team", "Value": "red"}, {"Key": "own", "Value": "1"}],
                         TransitiveTagKeys=["team"])
        for n in range(12):
            sts = self.client("sts", **at)
            target = two if n % 2 == 0 else one
            self.refused("ValidationError", sts.assume_role, RoleArn=target, RoleSessionName="x1", DurationSeconds=3601)
            self.refused("InvalidParameterValue", sts.assume_role, RoleArn=target, RoleSessionName="x1", Tags=[{"Key": "TEAM", "Value": "blue"}])
            self.refused("AccessDenied", sts.assume_role, RoleArn=target, RoleSessionName="x1", SourceIdentity="other")
            answer = sts.assume_role(RoleArn=target, RoleSessionName="x1")
            self.assertEqual(answer["SourceIdentity"], "chain")
            at = keys_of(answer["Credentials"])
            here = self.client("iam", **at)
            self.refused("AccessDenied", here.list_users if n % 2 == 0 else here.list_roles)
        # The tag is still there, the other is not, whatever the case of its name.
        for tag, value, good in (("team", "red", True), ("TEAM", "red", True), ("own", "1", False), ("team", "blue", False)):
            self.iam.put_role_policy(RoleName="One", PolicyName="t", PolicyDocument=document(
                {"Action": "iam:GetUser", "Resource": "*", "Condition": {"StringEquals": {f"aws:PrincipalTag/{tag}": value}}}))
            call = self.client("iam", **at).get_user
            if good:
                call(UserName="chain")
            else:
                self.refused("AccessDenied", call, UserName="chain")

    def test_chains_keep_the_limit_of_their_first_session_policy_out(self):
        """A role's session policy bounds that session; who may assume the next role is judged with it."""
        keys = self.user("bounded", ANY)
        first = self.role("First", {"AWS": ACCOUNT}, ANY)
        second = self.role("Second", {"AWS": ACCOUNT}, ANY)
        at = self.assume(keys, first, Policy=document({"Action": "sts:AssumeRole", "Resource": second}))
        self.refused("AccessDenied", self.client("sts", **at).assume_role, RoleArn=first, RoleSessionName="x1")
        self.refused("AccessDenied", self.client("sts", **at).assume_role, RoleArn=second, RoleSessionName="x1", Tags=[{"Key": "a", "Value": "b"}])
        self.client("sts", **at).assume_role(RoleArn=second, RoleSessionName="x1")

    def test_sessions_end_with_their_role_and_are_revoked_by_time(self):
        keys = self.user("revoked", ANY)
        arn = self.role("Revoked", {"AWS": ACCOUNT}, ANY)
        before = self.assume(keys, arn)
        time.sleep(1.1)
        now = datetime.datetime.utcnow().strftime("%Y-%m-%dT%H:%M:%SZ")
        self.iam.put_role_policy(RoleName="Revoked", PolicyName="AWSRevokeOlderSessions", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*",
                                                   "Condition": {"DateLessThan": {"aws:TokenIssueTime": now}}}}))
        self.refused("AccessDenied", self.client("iam", **before).list_roles)
        self.client("iam", **self.assume(keys, arn)).list_roles()
        # And those that were made out of the old ones are of their own time.
        for name in ("p", "AWSRevokeOlderSessions"):
            self.iam.delete_role_policy(RoleName="Revoked", PolicyName=name)
        after = self.assume(keys, arn)
        self.iam.delete_role(RoleName="Revoked")
        self.refused("InvalidClientTokenId", self.client("sts", **after).get_caller_identity)
        self.role("Revoked", {"AWS": ACCOUNT}, ANY)
        self.refused("InvalidClientTokenId", self.client("iam", **after).list_roles)

    def test_names_do_not_reach_further(self):
        """Users, roles, paths and sessions that look like others."""
        self.user("ann", ANY)
        keys = self.user("Bob", {"Action": "sts:AssumeRole", "Resource": "*"})
        arn = self.role("ForAnn", {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"}, ANY)
        self.refused("AccessDenied", self.client("sts", **keys).assume_role, RoleArn=arn, RoleSessionName="ann")
        self.refused("EntityAlreadyExists", self.iam.create_user, UserName="ANN")
        self.refused("EntityAlreadyExists", self.iam.create_role, RoleName="forann", AssumeRolePolicyDocument=document(
            {"Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}))
        for other in (arn.replace("ForAnn", "forann"), arn.replace("role/", "role//"), arn.replace("role/", "role/x/"), arn + "/",
                      arn.replace(ACCOUNT, "210987654321"), arn.replace("iam", "sts"), arn.replace("arn:aws:", "arn:aws-cn:")):
            self.refused("AccessDenied|ValidationError", self.client("sts", **keys).assume_role, RoleArn=other, RoleSessionName="ann")
        for name in ("éé", "a b", "x" * 65, "a/b", "**"):
            self.refused("ValidationError", self.client("sts", **keys).assume_role, RoleArn=arn, RoleSessionName=name)
        # A principal is who he was when the policy was written.
        for policy in self.iam.list_user_policies(UserName="ann")["PolicyNames"]:
            self.iam.delete_user_policy(UserName="ann", PolicyName=policy)
        for key in self.iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]:
            self.iam.delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])
        self.iam.delete_user(UserName="ann")
        again = self.user("ann", {"Action": "sts:AssumeRole", "Resource": "arn:aws:iam::000000000000:role/none"})
        self.refused("AccessDenied", self.client("sts", **again).assume_role, RoleArn=arn, RoleSessionName="ann")

    def test_federation_and_session_tokens_stay_in_their_bounds(self):
        keys = self.user("federator", ANY)
        sts = self.client("sts", **keys)
        bare = keys_of(sts.get_federation_token(Name="guest")["Credentials"])
        wide = keys_of(sts.get_federation_token(Name="guest", Policy=document(ANY))["Credentials"])
        self.refused("AccessDenied", self.client("iam", **wide).list_roles)
        for name in ("assume_role", "get_session_token", "get_federation_token"):
            members = {"assume_role": {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/One", "RoleSessionName": "x1"}, "get_session_token": {},
                       "get_federation_token": {"Name": "x1"}}[name]
            self.refused("AccessDenied", getattr(self.client("sts", **wide), name), **members)
            self.refused("AccessDenied", getattr(self.client("sts", **bare), name), **members)
        self.client("cognito-identity", **wide).list_identity_pools(MaxResults=1)
        with self.assertRaises(ClientError):
            self.client("cognito-identity", **bare).list_identity_pools(MaxResults=1)
        session = keys_of(sts.get_session_token()["Credentials"])
        self.refused("AccessDenied", self.client("iam", **session).list_roles)
        self.refused("AccessDenied", self.client("sts", **session).get_session_token)
        self.refused("AccessDenied", self.client("sts", **session).get_federation_token, Name="x1")


def base64url(data):
    data = data if isinstance(data, bytes) else json.dumps(data).encode() if not isinstance(data, str) else data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """A foreign OpenID Connect issuer with an RSA and an EC key, and tokens of any form."""

    def __init__(self):
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        issuer = self

        class Pages(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps(issuer.keys() if self.path == "/jwks" else {
                    "issuer": issuer.url, "jwks_uri": issuer.url + "/jwks", "id_token_signing_alg_values_supported": ["RS256", "ES256"],
                    "response_types_supported": ["id_token"], "subject_types_supported": ["public"]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.name = self.url[len("http://"):]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def keys(self):
        def number(value, size):
            return base64url(value.to_bytes(size, "big"))
        public, point = self.rsa.public_key().public_numbers(), self.ec.public_key().public_numbers()
        return {"keys": [{"kty": "RSA", "kid": "r", "use": "sig", "alg": "RS256", "n": number(public.n, 256), "e": number(public.e, 3)},
                         {"kty": "EC", "kid": "e", "use": "sig", "alg": "ES256", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)}]}

    def claims(self, **more):
        now = int(time.time())
        return {k: v for k, v in {"iss": self.url, "sub": "ada", "aud": "app", "iat": now, "exp": now + 600, **more}.items() if v is not None}

    def sign(self, header, claims):
        text = f"{base64url(header)}.{base64url(claims)}"
        return f"{text}.{base64url(self.rsa.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def token(self, header=None, **claims):
        return self.sign({"alg": "RS256", "kid": "r", "typ": "JWT", **(header or {})}, self.claims(**claims))


class Tokens(Attacks):
    """Tokens of foreign issuers and of identity pools, at STS and in Logins (ATTACKS J; confused deputies)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issuer = Issuer()
        cls.addClassCleanup(cls.issuer.stop)
        cls.provider = cls.iam.create_open_id_connect_provider(Url=cls.issuer.url, ClientIDList=["app"], ThumbprintList=["0" * 40])[
            "OpenIDConnectProviderArn"]
        web = ("sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity")
        cls.arn = cls.role("Foreign", {"Federated": cls.provider}, ANY, actions=web)
        cls.pool = cls.admin.create_identity_pool(IdentityPoolName="p", AllowUnauthenticatedIdentities=True, DeveloperProviderName="dev.example",
                                                  OpenIdConnectProviderARNs=[cls.provider])["IdentityPoolId"]
        cls.other_pool = cls.admin.create_identity_pool(IdentityPoolName="q", AllowUnauthenticatedIdentities=True)["IdentityPoolId"]

        def trust(pool, amr):
            return {"StringEquals": {f"{OWN}:aud": pool}, "ForAnyValue:StringLike": {f"{OWN}:amr": amr}}
        cls.member = cls.role("Member", {"Federated": OWN}, ANY, actions=web, condition=trust(cls.pool, "authenticated"))
        cls.guests = cls.role("Guest", {"Federated": OWN}, ANY, actions=web, condition=trust(cls.pool, "unauthenticated"))
        cls.admin.set_identity_pool_roles(IdentityPoolId=cls.pool, Roles={"authenticated": cls.member, "unauthenticated": cls.guests})

    def assume(self, token, arn=None, **more):
        return self.sts.assume_role_with_web_identity(RoleArn=arn or self.arn, RoleSessionName="x1", WebIdentityToken=token, **more)

    def bad_everywhere(self, token, codes="InvalidIdentityToken"):
        """At STS, and in an identity pool's Logins."""
        self.refused(codes, self.assume, token)
        self.refused("NotAuthorizedException", self.guest.get_id, IdentityPoolId=self.pool, Logins={self.issuer.name: token})

    def test_a_good_one(self):
        answer = self.assume(self.issuer.token())
        self.assertEqual((answer["SubjectFromWebIdentityToken"], answer["Audience"], answer["Provider"]), ("ada", "app", self.provider))
        self.guest.get_id(IdentityPoolId=self.pool, Logins={self.issuer.name: self.issuer.token()})
        # ECDSA, whose signatures are two numbers.
        text = f"{base64url({'alg': 'ES256', 'kid': 'e'})}.{base64url(self.issuer.claims())}"
        r, s = self.decode(self.issuer.ec.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        self.assume(f"{text}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}")
        order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
        for signature in (b"", b"\0" * 64, b"\0" * 32 + s.to_bytes(32, "big"), r.to_bytes(32, "big") + b"\0" * 32, b"\0" * 63, b"\0" * 65, b"\xff" * 64,
                          b"\1" * 8000, r.to_bytes(32, "big"), order.to_bytes(32, "big") * 2, self.issuer.ec.sign(text.encode(), ec.ECDSA(hashes.SHA256()))):
            self.bad_everywhere(f"{text}.{base64url(signature)}")

    @staticmethod
    def decode(der):
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        return decode_dss_signature(der)

    def test_algorithms(self):
        claims = base64url(self.issuer.claims())
        for alg in ("none", "None", "NONE", "nOnE", "", "HS256", "hs256", "RS256 ", "rs256", "PS256", "ES256", "EdDSA", "RSA-OAEP", None, 1, ["RS256"]):
            header = base64url({"alg": alg, "kid": "r"})
            for signature in ("", base64url(b"x" * 256)):
                self.bad_everywhere(f"{header}.{claims}.{signature}")
        # The public key, as everybody has it, for a shared one.
        import hmac
        public = self.issuer.rsa.public_key()
        text = f"{base64url({'alg': 'HS256', 'kid': 'r'})}.{claims}"
        for key in (public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
                    public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
                    public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1), b""):
            self.bad_everywhere(f"{text}.{base64url(hmac.digest(key, text.encode(), 'sha256'))}")

    def test_headers(self):
        other = Issuer()
        self.addCleanup(other.stop)
        jwk = other.keys()["keys"][0]
        for header in ({"kid": "x"}, {"kid": ""}, {"kid": "../../jwks"}, {"kid": "r' OR '1'='1"}, {"kid": "r\u0000"}, {"kid": None}, {"kid": ["r"]},
                       {"kid": "e"}, {"crit": ["exp"]}, {"crit": []}, {"b64": False}, {"zip": "DEF"}, {"cty": "JWT"}, {"enc": "A256GCM"}):
            self.bad_everywhere(self.issuer.token(header))
        # Keys that come with the token are not looked at: with the right signature they change nothing, with their own they help nothing.
        for header in ({"jwk": jwk}, {"jku": other.url + "/jwks"}, {"x5u": other.url}, {"x5c": ["AAAA"]}):
            self.assume(self.issuer.token(header))
            self.bad_everywhere(other.sign({"alg": "RS256", "kid": "r", **header}, self.issuer.claims()))
        # Tokens of the same issuer for other ends (RFC 9068, back-channel logout).
        for header in ({"typ": "at+jwt"}, {"typ": "AT+JWT"}, {"typ": "application/at+jwt"}, {"typ": "logout+jwt"}, {"typ": "secevent+jwt"}):
            self.bad_everywhere(self.issuer.token(header))
        self.bad_everywhere(self.issuer.token(events={"http://schemas.openid.net/event/backchannel-logout": {}}))
        for header in ({"typ": "jwt"}, {"typ": "JWS"}, {"typ": None}, {"typ": "id+jwt"}):
            self.assume(self.issuer.token(header))

    def test_claims(self):
        now = int(time.time())
        for more in ({"aud": None}, {"aud": "other"}, {"aud": ["other"]}, {"aud": []}, {"aud": 1}, {"aud": {"a": "app"}}, {"aud": "App"}, {"aud": ""},
                     {"azp": "other"}, {"azp": 1}, {"azp": ""}, {"azp": None, "aud": None}, {"sub": None}, {"sub": ""}, {"sub": 1}, {"sub": ["ada"]},
                     {"iss": self.issuer.url + "/"}, {"iss": self.issuer.url.upper()}, {"iss": None}, {"iss": [self.issuer.url]}, {"iss": self.issuer.name},
                     {"iss": self.issuer.url.replace("http", "https")}, {"exp": None}, {"exp": str(now + 600)}, {"exp": now + 600.5}, {"exp": [now + 600]},
                     {"nbf": now + 3600}, {"nbf": "x"}):
            self.bad_everywhere(self.issuer.token(**more))
        for more in ({"exp": -1}, {"exp": 0}, {"exp": now - 301}):
            self.bad_everywhere(self.issuer.token(**more), "ExpiredTokenException")
        self.refused("InvalidIdentityToken", self.assume, self.issuer.token(iat=now + 3600))
        self.refused("InvalidIdentityToken", self.assume, self.issuer.token(iat="x"))
        for more in ({"exp": 2**62}, {"exp": now - 200}, {"aud": ["other", "app"]}, {"azp": "app", "aud": "other"}, {"nbf": now + 60}):
            self.assume(self.issuer.token(**more))

    def test_text(self):
        good = self.issuer.token()
        header, claims, signature = good.split(".")
        twice = '{"iss":"%s","sub":"ada","sub":"root","aud":"app","iat":%d,"exp":%d}' % (self.issuer.url, time.time(), time.time() + 600)
        deep = '{"iss":"%s","sub":"ada","aud":"app","exp":9999999999,"iat":1,"x":%s}' % (self.issuer.url, "[" * 100 + "]" * 100)
        for token in (self.issuer.sign({"alg": "RS256", "kid": "r"}, twice), self.issuer.sign({"alg": "RS256", "kid": "r"}, deep),
                      self.issuer.sign('{"alg":"RS256","kid":"r","kid":"e"}', self.issuer.claims()), self.issuer.sign("[]", self.issuer.claims()),
                      self.issuer.sign({"alg": "RS256", "kid": "r"}, "x"), f"{header}.{claims}.", f"{header}.{claims}", f"{header}..{signature}",
                      f".{claims}.{signature}", good + ".", good + "." + signature, good + "=", good + "\n", " " + good, header + "=." + claims + "." + signature,
                      f"{header}.{claims}.{signature[:-4]}", f"{header}.{claims}.{signature}AA", good.replace(".", ".\u0000", 1), "a" * 19999, "....", "a.b.c.d.e",
                      f"{header}.{base64url(self.issuer.claims(sub='root'))}.{signature}"):
            self.bad_everywhere(token)

    def test_tags_and_source_identities_of_tokens(self):
        def tagged(tags, transitive=(), source=None):
            return self.issuer.token(**{"https://aws.amazon.com/tags": {"principal_tags": tags, "transitive_tag_keys": list(transitive)},
                                        "https://aws.amazon.com/source_identity": source})
        self.assume(tagged({"Team": ["red"], "x": "y"}, ["team"], "ada"))
        for tags in ({"Team": ["red"], "TEAM": ["blue"]}, {"aws:x": ["y"]}, {"AWS:x": ["y"]}, {"": ["x"]}, {"k" * 129: ["x"]}, {"k": ["v" * 257]},
                     {"k": ["a", "b"]}, {"k": []}, {"k": [1]}, {"k": "${aws:username}"}, {"k*": "v"}, {"k": "a\nb"}, {f"k{n}": "v" for n in range(51)},
                     {f"k{n}": "v" * 256 for n in range(40)}):
            self.refused("InvalidIdentityToken|InvalidParameterValue|PackedPolicyTooLarge", self.assume, tagged(tags))
        self.refused("InvalidParameterValue", self.assume, tagged({"k": "v"}, ["other"]))
        for source in ("a", "x" * 65, "a b", "a\nb", "aws:x", "", 1, ["ada"]):
            self.refused("InvalidIdentityToken", self.assume, tagged({}, source=source))
        # Tags, and a source identity, need an action each.
        self.iam.update_assume_role_policy(RoleName="Foreign", PolicyDocument=document(
            {"Principal": {"Federated": self.provider}, "Action": "sts:AssumeRoleWithWebIdentity"}))
        try:
            self.assume(self.issuer.token())
            self.refused("AccessDenied", self.assume, tagged({"k": "v"}))
            self.refused("AccessDenied", self.assume, tagged({}, source="ada"))
        finally:
            self.iam.update_assume_role_policy(RoleName="Foreign", PolicyDocument=document(
                {"Principal": {"Federated": self.provider}, "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]}))

    def test_one_issuer_does_not_speak_for_another(self):
        other = Issuer()
        self.addCleanup(other.stop)
        self.bad_everywhere(other.token())  # nobody knows it
        provider = self.iam.create_open_id_connect_provider(Url=other.url, ClientIDList=["app"], ThumbprintList=["0" * 40])["OpenIDConnectProviderArn"]
        self.refused("AccessDenied", self.assume, other.token())  # the role trusts the first one
        self.bad_everywhere(other.sign({"alg": "RS256", "kid": "r"}, self.issuer.claims()))
        self.refused("NotAuthorizedException", self.guest.get_id, IdentityPoolId=self.pool, Logins={other.name: other.token()})
        self.refused("NotAuthorizedException", self.guest.get_id, IdentityPoolId=self.pool, Logins={self.issuer.name: other.token()})
        for name in (self.provider, self.issuer.url, self.issuer.name + "/", self.issuer.name.upper(), OWN, "accounts.google.com", "graph.facebook.com", "x"):
            if name != self.issuer.name:
                self.refused("NotAuthorizedException|InvalidParameterException|ValidationException", self.guest.get_id, IdentityPoolId=self.pool,
                             Logins={name: self.issuer.token()})
        self.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider)
        self.refused("InvalidIdentityToken", self.assume, other.token())

    def own(self, pool=None, **logins):
        identity = self.guest.get_id(IdentityPoolId=pool or self.pool, **logins)["IdentityId"]
        return identity, self.guest.get_open_id_token(IdentityId=identity, **logins)["Token"]

    def test_tokens_of_identity_pools_open_what_is_theirs(self):
        """Wrong aud, wrong amr, another's identity; a role without a condition cannot be saved."""
        logins = {"Logins": {self.issuer.name: self.issuer.token(sub="bob")}}
        member, member_token = self.own(**logins)
        guest, guest_token = self.own()
        stranger, stranger_token = self.own(self.other_pool)
        self.assume(member_token, self.member)
        self.assume(guest_token, self.guests)
        for token, arn in ((member_token, self.guests), (guest_token, self.member), (stranger_token, self.member), (stranger_token, self.guests),
                           (member_token, self.arn), (self.issuer.token(), self.member)):
            self.refused("AccessDenied", self.assume, token, arn)
        for identity, token in ((guest, member_token), (member, guest_token), (member, stranger_token), (stranger, member_token)):
            self.refused("NotAuthorizedException", self.guest.get_credentials_for_identity, IdentityId=identity, Logins={OWN: token})
        self.refused("NotAuthorizedException", self.guest.get_credentials_for_identity, IdentityId=member)
        self.refused("NotAuthorizedException", self.guest.get_credentials_for_identity, IdentityId=member,
                     Logins={self.issuer.name: self.issuer.token(sub="eve")})
        self.refused("NotAuthorizedException", self.guest.get_credentials_for_identity, IdentityId=guest, CustomRoleArn=self.member)
        self.refused("NotAuthorizedException", self.guest.get_credentials_for_identity, IdentityId=member, CustomRoleArn=self.arn, **logins)
        self.refused("NotAuthorizedException", self.guest.get_id, IdentityPoolId=self.pool, Logins={OWN: member_token})
        header, claims, signature = member_token.split(".")
        said = json.loads(base64.urlsafe_b64decode(claims + "=="))
        for change in ({"aud": self.other_pool}, {"sub": guest}, {"amr": ["unauthenticated"]}, {"exp": said["exp"] + 3600}):
            self.refused("InvalidIdentityToken", self.assume, f"{header}.{base64url({**said, **change})}.{signature}", self.member)
        for condition in (None, {"StringLike": {f"{OWN}:sub": "*"}}, {"ForAnyValue:StringLike": {f"{OWN}:amr": "authenticated"}}):
            self.refused("MalformedPolicyDocument", self.role, "Open", {"Federated": OWN}, actions=("sts:AssumeRoleWithWebIdentity",), condition=condition)

    def test_guests_have_less(self):
        identity = self.guest.get_id(IdentityPoolId=self.pool)["IdentityId"]
        made = keys_of(self.guest.get_credentials_for_identity(IdentityId=identity)["Credentials"])
        self.refused("AccessDenied", self.client("iam", **made).list_roles)
        self.refused("AccessDenied", self.client("sts", **made).assume_role, RoleArn=self.member, RoleSessionName="x1")


class Documents(Attacks):
    """Policies at, around and far beyond their limits."""

    TRUST = document({"Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})

    def of(self, length, spaces=0):
        text = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::x"}]},
                          separators=(",", ":"))
        return text.replace(":::x", ":::" + "x" * (length - len(text) + 1)).replace("{", "{" + " " * spaces, 1)

    def test_lengths_count_without_white_space(self):
        iam = self.iam
        iam.create_role(RoleName="Long", AssumeRolePolicyDocument=self.TRUST)
        iam.create_user(UserName="long")
        for length, call in ((10240, lambda d: iam.put_role_policy(RoleName="Long", PolicyName="p", PolicyDocument=d)),
                             (2048, lambda d: iam.put_user_policy(UserName="long", PolicyName="p", PolicyDocument=d))):
            call(self.of(length))
            call(self.of(length, spaces=5000))
            self.refused("LimitExceeded", call, self.of(length + 1))
            self.refused("LimitExceeded", call, self.of(length + 1, spaces=5000))
        # All of them together.
        self.refused("LimitExceeded", iam.put_role_policy, RoleName="Long", PolicyName="q", PolicyDocument=self.of(200))
        self.assertEqual(iam.list_role_policies(RoleName="Long")["PolicyNames"], ["p"])
        iam.create_policy(PolicyName="Long", PolicyDocument=self.of(6144))
        self.refused("LimitExceeded", iam.create_policy, PolicyName="Longer", PolicyDocument=self.of(6145))
        with self.assertRaises(ClientError):
            iam.get_policy(PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/Longer")

    def test_ten_thousand_statements(self):
        statements = [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}] * 10000
        text = json.dumps({"Version": "2012-10-17", "Statement": statements})
        for call in (lambda: self.iam.create_policy(PolicyName="Many", PolicyDocument=text),
                     lambda: self.iam.create_role(RoleName="Many", AssumeRolePolicyDocument=text),
                     lambda: self.iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=["s3:GetObject"])):
            before = time.monotonic()
            with self.assertRaises(ClientError) as raised:
                call()
            self.assertIn(raised.exception.response["Error"]["Code"], ("LimitExceeded", "MalformedPolicyDocument", "ValidationError",
                                                                       "InvalidInput", "413"))
            self.assertLess(time.monotonic() - before, 2)
        self.refused("NoSuchEntity", self.iam.get_role, RoleName="Many")

    def test_documents_that_are_none(self):
        for text in ("{", "[]", "null", "1", '"x"', '{"Version":"2012-10-17"}', '{"Version":"2012-10-18","Statement":[]}', "{}",
                     '{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"s3:*","Resource":"*"}]}',
                     '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Effect":"Deny","Action":"s3:*","Resource":"*"}]}',
                     '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*",1],"Resource":"*"}]}',
                     '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NoSuch":{"a":"b"}}}]}',
                     '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Other":1}]}',
                     '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","NotAction":"s3:*","Resource":"*"}]}',
                     '{"Version":"2012-10-17","Statement":' + "[" * 31 + "]" * 31 + "}", document(ANY) + "x", document(ANY) * 2):
            self.refused("MalformedPolicyDocument", self.iam.create_policy, PolicyName="Bad", PolicyDocument=text)
            self.refused("MalformedPolicyDocument", self.iam.create_role, RoleName="Bad", AssumeRolePolicyDocument=text)
        self.refused("NoSuchEntity", self.iam.get_role, RoleName="Bad")
        self.assertFalse([p for p in self.iam.list_policies(Scope="Local")["Policies"] if p["PolicyName"] == "Bad"])

    def test_names_in_other_scripts(self):
        for name in ("Rôle", "роль", "役割", "😀", "a\u0000b", "a\u202eb", "x" * 65, "a/b", "a b", ""):
            raised = self.refuses(self.iam.create_role, RoleName=name, AssumeRolePolicyDocument=self.TRUST)
            self.assertIn(raised, ("ValidationError", "ParamValidationError"), name)
        self.iam.create_role(RoleName="Described", AssumeRolePolicyDocument=self.TRUST, Description="Rôle für 役割 ¡",
                             Tags=[{"Key": "ключ", "Value": "値"}])
        found = self.iam.get_role(RoleName="Described")["Role"]
        self.assertEqual(found["Tags"], [{"Key": "ключ", "Value": "値"}])
        text = document({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/é/役割/${aws:username}"})
        self.iam.put_role_policy(RoleName="Described", PolicyName="p", PolicyDocument=text)
        self.assertEqual(self.iam.get_role_policy(RoleName="Described", PolicyName="p")["PolicyDocument"], json.loads(text))

    def refuses(self, call, **members):
        try:
            call(**members)
        except ClientError as error:
            return error.response["Error"]["Code"]
        except Exception as error:
            return type(error).__name__
        raise AssertionError(members)


if __name__ == "__main__":
    unittest.main()
