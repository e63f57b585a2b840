// @aws-sdk/client-cognito-identity-provider, unmodified: USER_AUTH in both forms of the operations.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import * as idp from "@aws-sdk/client-cognito-identity-provider";

import { failure, fresh, startServer } from "./lib/server.js";

const Password = "Correct-horse-9";
let server, sdk, ClientId, UserPoolId;

before(async () => {
  server = await startServer();
  sdk = new idp.CognitoIdentityProviderClient({
    region: "us-east-1",
    endpoint: server.url,
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "any" },
  });
  const pool = await sdk.send(
    new idp.CreateUserPoolCommand({
      PoolName: "choice",
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } },
      UserPoolTags: { "lifeguard:tokens.alg": "ES256" },
    }),
  );
  UserPoolId = pool.UserPool.Id;
  const client = await sdk.send(
    new idp.CreateUserPoolClientCommand({ UserPoolId, ClientName: "app", ExplicitAuthFlows: ["ALLOW_USER_AUTH"] }),
  );
  ClientId = client.UserPoolClient.ClientId;
});
after(() => server?.stop());

async function user() {
  const Username = fresh();
  const UserAttributes = [{ Name: "email", Value: `${Username}@example.com` }];
  await sdk.send(new idp.AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: "SUPPRESS" }));
  await sdk.send(new idp.AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
  return Username;
}

const open = {
  initiate: (input) => sdk.send(new idp.InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", ...input })),
  respond: (input) => sdk.send(new idp.RespondToAuthChallengeCommand({ ClientId, ...input })),
};
const admin = {
  initiate: (input) => sdk.send(new idp.AdminInitiateAuthCommand({ UserPoolId, ClientId, AuthFlow: "USER_AUTH", ...input })),
  respond: (input) => sdk.send(new idp.AdminRespondToAuthChallengeCommand({ UserPoolId, ClientId, ...input })),
};

for (const [name, { initiate, respond }] of Object.entries({ open, admin })) {
  test(`${name}: what is available is told beside every first answer`, async () => {
    const USERNAME = await user();
    const available = ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"];
    for (const [preference, challenge] of [
      [undefined, "SELECT_CHALLENGE"],
      ["PASSWORD", "PASSWORD"],
      ["PASSWORD_SRP", "PASSWORD_SRP"],
      ["EMAIL_OTP", "EMAIL_OTP"],
      ["SMS_OTP", "SELECT_CHALLENGE"],
    ]) {
      const AuthParameters = { USERNAME, ...(preference ? { PREFERRED_CHALLENGE: preference } : {}) };
      const step = await initiate({ AuthParameters });
      assert.equal(step.ChallengeName, challenge);
      assert.deepEqual(step.AvailableChallenges, available);
    }
  });

  test(`${name}: an answer, a wrong one, one too many`, async () => {
    const USERNAME = await user();
    const { Session } = await initiate({ AuthParameters: { USERNAME } });
    const answer = (PASSWORD) => ({
      ChallengeName: "SELECT_CHALLENGE",
      Session,
      ChallengeResponses: { USERNAME, ANSWER: "PASSWORD", PASSWORD },
    });
    assert.ok((await failure(respond(answer("wrong")))) instanceof idp.NotAuthorizedException);
    assert.ok((await respond(answer(Password))).AuthenticationResult.RefreshToken);
    const again = await failure(respond(answer(Password)));
    assert.equal(again.message, "Invalid session for the user, session can only be used once.");
  });
}
