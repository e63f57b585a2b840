"""What a configuration tool sends for each of its resources: create with every argument, read back, update with
every argument, read back, delete.

The calls are made by hand because Debian's boto3 lacks the newer arguments. "Every argument" is counted against
api/idp/shapes.json, so an argument that the API gains fails here until it is sent.
"""

import copy
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import TOP, ApiError, Server  # noqa: E402

with open(os.path.join(TOP, "api", "idp", "shapes.json"), encoding="utf-8") as file:
    SHAPES = json.load(file)

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:"
KEY = "arn:aws:kms:us-east-1:123456789012:key/"
ROLE = "arn:aws:iam::123456789012:role/"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/"
PNG = "iVBORw0KGgpyZXN0IG9mIGEgcGljdHVyZQ=="
JPEG = "/9j/4HJlc3Q="


def members_of(shape):
    """Each member that a value of the shape may have, as paths."""
    shape = SHAPES[shape]
    if shape["type"] == "list":
        return members_of(shape["of"])
    if shape["type"] != "struct":
        return set()
    found = set()
    for name, inner in shape["members"].items():
        found |= {name} | {f"{name}.{path}" for path in members_of(inner)}
    return found


def members_in(value):
    """Each member that a value has, as paths."""
    if isinstance(value, list):
        return set().union(*[members_in(one) for one in value]) if value else set()
    if not isinstance(value, dict):
        return set()
    found = set()
    for name, inner in value.items():
        found |= {name} | {f"{name}.{path}" for path in members_in(inner)}
    return found


