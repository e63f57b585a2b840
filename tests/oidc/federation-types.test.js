// Sign-in by npm's oidc-provider, and by providers of each type: Google, Apple, Amazon and Facebook as they answer.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";

import { decodeProtectedHeader, jwtVerify } from "jose";

import { freePort, startServer } from "../clients/lib/server.js";
import { startProvider } from "../clients/lib/upstream.js";
import { Flow } from "./lib/flow.js";
import { exchange } from "./lib/person.js";
import { makePool } from "./lib/pool.js";
import { leave, refused, tokensOf, travel } from "./lib/travel.js";
import { Upstream } from "./lib/upstream.js";

let server, upstream, google, apple, pool;

before(async () => {
  [upstream, google, apple] = await Promise.all([Upstream.start(), Upstream.start(), Upstream.start()]);
  server = await startServer("--set", `identity.google_issuer=${google.url}`, "--set", `identity.apple_issuer=${apple.url}`);
  pool = await makePool(server);
});
beforeEach(() => [upstream, google, apple].forEach((each) => each.reset()));
after(() => Promise.all([upstream, google, apple, server].map((each) => each?.stop())));

async function withProvider(ProviderName, ProviderType, ProviderDetails, AttributeMapping = { email: "email" }) {
  await pool.call("CreateIdentityProvider", { ProviderName, ProviderType, ProviderDetails, AttributeMapping });
  return new Flow(server, pool, await pool.client({ SupportedIdentityProviders: [ProviderName] }));
}

