// RFC 9700 line by line (shared list: ATTACKS.md 2), where it is about requests, codes and tokens.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { decodeJwt } from "jose";

import { startServer } from "../clients/lib/server.js";
import { challengeOf, Flow, newVerifier, random } from "./lib/flow.js";
import { exchange, Person } from "./lib/person.js";
import { callback, makePool } from "./lib/pool.js";

let server, pool, user, flow, other, open, machine, implicit;
before(async () => {
  server = await startServer();
  pool = await makePool(server);
  user = await pool.user();
  const of = async (client) => new Flow(server, pool, await client);
  [flow, other, open, machine, implicit] = await Promise.all([
    of(pool.client()),
    of(pool.client()),
    of(pool.client({ secret: false })),
    of(pool.machine()),
    of(pool.client({ secret: false, AllowedOAuthFlows: ["implicit"] })),
  ]);
});
after(() => server?.stop());

const refused = (answer, error) => {
  assert.equal(answer.status, 400, answer.text);
  assert.equal(answer.body.error, error);
};

const code = async (from, fields) => (await from.authorize(fields, user)).params.code;

async function redirected(from, fields) {
  const page = await new Person(server).open(from.authorizeUrl(fields));
  assert.ok(page.sentTo, `${page.url} ${page.status}`);
  return page.sentTo;
}

// ---- PKCE ----

test("a challenge asks for its verifier; without, or with another, nothing is given", async () => {
  const verifier = newVerifier();
  const pkce = { code_challenge: challengeOf(verifier), code_challenge_method: "S256" };
  refused(await flow.redeem(await code(flow, pkce)), "invalid_grant");
  refused(await flow.redeem(await code(flow, pkce), { code_verifier: newVerifier() }), "invalid_grant");
  refused(await flow.redeem(await code(flow, pkce), { code_verifier: "" }), "invalid_grant");
  refused(await flow.redeem(await code(flow, pkce), { code_verifier: challengeOf(verifier) }), "invalid_grant");
  assert.equal((await flow.redeem(await code(flow, pkce), { code_verifier: verifier })).status, 200);
});

test("a verifier without a challenge is refused: somebody took the challenge out (CVE-2024-23647)", async () => {
  refused(await flow.redeem(await code(flow, {}), { code_verifier: newVerifier() }), "invalid_grant");
});

test("S256 is the only method", async () => {
  const verifier = newVerifier();
  for (const fields of [
    { code_challenge: verifier, code_challenge_method: "plain" },
    { code_challenge: verifier },
    { code_challenge_method: "S256" },
    { code_challenge: challengeOf(verifier), code_challenge_method: "s256" },
    { code_challenge: "short", code_challenge_method: "S256" },
    { code_challenge: `${challengeOf(verifier)}=`, code_challenge_method: "S256" },
  ]) {
    const { params } = await redirected(flow, fields);
    assert.equal(params.error, "invalid_request", JSON.stringify(fields));
  }
});

test("a strict pool asks clients without secret for PKCE", async () => {
  const strict = await makePool(server, { strict: true });
  const client = new Flow(server, strict, await strict.client({ secret: false }));
  assert.equal((await redirected(client, {})).params.error, "invalid_request");
});

// ---- codes ----

test("a code is for one client, one address, once", async () => {
  refused(await other.redeem(await code(flow, {})), "invalid_grant");
  const other_address = await flow.redeem(await code(flow, {}), { redirect_uri: `${callback}/` });
  assert.ok(["unauthorized_client", "invalid_grant"].includes(other_address.body.error));
  const once = await code(flow, {});
  assert.equal((await flow.redeem(once)).status, 200);
  refused(await flow.redeem(once), "invalid_grant");
});

test("a code that a stranger tried is of no use to him, and the family ends when it comes twice", async () => {
  const given = await code(flow, {});
  const { body } = await flow.redeem(given);
  assert.equal((await flow.userInfo(body.access_token)).status, 200);
  refused(await flow.redeem(given), "invalid_grant");
  assert.equal((await flow.userInfo(body.access_token)).status, 401);
  refused(await flow.refresh(body.refresh_token), "invalid_grant");
});

test("64 at once redeem a code one time", async () => {
  const given = await code(flow, {});
  const answers = await Promise.all(Array.from({ length: 64 }, () => flow.redeem(given)));
  assert.ok(answers.filter((answer) => answer.status === 200).length <= 1);
  for (const answer of answers) if (answer.status !== 200) assert.equal(answer.body.error, "invalid_grant");
});

