#!/usr/bin/python3
"""The same with boto3: take credentials from the identity pool, and sign a call.

    apt install python3-boto3
    call.py IDENTITY_POOL_ID [--guest] METHOD PATH
"""

import os
import sys
import urllib.error
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

ENDPOINT = os.environ.get("LIFEGUARD", "http://localhost:9500")
API = os.environ.get("API", "http://localhost:8080")
REGION = "us-east-1"
PROVIDER = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Lifeguard"


def client(service):
    return boto3.client(service, endpoint_url=ENDPOINT, region_name=REGION, config=Config(signature_version=UNSIGNED))


def logins():
    tokens = client("cognito-idp").initiate_auth(
        ClientId="lifeguarddemo0000000000000", AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "demo", "PASSWORD": "Correct-horse-9"})["AuthenticationResult"]
    return {PROVIDER: tokens["IdToken"]}


def credentials(pool, **who):
    identities = client("cognito-identity")
    identity = identities.get_id(IdentityPoolId=pool, **who)["IdentityId"]
    found = identities.get_credentials_for_identity(IdentityId=identity, **who)["Credentials"]
    return Credentials(found["AccessKeyId"], found["SecretKey"], found["SessionToken"])


def call(keys, method, path):
    request = AWSRequest(method=method, url=API + path)
    SigV4Auth(keys, "execute-api", REGION).add_auth(request)
    try:
        with urllib.request.urlopen(urllib.request.Request(API + path, method=method, headers=dict(request.headers))) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def main():
    words = [word for word in sys.argv[1:] if word != "--guest"]
    who = {} if "--guest" in sys.argv else {"Logins": logins()}
    pool, method, path = words
    status, text = call(credentials(pool, **who), method, path)
    print(method, path, status, " ".join(text.split()))


if __name__ == "__main__":
    main()
