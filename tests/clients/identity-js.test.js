// amazon-cognito-identity-js, unmodified: SRP, and everything a signed-in user does.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } from "amazon-cognito-identity-js";

import { demo, failure, fresh, startServer } from "./lib/server.js";

let server, pool;
before(async () => {
  server = await startServer();
  pool = new CognitoUserPool({ UserPoolId: demo.pool, ClientId: demo.client, endpoint: server.url });
});
after(() => server?.stop());

const Password = "Correct-horse-9";

// The library speaks callbacks: (error, result), or an object of handlers.
const call = (object, method, ...args) =>
  new Promise((resolve, reject) => object[method](...args, (error, result) => (error ? reject(error) : resolve(result))));
const handled = (object, method, ...args) =>
  new Promise((resolve, reject) =>
    object[method](...args, {
      onSuccess: resolve,
      onFailure: reject,
      inputVerificationCode: resolve,
      newPasswordRequired: (userAttributes, requiredAttributes) =>
        resolve({ challenge: "NEW_PASSWORD_REQUIRED", userAttributes, requiredAttributes }),
    }),
  );

async function signUp(Username = fresh(), email = `${fresh()}@example.com`) {
  const attributes = [new CognitoUserAttribute({ Name: "email", Value: email })];
  const { user, userConfirmed } = await call(pool, "signUp", Username, Password, attributes, null);
  assert.equal(userConfirmed, false);
  await call(user, "confirmRegistration", await server.code(email, "signup"), true);
  return { Username, email };
}

async function signIn(Username, password = Password) {
  const user = new CognitoUser({ Username, Pool: pool });
  const session = await handled(user, "authenticateUser", new AuthenticationDetails({ Username, Password: password }));
  return { user, session };
}

describe("SRP", () => {
  test("sign in, session, refresh", async () => {
    const { Username } = await signUp();
    const { user, session } = await signIn(Username);
    assert.ok(session.isValid());
    assert.equal(session.getIdToken().payload["cognito:username"], Username);
    assert.equal(session.getAccessToken().payload.token_use, "access");
    const again = await call(user, "refreshSession", session.getRefreshToken());
    assert.notEqual(again.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
    assert.equal(again.getAccessToken().payload.origin_jti, session.getAccessToken().payload.origin_jti);
  });

  test("wrong password", async () => {
    const { Username } = await signUp();
    const error = await failure(signIn(Username, "Wrong-horse-9"));
    assert.equal(error.code, "NotAuthorizedException");
    assert.equal(error.message, "Incorrect username or password.");
  });

  test("user names and passwords of many scripts", async () => {
    for (const name of ["Grüße", "名前", "Δοκιμή", "😀"]) {
      const { Username } = await signUp(fresh(name));
      const { user } = await signIn(Username);
      await call(user, "changePassword", Password, `Pässwört-7-${name}`);
      const { session } = await signIn(Username, `Pässwört-7-${name}`);
      assert.equal(session.getIdToken().payload["cognito:username"], Username);
    }
  });
});

describe("a signed-in user", () => {
  test("reads, changes and deletes attributes", async () => {
    const { Username, email } = await signUp();
    const { user } = await signIn(Username);
    await call(user, "updateAttributes", [new CognitoUserAttribute({ Name: "nickname", Value: "Nick" })]);
    const values = Object.fromEntries((await call(user, "getUserAttributes")).map((a) => [a.getName(), a.getValue()]));
    assert.equal(values.email, email);
    assert.equal(values.nickname, "Nick");
    await call(user, "deleteAttributes", ["nickname"]);
    const left = (await call(user, "getUserAttributes")).map((a) => a.getName());
    assert.ok(!left.includes("nickname"));
  });

  test("verifies a new e-mail address", async () => {
    const { Username } = await signUp();
    const { user } = await signIn(Username);
    const email = `${Username}.new@example.com`;
    await call(user, "updateAttributes", [new CognitoUserAttribute({ Name: "email", Value: email })]);
    const wrong = await failure(handled(user, "verifyAttribute", "email", "1"));
    assert.equal(wrong.code, "CodeMismatchException");
    await handled(user, "verifyAttribute", "email", await server.code(email, "attribute"));
    const data = await new Promise((resolve, reject) =>
      user.getUserData((error, result) => (error ? reject(error) : resolve(result)), { bypassCache: true }),
    );
    const attributes = Object.fromEntries(data.UserAttributes.map((a) => [a.Name, a.Value]));
    assert.deepEqual([attributes.email, attributes.email_verified], [email, "true"]);
  });

  test("changes the password, and a wrong old one is refused", async () => {
    const { Username } = await signUp();
    const { user } = await signIn(Username);
    const error = await failure(call(user, "changePassword", "Wrong-horse-9", "Another-horse-9"));
    assert.equal(error.code, "NotAuthorizedException");
    await call(user, "changePassword", Password, "Another-horse-9");
    await signIn(Username, "Another-horse-9");
    assert.equal((await failure(signIn(Username))).code, "NotAuthorizedException");
  });

  test("signs out everywhere", async () => {
    const { Username } = await signUp();
    const first = await signIn(Username);
    const second = await signIn(Username);
    await handled(first.user, "globalSignOut");
    const error = await failure(call(second.user, "getUserAttributes"));
    assert.equal(error.code, "NotAuthorizedException");
  });

  test("deletes the account", async () => {
    const { Username } = await signUp();
    const { user } = await signIn(Username);
    assert.equal(await call(user, "deleteUser"), "SUCCESS");
    const error = await failure(signIn(Username));
    assert.ok(["NotAuthorizedException", "UserNotFoundException"].includes(error.code));
  });
});

describe("a user who is not signed in", () => {
  test("resends a code and confirms with the newer one", async () => {
    const Username = fresh();
    const email = `${Username}@example.com`;
    const attributes = [new CognitoUserAttribute({ Name: "email", Value: email })];
    const { user } = await call(pool, "signUp", Username, Password, attributes, null);
    const old = await server.code(email, "signup");
    await call(user, "resendConfirmationCode");
    const code = await server.code(email, "resend");
    if (old !== code) {
      const error = await failure(call(user, "confirmRegistration", old, true));
      assert.equal(error.code, "CodeMismatchException");
    }
    await call(user, "confirmRegistration", code, true);
    await signIn(Username);
  });

  test("forgets the password", async () => {
    const { Username, email } = await signUp();
    const user = new CognitoUser({ Username, Pool: pool });
    await handled(user, "forgotPassword");
    const code = await server.code(email, "forgot");
    await new Promise((onSuccess, onFailure) => user.confirmPassword(code, "Another-horse-9", { onSuccess, onFailure }));
    await signIn(Username, "Another-horse-9");
  });
});