test("a code lives five minutes", async () => {
  const late = await code(flow, {});
  await server.advance(301);
  refused(await flow.redeem(late), "invalid_grant");
});

test("a code that is none, of another form, or another pool's", async () => {
  for (const wrong of ["", "x", crypto.randomUUID(), "0".repeat(5000), "../../x", "%00", "null"]) {
    const answer = await flow.redeem(wrong);
    assert.equal(answer.status, 400);
    assert.ok(["invalid_grant", "invalid_request"].includes(answer.body.error), wrong);
  }
});

// ---- requests ----

test("the answer names its issuer (RFC 9207), errors too", async () => {
  const away = await flow.authorize({}, user);
  assert.equal(away.params.iss, pool.issuer);
  assert.equal((await redirected(flow, { prompt: "none" })).params.iss, pool.issuer);
});

test("errors go to the application with its state, in the part that it reads", async () => {
  for (const [fields, error] of [
    [{ scope: "openid nothing" }, "invalid_scope"],
    [{ response_type: "nothing" }, "unsupported_response_type"],
    [{ response_type: "token" }, "unauthorized_client"],
    [{ prompt: "none login" }, "invalid_request"],
    [{ max_age: "-1" }, "invalid_request"],
    [{ resource: "http://api.example.com" }, "invalid_request"],
  ]) {
    const state = random();
    const away = await redirected(flow, { ...fields, state });
    assert.equal(away.params.error, error, JSON.stringify(fields));
    assert.equal(away.params.state, state);
    assert.ok(away.params.error_description);
  }
  const away = await redirected(implicit, { response_type: "token", scope: "openid nothing" });
  assert.equal(away.fragment, true);
  assert.equal(away.params.error, "invalid_scope");
});

test("tokens never stand in a query", async () => {
  assert.equal((await redirected(implicit, { response_type: "token", response_mode: "query" })).params.access_token, undefined);
  const away = await implicit.authorize({ response_type: "token", nonce: "n" }, user);
  assert.equal(away.fragment, true);
  assert.ok(away.params.access_token && away.params.id_token);
  assert.equal(away.params.refresh_token, undefined);
  assert.equal((await exchange(`${server.url}/oauth2/userInfo?access_token=${away.params.access_token}`)).status >= 400, true);
});

test("implicit is off in a strict pool", async () => {
  const strict = await makePool(server, { strict: true });
  const client = await strict.client({ secret: false, AllowedOAuthFlows: ["implicit"] });
  const away = await redirected(new Flow(server, strict, client), { response_type: "token" });
  assert.ok(["unauthorized_client", "unsupported_response_type"].includes(away.params.error), away.params.error);
});

test("a client without OAuth is none of the authorization server's", async () => {
  const plain = new Flow(server, pool, await pool.client({ AllowedOAuthFlowsUserPoolClient: false, AllowedOAuthFlows: undefined, AllowedOAuthScopes: undefined }));
  const page = await new Person(server).open(plain.authorizeUrl());
  assert.equal(page.sentTo?.params.code, undefined);
  refused(await plain.token({ grant_type: "client_credentials" }), "unauthorized_client");
});

test("a stranger's request at PAR, a used one, one of another client", async () => {
  const wrong = await flow.post("/oauth2/par", flow.request(), flow.basic({ ...flow.client, secret: "wrong" }));
  assert.equal(wrong.body.error, "invalid_client");
  const pushed = await flow.post("/oauth2/par", flow.request({ state: "pushed" }), flow.basic());
  assert.equal(pushed.status, 201, pushed.text);
  assert.ok(pushed.body.expires_in > 0 && pushed.body.expires_in <= 600);
  const foreign = await new Person(server).open(flow.url("/oauth2/authorize", { client_id: other.client.id, request_uri: pushed.body.request_uri }));
  assert.equal(foreign.sentTo, undefined);
  // What stands beside request_uri counts for nothing.
  const url = flow.url("/oauth2/authorize", { client_id: flow.client.id, request_uri: pushed.body.request_uri, state: "other", scope: "nothing", prompt: "none" });
  const page = await new Person(server).signIn(await new Person(server).open(url), user).catch(() => null);
  if (page) assert.notEqual(page.sentTo.params.state, "other");
  await server.advance(700);
  const late = await new Person(server).open(flow.url("/oauth2/authorize", { client_id: flow.client.id, request_uri: pushed.body.request_uri }));
  assert.equal(late.sentTo, undefined);
});

