// Sign in, take credentials from the identity pool, call the API: once with the token, once with a signature.
//
//   npm install @aws-sdk/client-cognito-identity-provider @aws-sdk/credential-providers @smithy/signature-v4 @aws-crypto/sha256-js
//   node call.mjs IDENTITY_POOL_ID [METHOD PATH]...

import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

const endpoint = process.env.LIFEGUARD ?? "http://localhost:9500";
const api = new URL(process.env.API ?? "http://localhost:8080");
const region = "us-east-1";
const [identityPoolId, ...words] = process.argv.slice(2);

const idp = new CognitoIdentityProviderClient({ region, endpoint });
const { AuthenticationResult } = await idp.send(
  new InitiateAuthCommand({
    ClientId: "lifeguarddemo0000000000000",
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "demo", PASSWORD: "Correct-horse-9" },
  }),
);

// A token, for routes with a JWT authorizer.
async function callWithToken(method, path) {
  const headers = { authorization: `Bearer ${AuthenticationResult.AccessToken}` };
  return await fetch(new URL(path, api), { method, headers });
}

// A signature, for routes with an IAM authorizer.
const signer = new SignatureV4({
  service: "execute-api",
  region,
  sha256: Sha256,
  credentials: fromCognitoIdentityPool({
    identityPoolId,
    logins: { "cognito-idp.us-east-1.amazonaws.com/us-east-1_Lifeguard": AuthenticationResult.IdToken },
    clientConfig: { region, endpoint },
  }),
});
async function callSigned(method, path, body) {
  const request = { method, protocol: api.protocol, hostname: api.hostname, port: api.port, path, body };
  const { headers } = await signer.sign({ ...request, headers: { host: api.host } });
  return await fetch(new URL(path, api), { method, headers, body });
}

if (!words.length) words.push("GET", "/orders", "GET", "/reports/2026");
for (let i = 0; i < words.length; i += 2) {
  const [method, path] = words.slice(i, i + 2);
  const call = path.startsWith("/reports/") ? callSigned : callWithToken;
  const answer = await call(method, path, method === "POST" ? "a report" : undefined);
  console.log(method, path, answer.status, (await answer.text()).replaceAll(/\s+/g, " "));
}
