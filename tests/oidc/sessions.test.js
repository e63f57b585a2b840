// What ends with what: the table of docs/decisions/0043, every cell of it. Browser sessions, what was granted
// in them and is not fetched yet, token sessions. On the store that LIFEGUARD_TEST_STORE names, SQLite unless told.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { startServer } from "../clients/lib/server.js";
import { Flow } from "./lib/flow.js";
import { Person } from "./lib/person.js";
import { callback, makePool, password, signedOut } from "./lib/pool.js";

const scope = "openid aws.cognito.signin.user.admin";
const another = "Another-horse-9";

let server, pool, app, other;

before(async () => {
  server = await startServer();
  pool = await makePool(server, { pool: { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] } } });
  await track(20);
  app = await newClient();
  other = await newClient();
});
after(() => server?.stop());

const track = (MaxPerUser) => pool.call("SetUserPoolSessionConfiguration", { UserSessionTracking: "ENABLED", TokenSession: { MaxPerUser } });
const newClient = async (more) => new Flow(server, pool, await pool.client({ AccessTokenValidity: 24, ...more }));

// An operation that needs no signature.
async function call(operation, input) {
  const answer = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AWSCognitoIdentityProviderService.${operation}` },
    body: JSON.stringify(input),
  });
  const text = await answer.text();
  return { ok: answer.ok, ...(text ? JSON.parse(text) : {}) };
}

async function must(operation, input) {
  const answer = await call(operation, input);
  assert.ok(answer.ok, `${operation}: ${answer.__type} ${answer.message}`);
  return answer;
}

// ---- what somebody has ----

// In his browser: a session, a code that no application has fetched, a device that he let in and that has not
// asked since, an application with tokens. In another browser the same but for what waits. By the API: tokens.
async function begin({ client } = {}) {
  const flow = client ? await newClient(client) : app;
  const user = await pool.user();
  const here = await flow.signIn({ scope }, user);
  const there = await other.signIn({ scope }, user);
  const api = await must("InitiateAuth", {
    ClientId: other.client.id,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: user.username, PASSWORD: user.password, SECRET_HASH: await secretHash(user.username, other.client) },
  });
  const device = await letIn(flow, here.person);
  const code = (await flow.authorize({ scope }, user, here.person)).params.code;
  return {
    flow,
    user,
    browser: here.person,
    elsewhere: there.person,
    code,
    device,
    tokens: here.tokens,
    distant: there.tokens,
    api: { access_token: api.AuthenticationResult.AccessToken, refresh_token: api.AuthenticationResult.RefreshToken },
  };
}

async function secretHash(username, { id, secret }) {
  const { createHmac } = await import("node:crypto");
  return createHmac("sha256", secret).update(username + id).digest("base64");
}

async function letIn(flow, person) {
  const begun = (await flow.post("/oauth2/device_authorization", { scope }, flow.basic())).body;
  let page = await person.submit(await person.open(begun.verification_uri_complete));
  page = await person.submit(page, {}, { button: ["action", "connect"] });
  assert.equal(page.status, 200, page.words);
  return begun.device_code;
}

// ---- does it live? ----

const silently = () => other.authorizeUrl({ prompt: "none" });

async function sessionLives(person) {
  const { params } = (await person.open(silently())).sentTo;
  if (!params.code) assert.equal(params.error, "login_required");
  return Boolean(params.code);
}

async function tokensLive(flow, tokens) {
  const access = await call("GetUser", { AccessToken: tokens.access_token });
  const refresh = await flow.refresh(tokens.refresh_token);
  if (refresh.status !== 200 && refresh.body?.error !== "invalid_client") assert.equal(refresh.body.error, "invalid_grant");
  assert.equal(access.ok, refresh.status === 200, `${access.__type} ${access.message} beside ${refresh.text}`);
  return access.ok;
}

async function isGiven(answer) {
  if (answer.status !== 200) assert.ok(["invalid_grant", "invalid_client", "expired_token"].includes(answer.body?.error), answer.text);
  return answer.status === 200;
}

// In this order: what waits begins sessions when it is fetched.
const columns = {
  session: (it) => sessionLives(it.browser),
  tokens: (it) => tokensLive(it.flow, it.tokens),
  "other session": (it) => sessionLives(it.elsewhere),
  "its tokens": (it) => tokensLive(other, it.distant),
  "API tokens": (it) => tokensLive(other, it.api),
  code: async (it) => isGiven(await it.flow.redeem(it.code)),
  device: async (it) =>
    isGiven(await it.flow.token({ grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: it.device })),
};

// ---- what happens ----

const account = (path) => other.url(`/account/${path}`, { client_id: other.client.id });
const named = ({ user }) => ({ Username: user.username });

async function list(it) {
  const { Sessions } = await pool.call("AdminListUserSessions", named(it));
  return Sessions;
}

// Ids by what they are of.
async function ids(it) {
  const sessions = await list(it);
  const browsers = sessions.filter((one) => one.SessionType === "SSO");
  assert.equal(browsers.length, 2);
  const own = browsers.find((one) => one.ClientId === it.flow.client.id).SessionId;
  const mine = sessions.filter((one) => one.SessionType === "TOKEN" && one.OriginSessionId === own);
  assert.equal(mine.length, 1);
  return { session: own, tokens: mine[0].SessionId };
}

// A form of a page of the account that has these fields, and this button.
async function press(person, path, action, fields = {}) {
  const page = await person.open(account(path));
  assert.equal(page.status, 200, page.words);
  const form = page.forms.find(
    (one) => one.buttons.some((button) => button.value === action) && Object.entries(fields).every(([name, value]) => one.fields[name] === value),
  );
  assert.ok(form, `${action} ${JSON.stringify(fields)}: ${page.text}`);
  return person.submit({ ...page, forms: [form] }, {}, { button: ["action", action] });
}

async function setPassword(person, from, to) {
  const page = await person.open(account("password"));
  const answer = await person.submit(page, { old_password: from, password: to });
  assert.equal(answer.status, 200, answer.words);
}

const revoke = (what, linked, operation) => async (it) => {
  const input = { SessionId: (await ids(it))[what], RevokeAssociatedSessions: linked ? "LINKED" : undefined };
  if (operation === "AdminRevokeUserSession") await pool.call(operation, { ...named(it), ...input });
  else await must(operation, { AccessToken: it.api.access_token, ...input });
};

const revokeToken = (RevokeAssociatedSessions) => (it) =>
  must("RevokeToken", { ClientId: it.flow.client.id, ClientSecret: it.flow.client.secret, Token: it.tokens.refresh_token, RevokeAssociatedSessions });

const events = {
  nothing: () => {},
  "/logout": (it) => it.browser.open(it.flow.url("/logout", { client_id: it.flow.client.id, logout_uri: signedOut })),
  "/logout, to sign in again": (it) => it.browser.open(it.flow.url("/logout", it.flow.request())),
  "/logout with an ID token": (it) => it.browser.open(it.flow.url("/logout", { id_token_hint: it.tokens.id_token, post_logout_redirect_uri: signedOut })),
  "/logout with somebody else's ID token": async (it) => {
    const stranger = await other.signIn({ scope }, await pool.user());
    await it.browser.open(it.flow.url("/logout", { id_token_hint: stranger.tokens.id_token, post_logout_redirect_uri: signedOut }));
  },
  "account page: sign out": (it) => press(it.browser, "sessions", "sign_out"),
  "account page: end the session of another browser": async (it) => press(it.elsewhere, "sessions", "end_browser", { id: (await ids(it)).session }),
  "account page: end an application": async (it) => press(it.elsewhere, "sessions", "end_app", { id: (await ids(it)).tokens }),
  "account page: sign out everywhere": (it) => press(it.browser, "sessions", "everywhere"),
  "account page: another password": (it) => setPassword(it.browser, password, another),
  "account page: delete the account": async (it) => {
    const page = await it.browser.open(account("delete"));
    await it.browser.submit(page, { sure: "on" }, { button: ["action", "delete"] });
  },
  "RevokeUserSession of a browser session": revoke("session", false, "RevokeUserSession"),
  "RevokeUserSession of a browser session, LINKED": revoke("session", true, "RevokeUserSession"),
  "RevokeUserSession of a token session": revoke("tokens", false, "RevokeUserSession"),
  "RevokeUserSession of a token session, LINKED": revoke("tokens", true, "RevokeUserSession"),
  "AdminRevokeUserSession of a browser session": revoke("session", false, "AdminRevokeUserSession"),
  "AdminRevokeUserSession of a browser session, LINKED": revoke("session", true, "AdminRevokeUserSession"),
  "AdminRevokeUserSession of a token session": revoke("tokens", false, "AdminRevokeUserSession"),
  "AdminRevokeUserSession of a token session, LINKED": revoke("tokens", true, "AdminRevokeUserSession"),
  RevokeToken: revokeToken(),
  "RevokeToken, LINKED": revokeToken("LINKED"),
  "/oauth2/revoke": (it) => it.flow.post("/oauth2/revoke", { token: it.tokens.refresh_token }, it.flow.basic()),
  "a code used again": async (it) => {
    const away = await it.flow.authorize({ scope }, it.user, it.browser);
    it.tokens = (await it.flow.redeem(away.params.code)).body;
    assert.equal((await it.flow.redeem(away.params.code)).body.error, "invalid_grant");
  },
  "a replaced refresh token used again": async (it) => {
    const { body } = await it.flow.refresh(it.tokens.refresh_token);
    assert.ok(body.refresh_token);
    assert.equal((await it.flow.refresh(it.tokens.refresh_token)).body.error, "invalid_grant");
    it.tokens = body;
  },
  GlobalSignOut: (it) => must("GlobalSignOut", { AccessToken: it.api.access_token }),
  AdminUserGlobalSignOut: (it) => pool.call("AdminUserGlobalSignOut", named(it)),
  ChangePassword: (it) =>
    must("ChangePassword", { AccessToken: it.api.access_token, PreviousPassword: password, ProposedPassword: another }),
  ConfirmForgotPassword: async (it) => {
    const who = { ClientId: other.client.id, Username: it.user.username, SecretHash: await secretHash(it.user.username, other.client) };
    await must("ForgotPassword", who);
    const code = await server.code(it.user.attributes.email);
    await must("ConfirmForgotPassword", { ...who, ConfirmationCode: code, Password: another });
  },
  AdminSetUserPassword: (it) => pool.call("AdminSetUserPassword", { ...named(it), Password: another, Permanent: true }),
  "AdminSetUserPassword, the same one": (it) => pool.call("AdminSetUserPassword", { ...named(it), Password: password, Permanent: true }),
  AdminResetUserPassword: (it) => pool.call("AdminResetUserPassword", named(it)),
  AdminDisableUser: (it) => pool.call("AdminDisableUser", named(it)),
  "AdminDisableUser, and enabled again": async (it) => {
    await pool.call("AdminDisableUser", named(it));
    await pool.call("AdminEnableUser", named(it));
  },
  AdminDeleteUser: (it) => pool.call("AdminDeleteUser", named(it)),
  DeleteUser: (it) => must("DeleteUser", { AccessToken: it.api.access_token }),
  "the same person signs in again there": (it) => it.flow.authorize({ scope, prompt: "login" }, it.user, it.browser),
  "somebody else signs in there": async (it) => {
    const cookies = new Map(it.browser.cookies);
    await it.flow.authorize({ scope, prompt: "login" }, await pool.user(), it.browser);
    it.browser.cookies = cookies;
  },
  "more token sessions than the pool allows": async (it) => {
    await track(1);
    await other.signIn({ scope }, it.user, it.elsewhere).finally(() => track(20));
  },
  "the application's client is deleted": (it) => pool.call("DeleteUserPoolClient", { ClientId: it.flow.client.id }),
  "ten minutes": () => server.advance(601),
  "an hour": () => server.advance(3601),
};

const settings = {
  "a replaced refresh token used again": { client: { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 }, ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] } },
  "the application's client is deleted": { client: {} },
};

// ---- the table ----

// As the decision has it: | event | column | … with "ends" or "–".
async function readTable() {
  const text = await readFile(new URL("../../docs/decisions/0043-what-ends-with-a-browser-session.md", import.meta.url), "utf8");
  const rows = text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("`", "")));
  const [names, , ...rest] = rows;
  return { names: names.slice(1), rows: Object.fromEntries(rest.map(([event, ...cells]) => [event, cells])) };
}

