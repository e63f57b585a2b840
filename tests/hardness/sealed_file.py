#!/usr/bin/env python3
"""What a thief of the data folder reads: the database of a full run is searched for everything that went into it."""

import base64
import glob
import hashlib
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import check  # noqa: E402
from lifeguard import DEMO_CLIENT, DEMO_POOL, Folder, Server, totp  # noqa: E402


def live(server, number):
    """One user's life; returns every value that may not be found afterwards."""
    name, password = f"Quetzal{number}-username", f"Zanzibar-{number}-password"
    email, phone = f"quetzal{number}@mailbox.example", f"+4917012345{number:02}"
    secrets = [name, password, email, phone]
    server.call("SignUp", {"ClientId": DEMO_CLIENT, "Username": name, "Password": password, "UserAttributes": [
        {"Name": "email", "Value": email}, {"Name": "phone_number", "Value": phone},
        {"Name": "given_name", "Value": f"Givenname{number}"}, {"Name": "address", "Value": f"{number} Hidden Street"}]})
    secrets += [f"Givenname{number}", f"{number} Hidden Street"]
    message = server.messages(user=name)[0]
    secrets.append(message["code"])
    server.call("ConfirmSignUp", {"ClientId": DEMO_CLIENT, "Username": name, "ConfirmationCode": message["code"]})
    tokens = server.sign_in(name, password)["AuthenticationResult"]
    secrets += [tokens["AccessToken"], tokens["IdToken"], tokens["RefreshToken"]]
    secrets += [tokens["AccessToken"].split(".")[2], tokens["RefreshToken"].split(".")[3]]
    server.call("ForgotPassword", {"ClientId": DEMO_CLIENT, "Username": name})
    code = server.messages(user=name, purpose="forgot")[0]["code"]
    secrets += [code, f"Yucatan-{number}-password"]
    server.call("ConfirmForgotPassword", {"ClientId": DEMO_CLIENT, "Username": name, "ConfirmationCode": code,
                                          "Password": f"Yucatan-{number}-password"})
    # A code that is never redeemed stays in the database, as a MAC.
    server.call("ForgotPassword", {"ClientId": DEMO_CLIENT, "Username": name})
    secrets.append(server.messages(user=name, purpose="forgot")[0]["code"])
    server.call("RevokeToken", {"ClientId": DEMO_CLIENT, "Token": tokens["RefreshToken"]})
    return secrets


def second_factors(server, name, password):
    """An app, codes by SMS and recovery codes of one user; returns the same, and bytes that may not be found."""
    server.call("SetUserPoolMfaConfig", {"UserPoolId": DEMO_POOL, "MfaConfiguration": "OPTIONAL",
                                         "SoftwareTokenMfaConfiguration": {"Enabled": True}, "SmsMfaConfiguration": {
                                             "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/Umbrella-role"}}},
                signed=True)
    server.call("TagResource", {"ResourceArn": f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{DEMO_POOL}",
                                "Tags": {"lifeguard:mfa.recovery_codes": "true"}}, signed=True)
    token = server.sign_in(name, password)["AuthenticationResult"]["AccessToken"]
    pending = server.call("AssociateSoftwareToken", {"AccessToken": token})["SecretCode"]
    used = server.call("AssociateSoftwareToken", {"AccessToken": token})["SecretCode"]
    server.call("VerifySoftwareToken", {"AccessToken": token, "UserCode": totp(used, time.time()),
                                        "FriendlyDeviceName": "Umbrella-phone"})
    for method in ({"SoftwareTokenMfaSettings": {"Enabled": True}}, {"SMSMfaSettings": {"Enabled": True, "PreferredMfa": True}}):
        server.call("SetUserMFAPreference", {"AccessToken": token, **method})
    codes = server.call("GetUserAttributeVerificationCode", {
        "AccessToken": token, "AttributeName": "lifeguard:recovery_codes"})["CodeDeliveryDetails"]["Destination"].split()
    check.equal(len(codes), 10, "recovery codes")
    challenge = server.sign_in(name, password)
    code = server.messages(user=name, purpose="mfa")[0]["code"]
    server.call("RespondToAuthChallenge", {
        "ClientId": DEMO_CLIENT, "ChallengeName": "SMS_MFA", "Session": challenge["Session"],
        "ChallengeResponses": {"USERNAME": name, "SMS_MFA_CODE": code}})
    again = server.call("AssociateSoftwareToken", {"AccessToken": token})["SecretCode"]
    secrets = [pending, used, again, "Umbrella-phone", "Umbrella-role", code, challenge["Session"], *codes,
               *(code.replace("-", "") for code in codes)]
    return secrets, [base64.b32decode(secret + "====") for secret in (pending, used, again)]


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