POOL = {
    "PoolName": "replay", "DeletionProtection": "ACTIVE",
    "Policies": {
        "PasswordPolicy": {"MinimumLength": 12, "RequireUppercase": True, "RequireLowercase": False, "RequireNumbers": True,
                           "RequireSymbols": False, "PasswordHistorySize": 3, "TemporaryPasswordValidityDays": 5},
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]}},
    "LambdaConfig": {
        **{name: LAMBDA + name for name in (
            "PreSignUp", "CustomMessage", "PostConfirmation", "PreAuthentication", "PostAuthentication", "DefineAuthChallenge",
            "CreateAuthChallenge", "VerifyAuthChallengeResponse", "UserMigration")},
        "PreTokenGeneration": LAMBDA + "token", "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": LAMBDA + "token"},
        "CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA + "sms"},
        "CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA + "mail"},
        "InboundFederation": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA + "inbound"}, "KMSKeyID": KEY + "one"},
    "AutoVerifiedAttributes": ["email", "phone_number"],
    "SmsVerificationMessage": "SMS {####}", "EmailVerificationMessage": "Mail {####}", "EmailVerificationSubject": "Subject",
    "VerificationMessageTemplate": {
        "SmsMessage": "SMS {####}", "EmailMessage": "Mail {####}", "EmailSubject": "Subject", "EmailMessageByLink": "Go {##here##}",
        "EmailSubjectByLink": "Link", "DefaultEmailOption": "CONFIRM_WITH_LINK"},
    "SmsAuthenticationMessage": "Auth {####}", "MfaConfiguration": "OPTIONAL",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False},
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@example.com",
        "From": "A <a@example.com>", "ReplyToEmailAddress": "b@example.com", "ConfigurationSet": "set"},
    "SmsConfiguration": {"SnsCallerArn": ROLE + "sms", "ExternalId": "x", "SnsRegion": "us-east-1"},
    "UserPoolTags": {"team": "red", "cost": "a/b=c"},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": True, "UnusedAccountValidityDays": 5,
        "InviteMessageTemplate": {"SMSMessage": "{username} {####}", "EmailMessage": "Hello {username}: {####}",
                                  "EmailSubject": "Welcome"}},
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"}},
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1},
                                                      {"Name": "verified_phone_number", "Priority": 2}]},
    "UserPoolTier": "PLUS", "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY + "rest-one"},
    "IssuerConfiguration": {"Type": "UPDATED"},
    "DcrConfiguration": {"EnableStatus": "Enabled", "OpenDcrEnabled": True, "AuthenticatedGrantTypes": ["code", "client_credentials"],
                         "OpenDcrGrantTypes": ["code"], "AllowedScopes": ["openid", "email"]},
    "AcrConfiguration": {"Level1": {"AcrValue": "urn:one"}},
}
POOL_ONCE = {
    "AliasAttributes": ["email", "preferred_username"], "UsernameConfiguration": {"CaseSensitive": False},
    "Schema": [
        {"Name": "email", "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Mutable": True, "Required": True,
         "StringAttributeConstraints": {"MinLength": "3", "MaxLength": "99"}},
        {"Name": "plan", "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Mutable": False, "Required": False,
         "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "10"}},
        {"Name": "age", "AttributeDataType": "Number", "DeveloperOnlyAttribute": False, "Mutable": True, "Required": False,
         "NumberAttributeConstraints": {"MinValue": "0", "MaxValue": "150"}}],
}
POOL_CHANGED = {
    "PoolName": "replay two", "DeletionProtection": "INACTIVE",
    "Policies": {
        "PasswordPolicy": {"MinimumLength": 20, "RequireUppercase": False, "RequireLowercase": True, "RequireNumbers": False,
                           "RequireSymbols": True, "PasswordHistorySize": 0, "TemporaryPasswordValidityDays": 9},
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}},
    "LambdaConfig": {
        **{name: LAMBDA + name + "2" for name in (
            "PreSignUp", "CustomMessage", "PostConfirmation", "PreAuthentication", "PostAuthentication", "DefineAuthChallenge",
            "CreateAuthChallenge", "VerifyAuthChallengeResponse", "UserMigration")},
        "PreTokenGeneration": LAMBDA + "token2", "PreTokenGenerationConfig": {"LambdaVersion": "V3_0", "LambdaArn": LAMBDA + "token2"},
        "CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA + "sms2"},
        "CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA + "mail2"},
        "InboundFederation": {"LambdaVersion": "V1_0", "LambdaArn": LAMBDA + "inbound2"}, "KMSKeyID": KEY + "two"},
    "AutoVerifiedAttributes": ["email"],
    "SmsVerificationMessage": "Other {####}", "EmailVerificationMessage": "Other {####}", "EmailVerificationSubject": "Other",
    "VerificationMessageTemplate": {
        "SmsMessage": "Other {####}", "EmailMessage": "Other {####}", "EmailSubject": "Other", "EmailMessageByLink": "There {##there##}",
        "EmailSubjectByLink": "Other link", "DefaultEmailOption": "CONFIRM_WITH_CODE"},
    "SmsAuthenticationMessage": "Other auth {####}", "MfaConfiguration": "ON",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": True},
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/c@example.com",
        "From": "C <c@example.com>", "ReplyToEmailAddress": "d@example.com", "ConfigurationSet": "other"},
    "SmsConfiguration": {"EumsSms": {
        "CallerArn": ROLE + "eums", "ExternalId": "y", "OriginationIdentity": "sender", "ConfigurationSetName": "set",
        "InEntityId": "1", "InTemplateId": "2", "Region": "us-west-2"}},
    "UserPoolTags": {"team": "blue"},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 9,
        "InviteMessageTemplate": {"SMSMessage": "Other {username} {####}", "EmailMessage": "Other {username}: {####}",
                                  "EmailSubject": "Other"}},
    "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED", "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "ENFORCED"}},
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    "UserPoolTier": "PLUS", "KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY + "rest-two"},
    "IssuerConfiguration": {"Type": "ORIGINAL"},
    "DcrConfiguration": {"EnableStatus": "Disabled", "OpenDcrEnabled": False, "AuthenticatedGrantTypes": ["code"],
                         "OpenDcrGrantTypes": [], "AllowedScopes": ["openid"]},
    "AcrConfiguration": {"Level1": {"AcrValue": "urn:first"}, "Level4": {"AcrValue": "urn:fourth"}},
}
SHOWN_OF_POOL = {"Id", "Arn", "CreationDate", "LastModifiedDate", "EstimatedNumberOfUsers", "SchemaAttributes"}

