// @aws-sdk/client-cognito-identity-provider, unmodified.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import * as idp from "@aws-sdk/client-cognito-identity-provider";

import { failure, fresh, startServer } from "./lib/server.js";

let server, sdk;
before(async () => {
  server = await startServer();
  sdk = new idp.CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "any" },
  });
});
after(() => server?.stop());

const ClientId = "lifeguarddemo0000000000000";
const UserPoolId = "us-east-1_Lifeguard";
const Password = "Correct-horse-9";

async function confirmedUser() {
  const Username = fresh();
  const email = `${Username}@example.com`;
  await sdk.send(new idp.SignUpCommand({ ClientId, Username, Password, UserAttributes: [{ Name: "email", Value: email }] }));
  const ConfirmationCode = await server.code(email, "signup");
  await sdk.send(new idp.ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode }));
  return { Username, email };
}

function signIn(Username, password = Password) {
  return sdk.send(
    new idp.InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId,
      AuthParameters: { USERNAME: Username, PASSWORD: password },
    }),
  );
}

describe("the journey", () => {
  test("sign up, confirm, sign in, read, refresh, sign out", async () => {
    const Username = fresh();
    const email = `${Username}@example.com`;
    const signUp = await sdk.send(
      new idp.SignUpCommand({ ClientId, Username, Password, UserAttributes: [{ Name: "email", Value: email }] }),
    );
    assert.equal(signUp.UserConfirmed, false);
    assert.match(signUp.UserSub, /^[0-9a-f-]{36}$/);
    assert.deepEqual(signUp.CodeDeliveryDetails, {
      AttributeName: "email",
      DeliveryMedium: "EMAIL",
      Destination: `${Username[0]}***@e***`,
    });

    const early = await failure(signIn(Username));
    assert.ok(early instanceof idp.UserNotConfirmedException);

    const wrong = await failure(
      sdk.send(new idp.ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode: "000000x" })),
    );
    assert.ok(wrong instanceof idp.CodeMismatchException);
    assert.equal(wrong.message, "Invalid verification code provided, please try again.");

    await sdk.send(
      new idp.ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode: await server.code(email, "signup") }),
    );
    const { AuthenticationResult: tokens, ChallengeParameters } = await signIn(Username);
    assert.equal(tokens.TokenType, "Bearer");
    assert.equal(tokens.ExpiresIn, 3600);
    assert.deepEqual(ChallengeParameters, {});

    const user = await sdk.send(new idp.GetUserCommand({ AccessToken: tokens.AccessToken }));
    assert.equal(user.Username, Username);
    const attributes = Object.fromEntries(user.UserAttributes.map((a) => [a.Name, a.Value]));
    assert.deepEqual(attributes, { sub: signUp.UserSub, email, email_verified: "true" });

    const refreshed = await sdk.send(
      new idp.InitiateAuthCommand({
        AuthFlow: "REFRESH_TOKEN_AUTH",
        ClientId,
        AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken },
      }),
    );
    assert.ok(refreshed.AuthenticationResult.AccessToken);
    assert.equal(refreshed.AuthenticationResult.RefreshToken, undefined);

    await sdk.send(new idp.GlobalSignOutCommand({ AccessToken: tokens.AccessToken }));
    const dead = await failure(sdk.send(new idp.GetUserCommand({ AccessToken: tokens.AccessToken })));
    assert.ok(dead instanceof idp.NotAuthorizedException);
    assert.equal(dead.message, "Access Token has been revoked");
  });

  test("GetTokensFromRefreshToken and RevokeToken", async () => {
    const { Username } = await confirmedUser();
    const { AuthenticationResult: tokens } = await signIn(Username);
    const again = await sdk.send(
      new idp.GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: tokens.RefreshToken }),
    );
    assert.ok(again.AuthenticationResult.IdToken);
    await sdk.send(new idp.RevokeTokenCommand({ ClientId, Token: tokens.RefreshToken }));
    const dead = await failure(
      sdk.send(new idp.GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: tokens.RefreshToken })),
    );
    assert.ok(dead instanceof idp.NotAuthorizedException);
  });

  test("forgot password", async () => {
    const { Username, email } = await confirmedUser();
    const details = await sdk.send(new idp.ForgotPasswordCommand({ ClientId, Username }));
    assert.equal(details.CodeDeliveryDetails.DeliveryMedium, "EMAIL");
    await sdk.send(
      new idp.ConfirmForgotPasswordCommand({
        ClientId,
        Username,
        ConfirmationCode: await server.code(email, "forgot"),
        Password: "Another-horse-9",
      }),
    );
    assert.ok((await failure(signIn(Username))) instanceof idp.NotAuthorizedException);
    assert.ok((await signIn(Username, "Another-horse-9")).AuthenticationResult);
  });
});

