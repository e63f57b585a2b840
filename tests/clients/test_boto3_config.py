"""Providers, domains and links through boto3: what is read back is what was sent, field by field.

Each argument of each resource of a configuration tool: test_replay.py.
"""

import os
import sys
import unittest

import boto3
from botocore.config import Config

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import Server  # noqa: E402

ARN = "arn:aws:acm:us-east-1:123456789012:certificate/"
METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:idp"><md:IDPSSODescriptor
protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor><ds:KeyInfo
xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>MIIC</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
</md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
Location="https://idp.example.com/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>"""


class Boto3Config(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.idp = boto3.client("cognito-idp", endpoint_url=cls.server.url, region_name="us-east-1",
                               aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="any",
                               config=Config(retries={"max_attempts": 1}))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        self.pool = self.idp.create_user_pool(PoolName="config")["UserPool"]["Id"]

    def same(self, shown, sent, derived=()):
        """Everything that was sent is shown as it was, and nothing beside it but what is derived."""
        for key, value in sent.items():
            self.assertEqual(shown[key], value, key)
        self.assertEqual(set(shown) - set(sent), set(derived))

    def provider(self, first, second, derived=()):
        idp, pool = self.idp, self.pool
        name = first["ProviderName"]
        shown_beside = {"UserPoolId", "CreationDate", "LastModifiedDate"}
        idp.create_identity_provider(UserPoolId=pool, **first)
        for sent in (first, second):
            if sent is second:
                changed = {key: value for key, value in second.items() if key != "ProviderType"}
                idp.update_identity_provider(UserPoolId=pool, **changed)
            shown = idp.describe_identity_provider(UserPoolId=pool, ProviderName=name)["IdentityProvider"]
            details = shown.pop("ProviderDetails")
            self.same(details, sent["ProviderDetails"], derived)
            self.same(shown, {key: value for key, value in sent.items() if key != "ProviderDetails"}, shown_beside)
        idp.delete_identity_provider(UserPoolId=pool, ProviderName=name)
        with self.assertRaises(idp.exceptions.ResourceNotFoundException):
            idp.describe_identity_provider(UserPoolId=pool, ProviderName=name)

    def test_oidc_provider(self):
        details = {"client_id": "a", "client_secret": "b", "authorize_scopes": "openid", "attributes_request_method": "GET",
                   "oidc_issuer": "https://idp.example.com"}
        first = {"ProviderName": "Corp", "ProviderType": "OIDC", "ProviderDetails": details,
                 "AttributeMapping": {"email": "email", "username": "sub"}, "IdpIdentifiers": ["example.com"]}
        second = dict(first, ProviderDetails=dict(details, client_secret="c", authorize_url="https://idp.example.com/a"),
                      AttributeMapping={"name": "name", "username": "sub"}, IdpIdentifiers=["example.org", "example.net"])
        self.provider(first, second, {"attributes_url_add_attributes"})

    def test_saml_provider(self):
        first = {"ProviderName": "Corp", "ProviderType": "SAML", "ProviderDetails": {"MetadataFile": METADATA, "IDPSignout": "false"},
                 "AttributeMapping": {"email": "mail"}, "IdpIdentifiers": []}
        second = dict(first, ProviderDetails={"MetadataFile": METADATA + " ", "IDPSignout": "true", "IDPInit": "true",
                                              "RequestSigningAlgorithm": "rsa-sha256"}, AttributeMapping={})
        self.provider(first, second, {"SSORedirectBindingURI"})

    def test_google_provider(self):
        details = {"client_id": "a", "client_secret": "b", "authorize_scopes": "email"}
        first = {"ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": details,
                 "AttributeMapping": {"email": "email", "username": "sub"}, "IdpIdentifiers": []}
        self.provider(first, dict(first, ProviderDetails=dict(details, authorize_scopes="email openid")),
                      {"attributes_url", "attributes_url_add_attributes", "authorize_url", "oidc_issuer", "token_request_method",
                       "token_url"})

    def test_client_of_resource_server_and_provider(self):
        idp, pool = self.idp, self.pool
        idp.create_resource_server(UserPoolId=pool, Identifier="orders", Name="n",
                                   Scopes=[{"ScopeName": "read", "ScopeDescription": "r"}])
        idp.create_identity_provider(UserPoolId=pool, ProviderName="Google", ProviderType="Google", ProviderDetails={
            "client_id": "a", "client_secret": "b", "authorize_scopes": "email"})
        sent = {"UserPoolId": pool, "ClientName": "web", "AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"],
                "AllowedOAuthScopes": ["openid", "orders/read"], "CallbackURLs": ["https://example.com/cb"],
                "LogoutURLs": ["https://example.com/out"], "SupportedIdentityProviders": ["COGNITO", "Google"]}
        client = idp.create_user_pool_client(**sent)["UserPoolClient"]["ClientId"]
        shown = idp.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"]
        for key, value in sent.items():
            self.assertEqual(shown[key], value)
        with self.assertRaises(idp.exceptions.ScopeDoesNotExistException):
            idp.update_user_pool_client(UserPoolId=pool, ClientId=client, AllowedOAuthScopes=["orders/write"])

    def test_domain(self):
        idp, pool = self.idp, self.pool
        self.assertEqual(idp.describe_user_pool_domain(Domain="boto-shop")["DomainDescription"], {})
        idp.create_user_pool_domain(UserPoolId=pool, Domain="boto-shop")
        self.assertEqual(idp.describe_user_pool_domain(Domain="boto-shop")["DomainDescription"]["Status"], "ACTIVE")
        made = idp.create_user_pool_domain(UserPoolId=pool, Domain="login.example.com", CustomDomainConfig={"CertificateArn": ARN + "a"})
        self.assertTrue(made["CloudFrontDomain"])
        idp.update_user_pool_domain(UserPoolId=pool, Domain="login.example.com", CustomDomainConfig={"CertificateArn": ARN + "b"})
        shown = idp.describe_user_pool_domain(Domain="login.example.com")["DomainDescription"]
        self.assertEqual((shown["UserPoolId"], shown["CustomDomainConfig"]), (pool, {"CertificateArn": ARN + "b"}))
        described = idp.describe_user_pool(UserPoolId=pool)["UserPool"]
        self.assertEqual((described["Domain"], described["CustomDomain"]), ("boto-shop", "login.example.com"))
        with self.assertRaises(idp.exceptions.InvalidParameterException):
            idp.delete_user_pool(UserPoolId=pool)
        for domain in ("boto-shop", "login.example.com"):
            idp.delete_user_pool_domain(UserPoolId=pool, Domain=domain)
        idp.delete_user_pool(UserPoolId=pool)

    def test_pages(self):
        idp, pool = self.idp, self.pool
        for number in range(25):
            idp.create_resource_server(UserPoolId=pool, Identifier=f"api{number}", Name="n")
            idp.create_identity_provider(UserPoolId=pool, ProviderName=f"idp{number}", ProviderType="SAML",
                                         ProviderDetails={"MetadataURL": "https://idp.example.com/m"})
        pages = idp.get_paginator("list_resource_servers").paginate(UserPoolId=pool, PaginationConfig={"PageSize": 7})
        names = [one["Identifier"] for page in pages for one in page["ResourceServers"]]
        self.assertEqual(sorted(names), sorted(f"api{number}" for number in range(25)))
        pages = idp.get_paginator("list_identity_providers").paginate(UserPoolId=pool, PaginationConfig={"PageSize": 7})
        names = [one["ProviderName"] for page in pages for one in page["Providers"]]
        self.assertEqual(sorted(names), sorted(f"idp{number}" for number in range(25)))

    def test_links(self):
        idp, pool = self.idp, self.pool
        idp.create_identity_provider(UserPoolId=pool, ProviderName="Google", ProviderType="Google", ProviderDetails={
            "client_id": "a", "client_secret": "b", "authorize_scopes": "email"})
        idp.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
        source = {"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "12"}
        idp.admin_link_provider_for_user(UserPoolId=pool, SourceUser=source, DestinationUser={
            "ProviderName": "Cognito", "ProviderAttributeValue": "ada"})
        attributes = {one["Name"]: one["Value"] for one in idp.admin_get_user(UserPoolId=pool, Username="ada")["UserAttributes"]}
        self.assertIn('"userId":"12"', attributes["identities"])
        idp.admin_disable_provider_for_user(UserPoolId=pool, User=source)
        with self.assertRaises(idp.exceptions.UserNotFoundException):
            idp.admin_disable_provider_for_user(UserPoolId=pool, User=source)


if __name__ == "__main__":
    unittest.main()
