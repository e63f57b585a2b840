// aws-amplify v6, unmodified: sign-in by choice (USER_AUTH), without passwords, straight after sign-up.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import * as idp from "@aws-sdk/client-cognito-identity-provider";

import { failure, fresh, startServer } from "./lib/server.js";

// Amplify waits three minutes for a confirmation that came long ago; the suite does not.
const setTimeoutOfNode = globalThis.setTimeout;
globalThis.setTimeout = (run, ms, ...rest) => {
  const timer = setTimeoutOfNode(run, ms, ...rest);
  return ms > 60_000 ? timer.unref() : timer;
};

const password = "Correct-horse-9";
let server, sdk, pool;

// A pool that allows these first factors; Amplify uses it from now on.
async function usePool(factors, more = {}) {
  const { UserPool } = await sdk.send(
    new idp.CreateUserPoolCommand({
      PoolName: "choice",
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: factors } },
      UserPoolTags: { "lifeguard:tokens.alg": "ES256" },
      ...more,
    }),
  );
  const { UserPoolClient } = await sdk.send(
    new idp.CreateUserPoolClientCommand({
      UserPoolId: UserPool.Id,
      ClientName: "web",
      ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    }),
  );
  pool = { userPoolId: UserPool.Id, userPoolClientId: UserPoolClient.ClientId, userPoolEndpoint: server.url };
  Amplify.configure({ Auth: { Cognito: pool } });
}

async function user({ email, phone_number, withPassword = true }) {
  const Username = fresh();
  const UserPoolId = pool.userPoolId;
  const UserAttributes = Object.entries({ email, phone_number })
    .filter(([, Value]) => Value)
    .map(([Name, Value]) => ({ Name, Value }));
  await sdk.send(new idp.AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: "SUPPRESS" }));
  if (withPassword)
    await sdk.send(new idp.AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }));
  return Username;
}

const options = (preferredChallenge) => ({ authFlowType: "USER_AUTH", preferredChallenge });

before(async () => {
  server = await startServer();
  sdk = new idp.CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "any" },
  });
});
after(() => server?.stop());
afterEach(() => auth.signOut());