// As a browser: redirects and cookies at the provider, until it leads back.
async function throughProvider(url, back) {
  const cookies = new Map();
  for (let i = 0; i < 10 && !url.startsWith(back); i++) {
    const answer = await exchange(url, { headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") } });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) cookies.set(...line.split(";")[0].split("="));
    assert.ok(answer.headers.location, `${answer.status} ${answer.text}`);
    url = new URL(answer.headers.location, url).href;
  }
  return url;
}

for (const auth of ["client_secret_post", "client_secret_basic"]) {
  test(`npm's oidc-provider, by ${auth}`, async () => {
    const name = auth.replaceAll("_", "-");
    const back = `${server.url}/oauth2/idpresponse`;
    const provider = await startProvider(back, { auth });
    try {
      const flow = await withProvider(name, "OIDC", {
        client_id: "lifeguard",
        client_secret: "a secret of ours",
        authorize_scopes: "openid email profile",
        attributes_request_method: "GET",
        oidc_issuer: provider.url,
      }, { email: "email", email_verified: "email_verified", name: "name" });
      Object.assign(provider.who, { sub: "carol", claims: { email: "carol@example.com", email_verified: true, name: "Carol" } });
      const fields = { identity_provider: name };
      const { person, page } = await leave(flow, fields);
      const { claims } = await tokensOf(flow, await person.open(await throughProvider(page.sentTo.url, back)));
      assert.equal(claims["cognito:username"], `${name}_carol`);
      assert.deepEqual([claims.email, claims.email_verified, claims.name], ["carol@example.com", true, "Carol"]);
      provider.who.refuse = true;
      const other = await leave(flow, fields);
      refused({ person: other.person, page: await other.person.open(await throughProvider(other.page.sentTo.url, back)) }, /^No\.$/, "access_denied");
    } finally {
      await provider.stop();
    }
  });
}

test("Google: its issuer, with or without scheme", async () => {
  const flow = await withProvider("Google", "Google", { client_id: "g", client_secret: "gs", authorize_scopes: "email profile openid" });
  google.next = { sub: "1029384756", info: { email: "g@gmail.example" } };
  const { page, query } = await travel(google, flow, { identity_provider: "Google", login_hint: "g@gmail.example" });
  assert.equal(query.login_hint, "g@gmail.example");
  const { claims } = await tokensOf(flow, page);
  assert.equal(claims["cognito:username"], "Google_1029384756");
  assert.equal(claims.identities[0].providerType, "Google");
});

test("Apple: a secret that we sign, an answer by a form, a name that comes once", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const details = {
    client_id: "com.example.service",
    team_id: "TEAM",
    key_id: "KEY",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    authorize_scopes: "email name",
  };
  const flow = await withProvider("SignInWithApple", "SignInWithApple", details, { email: "email", email_verified: "email_verified", given_name: "firstName", family_name: "lastName" });
  apple.discovery = { userinfo_endpoint: undefined, code_challenge_methods_supported: undefined };
  apple.next = { sub: "000123.abc", claims: { email: "a@privaterelay.example", email_verified: "true" } };
  const { person, page, query } = await leave(flow, { identity_provider: "SignInWithApple", login_hint: "x", prompt: "login" });
  assert.equal(query.response_mode, "form_post");
  assert.equal(query.prompt, undefined);
  const answer = apple.authorize(query);
  const user = JSON.stringify({ name: { firstName: "Ada", lastName: "Lovelace" }, email: "evil@evil.example" });
  const foreign = { origin: "https://appleid.apple.com", "sec-fetch-site": "cross-site", cookie: "" };
  const moved = await person.request(query.redirect_uri, { method: "POST", fields: { ...answer, user }, headers: foreign });
  assert.equal(moved.status, 303);
  const back = await person.open(new URL(moved.headers.location, server.url).href);
  const { claims } = await tokensOf(flow, back);
  assert.equal(claims["cognito:username"], "SignInWithApple_000123.abc");
  assert.deepEqual([claims.email, claims.email_verified, claims.given_name, claims.family_name], ["a@privaterelay.example", true, "Ada", "Lovelace"]);
  const { client_secret } = apple.asked("/token")[0].body;
  assert.equal(decodeProtectedHeader(client_secret).kid, "KEY");
  const { payload } = await jwtVerify(client_secret, publicKey, { issuer: "TEAM", subject: "com.example.service", audience: "https://appleid.apple.com", algorithms: ["ES256"] });
  assert.ok(payload.exp - payload.iat <= 300);
  assert.ok(!server.log.includes(client_secret) && !server.log.includes("PRIVATE KEY"));
});

test("Apple: a key that is none is told, and nobody is asked", async () => {
  const details = { client_id: "x", team_id: "T", key_id: "K", private_key: "bm8ga2V5", authorize_scopes: "email" };
  await pool.call("UpdateIdentityProvider", { ProviderName: "SignInWithApple", ProviderDetails: details });
  const flow = new Flow(server, pool, await pool.client({ SupportedIdentityProviders: ["SignInWithApple"] }));
  refused(await travel(apple, flow, { identity_provider: "SignInWithApple" }), /private_key is no key for ES256/);
  assert.equal(apple.asked("/token").length, 0);
});

const places = (attributes) => ({ authorize_url: `${upstream.url}/authorize`, token_url: `${upstream.url}/token`, attributes_url: `${upstream.url}${attributes}` });

test("Amazon: a profile says who it is", async () => {
  const flow = await withProvider("LoginWithAmazon", "LoginWithAmazon", { client_id: "a", client_secret: "as", authorize_scopes: "profile postal_code", ...places("/userinfo") });
  upstream.userInfo = { user_id: "amzn1.account.X", email: "z@amazon.example", name: "Z" };
  const { page, query } = await travel(upstream, flow, { identity_provider: "LoginWithAmazon" });
  assert.deepEqual([query.scope, query.nonce, query.code_challenge], ["profile postal_code", undefined, undefined]);
  const { claims } = await tokensOf(flow, page);
  assert.equal(claims["cognito:username"], "LoginWithAmazon_amzn1.account.X");
  assert.equal(claims.email, "z@amazon.example");
  upstream.userInfo = { email: "z@amazon.example" };
  refused(await travel(upstream, flow, { identity_provider: "LoginWithAmazon" }), /does not say who this is/);
  upstream.userInfo = { user_id: { a: 1 } };
  refused(await travel(upstream, flow, { identity_provider: "LoginWithAmazon" }), /does not say who this is/);
  upstream.lies.tokens = () => ({ access_token: "two\r\nlines" });
  refused(await travel(upstream, flow, { identity_provider: "LoginWithAmazon" }), /no access_token/);
});

test("Facebook: what is mapped is asked for, and the secret stands in no address", async () => {
  const flow = await withProvider("Facebook", "Facebook", { client_id: "f", client_secret: "fs", authorize_scopes: "public_profile, email", api_version: "v17.0", ...places("/me?fields=") }, { email: "email", name: "name", nickname: "name" });
  upstream.userInfo = { id: "42", name: "F" };
  const { page } = await travel(upstream, flow, { identity_provider: "Facebook" });
  const { claims } = await tokensOf(flow, page);
  assert.equal(claims["cognito:username"], "Facebook_42");
  assert.equal(claims.name, "F");
  assert.equal(upstream.asked("/me")[0].query.fields, "id,email,name");
  const [token] = upstream.asked("/token");
  assert.deepEqual([token.method, token.query, token.body.client_secret], ["POST", {}, "fs"]);
});

test("a provider that is not there is not waited for", async () => {
  const nobody = await freePort();
  const flow = await withProvider("Gone", "OIDC", { client_id: "x", authorize_scopes: "openid", attributes_request_method: "GET", oidc_issuer: `http://127.0.0.1:${nobody}` });
  const start = Date.now();
  refused(await leave(flow, { identity_provider: "Gone" }), /^Gone Error - its addresses could not be found$/);
  assert.ok(Date.now() - start < 6000);
});
