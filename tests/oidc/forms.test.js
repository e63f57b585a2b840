// What pages and forms are attacked with: markup and line ends in every parameter, frames, forged forms,
// sessions that somebody else has prepared.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { startServer } from "../clients/lib/server.js";
import { markups } from "./lib/corpus.js";
import { Flow } from "./lib/flow.js";
import { assertGuarded, assertInert, assertNoInjectedHeader } from "./lib/inspect.js";
import { exchange, Person } from "./lib/person.js";
import { callback, makePool, signedOut } from "./lib/pool.js";

let server, pool, flow, user;
const person = () => new Person(server);

before(async () => {
  server = await startServer();
  pool = await makePool(server);
  user = await pool.user();
  flow = new Flow(server, pool, await pool.client());
});
after(() => server?.stop());

const login = (fields) => flow.url("/login", flow.request(fields));
const credentials = () => ({ username: user.username, password: user.password });
const application = new URL(callback).origin;

const pages = [
  "/login", "/signup", "/forgotPassword", "/confirm", "/confirmUser", "/resendcode", "/confirmForgotPassword", "/resetPassword", "/selectFactor",
  "/password", "/mfa", "/mfaOption", "/mfaSetup", "/mfaTotp", "/newPassword", "/passkey", "/passkeys/add", "/error", "/logout", "/signedOut", "/device",
  "/account",
];
const ownPages = ["profile", "contact", "verify", "password", "factors", "app", "recovery", "passkeys", "passkey", "devices", "sessions", "delete"].map(
  (name) => `/account/${name}`,
);

const parameters = ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "login_hint", "lang", "ui_locales", "prompt", "max_age",
  "identity_provider", "idp_identifier", "code_challenge", "code_challenge_method", "resource", "response_mode", "acr_values", "error",
  "error_description", "username", "user_code", "confirmation_code", "code", "logout_uri", "post_logout_redirect_uri", "id_token_hint", "request_uri"];

test("a parameter is text wherever it is shown, on every page", async () => {
  for (const path of ["/oauth2/authorize", ...pages]) {
    for (const name of parameters) {
      // All forms of them in one parameter where it is plain text; those that may be refused, one by one below.
      const somebody = person();
      const page = await somebody.request(flow.url(path, flow.request({ [name]: markups.join(" ") })));
      assertNoInjectedHeader(page);
      if (page.document) assertInert(page, { origin: server.url, allowed: [application] });
      assert.ok(page.status < 500, `${path} ${name}: ${page.status}`);
    }
  }
});

test("a parameter is text on the pages of one's own account", async () => {
  const somebody = person();
  await flow.authorize({}, user, somebody);
  for (const path of ["/account", ...ownPages]) {
    for (const name of ["client_id", "id", "name", "state", "lang", "scope", "notice", "username", "code"]) {
      const page = await somebody.request(flow.url(path, flow.request({ [name]: markups.join(" ") })));
      assertNoInjectedHeader(page);
      if (page.document) assertInert(page, { origin: server.url });
      assert.ok(page.status < 500, `${path} ${name}: ${page.status}`);
    }
  }
});

test("what somebody wrote into his profile is text wherever it is shown", async () => {
  const marked = Object.fromEntries(["name", "given_name", "family_name", "nickname", "middle_name", "locale", "zoneinfo", "gender"].map((name, i) => [name, markups[i].slice(0, 200)]));
  const somebody = person();
  await flow.authorize({}, await pool.user({ ...marked, address: markups[9] }), somebody);
  for (const path of ["/login", "/account", ...ownPages]) {
    const page = await somebody.request(flow.url(path, flow.request()));
    if (page.document) assertInert(page, { origin: server.url });
    assert.ok(page.status < 400, `${path}: ${page.status}`);
    if (path === "/account/profile") assert.ok(Object.values(page.forms[0].fields).some((value) => value.includes("x-evil")), "it is shown");
  }
});

test("each markup alone, in what the sign-in page shows or keeps", async () => {
  for (const name of ["state", "nonce", "login_hint", "lang", "scope", "client_id"]) {
    for (const markup of markups) {
      const page = await person().open(login({ [name]: markup }));
      assertNoInjectedHeader(page);
      if (page.document) assertInert(page, { origin: server.url, allowed: [application] });
      assert.ok(page.status < 500, `${name} ${markup}: ${page.status}`);
    }
  }
});

