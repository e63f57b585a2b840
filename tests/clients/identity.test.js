// @aws-sdk/client-cognito-identity, unmodified; tokens of a user pool, and of a real foreign issuer.

import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { after, before, describe, test } from "node:test";

import * as ci from "@aws-sdk/client-cognito-identity";
import * as idp from "@aws-sdk/client-cognito-identity-provider";
import { fromCognitoIdentity, fromCognitoIdentityPool } from "@aws-sdk/credential-providers";
import { Amplify } from "aws-amplify";
import { fetchAuthSession, signIn, signOut } from "aws-amplify/auth";

import { startIssuer } from "./lib/issuer.js";
import { failure, fresh, startServer } from "./lib/server.js";

let server, issuer, sdk, guest, users;
const options = (more) => ({ region: "us-east-1", endpoint: server.url, maxAttempts: 1, ...more });
before(async () => {
  issuer = await startIssuer();
  server = await startServer("--set", `identity.google_issuer=${issuer.url}`);
  const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "any" };
  sdk = new ci.CognitoIdentityClient(options({ credentials }));
  // Nothing of what a browser or a phone does is signed.
  guest = new ci.CognitoIdentityClient(options());
  users = new idp.CognitoIdentityProviderClient(options({ credentials }));
});
after(async () => {
  await server?.stop();
  await issuer?.stop();
});

const clientId = "lifeguarddemo0000000000000";
const provider = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Lifeguard";

async function pool(more) {
  const made = await sdk.send(
    new ci.CreateIdentityPoolCommand({
      IdentityPoolName: fresh(),
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [{ ProviderName: provider, ClientId: clientId, ServerSideTokenCheck: true }],
      SupportedLoginProviders: { "accounts.google.com": "app" },
      DeveloperProviderName: "login.example.app",
      ...more,
    }),
  );
  return made.IdentityPoolId;
}

async function idToken() {
  const { AuthenticationResult } = await users.send(
    new idp.InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: clientId,
      AuthParameters: { USERNAME: "demo", PASSWORD: "Correct-horse-9" },
    }),
  );
  return AuthenticationResult.IdToken;
}

const getId = (IdentityPoolId, Logins) => guest.send(new ci.GetIdCommand({ IdentityPoolId, Logins }));
const getToken = (IdentityId, Logins) => guest.send(new ci.GetOpenIdTokenCommand({ IdentityId, Logins }));
const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

describe("pools", () => {
  test("made, read, replaced, tagged, listed, deleted", async () => {
    const IdentityPoolId = await pool();
    const read = await sdk.send(new ci.DescribeIdentityPoolCommand({ IdentityPoolId }));
    assert.equal(read.CognitoIdentityProviders[0].ServerSideTokenCheck, true);
    assert.deepEqual(read.SupportedLoginProviders, { "accounts.google.com": "app" });
    const replaced = await sdk.send(
      new ci.UpdateIdentityPoolCommand({
        IdentityPoolId,
        IdentityPoolName: "another",
        AllowUnauthenticatedIdentities: false,
        DeveloperProviderName: "login.example.app",
      }),
    );
    assert.equal(replaced.SupportedLoginProviders, undefined);

    const ResourceArn = `arn:aws:cognito-identity:us-east-1:123456789012:identitypool/${IdentityPoolId}`;
    await sdk.send(new ci.TagResourceCommand({ ResourceArn, Tags: { team: "red", stage: "test" } }));
    await sdk.send(new ci.UntagResourceCommand({ ResourceArn, TagKeys: ["stage"] }));
    const { Tags } = await sdk.send(new ci.ListTagsForResourceCommand({ ResourceArn }));
    assert.deepEqual(Tags, { team: "red" });

    const ids = [];
    for await (const page of ci.paginateListIdentityPools({ client: sdk, pageSize: 1 }, {}))
      ids.push(...page.IdentityPools.map((one) => one.IdentityPoolId));
    assert.ok(ids.includes(IdentityPoolId));

    await sdk.send(new ci.DeleteIdentityPoolCommand({ IdentityPoolId }));
    const gone = await failure(sdk.send(new ci.DescribeIdentityPoolCommand({ IdentityPoolId })));
    assert.ok(gone instanceof ci.ResourceNotFoundException);
    assert.equal(gone.message, `IdentityPool '${IdentityPoolId}' not found.`);
  });

  test("roles, mappings and principal tags", async () => {
    const IdentityPoolId = await pool();
    const role = (name) => `arn:aws:iam::123456789012:role/${name}`;
    const mapping = {
      Type: "Rules",
      AmbiguousRoleResolution: "Deny",
      RulesConfiguration: {
        Rules: [{ Claim: "department", MatchType: "Equals", Value: "research", RoleARN: role("Research") }],
      },
    };
    await sdk.send(
      new ci.SetIdentityPoolRolesCommand({
        IdentityPoolId,
        Roles: { authenticated: role("User"), unauthenticated: role("Guest") },
        RoleMappings: { "accounts.google.com": mapping },
      }),
    );
    const read = await sdk.send(new ci.GetIdentityPoolRolesCommand({ IdentityPoolId }));
    assert.equal(read.Roles.unauthenticated, role("Guest"));
    assert.deepEqual(read.RoleMappings["accounts.google.com"], mapping);
    const wrong = await failure(
      sdk.send(
        new ci.SetIdentityPoolRolesCommand({
          IdentityPoolId,
          Roles: {},
          RoleMappings: { "graph.facebook.com": mapping },
        }),
      ),
    );
    assert.ok(wrong instanceof ci.InvalidParameterException);

    const map = { IdentityPoolId, IdentityProviderName: provider };
    await sdk.send(
      new ci.SetPrincipalTagAttributeMapCommand({ ...map, UseDefaults: false, PrincipalTags: { who: "sub" } }),
    );
    const { PrincipalTags } = await sdk.send(new ci.GetPrincipalTagAttributeMapCommand(map));
    assert.deepEqual(PrincipalTags, { who: "sub" });
  });
});

