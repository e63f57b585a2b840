// A pool with the clients that the tests are, made by an administrator of the development server.

import { admin } from "../../clients/lib/admin.js";
import { fresh } from "../../clients/lib/server.js";

export const password = "Correct-horse-9";

// Where applications live that nobody has to run: their address is all that matters.
export const callback = "http://127.0.0.1:4180/callback";
export const signedOut = "http://127.0.0.1:4180/signed-out";

export const standardScopes = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

const attributes = {
  name: "Alice Liddell",
  given_name: "Alice",
  family_name: "Liddell",
  middle_name: "Pleasance",
  nickname: "Ali",
  profile: "https://example.com/alice",
  picture: "https://example.com/alice.png",
  website: "https://alice.example.com",
  gender: "female",
  birthdate: "1852-05-04",
  zoneinfo: "Europe/London",
  locale: "en-GB",
  address: "Christ Church, Oxford",
  phone_number: "+441865276150",
  phone_number_verified: "true",
  email_verified: "true",
};

// `strict`: lifeguard:oidc.strict. `pool` are further members of CreateUserPool, `tags` of its tags.
export async function makePool(server, { strict = false, tags = {}, pool: more = {} } = {}) {
  const made = await admin(server, "CreateUserPool", {
    PoolName: strict ? "strict" : "compatible",
    UserPoolTags: { ...(strict ? { "lifeguard:oidc.strict": "true" } : {}), ...tags },
    ...more,
  });
  const id = made.UserPool.Id;
  const pool = {
    id,
    strict,
    issuer: `${server.url}/${id}`,
    call: (operation, input) => admin(server, operation, { UserPoolId: id, ...input }),

    // A client of the authorization code; `more` as CreateUserPoolClient takes it.
    async client({ secret = true, ...more } = {}) {
      const { UserPoolClient } = await pool.call("CreateUserPoolClient", {
        ClientName: "app",
        GenerateSecret: secret,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["code"],
        AllowedOAuthScopes: standardScopes,
        CallbackURLs: [callback],
        LogoutURLs: [signedOut],
        SupportedIdentityProviders: ["COGNITO"],
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        ...more,
      });
      return { id: UserPoolClient.ClientId, secret: UserPoolClient.ClientSecret };
    },

    // The public key of a client that signs its assertions: PEM (docs/decisions/0040).
    async registerKey(client, pem) {
      const der = pem.replaceAll(/-----[^-]+-----|\s/g, "");
      await admin(server, "TagResource", {
        ResourceArn: `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${id}`,
        Tags: { [`lifeguard:jwks.${client.id}`]: der },
      });
    },

    async machine(scopes = ["api/read", "api/write"], more = {}) {
      return pool.client({ AllowedOAuthFlows: ["client_credentials"], AllowedOAuthScopes: scopes, CallbackURLs: undefined, LogoutURLs: undefined, ...more });
    },

    async user(more = {}) {
      const username = fresh("alice");
      const all = { email: `${username}@example.com`, ...attributes, ...more };
      await pool.call("AdminCreateUser", {
        Username: username,
        MessageAction: "SUPPRESS",
        TemporaryPassword: "Temp0rary-horse",
        UserAttributes: Object.entries(all).map(([Name, Value]) => ({ Name, Value })),
      });
      await pool.call("AdminSetUserPassword", { Username: username, Password: password, Permanent: true });
      return { username, password, attributes: all };
    },
  };
  await pool.call("CreateResourceServer", {
    Identifier: "api",
    Name: "An API",
    Scopes: [
      { ScopeName: "read", ScopeDescription: "read" },
      { ScopeName: "write", ScopeDescription: "write" },
    ],
  });
  return pool;
}