describe("a pool with passwords and codes", () => {
  before(() => usePool(["PASSWORD", "EMAIL_OTP", "SMS_OTP"]));

  test("PASSWORD preferred", async () => {
    const username = await user({ email: "a@example.com" });
    const signIn = await auth.signIn({ username, password, options: options("PASSWORD") });
    assert.equal(signIn.nextStep.signInStep, "DONE");
    assert.equal((await auth.getCurrentUser()).username, username);
    const forced = await auth.fetchAuthSession({ forceRefresh: true });
    assert.equal(forced.tokens.accessToken.payload.username, username);
  });

  test("PASSWORD_SRP preferred", async () => {
    const username = await user({ email: "a@example.com" });
    const signIn = await auth.signIn({ username, password, options: options("PASSWORD_SRP") });
    assert.equal(signIn.nextStep.signInStep, "DONE");
    assert.equal((await auth.getCurrentUser()).username, username);
  });

  test("a wrong password", async () => {
    const username = await user({ email: "a@example.com" });
    for (const challenge of ["PASSWORD", "PASSWORD_SRP"]) {
      const error = await failure(auth.signIn({ username, password: "Wrong-horse-9", options: options(challenge) }));
      assert.equal(error.name, "NotAuthorizedException");
    }
  });

  test("EMAIL_OTP preferred", async () => {
    const email = `${fresh()}@example.com`;
    const username = await user({ email });
    const signIn = await auth.signIn({ username, options: options("EMAIL_OTP") });
    assert.equal(signIn.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
    assert.deepEqual(signIn.nextStep.codeDeliveryDetails, { deliveryMedium: "EMAIL", destination: "u***@e***" });
    const wrong = await failure(auth.confirmSignIn({ challengeResponse: "00000000x" }));
    assert.equal(wrong.name, "CodeMismatchException");
    const done = await auth.confirmSignIn({ challengeResponse: await server.code(email, "otp") });
    assert.equal(done.isSignedIn, true);
    assert.equal((await auth.fetchUserAttributes()).email_verified, "true");
  });

  test("SMS_OTP preferred", async () => {
    const username = await user({ phone_number: "+15550001234" });
    const signIn = await auth.signIn({ username, options: options("SMS_OTP") });
    assert.equal(signIn.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_SMS_CODE");
    const done = await auth.confirmSignIn({ challengeResponse: await server.code("+15550001234", "otp") });
    assert.equal(done.isSignedIn, true);
  });

  async function select(username, challengeResponse) {
    const signIn = await auth.signIn({ username, options: { authFlowType: "USER_AUTH" } });
    assert.equal(signIn.nextStep.signInStep, "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION");
    assert.deepEqual(signIn.nextStep.availableChallenges, ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]);
    return auth.confirmSignIn({ challengeResponse });
  }

  test("selection of each factor", async () => {
    const email = `${fresh()}@example.com`;
    const username = await user({ email, phone_number: "+15550005678" });
    for (const challenge of ["PASSWORD", "PASSWORD_SRP"]) {
      const asked = await select(username, challenge);
      assert.equal(asked.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_PASSWORD");
      assert.equal((await auth.confirmSignIn({ challengeResponse: password })).isSignedIn, true);
      await auth.signOut();
    }
    for (const [challenge, to] of [["EMAIL_OTP", email], ["SMS_OTP", "+15550005678"]]) {
      const asked = await select(username, challenge);
      assert.match(asked.nextStep.signInStep, /^CONFIRM_SIGN_IN_WITH_(EMAIL|SMS)_CODE$/);
      const done = await auth.confirmSignIn({ challengeResponse: await server.code(to, "otp") });
      assert.equal(done.isSignedIn, true);
      await auth.signOut();
    }
  });

  test("a mistyped password may be typed again", async () => {
    const username = await user({ email: "a@example.com", phone_number: "+15550005678" });
    await select(username, "PASSWORD");
    const wrong = await failure(auth.confirmSignIn({ challengeResponse: "Wrong-horse-9" }));
    assert.equal(wrong.name, "NotAuthorizedException");
    assert.equal((await auth.confirmSignIn({ challengeResponse: password })).isSignedIn, true);
  });
});

describe("a pool that sends links", () => {
  const page = "http://localhost:3000/sign-in";
  before(() =>
    usePool(["PASSWORD", "EMAIL_OTP"], {
      UserPoolTags: { "lifeguard:tokens.alg": "ES256", "lifeguard:otp.magic_link": page },
    }),
  );

  test("the code that the link brings to the page signs in", async () => {
    const email = `${fresh()}@example.com`;
    const username = await user({ email, withPassword: false });
    await auth.signIn({ username, options: options("EMAIL_OTP") });
    const { link } = await server.message({ to: email, purpose: "otp" });
    const opened = new URL(link);
    assert.equal(opened.origin + opened.pathname, page);
    const code = new URLSearchParams(opened.hash.slice(1)).get("code");
    assert.equal((await auth.confirmSignIn({ challengeResponse: code })).isSignedIn, true);
  });
});

describe("users without passwords", () => {
  before(() => usePool(["PASSWORD", "EMAIL_OTP"], { AutoVerifiedAttributes: ["email"] }));

  test("a single factor needs no selection", async () => {
    const email = `${fresh()}@example.com`;
    const username = await user({ email, withPassword: false });
    const signIn = await auth.signIn({ username, options: { authFlowType: "USER_AUTH" } });
    assert.equal(signIn.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
    const done = await auth.confirmSignIn({ challengeResponse: await server.code(email, "otp") });
    assert.equal(done.isSignedIn, true);
  });

  for (const withPassword of [false, true]) {
    test(`sign-up, then signed in at once, ${withPassword ? "with" : "without"} password`, async () => {
      const username = fresh();
      const email = `${username}@example.com`;
      const signUp = await auth.signUp({
        username,
        ...(withPassword ? { password } : {}),
        options: { userAttributes: { email }, autoSignIn: { authFlowType: "USER_AUTH" } },
      });
      assert.equal(signUp.nextStep.signUpStep, "CONFIRM_SIGN_UP");
      const confirmed = await auth.confirmSignUp({ username, confirmationCode: await server.code(email, "signup") });
      assert.equal(confirmed.nextStep.signUpStep, "COMPLETE_AUTO_SIGN_IN");
      const signIn = await auth.autoSignIn();
      // A second call within 300 ms is ignored by Amplify, and its promise never settles.
      await new Promise((resolve) => setTimeout(resolve, 350));
      assert.equal(signIn.isSignedIn, true);
      assert.equal((await auth.getCurrentUser()).username, username);
      assert.equal((await auth.fetchUserAttributes()).email_verified, "true");
    });
  }

  test("a password is set later", async () => {
    const email = `${fresh()}@example.com`;
    const username = await user({ email, withPassword: false });
    await auth.signIn({ username, options: options("EMAIL_OTP") });
    await auth.confirmSignIn({ challengeResponse: await server.code(email, "otp") });
    await auth.signOut();
    const reset = await auth.resetPassword({ username });
    assert.equal(reset.nextStep.resetPasswordStep, "CONFIRM_RESET_PASSWORD_WITH_CODE");
    const confirmationCode = await server.code(email, "forgot");
    await auth.confirmResetPassword({ username, confirmationCode, newPassword: password });
    const signIn = await auth.signIn({ username, password, options: options("PASSWORD_SRP") });
    assert.equal(signIn.isSignedIn, true);
  });
});