test("what was typed is text when the form comes back with it", async () => {
  const somebody = person();
  const start = await somebody.open(login());
  for (const markup of markups) {
    const page = await somebody.submit(start, { username: markup, password: markup });
    assertNoInjectedHeader(page);
    assert.ok(page.status < 500, `${markup}: ${page.status}`);
    assertInert(page, { origin: server.url });
    const form = page.forms.find((one) => one.names.has("username"));
    assert.equal(form?.fields.password, "", "passwords are not kept");
    assert.ok(form.fields.username.includes("x-evil"), "what was typed is kept");
  }
});

test("the name of a parameter or of a cookie, and odd headers, are text, too", async () => {
  for (const markup of markups) {
    const url = `${login()}&${encodeURIComponent(markup)}=1`;
    const bare = markup.replace(/[\r\n\0]/g, "").replace(/[^\x20-\x7e]/g, "?");
    const headers = { cookie: `${bare.replace(/[;,=\s]/g, "")}=1; lang=${bare.replace(/[;,]/g, "")}`, "accept-language": bare, "user-agent": bare, referer: bare, "x-forwarded-host": "forwarded.example", forwarded: "host=forwarded.example", "x-forwarded-proto": bare };
    const page = await person().request(url, { headers });
    assertNoInjectedHeader(page);
    assert.ok(page.status < 500, `${markup}: ${page.status}`);
    if (page.document) assertInert(page, { origin: server.url });
    assert.ok(!page.text.includes("forwarded.example"), "no address is built from a header");
  }
});

test("line ends in a parameter never become a header", async () => {
  for (const end of ["\r\n", "\n", "\r", "\u2028", "\u560d\u560a", "%0d%0a"]) {
    for (const name of ["state", "redirect_uri", "client_id", "lang", "scope", "nonce", "response_mode"]) {
      const value = `x${end}X-Evil: 1${end}Set-Cookie: evil=1`;
      for (const more of [{ prompt: "none" }, {}]) {
        const page = await person().request(flow.authorizeUrl({ ...more, [name]: value }));
        assertNoInjectedHeader(page);
        assert.ok(![page.headers["set-cookie"] ?? []].flat().some((line) => line.startsWith("evil")));
      }
    }
  }
});

test("state goes through untouched", async () => {
  for (const state of [...markups, "a b+c%20&=", "ü€𝄞", "x".repeat(2000), "%00", "\u0000"]) {
    const page = await person().open(flow.authorizeUrl({ prompt: "none", state }));
    assert.equal(page.sentTo.params.state, state);
  }
});

test("a style is tokens, not a style sheet of somebody else's", async () => {
  const other = await pool.client();
  await pool.call("CreateUserPoolDomain", { Domain: `forms-${process.pid}` });
  await pool.call("SetUICustomization", { ClientId: other.id, CSS: ".label-customizable{font-weight:400;color:#123456}" });
  const page = await person().open(new Flow(server, pool, other).authorizeUrl());
  assert.equal(page.status, 200);
  assertInert(page, { origin: server.url });
  const refused = ["</style><x-evil>", "} body{background:url(//x-evil)}", ".label-customizable{background:url(javascript:evil)}", "@import '//x-evil';",
    ".label-customizable{color:expression(evil)}", `.label-customizable{color:red}${markups[0]}`];
  for (const css of refused) await assert.rejects(pool.call("SetUICustomization", { ClientId: other.id, CSS: css }), /InvalidParameterException/, css);
});

test("strings that an operator words are text, every one of them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lifeguard-strings-"));
  const built = await readFile(fileURLToPath(new URL("../../pages/strings/en.txt", import.meta.url)), "utf8");
  const kept = new Set(["language.name", "language.direction"]);
  const lines = built.split("\n").filter((line) => /^[a-z]/.test(line) && !kept.has(line.split(" = ")[0]));
  await writeFile(join(folder, "en.txt"), lines.map((line) => `${line} "'><x-evil onfocus=x-evil><script>x-evil</script>\n`).join(""));
  const worded = await startServer("--set", `pages.strings=${folder}`);
  try {
    const own = await makePool(worded);
    const there = new Flow(worded, own, await own.client());
    const who = await own.user();
    const somebody = new Person(worded);
    for (const path of pages) {
      const page = await somebody.request(there.url(path, there.request()));
      if (page.document) assertInert(page, { origin: worded.url });
      if (path === "/login") assert.ok(page.words.includes("<x-evil"), "it is shown");
    }
    await there.authorize({}, who, somebody);
    for (const path of ["/account", ...ownPages]) {
      const page = await somebody.request(there.url(path, there.request()));
      if (page.document) assertInert(page, { origin: worded.url });
    }
  } finally {
    await worded.stop();
    await rm(folder, { recursive: true });
  }
});

