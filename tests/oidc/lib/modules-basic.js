// The modules of the certification plan "Basic OP" of the OpenID Foundation's conformance suite, by their
// names and in its order, each written anew. The plan "Form Post OP" is the same list with response_mode=form_post.
//
// A module gets { flow, user, mode, strict, server, pool }. Where the compatible default departs from OpenID Connect
// as Cognito does, it says so with `strict`, and docs/DIFFERENCES.md has the line.

import assert from "node:assert/strict";

import { decodeJwt, decodeProtectedHeader } from "jose";

import { challengeOf, newVerifier, random } from "./flow.js";
import { elements, attribute } from "./html.js";
import { exchange, formBody, Person } from "./person.js";
import { callback } from "./pool.js";

const profileClaims = [
  "name", "given_name", "family_name", "middle_name", "nickname", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale",
];

// What came back belongs to what was asked: the way, the address, state and issuer.
function answeredRight(m, away, state) {
  assert.equal(Boolean(away.posted), m.mode === "form_post");
  assert.equal(away.url.split(/[?#]/)[0], callback);
  assert.equal(away.params.state, state);
  assert.equal(away.params.iss, m.pool.issuer);
}

async function signIn(m, fields = {}, person) {
  const state = random();
  const result = await m.flow.signIn({ response_mode: m.mode, state, ...fields }, m.user, person);
  answeredRight(m, result, state);
  return result;
}

// Straight back to the application, no page in between.
async function silently(m, person, fields) {
  const state = random();
  const page = await person.open(m.flow.authorizeUrl({ response_mode: m.mode, state, prompt: "none", ...fields }));
  assert.ok(page.sentTo, `no page with prompt=none: ${page.url}`);
  answeredRight(m, page.sentTo, state);
  return page.sentTo.params;
}

async function refusedTo(m, fields, ...errors) {
  const state = random();
  const page = await new Person(m.server).open(m.flow.authorizeUrl({ response_mode: m.mode, state, ...fields }));
  assert.ok(page.sentTo, `told the application: ${page.url} ${page.words}`);
  assert.ok(errors.includes(page.sentTo.params.error), page.sentTo.params.error);
  answeredRight(m, page.sentTo, state);
}

// Userinfo and ID token of a sign-in with these scopes.
async function claimsOf(m, scope) {
  const { tokens, claims } = await signIn(m, { scope });
  const info = await m.flow.userInfo(tokens.access_token);
  assert.equal(info.status, 200, info.text);
  assert.equal(info.body.sub, claims.sub);
  return { info: info.body, claims };
}

function hasClaims(m, info, names) {
  for (const name of names) {
    const value = m.user.attributes[name];
    // Userinfo of Cognito knows texts only.
    const expected = name.endsWith("_verified") && m.strict ? value === "true" : value;
    assert.deepEqual(info[name], expected, name);
  }
}

function hasNone(info, names) {
  for (const name of names) assert.equal(info[name], undefined, name);
}

async function userInfoAnswers(m, way) {
  const { tokens, claims } = await signIn(m, { scope: "openid email" });
  const info = await way(tokens.access_token);
  assert.equal(info.status, 200, info.text);
  assert.match(info.headers["content-type"], /^application\/json/);
  assert.equal(info.body.sub, claims.sub);
  hasClaims(m, info.body, ["email", "email_verified"]);
}

// The second time somebody has to sign in again although he is signed in.
async function asksAgain(m, fields) {
  const person = new Person(m.server);
  const first = await signIn(m, { max_age: undefined }, person);
  await m.server.advance(2);
  const page = await person.open(m.flow.authorizeUrl({ response_mode: m.mode, ...fields }));
  assert.equal(page.sentTo, undefined, "a page asks");
  const second = await signIn(m, fields, person);
  assert.equal(second.claims.sub, first.claims.sub);
  assert.ok(second.claims.auth_time > first.claims.auth_time, "auth_time is that of the second sign-in");
}

async function asksNothing(m, fields) {
  const person = new Person(m.server);
  const first = await signIn(m, {}, person);
  await m.server.advance(2);
  const page = await person.open(m.flow.authorizeUrl({ response_mode: m.mode, ...(typeof fields === "function" ? fields(first) : fields) }));
  assert.ok(page.sentTo?.params.code, `no page: ${page.url}`);
  const tokens = (await m.flow.redeem(page.sentTo.params.code)).body;
  const claims = decodeJwt(tokens.id_token);
  assert.equal(claims.sub, first.claims.sub);
  assert.equal(claims.auth_time, first.claims.auth_time);
}

async function codeIsUsedUp(m, seconds) {
  const { tokens, params } = await signIn(m);
  await m.server.advance(seconds);
  const again = await m.flow.redeem(params.code);
  assert.equal(again.status, 400);
  assert.equal(again.body.error, "invalid_grant");
  // What it gave is over (RFC 6749, 4.1.2).
  assert.equal((await m.flow.userInfo(tokens.access_token)).status, 401);
  assert.equal((await m.flow.refresh(tokens.refresh_token)).body.error, "invalid_grant");
}

// A request object without signature.
const unsigned = (claims) =>
  `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.`;

export const basic = {
  "oidcc-server": async (m) => {
    const nonce = random();
    const { tokens, claims, page } = await signIn(m, { nonce });
    assert.equal(claims.nonce, nonce);
    assert.equal(claims.aud, m.flow.client.id);
    assert.equal(typeof claims.iat, "number");
    assert.equal(typeof claims.auth_time, "number");
    assert.ok(claims.sub.length > 0 && claims.sub.length <= 255);
    assert.equal(tokens.token_type.toLowerCase(), "bearer");
    assert.equal(typeof tokens.expires_in, "number");
    assert.equal((await m.flow.userInfo(tokens.access_token)).body.sub, claims.sub);
    if (m.mode) assert.match(page.headers["cache-control"], /no-store/);
  },
  "oidcc-response-type-missing": (m) => refusedTo(m, { response_type: undefined }, "invalid_request", "unsupported_response_type"),
  "oidcc-idtoken-signature": async (m) => {
    const { tokens } = await signIn(m);
    const header = decodeProtectedHeader(tokens.id_token);
    assert.equal(header.alg, "RS256");
    assert.ok(header.kid);
    const [head, body, signature] = tokens.id_token.split(".");
    const other = `${head}.${body}.${signature.slice(0, -4)}${signature.endsWith("AAAA") ? "BBBB" : "AAAA"}`;
    await assert.rejects(m.flow.verify(other));
  },
  // For clients that registered "none": nobody can.
  "oidcc-idtoken-unsigned": async (m) => {
    assert.deepEqual((await m.flow.discovery()).id_token_signing_alg_values_supported, ["RS256"]);
    const { tokens } = await signIn(m);
    assert.ok(tokens.id_token.split(".")[2].length > 300);
  },
  "oidcc-userinfo-get": (m) => userInfoAnswers(m, (token) => m.flow.userInfo(token)),
  "oidcc-userinfo-post-header": (m) => userInfoAnswers(m, (token) => m.flow.userInfo(token, { method: "POST" })),
  "oidcc-userinfo-post-body": (m) =>
    userInfoAnswers(m, (token) =>
      m.flow.userInfo(token, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: formBody({ access_token: token }),
      }),
    ),
  "oidcc-ensure-request-without-nonce-succeeds-for-code-flow": async (m) => {
    assert.equal((await signIn(m)).claims.nonce, undefined);
  },
  "oidcc-scope-profile": async (m) => {
    const { info } = await claimsOf(m, "openid profile");
    hasClaims(m, info, profileClaims);
    if (m.strict) hasNone(info, ["email", "phone_number", "address"]);
  },
  "oidcc-scope-email": async (m) => {
    const { info, claims } = await claimsOf(m, "openid email");
    hasClaims(m, info, ["email", "email_verified"]);
    hasNone(info, ["phone_number", "name"]);
    assert.equal(claims.email_verified, true); // a boolean in every ID token
  },
  // A scope that the server does not have is none that a client can be given.
  "oidcc-scope-address": async (m) => {
    assert.ok(!(await m.flow.discovery()).scopes_supported.includes("address"));
    await refusedTo(m, { scope: "openid address" }, "invalid_scope");
  },
  "oidcc-scope-phone": async (m) => {
    const { info, claims } = await claimsOf(m, "openid phone");
    hasClaims(m, info, ["phone_number", "phone_number_verified"]);
    hasNone(info, ["email", "name"]);
    assert.equal(claims.phone_number_verified, true);
  },
  "oidcc-scope-all": async (m) => {
    const { info } = await claimsOf(m, "openid profile email phone");
    hasClaims(m, info, [...profileClaims, "email", "email_verified", "phone_number", "phone_number_verified"]);
  },
  "oidcc-ensure-other-scope-order-succeeds": async (m) => {
    const { info } = await claimsOf(m, "email openid");
    hasClaims(m, info, ["email"]);
  },
  "oidcc-display-page": (m) => signIn(m, { display: "page" }),
  "oidcc-display-popup": (m) => signIn(m, { display: "popup" }),
  "oidcc-prompt-login": (m) => asksAgain(m, { prompt: "login" }),
  "oidcc-prompt-none-not-logged-in": (m) => refusedTo(m, { prompt: "none" }, "login_required"),
  "oidcc-prompt-none-logged-in": (m) => asksNothing(m, { prompt: "none" }),
  "oidcc-max-age-1": (m) => asksAgain(m, { max_age: "1" }),
  "oidcc-max-age-10000": (m) => asksNothing(m, { max_age: "10000" }),
  "oidcc-ensure-request-with-unknown-parameter-succeeds": (m) => signIn(m, { extra: "foobar" }),
  "oidcc-id-token-hint": (m) => asksNothing(m, (first) => ({ prompt: "none", id_token_hint: first.tokens.id_token })),
  "oidcc-login-hint": async (m) => {
    const page = await new Person(m.server).open(m.flow.authorizeUrl({ login_hint: "buffy@example.org", response_mode: m.mode }));
    assert.equal(page.status, 200);
    const field = elements(page.document, "input").find((input) => attribute(input, "name") === "username");
    assert.equal(attribute(field, "value"), "buffy@example.org");
    await signIn(m, { login_hint: m.user.username });
  },
  "oidcc-ui-locales": async (m) => {
    await signIn(m, { ui_locales: "se" });
    const page = await new Person(m.server).open(m.flow.authorizeUrl({ ui_locales: "se fr de" }));
    assert.equal(attribute(elements(page.document, "html")[0], "lang"), "fr");
  },
  "oidcc-claims-locales": (m) => signIn(m, { claims_locales: "se" }),
  "oidcc-ensure-request-with-acr-values-succeeds": (m) => signIn(m, { acr_values: "1 2" }),
  "oidcc-codereuse": (m) => codeIsUsedUp(m, 0),
  "oidcc-codereuse-30seconds": (m) => codeIsUsedUp(m, 30),
  "oidcc-ensure-registered-redirect-uri": async (m) => {
    const page = await new Person(m.server).open(m.flow.authorizeUrl({ redirect_uri: `${callback}/other`, response_mode: m.mode }));
    assert.equal(page.sentTo, undefined);
    assert.equal(page.status, 400);
  },
  "oidcc-ensure-post-request-succeeds": async (m) => {
    const person = new Person(m.server);
    const state = random();
    const fields = m.flow.request({ state, ...(m.mode ? { response_mode: m.mode } : {}) });
    // The application's page posts it: another site's.
    const elsewhere = { origin: new URL(callback).origin, "sec-fetch-site": "cross-site" };
    const first = await person.open("/oauth2/authorize", { method: "POST", fields, headers: elsewhere });
    const page = await person.signIn(first, m.user);
    answeredRight(m, page.sentTo, state);
    assert.equal((await m.flow.redeem(page.sentTo.params.code)).status, 200);
  },
  "oidcc-server-client-secret-post": async (m) => {
    const { params } = await m.flow.authorize({ response_mode: m.mode }, m.user);
    const answer = await m.flow.redeem(params.code, {}, { post: true });
    assert.equal(answer.status, 200, answer.text);
    await m.flow.verify(answer.body.id_token, { audience: m.flow.client.id });
  },
  "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported": (m) =>
    refusedTo(m, { request_uri: "https://example.com/request.jwt" }, "request_uri_not_supported"),
  "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported": (m) =>
    refusedTo(m, { request: unsigned(m.flow.request()) }, "request_not_supported"),
  "oidcc-claims-essential": async (m) => {
    await signIn(m, { claims: JSON.stringify({ userinfo: { name: { essential: true } } }) });
    assert.notEqual((await m.flow.discovery()).claims_parameter_supported, true);
  },
  "oidcc-ensure-request-object-with-redirect-uri": async (m) => {
    const elsewhere = "http://127.0.0.1:4180/of-the-object";
    await refusedTo(m, { request: unsigned(m.flow.request({ redirect_uri: elsewhere })) }, "request_not_supported");
  },
  "oidcc-refresh-token": async (m) => {
    const { tokens, claims } = await signIn(m);
    const answer = await m.flow.refresh(tokens.refresh_token);
    assert.equal(answer.status, 200, answer.text);
    const fresh = await m.flow.verify(answer.body.id_token, { audience: m.flow.client.id });
    assert.equal(fresh.sub, claims.sub);
    assert.equal(fresh.auth_time, claims.auth_time);
    assert.ok(fresh.iat >= claims.iat);
    assert.equal((await m.flow.userInfo(answer.body.access_token)).status, 200);
    const other = await m.other.refresh(tokens.refresh_token);
    assert.equal(other.body.error, "invalid_grant");
  },
  "oidcc-ensure-request-with-valid-pkce-succeeds": async (m) => {
    const verifier = newVerifier();
    const { params } = await m.flow.authorize(
      { code_challenge: challengeOf(verifier), code_challenge_method: "S256", response_mode: m.mode },
      m.user,
    );
    assert.equal((await m.flow.redeem(params.code, { code_verifier: verifier })).status, 200);
  },
};

// Plan "Config OP".
export const config = {
  "oidcc-discovery-endpoint-verification": async (m) => {
    const answer = await exchange(`${m.pool.issuer}/.well-known/openid-configuration`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers["content-type"], /^application\/json/);
    const found = JSON.parse(answer.text);
    assert.equal(found.issuer, m.pool.issuer);
    assert.ok(!found.issuer.includes("?") && !found.issuer.includes("#"));
    assert.ok(found.response_types_supported.includes("code"));
    // Cognito names a response type that OpenID Connect does not have.
    assert.equal(found.response_types_supported.includes("token"), !m.strict);
    assert.deepEqual(found.subject_types_supported, ["public"]);
    assert.ok(found.id_token_signing_alg_values_supported.includes("RS256"));
    for (const name of ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "revocation_endpoint", "end_session_endpoint",
      "introspection_endpoint", "pushed_authorization_request_endpoint", "device_authorization_endpoint"]) {
      const url = new URL(found[name]);
      assert.equal(url.origin, m.server.url, name); // http on loopback alone: public_url decides
      assert.equal(url.hash, "");
    }
    const { keys } = await (await fetch(found.jwks_uri)).json();
    assert.equal(new Set(keys.map((key) => key.kid)).size, keys.length);
    for (const key of keys) {
      assert.equal(key.kty, "RSA");
      for (const secret of ["d", "p", "q", "dp", "dq", "qi", "k"]) assert.equal(key[secret], undefined);
    }
    assert.ok(found.scopes_supported.includes("openid"));
    for (const scope of found.scopes_supported) assert.match(scope, /^[\x21\x23-\x5b\x5d-\x7e]+$/);
    assert.ok(found.grant_types_supported.includes("authorization_code"));
    if (m.strict) for (const claim of ["sub", "email", "name"]) assert.ok(found.claims_supported.includes(claim), claim);
    assert.deepEqual(found.code_challenge_methods_supported, ["S256"]);
    assert.equal(found.request_uri_parameter_supported, false); // its default is true
    assert.equal(found.authorization_response_iss_parameter_supported, true);
    assert.ok(found.response_modes_supported.includes("form_post"));
  },
};