describe("sessions", () => {
  let pool, client;
  const user = { Username: "alice", Password: "Passw0rd!" };
  const signInHere = () =>
    sdk.send(
      new idp.InitiateAuthCommand({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId: client,
        AuthParameters: { USERNAME: user.Username, PASSWORD: user.Password },
      }),
    );
  const refresh = (RefreshToken) =>
    sdk.send(new idp.GetTokensFromRefreshTokenCommand({ ClientId: client, RefreshToken }));

  before(async () => {
    const { UserPool } = await sdk.send(new idp.CreateUserPoolCommand({ PoolName: "sessions" }));
    pool = UserPool.Id;
    const { UserPoolClient } = await sdk.send(
      new idp.CreateUserPoolClientCommand({
        UserPoolId: pool,
        ClientName: "app",
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 60 },
      }),
    );
    client = UserPoolClient.ClientId;
    await sdk.send(
      new idp.AdminCreateUserCommand({ UserPoolId: pool, Username: user.Username, MessageAction: "SUPPRESS" }),
    );
    await sdk.send(new idp.AdminSetUserPasswordCommand({ UserPoolId: pool, ...user, Permanent: true }));
  });

  test("rotation, its grace, and re-use", async () => {
    const { AuthenticationResult: first } = await signInHere();
    const { AuthenticationResult: second } = await refresh(first.RefreshToken);
    assert.notEqual(second.RefreshToken, first.RefreshToken);
    const { AuthenticationResult: retry } = await refresh(first.RefreshToken);
    const { AuthenticationResult: third } = await refresh(retry.RefreshToken);
    const flow = await failure(
      sdk.send(
        new idp.InitiateAuthCommand({
          AuthFlow: "REFRESH_TOKEN_AUTH",
          ClientId: client,
          AuthParameters: { REFRESH_TOKEN: third.RefreshToken },
        }),
      ),
    );
    assert.ok(flow instanceof idp.UnsupportedOperationException);
    await server.advance(60);
    const reuse = await failure(refresh(first.RefreshToken));
    assert.ok(reuse instanceof idp.RefreshTokenReuseException);
    const dead = await failure(refresh(third.RefreshToken));
    assert.ok(dead instanceof idp.NotAuthorizedException);
    assert.equal(dead.message, "Refresh Token has been revoked");
  });

  test("they are tracked, listed, revoked and limited", async () => {
    await sdk.send(
      new idp.SetUserPoolSessionConfigurationCommand({
        UserPoolId: pool,
        UserSessionTracking: "ENABLED",
        TokenSession: { MaxPerUser: 2 },
      }),
    );
    const configuration = await sdk.send(new idp.GetUserPoolSessionConfigurationCommand({ UserPoolId: pool }));
    assert.equal(configuration.TokenSession.MaxPerUser, 2);

    const { AuthenticationResult: one } = await signInHere();
    await server.advance(1);
    const { AuthenticationResult: two } = await signInHere();
    const { Sessions } = await sdk.send(new idp.ListUserSessionsCommand({ AccessToken: one.AccessToken }));
    assert.deepEqual(
      Sessions.map((s) => s.IsCurrentSession),
      [false, true],
    );
    assert.match(Sessions[0].SessionId, /^tkn[0-9a-z]{25}$/);
    assert.equal(Sessions[0].SessionType, "TOKEN");
    assert.equal(Sessions[0].DeviceType, "aws-sdk-js, Linux");
    assert.match(Sessions[0].LastIPAddress, /^(127\.0\.0\.1|::1)$/);
    assert.ok(Sessions[0].CreateDate instanceof Date);

    const own = await failure(
      sdk.send(new idp.RevokeUserSessionCommand({ AccessToken: one.AccessToken, SessionId: Sessions[1].SessionId })),
    );
    assert.ok(own instanceof idp.InvalidParameterException);
    await sdk.send(new idp.RevokeUserSessionCommand({ AccessToken: one.AccessToken, SessionId: Sessions[0].SessionId }));
    assert.ok((await failure(refresh(two.RefreshToken))) instanceof idp.NotAuthorizedException);

    for (let i = 0; i < 2; i++) {
      await server.advance(1);
      await signInHere();
    }
    assert.ok((await failure(refresh(one.RefreshToken))) instanceof idp.NotAuthorizedException);
    const listed = await sdk.send(new idp.AdminListUserSessionsCommand({ UserPoolId: pool, Username: user.Username }));
    assert.equal(listed.Sessions.length, 2);
    await sdk.send(
      new idp.AdminRevokeUserSessionCommand({
        UserPoolId: pool,
        Username: user.Username,
        SessionId: listed.Sessions[0].SessionId,
        RevokeAssociatedSessions: "LINKED",
      }),
    );
    const left = await sdk.send(new idp.AdminListUserSessionsCommand({ UserPoolId: pool, Username: user.Username }));
    assert.deepEqual(
      left.Sessions.map((s) => s.SessionId),
      [listed.Sessions[1].SessionId],
    );
  });
});

