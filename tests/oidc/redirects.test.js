// No open redirector anywhere (RFC 9700, 4.11; CVE-2024-8883, CVE-2023-6291, CVE-2024-52289, CVE-2020-15233,
// CVE-2020-15234, CVE-2024-25715, CVE-2021-32786 and its kin): a corpus of addresses at every door that takes one.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "../clients/lib/server.js";
import { addressesUnlike } from "./lib/corpus.js";
import { Flow } from "./lib/flow.js";
import { assertInert, assertNoInjectedHeader } from "./lib/inspect.js";
import { Person } from "./lib/person.js";
import { callback, makePool, signedOut } from "./lib/pool.js";

let server, flow, user;
const person = () => new Person(server);

before(async () => {
  server = await startServer();
  const pool = await makePool(server);
  user = await pool.user();
  flow = new Flow(server, pool, await pool.client());
});
after(() => server?.stop());

// No step of the way leads anywhere but to the server's own pages.
async function staysHere(somebody, page, label) {
  for (let i = 0; i < 4; i++) {
    assertNoInjectedHeader(page);
    if (page.headers.refresh) assert.fail(`refresh: ${page.headers.refresh}`);
    if (page.status < 300 || page.status > 399) break;
    const to = new URL(page.headers.location, page.url);
    assert.equal(to.origin, server.url, `${label} → ${page.headers.location}`);
    page = await somebody.request(to.href);
  }
  assert.ok(page.status >= 200 && page.status < 500, `${label}: ${page.status}`);
  if (page.document) assertInert(page, { origin: server.url });
  return page;
}

for (const path of ["/oauth2/authorize", "/login", "/signup", "/forgotPassword"]) {
  test(`${path}: redirect_uri is one of the client's, byte for byte`, async () => {
    for (const address of addressesUnlike(callback)) {
      const somebody = person();
      const page = await staysHere(somebody, await somebody.request(flow.url(path, flow.request({ redirect_uri: address }))), JSON.stringify(address));
      assert.notEqual(page.status, 200, JSON.stringify(address));
    }
  });
}

test("/oauth2/authorize of somebody who is signed in gives no code to another address", async () => {
  const somebody = person();
  await flow.authorize({}, user, somebody);
  for (const address of addressesUnlike(callback)) {
    const url = flow.authorizeUrl({ redirect_uri: address });
    const page = await staysHere(somebody, await somebody.request(url), JSON.stringify(address));
    assert.ok(!/code=/.test(page.url));
  }
});

test("prompt=none and other errors go to no other address", async () => {
  const wrong = [{ prompt: "none" }, { scope: "nothing" }, { response_type: "nothing" }, { response_mode: "nothing" }, { code_challenge: "x" }];
  for (const fields of wrong) {
    const somebody = person();
    await staysHere(somebody, await somebody.request(flow.authorizeUrl({ redirect_uri: "https://evil.example/", ...fields })), JSON.stringify(fields));
  }
});

test("two addresses: neither is taken", async () => {
  for (const both of [[callback, "http://evil.example/"], ["http://evil.example/", callback], [callback, callback]]) {
    const [first, second] = both.map(encodeURIComponent);
    const base = flow.url("/oauth2/authorize", flow.request({ redirect_uri: undefined }));
    const somebody = person();
    const page = await staysHere(somebody, await somebody.request(`${base}&redirect_uri=${first}&redirect_uri=${second}`), both.join(" "));
    assert.equal(page.status, 400);
  }
});

test("/oauth2/par: redirect_uri is one of the client's", async () => {
  for (const address of addressesUnlike(callback)) {
    const answer = await flow.post("/oauth2/par", flow.request({ redirect_uri: address }), flow.basic());
    assert.equal(answer.status, 400, JSON.stringify(address));
    assert.equal(answer.body.request_uri, undefined);
  }
});

test("/oauth2/token: redirect_uri is that of the request", async () => {
  for (const address of [`${callback}/`, callback.toUpperCase(), `${callback}?`, `${callback}#`, "http://evil.example/", undefined]) {
    const { params } = await flow.authorize({}, user);
    const answer = await flow.redeem(params.code, { redirect_uri: address });
    assert.equal(answer.status, 400, address);
    assert.ok(["unauthorized_client", "invalid_grant", "invalid_request"].includes(answer.body.error), answer.text);
  }
});

test("/logout: logout_uri is one of the client's, byte for byte", async () => {
  for (const address of addressesUnlike(signedOut)) {
    const somebody = person();
    await staysHere(somebody, await somebody.request(flow.url("/logout", { client_id: flow.client.id, logout_uri: address })), JSON.stringify(address));
  }
});

test("/logout: redirect_uri is one of the client's, byte for byte", async () => {
  for (const address of addressesUnlike(callback)) {
    const somebody = person();
    const fields = { client_id: flow.client.id, response_type: "code", redirect_uri: address };
    const page = await staysHere(somebody, await somebody.request(flow.url("/logout", fields)), JSON.stringify(address));
    assert.notEqual(page.status, 200, JSON.stringify(address));
  }
});

test("/logout: post_logout_redirect_uri is one of the client's, byte for byte", async () => {
  const hint = (await flow.signIn({}, user)).tokens.id_token;
  for (const address of addressesUnlike(signedOut)) {
    const somebody = person();
    const fields = { id_token_hint: hint, post_logout_redirect_uri: address, state: "//evil.example" };
    await staysHere(somebody, await somebody.request(flow.url("/logout", fields)), JSON.stringify(address));
  }
});

test("/error and pages that are none lead nowhere", async () => {
  for (const name of ["error", "redirect_uri", "return", "next", "url", "error_uri", "error_description", "client_id"]) {
    for (const address of ["https://evil.example/", "//evil.example", "javascript:evil()", "\\\\evil.example"]) {
      const somebody = person();
      await staysHere(somebody, await somebody.request(flow.url("/error", { error: "x", client_id: flow.client.id, [name]: address })), `${name}=${address}`);
    }
  }
  for (const path of ["//evil.example/%2f..", "/%5cevil.example", "/login//evil.example", "/.evil.example", "///evil.example/login", "/login/..//evil.example", "/https://evil.example"]) {
    const somebody = person();
    const page = await somebody.request(server.url + path);
    assert.ok(page.status >= 400 || new URL(page.headers.location, server.url).origin === server.url, `${path}: ${page.status}`);
  }
});
