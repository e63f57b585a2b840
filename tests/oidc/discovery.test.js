// Discovery tells the truth: each member of the document is exercised here, and one that nobody exercises fails.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, describe, test } from "node:test";

import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from "jose";

import { admin } from "../clients/lib/admin.js";
import { startServer } from "../clients/lib/server.js";
import { challengeOf, Flow, newVerifier, random } from "./lib/flow.js";
import { exchange, Person } from "./lib/person.js";
import { makePool } from "./lib/pool.js";

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

let server, keyHost;
const keySets = {}; // what clients publish, by path
before(async () => {
  server = await startServer();
  keyHost = http.createServer((request, answer) => {
    answer.setHeader("content-type", "application/json");
    answer.end(JSON.stringify(keySets[request.url] ?? { keys: [] }));
  });
  keyHost.listen(0, "127.0.0.1");
  await once(keyHost, "listening");
});
after(async () => {
  keyHost?.close();
  await server?.stop();
});

// ---- what several of them need ----

const as = (scene, made) => new Flow(server, scene.pool, made);
const sentTo = async (flow, fields) => (await new Person(server).open(flow.authorizeUrl(fields))).sentTo;
const time = async () => Math.floor(Date.parse((await (await fetch(`${server.url}/_lifeguard/clock`)).json()).now) / 1000);

// A client that signs with a key of this kind, which is in a set of its own.
async function keyed(scene, alg, more) {
  const keys = await generateKeyPair(alg, { extractable: true });
  const made = await scene.pool.machine(undefined, more);
  const path = `/${made.id}`;
  keySets[path] = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: alg, alg, use: "sig" }] };
  await admin(server, "TagResource", {
    ResourceArn: `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${scene.pool.id}`,
    Tags: { [`lifeguard:jwks.${made.id}`]: `http://127.0.0.1:${keyHost.address().port}${path}` },
  });
  const assertion = async () =>
    new SignJWT({ jti: random() }).setProtectedHeader({ alg, kid: alg }).setIssuer(made.id).setSubject(made.id)
      .setAudience(scene.pool.issuer).setExpirationTime((await time()) + 60).sign(keys.privateKey);
  const fields = async () => ({ client_assertion_type: assertionType, client_assertion: await assertion() });
  return { ...made, fields };
}

// Of each way to prove a client: does this endpoint know it?
async function methodsOf(scene, path, fields, knows) {
  const { machine, open } = scene;
  const signing = await keyed(scene, "ES256");
  const answers = {
    client_secret_basic: await machine.post(path, fields, machine.basic()),
    client_secret_post: await machine.post(path, { ...fields, client_id: machine.client.id, client_secret: machine.client.secret }),
    private_key_jwt: await machine.post(path, { ...fields, ...(await signing.fields()) }),
    none: await open.post(path, { ...fields, client_id: open.client.id }),
  };
  return Object.keys(answers).filter((name) => knows(answers[name]));
}

const isKnown = (answer) => answer.body?.error !== "invalid_client" && answer.status !== 401;

async function algsOf(scene, list, path, fields) {
  for (const alg of list) {
    const signing = await keyed(scene, alg);
    const answer = await scene.machine.post(path, { ...fields, ...(await signing.fields()) });
    assert.equal(answer.status, 200, `${alg}: ${answer.text}`);
  }
}

async function proof(alg, method, path, more) {
  const keys = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(keys.publicKey);
  const jwt = await new SignJWT({ htm: method, htu: server.url + path, jti: random(), ...more }).setIssuedAt(await time())
    .setProtectedHeader({ typ: "dpop+jwt", alg, jwk }).sign(keys.privateKey);
  return { jwt, jkt: await calculateJwkThumbprint(jwk) };
}

// ---- member by member ----

const endpoint = (path) => (value) => assert.equal(value, server.url + path);
const no = (value) => assert.equal(value, false);

