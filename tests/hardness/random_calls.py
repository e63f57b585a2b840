#!/usr/bin/python3
"""Random calls of IAM, STS and identity pools, made from Amazon's own model (botocore's): never a 5xx, never half an answer.

    /usr/bin/python3 tests/hardness/random_calls.py [--rounds N] [--seed N]

Members are drawn from the model's shapes: right, at and beyond every limit, of another kind, missing, doubled, unknown;
in JSON and in forms. Names come from a small stock, so that calls meet what others made.
"""

import argparse
import http.client
import json
import os
import random
import re
import sys
import urllib.parse

import botocore.session

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import Server, development_key  # noqa: E402

ACCOUNT = "123456789012"
API = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "api")
FOLDERS = {"iam": "iam", "sts": "sts", "cognito-identity": "identity"}
VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
NAMES = ["a", "Role1", "role1", "Üser", "x" * 64, "x" * 129, "n m", "a/b", "", "*", "${aws:username}", "a\n", "\x00", "😀", "__proto__"]
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}]})
ALLOW = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
TEXTS = ["{}", "[]", TRUST, ALLOW, ALLOW[:-1], "{" * 100, '{"Version":"2012-10-17","Statement":' + "[" * 40, "a" * 20, "é" * 3000,
         "%7B%7D", "<x/>", "eyJhbGciOiJub25lIn0.e30.", "a.b.c", "AKIAEXAMPLE000000000", "https://a.example", "us-east-1:" + "0" * 8 +
         "-0000-0000-0000-000000000000"] + NAMES


class Dice(random.Random):
    tame = False  # this call: what fits, of what is there
    stock = {}  # what is there, by the name of a member

    def calm(self, shape, name):
        """A text that might do."""
        low, high = shape.metadata.get("min", 1), shape.metadata.get("max", 64)
        if shape.enum:
            return self.choice(shape.enum)
        for word, values in self.stock.items():
            if word in name:
                return self.choice(values)
        return self.choice(("Role1", "user1", "a", "policy1"))[:high].ljust(low, "x")

    def arn(self):
        kind = self.choice(["role/", "user/", "policy/", "saml-provider/", "oidc-provider/", "", "role//", "policy/p/"])
        return self.choice([f"arn:aws:iam::{ACCOUNT}:{kind}{self.choice(NAMES)}", "arn:aws:iam::aws:policy/ReadOnlyAccess",
                            f"arn:aws:iam::999999999999:{kind}Role1", "arn:aws", "arn:aws:iam::::", "arn:" + ":" * 30, "x" * 3000])

    def text(self, shape, name):
        if self.tame:
            return self.calm(shape, name)
        low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 100)
        if shape.enum and self.random() < 0.8:
            return self.choice(shape.enum)
        if "arn" in name.lower() and self.random() < 0.8:
            return self.arn()
        if "document" in name.lower() and self.random() < 0.7:
            return self.choice([TRUST, ALLOW, ALLOW.replace("s3", self.choice(NAMES))])
        return self.choice([self.choice(TEXTS), self.choice(NAMES), "a" * low, "b" * min(high, 20000), "c" * min(high + 1, 20001), "é" * min(high, 9000),
                            "d" * max(low - 1, 0)])

    def value(self, shape, name="", depth=0):
        if not self.tame and self.random() < 0.02:
            return self.choice([None, True, -1, 2**63, 1.5, "", [], {}, [[]], {"a": {}}])
        kind = shape.type_name
        if kind == "structure":
            members = {key: self.value(member, key, depth + 1) for key, member in shape.members.items()
                       if key in shape.required_members or self.random() < (0.1 if self.tame else 0.4 if depth < 4 else 0)}
            if members and not self.tame and self.random() < 0.05:
                del members[self.choice(list(members))]
            if not self.tame and self.random() < 0.05:
                members[self.choice(["Unknown", "member", "Action", "Version", ""])] = "x"
            return members
        if kind == "list":
            count = 1 if self.tame else self.choice([0, 1, 1, 2, shape.metadata.get("max", 3), shape.metadata.get("max", 3) + 1])
            return [self.value(shape.member, name, depth + 1) for _ in range(min(count, 60))]
        if kind == "map":
            return {self.text(shape.key, name): self.value(shape.value, name, depth + 1) for _ in range(self.randint(0, 3))}
        if kind in ("integer", "long"):
            low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 1000)
            if self.tame:
                return self.choice([low, high])
            return self.choice([low, high, low - 1, high + 1, 900, 3600, 0, -2**31, 2**40])
        if kind == "boolean":
            return self.choice([True, False])
        return self.text(shape, name)

    def form(self, prefix, value):
        """Names of the query protocol; sometimes with numbers that are none, or out of order."""
        if isinstance(value, dict):
            return [pair for key, one in value.items() for pair in self.form(f"{prefix}.{key}" if prefix else key, one)]
        if isinstance(value, list):
            numbers = list(range(1, len(value) + 1))
            if value and self.random() < 0.05:
                numbers[0] = self.choice([0, -1, 2**31, 2**64, "", "x", "01", 1000000])
            word = "member." if self.random() < 0.97 else self.choice(["", "Member.", "entry."])
            return [pair for n, one in zip(numbers, value) for pair in self.form(f"{prefix}.{word}{n}", one)]
        if value is None:
            return [(prefix, "")]
        return [(prefix, str(value).lower() if isinstance(value, bool) else str(value))]