const { names, rows } = await readTable();

test("the table is the one that is tested", () => {
  assert.deepEqual(names, Object.keys(columns));
  assert.deepEqual(Object.keys(rows).sort(), Object.keys(events).sort());
});

for (const [event, happen] of Object.entries(events)) {
  test(`what ends with it: ${event}`, async () => {
    const it = await begin(settings[event]);
    await happen(it);
    const seen = {};
    for (const [name, lives] of Object.entries(columns)) seen[name] = (await lives(it)) ? "–" : "ends";
    assert.deepEqual(seen, Object.fromEntries(names.map((name, i) => [name, rows[event][i]])));
  });
}

// ---- what a list shows ----

test("a token session says which browser session it came through", async () => {
  const it = await begin();
  const sessions = await list(it);
  const browsers = new Map(sessions.filter((one) => one.SessionType === "SSO").map((one) => [one.SessionId, one]));
  assert.equal(browsers.size, 2);
  const origins = sessions.filter((one) => one.SessionType === "TOKEN").map((one) => one.OriginSessionId);
  assert.equal(origins.filter((id) => id === undefined).length, 1, "that of the API came through none");
  assert.deepEqual(new Set(origins.filter(Boolean)), new Set(browsers.keys()));
  for (const one of browsers.values()) {
    assert.match(one.SessionId, /^sso[a-z0-9]{25}$/);
    assert.equal(one.OriginSessionId, undefined);
  }
});

