// Tokens that others sign, and those of others: client assertions, DPoP proofs, hints, and what one client shows of another's.

import assert from "node:assert/strict";
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { after, before, test } from "node:test";

import { startServer } from "../clients/lib/server.js";
import { Flow } from "./lib/flow.js";
import { Person } from "./lib/person.js";
import { callback, makePool, signedOut } from "./lib/pool.js";

const MANY = 64;
const P256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n; // order of the curve
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

let server, pool, elsewhere, user, flow, other, open, bot, key, stranger, rsa, now;
before(async () => {
  server = await startServer();
  [pool, elsewhere] = [await makePool(server), await makePool(server)];
  user = await pool.user();
  const of = async (client) => new Flow(server, pool, await client);
  [flow, other, open, bot] = await Promise.all([of(pool.client()), of(pool.client()), of(pool.client({ secret: false })), of(pool.machine())]);
  [key, stranger] = [ec("P-256"), ec("P-256")];
  rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await pool.registerKey(bot.client, key.publicKey.export({ type: "spki", format: "pem" }));
  now = Math.floor(Date.parse((await (await fetch(`${server.url}/_lifeguard/clock`)).json()).now) / 1000);
});
after(() => server?.stop());

const ec = (namedCurve) => generateKeyPairSync("ec", { namedCurve });
const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const id = () => randomBytes(12).toString("hex");
const es256 = (from) => (input) => sign("sha256", Buffer.from(input), { key: from.privateKey, dsaEncoding: "ieee-p1363" });
const rs256 = (from) => (input) => sign("sha256", Buffer.from(input), from.privateKey);
const jws = (header, claims, by) => {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${by ? by(input).toString("base64url") : ""}`;
};
const pem = (from) => from.publicKey.export({ type: "spki", format: "pem" });
const hmac = (secret) => (input) => createHmac("sha256", secret).update(input).digest();
const turned = (signature) => {
  const s = BigInt(`0x${signature.subarray(32).toString("hex")}`);
  return Buffer.concat([signature.subarray(0, 32), Buffer.from((P256 - s).toString(16).padStart(64, "0"), "hex")]);
};

// Tokens with odd forms, made of a good one: header, claims, and how it is signed.
const forms = (header, claims, by) => ({
  "alg none": jws({ ...header, alg: "none" }, claims),
  "alg None, with a signature": jws({ ...header, alg: "nOnE" }, claims, by),
  "no signature": jws(header, claims),
  "another's signature": jws(header, claims, es256(stranger)),
  "HMAC with the public key": jws({ ...header, alg: "HS256" }, claims, hmac(pem(key))),
  "HMAC with nothing": jws({ ...header, alg: "HS256" }, claims, hmac("")),
  "another algorithm's name": jws({ ...header, alg: "ES384" }, claims, by),
  "RSA where it is none": jws({ ...header, alg: "RS256" }, claims, rs256(rsa)),
  "r and s of zero": jws(header, claims, () => Buffer.alloc(64)),
  "r and s of the order": jws(header, claims, () => Buffer.from(P256.toString(16).repeat(2), "hex")),
  "a short signature": jws(header, claims, (input) => by(input).subarray(0, 63)),
  "a long one": jws(header, claims, (input) => Buffer.concat([by(input), Buffer.alloc(1)])),
  "in DER": jws(header, claims, (input) => sign("sha256", Buffer.from(input), key.privateKey)),
  "crit": jws({ ...header, crit: ["exp"] }, claims, by),
  "b64": jws({ ...header, b64: false, crit: ["b64"] }, claims, by),
  "zip": jws({ ...header, zip: "DEF" }, claims, by),
  "four parts": `${jws(header, claims, by)}.x`,
  "two parts": jws(header, claims, by).split(".").slice(0, 2).join("."),
  "padding": `${jws(header, claims, by)}=`,
  "a blank": ` ${jws(header, claims, by)}`,
  "claims changed behind the signature": jws(header, claims, by).replace(part(claims), part({ ...claims, x: 1 })),
  "two of one claim": jws(header, JSON.stringify(claims).replace("{", '{"jti":"x",'), by),
  "a list of claims": jws(header, [claims], by),
  "deep claims": jws(header, { ...claims, x: JSON.parse(`${"[".repeat(60)}${"]".repeat(60)}`) }, by),
  "claims that are no JSON": jws(header, "{", by),
  "keys and addresses in the header, by another": jws({ ...header, jku: "https://evil.example/k", x5u: "https://evil.example/c", kid: "../../dev/null" }, claims, es256(stranger)),
});

// ---- client assertions ----

const claims = (more = {}) => ({ iss: bot.client.id, sub: bot.client.id, aud: pool.issuer, exp: now + 300, iat: now, jti: id(), ...more });
const asBot = (client_assertion, more = {}) =>
  bot.post("/oauth2/token", { grant_type: "client_credentials", scope: "api/read", client_assertion_type: JWT_BEARER, client_assertion, ...more });

test("a client assertion counts in one form, for one client, here and now", async () => {
  const header = { alg: "ES256" };
  const wrong = forms(header, claims(), es256(key));
  for (const [name, more] of Object.entries({
    "the token endpoint's address": { aud: `${server.url}/oauth2/token` },
    "a slash behind the issuer": { aud: `${pool.issuer}/` },
    "another pool": { aud: elsewhere.issuer },
    "two audiences": { aud: [pool.issuer, "https://evil.example"] },
    "no audience": { aud: undefined },
    "the audience in an object": { aud: { 0: pool.issuer } },
    "another client": { sub: other.client.id, iss: other.client.id },
    "about itself by another": { iss: other.client.id },
    "expired": { exp: now - 1 },
    "for ever": { exp: now + 100000 },
    "expiry as text": { exp: String(now + 300) },
    "expiry below zero": { exp: -1 },
    "expiry beyond all": { exp: 1e300 },
    "no expiry": { exp: undefined },
    "not yet": { nbf: now + 3000 },
    "made in the future": { iat: now + 3000 },
    "no name": { jti: undefined },
    "an empty name": { jti: "" },
    "a number for a name": { jti: 7 },
    "a name that is too long": { jti: "x".repeat(5000) },
  })) wrong[name] = jws(header, claims(more), es256(key));
  for (const [name, assertion] of Object.entries(wrong)) {
    const answer = await asBot(assertion);
    assert.equal(answer.body?.error, "invalid_client", `${name}: ${answer.text}`);
  }
  assert.equal((await asBot(jws(header, claims(), es256(key)))).status, 200);
});

test("one way to say who one is", async () => {
  const made = () => jws({ alg: "ES256" }, claims(), es256(key));
  for (const answer of [
    await asBot(made(), { client_secret: bot.client.secret }),
    await asBot(made(), { client_id: other.client.id }),
    await asBot(made(), { client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:saml2-bearer" }),
    await asBot(made(), { client_assertion_type: undefined }),
    await bot.post("/oauth2/token", { grant_type: "client_credentials", client_assertion: made(), client_assertion_type: JWT_BEARER }, bot.basic()),
    await asBot(jws({ alg: "ES256" }, claims({ iss: flow.client.id, sub: flow.client.id }), es256(key))), // has no key
  ]) assert.equal(answer.body?.error, "invalid_client", answer.text);
});

test("of many who show one assertion one is let in (CVE-2020-15222)", async () => {
  const assertion = jws({ alg: "ES256" }, claims(), es256(key));
  const answers = await Promise.all(Array.from({ length: MANY }, () => asBot(assertion)));
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
  // A signature has a twin; the name in it is the same.
  const twin = jws({ alg: "ES256" }, JSON.parse(Buffer.from(assertion.split(".")[1], "base64url")), (input) => turned(es256(key)(input)));
  assert.equal((await asBot(twin)).body.error, "invalid_client");
});

// ---- DPoP ----

const jwk = (from) => from.publicKey.export({ format: "jwk" });
const proof = (more = {}, header = {}, from = key) =>
  jws({ typ: "dpop+jwt", alg: "ES256", jwk: jwk(from), ...header }, { htm: "POST", htu: `${server.url}/oauth2/token`, iat: now, jti: id(), ...more }, es256(from));
const withProof = (text) => bot.post("/oauth2/token", { grant_type: "client_credentials", scope: "api/read" }, { ...bot.basic(), dpop: text });

test("a proof counts in one form, for one request, now", async () => {
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: jwk(key) };
  const base = () => ({ htm: "POST", htu: `${server.url}/oauth2/token`, iat: now, jti: id() });
  const wrong = forms(header, base(), es256(key));
  for (const name of ["a blank"]) delete wrong[name]; // a header has none at its ends
  for (const [name, one] of Object.entries({
    "another method": proof({ htm: "GET" }),
    "a method in lower case": proof({ htm: "post" }),
    "no method": proof({ htm: undefined }),
    "another address": proof({ htu: `${server.url}/oauth2/revoke` }),
    "another host": proof({ htu: "https://evil.example/oauth2/token" }),
    "user-info": proof({ htu: `${server.url.replace("http://", "http://evil@")}/oauth2/token` }),
    "a host in front": proof({ htu: `https://evil.example/?${server.url}/oauth2/token` }),
    "more of a path": proof({ htu: `${server.url}/x/oauth2/token` }),
    "no address": proof({ htu: undefined }),
    "a minute and a half ago": proof({ iat: now - 90 }),
    "in a minute and a half": proof({ iat: now + 90 }),
    "no time": proof({ iat: undefined }),
    "a time as text": proof({ iat: String(now) }),
    "no name": proof({ jti: undefined }),
    "a name that is too long": proof({ jti: "x".repeat(600) }),
    "the type of a token": proof({}, { typ: "JWT" }),
    "no type": proof({}, { typ: undefined }),
    "no key": proof({}, { jwk: undefined }),
    "a private key": proof({}, { jwk: key.privateKey.export({ format: "jwk" }) }),
    "another's key": proof({}, { jwk: jwk(stranger) }),
    "a key of another kind": proof({}, { jwk: { ...jwk(key), kty: "RSA" } }),
    "a key of another curve": proof({}, { jwk: { ...jwk(key), crv: "P-384" } }),
    "a key beside its curve": proof({}, { jwk: { ...jwk(key), y: jwk(stranger).y } }),
    "a symmetric key": jws({ ...header, alg: "HS256", jwk: { kty: "oct", k: "AAAA" } }, base(), hmac(Buffer.alloc(3))),
    "an exponent of one": jws({ ...header, alg: "RS256", jwk: { ...jwk(rsa), e: "AQ" } }, base(), rs256(rsa)),
    "a modulus that is too large": jws({ ...header, alg: "RS256", jwk: { ...jwk(rsa), n: "_".repeat(4000) } }, base(), rs256(rsa)),
  })) wrong[name] = one;
  for (const [name, one] of Object.entries(wrong)) {
    const answer = await withProof(one);
    assert.equal(answer.body?.error, "invalid_dpop_proof", `${name}: ${answer.status} ${answer.text}`);
  }
  const good = await withProof(proof());
  assert.equal(good.body.token_type, "DPoP", good.text);
});

