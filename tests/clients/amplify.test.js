// aws-amplify v6, unmodified.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";

import { demo, failure, fresh, startServer } from "./lib/server.js";

let server;
before(async () => {
  server = await startServer();
  Amplify.configure({
    Auth: { Cognito: { userPoolId: demo.pool, userPoolClientId: demo.client, userPoolEndpoint: server.url } },
  });
});
after(() => server?.stop());

const password = "Correct-horse-9";

async function confirmed() {
  const username = fresh();
  const email = `${username}@example.com`;
  const signUp = await auth.signUp({ username, password, options: { userAttributes: { email } } });
  assert.equal(signUp.isSignUpComplete, false);
  assert.equal(signUp.nextStep.signUpStep, "CONFIRM_SIGN_UP");
  assert.equal(signUp.nextStep.codeDeliveryDetails.deliveryMedium, "EMAIL");
  const done = await auth.confirmSignUp({ username, confirmationCode: await server.code(email, "signup") });
  assert.equal(done.isSignUpComplete, true);
  return { username, email };
}

test("sign up, confirm, sign in, session, attributes, sign out", async () => {
  const { username, email } = await confirmed();
  const signIn = await auth.signIn({ username, password });
  assert.equal(signIn.isSignedIn, true);
  assert.equal(signIn.nextStep.signInStep, "DONE");

  const { tokens, userSub } = await auth.fetchAuthSession();
  assert.equal(tokens.idToken.payload.email, email);
  assert.equal(tokens.idToken.payload.email_verified, true);
  assert.equal(tokens.accessToken.payload.sub, userSub);
  const forced = await auth.fetchAuthSession({ forceRefresh: true });
  assert.notEqual(forced.tokens.accessToken.toString(), tokens.accessToken.toString());

  assert.equal((await auth.getCurrentUser()).username, username);
  await auth.updateUserAttributes({ userAttributes: { nickname: "Nick" } });
  assert.equal((await auth.fetchUserAttributes()).nickname, "Nick");
  await auth.updatePassword({ oldPassword: password, newPassword: "Another-horse-9" });
  await auth.signOut({ global: true });
  assert.equal((await failure(auth.getCurrentUser())).name, "UserUnAuthenticatedException");
});

test("plain password flow and wrong password", async () => {
  const { username } = await confirmed();
  const wrong = await failure(auth.signIn({ username, password: "Wrong-horse-9" }));
  assert.equal(wrong.name, "NotAuthorizedException");
  const signIn = await auth.signIn({ username, password, options: { authFlowType: "USER_PASSWORD_AUTH" } });
  assert.equal(signIn.isSignedIn, true);
  await auth.signOut();
});

test("not confirmed yet", async () => {
  const username = fresh();
  await auth.signUp({ username, password, options: { userAttributes: { email: `${username}@example.com` } } });
  const signIn = await auth.signIn({ username, password });
  assert.equal(signIn.nextStep.signInStep, "CONFIRM_SIGN_UP");
});

test("reset password", async () => {
  const { username, email } = await confirmed();
  const reset = await auth.resetPassword({ username });
  assert.equal(reset.nextStep.resetPasswordStep, "CONFIRM_RESET_PASSWORD_WITH_CODE");
  const confirmationCode = await server.code(email, "forgot");
  await auth.confirmResetPassword({ username, confirmationCode, newPassword: "Another-horse-9" });
  const signIn = await auth.signIn({ username, password: "Another-horse-9" });
  assert.equal(signIn.isSignedIn, true);
  await auth.deleteUser();
});
