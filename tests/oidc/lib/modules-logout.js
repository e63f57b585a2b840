// The modules of the certification plan "RP-Initiated Logout OP", by their names, each written anew.

import assert from "node:assert/strict";

import { random } from "./flow.js";
import { Person } from "./person.js";
import { signedOut } from "./pool.js";

async function signedIn(m) {
  const person = new Person(m.server);
  const { tokens } = await m.flow.signIn({}, m.user, person);
  return { person, hint: tokens.id_token };
}

const stillThere = async (m, person) => {
  const page = await person.open(m.flow.authorizeUrl({ prompt: "none" }));
  if (page.sentTo.params.code) return true;
  assert.equal(page.sentTo.params.error, "login_required");
  return false;
};

// Sign out with these parameters; what is left undefined is not sent.
const signOut = (m, person, fields) => person.open(m.flow.url("/logout", fields));

const complete = (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: signedOut, state: random() });

// Nobody is sent to the application. Is he asked first, the button signs out.
async function staysHere(m, fields, { done } = {}) {
  const { person, hint } = await signedIn(m);
  const page = await signOut(m, person, fields(hint));
  assert.equal(page.sentTo, undefined);
  assert.match(page.headers["content-type"], /^text\/html/);
  if (done) {
    assert.equal(page.status, 200);
    if (await stillThere(m, person)) {
      const after = await person.submit(page);
      assert.equal(after.sentTo, undefined);
      assert.equal(after.status, 200);
    }
    assert.equal(await stillThere(m, person), false);
  }
}

async function comesBack(m, fields) {
  const { person, hint } = await signedIn(m);
  const sent = fields(hint);
  const page = await signOut(m, person, sent);
  assert.ok(page.sentTo, `back to the application: ${page.url} ${page.words}`);
  assert.equal(page.sentTo.url.split("?")[0], signedOut);
  assert.deepEqual(page.sentTo.params, sent.state ? { state: sent.state } : {});
  assert.equal(await stillThere(m, person), false);
}

function modified(token) {
  const [head, body, signature] = token.split(".");
  return [head, body, signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`].join(".");
}

export const logout = {
  "oidcc-rp-initiated-logout-discovery-endpoint-verification": async (m) => {
    assert.equal((await m.flow.discovery()).end_session_endpoint, `${m.server.url}/logout`);
  },
  "oidcc-rp-initiated-logout": (m) => comesBack(m, complete),
  "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri": (m) =>
    staysHere(m, (hint) => ({ ...complete(hint), post_logout_redirect_uri: `${signedOut}/${random()}` })),
  "oidcc-rp-initiated-logout-modified-id-token-hint": (m) =>
    staysHere(m, (hint) => ({ ...complete(hint), id_token_hint: modified(hint) })),
  "oidcc-rp-initiated-logout-no-id-token-hint": (m) => staysHere(m, (hint) => ({ ...complete(hint), id_token_hint: undefined })),
  "oidcc-rp-initiated-logout-no-params": (m) => staysHere(m, () => ({}), { done: m.strict }),
  "oidcc-rp-initiated-logout-no-post-logout-redirect-uri": (m) =>
    staysHere(m, (hint) => ({ ...complete(hint), post_logout_redirect_uri: undefined }), { done: true }),
  "oidcc-rp-initiated-logout-no-state": (m) => comesBack(m, (hint) => ({ ...complete(hint), state: undefined })),
  "oidcc-rp-initiated-logout-only-state": (m) => staysHere(m, () => ({ state: random() }), { done: m.strict }),
  "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri": (m) =>
    staysHere(m, (hint) => ({ ...complete(hint), post_logout_redirect_uri: `${signedOut}?foo=bar` })),
  "oidcc-rp-initiated-logout-bad-id-token-hint": (m) => staysHere(m, (hint) => ({ ...complete(hint), id_token_hint: "notavalidtoken" })),
};