test("of many who show one proof one is believed", async () => {
  const one = proof();
  const answers = await Promise.all(Array.from({ length: MANY }, () => withProof(one)));
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
});

test("a bound token goes with a proof of its key, for it, by its scheme", async () => {
  const made = await open.authorize({}, user);
  const thumbprint = createHash("sha256").update(JSON.stringify({ crv: "P-256", kty: "EC", x: jwk(key).x, y: jwk(key).y })).digest("base64url");
  const { body } = await open.post("/oauth2/token", { grant_type: "authorization_code", client_id: open.client.id, code: made.params.code, redirect_uri: callback }, { dpop: proof() });
  assert.equal(body.token_type, "DPoP");
  const hash = (token) => createHash("sha256").update(token).digest("base64url");
  const show = (scheme, dpop) => open.userInfo(undefined, { headers: { authorization: `${scheme} ${body.access_token}`, ...(dpop ? { dpop } : {}) } });
  const at = { htm: "GET", htu: `${server.url}/oauth2/userInfo` };
  for (const [name, answer] of Object.entries({
    "as a bearer token": await show("Bearer"),
    "as a bearer token, with a proof": await show("Bearer", proof({ ...at, ath: hash(body.access_token) })),
    "without a proof": await show("DPoP"),
    "a proof that names no token": await show("DPoP", proof(at)),
    "a proof that names another": await show("DPoP", proof({ ...at, ath: hash("x") })),
    "a proof for the token endpoint": await show("DPoP", proof({ ath: hash(body.access_token) })),
    "a proof of another key": await show("DPoP", proof({ ...at, ath: hash(body.access_token) }, {}, stranger)),
  })) assert.ok([400, 401].includes(answer.status), `${name}: ${answer.status}`);
  assert.equal((await show("DPoP", proof({ ...at, ath: hash(body.access_token) }))).status, 200);
  for (const dpop of [undefined, proof({}, {}, stranger)]) {
    const answer = await open.post("/oauth2/token", { grant_type: "refresh_token", client_id: open.client.id, refresh_token: body.refresh_token }, dpop ? { dpop } : {});
    assert.equal(answer.body.error, "invalid_grant");
  }
  // A code that was asked for with one key is nothing to another.
  const bound = await open.authorize({ dpop_jkt: thumbprint }, user);
  const taken = await open.post("/oauth2/token", { grant_type: "authorization_code", client_id: open.client.id, code: bound.params.code, redirect_uri: callback }, { dpop: proof({}, {}, stranger) });
  assert.equal(taken.body.error, "invalid_grant");
});

