// Pools whose people sign in on the server's own pages, and the application that they come back to.

import { once } from "node:events";
import { createServer } from "node:http";

import { fresh } from "../../clients/lib/server.js";
import { app } from "../../clients/lib/totp.js";
import { admin } from "../../clients/lib/admin.js";

export const password = "Correct-horse-9";

// The application: a page that says where somebody came back.
export async function startApplication() {
  const server = createServer((request, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Back</title><p>back"),
  ).listen(0, "localhost");
  await once(server, "listening");
  const url = `http://localhost:${server.address().port}`;
  return { callback: `${url}/callback`, signedOut: `${url}/signed-out`, stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) };
}

// `pool` of CreateUserPool, `mfa` of SetUserPoolMfaConfig, `client` of CreateUserPoolClient.
export async function makeHosted(server, application, { pool = {}, mfa, client = {} } = {}) {
  const made = await admin(server, "CreateUserPool", { PoolName: "Journeys", AutoVerifiedAttributes: ["email"], ...pool });
  const id = made.UserPool.Id;
  const call = (operation, input) => admin(server, operation, { UserPoolId: id, ...input });
  if (mfa) await call("SetUserPoolMfaConfig", mfa);
  const { UserPoolClient } = await call("CreateUserPoolClient", {
    ClientName: "journeys",
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
    CallbackURLs: [application.callback],
    LogoutURLs: [application.signedOut],
    SupportedIdentityProviders: ["COGNITO"],
    ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    ...client,
  });
  const clientId = UserPoolClient.ClientId;
  const query = (more) =>
    new URLSearchParams({ client_id: clientId, response_type: "code", scope: "openid email", redirect_uri: application.callback, state: "journey", ...more });
  return {
    id,
    call,
    client: clientId,
    authorize: (more) => `${server.url}/oauth2/authorize?${query(more)}`,
    page: (path, more) => `${server.url}${path}?${query(more)}`,
    logout: () => `${server.url}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: application.signedOut })}`,
    async user({ permanent = true, attributes = {}, ...more } = {}) {
      const username = fresh("person");
      const all = { email: `${username}@example.com`, email_verified: "true", ...attributes };
      await call("AdminCreateUser", {
        Username: username,
        MessageAction: "SUPPRESS",
        TemporaryPassword: "Temp0rary-horse",
        UserAttributes: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
        ...more,
      });
      if (permanent) await call("AdminSetUserPassword", { Username: username, Password: password, Permanent: true });
      return { username, email: all.email, phone: all.phone_number };
    },
    // As an app: tokens without pages.
    async tokens(username) {
      const answer = await call("InitiateAuth", { ClientId: clientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: username, PASSWORD: password } });
      return answer.AuthenticationResult;
    },
    async withApp(username) {
      const { AccessToken } = await this.tokens(username);
      const { SecretCode } = await call("AssociateSoftwareToken", { AccessToken });
      await call("VerifySoftwareToken", { AccessToken, UserCode: await app(server, SecretCode) });
      await call("AdminSetUserMFAPreference", { Username: username, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
      return SecretCode;
    },
  };
}
