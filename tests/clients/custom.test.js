// Custom sign-in by clients as they are: amazon-cognito-identity-js and aws-amplify v6, against functions that ask a riddle.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import * as idp from "@aws-sdk/client-cognito-identity-provider";
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";

import { failure, fresh, functionArn, startServerWithFunctions } from "./lib/server.js";

const Password = "Correct-horse-9";
let server, sdk, UserPoolId, ClientId;

before(async () => {
  server = await startServerWithFunctions();
  sdk = new idp.CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "any" },
  });
  const LambdaConfig = {
    DefineAuthChallenge: functionArn("riddle-define"),
    CreateAuthChallenge: functionArn("riddle-create"),
    VerifyAuthChallengeResponse: functionArn("riddle-verify"),
    PreAuthentication: functionArn("echo"),
    PostAuthentication: functionArn("echo"),
    PreTokenGeneration: functionArn("echo"),
  };
  const { UserPool } = await sdk.send(new idp.CreateUserPoolCommand({ PoolName: "riddles", LambdaConfig }));
  UserPoolId = UserPool.Id;
  const { UserPoolClient } = await sdk.send(
    new idp.CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
    }),
  );
  ClientId = UserPoolClient.ClientId;
});
after(() => server?.stop());

async function confirmed() {
  const Username = fresh();
  await sdk.send(new idp.AdminCreateUserCommand({ UserPoolId, Username, MessageAction: "SUPPRESS" }));
  await sdk.send(new idp.AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
  return Username;
}

describe("amazon-cognito-identity-js", () => {
  // What came of one call: a session, or the public parameters of a challenge.
  const handled = (user, method, ...args) =>
    new Promise((resolve, reject) =>
      user[method](...args, {
        onSuccess: (session) => resolve({ session }),
        onFailure: reject,
        customChallenge: (parameters) => resolve({ parameters }),
      }),
    );

  function start(Username, password) {
    const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: server.url });
    const user = new CognitoUser({ Username, Pool });
    user.setAuthenticationFlowType("CUSTOM_AUTH");
    const details = new AuthenticationDetails({ Username, Password: password });
    return { user, first: handled(user, password ? "authenticateUser" : "initiateAuth", details) };
  }

  for (const password of [undefined, Password]) {
    test(password ? "after the password" : "alone", async () => {
      const Username = await confirmed();
      const { user, first } = start(Username, password);
      const { parameters } = await first;
      assert.deepEqual(parameters, { riddle: "How much are 5 and 3?", USERNAME: Username });
      const again = await handled(user, "sendCustomChallengeAnswer", "7");
      assert.equal(again.parameters.riddle, "How much are 5 and 3?");
      const { session } = await handled(user, "sendCustomChallengeAnswer", "8");
      assert.ok(session.isValid());
      assert.equal(session.getIdToken().payload["cognito:username"], Username);
    });
  }

  test("three wrong answers", async () => {
    const { user, first } = start(await confirmed());
    await first;
    await handled(user, "sendCustomChallengeAnswer", "1");
    await handled(user, "sendCustomChallengeAnswer", "2");
    const error = await failure(handled(user, "sendCustomChallengeAnswer", "3"));
    assert.equal(error.code, "NotAuthorizedException");
    assert.equal(error.message, "Incorrect username or password.");
  });

  test("a wrong password, and nobody", async () => {
    const wrong = await failure(start(await confirmed(), "Wrong-horse-9").first);
    assert.equal(wrong.code, "NotAuthorizedException");
    const { user, first } = start("nobody");
    assert.equal((await first).parameters.riddle, "How much are 5 and 3?");
    const error = await failure(handled(user, "sendCustomChallengeAnswer", "8"));
    assert.equal(error.code, "NotAuthorizedException");
  });
});

describe("aws-amplify", () => {
  before(() => {
    Amplify.configure({
      Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId: ClientId, userPoolEndpoint: server.url } },
    });
  });

  for (const authFlowType of ["CUSTOM_WITHOUT_SRP", "CUSTOM_WITH_SRP"]) {
    test(authFlowType, async () => {
      const username = await confirmed();
      const password = authFlowType === "CUSTOM_WITH_SRP" ? Password : undefined;
      const first = await auth.signIn({ username, password, options: { authFlowType } });
      assert.equal(first.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE");
      assert.equal(first.nextStep.additionalInfo.riddle, "How much are 5 and 3?");
      const second = await auth.confirmSignIn({ challengeResponse: "7" });
      assert.equal(second.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE");
      const done = await auth.confirmSignIn({ challengeResponse: "8" });
      assert.equal(done.isSignedIn, true);
      assert.equal((await auth.getCurrentUser()).username, username);
      await auth.signOut();
    });
  }

  test("CUSTOM_WITH_SRP with a wrong password", async () => {
    const username = await confirmed();
    const options = { authFlowType: "CUSTOM_WITH_SRP" };
    const error = await failure(auth.signIn({ username, password: "Wrong-horse-9", options }));
    assert.equal(error.name, "NotAuthorizedException");
  });
});
