// An identity provider that lies, answers of others, and a person who is led astray. Nobody is signed in, nobody is made,
// the application is told, and no secret is told anybody.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { startServer } from "../clients/lib/server.js";
import { Flow } from "./lib/flow.js";
import { Person, exchange } from "./lib/person.js";
import { makePool } from "./lib/pool.js";
import { leave, refused, tokensOf, travel, visit } from "./lib/travel.js";
import { Upstream } from "./lib/upstream.js";

const secret = "a secret of ours, which nobody is told";

let server, upstream, pool, flow;

before(async () => {
  [server, upstream] = await Promise.all([startServer(), Upstream.start()]);
  pool = await makePool(server);
  await provider("Corp", upstream.url);
  flow = new Flow(server, pool, await pool.client({ SupportedIdentityProviders: ["COGNITO", "Corp"] }));
});
beforeEach(() => {
  upstream.reset();
  upstream.next = { sub: "mallory", info: { email: "m@corp.example" } };
});
after(async () => {
  await Promise.all([upstream?.stop(), server?.stop()]);
  for (const word of [secret, "BEGIN", "id_token\":\"ey"]) assert.ok(!server.log.includes(word), "the log tells no secret");
});

const byCorp = { identity_provider: "Corp" };

const provider = (ProviderName, oidc_issuer) =>
  pool.call("CreateIdentityProvider", {
    ProviderName,
    ProviderType: "OIDC",
    ProviderDetails: { client_id: "ours", client_secret: secret, authorize_scopes: "openid", attributes_request_method: "GET", oidc_issuer },
    AttributeMapping: { email: "email", email_verified: "email_verified" },
  });

async function nobodyCame() {
  assert.equal((await pool.call("ListUsers", {})).Users.length, 0, "nobody is made");
}

async function lied(description, { error } = {}) {
  const trip = await travel(upstream, flow, byCorp);
  refused(trip, description, error);
  for (const answer of trip.person.trail) assert.ok(!`${answer.text}${JSON.stringify(answer.headers)}`.includes(secret));
  await nobodyCame();
}

const now = () => Math.floor(Date.now() / 1000);

const claims = {
  "another issuer": [{ iss: "https://evil.example" }, /issuer/],
  "the issuer with a slash": [() => ({ iss: `${upstream.url}/` }), /issuer/],
  "the issuer without scheme": [() => ({ iss: upstream.url.slice(7) }), /issuer/],
  "no issuer": [{ iss: undefined }, /issuer/],
  "another audience": [{ aud: "theirs" }, /audience/],
  "no audience": [{ aud: undefined }, /audience/],
  "an empty audience": [{ aud: [] }, /audience/],
  "other audiences": [{ aud: ["theirs", "also theirs"] }, /audience/],
  "audiences, and nobody said for whom": [{ aud: ["ours", "theirs"] }, /azp/],
  "issued to somebody else": [{ azp: "theirs" }, /azp/],
  "issued to somebody else among many": [{ aud: ["ours", "theirs"], azp: "theirs" }, /azp/],
  "another nonce": [{ nonce: "another" }, /nonce/],
  "no nonce": [{ nonce: undefined }, /nonce/],
  "a nonce that is a list": [({ nonce }) => ({ nonce: [nonce] }), /nonce/],
  "expired": [() => ({ exp: now() - 61 }), /expiration/],
  "no expiry": [{ exp: undefined }, /expiration/],
  "an expiry that is text": [() => ({ exp: `${now() + 300}` }), /expiration/],
  "an expiry with a fraction": [() => ({ exp: now() + 300.5 }), /expiration/],
  "a negative expiry": [{ exp: -1 }, /expiration/],
  "from the future": [() => ({ iat: now() + 120 }), /iat/],
  "no time": [{ iat: undefined }, /iat/],
  "not yet good": [() => ({ nbf: now() + 120 }), /nbf/],
  "no subject": [{ sub: undefined }, /subject/],
  "an empty subject": [{ sub: "" }, /subject/],
  "a subject that is a number": [{ sub: 7 }, /subject/],
  "a subject that is too long": [{ sub: "x".repeat(256) }, /subject/],
  "the hash of another access token": [{ at_hash: "AAAAAAAAAAAAAAAAAAAAAA" }, /at_hash/],
  "a hash that is no text": [{ at_hash: 7 }, /at_hash/],
  "an event": [{ events: { "http://schemas.openid.net/event/backchannel-logout": {} } }, /type/],
};
for (const [name, [change, pattern]] of Object.entries(claims)) {
  test(`an ID token with ${name}`, async () => {
    upstream.lies.claims = typeof change === "function" ? change : () => change;
    await lied(new RegExp(`^Bad id_token ${pattern.source}$`));
    upstream.lies = {};
  });
}