test("a refresh keeps it, and so does the next sign-in in that browser", async () => {
  const it = await begin({ client: { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 }, ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] } });
  const first = await ids(it);
  const { body } = await it.flow.refresh(it.tokens.refresh_token);
  assert.deepEqual(await ids(it), first);
  const created = (await list(it)).find((one) => one.SessionId === first.session).CreateDate;
  await server.advance(5);
  const cookie = it.browser.cookieHeader().cookie;
  await it.flow.authorize({ scope, prompt: "login" }, it.user, it.browser);
  assert.notEqual(it.browser.cookieHeader().cookie, cookie, "under another secret");
  assert.deepEqual(await ids(it), first);
  const renewed = (await list(it)).find((one) => one.SessionId === first.session);
  assert.equal(renewed.CreateDate, created);
  assert.ok(renewed.LastActiveDate > created);
  await must("RevokeToken", { ClientId: it.flow.client.id, ClientSecret: it.flow.client.secret, Token: body.refresh_token, RevokeAssociatedSessions: "LINKED" });
  assert.equal(await sessionLives(it.browser), false);
});

test("what came through a browser session can be ended when that is over", async () => {
  const it = await begin();
  const { session } = await ids(it);
  await it.browser.open(it.flow.url("/logout", { client_id: it.flow.client.id, logout_uri: signedOut }));
  const end = (linked) => pool.call("AdminRevokeUserSession", { ...named(it), SessionId: session, RevokeAssociatedSessions: linked ? "LINKED" : "NONE" });
  await assert.rejects(end(false), { code: /ResourceNotFound/ });
  await end(true);
  assert.equal(await tokensLive(it.flow, it.tokens), false);
  assert.equal(await tokensLive(other, it.distant), true);
  await assert.rejects(end(true), { code: /ResourceNotFound/ });
});