// ---- one client, another's tokens ----

test("what a client shows of another's, or of another pool's, tells it nothing", async () => {
  const { tokens } = await flow.signIn({}, user);
  const foreigner = await elsewhere.user();
  const foreign = new Flow(server, elsewhere, await elsewhere.client());
  const away = await foreign.signIn({}, foreigner);
  const look = async (by, token) => (await by.post("/oauth2/introspect", { token }, by.basic())).body;
  assert.equal((await look(flow, tokens.refresh_token)).active, true);
  for (const [by, token] of [[other, tokens.refresh_token], [foreign, tokens.access_token], [foreign, tokens.refresh_token], [flow, away.tokens.access_token],
    [flow, away.tokens.refresh_token], [flow, tokens.id_token], [flow, `${tokens.access_token.slice(0, -4)}AAAA`]])
    assert.deepEqual(await look(by, token), { active: false });
  const open_ = await open.post("/oauth2/introspect", { token: tokens.access_token, client_id: open.client.id });
  assert.equal(open_.body.error, "invalid_client");
  for (const by of [other, foreign]) {
    await by.post("/oauth2/revoke", { token: tokens.refresh_token }, by.basic());
    assert.equal((await by.refresh(tokens.refresh_token)).body.error, "invalid_grant");
  }
  assert.equal((await flow.refresh(tokens.refresh_token)).status, 200);
});