const pem = (key) => Buffer.from(key.export({ type: "spki", format: "pem" }));
const signatures = {
  "nobody's signature": [() => ({ none: "none" }), /algorithm|format/],
  "nobody's signature, in other letters": [() => ({ none: "nOnE" }), /algorithm|format/],
  "the public key as a secret": [() => ({ alg: "HS256", secret: pem(upstream.key.publicKey) }), /algorithm/],
  "our own secret": [() => ({ alg: "HS256", secret: Buffer.from(secret) }), /algorithm/],
  "a key that is not published": [() => ({ key: upstream.hidden }), /kid/],
  "a key that is not published, under the name of one that is": [() => ({ key: upstream.hidden, kid: "one" }), /signature/],
  "the name of a key of another kind": [() => ({ kid: "two" }), /kid/],
  "a kid that is a path": [() => ({ kid: "../../../dev/null" }), /kid/],
  "a kid with a NUL": [() => ({ kid: "one\u0000" }), /kid|format/],
  "PS256": [() => ({ alg: "PS256" }), /algorithm/],
  "the type of an access token": [() => ({ typ: "at+jwt" }), /type/],
  "a key of its own": [() => ({ key: upstream.hidden, header: { jwk: upstream.hidden.jwk } }), /kid|format/],
  "an address of keys": [() => ({ key: upstream.hidden, header: { jku: `${upstream.url}/jwks` } }), /kid|format/],
};
for (const [name, [signature, pattern]] of Object.entries(signatures)) {
  test(`an ID token with ${name}`, async () => {
    upstream.lies.signature = signature;
    await lied(new RegExp(`^Bad id_token (${pattern.source})$`));
  });
}

const raw = (status, body, headers = {}) => (request, response) => response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
const answers = {
  "no ID token": [{ tokens: () => ({ id_token: undefined }) }, /no id_token/],
  "an ID token that is none": [{ tokens: () => ({ id_token: "a.b.c" }) }, /format/],
  "an ID token of five parts": [{ tokens: (token) => ({ id_token: `${token}..` }) }, /format/],
  "an ID token that was changed": [{ tokens: (token) => ({ id_token: token.slice(0, -8) + "AAAAAAAA" }) }, /signature/],
  "attributes of somebody else": [{ "/userinfo": raw(200, `{"sub":"alice"}`) }, /about somebody else/],
  "attributes of nobody": [{ "/userinfo": raw(200, `{"email":"a@b.example"}`) }, /about somebody else/],
  "no attributes": [{ "/userinfo": raw(500, `{}`) }, /500 error getting attributes/],
  "attributes that are a list": [{ "/userinfo": raw(200, `[]`) }, /could not be had/],
  "attributes with a name twice": [{ "/userinfo": raw(200, `{"sub":"mallory","sub":"mallory"}`) }, /could not be had/],
  "a token endpoint that refuses": [{ "/token": raw(400, `{"error":"invalid_grant","error_description":"<b>${secret}</b>"}`) }, /^Corp Error - 400 error getting token$/],
  "a token endpoint that is no JSON": [{ "/token": raw(200, "<html>") }, /no answer/],
  "JSON that is too deep": [{ "/token": raw(200, `{"a":${"[".repeat(100)}${"]".repeat(100)}}`) }, /no answer/],
  "too much": [{ "/token": raw(200, `{"access_token":"${"x".repeat(400000)}"}`) }, /no answer/],
  "too many attributes": [{ "/userinfo": raw(200, `{"x":"${"x".repeat(400000)}"}`) }, /could not be had/],
  "a token endpoint that leads elsewhere": [{ "/token": (request, response) => response.writeHead(307, { location: `${upstream.url}/elsewhere` }).end() }, /no answer|307/],
  "keys that lead elsewhere": [{ "/jwks": (request, response) => response.writeHead(302, { location: `${upstream.url}/elsewhere` }).end() }, /keys could not be had|Bad id_token kid/],
  "a connection that ends": [{ "/token": (request) => request.socket.destroy() }, /no answer/],
};
for (const [name, [lies, pattern]] of Object.entries(answers)) {
  test(`a provider that sends ${name}`, async () => {
    if (lies["/jwks"]) upstream.discovery.jwks_uri = `${upstream.url}/jwks?new`;
    Object.assign(upstream.lies, lies);
    await lied(pattern);
    assert.equal(upstream.asked("/elsewhere").length, 0, "nobody follows");
  });
}

test("a provider that is slow is waited for five seconds", async () => {
  upstream.lies["/token"] = (request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write("{");
    const timer = setInterval(() => response.write(" "), 500);
    response.on("close", () => clearInterval(timer));
  };
  const start = Date.now();
  await lied(/no answer/);
  assert.ok(Date.now() - start < 7000, `${Date.now() - start} ms`);
});