# The base point of P-256: a public key needs no more than being one where nothing is signed with it.
POINT = [bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
         bytes.fromhex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")]


def passkey(server):
    """A passkey of one user, made by hand; returns the same two lists."""
    pool = server.call("CreateUserPool", {"PoolName": "p", "Policies": {"SignInPolicy": {
        "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}})["UserPool"]["Id"]
    client = server.call("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "p", "ExplicitAuthFlows": [
        "ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})["UserPoolClient"]["ClientId"]
    user = {"UserPoolId": pool, "Username": "Toucan-username"}
    server.call("AdminCreateUser", {**user, "TemporaryPassword": "Toucan-1-temporary", "MessageAction": "SUPPRESS"})
    server.call("AdminSetUserPassword", {**user, "Password": "Toucan-2-password", "Permanent": True})
    token = server.sign_in("Toucan-username", "Toucan-2-password", client)["AuthenticationResult"]["AccessToken"]
    options = server.call("StartWebAuthnRegistration", {"AccessToken": token})["CredentialCreationOptions"]
    client_data = {"type": "webauthn.create", "challenge": options["challenge"], "origin": server.url}
    name = b"Toucan credential"
    data = (hashlib.sha256(b"localhost").digest() + b"\x45" + bytes(4) + bytes(16) + len(name).to_bytes(2, "big") + name +
            bytes.fromhex("a5010203262001215820") + POINT[0] + bytes.fromhex("225820") + POINT[1])
    statement = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
    server.call("CompleteWebAuthnRegistration", {"AccessToken": token, "Credential": {
        "id": encoded(name), "rawId": encoded(name), "type": "public-key", "clientExtensionResults": {}, "response": {
            "clientDataJSON": encoded(json.dumps(client_data).encode()), "attestationObject": encoded(statement)}}})
    listed = server.call("ListWebAuthnCredentials", {"AccessToken": token})["Credentials"]
    check.equal([one["CredentialId"] for one in listed], [encoded(name)], "passkeys")
    return ["Toucan-username", "Toucan-2-password", name.decode(), encoded(name), options["challenge"]], POINT


def devices(server):
    """One device that stays and one that is forgotten; returns the same, and bytes that may not be found."""
    pool = server.call("CreateUserPool", {"PoolName": "devices", "DeviceConfiguration": {
        "ChallengeRequiredOnNewDevice": True}})["UserPool"]["Id"]
    client = server.call("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "app", "ExplicitAuthFlows": [
        "ALLOW_USER_PASSWORD_AUTH"]})["UserPoolClient"]["ClientId"]
    server.call("AdminCreateUser", {"UserPoolId": pool, "Username": "owner", "MessageAction": "SUPPRESS"})
    server.call("AdminSetUserPassword", {"UserPoolId": pool, "Username": "owner", "Password": "Correct-horse-9", "Permanent": True})
    verifier, salt, secrets = os.urandom(384), b"\x7f" + os.urandom(15), ["Umbrella-laptop"]
    verifier = b"\x7f" + verifier[1:]
    for _ in range(2):
        result = server.call("InitiateAuth", {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": {
            "USERNAME": "owner", "PASSWORD": "Correct-horse-9"}})["AuthenticationResult"]
        key = result["NewDeviceMetadata"]["DeviceKey"]
        server.call("ConfirmDevice", {
            "AccessToken": result["AccessToken"], "DeviceKey": key, "DeviceName": "Umbrella-laptop",
            "DeviceSecretVerifierConfig": {"PasswordVerifier": base64.b64encode(verifier).decode(),
                                           "Salt": base64.b64encode(salt).decode()}})
        secrets.append(key)
    server.call("AdminForgetDevice", {"UserPoolId": pool, "Username": "owner", "DeviceKey": key})
    check.equal(len(server.call("AdminListDevices", {"UserPoolId": pool, "Username": "owner"})["Devices"]), 1, "devices")
    return secrets, [verifier, verifier[-32:], salt]


def configure(server):
    """What an administrator keeps beside pools and clients; returns the same."""
    apple = {"client_id": "Xylophone-client-id", "team_id": "TEAM", "key_id": "KEY", "authorize_scopes": "email",
             "private_key": "Xylophone-private-key"}
    server.call("CreateIdentityProvider", {"UserPoolId": DEMO_POOL, "ProviderName": "SignInWithApple", "ProviderType":
                                           "SignInWithApple", "ProviderDetails": apple})
    server.call("CreateIdentityProvider", {
        "UserPoolId": DEMO_POOL, "ProviderName": "Xylophone-provider", "ProviderType": "OIDC", "IdpIdentifiers":
        ["xylophone-identifier.example"], "ProviderDetails": {
            "client_id": "c", "client_secret": "Xylophone-client-secret", "authorize_scopes": "openid",
            "attributes_request_method": "GET", "oidc_issuer": "https://xylophone-issuer.example"}})
    server.call("CreateResourceServer", {"UserPoolId": DEMO_POOL, "Identifier": "xylophone-api", "Name": "Xylophone-api-name",
                                         "Scopes": [{"ScopeName": "xylophone-scope", "ScopeDescription": "d"}]})
    server.call("AdminLinkProviderForUser", {
        "UserPoolId": DEMO_POOL, "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": "Quetzal2-username"},
        "SourceUser": {"ProviderName": "Xylophone-provider", "ProviderAttributeName": "Cognito_Subject",
                       "ProviderAttributeValue": "Xylophone-subject"}})
    return ["Xylophone-client-id", "Xylophone-private-key", "Xylophone-provider", "xylophone-identifier.example",
            "Xylophone-client-secret", "xylophone-issuer.example", "xylophone-api", "Xylophone-api-name", "xylophone-scope",
            "Xylophone-subject"]


def identities(server, id_token):
    """An identity pool with a guest, a user and a developer's user; returns the same."""
    def call(operation, members, signed):
        return server.call(operation, members, signed=signed, service="cognito-identity")
    provider = f"cognito-idp.us-east-1.amazonaws.com/{DEMO_POOL}"
    pool = call("CreateIdentityPool", {
        "IdentityPoolName": "Walrus-pool-name", "AllowUnauthenticatedIdentities": True, "DeveloperProviderName": "walrus.example",
        "CognitoIdentityProviders": [{"ProviderName": provider, "ClientId": DEMO_CLIENT}],
        "SupportedLoginProviders": {"api.twitter.com": "Walrus-consumer-key;Walrus-consumer-secret"}}, True)["IdentityPoolId"]
    call("SetIdentityPoolRoles", {"IdentityPoolId": pool, "Roles": {
        "authenticated": "arn:aws:iam::123456789012:role/Walrus-role"}}, True)
    call("SetPrincipalTagAttributeMap", {"IdentityPoolId": pool, "IdentityProviderName": provider,
                                         "PrincipalTags": {"Walrus-tag": "Walrus-claim"}}, True)
    call("GetId", {"IdentityPoolId": pool}, False)
    call("GetId", {"IdentityPoolId": pool, "Logins": {provider: id_token}}, False)
    call("GetOpenIdTokenForDeveloperIdentity", {"IdentityPoolId": pool, "Logins": {"walrus.example": "Walrus-user"}}, True)
    return ["Walrus-pool-name", "walrus.example", "Walrus-consumer-key", "Walrus-consumer-secret", "Walrus-role", "Walrus-tag",
            "Walrus-claim", "Walrus-user", provider]


def test_nothing_is_readable():
    with Folder() as data:
        secrets = []
        with Server(data=data) as server:
            pool = server.call("CreateUserPool", {"PoolName": "Umbrella-pool-name"})["UserPool"]["Id"]
            client = server.call("CreateUserPoolClient", {"UserPoolId": pool, "ClientName": "Umbrella-client-name",
                                                          "GenerateSecret": True})["UserPoolClient"]
            server.call("CreateGroup", {"UserPoolId": DEMO_POOL, "GroupName": "Umbrella-group-name"})
            secrets += ["Umbrella-pool-name", "Umbrella-client-name", "Umbrella-group-name", client["ClientSecret"]]
            for number in range(10):
                secrets += live(server, number)
            more, keys = second_factors(server, "Quetzal3-username", "Yucatan-3-password")
            secrets += more
            more, points = passkey(server)
            secrets += more
            keys += points
            server.call("AdminAddUserToGroup", {"UserPoolId": DEMO_POOL, "Username": "Quetzal1-username",
                                                "GroupName": "Umbrella-group-name"})
            server.call("SetUserPoolSessionConfiguration", {"UserPoolId": DEMO_POOL, "UserSessionTracking": "ENABLED",
                                                            "TokenSession": {"MaxPerUser": 5}}, signed=True)
            server.call("InitiateAuth", {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": DEMO_CLIENT, "AuthParameters": {
                "USERNAME": "Quetzal2-username", "PASSWORD": "Yucatan-2-password"}}, agent="Umbrella-app/1.0")
            session = server.call("AdminListUserSessions", {"UserPoolId": DEMO_POOL, "Username": "Quetzal2-username"})["Sessions"][0]
            check.equal(session["DeviceType"], "Umbrella-app", "device of the session")
            secrets += [session["SessionId"], session["DeviceType"]]
            secrets += configure(server)
            secrets += identities(server, server.sign_in("demo", "Correct-horse-9")["AuthenticationResult"]["IdToken"])
            more, numbers = devices(server)
            secrets += more
            keys += numbers
            second = server.call("AddUserPoolClientSecret", {"UserPoolId": pool, "ClientId": client["ClientId"]},
                                 signed=True)
            secrets.append(second["ClientSecretDescriptor"]["ClientSecretValue"])
            log = server.log_text()
        files = [path for path in glob.glob(os.path.join(data, "**"), recursive=True)
                 if os.path.isfile(path) and "key" not in os.path.basename(path)]
        assert any(os.path.getsize(path) > 50000 for path in files), files
        for path in files:
            with open(path, "rb") as file:
                content = file.read()
            folded = content.lower()
            for secret in secrets:
                forms = {secret.encode().lower(), secret.encode("utf-16-le").lower(), base64.b64encode(secret.encode()).lower()}
                for form in forms:
                    assert form not in folded, f"{secret!r} is readable in {os.path.basename(path)}"
            check.equal(content.count(b"PRIVATE KEY"), 0, "private keys")
            for key in keys:
                assert key not in content, f"the secret of a factor is readable in {os.path.basename(path)}"
        for secret in secrets:
            if len(secret) >= 8:  # six digits turn up by chance in the ids of a log
                assert secret not in log, f"{secret!r} is in the log"


if __name__ == "__main__":
    check.run(globals())
