// @aws-sdk/client-cognito-identity-provider, unmodified: each operation that Debian's boto3 does not know.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import * as idp from "@aws-sdk/client-cognito-identity-provider";

import { createPasskey } from "./lib/passkey.js";
import { failure, fresh, startServer } from "./lib/server.js";
import { code } from "./lib/totp.js";

const model = "/usr/lib/python3/dist-packages/botocore/data/cognito-idp/2016-04-18/service-2.json";
const Password = "Correct-horse-9";
const called = new Set();
let server, sdk, UserPoolId, ClientId;

// Calls an operation by its name; what it answers is what the client made of it.
async function call(operation, input) {
  const { $metadata, ...answer } = await sdk.send(new idp[`${operation}Command`](input));
  assert.equal($metadata.httpStatusCode, 200);
  called.add(operation);
  return answer;
}

before(async () => {
  server = await startServer();
  sdk = new idp.CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "any" },
  });
  const pool = await call("CreateUserPool", {
    PoolName: "newer",
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } },
    UserPoolTags: { "lifeguard:tokens.alg": "ES256" },
    UserPoolTier: "PLUS",
  });
  UserPoolId = pool.UserPool.Id;
  ClientId = await client({
    ClientName: "app",
    ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
    RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 },
  });
  await call("SetUserPoolMfaConfig", {
    UserPoolId,
    MfaConfiguration: "OFF",
    WebAuthnConfiguration: { RelyingPartyId: "localhost", UserVerification: "preferred" },
  });
});
after(() => server?.stop());

async function client(settings) {
  return (await call("CreateUserPoolClient", { UserPoolId, ...settings })).UserPoolClient.ClientId;
}

async function user() {
  const Username = fresh();
  await call("AdminCreateUser", { UserPoolId, Username, TemporaryPassword: "Temp0rary-horse", MessageAction: "SUPPRESS" });
  await call("AdminSetUserPassword", { UserPoolId, Username, Password, Permanent: true });
  return Username;
}

async function tokens(Username) {
  const AuthParameters = { USERNAME: Username, PASSWORD: Password };
  return (await call("InitiateAuth", { ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters })).AuthenticationResult;
}

test("secrets of a client, and its own tokens", async () => {
  await call("CreateResourceServer", {
    UserPoolId,
    Identifier: "orders",
    Name: "Orders",
    Scopes: [{ ScopeName: "read", ScopeDescription: "r" }],
  });
  const machine = await client({
    ClientName: "machine",
    GenerateSecret: true,
    ExplicitAuthFlows: ["ALLOW_CLIENT_TOKEN_AUTH"],
    AllowedOAuthScopes: ["orders/read"],
  });
  const named = { UserPoolId, ClientId: machine };
  const { ClientSecretDescriptor: second } = await call("AddUserPoolClientSecret", named);
  assert.ok(second.ClientSecretCreateDate instanceof Date);
  const { ClientSecrets } = await call("ListUserPoolClientSecrets", named);
  assert.equal(ClientSecrets.length, 2);
  await call("DeleteUserPoolClientSecret", { ...named, ClientSecretId: ClientSecrets[0].ClientSecretId });
  const { ClientAuthenticationResult } = await call("GetClientToken", {
    ClientId: machine,
    Secret: second.ClientSecretValue,
    Scopes: ["orders/read"],
  });
  assert.equal(ClientAuthenticationResult.TokenType, "Bearer");
});

test("a managed login style", async () => {
  const Bytes = Buffer.from("iVBORw0KGgpyZXN0IG9mIGEgcGljdHVyZQ==", "base64");
  const Settings = { components: { pageText: { lightMode: { bodyColor: "00ff00ff" } } } };
  const Assets = [{ Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "PNG", Bytes }];
  const { ManagedLoginBranding: made } = await call("CreateManagedLoginBranding", { UserPoolId, ClientId, Settings, Assets });
  const style = { UserPoolId, ManagedLoginBrandingId: made.ManagedLoginBrandingId };
  for (const read of [
    await call("DescribeManagedLoginBranding", style),
    await call("DescribeManagedLoginBrandingByClient", { UserPoolId, ClientId }),
  ]) {
    assert.deepEqual(read.ManagedLoginBranding.Settings, Settings);
    assert.deepEqual(Buffer.from(read.ManagedLoginBranding.Assets[0].Bytes), Bytes);
  }
  const { ManagedLoginBranding: plain } = await call("UpdateManagedLoginBranding", { ...style, UseCognitoProvidedValues: true });
  assert.equal(plain.Settings, undefined);
  await call("DeleteManagedLoginBranding", style);
  const gone = await failure(call("DescribeManagedLoginBranding", style));
  assert.ok(gone instanceof idp.ResourceNotFoundException);
});

test("terms", async () => {
  const Links = { "cognito:default": "https://example.com/terms" };
  const { Terms } = await call("CreateTerms", {
    UserPoolId,
    ClientId,
    TermsName: "terms-of-use",
    TermsSource: "LINK",
    Enforcement: "NONE",
    Links,
  });
  const named = { UserPoolId, TermsId: Terms.TermsId };
  assert.deepEqual((await call("DescribeTerms", named)).Terms.Links, Links);
  const byClient = await call("DescribeTermsByClient", { UserPoolId, ClientId, TermsName: "terms-of-use" });
  assert.equal(byClient.Terms.TermsId, Terms.TermsId);
  const changed = await call("UpdateTerms", { ...named, Links: { ...Links, "cognito:german": "https://example.com/agb" } });
  assert.equal(changed.Terms.Links["cognito:german"], "https://example.com/agb");
  assert.equal((await call("ListTerms", { UserPoolId })).Terms.length, 1);
  await call("DeleteTerms", named);
});

