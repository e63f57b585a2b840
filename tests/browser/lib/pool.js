// A pool with passkeys, its client and its users, made by an administrator of the development server.

import { admin } from "../../clients/lib/admin.js";
import { fresh } from "../../clients/lib/server.js";

export const password = "Correct-horse-9";

// `passkeys` is a WebAuthnConfiguration, `mfa` further members of SetUserPoolMfaConfig, `tags` of the pool.
export async function makePool(server, { passkeys = {}, mfa = {}, tags = {} } = {}) {
  const pool = await admin(server, "CreateUserPool", {
    PoolName: "passkeys",
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } },
    UserPoolTags: { "lifeguard:tokens.alg": "ES256", ...tags },
  });
  const id = pool.UserPool.Id;
  const made = await admin(server, "CreateUserPoolClient", {
    UserPoolId: id,
    ClientName: "page",
    ExplicitAuthFlows: [
      "ALLOW_USER_AUTH",
      "ALLOW_USER_PASSWORD_AUTH",
      "ALLOW_USER_SRP_AUTH",
      "ALLOW_REFRESH_TOKEN_AUTH",
    ],
  });
  await admin(server, "SetUserPoolMfaConfig", {
    UserPoolId: id,
    MfaConfiguration: "OFF",
    WebAuthnConfiguration: passkeys,
    ...mfa,
  });
  const client = made.UserPoolClient.ClientId;
  return {
    id,
    client,
    async user() {
      const username = fresh();
      const name = { UserPoolId: id, Username: username };
      await admin(server, "AdminCreateUser", { ...name, TemporaryPassword: "Temp0rary-horse", MessageAction: "SUPPRESS" });
      await admin(server, "AdminSetUserPassword", { ...name, Password: password, Permanent: true });
      return username;
    },
    async token(username) {
      const answer = await admin(server, "InitiateAuth", {
        ClientId: client,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: username, PASSWORD: password },
      });
      return answer.AuthenticationResult.AccessToken;
    },
    call: (operation, input) => admin(server, operation, input),
  };
}