def body_of(dice, service, operation, members):
    """(headers, body)"""
    if service in VERSIONS:
        pairs = [("Action", operation), ("Version", VERSIONS[service])] + dice.form("", members)
        if dice.random() < 0.03:
            pairs.append(dice.choice(pairs))
        text = urllib.parse.urlencode(pairs)
        if dice.random() < 0.03:
            text = dice.choice([text[:-1], text + "&=&&%", text.replace("%", "%%", 1), text + "&a" * 500, "&" + text])
        return {"Content-Type": "application/x-www-form-urlencoded"}, text
    text = json.dumps(members)
    if dice.random() < 0.02:
        text = text[:-1]
    return {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityService." + operation}, text


def answer_is_whole(service, status, headers, body):
    if status == 501:
        return True
    if status >= 500:
        return False
    if service in VERSIONS:
        text = body.decode()
        if not headers.get("Content-Type", "").startswith("text/xml"):
            return False
        return bool(re.search(r"Response>\s*$", text)) and (status == 200 or bool(re.search(r"<Code>[A-Za-z.]+</Code>", text)))
    answer = json.loads(body) if body else {}
    return status == 200 or bool(re.fullmatch(r"[A-Za-z]+", answer.get("__type", "")))


def stock_of(server):
    """Something of each kind, and what it is called."""
    for action, members in (("CreateRole", {"RoleName": "Role1", "AssumeRolePolicyDocument": TRUST}), ("CreateUser", {"UserName": "user1"}),
                            ("CreatePolicy", {"PolicyName": "policy1", "PolicyDocument": ALLOW})):
        server.query("iam", action, members)
    pool = server.call("CreateIdentityPool", {"IdentityPoolName": "p", "AllowUnauthenticatedIdentities": True,
                                              "DeveloperProviderName": "login.example"}, service="cognito-identity")["IdentityPoolId"]
    identity = server.call("GetId", {"IdentityPoolId": pool}, service="cognito-identity")["IdentityId"]
    token = server.call("GetOpenIdToken", {"IdentityId": identity}, service="cognito-identity")["Token"]
    own = f"arn:aws:iam::{ACCOUNT}:"
    return {"RoleName": ["Role1", "made"], "UserName": ["user1", "made"], "PolicyName": ["policy1", "made", "inline"],
            "RoleArn": [own + "role/Role1"], "PolicyArn": [own + "policy/policy1", own + "policy/made"], "PermissionsBoundary": [own + "policy/policy1"],
            "PolicySourceArn": [own + "user/user1", own + "role/Role1"], "ResourceArns": ["*"], "ActionNames": ["s3:GetObject"],
            "AssumeRolePolicyDocument": [TRUST], "Document": [ALLOW, TRUST], "PolicyInput": [ALLOW], "Path": ["/", "/p/"], "Marker": ["x"],
            "VersionId": ["v1", "v2"], "Url": ["https://issuer.example"], "ThumbprintList": ["0" * 40], "Status": ["Active", "Inactive"],
            "OpenIDConnectProviderArn": [own + "oidc-provider/issuer.example"], "SAMLProviderArn": [own + "saml-provider/made"],
            "PrincipalArn": [own + "saml-provider/made"], "RoleSessionName": ["session"], "WebIdentityToken": [token], "Policy": [ALLOW],
            "IdentityPoolId": [pool], "IdentityIdsToDelete": [pool[:10] + "00000000-0000-0000-0000-000000000000"], "IdentityId": [identity],
            "ProviderName": ["login.example"], "DeveloperUserIdentifier": ["dev1", "dev2"], "ResourceArn": [
                f"arn:aws:cognito-identity:us-east-1:{ACCOUNT}:identitypool/{pool}"], "UserIdentifier": ["dev1", "dev2"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = Dice(options.seed)
    session = botocore.session.get_session()
    models = {name: session.get_service_model(name) for name in ("iam", "sts", "cognito-identity")}
    ours = {name: [one for one in model.operation_names if os.path.exists(os.path.join(API, FOLDERS[name], one + ".json"))]
            for name, model in models.items()}
    failed, seen = 0, {}
    with Server() as server:
        dice.stock = stock_of(server)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        for number in range(options.rounds):
            service = dice.choice(list(models))
            model = models[service].operation_model(dice.choice(ours[service]))
            dice.tame = dice.random() < 0.5
            members = dice.value(model.input_shape) if model.input_shape else {}
            headers, body = body_of(dice, service, model.name, members if isinstance(members, dict) else {})
            try:
                connection.request("POST", "/", body.encode("utf-8", "surrogatepass"),
                                   {"Host": f"localhost:{server.port}", **headers, **development_key(service)})
                answer = connection.getresponse()
                text = answer.read()
                whole = answer_is_whole(service, answer.status, answer.headers, text)
                seen.setdefault((service, model.name), set()).add(answer.status)
            except (OSError, http.client.HTTPException, ValueError, UnicodeDecodeError) as error:
                connection.close()
                whole, text, answer = False, repr(error).encode(), None
            if not whole:
                failed += 1
                if failed <= 20:
                    print(f"call {number}: {service} {model.name}: {answer.status if answer else ''} {text[:300]!r}\n  {body[:1500]}")
        last = server.get("/_lifeguard/health/ready")[0]
        if last != 200 or server.process.poll() is not None:
            failed += 1
            print("the server does not serve any more:", server.log_text()[-2000:])
    reached = sum(200 in statuses for statuses in seen.values())
    print(f"{len(seen)} operations called, {reached} of them with success", file=sys.stderr)
    print(f"{options.rounds - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