describe("identities", () => {
  test("a guest signs in and stays who he is", async () => {
    const IdentityPoolId = await pool();
    const { IdentityId } = await getId(IdentityPoolId);
    const Logins = { [provider]: await idToken() };
    const guestToken = await getToken(IdentityId);
    assert.deepEqual(claims(guestToken.Token).amr, ["unauthenticated"]);
    const token = await getToken(IdentityId, Logins);
    assert.equal(token.IdentityId, IdentityId);
    assert.equal((await getId(IdentityPoolId, Logins)).IdentityId, IdentityId);
    const refused = await failure(getToken(IdentityId));
    assert.ok(refused instanceof ci.NotAuthorizedException);
    assert.equal(refused.message, `Access to Identity '${IdentityId}' is forbidden.`);

    const shown = await sdk.send(new ci.DescribeIdentityCommand({ IdentityId }));
    assert.deepEqual(shown.Logins, [provider]);
    assert.ok(Math.abs(shown.CreationDate - Date.now()) < 60_000);
  });

  test("its token verifies with the keys that are published", async () => {
    const { IdentityId } = await getId(await pool());
    const { Token } = await getToken(IdentityId);
    const [header, body, signature] = Token.split(".");
    const { kid, alg } = JSON.parse(Buffer.from(header, "base64url"));
    const discovery = await (await fetch(`${server.url}/.well-known/openid-configuration`)).json();
    const { keys } = await (await fetch(discovery.jwks_uri)).json();
    const key = createPublicKey({ key: keys.find((one) => one.kid === kid), format: "jwk" });
    assert.equal(alg, "RS512");
    assert.equal(discovery.issuer, claims(Token).iss);
    assert.ok(verify("sha512", Buffer.from(`${header}.${body}`), key, Buffer.from(signature, "base64url")));
  });

  test("a foreign issuer's user, linked to a user pool's and taken off again", async () => {
    const IdentityPoolId = await pool();
    const google = await issuer.idToken("ada");
    const { IdentityId } = await getId(IdentityPoolId, { "accounts.google.com": google });
    const again = await issuer.idToken("ada");
    assert.equal((await getId(IdentityPoolId, { "accounts.google.com": again })).IdentityId, IdentityId);
    const other = await failure(getId(IdentityPoolId, { "accounts.google.com": await issuer.idToken("ada", "other") }));
    assert.equal(other.message, "Invalid login token. Incorrect token audience.");

    const Logins = { [provider]: await idToken(), "accounts.google.com": google };
    assert.equal((await getToken(IdentityId, Logins)).IdentityId, IdentityId);
    assert.equal((await getId(IdentityPoolId, { [provider]: Logins[provider] })).IdentityId, IdentityId);
    await guest.send(
      new ci.UnlinkIdentityCommand({ IdentityId, Logins, LoginsToRemove: ["accounts.google.com"] }),
    );
    const { Logins: left } = await sdk.send(new ci.DescribeIdentityCommand({ IdentityId }));
    assert.deepEqual(left, [provider]);
    assert.notEqual((await getId(IdentityPoolId, { "accounts.google.com": google })).IdentityId, IdentityId);

    const { Identities } = await sdk.send(new ci.ListIdentitiesCommand({ IdentityPoolId, MaxResults: 60 }));
    assert.equal(Identities.length, 2);
    const { UnprocessedIdentityIds } = await sdk.send(
      new ci.DeleteIdentitiesCommand({ IdentityIdsToDelete: Identities.map((one) => one.IdentityId) }),
    );
    assert.deepEqual(UnprocessedIdentityIds, []);
  });

  test("the developer's own users", async () => {
    const IdentityPoolId = await pool();
    const DeveloperProviderName = "login.example.app";
    const token = (user, more) =>
      sdk.send(
        new ci.GetOpenIdTokenForDeveloperIdentityCommand({
          IdentityPoolId,
          Logins: { [DeveloperProviderName]: user },
          ...more,
        }),
      );
    const one = await token("one", { PrincipalTags: { team: "red" }, TokenDuration: 60 });
    assert.equal(claims(one.Token).exp - claims(one.Token).iat, 60);
    assert.deepEqual(claims(one.Token)["https://aws.amazon.com/tags"].principal_tags, { team: ["red"] });
    const two = await token("two");
    const taken = await failure(token("two", { IdentityId: one.IdentityId }));
    assert.ok(taken instanceof ci.DeveloperUserAlreadyRegisteredException);

    const merged = await sdk.send(
      new ci.MergeDeveloperIdentitiesCommand({
        IdentityPoolId,
        DeveloperProviderName,
        SourceUserIdentifier: "one",
        DestinationUserIdentifier: "two",
      }),
    );
    assert.equal(merged.IdentityId, two.IdentityId);
    const found = await sdk.send(
      new ci.LookupDeveloperIdentityCommand({ IdentityPoolId, DeveloperUserIdentifier: "one" }),
    );
    assert.deepEqual(found.DeveloperUserIdentifierList.toSorted(), ["one", "two"]);
    await sdk.send(
      new ci.UnlinkDeveloperIdentityCommand({
        IdentityPoolId,
        IdentityId: two.IdentityId,
        DeveloperProviderName,
        DeveloperUserIdentifier: "one",
      }),
    );
    assert.notEqual((await token("one")).IdentityId, two.IdentityId);
  });
});

