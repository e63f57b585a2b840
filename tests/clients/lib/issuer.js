// A real issuer of ID tokens, somebody else's program: npm's oidc-provider. Everybody who asks is signed in.

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import Provider from "oidc-provider";

const redirect = "http://127.0.0.1/callback";

export async function startIssuer() {
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = `http://127.0.0.1:${http.address().port}`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  let accountId;

  const provider = new Provider(url, {
    clients: [
      { client_id: "app", client_secret: "secret", redirect_uris: [redirect] },
      { client_id: "other", client_secret: "secret", redirect_uris: [redirect] },
    ],
    conformIdTokenClaims: false,
    claims: { openid: ["sub"], profile: ["department"] },
    cookies: { keys: ["issuer"] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, department: "research" }) }),
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "issuer-1", use: "sig" }] },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => false },
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  const asked = {}; // how often each path was asked for
  http.on("request", (req, res) => {
    asked[req.url] = (asked[req.url] ?? 0) + 1;
    return req.url.startsWith("/interaction/")
      ? provider.interactionFinished(req, res, { login: { accountId } }, { mergeWithLastSubmission: false })
      : answer(req, res);
  });

  // As a browser goes from page to page, until it is sent back to the app.
  async function authorize(client) {
    const cookies = new Map();
    const query = new URLSearchParams({
      client_id: client,
      redirect_uri: redirect,
      response_type: "code",
      scope: "openid profile",
    });
    let next = `${url}/auth?${query}`;
    for (let i = 0; i < 10; i++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const page = await fetch(next, { redirect: "manual", headers: { cookie } });
      for (const line of page.headers.getSetCookie()) {
        const [name, value] = line.split(";")[0].split("=");
        cookies.set(name, value);
      }
      next = new URL(page.headers.get("location"), url).href;
      if (next.startsWith(redirect)) return new URL(next).searchParams.get("code");
    }
    throw new Error("no way back to the app");
  }

  return {
    url,
    asked,
    async idToken(sub, client = "app") {
      accountId = sub;
      const code = await authorize(client);
      const body = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirect });
      const authorization = `Basic ${Buffer.from(`${client}:secret`).toString("base64")}`;
      const tokens = await fetch(`${url}/token`, { method: "POST", headers: { authorization }, body });
      if (!tokens.ok) throw new Error(await tokens.text());
      return (await tokens.json()).id_token;
    },
    stop: () => new Promise((done) => http.close(done).closeAllConnections()),
  };
}