const places = {
  "another issuer": [{ issuer: "https://evil.example" }, /the issuer names another one/],
  "no issuer": [{ issuer: undefined }, /the issuer names another one/],
  "a script": [{ authorization_endpoint: "javascript:alert(1)" }, /an address that is none/],
  "data": [{ authorization_endpoint: "data:text/html,x" }, /an address that is none/],
  "our own address": [{ authorization_endpoint: "//evil.example/" }, /an address that is none/],
  "a file": [{ token_endpoint: "file:///etc/passwd" }, /an address that is none/],
  "user information": [{ token_endpoint: "https://user@evil.example/" }, /an address that is none/],
  "line ends": [{ authorization_endpoint: "https://evil.example/\r\nSet-Cookie: x=1" }, /an address that is none/],
  "no keys": [{ jwks_uri: undefined }, /addresses could not be found/],
};
for (const [name, [discovery, pattern]] of Object.entries(places)) {
  test(`a discovery document that names ${name}`, async () => {
    upstream.discovery = discovery;
    const trip = await leave(flow, byCorp);
    refused(trip, pattern);
    assert.equal(upstream.asked("/token").length, 0);
  });
}

const inside = () => [
  `http://localhost:${server.port}/`, `http://127.0.0.1:${server.port}/`, `http://[::1]:${server.port}/`, `http://0.0.0.0:${server.port}/`,
  "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://192.168.0.1/", "http://[fd00::1]/", "http://[::ffff:10.0.0.1]/", "http://0x7f000001:1/",
  "http://2130706433:1/", "http://100.64.0.1/", "http://224.0.0.1/", "gopher://127.0.0.1/", "http://metadata.google.internal/",
];
test("addresses inside are asked for nothing", async () => {
  for (const place of inside()) {
    for (const name of ["token_endpoint", "userinfo_endpoint", "jwks_uri"]) {
      upstream.reset();
      upstream.discovery = { [name]: place };
      const start = Date.now();
      refused(await travel(upstream, flow, byCorp), /./);
      assert.ok(Date.now() - start < 6000, place);
    }
  }
  await nobodyCame();
});

test("an answer of another issuer is no answer (RFC 9207)", async () => {
  upstream.lies.answer = () => ({ iss: "https://evil.example" });
  await lied(/another issuer/);
  upstream.lies.answer = () => ({ iss: `${upstream.url}/` });
  await lied(/another issuer/);
  upstream.lies = {};
  upstream.discovery = { authorization_response_iss_parameter_supported: true };
  await lied(/another issuer/);
  assert.equal(upstream.asked("/token").length, 0, "no code was handed to anybody");
});

test("what the provider says goes to the application as plain text", async () => {
  upstream.lies.answer = () => ({ code: "", error: "access_denied", error_description: "The user said no" });
  await lied(/^The user said no$/, { error: "access_denied" });
  upstream.lies.answer = () => ({ code: "x", error: "server_error", error_description: "a\r\nSet-Cookie: x=1" });
  await lied(/^Corp Error - server_error: a$/);
  upstream.lies.answer = () => ({ error: "\u0000<script>", error_description: "x".repeat(5000) });
  const page = await travel(upstream, flow, byCorp);
  assert.ok(page.page.status === 400 || page.page.sentTo.params.error_description.length < 600);
  upstream.lies.answer = () => ({ code: "" });
  await lied(/has no code/);
  assert.equal(upstream.asked("/token").length, 0);
});

// ---- states ----

const notUnderWay = (page) => {
  assert.equal(page.status, 400, `${page.url} ${page.status}`);
  assert.equal(page.sentTo, undefined);
};

const backTo = (query) => `${server.url}/oauth2/idpresponse?${new URLSearchParams(query)}`;

test("an answer without a state, with another one, or with half of one is nobody's", async () => {
  const { query } = await leave(flow, byCorp);
  const { state } = query;
  const person = new Person(server);
  for (const wrong of [undefined, "", ".", state.slice(1), state.slice(0, -2), `${state}A`, state.replace(pool.id, "us-east-1_Lifeguard"), "x".repeat(5000), `${pool.id}.`, `${pool.id}.AAAA`, "us-east-1_Nobody.AAAA"])
    notUnderWay(await person.open(backTo({ code: "x", ...(wrong === undefined ? {} : { state: wrong }) })));
  notUnderWay(await person.open(`${backTo({ code: "x", state })}&state=${state}`));
});

test("an answer is good in the browser that left, and in no other: nobody is signed in as somebody else", async () => {
  const { page } = await leave(flow, byCorp);
  const victim = new Person(server);
  notUnderWay(await visit(upstream, victim, page));
  await victim.open(flow.authorizeUrl());
  notUnderWay(await visit(upstream, victim, page));
  assert.equal(upstream.asked("/token").length, 0);
  await nobodyCame();
});