const members = {
  issuer: async (value, scene) => {
    const { claims, params } = await scene.flow.signIn({}, scene.user);
    assert.deepEqual([claims.iss, params.iss], [value, value]);
  },
  authorization_endpoint: endpoint("/oauth2/authorize"), // what is there, the members below ask
  token_endpoint: endpoint("/oauth2/token"),
  userinfo_endpoint: async (value, { flow, user }) => {
    const { tokens } = await flow.signIn({}, user);
    assert.equal((await exchange(value, { headers: { authorization: `Bearer ${tokens.access_token}` } })).status, 200);
  },
  revocation_endpoint: endpoint("/oauth2/revoke"),
  introspection_endpoint: endpoint("/oauth2/introspect"),
  pushed_authorization_request_endpoint: async (value, { flow, user }) => {
    endpoint("/oauth2/par")(value);
    const { status, body } = await flow.post("/oauth2/par", flow.request({ state: "pushed" }), flow.basic());
    assert.equal(status, 201);
    const person = new Person(server);
    const page = await person.signIn(await person.open(flow.url("/oauth2/authorize", { client_id: flow.client.id, request_uri: body.request_uri })), user);
    assert.equal(page.sentTo.params.state, "pushed");
  },
  device_authorization_endpoint: async (value, { open }) => {
    endpoint("/oauth2/device_authorization")(value);
    const { body } = await open.post("/oauth2/device_authorization", { client_id: open.client.id });
    for (const address of [body.verification_uri, body.verification_uri_complete]) assert.equal((await exchange(address)).status, 200);
  },
  end_session_endpoint: async (value, { flow, user }) => {
    const person = new Person(server);
    const { tokens } = await flow.signIn({}, user, person);
    const page = await person.open(`${value}?id_token_hint=${tokens.id_token}`);
    assert.equal(page.status, 200);
    assert.equal((await person.open(flow.authorizeUrl({ prompt: "none" }))).sentTo.params.error, "login_required");
  },
  jwks_uri: async (value, { flow, user }) => {
    const { keys } = await (await fetch(value)).json();
    const { tokens } = await flow.signIn({}, user);
    for (const token of [tokens.id_token, tokens.access_token])
      assert.ok(keys.some((key) => key.kid === decodeProtectedHeader(token).kid));
  },

  response_types_supported: async (value, { flow, open, user, strict }) => {
    for (const type of value) {
      const { params } = await (type === "code" ? flow : open).authorize({ response_type: type }, user);
      assert.ok(type === "code" ? params.code : params.access_token, type);
    }
    const others = ["id_token", "code id_token", "code token", "none", ...(strict ? ["token"] : [])];
    for (const type of others) assert.equal((await sentTo(open, { response_type: type })).params.error, "unsupported_response_type", type);
  },
  response_modes_supported: async (value, { flow, user }) => {
    for (const mode of value) {
      const { page } = await flow.authorize({ response_mode: mode }, user);
      const way = page.sentTo.posted ? "form_post" : page.sentTo.fragment ? "fragment" : "query";
      assert.equal(way, mode);
    }
    for (const mode of ["jwt", "web_message", "query.jwt"]) assert.equal((await sentTo(flow, { response_mode: mode })).params.error, "invalid_request", mode);
  },
  grant_types_supported: async (value, { flow, machine, open, user, strict }) => {
    const { tokens, page } = await flow.signIn({}, user);
    const tried = { authorization_code: page.sentTo.params.code && tokens.access_token };
    tried.refresh_token = (await flow.refresh(tokens.refresh_token)).body.access_token;
    tried.client_credentials = (await machine.token({ grant_type: "client_credentials" })).body.access_token;
    const begun = (await open.post("/oauth2/device_authorization", { client_id: open.client.id })).body;
    tried[deviceGrant] = (await open.token({ grant_type: deviceGrant, device_code: begun.device_code })).body.error === "authorization_pending";
    tried.implicit = !strict && (await open.authorize({ response_type: "token" }, user)).params.access_token;
    assert.deepEqual([...value].sort(), Object.keys(tried).filter((name) => tried[name]).sort());
    for (const grant_type of ["password", "urn:ietf:params:oauth:grant-type:token-exchange", "urn:openid:params:grant-type:ciba"])
      assert.equal((await flow.token({ grant_type })).body.error, "unsupported_grant_type");
  },
  scopes_supported: async (value, { flow, user }) => {
    const { tokens } = await flow.signIn({ scope: value.join(" ") }, user);
    assert.deepEqual(decodeJwt(tokens.access_token).scope.split(" "), value);
  },
  subject_types_supported: async (value, { flow, open, user }) => {
    assert.deepEqual(value, ["public"]); // one name for all clients
    assert.equal((await flow.signIn({}, user)).claims.sub, (await open.signIn({}, user)).claims.sub);
  },
  claims_supported: async (value, { flow, user }) => {
    const { claims, tokens } = await flow.signIn({ scope: "openid email phone profile", nonce: "n" }, user);
    const told = { ...claims, ...(await flow.userInfo(tokens.access_token)).body };
    for (const name of value) assert.ok(told[name] !== undefined, name);
    const own = /^(cognito:|custom:|token_use|jti|origin_jti|event_id|username)/;
    for (const name of Object.keys(told)) assert.ok(value.includes(name) || own.test(name), `${name} is not in claims_supported`);
  },
  prompt_values_supported: async (value, { flow, user }) => {
    const person = new Person(server);
    await flow.signIn({}, user, person);
    const shown = { none: "code", login: "login", select_account: "continue", consent: "code" };
    for (const prompt of value) {
      const page = await person.open(flow.authorizeUrl({ prompt }));
      const what = page.sentTo ? Object.keys(page.sentTo.params)[0] : /data-page="([a-z]+)"/.exec(page.text)[1];
      assert.equal(what, shown[prompt], prompt);
    }
    for (const prompt of ["create", "LOGIN", "none login"]) assert.equal((await sentTo(flow, { prompt })).params.error, "invalid_request", prompt);
  },
  code_challenge_methods_supported: async (value, { open, user }) => {
    assert.deepEqual(value, ["S256"]);
    const verifier = newVerifier();
    const { params } = await open.authorize({ code_challenge: challengeOf(verifier), code_challenge_method: "S256" }, user);
    assert.equal((await open.redeem(params.code, { code_verifier: verifier })).status, 200);
    assert.equal((await sentTo(open, { code_challenge: verifier, code_challenge_method: "plain" })).params.error, "invalid_request");
  },
  ui_locales_supported: async (value, { flow }) => {
    assert.equal(value.length, 14);
    for (const tag of value) {
      for (const name of ["ui_locales", "lang"]) {
        const page = await new Person(server).open(flow.authorizeUrl({ [name]: tag }));
        assert.equal(page.headers["content-language"], tag, name);
        assert.match(page.text, new RegExp(`<html lang="${tag}"`));
      }
    }
    const choice = await new Person(server).open(flow.authorizeUrl({ ui_locales: "tlh sv de-AT fr" }));
    assert.equal(choice.headers["content-language"], "de", "the first that there is");
    const none = await new Person(server).open(flow.authorizeUrl({ ui_locales: "tlh" }));
    assert.equal(none.headers["content-language"], "en");
  },

  id_token_signing_alg_values_supported: async (value, { flow, user }) => {
    const { tokens } = await flow.signIn({}, user);
    assert.deepEqual(value, [decodeProtectedHeader(tokens.id_token).alg]);
  },
  token_endpoint_auth_methods_supported: async (value, scene) => {
    const machines = await methodsOf(scene, "/oauth2/token", { grant_type: "client_credentials" }, (answer) => answer.status === 200);
    assert.deepEqual([...value].sort(), [...machines, "none"].sort());
    assert.equal((await scene.open.signIn({}, scene.user)).tokens.token_type, "Bearer"); // none
  },
  token_endpoint_auth_signing_alg_values_supported: (value, scene) => algsOf(scene, value, "/oauth2/token", { grant_type: "client_credentials" }),
  revocation_endpoint_auth_methods_supported: async (value, scene) =>
    assert.deepEqual(value, await methodsOf(scene, "/oauth2/revoke", { token: "x" }, isKnown)),
  revocation_endpoint_auth_signing_alg_values_supported: (value, scene) => algsOf(scene, value, "/oauth2/revoke", { token: "x" }),
  introspection_endpoint_auth_methods_supported: async (value, scene) =>
    assert.deepEqual(value, await methodsOf(scene, "/oauth2/introspect", { token: "x" }, isKnown)),
  introspection_endpoint_auth_signing_alg_values_supported: (value, scene) => algsOf(scene, value, "/oauth2/introspect", { token: "x" }),
  dpop_signing_alg_values_supported: async (value, { machine }) => {
    for (const alg of value) {
      const { jwt, jkt } = await proof(alg, "POST", "/oauth2/token");
      const { body, text } = await machine.post("/oauth2/token", { grant_type: "client_credentials" }, { ...machine.basic(), dpop: jwt });
      assert.equal(body.token_type, "DPoP", `${alg}: ${text}`);
      assert.equal(decodeJwt(body.access_token).cnf.jkt, jkt);
    }
    const { jwt } = await proof("PS256", "POST", "/oauth2/token");
    const refused = await machine.post("/oauth2/token", { grant_type: "client_credentials" }, { ...machine.basic(), dpop: jwt });
    assert.equal(refused.body.error, "invalid_dpop_proof");
  },

  // Asked for, it is no error (OpenID Connect Core, 5.5), and changes nothing.
  claims_parameter_supported: async (value, { flow, user }) => {
    no(value);
    const { claims } = await flow.signIn({ claims: JSON.stringify({ id_token: { auth_time: { essential: true }, nothing: null } }) }, user);
    assert.equal(claims.nothing, undefined);
  },
  request_parameter_supported: async (value, { flow }) => {
    no(value);
    assert.equal((await sentTo(flow, { request: "x.y.z" })).params.error, "request_not_supported");
  },
  request_uri_parameter_supported: async (value, { flow }) => {
    no(value);
    const asked = await sentTo(flow, { request_uri: `http://127.0.0.1:${keyHost.address().port}/request` });
    assert.equal(asked.params.error, "request_uri_not_supported");
  },
  authorization_response_iss_parameter_supported: async (value, { flow }) => {
    assert.equal(value, true);
    assert.equal((await sentTo(flow, { prompt: "none" })).params.iss, flow.pool.issuer);
  },
};