describe("failures arrive as the SDK's own exceptions", () => {
  test("wrong password and unknown user read alike", async () => {
    const { Username } = await confirmedUser();
    const error = await failure(signIn(Username, "Wrong-horse-9"));
    assert.ok(error instanceof idp.NotAuthorizedException);
    assert.equal(error.message, "Incorrect username or password.");
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.match(error.$metadata.requestId, /^[0-9a-f-]{36}$/);
  });

  test("taken user name, weak password, unknown client, validation", async () => {
    const { Username } = await confirmedUser();
    const attributes = { UserAttributes: [{ Name: "email", Value: "x@example.com" }] };
    const taken = await failure(sdk.send(new idp.SignUpCommand({ ClientId, Username, Password, ...attributes })));
    assert.ok(taken instanceof idp.UsernameExistsException);
    const weak = await failure(
      sdk.send(new idp.SignUpCommand({ ClientId, Username: fresh(), Password: "short", ...attributes })),
    );
    assert.ok(weak instanceof idp.InvalidPasswordException);
    const client = await failure(
      sdk.send(new idp.SignUpCommand({ ClientId: "nosuchclient", Username: fresh(), Password })),
    );
    assert.ok(client instanceof idp.ResourceNotFoundException);
    assert.equal(client.message, "User pool client nosuchclient does not exist.");
    const blank = await failure(sdk.send(new idp.SignUpCommand({ ClientId, Username: "a b", Password })));
    assert.ok(blank instanceof idp.InvalidParameterException);
    assert.match(blank.message, /^1 validation error detected: Value at 'username' failed to satisfy constraint: /);
  });
});