test("a hint ends the session that it is about, and no other", async () => {
  const person = new Person(server);
  const { tokens } = await flow.signIn({}, user, person);
  const somebody = await pool.user();
  const theirs = await flow.signIn({}, somebody);
  const foreigner = await new Flow(server, elsewhere, await elsewhere.client()).signIn({}, await elsewhere.user());
  const isIn = async () => (await person.open(flow.authorizeUrl({ prompt: "none" }))).sentTo.params.code !== undefined;
  for (const [name, fields] of Object.entries({
    "somebody else's": { id_token_hint: theirs.tokens.id_token },
    "an access token": { id_token_hint: tokens.access_token },
    "another pool's": { id_token_hint: foreigner.tokens.id_token },
    "another client's name": { id_token_hint: tokens.id_token, client_id: other.client.id },
    "unsigned": { id_token_hint: `${tokens.id_token.split(".").slice(0, 2).join(".")}.` },
    "by its form alone": { id_token_hint: jws({ alg: "none", kid: "x" }, { aud: flow.client.id, iss: pool.issuer, token_use: "id", sub: "x" }) },
    "none": {},
  })) {
    const page = await person.open(flow.url("/logout", { post_logout_redirect_uri: signedOut, ...fields }));
    assert.ok(await isIn(), name);
    // Two of them are good where they come from, so the address is their client's.
    assert.ok(/somebody|another pool/.test(name) || !page.sentTo, name);
  }
  const page = await person.open(flow.url("/logout", { post_logout_redirect_uri: signedOut, id_token_hint: tokens.id_token, state: "a b&c" }));
  assert.equal(page.sentTo.params.state, "a b&c");
  assert.equal(await isIn(), false);
});