for (const strict of [false, true]) {
  describe(strict ? "strict" : "compatible", () => {
    let scene, found;
    before(async () => {
      const pool = await makePool(server, { strict });
      const [client, open, machine, user] = await Promise.all([
        pool.client(),
        pool.client({ secret: false, AllowedOAuthFlows: ["code", "implicit"] }),
        pool.machine(),
        pool.user({ preferred_username: random(), updated_at: "1700000000" }),
      ]);
      scene = { pool, strict, user };
      Object.assign(scene, { flow: as(scene, client), open: as(scene, open), machine: as(scene, machine) });
      found = await scene.flow.discovery();
    });

    for (const [name, check] of Object.entries(members)) {
      test(name, async () => {
        assert.ok(name in found, "it is there");
        await check(found[name], scene);
      });
    }
    test("nothing else is claimed", () => assert.deepEqual(Object.keys(found).filter((name) => !(name in members)), []));
  });
}

test("a pool that signs with ES256 says so, and does", async () => {
  const pool = await makePool(server, { tags: { "lifeguard:tokens.alg": "ES256" } });
  const flow = new Flow(server, pool, await pool.client());
  assert.deepEqual((await flow.discovery()).id_token_signing_alg_values_supported, ["ES256"]);
  const { params } = await flow.authorize({}, await pool.user());
  const { body } = await flow.redeem(params.code);
  assert.equal(decodeProtectedHeader(body.id_token).alg, "ES256");
});

test("the document is the pool's, may be kept a day, and is read by programs of any origin", async () => {
  const answer = await exchange(`${server.url}/us-east-1_Lifeguard/.well-known/openid-configuration`, { headers: { host: `evil.example:${server.port}` } });
  const own = await exchange(`${server.url}/us-east-1_Lifeguard/.well-known/openid-configuration`);
  assert.ok(answer.status === 403 || answer.text === own.text, "nothing is built from Host");
  assert.equal(own.headers["cache-control"], "public, max-age=86400");
  assert.equal(own.headers["access-control-allow-origin"], "*");
  assert.equal(own.headers["content-type"], "application/json");
  const none = await exchange(`${server.url}/us-east-1_Nobody01/.well-known/openid-configuration`);
  assert.deepEqual([none.status, none.text], [404, '{"message":"User pool us-east-1_Nobody01 does not exist."}']);
});
