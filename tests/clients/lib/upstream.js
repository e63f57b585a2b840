// npm's oidc-provider as somebody else's identity provider, in whose place nobody has to type anything: who comes is
// signed in as `sub`.

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import Provider from "oidc-provider";

export async function startProvider(redirect, { auth = "client_secret_post" } = {}) {
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = `http://127.0.0.1:${http.address().port}`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const who = { sub: "alice", claims: {} };

  const provider = new Provider(url, {
    clients: [{ client_id: "lifeguard", client_secret: "a secret of ours", redirect_uris: [redirect], token_endpoint_auth_method: auth }],
    clientAuthMethods: [auth],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: ["provider"] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...who.claims }) }),
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "provider-1", use: "sig" }] },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  http.on("request", (request, response) =>
    request.url.startsWith("/interaction/")
      ? provider.interactionFinished(request, response, who.refuse ? { error: "access_denied", error_description: "No." } : { login: { accountId: who.sub } }, { mergeWithLastSubmission: false })
      : answer(request, response),
  );
  return { url, who, stop: () => new Promise((done) => http.close(done).closeAllConnections()) };
}
