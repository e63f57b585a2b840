// openid-client, unmodified: everything that it can ask of an authorization server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { decodeJwt, exportSPKI, generateKeyPair } from "jose";
import * as oidc from "openid-client";

import { failure, startServer } from "../clients/lib/server.js";
import { Person } from "./lib/person.js";
import { callback, makePool, signedOut } from "./lib/pool.js";

let server, pool, user, client, open, machine;
before(async () => {
  server = await startServer();
  pool = await makePool(server);
  [user, client, open, machine] = await Promise.all([pool.user(), pool.client(), pool.client({ secret: false }), pool.machine()]);
});
after(() => server?.stop());

// The library refuses plain HTTP unless it is told that this is a test.
const discover = (one, auth, metadata) =>
  oidc.discovery(new URL(pool.issuer), one.id, metadata ?? one.secret, auth ?? (one.secret ? undefined : oidc.None()), {
    execute: [oidc.allowInsecureRequests],
  });

// As a browser: to the address, through the pages, back with an address of the application.
async function visit(url, person = new Person(server)) {
  const page = await person.signIn(await person.open(url.href), user);
  return new URL(page.sentTo.url);
}

async function request(config, more = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const parameters = {
    redirect_uri: callback,
    scope: "openid email profile",
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  };
  return { parameters, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } };
}

async function signIn(config, { more, person, options } = {}) {
  const { parameters, checks } = await request(config, more);
  const back = await visit(oidc.buildAuthorizationUrl(config, parameters), person);
  return oidc.authorizationCodeGrant(config, back, checks, undefined, options);
}

test("discovery, code with PKCE, userinfo, refresh, revocation: a client with a secret", async () => {
  const config = await discover(client);
  assert.equal(config.serverMetadata().issuer, pool.issuer);
  const tokens = await signIn(config);
  const { sub, email } = tokens.claims();
  assert.equal(email, user.attributes.email);

  const info = await oidc.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(info.name, user.attributes.name);

  const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.equal(fresh.claims().sub, sub);
  assert.equal(fresh.claims().auth_time, tokens.claims().auth_time);

  await oidc.tokenRevocation(config, tokens.refresh_token);
  assert.equal((await failure(oidc.refreshTokenGrant(config, tokens.refresh_token))).error, "invalid_grant");
  assert.equal((await failure(oidc.fetchUserInfo(config, fresh.access_token, sub))).code, "OAUTH_WWW_AUTHENTICATE_CHALLENGE");
});

test("a client without secret", async () => {
  const config = await discover(open);
  const tokens = await signIn(config);
  assert.ok(await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub));
  assert.ok((await oidc.refreshTokenGrant(config, tokens.refresh_token)).access_token);
  await oidc.tokenRevocation(config, tokens.refresh_token);
});

test("a secret in the form instead of the header; a wrong one", async () => {
  const config = await discover(client, oidc.ClientSecretPost(client.secret));
  assert.ok((await signIn(config)).access_token);
  const wrong = await discover(client, oidc.ClientSecretBasic("w".repeat(52)));
  assert.equal((await failure(signIn(wrong))).error, "invalid_client");
});

test("client_credentials: all scopes, one, and one that is not the client's", async () => {
  const config = await discover(machine);
  const tokens = await oidc.clientCredentialsGrant(config);
  assert.deepEqual(decodeJwt(tokens.access_token).scope.split(" ").sort(), ["api/read", "api/write"]);
  assert.equal(tokens.refresh_token, undefined);
  const one = await oidc.clientCredentialsGrant(config, { scope: "api/read" });
  assert.equal(decodeJwt(one.access_token).scope, "api/read");
  assert.equal((await failure(oidc.clientCredentialsGrant(config, { scope: "api/other" }))).error, "invalid_scope");
});

test("introspection tells a resource server what holds, and of nothing else", async () => {
  const config = await discover(client);
  const tokens = await signIn(config);
  const found = await oidc.tokenIntrospection(config, tokens.access_token);
  assert.equal(found.active, true);
  assert.equal(found.sub, tokens.claims().sub);
  assert.equal(found.client_id, client.id);
  await oidc.tokenRevocation(config, tokens.refresh_token);
  assert.deepEqual(await oidc.tokenIntrospection(config, tokens.access_token), { active: false });
  assert.deepEqual(await oidc.tokenIntrospection(config, "nothing"), { active: false });
});