test("no page can be framed, cached, or tells where one came from", async () => {
  const somebody = person();
  for (const path of pages) {
    const page = await somebody.request(flow.url(path, flow.request()));
    if (page.document) assertGuarded(page);
    else assert.ok(page.status >= 300, `${path}: ${page.status}`);
    assert.match(page.headers["cache-control"], /no-store/, path);
  }
  assertGuarded(await somebody.open(flow.authorizeUrl({ redirect_uri: "http://evil.example/" })));
  assertGuarded(await somebody.open(flow.authorizeUrl({ client_id: "nobody" })));
  const done = await somebody.signIn(await somebody.open(flow.authorizeUrl()), user);
  for (const path of ownPages) {
    const page = await somebody.request(flow.url(path, flow.request()));
    if (page.document) assertGuarded(page);
  }
  assert.match(done.headers["cache-control"], /no-store/);
  assert.equal(done.headers["referrer-policy"], "no-referrer");
  for (const answer of somebody.trail) assert.match(answer.headers["cache-control"], /no-store/, answer.url);
});

test("after credentials the way on is 303", async () => {
  const somebody = person();
  const answer = await somebody.submit(await somebody.open(login()), credentials(), { follow: false });
  assert.equal(answer.status, 303);
});

// ---- forged forms ----

const isSignedIn = async (somebody) => Boolean((await somebody.open(flow.authorizeUrl({ prompt: "none" }))).sentTo.params.code);

async function forged(change) {
  const somebody = person();
  const page = await somebody.open(login());
  const form = page.forms.find((one) => one.names.has("password"));
  const request = { fields: { ...form.fields, ...credentials() }, headers: {}, url: new URL(form.action, page.url).href };
  await change(request, somebody);
  const answer = await somebody.request(request.url, { method: "POST", fields: request.fields, headers: request.headers });
  assert.ok(!/[?&]code=/.test(answer.headers.location ?? ""), answer.headers.location);
  assert.equal(await isSignedIn(somebody), false);
  return answer;
}

test("a sign-in form counts only with the token of the same browser", async () => {
  await forged((request) => delete request.fields._csrf);
  await forged((request) => (request.fields._csrf = ""));
  await forged((request) => (request.fields._csrf = request.fields._csrf.slice(1)));
  await forged((request) => (request.fields._csrf = crypto.randomUUID()));
  await forged((request) => (request.headers.cookie = ""));
  await forged(async (request) => {
    const other = await person().open(login());
    request.fields._csrf = other.forms[0].fields._csrf;
  });
  // Both from the attacker's browser into a page of his: the browser says where the form stood.
  await forged((request) => (request.headers.origin = "http://evil.example"));
  await forged((request) => Object.assign(request.headers, { origin: "null", "sec-fetch-site": "cross-site" }));
  await forged((request) => (request.headers["sec-fetch-site"] = "cross-site"));
  await forged((request) => (request.headers["sec-fetch-site"] = "same-site"));
});

test("the same holds for every form that changes something", async () => {
  const somebody = person();
  await flow.authorize({}, user, somebody);
  for (const path of [...pages, ...ownPages]) {
    if (path === "/error" || path === "/signedOut" || path === "/account" || path === "/logout") continue; // nothing to send there
    const answer = await somebody.request(flow.url(path, flow.request()), {
      method: "POST",
      fields: { username: user.username, password: user.password, email: "x@example.com", code: "123456", sure: "on", action: "delete" },
      headers: { origin: "http://evil.example", "sec-fetch-site": "cross-site" },
    });
    assert.ok(answer.status >= 400, `${path}: ${answer.status}`);
  }
  assert.equal(await isSignedIn(somebody), true, "he is still there");
});

test("a form with a body of another kind, or too much of it, is refused", async () => {
  const somebody = person();
  const page = await somebody.open(login());
  const form = page.forms.find((one) => one.names.has("password"));
  const url = new URL(form.action, page.url).href;
  for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", ""]) {
    const answer = await somebody.request(url, { method: "POST", body: new URLSearchParams({ ...form.fields, ...credentials() }).toString(), headers: { "content-type": type } });
    assert.ok(answer.status >= 400 && answer.status < 500, `${type}: ${answer.status}`);
  }
  const large = await somebody.request(url, { method: "POST", fields: { ...form.fields, username: "x".repeat(300_000) } });
  assert.ok(large.status >= 400 && large.status < 500, String(large.status));
});

