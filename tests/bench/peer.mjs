// The authorization server that ours is measured against: npm's oidc-provider, as it comes, with access tokens
// that are signed (RS256) like ours and its store in memory. Prints { port, client, refresh } and serves until its
// input ends.

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

console.info = console.warn = console.error; // it tells of its quick start there

const require = createRequire(fileURLToPath(new URL("../clients/package.json", import.meta.url)));
const { default: Provider } = await import(require.resolve("oidc-provider"));

const redirect = "http://127.0.0.1/callback";
const resource = "http://127.0.0.1/api";
const [id, secret] = ["bench", "bench-secret"];

const http = createServer().listen(0, "127.0.0.1");
await once(http, "listening");
const { port } = http.address();
const url = `http://127.0.0.1:${port}`;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const provider = new Provider(url, {
  clients: [
    {
      client_id: id,
      client_secret: secret,
      redirect_uris: [redirect],
      grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    },
  ],
  scopes: ["openid"],
  cookies: { keys: ["bench"] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: "read", accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } }),
    },
  },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  issueRefreshToken: () => true,
  rotateRefreshToken: false,
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "bench-1", use: "sig", alg: "RS256" }] },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => false },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: id, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid");
    grant.addResourceScope(resource, "read");
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();
http.on("request", (req, res) =>
  req.url.startsWith("/interaction/")
    ? provider.interactionFinished(req, res, { login: { accountId: "somebody" } }, { mergeWithLastSubmission: false })
    : answer(req, res),
);

// Somebody signs in, once: as a browser goes from page to page until it is sent back.
async function code() {
  const cookies = new Map();
  const query = new URLSearchParams({ client_id: id, redirect_uri: redirect, response_type: "code", scope: "openid read" });
  for (let next = `${url}/auth?${query}`, i = 0; i < 10; i++) {
    const page = await fetch(next, { redirect: "manual", headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") } });
    for (const line of page.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split("=");
      cookies.set(name, value);
    }
    next = new URL(page.headers.get("location"), url).href;
    if (next.startsWith(redirect)) return new URL(next).searchParams.get("code");
  }
  throw new Error("no way back");
}

const token = async (fields) => {
  const answer = await fetch(`${url}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams(fields),
  });
  return answer.json();
};
const isSigned = (text) => text?.split(".").length === 3;
const { refresh_token: refresh } = await token({ grant_type: "authorization_code", code: await code(), redirect_uri: redirect });
const again = await token({ grant_type: "refresh_token", refresh_token: refresh });
const machine = await token({ grant_type: "client_credentials", scope: "read" });
if (!isSigned(again.access_token) || !isSigned(again.id_token) || !isSigned(machine.access_token)) throw new Error("tokens of another kind");
console.log(JSON.stringify({ port, client: [id, secret], refresh }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
