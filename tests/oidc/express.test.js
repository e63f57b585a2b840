// Applications with Express: Passport's client, and Auth.js, unmodified.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "../clients/lib/server.js";
import { listen, withAuthJs, withPassport } from "./lib/app.js";
import { Flow } from "./lib/flow.js";
import { Person } from "./lib/person.js";
import { makePool } from "./lib/pool.js";

let server, pool, user;
const apps = [];
before(async () => {
  server = await startServer();
  pool = await makePool(server);
  user = await pool.user();
});
after(async () => {
  for (const app of apps) await app.stop();
  await server?.stop();
});

async function newApp() {
  const app = await listen();
  apps.push(app);
  return app;
}

const body = (page) => JSON.parse(page.text);

test("Passport: somebody signs in, is known by name, and signs out everywhere", async () => {
  const app = await newApp();
  const client = await pool.client({ CallbackURLs: [`${app.url}/callback`], LogoutURLs: [`${app.url}/`] });
  withPassport(app, await new Flow(server, pool, client).discovery(), client);

  const there = new Person(app); // the same browser, as the application sees it
  const here = new Person(server);
  assert.equal((await there.open("/me")).status, 401);

  const asked = await there.open("/login");
  const done = await here.signIn(await here.open(asked.sentTo.url), user);
  const me = await there.open(done.sentTo.url);
  assert.equal(me.status, 200, me.text);
  assert.equal(body(me).name, user.attributes.name);
  assert.equal(body(me).email, user.attributes.email);

  // A second time nobody is asked.
  const again = await here.open((await there.open("/login")).sentTo.url);
  assert.ok(again.sentTo.params.code);
  assert.equal((await there.open(again.sentTo.url)).status, 200);

  const left = await there.open("/logout");
  const gone = await here.open(left.sentTo.url);
  assert.equal(gone.sentTo.url.split("?")[0], `${app.url}/`);
  assert.equal((await there.open("/me")).status, 401);
  assert.equal((await here.open((await there.open("/login")).sentTo.url)).sentTo, undefined, "he is asked again");
});

test("Passport: a code for another state is not taken", async () => {
  const app = await newApp();
  const client = await pool.client({ CallbackURLs: [`${app.url}/callback`] });
  withPassport(app, await new Flow(server, pool, client).discovery(), client);
  const [victim, attacker] = [new Person(app), new Person(app)];
  const here = new Person(server);
  const done = await here.signIn(await here.open((await attacker.open("/login")).sentTo.url), user);
  await victim.open("/login");
  assert.notEqual((await victim.open(done.sentTo.url)).status, 200);
  assert.equal((await victim.open("/me")).status, 401);
});

test("Auth.js with its Cognito provider: PKCE, state, a session", async () => {
  const app = await newApp();
  const client = await pool.client({ CallbackURLs: [`${app.url}/auth/callback/cognito`] });
  withAuthJs(app, pool.issuer, client);

  const there = new Person(app);
  const here = new Person(server);
  const { csrfToken } = body(await there.open("/auth/csrf"));
  const asked = await there.open("/auth/signin/cognito", { method: "POST", fields: { csrfToken, callbackUrl: `${app.url}/me` } });
  assert.ok(asked.sentTo?.url.startsWith(`${server.url}/oauth2/authorize?`), asked.text);
  assert.equal(asked.sentTo.params.code_challenge_method, "S256");
  const done = await here.signIn(await here.open(asked.sentTo.url), user);
  const me = await there.open(done.sentTo.url);
  assert.equal(me.status, 200, `${me.url} ${app.app.get("failure")?.cause?.err ?? app.app.get("failure")}`);
  assert.equal(body(me).user.email, user.attributes.email);
});