test("sessions of others are not linked", async () => {
  const it = await begin();
  const stranger = await begin();
  const { session, tokens } = await ids(it);
  for (const SessionId of [session, tokens]) {
    const answer = await call("RevokeUserSession", { AccessToken: stranger.api.access_token, SessionId, RevokeAssociatedSessions: "LINKED" });
    assert.match(answer.__type, /ResourceNotFound/);
  }
  assert.ok((await sessionLives(it.browser)) && (await tokensLive(it.flow, it.tokens)));
});

test("LINKED ends the caller's own tokens with the browser session that they came through, and no others alone", async () => {
  const it = await begin();
  const { session, tokens } = await ids(it);
  const end = (SessionId) => call("RevokeUserSession", { AccessToken: it.tokens.access_token, SessionId, RevokeAssociatedSessions: "LINKED" });
  assert.match((await end(tokens)).__type, /InvalidParameter/);
  assert.ok(await sessionLives(it.browser), "nothing has ended");
  assert.ok((await end(session)).ok);
  assert.equal(await tokensLive(it.flow, it.tokens), false);
});

test("a code from the last second of a session is good for its own time", async () => {
  const user = await pool.user();
  const { person } = await app.authorize({ scope }, user);
  await server.advance(3599);
  const { params } = (await person.open(app.authorizeUrl({ scope, prompt: "none" }))).sentTo;
  await server.advance(2);
  assert.equal(await sessionLives(person), false);
  await app.authorize({ scope }, user); // in another browser: rows that are over may go
  assert.equal((await app.redeem(params.code)).status, 200);
});

// ---- at once ----

test("whatever comes at the same time as LINKED, nothing is left", async () => {
  for (let i = 0; i < 8; i++) {
    const it = await begin();
    const { session } = await ids(it);
    const end = () => pool.call("AdminRevokeUserSession", { ...named(it), SessionId: session, RevokeAssociatedSessions: "LINKED" });
    const fetched = it.flow.redeem(it.code);
    if (i % 2) await new Promise((resolve) => setTimeout(resolve, i));
    await end();
    const answer = await fetched;
    if (answer.status === 200) assert.equal(await tokensLive(it.flow, answer.body), false);
    else assert.equal(answer.body.error, "invalid_grant");
    assert.ok((await list(it)).every((one) => one.SessionId !== session && one.OriginSessionId !== session));
  }
});

test("two that sign in in one browser at once leave one session, and no cookie that is both's", async () => {
  const it = await begin();
  const page = await it.browser.open(it.flow.authorizeUrl({ scope, prompt: "login" }));
  const fields = { username: it.user.username, password: it.user.password };
  const answers = await Promise.all([1, 2].map(() => it.browser.submit(page, fields, { follow: false })));
  for (const answer of answers) assert.ok(answer.headers.location?.startsWith(callback), answer.text);
  assert.ok(await sessionLives(it.browser));
  const browsers = (await list(it)).filter((one) => one.SessionType === "SSO");
  assert.equal(new Set(browsers.map((one) => one.SessionId)).size, browsers.length);
});