describe("administration", () => {
  test("a pool of one's own, with a client that has a secret", async () => {
    const { UserPool } = await sdk.send(
      new idp.CreateUserPoolCommand({
        PoolName: "orders",
        Policies: { PasswordPolicy: { MinimumLength: 10, RequireSymbols: false } },
        Schema: [{ Name: "tier", AttributeDataType: "String", Mutable: true }],
      }),
    );
    assert.match(UserPool.Id, /^us-east-1_[0-9A-Za-z]{9}$/);
    const described = await sdk.send(new idp.DescribeUserPoolCommand({ UserPoolId: UserPool.Id }));
    assert.equal(described.UserPool.Policies.PasswordPolicy.MinimumLength, 10);
    assert.ok(described.UserPool.SchemaAttributes.some((a) => a.Name === "custom:tier"));

    const { UserPoolClient } = await sdk.send(
      new idp.CreateUserPoolClientCommand({
        UserPoolId: UserPool.Id,
        ClientName: "backend",
        GenerateSecret: true,
        ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      }),
    );
    assert.match(UserPoolClient.ClientId, /^[0-9a-z]{26}$/);
    assert.match(UserPoolClient.ClientSecret, /^[0-9a-z]{50,52}$/);

    const missing = await failure(
      sdk.send(
        new idp.AdminInitiateAuthCommand({
          UserPoolId: UserPool.Id,
          ClientId: UserPoolClient.ClientId,
          AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "nobody", PASSWORD: "x" },
        }),
      ),
    );
    assert.match(missing.message, /SECRET_HASH was not received/);
    await sdk.send(new idp.DeleteUserPoolClientCommand({ UserPoolId: UserPool.Id, ClientId: UserPoolClient.ClientId }));
    await sdk.send(new idp.DeleteUserPoolCommand({ UserPoolId: UserPool.Id }));
    const gone = await failure(sdk.send(new idp.DescribeUserPoolCommand({ UserPoolId: UserPool.Id })));
    assert.ok(gone instanceof idp.ResourceNotFoundException);
    assert.equal(gone.message, `User pool ${UserPool.Id} does not exist.`);
  });

  test("an invited user changes the temporary password", async () => {
    const Username = fresh();
    const email = `${Username}@example.com`;
    const created = await sdk.send(
      new idp.AdminCreateUserCommand({
        UserPoolId,
        Username,
        DesiredDeliveryMediums: ["EMAIL"],
        UserAttributes: [
          { Name: "email", Value: email },
          { Name: "email_verified", Value: "true" },
        ],
      }),
    );
    assert.equal(created.User.UserStatus, "FORCE_CHANGE_PASSWORD");
    const temporary = (await server.message({ to: email, purpose: "invite" })).code;
    const first = await signIn(Username, temporary);
    assert.equal(first.ChallengeName, "NEW_PASSWORD_REQUIRED");
    const second = await sdk.send(
      new idp.RespondToAuthChallengeCommand({
        ClientId,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session: first.Session,
        ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: "Brand-new-horse-9" },
      }),
    );
    assert.ok(second.AuthenticationResult.IdToken);
    const user = await sdk.send(new idp.AdminGetUserCommand({ UserPoolId, Username }));
    assert.equal(user.UserStatus, "CONFIRMED");
    assert.ok(user.UserCreateDate instanceof Date);
  });

  test("paginators walk users and groups", async () => {
    const { UserPool } = await sdk.send(new idp.CreateUserPoolCommand({ PoolName: "pages" }));
    const id = { UserPoolId: UserPool.Id };
    for (let i = 0; i < 25; i++) {
      await sdk.send(new idp.AdminCreateUserCommand({ ...id, Username: `u${i}`, MessageAction: "SUPPRESS" }));
      await sdk.send(new idp.CreateGroupCommand({ ...id, GroupName: `g${i}`, Precedence: i }));
    }
    const users = [];
    for await (const page of idp.paginateListUsers({ client: sdk }, { ...id, Limit: 10 })) users.push(...page.Users);
    assert.equal(new Set(users.map((u) => u.Username)).size, 25);
    const groups = [];
    for await (const page of idp.paginateListGroups({ client: sdk }, { ...id, Limit: 7 })) groups.push(...page.Groups);
    assert.equal(new Set(groups.map((g) => g.GroupName)).size, 25);

    await sdk.send(new idp.AdminAddUserToGroupCommand({ ...id, Username: "u3", GroupName: "g1" }));
    const members = await sdk.send(new idp.ListUsersInGroupCommand({ ...id, GroupName: "g1" }));
    assert.deepEqual(
      members.Users.map((u) => u.Username),
      ["u3"],
    );
    const filtered = await sdk.send(new idp.ListUsersCommand({ ...id, Filter: 'username = "u7"' }));
    assert.deepEqual(
      filtered.Users.map((u) => u.Username),
      ["u7"],
    );
  });
});