MFA = {
    "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Auth {####}",
                            "SmsConfiguration": {"SnsCallerArn": ROLE + "sms", "ExternalId": "x", "SnsRegion": "us-east-1"}},
    "SoftwareTokenMfaConfiguration": {"Enabled": True},
    "EmailMfaConfiguration": {"Message": "Code {####}", "Subject": "Your code"}, "MfaConfiguration": "OPTIONAL",
    "WebAuthnConfiguration": {"RelyingPartyId": "example.com", "UserVerification": "required", "FactorConfiguration": "SINGLE_FACTOR"},
}
MFA_CHANGED = {
    "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Other {####}", "SmsConfiguration": {"EumsSms": {
        "CallerArn": ROLE + "eums", "ExternalId": "y", "OriginationIdentity": "sender", "ConfigurationSetName": "set",
        "InEntityId": "1", "InTemplateId": "2", "Region": "us-west-2"}}},
    "SoftwareTokenMfaConfiguration": {"Enabled": False},
    "EmailMfaConfiguration": {"Message": "Other {####}", "Subject": "Other"}, "MfaConfiguration": "ON",
    "WebAuthnConfiguration": {"RelyingPartyId": "example.org", "UserVerification": "preferred",
                              "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"},
}

CLIENT = {
    "ClientName": "web", "RefreshTokenValidity": 20, "AccessTokenValidity": 10, "IdTokenValidity": 600,
    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "days"},
    "ReadAttributes": ["email", "name"], "WriteAttributes": ["email"],
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
    "SupportedIdentityProviders": ["COGNITO", "Google"], "CallbackURLs": ["https://example.com/a", "myapp://back"],
    "LogoutURLs": ["https://example.com/out"], "DefaultRedirectURI": "https://example.com/a", "AllowedOAuthFlows": ["code", "implicit"],
    "AllowedOAuthScopes": ["openid", "email", "orders/read"], "AllowedOAuthFlowsUserPoolClient": True,
    "AnalyticsConfiguration": {"ApplicationId": "0123456789abcdef", "RoleArn": ROLE + "pinpoint", "ExternalId": "x",
                               "UserDataShared": True},
    "PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": True, "EnablePropagateAdditionalUserContextData": True,
    "AuthSessionValidity": 7, "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30},
}
CLIENT_CHANGED = {
    "ClientName": "web two", "RefreshTokenValidity": 48, "AccessTokenValidity": 1, "IdTokenValidity": 2,
    "TokenValidityUnits": {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "hours"},
    "ReadAttributes": ["email"], "WriteAttributes": ["email", "name"],
    "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    "SupportedIdentityProviders": ["COGNITO"], "CallbackURLs": ["https://example.com/b"],
    "LogoutURLs": [], "DefaultRedirectURI": "https://example.com/b", "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": ["orders/read"], "AllowedOAuthFlowsUserPoolClient": True,
    "AnalyticsConfiguration": {"ApplicationArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/x", "UserDataShared": False},
    "PreventUserExistenceErrors": "LEGACY", "EnableTokenRevocation": False, "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 15, "RefreshTokenRotation": {"Feature": "DISABLED", "RetryGracePeriodSeconds": 0},
}

MAIL = {"Subject": "Sign-in", "HtmlBody": "<p>Was it you, {username}?</p>", "TextBody": "Was it you?"}
RISK = {
    "CompromisedCredentialsRiskConfiguration": {"EventFilter": ["SIGN_IN", "SIGN_UP"], "Actions": {"EventAction": "BLOCK"}},
    "AccountTakeoverRiskConfiguration": {
        "NotifyConfiguration": {
            "From": "Us <us@example.com>", "ReplyTo": "help@example.com", "BlockEmail": MAIL, "NoActionEmail": MAIL, "MfaEmail": MAIL,
            "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com"},
        "Actions": {"LowAction": {"Notify": False, "EventAction": "NO_ACTION"},
                    "MediumAction": {"Notify": True, "EventAction": "MFA_IF_CONFIGURED"},
                    "HighAction": {"Notify": True, "EventAction": "BLOCK"}}},
    "RiskExceptionConfiguration": {"BlockedIPRangeList": ["192.0.2.0/24", "2001:db8::/32"], "SkippedIPRangeList": ["198.51.100.7/32"]},
}


