// Second factors with amazon-cognito-identity-js, aws-amplify and @aws-sdk, all unmodified.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import * as idp from "@aws-sdk/client-cognito-identity-provider";
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";

import { failure, fresh, startServer } from "./lib/server.js";
import { app } from "./lib/totp.js";

const Password = "Correct-horse-9";
const SmsConfiguration = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "x" };
const EmailConfiguration = {
  EmailSendingAccount: "DEVELOPER",
  SourceArn: "arn:aws:ses:us-east-1:123456789012:identity/example.com",
};

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

const send = (name, input) => sdk.send(new idp[`${name}Command`](input));

// A pool that asks for these methods, and a client of it.
async function makePool(MfaConfiguration, methods) {
  const { UserPool } = await send("CreateUserPool", { PoolName: "mfa", EmailConfiguration });
  const UserPoolId = UserPool.Id;
  await send("SetUserPoolMfaConfig", { UserPoolId, MfaConfiguration, ...methods });
  const { UserPoolClient } = await send("CreateUserPoolClient", {
    UserPoolId,
    ClientName: "app",
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  });
  return { UserPoolId, ClientId: UserPoolClient.ClientId };
}
const sms = { SmsMfaConfiguration: { SmsConfiguration } };
const totp = { SoftwareTokenMfaConfiguration: { Enabled: true } };
const mail = { EmailMfaConfiguration: { Message: "Use {####}", Subject: "Code" } };

async function makeUser(pool, attributes = {}, Permanent = true) {
  const Username = fresh();
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  await send("AdminCreateUser", { ...{ UserPoolId: pool.UserPoolId, Username, UserAttributes }, MessageAction: "SUPPRESS" });
  await send("AdminSetUserPassword", { UserPoolId: pool.UserPoolId, Username, Password, Permanent });
  return Username;
}

describe("amazon-cognito-identity-js", () => {
  const userOf = (pool, Username) =>
    new CognitoUser({
      Username,
      Pool: new CognitoUserPool({ UserPoolId: pool.UserPoolId, ClientId: pool.ClientId, endpoint: server.url }),
    });
  // Every way in which a step of the library may end.
  const step = (user, method, ...args) =>
    new Promise((resolve, reject) => {
      const outcome = (name) => (first, second) => resolve({ name, first, second });
      user[method](...args, {
        onSuccess: outcome("done"),
        onFailure: reject,
        mfaRequired: outcome("sms"),
        totpRequired: outcome("totp"),
        mfaSetup: outcome("setup"),
        selectMFAType: outcome("select"),
        newPasswordRequired: outcome("password"),
        associateSecretCode: outcome("secret"),
      });
    });
  const signIn = (user) =>
    step(user, "authenticateUser", new AuthenticationDetails({ Username: user.getUsername(), Password }));
  const answer = (user, code, type) =>
    new Promise((onSuccess, onFailure) => user.sendMFACode(code, { onSuccess, onFailure }, type));
  const prefer = (user, sms, totp) =>
    new Promise((resolve, reject) =>
      user.setUserMfaPreference(sms, totp, (error, result) => (error ? reject(error) : resolve(result))),
    );

  test("sets up an app, prefers it, signs in with it", async () => {
    const pool = await makePool("OPTIONAL", { ...sms, ...totp });
    const user = userOf(pool, await makeUser(pool));
    assert.equal((await signIn(user)).name, "done");
    const { first: secret } = await step(user, "associateSoftwareToken");
    assert.match(secret, /^[A-Z2-7]{52}$/);
    const wrong = await failure(step(user, "verifySoftwareToken", "000000", "phone"));
    assert.equal(wrong.code, "EnableSoftwareTokenMFAException");
    await step(user, "verifySoftwareToken", await app(server, secret), "phone");
    assert.equal(await prefer(user, null, { PreferredMfa: true, Enabled: true }), "SUCCESS");

    const again = userOf(pool, user.getUsername());
    const asked = await signIn(again);
    assert.equal(asked.name, "totp");
    assert.equal(asked.second.FRIENDLY_DEVICE_NAME, "phone");
    const mistyped = await failure(answer(again, "000000", "SOFTWARE_TOKEN_MFA"));
    assert.equal(mistyped.code, "CodeMismatchException");
    // The clock went on beyond the Session's life: a new one.
    const code = await app(server, secret);
    await signIn(again);
    const session = await answer(again, code, "SOFTWARE_TOKEN_MFA");
    assert.ok(session.isValid());
    await signIn(again);
    const used = await failure(answer(again, code, "SOFTWARE_TOKEN_MFA"));
    assert.equal(used.code, "ExpiredCodeException");
  });

  test("is made to set up an app on the way in", async () => {
    const pool = await makePool("ON", totp);
    const user = userOf(pool, await makeUser(pool));
    const asked = await signIn(user);
    assert.equal(asked.name, "setup");
    assert.deepEqual(JSON.parse(asked.second.MFAS_CAN_SETUP), ["SOFTWARE_TOKEN_MFA"]);
    const { first: secret } = await step(user, "associateSoftwareToken");
    const done = await step(user, "verifySoftwareToken", await app(server, secret), "phone");
    assert.equal(done.name, "done");
    assert.ok(done.first.isValid());
    assert.equal((await signIn(userOf(pool, user.getUsername()))).name, "totp");
  });

  test("answers a code by SMS", async () => {
    const pool = await makePool("ON", sms);
    const user = userOf(pool, await makeUser(pool, { phone_number: "+15555550100" }));
    const asked = await signIn(user);
    assert.equal(asked.name, "sms");
    assert.equal(asked.second.CODE_DELIVERY_DESTINATION, "+*******0100");
    const { code } = await server.message({ user: user.getUsername(), purpose: "mfa" });
    assert.equal((await failure(answer(user, "x"))).code, "CodeMismatchException");
    assert.ok((await answer(user, code)).isValid());
  });

  test("chooses among several", async () => {
    const pool = await makePool("OPTIONAL", { ...sms, ...totp });
    const user = userOf(pool, await makeUser(pool, { phone_number: "+15555550100" }));
    await signIn(user);
    const { first: secret } = await step(user, "associateSoftwareToken");
    await step(user, "verifySoftwareToken", await app(server, secret), "phone");
    await prefer(user, { PreferredMfa: false, Enabled: true }, { PreferredMfa: false, Enabled: true });
    const again = userOf(pool, user.getUsername());
    const asked = await signIn(again);
    assert.equal(asked.name, "select");
    assert.deepEqual(JSON.parse(asked.second.MFAS_CAN_CHOOSE), ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]);
    assert.equal((await step(again, "sendMFASelectionAnswer", "SMS_MFA")).name, "sms");
    const { code } = await server.message({ user: user.getUsername(), purpose: "mfa" });
    assert.ok((await answer(again, code)).isValid());
  });

  test("a new password, then the second factor", async () => {
    const pool = await makePool("ON", sms);
    const user = userOf(pool, await makeUser(pool, { phone_number: "+15555550100" }, false));
    assert.equal((await signIn(user)).name, "password");
    assert.equal((await step(user, "completeNewPasswordChallenge", "Another-horse-9", {})).name, "sms");
    const { code } = await server.message({ user: user.getUsername(), purpose: "mfa" });
    assert.ok((await answer(user, code)).isValid());
  });
});