// IAM, in its own protocol; a key that the development server does not know acts as the account.
async function iam(Action, members) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const answer = await fetch(server.url, {
    method: "POST",
    headers: {
      "x-amz-date": date,
      authorization:
        `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/${date.slice(0, 8)}/us-east-1/iam/aws4_request, ` +
        `SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    },
    body: new URLSearchParams({ Action, Version: "2010-05-08", ...members }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

const policy = (statement) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

// A role that people of this pool may have, with a permission.
async function makeRole(pool, amr, statement) {
  const RoleName = fresh();
  const trust = {
    Principal: { Federated: "cognito-identity.amazonaws.com" },
    Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
    Condition: {
      StringEquals: { "cognito-identity.amazonaws.com:aud": pool },
      "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
    },
  };
  await iam("CreateRole", { RoleName, AssumeRolePolicyDocument: policy(trust) });
  await iam("PutRolePolicy", { RoleName, PolicyName: "p", PolicyDocument: policy(statement) });
  return `arn:aws:iam::123456789012:role/${RoleName}`;
}

async function poolWithRoles() {
  const IdentityPoolId = await pool();
  const authenticated = await makeRole(IdentityPoolId, "authenticated", {
    Action: "cognito-identity:DescribeIdentityPool",
    Resource: `arn:aws:cognito-identity:us-east-1:123456789012:identitypool/${IdentityPoolId}`,
    Condition: { StringLike: { "cognito-identity.amazonaws.com:sub": "us-east-1:*" } },
  });
  const unauthenticated = await makeRole(IdentityPoolId, "unauthenticated", {
    Action: ["cognito-identity:ListIdentityPools", "iam:*"],
    Resource: "*",
  });
  await sdk.send(new ci.SetIdentityPoolRolesCommand({ IdentityPoolId, Roles: { authenticated, unauthenticated } }));
  return IdentityPoolId;
}

const describePool = (credentials, IdentityPoolId) =>
  new ci.CognitoIdentityClient(options({ credentials })).send(new ci.DescribeIdentityPoolCommand({ IdentityPoolId }));
const listPools = (credentials) =>
  new ci.CognitoIdentityClient(options({ credentials })).send(new ci.ListIdentityPoolsCommand({ MaxResults: 1 }));

describe("credentials", () => {
  const clientConfig = () => ({ region: "us-east-1", endpoint: server.url });

  test("fromCognitoIdentityPool: a guest's, then a user's, each with what its role allows", async () => {
    const identityPoolId = await poolWithRoles();
    const guests = fromCognitoIdentityPool({ identityPoolId, clientConfig: clientConfig() });
    await listPools(guests);
    assert.equal((await failure(describePool(guests, identityPoolId))).name, "AccessDeniedException");

    const logins = { [provider]: await idToken() };
    const users = fromCognitoIdentityPool({ identityPoolId, logins, clientConfig: clientConfig() });
    await describePool(users, identityPoolId);
    assert.equal((await failure(listPools(users))).name, "AccessDeniedException");
    const another = await pool();
    assert.equal((await failure(describePool(users, another))).name, "AccessDeniedException");

    const { accessKeyId, secretAccessKey, expiration } = await users();
    assert.match(accessKeyId, /^ASIA[A-Z2-7]{16}$/);
    assert.ok(Math.abs(expiration - Date.now() - 3_600_000) < 60_000);
    const forged = await failure(listPools({ accessKeyId, secretAccessKey, sessionToken: "forged" }));
    assert.equal(forged.name, "UnrecognizedClientException");
  });

  test("fromCognitoIdentity: with a foreign issuer's token, and a developer's", async () => {
    const identityPoolId = await poolWithRoles();
    const google = { "accounts.google.com": await issuer.idToken("grace") };
    const { IdentityId } = await getId(identityPoolId, google);
    await describePool(
      fromCognitoIdentity({ identityId: IdentityId, logins: google, clientConfig: clientConfig() }),
      identityPoolId,
    );
    const own = await sdk.send(
      new ci.GetOpenIdTokenForDeveloperIdentityCommand({
        IdentityPoolId: identityPoolId,
        Logins: { "login.example.app": "u1" },
      }),
    );
    const logins = { "cognito-identity.amazonaws.com": own.Token };
    const developers = fromCognitoIdentity({ identityId: own.IdentityId, logins, clientConfig: clientConfig() });
    await describePool(developers, identityPoolId);
    const stolen = await failure(
      fromCognitoIdentity({ identityId: IdentityId, logins, clientConfig: clientConfig() })(),
    );
    assert.equal(stolen.name, "NotAuthorizedException");
  });

  test("an issuer that IAM knows", async () => {
    const name = issuer.url.replace("http://", "");
    await iam("CreateOpenIDConnectProvider", { Url: issuer.url, "ClientIDList.member.1": "app" });
    const identityPoolId = await pool({
      OpenIdConnectProviderARNs: [`arn:aws:iam::123456789012:oidc-provider/${name}`],
    });
    const authenticated = await makeRole(identityPoolId, `${name}:OIDC:ada`, { Action: "cognito-identity:*", Resource: "*" });
    await sdk.send(new ci.SetIdentityPoolRolesCommand({ IdentityPoolId: identityPoolId, Roles: { authenticated } }));
    const credentials = async (user) =>
      fromCognitoIdentityPool({
        identityPoolId,
        logins: { [name]: await issuer.idToken(user) },
        clientConfig: clientConfig(),
      });
    await describePool(await credentials("ada"), identityPoolId);
    // The role's trust names one user.
    const other = await failure((await credentials("bob"))());
    assert.equal(other.name, "InvalidIdentityPoolConfigurationException");
  });

  test("Amplify: a guest who signs in keeps his identity", async () => {
    const identityPoolId = await poolWithRoles();
    Amplify.configure({
      Auth: {
        Cognito: {
          userPoolId: "us-east-1_Lifeguard",
          userPoolClientId: clientId,
          userPoolEndpoint: server.url,
          identityPoolId,
          identityPoolEndpoint: server.url,
          allowGuestAccess: true,
        },
      },
    });
    const before = await fetchAuthSession();
    assert.match(before.credentials.accessKeyId, /^ASIA/);
    await signIn({ username: "demo", password: "Correct-horse-9" });
    const after = await fetchAuthSession();
    assert.equal(after.identityId, before.identityId);
    await describePool(after.credentials, identityPoolId);
    await signOut();
  });
});
