// Cognito's letter: names, order and form of what the endpoints answer, as clients that were written for it read it
// (spec/oauth-endpoints.md, spec/tokens.md). What RFCs ask for is in rules.test.js and plans.test.js.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { decodeJwt } from "jose";

import { startServer } from "../clients/lib/server.js";
import { Flow, random } from "./lib/flow.js";
import { exchange, formBody, Person } from "./lib/person.js";
import { callback, makePool, signedOut, standardScopes } from "./lib/pool.js";

let server, pool, user, flow, open, machine;
before(async () => {
  server = await startServer();
  pool = await makePool(server, { pool: { Schema: [{ Name: "tier", AttributeDataType: "String", Mutable: true }] } });
  user = await pool.user({ "custom:tier": "gold" });
  const of = async (client) => new Flow(server, pool, await client);
  [flow, open, machine] = await Promise.all([
    of(pool.client()),
    of(pool.client({ secret: false, AllowedOAuthFlows: ["code", "implicit"] })),
    of(pool.machine()),
  ]);
});
after(() => server?.stop());

const keysOf = (text) => Object.keys(JSON.parse(text));
const partOf = (token, i) => Buffer.from(token.split(".")[i], "base64url").toString();
const queryOf = (url) => [...new URLSearchParams(url.split(/[?#]/)[1]).keys()];
const code = async (from, fields) => (await from.authorize(fields, user)).params.code;
const client = async (more) => new Flow(server, pool, await pool.client(more));

// ---- where the browser is sent ----

test("a request goes to /login with the same query", async () => {
  const url = open.authorizeUrl({ login_hint: "ann b", nonce: "n", identity_provider: "COGNITO" });
  const answer = await exchange(url);
  assert.equal(answer.status, 302);
  const [path, query] = answer.headers.location.split("?");
  assert.equal(path, "/login");
  assert.deepEqual([...new URLSearchParams(query)], [...new URL(url).searchParams]);
  assert.equal((await exchange(url, { method: "HEAD" })).headers.location, answer.headers.location);
});

test("code and state stand in this order, the code in the address alone", async () => {
  const { page } = await open.authorize({ state: "a b+c&d=é" }, user);
  assert.deepEqual(queryOf(page.sentTo.url), ["code", "state", "iss"]);
  assert.equal(page.sentTo.params.state, "a b+c&d=é");
  assert.equal(page.text, "");
});

test("tokens at once: an ID token first, if openid was asked for; type, life and state behind", async () => {
  const both = (await open.authorize({ response_type: "token", scope: "openid email" }, user)).page.sentTo;
  assert.ok(both.url.startsWith(`${callback}#`));
  assert.deepEqual(queryOf(both.url), ["id_token", "access_token", "expires_in", "token_type", "state", "iss"]);
  assert.deepEqual([both.params.expires_in, both.params.token_type], ["3600", "Bearer"]);
  const one = (await open.authorize({ response_type: "token", scope: "aws.cognito.signin.user.admin" }, user)).page.sentTo;
  assert.deepEqual(queryOf(one.url), ["access_token", "expires_in", "token_type", "state", "iss"]);
});

test("an error has its description first", async () => {
  const page = await new Person(server).open(flow.authorizeUrl({ scope: "nothing", state: "s" }));
  assert.deepEqual(queryOf(page.sentTo.url), ["error_description", "error", "state", "iss"]);
});

test("no scope asked for is all that the client has", async () => {
  const all = await open.signIn({ scope: undefined }, user);
  assert.equal(decodeJwt(all.tokens.access_token).scope, standardScopes.join(" "));
});

test("error pages of ours are 400 and name neither address nor reason of the request", async () => {
  for (const [fields, location] of [
    [{ redirect_uri: "https://evil.example/" }, `/error?error=redirect_mismatch&client_id=${open.client.id}`],
    [{ client_id: "nobody0000000000000000000" }, "/error?error=invalid_request"],
  ]) {
    const answer = await exchange(open.authorizeUrl(fields));
    assert.deepEqual([answer.status, answer.headers.location], [302, location]);
    const page = await exchange(server.url + location);
    assert.equal(page.status, 400);
    assert.ok(!page.text.includes("evil.example"));
  }
});

test("pages take the parameters of a request", async () => {
  for (const path of ["/login", "/signup", "/forgotPassword"]) {
    const page = await new Person(server).open(open.url(path, open.request({ lang: "de" })));
    assert.equal(page.status, 200, path);
    assert.equal(page.headers["content-language"], "de", path);
    const elsewhere = await new Person(server).open(open.url(path, open.request({ redirect_uri: "https://evil.example/" })));
    assert.equal(elsewhere.status, 400, path);
  }
});

test("the fields of Cognito's sign-in form are enough", async () => {
  const person = new Person(server);
  const page = await person.open(open.authorizeUrl());
  const token = person.cookies.get("XSRF-TOKEN").value;
  assert.match(token, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const fields = { _csrf: token, username: user.username, password: user.password, cognitoAsfData: "e30=", signInSubmitButton: "Sign in" };
  const answer = await person.request(page.url, { method: "POST", fields });
  assert.equal(answer.status, 303);
  assert.deepEqual(queryOf(answer.headers.location), ["code", "state", "iss"]);
});

// ---- the token endpoint ----

test("what a code, a refresh and a client get: members, their order, their types", async () => {
  const given = await open.redeem(await code(open, { scope: "openid" }));
  assert.equal(given.status, 200, given.text);
  assert.equal(given.headers["content-type"], "application/json;charset=UTF-8");
  assert.deepEqual(keysOf(given.text), ["id_token", "access_token", "refresh_token", "expires_in", "token_type"]);
  assert.deepEqual([given.body.expires_in, given.body.token_type], [3600, "Bearer"]);
  const fresh = await open.refresh(given.body.refresh_token);
  assert.deepEqual(keysOf(fresh.text), ["id_token", "access_token", "expires_in", "token_type"]);
  const plain = await open.redeem(await code(open, { scope: "aws.cognito.signin.user.admin" }));
  assert.deepEqual(keysOf(plain.text), ["access_token", "refresh_token", "expires_in", "token_type"]);
  const own = await machine.token({ grant_type: "client_credentials" });
  assert.deepEqual(keysOf(own.text), ["access_token", "expires_in", "token_type"]);
});

test("expires_in is the life of the access token", async () => {
  const short = await client({ AccessTokenValidity: 7, IdTokenValidity: 30, TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes" } });
  const { tokens } = await short.signIn({}, user);
  assert.equal(tokens.expires_in, 420);
  for (const [token, life] of [[tokens.access_token, 420], [tokens.id_token, 1800]]) {
    const { iat, exp } = decodeJwt(token);
    assert.equal(exp - iat, life);
  }
});

test("another redirect_uri, even by a slash, is a bare unauthorized_client; in a strict pool invalid_grant", async () => {
  const other = await open.redeem(await code(open), { redirect_uri: `${callback}/` });
  assert.deepEqual([other.status, other.text], [400, '{"error":"unauthorized_client"}']);
  const letters = await makePool(server, { strict: true });
  const somebody = await letters.user();
  const strict = new Flow(server, letters, await letters.client());
  const { params } = await strict.authorize({}, somebody);
  assert.equal((await strict.redeem(params.code, { redirect_uri: `${callback}/` })).body.error, "invalid_grant");
});

test("names that say it all have no description", async () => {
  const nobody = await open.post("/oauth2/token", { grant_type: "refresh_token", refresh_token: "x", client_id: "nobody" });
  assert.equal(nobody.text, '{"error":"invalid_client"}');
  assert.equal((await open.token({ grant_type: "password" })).text, '{"error":"unsupported_grant_type"}');
  assert.equal((await machine.token({ grant_type: "client_credentials", scope: "openid" })).text, '{"error":"invalid_scope"}');
});

test("a scope whose attributes the client may not read gives no tokens; in a strict pool what it may", async () => {
  const narrow = await client({ ReadAttributes: ["email", "phone_number", "phone_number_verified"] });
  const refused = await narrow.redeem(await code(narrow, { scope: "openid email" }));
  assert.deepEqual([refused.status, refused.text], [400, '{"error":"invalid_grant"}']);
  const phone = await narrow.signIn({ scope: "openid phone" }, user);
  assert.equal(phone.claims.phone_number_verified, true);
  assert.equal((await narrow.signIn({ scope: "openid profile" }, user)).claims.name, undefined);
  const letters = await makePool(server, { strict: true });
  const strict = new Flow(server, letters, await letters.client({ ReadAttributes: ["email"] }));
  const { claims } = await strict.signIn({ scope: "openid email" }, await letters.user());
  assert.ok(claims.email && claims.email_verified === undefined);
});

test("either of two secrets proves the client", async () => {
  const twice = new Flow(server, pool, await pool.machine());
  const { ClientSecretDescriptor } = await pool.call("AddUserPoolClientSecret", { ClientId: twice.client.id });
  for (const secret of [twice.client.secret, ClientSecretDescriptor.ClientSecretValue]) {
    for (const post of [true, false]) {
      const answer = await twice.token({ grant_type: "client_credentials" }, { client: { ...twice.client, secret }, post });
      assert.equal(answer.status, 200, answer.text);
    }
  }
});

test("a body of another type, or another method, is refused", async () => {
  const asJson = await exchange(`${server.url}/oauth2/token`, { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
  assert.equal(asJson.status, 400);
  assert.equal(JSON.parse(asJson.text).error, "invalid_request");
  for (const method of ["GET", "PUT", "DELETE"]) assert.equal((await exchange(`${server.url}/oauth2/token`, { method })).status, 405, method);
});

test("a resource is named once, at either end, and stays with the grant (RFC 8707)", async () => {
  const resource = "https://api.example.com/v1";
  const audience = (answer) => decodeJwt(answer.body.access_token).aud;
  const early = await open.redeem(await code(open, { resource }), { resource });
  assert.equal(audience(early), resource);
  assert.equal(audience(await open.refresh(early.body.refresh_token)), resource);
  assert.equal(audience(await open.refresh(early.body.refresh_token, { resource })), resource);
  assert.equal((await open.refresh(early.body.refresh_token, { resource: "https://other.example/" })).body.error, "invalid_target");
  assert.equal((await open.redeem(await code(open, { resource }), { resource: "https://other.example/" })).body.error, "invalid_target");
  const late = await open.redeem(await code(open), { resource });
  assert.equal(audience(late), resource);
  assert.equal(audience(await open.refresh(late.body.refresh_token)), resource);
  const any = await open.redeem(await code(open));
  assert.equal(audience(any), undefined);
  assert.equal(audience(await open.refresh(any.body.refresh_token, { resource })), resource);
  assert.equal(audience(await open.refresh(any.body.refresh_token)), undefined);
  for (const wrong of ["http://api.example.com", "api", "https://api.example.com/#part", "https:///x"]) {
    const away = (await new Person(server).open(open.authorizeUrl({ resource: wrong }))).sentTo;
    assert.equal(away.params.error, "invalid_request", wrong);
    assert.equal((await machine.token({ grant_type: "client_credentials", resource: wrong })).body.error, "invalid_target", wrong);
  }
  for (const right of ["http://localhost:8080/api", "myapp://api", "HTTPS://API.example.com"]) {
    assert.equal(audience(await machine.token({ grant_type: "client_credentials", resource: right })), right);
  }
});

// ---- tokens ----

test("two keys, the first of the set signs ID tokens; a header is kid and alg", async () => {
  const { keys } = await open.keys();
  const { tokens } = await open.signIn({}, user);
  assert.equal(keys.length, 2);
  for (const [i, token] of [tokens.id_token, tokens.access_token].entries()) {
    assert.equal(partOf(token, 0), JSON.stringify({ kid: keys[i].kid, alg: "RS256" }));
    assert.match(keys[i].kid, /^[A-Za-z0-9+/]{43}=$/);
    assert.deepEqual(Object.keys(keys[i]), ["alg", "e", "kid", "kty", "n", "use"]);
    assert.deepEqual([keys[i].alg, keys[i].e, keys[i].kty, keys[i].use], ["RS256", "AQAB", "RSA", "sig"]);
  }
  assert.equal(tokens.refresh_token.split(".").length, 5);
  assert.ok(tokens.refresh_token.startsWith("eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoi"));
});

test("claims of the pages' tokens", async () => {
  const { tokens, claims } = await open.signIn({ nonce: "n-1" }, user);
  const access = decodeJwt(tokens.access_token);
  for (const absent of ["azp", "amr", "acr", "username", "client_id", "scope"]) assert.equal(claims[absent], undefined, absent);
  assert.ok(claims.at_hash);
  assert.equal(claims.nonce, "n-1");
  assert.deepEqual([claims.aud, claims.token_use, claims["cognito:username"]], [open.client.id, "id", user.username]);
  assert.deepEqual([claims.email_verified, claims.phone_number_verified], [true, true]);
  assert.deepEqual(claims.address, { formatted: user.attributes.address });
  assert.equal(claims["custom:tier"], "gold");
  assert.deepEqual([access.version, access.client_id, access.token_use, access.username], [2, open.client.id, "access", user.username]);
  for (const absent of ["aud", "email", "nonce", "at_hash"]) assert.equal(access[absent], undefined, absent);
  for (const same of ["sub", "origin_jti", "event_id", "auth_time", "iat"]) assert.equal(access[same], claims[same], same);
  assert.notEqual(access.jti, claims.jti);
  const fresh = (await open.refresh(tokens.refresh_token)).body;
  const later = decodeJwt(fresh.id_token);
  assert.deepEqual([later.origin_jti, later.auth_time, later.sub], [claims.origin_jti, claims.auth_time, claims.sub]);
  assert.equal(decodeJwt(fresh.access_token).scope, access.scope);
});

test("claims of a client's own token", async () => {
  const { body } = await machine.token({ grant_type: "client_credentials", scope: "api/write" });
  const claims = decodeJwt(body.access_token);
  assert.deepEqual(Object.keys(claims).sort(), ["auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sub", "token_use", "version"]);
  assert.deepEqual([claims.sub, claims.client_id, claims.scope, claims.version], [machine.client.id, machine.client.id, "api/write", 2]);
});

// ---- userInfo, revoke ----

test("userInfo answers texts, of the scopes alone", async () => {
  const told = async (scope) => {
    const { tokens } = await open.signIn({ scope }, user);
    const answer = await open.userInfo(tokens.access_token);
    assert.equal(answer.headers["content-type"], "application/json;charset=UTF-8");
    for (const [name, value] of Object.entries(answer.body)) assert.equal(typeof value, "string", name);
    return answer.body;
  };
  assert.deepEqual(Object.keys(await told("openid email")).sort(), ["email", "email_verified", "sub", "username"]);
  assert.deepEqual(Object.keys(await told("openid phone")).sort(), ["phone_number", "phone_number_verified", "sub", "username"]);
  const { sub, username, ...rest } = await told("openid");
  assert.deepEqual(rest, user.attributes);
  assert.equal(username, user.username);
  assert.deepEqual(await told("openid profile"), { sub, username, ...rest });
  assert.deepEqual([rest.email_verified, rest.address, rest["custom:tier"]], ["true", user.attributes.address, "gold"]);
});

test("what userInfo refuses, it says in the header, too", async () => {
  const gone = "Access token is expired, disabled, or deleted, or the user has globally signed out.";
  const none = await open.userInfo("", { headers: {} });
  assert.equal(none.status, 400);
  assert.equal(none.headers["www-authenticate"], 'Bearer error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"');
  const wrong = await open.userInfo("x.y.z");
  assert.equal(wrong.status, 401);
  assert.deepEqual(wrong.body, { error: "invalid_token", error_description: gone });
  assert.equal(wrong.headers["www-authenticate"], `Bearer error="invalid_token", error_description="${gone}"`);
  const bound = await open.userInfo("", { headers: { authorization: "DPoP x.y.z" } });
  assert.equal(bound.headers["www-authenticate"],
    `DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512", error="invalid_token", error_description="${gone}"`);
});

test("revocation: of a client without secret by its id; not where tokens cannot be revoked", async () => {
  const { tokens } = await open.signIn({}, user);
  const answer = await open.post("/oauth2/revoke", { token: tokens.refresh_token, client_id: open.client.id });
  assert.deepEqual([answer.status, answer.text], [200, ""]);
  assert.equal((await open.userInfo(tokens.access_token)).status, 401);
  const lasting = await client({ secret: false, EnableTokenRevocation: false });
  const kept = (await lasting.signIn({}, user)).tokens;
  const refused = await lasting.post("/oauth2/revoke", { token: kept.refresh_token, client_id: lasting.client.id });
  assert.deepEqual([refused.status, refused.body.error], [400, "invalid_request"]);
  assert.equal(decodeJwt(kept.access_token).jti, undefined);
  assert.equal((await lasting.refresh(kept.refresh_token)).status, 200);
});

// ---- sessions, sign-out ----

test("a session is the pool's: any client goes on with it, until /logout, which leaves refresh tokens alone", async () => {
  const person = new Person(server);
  const { tokens } = await open.signIn({}, user, person);
  assert.ok((await person.open(flow.authorizeUrl())).sentTo.params.code);
  const out = await person.open(`${server.url}/logout?${formBody({ client_id: flow.client.id, logout_uri: signedOut })}`);
  assert.equal(out.sentTo.url, signedOut);
  assert.match((await person.open(open.authorizeUrl())).url, /\/login\?/);
  assert.equal((await open.refresh(tokens.refresh_token)).status, 200);
});

test("sign-out with redirect_uri leads to the sign-in page of the same request", async () => {
  const person = new Person(server);
  await open.signIn({}, user, person);
  const request = open.request({ scope: "openid email" });
  const answer = await person.request(open.url("/logout", request));
  assert.equal(answer.status, 302);
  const [path, query] = answer.headers.location.split("?");
  assert.deepEqual([path, Object.fromEntries(new URLSearchParams(query))], ["/login", request]);
});

test("where sessions are tracked, each client says how old one may be; 0 is none at all", async () => {
  const tracked = await makePool(server);
  const somebody = await tracked.user();
  await tracked.call("SetUserPoolSessionConfiguration", { UserSessionTracking: "ENABLED", TokenSession: { MaxPerUser: 20 } });
  const withMinutes = async (minutes) => {
    const made = await tracked.client();
    if (minutes !== undefined)
      await tracked.call("SetUserPoolClientSessionConfiguration", { ClientId: made.id, SSOSession: { MaxValidityMinutes: minutes } });
    return new Flow(server, tracked, made);
  };
  const [usual, never, long] = await Promise.all([withMinutes(undefined), withMinutes(0), withMinutes(180)]);
  const person = new Person(server);
  await usual.authorize({}, somebody, person);
  const goesOn = async (from) => Boolean((await person.open(from.authorizeUrl({ prompt: "none", state: random() }))).sentTo.params.code);
  assert.deepEqual([await goesOn(usual), await goesOn(never), await goesOn(long)], [true, false, true]);
  await server.advance(3601);
  assert.deepEqual([await goesOn(usual), await goesOn(never), await goesOn(long)], [false, false, true]);
  await server.advance(2 * 3600);
  assert.equal(await goesOn(long), false);
});