// ---- clients, scopes, tokens ----

test("a secret is asked for wherever there is one", async () => {
  const { id } = flow.client;
  const given = await code(flow, {});
  const grant = { grant_type: "authorization_code", code: given, redirect_uri: callback };
  for (const client of [{ id }, { id, secret: "" }, { id, secret: "x" }, { id: other.client.id, secret: flow.client.secret }]) {
    const answer = await flow.post("/oauth2/token", { ...grant, client_id: client.id, client_secret: client.secret });
    refused(answer, "invalid_client");
  }
  // Two ways at once, or a header about one client and a body about another.
  refused(await flow.post("/oauth2/token", { ...grant, client_id: other.client.id }, flow.basic()), "invalid_client");
  refused(await flow.post("/oauth2/token", { ...grant, client_secret: flow.client.secret }, flow.basic()), "invalid_client");
  assert.equal((await flow.redeem(given)).status, 200, "none of them used up the code");
});

test("scopes are the client's on every grant", async () => {
  refused(await machine.token({ grant_type: "client_credentials", scope: "openid" }), "invalid_scope");
  refused(await machine.token({ grant_type: "client_credentials", scope: "api/read api/nothing" }), "invalid_scope");
  refused(await machine.token({ grant_type: "client_credentials", scope: "aws.cognito.signin.user.admin" }), "invalid_scope");
  assert.equal((await redirected(flow, { scope: "openid api/read" })).params.error, "invalid_scope");
  const tokens = (await flow.signIn({ scope: "openid email" }, user)).tokens;
  const wider = await flow.refresh(tokens.refresh_token, { scope: "openid email phone" });
  refused(wider, "invalid_scope");
  const narrower = await flow.refresh(tokens.refresh_token, { scope: "openid" });
  assert.deepEqual(decodeJwt(narrower.body.access_token).scope.split(" "), ["openid"]);
});

test("grants that the client may not use, and those that there are not", async () => {
  refused(await flow.token({ grant_type: "client_credentials" }), "unauthorized_client");
  refused(await machine.token({ grant_type: "authorization_code", code: "x", redirect_uri: callback }), "unauthorized_client");
  for (const grant_type of ["password", "urn:ietf:params:oauth:grant-type:jwt-bearer", "AUTHORIZATION_CODE", "nothing"]) {
    refused(await flow.token({ grant_type }), "unsupported_grant_type");
  }
  refused(await flow.token({ grant_type: "" }), "invalid_request");
  refused(await flow.token({ grant_type: "refresh_token" }), "invalid_request");
});

test("a parameter that stands twice is refused", async () => {
  const answer = await exchange(`${server.url}/oauth2/token`, {
    method: "POST",
    body: "grant_type=client_credentials&scope=api%2Fread&scope=api%2Fwrite",
    headers: { "content-type": "application/x-www-form-urlencoded", ...machine.basic() },
  });
  assert.equal(JSON.parse(answer.text).error, "invalid_request");
});

test("a refresh token is one client's, and ends with revocation and sign-out everywhere", async () => {
  const { tokens } = await flow.signIn({}, user);
  refused(await other.refresh(tokens.refresh_token), "invalid_grant");
  refused(await flow.refresh(tokens.access_token), "invalid_grant");
  refused(await flow.refresh("nothing"), "invalid_grant");
  assert.equal((await flow.refresh(tokens.refresh_token)).status, 200);
  await pool.call("AdminUserGlobalSignOut", { Username: user.username });
  refused(await flow.refresh(tokens.refresh_token), "invalid_grant");
  assert.equal((await flow.userInfo(tokens.access_token)).status, 401);
});

test("rotation: the former token works in its grace only, and its reuse ends the family", async () => {
  const rotating = new Flow(server, pool, await pool.client({ RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 },
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] }));
  const { tokens } = await rotating.signIn({}, user);
  const second = await rotating.refresh(tokens.refresh_token);
  assert.ok(second.body.refresh_token && second.body.refresh_token !== tokens.refresh_token);
  assert.equal((await rotating.refresh(tokens.refresh_token)).status, 200);
  await server.advance(11);
  refused(await rotating.refresh(tokens.refresh_token), "invalid_grant");
  refused(await rotating.refresh(second.body.refresh_token), "invalid_grant");
});