describe("aws-amplify", () => {
  const configure = (pool) =>
    Amplify.configure({
      Auth: {
        Cognito: { userPoolId: pool.UserPoolId, userPoolClientId: pool.ClientId, userPoolEndpoint: server.url },
      },
    });

  test("sets up an app, prefers it, signs in with it", async () => {
    const pool = await makePool("OPTIONAL", { ...sms, ...totp, ...mail });
    const username = await makeUser(pool, { email: "ann@example.com" });
    configure(pool);
    assert.equal((await auth.signIn({ username, password: Password })).isSignedIn, true);
    const { sharedSecret } = await auth.setUpTOTP();
    await auth.verifyTOTPSetup({ code: await app(server, sharedSecret) });
    await auth.updateMFAPreference({ totp: "PREFERRED", email: "ENABLED" });
    assert.deepEqual(await auth.fetchMFAPreference(), { preferred: "TOTP", enabled: ["TOTP", "EMAIL"] });
    await auth.signOut();
    const challengeResponse = await app(server, sharedSecret);
    const asked = await auth.signIn({ username, password: Password });
    assert.equal(asked.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
    assert.equal((await auth.confirmSignIn({ challengeResponse })).isSignedIn, true);
    await auth.updateMFAPreference({ totp: "NOT_PREFERRED", email: "PREFERRED" });
    await auth.signOut();
    const mailed = await auth.signIn({ username, password: Password });
    assert.equal(mailed.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
    const { code } = await server.message({ user: username, purpose: "mfa" });
    assert.equal((await auth.confirmSignIn({ challengeResponse: code })).isSignedIn, true);
    await auth.signOut();
  });

  test("sets up an app, or an address, on the way in", async () => {
    const pool = await makePool("ON", { ...totp, ...mail });
    configure(pool);
    let username = await makeUser(pool);
    let asked = await auth.signIn({ username, password: Password });
    assert.equal(asked.nextStep.signInStep, "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION");
    assert.deepEqual(asked.nextStep.allowedMFATypes, ["TOTP", "EMAIL"]);
    asked = await auth.confirmSignIn({ challengeResponse: "TOTP" });
    assert.equal(asked.nextStep.signInStep, "CONTINUE_SIGN_IN_WITH_TOTP_SETUP");
    const challengeResponse = await app(server, asked.nextStep.totpSetupDetails.sharedSecret);
    assert.equal((await auth.confirmSignIn({ challengeResponse })).isSignedIn, true);
    await auth.signOut();

    username = await makeUser(pool);
    await auth.signIn({ username, password: Password });
    asked = await auth.confirmSignIn({ challengeResponse: "EMAIL" });
    assert.equal(asked.nextStep.signInStep, "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP");
    asked = await auth.confirmSignIn({ challengeResponse: `${username}@example.com` });
    assert.equal(asked.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
    const code = await server.code(`${username}@example.com`, "mfa");
    assert.equal((await auth.confirmSignIn({ challengeResponse: code })).isSignedIn, true);
    assert.equal((await auth.fetchMFAPreference()).preferred, "EMAIL");
    await auth.signOut();
  });

  test("chooses among several", async () => {
    const pool = await makePool("OPTIONAL", { ...sms, ...mail });
    configure(pool);
    const username = await makeUser(pool, { email: "ann@example.com", phone_number: "+15555550100" });
    await auth.signIn({ username, password: Password });
    await auth.updateMFAPreference({ sms: "ENABLED", email: "ENABLED" });
    await auth.signOut();
    const asked = await auth.signIn({ username, password: Password });
    assert.equal(asked.nextStep.signInStep, "CONTINUE_SIGN_IN_WITH_MFA_SELECTION");
    assert.deepEqual(asked.nextStep.allowedMFATypes, ["SMS", "EMAIL"]);
    const chosen = await auth.confirmSignIn({ challengeResponse: "SMS" });
    assert.equal(chosen.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_SMS_CODE");
    const { code } = await server.message({ user: username, purpose: "mfa" });
    assert.equal((await auth.confirmSignIn({ challengeResponse: code })).isSignedIn, true);
    await auth.signOut();
  });
});

describe("@aws-sdk", () => {
  const signIn = (pool, USERNAME) =>
    send("InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: pool.ClientId,
      AuthParameters: { USERNAME, PASSWORD: Password },
    });

  test("settings of a pool", async () => {
    const { UserPoolId } = await makePool("OPTIONAL", { ...sms, ...totp, ...mail });
    const config = await send("GetUserPoolMfaConfig", { UserPoolId });
    assert.equal(config.MfaConfiguration, "OPTIONAL");
    assert.deepEqual(config.SoftwareTokenMfaConfiguration, { Enabled: true });
    assert.deepEqual(config.EmailMfaConfiguration, mail.EmailMfaConfiguration);
    assert.deepEqual(config.SmsMfaConfiguration, { SmsConfiguration });
    const both = await failure(send("SetUserPoolMfaConfig", { UserPoolId, MfaConfiguration: "OFF", ...totp }));
    assert.ok(both instanceof idp.InvalidParameterException);
  });

  test("an app by access token and by Session, preferences, factors, an administrator's help", async () => {
    const pool = await makePool("OPTIONAL", { ...sms, ...totp });
    const Username = await makeUser(pool, { phone_number: "+15555550100" });
    const { AuthenticationResult } = await signIn(pool, Username);
    const { AccessToken } = AuthenticationResult;
    const { SecretCode, Session } = await send("AssociateSoftwareToken", { AccessToken });
    assert.equal(Session, undefined);
    const UserCode = await app(server, SecretCode);
    assert.equal((await send("VerifySoftwareToken", { AccessToken, UserCode })).Status, "SUCCESS");
    await send("SetUserMFAPreference", { AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
    const factors = await send("GetUserAuthFactors", { AccessToken });
    assert.deepEqual(factors.UserMFASettingList, ["SOFTWARE_TOKEN_MFA"]);
    assert.deepEqual(factors.ConfiguredUserAuthFactors, ["PASSWORD"]);

    const target = { UserPoolId: pool.UserPoolId, Username };
    await send("AdminSetUserMFAPreference", { ...target, SMSMfaSettings: { Enabled: true, PreferredMfa: true } });
    assert.equal((await send("AdminGetUserAuthFactors", target)).PreferredMfaSetting, "SMS_MFA");
    assert.equal((await signIn(pool, Username)).ChallengeName, "SMS_MFA");
    await send("AdminDeleteSoftwareToken", target);
    assert.deepEqual((await send("AdminGetUser", target)).UserMFASettingList, ["SMS_MFA"]);
    await send("AdminSetUserMFAPreference", { ...target, SMSMfaSettings: { Enabled: false } });

    const MFAOptions = [{ DeliveryMedium: "SMS", AttributeName: "phone_number" }];
    await send("SetUserSettings", { AccessToken, MFAOptions });
    assert.deepEqual((await send("GetUser", { AccessToken })).MFAOptions, MFAOptions);
    await send("AdminSetUserSettings", { ...target, MFAOptions: [] });
    assert.ok((await signIn(pool, Username)).AuthenticationResult);

    await send("SetUserPoolMfaConfig", { UserPoolId: pool.UserPoolId, MfaConfiguration: "ON", ...totp });
    const setup = await signIn(pool, Username);
    assert.equal(setup.ChallengeName, "MFA_SETUP");
    const second = await send("AssociateSoftwareToken", { Session: setup.Session });
    const verified = await send("VerifySoftwareToken", {
      Session: second.Session,
      UserCode: await app(server, second.SecretCode),
    });
    const done = await send("RespondToAuthChallenge", {
      ClientId: pool.ClientId,
      ChallengeName: "MFA_SETUP",
      Session: verified.Session,
      ChallengeResponses: { USERNAME: Username },
    });
    assert.ok(done.AuthenticationResult.AccessToken);
  });
});