// ---- sessions ----

test("a session begins under an id that nobody knew before (fixation)", async () => {
  const somebody = person();
  const start = await somebody.open(login());
  const before = new Map(somebody.cookies);
  await somebody.submit(start, credentials());
  const fresh = [...somebody.cookies.values()].filter((cookie) => before.get(cookie.name)?.value !== cookie.value);
  assert.ok(fresh.length > 0);

  // The cookies of before the sign-in, in the attacker's hands, are nobody's.
  const attacker = person();
  attacker.cookies = new Map(before);
  assert.equal(await isSignedIn(attacker), false);

  // A session that was set by somebody else is not taken over by the sign-in.
  const planted = new Map(somebody.cookies);
  const victim = person();
  victim.cookies = new Map(planted);
  const again = await victim.open(login({ prompt: "login" }));
  await victim.submit(again, again.forms.some((form) => form.names.has("username")) ? credentials() : { password: user.password });
  const thief = person();
  thief.cookies = planted;
  assert.equal(await isSignedIn(victim), true);
  assert.equal(await isSignedIn(thief), false, "the former session ended");
});

test("the cookie of a session is the browser's alone", async () => {
  const somebody = person();
  await flow.authorize({}, user, somebody);
  for (const cookie of somebody.cookies.values()) {
    if (cookie.name === "lang") continue;
    assert.equal(cookie.flags.httponly, true, cookie.name);
    assert.equal(cookie.flags.samesite, "Lax", cookie.name);
    assert.equal(cookie.flags.path, "/", cookie.name);
    assert.equal(cookie.flags.domain, undefined, cookie.name);
  }
  // Changed by one character it is nobody's.
  for (const cookie of [...somebody.cookies.values()]) {
    if (/XSRF|lang/.test(cookie.name)) continue;
    for (const at of [0, Math.floor(cookie.value.length / 2), cookie.value.length - 2]) {
      const other = person();
      const value = cookie.value.slice(0, at) + (cookie.value[at] === "A" ? "B" : "A") + cookie.value.slice(at + 1);
      other.cookies.set(cookie.name, { ...cookie, value });
      assert.equal(await isSignedIn(other), false, `${cookie.name} at ${at}`);
    }
  }
});

test("signed out is signed out, for a copy of the cookies, too", async () => {
  const somebody = person();
  await flow.authorize({}, user, somebody);
  const copy = person();
  copy.cookies = new Map(somebody.cookies);
  assert.equal(await isSignedIn(copy), true);
  await somebody.open(flow.url("/logout", { client_id: flow.client.id, logout_uri: signedOut }));
  assert.equal(await isSignedIn(copy), false);
});

test("a session ends after an hour, however often it is used", async () => {
  const somebody = person();
  await flow.authorize({}, user, somebody);
  await server.advance(1800);
  assert.equal(await isSignedIn(somebody), true);
  await server.advance(1810);
  assert.equal(await isSignedIn(somebody), false);
});

test("a session of one pool is none of another", async () => {
  const other = await makePool(server);
  const foreign = new Flow(server, other, await other.client());
  const somebody = person();
  await flow.authorize({}, user, somebody);
  const page = await somebody.open(foreign.authorizeUrl({ prompt: "none" }));
  assert.equal(page.sentTo.params.error, "login_required");
});

test("a Host that is not ours appears nowhere", async () => {
  for (const host of ["evil.example", "localhost:9@evil.example", `${new URL(server.url).host}.evil.example`]) {
    const page = await exchange(login(), { headers: { host, accept: "text/html" } });
    assert.ok(!page.text.includes("evil.example"), host);
    assert.ok(!(page.headers.location ?? "").includes("evil.example"), host);
  }
});

test("an unknown name and a wrong password look the same", async () => {
  const answers = [];
  for (const username of [user.username, `nobody-${process.pid}`]) {
    const somebody = person();
    const page = await somebody.submit(await somebody.open(login({ state: "s" })), { username, password: "Wrong-horse-9" });
    const token = somebody.cookies.get("XSRF-TOKEN").value;
    answers.push(page.text.replaceAll(username, "NAME").replaceAll(token, "TOKEN").replace(/name="_[a-z]+" value="[^"]*"/g, ""));
  }
  assert.equal(answers[0], answers[1]);
});