test("revocation answers alike whatever the token, and asks who is calling", async () => {
  const { tokens } = await flow.signIn({}, user);
  const revoke = (token, headers = flow.basic(), more = {}) => flow.post("/oauth2/revoke", { token, ...more }, headers);
  assert.equal((await revoke("nothing")).status, 200);
  const asOther = await revoke(tokens.refresh_token, other.basic());
  assert.ok([200, 400].includes(asOther.status));
  assert.equal((await flow.refresh(tokens.refresh_token)).status, 200, "another client revokes nothing");
  assert.equal((await revoke(tokens.access_token)).body?.error, "unsupported_token_type");
  const stranger = await revoke(tokens.refresh_token, flow.basic({ ...flow.client, secret: "wrong" }));
  assert.equal(stranger.body.error, "invalid_client");
  assert.equal(stranger.status, 401);
  assert.equal((await revoke("")).body.error, "invalid_request");
  const kept = new Flow(server, pool, await pool.client({ EnableTokenRevocation: false }));
  const refused = await kept.post("/oauth2/revoke", { token: tokens.refresh_token }, kept.basic());
  assert.deepEqual([refused.status, refused.body.error], [400, "invalid_request"]);
  assert.equal((await revoke(tokens.refresh_token)).status, 200);
  assert.equal((await revoke(tokens.refresh_token)).status, 200);
});

test("userinfo is for access tokens with openid", async () => {
  const refusedToken = async (token) => {
    const answer = await flow.userInfo(token);
    assert.ok([400, 401].includes(answer.status), answer.text);
    assert.match(answer.headers["www-authenticate"], /error="/);
  };
  const { tokens } = await flow.signIn({}, user);
  await refusedToken(tokens.id_token);
  await refusedToken(tokens.refresh_token);
  await refusedToken("nothing");
  await refusedToken("");
  const plain = await flow.signIn({ scope: "aws.cognito.signin.user.admin" }, user);
  await refusedToken(plain.tokens.access_token);
  assert.equal(plain.tokens.id_token, undefined);
  const byApi = await pool.call("AdminInitiateAuth", { ClientId: open.client.id, AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters: { USERNAME: user.username, PASSWORD: user.password } }).catch(() => null);
  if (byApi) await refusedToken(byApi.AuthenticationResult.AccessToken);
});

test("with a resource the access token is for it alone (RFC 8707)", async () => {
  const { tokens } = await flow.signIn({ resource: "https://api.example.com/v1" }, user);
  assert.equal(decodeJwt(tokens.access_token).aud, "https://api.example.com/v1");
});

test("endpoints of applications answer pages of others, without cookies; pages do not", async () => {
  const token = await exchange(`${server.url}/oauth2/token`, { method: "POST", body: "grant_type=x", headers: { origin: "https://app.example", "content-type": "application/x-www-form-urlencoded", ...machine.basic() } });
  assert.equal(token.headers["access-control-allow-origin"], "*");
  assert.equal(token.headers["access-control-allow-credentials"], undefined);
  for (const path of ["/login", "/logout", "/oauth2/authorize"]) {
    const page = await exchange(flow.url(path, flow.request()), { headers: { origin: "https://app.example" } });
    assert.equal(page.headers["access-control-allow-origin"], undefined, path);
  }
});

test("what is answered to applications is kept by nobody", async () => {
  const given = await code(flow, {});
  for (const answer of [await flow.redeem(given), await flow.redeem(given), await flow.token({})]) {
    assert.match(answer.headers["cache-control"], /no-store/);
    assert.equal(answer.headers.pragma, "no-cache");
  }
});

test("disabled, deleted, or with another password: no code, and no token for one that was given", async () => {
  const somebody = await pool.user();
  const person = new Person(server);
  const { params } = await flow.authorize({}, somebody, person);
  await pool.call("AdminDisableUser", { Username: somebody.username });
  refused(await flow.redeem(params.code), "invalid_grant");
  assert.equal((await person.open(flow.authorizeUrl({ prompt: "none" }))).sentTo.params.error, "login_required");
});

test("secrets are in no log", async () => {
  const { tokens, params } = await flow.signIn({}, user);
  for (const secret of [tokens.access_token, tokens.refresh_token, tokens.id_token, params.code, flow.client.secret, user.password]) {
    assert.ok(!server.log.includes(secret));
  }
});