class Replay(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def call(self, operation, **members):
        return self.server.call(operation, members, signed=True)

    def pool(self, **settings):
        return self.call("CreateUserPool", **{"PoolName": "replay", **settings})["UserPool"]["Id"]

    def gone(self, operation, **members):
        with self.assertRaises(ApiError) as raised:
            self.call(operation, **members)
        self.assertEqual(raised.exception.code, "ResourceNotFoundException")

    def every(self, request, *sent, never=()):
        """The calls together sent each member that the request has."""
        self.assertEqual(members_of(request) - members_in(list(sent)), set(never), request)

    def shown(self, answer, sent, derived=()):
        """Each value is shown as it was sent, and nothing is shown beside them but what is derived."""
        self.assertEqual({name: answer.get(name) for name in sent}, sent)
        self.assertEqual(set(answer) - set(sent), set(derived))

    def shown_pool(self, pool, sent):
        answer = self.call("DescribeUserPool", UserPoolId=pool)["UserPool"]
        answer["PoolName"] = answer.pop("Name")
        derived = SHOWN_OF_POOL | set(POOL_ONCE) - {"Schema"}
        self.shown(answer, {name: value for name, value in sent.items() if name != "Schema"}, derived - set(sent))
        attributes = {one["Name"]: one for one in answer["SchemaAttributes"]}
        for one in sent.get("Schema", ()):
            name = one["Name"] if one["Name"] in attributes else "custom:" + one["Name"]
            self.assertEqual(attributes[name], {**one, "Name": name})

    def test_user_pool(self):
        made = {**POOL, **POOL_ONCE}
        self.every("CreateUserPoolRequest", made, POOL_CHANGED, {"UsernameAttributes": 0})
        self.every("UpdateUserPoolRequest", POOL, POOL_CHANGED, {"UserPoolId": 0})
        pool = self.pool(**made)
        self.shown_pool(pool, made)
        self.call("UpdateUserPool", UserPoolId=pool, **POOL_CHANGED)
        self.shown_pool(pool, POOL_CHANGED)
        self.call("UpdateUserPool", UserPoolId=pool, **POOL)
        self.shown_pool(pool, made)
        self.call("AddCustomAttributes", UserPoolId=pool, CustomAttributes=[
            {"Name": "late", "AttributeDataType": "String", "DeveloperOnlyAttribute": False, "Mutable": True, "Required": False,
             "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "5"}}])
        names = [one["Name"] for one in self.call("DescribeUserPool", UserPoolId=pool)["UserPool"]["SchemaAttributes"]]
        self.assertEqual(names[-3:], ["custom:plan", "custom:age", "custom:late"])
        with self.assertRaises(ApiError):
            self.call("DeleteUserPool", UserPoolId=pool)
        self.call("UpdateUserPool", UserPoolId=pool, DeletionProtection="INACTIVE")
        self.call("DeleteUserPool", UserPoolId=pool)
        self.gone("DescribeUserPool", UserPoolId=pool)

    def test_user_pool_of_addresses(self):
        pool = self.pool(UsernameAttributes=["email", "phone_number"])
        shown = self.call("DescribeUserPool", UserPoolId=pool)["UserPool"]
        self.assertEqual(shown["UsernameAttributes"], ["email", "phone_number"])
        self.assertNotIn("AliasAttributes", shown)

    def test_user_pool_mfa(self):
        self.every("SetUserPoolMfaConfigRequest", MFA, MFA_CHANGED, {"UserPoolId": 0})
        pool = self.pool(EmailConfiguration=POOL["EmailConfiguration"])
        for sent in (MFA, MFA_CHANGED, MFA):
            self.shown(self.call("SetUserPoolMfaConfig", UserPoolId=pool, **sent), sent)
            self.shown(self.call("GetUserPoolMfaConfig", UserPoolId=pool), sent)
            shown = self.call("DescribeUserPool", UserPoolId=pool)["UserPool"]
            self.assertEqual(shown["MfaConfiguration"], sent["MfaConfiguration"])
            self.assertEqual(shown["SmsConfiguration"], sent["SmsMfaConfiguration"]["SmsConfiguration"])
            self.assertEqual(shown["SmsAuthenticationMessage"], sent["SmsMfaConfiguration"]["SmsAuthenticationMessage"])

    def test_client(self):
        self.every("CreateUserPoolClientRequest", CLIENT, CLIENT_CHANGED, {"UserPoolId": 0, "GenerateSecret": 0, "ClientSecret": 0})
        self.every("UpdateUserPoolClientRequest", CLIENT, CLIENT_CHANGED, {"UserPoolId": 0, "ClientId": 0})
        pool = self.pool()
        self.call("CreateResourceServer", UserPoolId=pool, Identifier="orders", Name="n",
                  Scopes=[{"ScopeName": "read", "ScopeDescription": "r"}])
        self.call("CreateIdentityProvider", UserPoolId=pool, ProviderName="Google", ProviderType="Google", ProviderDetails={
            "client_id": "a", "client_secret": "b", "authorize_scopes": "email"})
        derived = {"UserPoolId", "ClientId", "ClientSecret", "CreationDate", "LastModifiedDate", "ClientType"}
        own = {"ClientSecret": "Own+secret+of+this+client"}
        for secret in ({"GenerateSecret": True}, own):
            made = self.call("CreateUserPoolClient", UserPoolId=pool, **CLIENT, **secret)["UserPoolClient"]
            client = {"UserPoolId": pool, "ClientId": made["ClientId"]}
            self.shown(made, CLIENT, derived)
            self.shown(self.call("DescribeUserPoolClient", **client)["UserPoolClient"], CLIENT, derived)
            for sent in (CLIENT_CHANGED, CLIENT):
                self.shown(self.call("UpdateUserPoolClient", **client, **sent)["UserPoolClient"], sent, derived)
                shown = self.call("DescribeUserPoolClient", **client)["UserPoolClient"]
                self.shown(shown, sent, derived)
                self.assertEqual(shown["ClientSecret"], made["ClientSecret"])
            self.call("DeleteUserPoolClient", **client)
            self.gone("DescribeUserPoolClient", **client)
        self.assertEqual(made["ClientSecret"], own["ClientSecret"])

    def test_domain(self):
        pool = self.pool()
        config = {"CertificateArn": CERTIFICATE + "a", "SecurityPolicy": "TLS_V1_2_2021"}
        routing = {"Failover": {"SecondaryRegion": "us-west-2", "PrimaryRoute53HealthCheckId": "check-one"}}
        first = {"ManagedLoginVersion": 1, "CustomDomainConfig": config, "Routing": routing}
        second = {"ManagedLoginVersion": 2, "CustomDomainConfig": {"CertificateArn": CERTIFICATE + "b", "SecurityPolicy": "TLS_V1_3_2025"},
                  "Routing": {"Failover": {"SecondaryRegion": "eu-west-1", "PrimaryRoute53HealthCheckId": "check-two"}}}
        domain = {"UserPoolId": pool, "Domain": "login.example.com"}
        self.every("CreateUserPoolDomainRequest", first, domain)
        self.every("UpdateUserPoolDomainRequest", second, domain)
        self.call("CreateUserPoolDomain", **domain, **first)
        for sent in (first, second):
            if sent is second:
                self.call("UpdateUserPoolDomain", **domain, **sent)
            shown = self.call("DescribeUserPoolDomain", Domain="login.example.com")["DomainDescription"]
            self.shown(shown, {**sent, **domain}, {"AWSAccountId", "CloudFrontDistribution", "Status", "Version"})
        self.call("DeleteUserPoolDomain", **domain)
        self.assertEqual(self.call("DescribeUserPoolDomain", Domain="login.example.com")["DomainDescription"], {})
        self.call("DeleteUserPool", UserPoolId=pool)

    def test_group(self):
        pool = self.pool()
        group = {"UserPoolId": pool, "GroupName": "admins"}
        first = {"Description": "all of them", "RoleArn": ROLE + "one", "Precedence": 0}
        second = {"Description": "some", "RoleArn": ROLE + "two", "Precedence": 7}
        self.every("CreateGroupRequest", first, group)
        self.every("UpdateGroupRequest", second, group)
        self.shown(self.call("CreateGroup", **group, **first)["Group"], {**first, **group}, {"CreationDate", "LastModifiedDate"})
        for sent in (second, first):
            self.call("UpdateGroup", **group, **sent)
            self.shown(self.call("GetGroup", **group)["Group"], {**sent, **group}, {"CreationDate", "LastModifiedDate"})
        self.call("DeleteGroup", **group)
        self.gone("GetGroup", **group)

    def test_user(self):
        pool = self.pool(Schema=[{"Name": "plan", "AttributeDataType": "String", "Mutable": True}], AliasAttributes=["email"],
                         AutoVerifiedAttributes=["email"])
        user = {"UserPoolId": pool, "Username": "ada"}
        first = {"email": "ada@example.com", "email_verified": "true", "name": "Ada", "custom:plan": "a"}
        second = {"email": "ada@example.org", "email_verified": "true", "nickname": "A", "custom:plan": "b"}

        def listed(attributes):
            return [{"Name": name, "Value": value} for name, value in attributes.items()]

        def check(attributes):
            shown = self.call("AdminGetUser", **user)
            found = {one["Name"]: one["Value"] for one in shown["UserAttributes"]}
            self.assertEqual(found.pop("sub", "")[8], "-")
            self.assertEqual(found, attributes)
            return shown

        made = {"UserAttributes": listed(first), "ValidationData": [{"Name": "from", "Value": "tool"}],
                "TemporaryPassword": "Correct-horse-9", "ForceAliasCreation": True, "MessageAction": "SUPPRESS",
                "DesiredDeliveryMediums": ["EMAIL"], "ClientMetadata": {"a": "b"}}
        self.every("AdminCreateUserRequest", made, user)
        self.assertTrue(self.call("AdminCreateUser", **user, **made)["User"]["Enabled"])
        self.assertEqual(check(first)["UserStatus"], "FORCE_CHANGE_PASSWORD")
        self.call("AdminUpdateUserAttributes", **user, UserAttributes=listed(second), ClientMetadata={"a": "b"})
        self.call("AdminDeleteUserAttributes", **user, UserAttributeNames=["name"])
        self.call("AdminDisableUser", **user)
        self.assertFalse(check(second)["Enabled"])
        self.call("AdminEnableUser", **user)
        self.call("AdminSetUserPassword", **user, Password="Other-horse-9", Permanent=True)
        self.assertEqual(check(second)["UserStatus"], "CONFIRMED")
        for name in ("admins", "readers"):
            self.call("CreateGroup", UserPoolId=pool, GroupName=name)
            self.call("AdminAddUserToGroup", **user, GroupName=name)
        groups = self.call("AdminListGroupsForUser", **user)["Groups"]
        self.assertEqual({one["GroupName"] for one in groups}, {"admins", "readers"})
        self.call("AdminRemoveUserFromGroup", **user, GroupName="admins")
        self.assertEqual([one["GroupName"] for one in self.call("AdminListGroupsForUser", **user)["Groups"]], ["readers"])
        self.call("AdminDeleteUser", **user)
        with self.assertRaises(ApiError) as raised:
            self.call("AdminGetUser", **user)
        self.assertEqual(raised.exception.code, "UserNotFoundException")

    def test_identity_provider(self):
        pool = self.pool(AcrConfiguration={"Level1": {"AcrValue": "urn:one"}, "Level2": {"AcrValue": "urn:two"}})
        name = {"UserPoolId": pool, "ProviderName": "Corp"}
        details = {"client_id": "a", "client_secret": "b", "authorize_scopes": "openid", "attributes_request_method": "GET",
                   "oidc_issuer": "https://idp.example.com", "authorize_url": "https://idp.example.com/a",
                   "token_url": "https://idp.example.com/t", "attributes_url": "https://idp.example.com/u",
                   "jwks_uri": "https://idp.example.com/k", "attributes_url_add_attributes": "false"}
        first = {"ProviderDetails": details, "AttributeMapping": {"email": "email", "username": "sub"}, "IdpIdentifiers": ["a.example"],
                 "AcrMapping": {"Level1": "their-one"}}
        second = {"ProviderDetails": {**details, "client_secret": "c", "attributes_request_method": "POST"},
                  "AttributeMapping": {"name": "name", "username": "sub"}, "IdpIdentifiers": ["b.example", "c.example"],
                  "AcrMapping": {"Level2": "their-two", "Level1": "their-one"}}
        self.every("CreateIdentityProviderRequest", first, name, {"ProviderType": 0})
        self.every("UpdateIdentityProviderRequest", second, name)
        self.call("CreateIdentityProvider", **name, ProviderType="OIDC", **first)
        for sent in (first, second, first):
            self.call("UpdateIdentityProvider", **name, **sent)
            shown = self.call("DescribeIdentityProvider", **name)["IdentityProvider"]
            self.shown(shown, {**sent, **name}, {"ProviderType", "CreationDate", "LastModifiedDate"})
        self.call("DeleteIdentityProvider", **name)
        self.gone("DescribeIdentityProvider", **name)

    def test_resource_server(self):
        server = {"UserPoolId": self.pool(), "Identifier": "https://api.example.com"}
        first = {"Name": "API", "Scopes": [{"ScopeName": "read", "ScopeDescription": "r"}, {"ScopeName": "write", "ScopeDescription": "w"}]}
        second = {"Name": "Other", "Scopes": [{"ScopeName": "write", "ScopeDescription": "changed"}]}
        self.every("CreateResourceServerRequest", first, server)
        self.every("UpdateResourceServerRequest", second, server)
        self.shown(self.call("CreateResourceServer", **server, **first)["ResourceServer"], {**first, **server})
        for sent in (first, second, first):
            self.call("UpdateResourceServer", **server, **sent)
            self.shown(self.call("DescribeResourceServer", **server)["ResourceServer"], {**sent, **server})
        self.call("DeleteResourceServer", **server)
        self.gone("DescribeResourceServer", **server)

    def test_ui_customization(self):
        pool = self.pool()
        self.call("CreateUserPoolDomain", UserPoolId=pool, Domain="replay-pages")
        client = self.call("CreateUserPoolClient", UserPoolId=pool, ClientName="web")["UserPoolClient"]["ClientId"]
        for target in ({"UserPoolId": pool, "ClientId": "ALL"}, {"UserPoolId": pool, "ClientId": client}):
            for number, image in ((1, PNG), (2, JPEG)):
                sent = {"CSS": ".label-customizable { font-weight: %d00; }" % number, "ImageFile": image}
                self.every("SetUICustomizationRequest", sent, target)
                self.call("SetUICustomization", **target, **sent)
                shown = self.call("GetUICustomization", **target)["UICustomization"]
                self.shown(shown, {**target, "CSS": sent["CSS"]}, {"ImageUrl", "CSSVersion", "CreationDate", "LastModifiedDate"})
            self.call("SetUICustomization", **target)
            self.assertNotIn("CSS", self.call("GetUICustomization", **target)["UICustomization"])

    def test_managed_login_branding(self):
        pool = self.pool()
        client = self.call("CreateUserPoolClient", UserPoolId=pool, ClientName="web")["UserPoolClient"]["ClientId"]
        assets = [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": PNG},
                  {"Category": "IDP_BUTTON_ICON", "ColorMode": "DARK", "Extension": "JPEG", "Bytes": JPEG, "ResourceId": "One"}]
        first = {"UseCognitoProvidedValues": False, "Assets": assets,
                 "Settings": {"components": {"pageText": {"lightMode": {"bodyColor": "00ff00ff"}}}}}
        second = {"UseCognitoProvidedValues": False, "Assets": assets[1:],
                  "Settings": {"categories": {"global": {"colorSchemeMode": "DARK"}}}}
        third = {"UseCognitoProvidedValues": True}
        self.every("CreateManagedLoginBrandingRequest", first, {"UserPoolId": 0, "ClientId": 0})
        made = self.call("CreateManagedLoginBranding", UserPoolId=pool, ClientId=client, **first)["ManagedLoginBranding"]
        style = {"UserPoolId": pool, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
        self.every("UpdateManagedLoginBrandingRequest", second, style)
        self.shown(made, {**first, **style}, {"CreationDate", "LastModifiedDate"})
        for sent in (first, second, third, first):
            self.call("UpdateManagedLoginBranding", **style, **sent)
            for read in (self.call("DescribeManagedLoginBranding", **style),
                         self.call("DescribeManagedLoginBrandingByClient", UserPoolId=pool, ClientId=client)):
                self.shown(read["ManagedLoginBranding"], {**sent, **style}, {"CreationDate", "LastModifiedDate"})
        self.call("DeleteManagedLoginBranding", **style)
        self.gone("DescribeManagedLoginBranding", **style)

    def test_risk_configuration(self):
        pool = self.pool(UserPoolTier="PLUS", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})
        client = self.call("CreateUserPoolClient", UserPoolId=pool, ClientName="web")["UserPoolClient"]["ClientId"]
        changed = copy.deepcopy(RISK)
        changed["CompromisedCredentialsRiskConfiguration"] = {"EventFilter": ["PASSWORD_CHANGE"], "Actions": {"EventAction": "NO_ACTION"}}
        changed["AccountTakeoverRiskConfiguration"]["Actions"]["LowAction"] = {"Notify": True, "EventAction": "MFA_IF_CONFIGURED"}
        changed["RiskExceptionConfiguration"] = {"BlockedIPRangeList": [], "SkippedIPRangeList": ["203.0.113.0/24"]}
        self.every("SetRiskConfigurationRequest", RISK, {"UserPoolId": 0, "ClientId": 0})
        for target in ({"UserPoolId": pool}, {"UserPoolId": pool, "ClientId": client}):
            for sent in (RISK, changed, RISK):
                self.shown(self.call("SetRiskConfiguration", **target, **sent)["RiskConfiguration"], {**sent, **target},
                           {"LastModifiedDate"})
                self.shown(self.call("DescribeRiskConfiguration", **target)["RiskConfiguration"], {**sent, **target},
                           {"LastModifiedDate"})
            self.call("SetRiskConfiguration", **target)
            self.assertFalse(set(RISK) & set(self.call("DescribeRiskConfiguration", **target)["RiskConfiguration"]))

    def test_log_delivery(self):
        pool = self.pool(UserPoolTier="PLUS")
        notices = {"LogLevel": "ERROR", "EventSource": "userNotification",
                   "CloudWatchLogsConfiguration": {"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/x"}}
        events = {"LogLevel": "INFO", "EventSource": "userAuthEvents"}
        first = [notices, {**events, "S3Configuration": {"BucketArn": "arn:aws:s3:::bucket"}}]
        second = [{**events, "FirehoseConfiguration": {"StreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/x"}}]
        self.every("SetLogDeliveryConfigurationRequest", {"LogConfigurations": first + second, "UserPoolId": 0})
        for sent in (first, second, first, []):
            wanted = {"UserPoolId": pool, "LogConfigurations": sent}
            self.assertEqual(self.call("SetLogDeliveryConfiguration", **wanted)["LogDeliveryConfiguration"], wanted)
            self.assertEqual(self.call("GetLogDeliveryConfiguration", UserPoolId=pool)["LogDeliveryConfiguration"], wanted)


if __name__ == "__main__":
    unittest.main()