test("RP-initiated logout", async () => {
  const config = await discover(client);
  const person = new Person(server);
  const tokens = await signIn(config, { person });
  const state = oidc.randomState();
  const url = oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: signedOut, id_token_hint: tokens.id_token, state });
  const page = await person.open(url.href);
  assert.equal(page.sentTo.url, `${signedOut}?state=${state}`);
  const { parameters } = await request(config, { prompt: "none" });
  assert.equal((await person.open(oidc.buildAuthorizationUrl(config, parameters).href)).sentTo.params.error, "login_required");
});

test("a pushed authorization request", async () => {
  const config = await discover(client);
  const { parameters, checks } = await request(config);
  const url = await oidc.buildAuthorizationUrlWithPAR(config, parameters);
  assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", "request_uri"]);
  const tokens = await oidc.authorizationCodeGrant(config, await visit(url), checks);
  assert.equal(tokens.claims().email, user.attributes.email);
});

test("a device without a keyboard", async () => {
  const device = await pool.client({ secret: false, ClientName: "A television" });
  const config = await discover(device);
  const begin = () => oidc.initiateDeviceAuthorization(config, { scope: "openid email" });
  const poll = async (begun) => {
    await server.advance(6); // one question in five seconds
    return oidc.pollDeviceAuthorizationGrant(config, { ...begun, interval: 0.05 }, undefined, { signal: AbortSignal.timeout(5000) });
  };

  const begun = await begin();
  const person = new Person(server);
  let page = await person.open(begun.verification_uri);
  page = await person.submit(page, { user_code: "BBBB-BBBB" });
  assert.equal(page.status, 400, "a code that no device shows");
  page = await person.submit(page, { user_code: begun.user_code.toLowerCase().replace("-", " ") });
  assert.match(page.url, /\/login\?/);
  page = await person.submit(page, { username: user.username, password: user.password });
  assert.ok(page.words.includes("A television") && page.words.includes(begun.user_code), page.words);
  page = await person.submit(page, {}, { button: ["action", "connect"] });
  assert.equal(page.status, 200);
  const tokens = await poll(begun);
  assert.equal(tokens.claims().email, user.attributes.email);
  assert.equal((await failure(poll(begun))).error, "invalid_grant");

  // By the address with the code, by somebody who is signed in; he may say no.
  const other = await begin();
  page = await person.submit(await person.open(other.verification_uri_complete));
  page = await person.submit(page, {}, { button: ["action", "deny"] });
  assert.equal((await failure(poll(other))).error, "access_denied");
});

test("private_key_jwt instead of a secret", async () => {
  const keys = await generateKeyPair("ES256", { extractable: true });
  const bot = await pool.machine();
  await pool.registerKey(bot, await exportSPKI(keys.publicKey));
  const config = await discover(bot, oidc.PrivateKeyJwt(keys.privateKey), {});
  assert.ok((await oidc.clientCredentialsGrant(config, { scope: "api/read" })).access_token);
  const stranger = await generateKeyPair("ES256");
  const wrong = await discover(bot, oidc.PrivateKeyJwt(stranger.privateKey), {});
  assert.equal((await failure(oidc.clientCredentialsGrant(wrong))).error, "invalid_client");
});

test("DPoP: tokens that are worth nothing to who finds them", async () => {
  const config = await discover(open);
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair("ES256"));
  const tokens = await signIn(config, { options: { DPoP } });
  assert.equal(tokens.token_type, "dpop");
  assert.equal(decodeJwt(tokens.access_token).cnf.jkt, await DPoP.calculateThumbprint());
  const { sub } = tokens.claims();
  assert.equal((await oidc.fetchUserInfo(config, tokens.access_token, sub, { DPoP })).sub, sub);
  await failure(oidc.fetchUserInfo(config, tokens.access_token, sub));
  const fresh = await oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
  assert.equal(fresh.token_type, "dpop");
  const thief = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair("ES256"));
  await failure(oidc.fetchUserInfo(config, fresh.access_token, sub, { DPoP: thief }));
  assert.equal((await failure(oidc.refreshTokenGrant(config, fresh.refresh_token ?? tokens.refresh_token, undefined, { DPoP: thief }))).error, "invalid_grant");
});

test("response_mode=form_post", async () => {
  const config = await discover(client);
  const { parameters, checks } = await request(config, { response_mode: "form_post" });
  const person = new Person(server);
  const page = await person.signIn(await person.open(oidc.buildAuthorizationUrl(config, parameters).href), user);
  assert.equal(page.sentTo.posted, true);
  const posted = new Request(callback, { method: "POST", body: new URLSearchParams(page.sentTo.params) });
  assert.ok((await oidc.authorizationCodeGrant(config, posted, checks)).access_token);
});