test("an answer is good once, and for five minutes", async () => {
  upstream.next = { sub: "once" };
  const { person, page } = await leave(flow, byCorp);
  let address;
  await tokensOf(flow, await visit(upstream, person, page, (url) => (address = url)));
  const asked = upstream.asked("/token").length;
  const again = await person.open(address.href);
  assert.equal(new URL(again.url).pathname, "/login");
  assert.equal(upstream.asked("/token").length, asked);
  await pool.call("AdminDeleteUser", { Username: "Corp_once" });

  // A first answer spends it, right or wrong.
  const wrong = await leave(flow, byCorp);
  refused({ person: wrong.person, page: await wrong.person.open(backTo({ code: "guess", state: wrong.query.state })) }, /400 error getting token/);
  assert.equal(new URL((await visit(upstream, wrong.person, wrong.page)).url).pathname, "/login");
  await nobodyCame();
});

test("another provider's code is not taken for this one's, and a state not for another client", async () => {
  const evil = await Upstream.start();
  await provider("Evil", evil.url);
  const both = new Flow(server, pool, await pool.client({ SupportedIdentityProviders: ["Corp", "Evil"] }));
  // Evil leads its visitor on to Corp, with its own state: Corp's code must not sign anybody in.
  const { person, query } = await leave(both, { identity_provider: "Evil" });
  const atCorp = new URLSearchParams({ ...query, client_id: "ours" });
  const corp = await fetch(`${upstream.url}/authorize?${atCorp}`, { redirect: "manual" });
  refused({ person, page: await person.open(corp.headers.get("location")) }, /400 error getting token/);
  assert.equal(upstream.asked("/token").length, 0);
  await evil.stop();

  const { person: visitor, query: sent } = await leave(flow, byCorp);
  await pool.call("UpdateUserPoolClient", { ClientId: flow.client.id, SupportedIdentityProviders: ["COGNITO"], CallbackURLs: ["http://127.0.0.1:4180/callback"], AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: ["code"], AllowedOAuthScopes: ["openid"] });
  await new Promise((done) => setTimeout(done, 400));
  refused({ person: visitor, page: await visitor.open(backTo({ code: "x", state: sent.state })) }, /does not exist|not one of the client's/);
  await pool.call("UpdateUserPoolClient", { ClientId: flow.client.id, SupportedIdentityProviders: ["COGNITO", "Corp"], CallbackURLs: ["http://127.0.0.1:4180/callback"], AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: ["code"], AllowedOAuthScopes: ["openid"] });
  await new Promise((done) => setTimeout(done, 400));
  await nobodyCame();
});

test("no address of somebody else's is ever gone to", async () => {
  const { person, query } = await leave(flow, byCorp);
  for (const more of [{ redirect_uri: "https://evil.example/" }, { url: "https://evil.example/" }, { next: "//evil.example" }]) {
    const page = await person.open(backTo({ code: "x", state: query.state, ...more }));
    assert.ok(!page.sentTo || page.sentTo.url.startsWith("http://127.0.0.1:4180/callback"), page.sentTo?.url);
  }
});

test("a form brings the answer again as a GET, and nothing else of it", async () => {
  const body = new URLSearchParams({ state: "s", code: "c", user: "{}", evil: "x", redirect_uri: "https://evil.example/" }).toString();
  const send = (text, type = "application/x-www-form-urlencoded") => exchange(`${server.url}/oauth2/idpresponse`, { method: "POST", body: text, headers: { "content-type": type, origin: "https://appleid.apple.com", "sec-fetch-site": "cross-site" } });
  const answer = await send(body);
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.location, "/oauth2/idpresponse?state=s&code=c&user=%7B%7D");
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.headers["referrer-policy"], "no-referrer");
  assert.equal((await send(`${body}&code=d`)).status, 400);
  assert.equal((await send("%zz")).status, 400);
});

test("a request that is too long to be taken along is refused, and told", async () => {
  const { page } = await leave(flow, { ...byCorp, state: "x".repeat(3500) });
  assert.equal(page.sentTo.params.error, "invalid_request");
  assert.ok(page.sentTo.url.startsWith("http://127.0.0.1:4180/callback"));
});

// The last one: the clock goes on.
test("keys that were changed are fetched again; an answer that is late is nobody's", async () => {
  upstream.next = { sub: "rotated" };
  await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  const fetched = upstream.asked("/jwks").length;
  const [old] = upstream.keys;
  upstream.key = upstream.hidden;
  upstream.published = [upstream.hidden];
  await server.advance(31);
  await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  assert.equal(upstream.asked("/jwks").length, fetched + 1);
  upstream.key = old;
  refused(await travel(upstream, flow, byCorp), /^Bad id_token kid$/);
  const { person, page } = await leave(flow, byCorp);
  await server.advance(301);
  notUnderWay(await visit(upstream, person, page));
});