test("replicas", async () => {
  const named = { UserPoolId, RegionName: "eu-west-1" };
  assert.equal((await call("CreateUserPoolReplica", named)).UserPoolReplica.Status, "CREATING");
  assert.equal((await call("UpdateUserPoolReplica", { ...named, Status: "INACTIVE" })).UserPoolReplica.Status, "INACTIVE");
  assert.equal((await call("ListUserPoolReplicas", { UserPoolId })).UserPoolReplicas.length, 2);
  assert.equal((await call("DeleteUserPoolReplica", named)).UserPoolReplica.Status, "DELETING");
});

test("provisioned limits", async () => {
  const LimitDefinition = { LimitClass: "API_CATEGORY", Attributes: { Category: "UserAuthentication" } };
  const { Limit } = await call("UpdateProvisionedLimit", { LimitDefinition, RequestedLimitValue: 200 });
  assert.equal(Limit.ProvisionedLimitValue, 200);
  assert.deepEqual((await call("GetProvisionedLimit", { LimitDefinition })).Limit, Limit);
});

test("where logs go", async () => {
  const LogConfigurations = [
    { LogLevel: "INFO", EventSource: "userAuthEvents", S3Configuration: { BucketArn: "arn:aws:s3:::bucket" } },
  ];
  await call("SetLogDeliveryConfiguration", { UserPoolId, LogConfigurations });
  const read = await call("GetLogDeliveryConfiguration", { UserPoolId });
  assert.deepEqual(read.LogDeliveryConfiguration, { UserPoolId, LogConfigurations });
});

test("sessions", async () => {
  const settings = { UserSessionTracking: "ENABLED", TokenSession: { MaxPerUser: 5 } };
  await call("SetUserPoolSessionConfiguration", { UserPoolId, ...settings });
  const shown = await call("GetUserPoolSessionConfiguration", { UserPoolId });
  assert.match(JSON.stringify(shown), /"ENABLED".*"MaxPerUser":5/);
  await call("SetUserPoolClientSessionConfiguration", { UserPoolId, ClientId, SSOSession: { MaxValidityMinutes: 30 } });
  const ofClient = await call("GetUserPoolClientSessionConfiguration", { UserPoolId, ClientId });
  assert.match(JSON.stringify(ofClient), /"MaxValidityMinutes":30/);

  const Username = await user();
  const name = { UserPoolId, Username };
  const [first, second, third] = [await tokens(Username), await tokens(Username), await tokens(Username)];
  const { Sessions } = await call("ListUserSessions", { AccessToken: first.AccessToken });
  assert.equal(Sessions.length, 3);
  assert.ok(Sessions[0].CreateDate instanceof Date);
  const others = Sessions.filter((session) => !session.IsCurrentSession);
  await call("RevokeUserSession", { AccessToken: first.AccessToken, SessionId: others[0].SessionId });
  await call("AdminRevokeUserSession", { ...name, SessionId: others[1].SessionId });
  const left = (await call("AdminListUserSessions", name)).Sessions;
  assert.deepEqual(left.map((session) => session.SessionId), Sessions.filter((s) => s.IsCurrentSession).map((s) => s.SessionId));
  for (const { AccessToken } of [second, third])
    assert.ok((await failure(call("GetUser", { AccessToken }))) instanceof idp.NotAuthorizedException);

  const again = await call("GetTokensFromRefreshToken", { ClientId, RefreshToken: first.RefreshToken });
  assert.ok(again.AuthenticationResult.RefreshToken);
});

test("factors: a passkey and an app", async () => {
  const Username = await user();
  const { AccessToken } = await tokens(Username);
  const { CredentialCreationOptions } = await call("StartWebAuthnRegistration", { AccessToken });
  const Credential = createPasskey(CredentialCreationOptions, server.url);
  await call("CompleteWebAuthnRegistration", { AccessToken, Credential });
  const { Credentials } = await call("ListWebAuthnCredentials", { AccessToken });
  assert.equal(Credentials[0].CredentialId, Credential.id);
  assert.ok(Credentials[0].CreatedAt instanceof Date);
  assert.ok((await call("GetUserAuthFactors", { AccessToken })).ConfiguredUserAuthFactors.includes("WEB_AUTHN"));
  await call("DeleteWebAuthnCredential", { AccessToken, CredentialId: Credential.id });
  assert.ok(!(await call("AdminGetUserAuthFactors", { UserPoolId, Username })).ConfiguredUserAuthFactors.includes("WEB_AUTHN"));

  await call("SetUserPoolMfaConfig", {
    UserPoolId,
    MfaConfiguration: "OPTIONAL",
    SoftwareTokenMfaConfiguration: { Enabled: true },
    WebAuthnConfiguration: { RelyingPartyId: "localhost" },
  });
  const { SecretCode } = await call("AssociateSoftwareToken", { AccessToken });
  await call("VerifySoftwareToken", { AccessToken, UserCode: code(SecretCode) });
  await call("AdminDeleteSoftwareToken", { UserPoolId, Username });
  assert.equal((await call("AdminGetUser", { UserPoolId, Username })).UserMFASettingList, undefined);
});

test("nothing that boto3 does not know is left", () => {
  const known = new Set(Object.keys(JSON.parse(readFileSync(model, "utf8")).operations));
  const names = Object.keys(idp).flatMap((name) => /^([A-Z].*)Command$/.exec(name)?.[1] ?? []);
  const newer = names.filter((name) => name !== "$" && !known.has(name));
  assert.ok(newer.length >= 39, `${newer.length}`);
  assert.deepEqual(newer.filter((name) => !called.has(name)), []);
});
