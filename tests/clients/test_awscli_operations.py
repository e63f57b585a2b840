"""Each operation that Debian's AWS command line knows, driven through it.

`aws` takes a second to start, so it is started once (tests/lib/aws.py): the same parsing of words, the same client,
the same output.
"""

import base64
import json
import os
import subprocess
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from lifeguard import TOP, Server, totp  # noqa: E402

PASSWORD = "Correct-horse-9"
PNG = "iVBORw0KGgpyZXN0IG9mIGEgcGljdHVyZQ=="
ENVIRONMENT = {"HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "any", "AWS_PAGER": "",
               "AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true"}


class AwsCliOperations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.program = subprocess.Popen(["/usr/bin/python3", os.path.join(TOP, "tests", "lib", "aws.py")], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"], **ENVIRONMENT})
        cls.known = set(json.loads(cls.program.stdout.readline()))
        cls.driven = set()

    @classmethod
    def tearDownClass(cls):
        cls.program.communicate()
        cls.server.stop()

    def run_aws(self, operation, options):
        words = ["--endpoint-url", self.server.url, "--output", "json", "cognito-idp", operation]
        for name, value in options.items():
            option = "--" + name.replace("_", "-")
            if isinstance(value, bool):
                words.append(option if value else "--no-" + option[2:])
                continue
            values = value if isinstance(value, list) and all(isinstance(one, str) for one in value) else [value]
            words += [option, *(one if isinstance(one, str) else json.dumps(one) for one in values)]
        print(json.dumps(words), file=self.program.stdin, flush=True)
        return json.loads(self.program.stdout.readline())

    def aws(self, operation, **options):
        code, out, err = self.run_aws(operation, options)
        self.assertEqual(code, 0, f"{operation}: {err}")
        self.driven.add(operation)
        return json.loads(out) if out.strip() else {}

    def refused(self, error, operation, **options):
        code, _, err = self.run_aws(operation, options)
        self.assertNotEqual(code, 0)
        self.assertIn(f"({error})", err)
        self.driven.add(operation)

    def test_every_operation(self):
        """One journey after another; at the end none of the command line's operations is left."""
        pool = self.pool_settings()
        client = self.clients(pool)
        self.groups(pool)
        self.providers(pool)
        self.pages(pool, client)
        self.protection(pool, client)
        self.imports(pool)
        self.administration(pool, client)
        self.sign_in(pool, client)
        self.devices(pool, client)
        self.aws("delete-user-pool-client", user_pool_id=pool, client_id=client)
        self.aws("delete-user-pool", user_pool_id=pool)
        self.refused("ResourceNotFoundException", "describe-user-pool", user_pool_id=pool)
        self.assertEqual(self.known - self.driven, set())
        self.assertGreater(len(self.known), 100)

    def pool_settings(self):
        made = self.aws("create-user-pool", pool_name="cli", auto_verified_attributes=["email"], user_pool_tags="team=red",
                        policies={"PasswordPolicy": {"MinimumLength": 8, "RequireSymbols": False}})["UserPool"]
        pool, arn = made["Id"], made["Arn"]
        self.aws("update-user-pool", user_pool_id=pool, auto_verified_attributes=["email"], user_pool_tags="team=blue",
                 device_configuration="ChallengeRequiredOnNewDevice=false,DeviceOnlyRememberedOnUserPrompt=false")
        self.aws("add-custom-attributes", user_pool_id=pool, custom_attributes=["Name=plan,AttributeDataType=String,Mutable=true"])
        shown = self.aws("describe-user-pool", user_pool_id=pool)["UserPool"]
        self.assertEqual(shown["SchemaAttributes"][-1]["Name"], "custom:plan")
        self.aws("tag-resource", resource_arn=arn, tags="a=b")
        self.aws("untag-resource", resource_arn=arn, tag_keys=["team"])
        self.assertEqual(self.aws("list-tags-for-resource", resource_arn=arn)["Tags"], {"a": "b"})
        self.assertIn(pool, [one["Id"] for one in self.aws("list-user-pools", max_results="60")["UserPools"]])
        self.aws("set-user-pool-mfa-config", user_pool_id=pool, mfa_configuration="OPTIONAL",
                 software_token_mfa_configuration="Enabled=true")
        config = self.aws("get-user-pool-mfa-config", user_pool_id=pool)
        self.assertTrue(config["SoftwareTokenMfaConfiguration"]["Enabled"])
        return pool

    def clients(self, pool):
        client = self.aws("create-user-pool-client", user_pool_id=pool, client_name="web")["UserPoolClient"]["ClientId"]
        self.aws("update-user-pool-client", user_pool_id=pool, client_id=client, explicit_auth_flows=[
            "ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
        shown = self.aws("describe-user-pool-client", user_pool_id=pool, client_id=client)["UserPoolClient"]
        self.assertEqual(len(shown["ExplicitAuthFlows"]), 3)
        self.assertEqual(len(self.aws("list-user-pool-clients", user_pool_id=pool)["UserPoolClients"]), 1)
        return client

    def groups(self, pool):
        group = {"user_pool_id": pool, "group_name": "admins"}
        self.aws("create-group", **group, precedence="3")
        self.aws("update-group", **group, description="all of them")
        self.assertEqual(self.aws("get-group", **group)["Group"]["Description"], "all of them")
        self.assertEqual(len(self.aws("list-groups", user_pool_id=pool)["Groups"]), 1)
        self.aws("admin-create-user", user_pool_id=pool, username="bob", message_action="SUPPRESS")
        self.aws("admin-add-user-to-group", **group, username="bob")
        self.assertEqual(self.aws("list-users-in-group", **group)["Users"][0]["Username"], "bob")
        self.assertEqual(len(self.aws("admin-list-groups-for-user", user_pool_id=pool, username="bob")["Groups"]), 1)
        self.aws("admin-remove-user-from-group", **group, username="bob")
        self.aws("delete-group", **group)

    def providers(self, pool):
        server = {"user_pool_id": pool, "identifier": "orders"}
        self.aws("create-resource-server", **server, name="Orders", scopes=["ScopeName=read,ScopeDescription=r"])
        self.aws("update-resource-server", **server, name="Other")
        self.assertEqual(self.aws("describe-resource-server", **server)["ResourceServer"]["Name"], "Other")
        self.assertEqual(len(self.aws("list-resource-servers", user_pool_id=pool)["ResourceServers"]), 1)
        self.aws("delete-resource-server", **server)
        provider = {"user_pool_id": pool, "provider_name": "Google"}
        self.aws("create-identity-provider", **provider, provider_type="Google", idp_identifiers=["example.com"],
                 provider_details="client_id=a,client_secret=b,authorize_scopes=email")
        self.aws("update-identity-provider", **provider, attribute_mapping="email=email,username=sub")
        self.assertEqual(self.aws("describe-identity-provider", **provider)["IdentityProvider"]["AttributeMapping"]["email"], "email")
        found = self.aws("get-identity-provider-by-identifier", user_pool_id=pool, idp_identifier="example.com")
        self.assertEqual(found["IdentityProvider"]["ProviderName"], "Google")
        self.assertEqual(len(self.aws("list-identity-providers", user_pool_id=pool)["Providers"]), 1)
        source = {"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "12"}
        self.aws("admin-link-provider-for-user", user_pool_id=pool, source_user=source,
                 destination_user="ProviderName=Cognito,ProviderAttributeValue=bob")
        self.aws("admin-disable-provider-for-user", user_pool_id=pool, user=source)
        self.aws("delete-identity-provider", **provider)
        self.assertTrue(self.aws("get-signing-certificate", user_pool_id=pool)["Certificate"])

    def pages(self, pool, client):
        arn = "arn:aws:acm:us-east-1:123456789012:certificate/"
        domain = {"user_pool_id": pool, "domain": "login.example.com"}
        self.aws("create-user-pool-domain", **domain, custom_domain_config=f"CertificateArn={arn}a")
        self.aws("update-user-pool-domain", **domain, custom_domain_config=f"CertificateArn={arn}b")
        shown = self.aws("describe-user-pool-domain", domain="login.example.com")["DomainDescription"]
        self.assertEqual(shown["CustomDomainConfig"]["CertificateArn"], arn + "b")
        self.aws("set-ui-customization", user_pool_id=pool, client_id=client, css=".label-customizable {font-weight: 400;}",
                 image_file=PNG)
        self.assertIn("ImageUrl", self.aws("get-ui-customization", user_pool_id=pool, client_id=client)["UICustomization"])
        self.aws("delete-user-pool-domain", **domain)

    def protection(self, pool, client):
        # This command line does not know plans.
        self.server.call("UpdateUserPool", {
            "UserPoolId": pool, "UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}, "MfaConfiguration": "OPTIONAL",
            "AutoVerifiedAttributes": ["email"],
            "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}})
        self.aws("set-risk-configuration", user_pool_id=pool, client_id=client,
                 compromised_credentials_risk_configuration="Actions={EventAction=BLOCK}")
        shown = self.aws("describe-risk-configuration", user_pool_id=pool, client_id=client)["RiskConfiguration"]
        self.assertEqual(shown["CompromisedCredentialsRiskConfiguration"]["Actions"], {"EventAction": "BLOCK"})

    def upload(self, url, text):
        request = urllib.request.Request(url, text.encode(), {"Content-Type": "text/csv"}, method="PUT")
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.assertEqual(answer.status, 200)

    def imports(self, pool):
        header = self.aws("get-csv-header", user_pool_id=pool)["CSVHeader"]
        make = {"user_pool_id": pool, "job_name": "cli", "cloud_watch_logs_role_arn": "arn:aws:iam::123456789012:role/logs"}
        job = self.aws("create-user-import-job", **make)["UserImportJob"]
        row = {"cognito:username": "imported", "email": "imported@example.com", "email_verified": "true",
               "phone_number_verified": "false", "cognito:mfa_enabled": "false"}
        self.upload(job["PreSignedUrl"], ",".join(header) + "\n" + ",".join(row.get(name, "") for name in header) + "\n")
        named = {"user_pool_id": pool, "job_id": job["JobId"]}
        self.aws("start-user-import-job", **named)
        for _ in range(100):
            shown = self.aws("describe-user-import-job", **named)["UserImportJob"]
            if shown["Status"] not in ("Pending", "InProgress"):
                break
            time.sleep(0.05)
        self.assertEqual((shown["Status"], shown["ImportedUsers"]), ("Succeeded", 1))
        self.refused("PreconditionNotMetException", "stop-user-import-job", **named)
        self.assertEqual(len(self.aws("list-user-import-jobs", user_pool_id=pool, max_results="10")["UserImportJobs"]), 1)

    def administration(self, pool, client):
        user = {"user_pool_id": pool, "username": "ada"}
        self.aws("sign-up", client_id=client, username="ada", password=PASSWORD, user_attributes=["Name=email,Value=ada@example.com"])
        self.aws("admin-confirm-sign-up", **user)
        self.aws("admin-update-user-attributes", **user, user_attributes=["Name=email_verified,Value=true", "Name=name,Value=Ada"])
        self.aws("admin-delete-user-attributes", **user, user_attribute_names=["name"])
        self.aws("admin-disable-user", **user)
        self.assertFalse(self.aws("admin-get-user", **user)["Enabled"])
        self.aws("admin-enable-user", **user)
        self.aws("admin-reset-user-password", **user)
        self.aws("admin-set-user-password", **user, password=PASSWORD, permanent=True)
        self.aws("admin-set-user-settings", **user, mfa_options=[])
        self.aws("admin-set-user-mfa-preference", **user, sms_mfa_settings="Enabled=false")
        listed = self.aws("list-users", user_pool_id=pool, filter='email = "ada@example.com"')["Users"]
        self.assertEqual([one["Username"] for one in listed], ["ada"])
        events = self.aws("admin-list-user-auth-events", **user)["AuthEvents"]
        self.assertIn("SignUp", [one["EventType"] for one in events])
        event = {**user, "event_id": events[0]["EventId"], "feedback_value": "Valid"}
        self.aws("admin-update-auth-event-feedback", **event)
        self.refused("NotAuthorizedException", "update-auth-event-feedback", **event, feedback_token="none")
        got = self.aws("admin-initiate-auth", user_pool_id=pool, client_id=client, auth_flow="ADMIN_USER_PASSWORD_AUTH",
                       auth_parameters=f"USERNAME=ada,PASSWORD={PASSWORD}")
        self.assertIn("AccessToken", got["AuthenticationResult"])
        self.aws("admin-user-global-sign-out", **user)
        self.aws("admin-create-user", user_pool_id=pool, username="new", message_action="SUPPRESS", temporary_password=PASSWORD)
        asked = self.aws("admin-initiate-auth", user_pool_id=pool, client_id=client, auth_flow="ADMIN_USER_PASSWORD_AUTH",
                         auth_parameters=f"USERNAME=new,PASSWORD={PASSWORD}")
        self.aws("admin-respond-to-auth-challenge", user_pool_id=pool, client_id=client, challenge_name="NEW_PASSWORD_REQUIRED",
                 session=asked["Session"], challenge_responses="USERNAME=new,NEW_PASSWORD=Other-horse-9")
        self.aws("admin-delete-user", user_pool_id=pool, username="new")

    def tokens(self, client, username, password=PASSWORD):
        got = self.aws("initiate-auth", client_id=client, auth_flow="USER_PASSWORD_AUTH",
                       auth_parameters=f"USERNAME={username},PASSWORD={password}")
        return got["AuthenticationResult"]

    def sign_in(self, pool, client):
        user = {"client_id": client, "username": "eve"}
        self.aws("sign-up", **user, password=PASSWORD, user_attributes=["Name=email,Value=eve@example.com"])
        self.aws("resend-confirmation-code", **user)
        self.aws("confirm-sign-up", **user, confirmation_code=self.server.code("eve@example.com"))
        token = self.tokens(client, "eve")["AccessToken"]
        self.assertEqual(self.aws("get-user", access_token=token)["Username"], "eve")
        self.aws("update-user-attributes", access_token=token, user_attributes=["Name=name,Value=Eve", "Name=email,Value=eve@example.org"])
        self.aws("delete-user-attributes", access_token=token, user_attribute_names=["name"])
        self.aws("get-user-attribute-verification-code", access_token=token, attribute_name="email")
        self.aws("verify-user-attribute", access_token=token, attribute_name="email", code=self.server.code("eve@example.org"))
        self.aws("change-password", access_token=token, previous_password=PASSWORD, proposed_password="Other-horse-9")
        self.aws("forgot-password", **user)
        self.aws("confirm-forgot-password", **user, password=PASSWORD, confirmation_code=self.server.code("eve@example.org"))
        tokens = self.tokens(client, "eve")
        self.aws("set-user-settings", access_token=tokens["AccessToken"], mfa_options=[])
        self.aws("revoke-token", client_id=client, token=tokens["RefreshToken"])
        token = self.tokens(client, "eve")["AccessToken"]
        secret = self.aws("associate-software-token", access_token=token)["SecretCode"]
        self.aws("verify-software-token", access_token=token, user_code=totp(secret, time.time()))
        self.aws("set-user-mfa-preference", access_token=token, software_token_mfa_settings="Enabled=true,PreferredMfa=true")
        asked = self.aws("initiate-auth", client_id=client, auth_flow="USER_PASSWORD_AUTH",
                         auth_parameters=f"USERNAME=eve,PASSWORD={PASSWORD}")
        self.assertEqual(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA")
        answer = {"client_id": client, "challenge_name": "SOFTWARE_TOKEN_MFA", "session": asked["Session"]}
        got = self.aws("respond-to-auth-challenge", **answer,
                       challenge_responses=f"USERNAME=eve,SOFTWARE_TOKEN_MFA_CODE={totp(secret, time.time() + 30)}")
        token = got["AuthenticationResult"]["AccessToken"]
        self.aws("global-sign-out", access_token=token)
        self.refused("NotAuthorizedException", "get-user", access_token=token)

    def devices(self, pool, client):
        user = {"user_pool_id": pool, "username": "ada"}
        verifier = base64.b64encode(os.urandom(384)).decode()
        keys = []
        for _ in range(2):
            got = self.tokens(client, "ada")
            token, key = got["AccessToken"], got["NewDeviceMetadata"]["DeviceKey"]
            self.aws("confirm-device", access_token=token, device_key=key, device_name="cli",
                     device_secret_verifier_config=f"PasswordVerifier={verifier},Salt=aGVsbG8gd29ybGQhISEhIQ==")
            keys.append(key)
        self.aws("update-device-status", access_token=token, device_key=key, device_remembered_status="not_remembered")
        self.assertEqual(self.aws("get-device", access_token=token, device_key=key)["Device"]["DeviceKey"], key)
        self.assertEqual(len(self.aws("list-devices", access_token=token)["Devices"]), 2)
        self.aws("admin-update-device-status", **user, device_key=key, device_remembered_status="remembered")
        self.assertEqual(self.aws("admin-get-device", **user, device_key=key)["Device"]["DeviceKey"], key)
        self.assertEqual(len(self.aws("admin-list-devices", **user)["Devices"]), 2)
        self.aws("admin-forget-device", **user, device_key=keys[0])
        self.aws("forget-device", access_token=token, device_key=keys[1])
        self.aws("delete-user", access_token=token)
        self.refused("UserNotFoundException", "admin-get-user", **user)


if __name__ == "__main__":
    unittest.main()
