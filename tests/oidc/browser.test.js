// Applications that live in the browser: oidc-client-ts, and aws-amplify's signInWithRedirect, unmodified, in Chromium.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openBrowser } from "../browser/lib/browser.js";
import { startServer } from "../clients/lib/server.js";
import { makePool } from "./lib/pool.js";
import { startSite } from "./lib/site.js";
import { startDoor } from "./lib/tls.js";

let site, browser;
const ends = [];
before(async () => {
  [site, browser] = await Promise.all([startSite(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  for (const end of ends) await end.stop();
  await site?.stop();
});

async function started(...flags) {
  const server = await startServer(...flags);
  ends.push(server);
  return server;
}

const run = (page, name, argument) => page.evaluate(([f, a]) => f.split(".").reduce((at, key) => at[key], globalThis)(a), [name, argument]);

// What the script does leads away from its page.
async function leave(page, to, name, argument) {
  const there = page.waitForEvent("framenavigated", (frame) => frame === page.mainFrame() && to.test(frame.url()));
  await Promise.all([there, run(page, name, argument).catch(() => {})]);
  await page.waitForLoadState();
}

// Whoever sits in front of the page.
async function typeCredentials(page, user) {
  await page.locator("input[name=username]").fill(user.username);
  await page.locator("input[name=password]").fill(user.password);
  await page.keyboard.press("Enter");
}

test("oidc-client-ts: sign-in, renewal, revocation, sign-out", async () => {
  const server = await started();
  const pool = await makePool(server);
  const user = await pool.user();
  const client = await pool.client({ secret: false, CallbackURLs: [`${site.url}/spa/callback`], LogoutURLs: [`${site.url}/spa`] });
  const context = await browser.newContext();
  const page = await context.newPage();
  const settings = {
    authority: pool.issuer,
    client_id: client.id,
    redirect_uri: `${site.url}/spa/callback`,
    post_logout_redirect_uri: `${site.url}/spa`,
    scope: "openid email",
    loadUserInfo: true,
  };

  await page.goto(`${site.url}/spa`);
  await run(page, "configure", settings);
  await leave(page, /\/login\?/, "app.signIn", { state: { here: 1 } });
  await typeCredentials(page, user);
  await page.waitForURL(/\/spa\/callback\?/);
  await run(page, "configure", settings);
  const found = await run(page, "app.returned");
  assert.equal(found.profile.email, user.attributes.email);
  assert.ok(found.refresh_token);

  const renewed = await run(page, "app.renew"); // by its refresh token, across origins
  assert.notEqual(renewed.access_token, found.access_token);

  await leave(page, /\/login\?/, "app.signIn", { prompt: "login" });
  await page.goto(`${site.url}/spa`);
  await run(page, "configure", settings);
  await run(page, "app.revoke");
  await leave(page, /\/spa(\?|$)/, "app.signOut");
  await run(page, "configure", settings);
  assert.equal(await run(page, "app.user"), null);
  await context.close();
});

test("aws-amplify: signInWithRedirect, tokens, a user, signOut", async () => {
  // Amplify speaks to https://<domain> only: the server stands behind TLS, and its cookies are secure.
  const door = await startDoor();
  ends.push(door);
  const server = await started("--public-url", door.url);
  door.leadTo(server.port);
  const pool = await makePool(server);
  const user = await pool.user();
  const client = await pool.client({ secret: false, CallbackURLs: [`${site.url}/amplify/`], LogoutURLs: [`${site.url}/amplify/`] });
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const config = {
    Auth: {
      Cognito: {
        userPoolId: pool.id,
        userPoolClientId: client.id,
        userPoolEndpoint: door.url,
        loginWith: {
          oauth: {
            domain: door.host,
            scopes: ["openid", "email", "aws.cognito.signin.user.admin"],
            redirectSignIn: [`${site.url}/amplify/`],
            redirectSignOut: [`${site.url}/amplify/`],
            responseType: "code",
          },
        },
      },
    },
  };
  const amplify = async (name, input) => {
    const result = await run(page, "amplify", { name, input });
    assert.equal(result.error, undefined, result.message);
    return result.value;
  };

  await page.goto(`${site.url}/amplify/`);
  await run(page, "configure", config);
  await leave(page, /\/login\?/, "amplify", { name: "signInWithRedirect", input: { customState: "here" } });
  assert.equal(new URL(page.url()).origin, door.url);
  await typeCredentials(page, user);
  await page.waitForURL(/\/amplify\/\?code=/);
  await run(page, "configure", config);
  await page.waitForFunction(() => globalThis.events.some(({ event }) => /signInWithRedirect|signedIn/.test(event)));
  const events = await page.evaluate(() => globalThis.events);
  assert.ok(events.some(({ event }) => event === "signInWithRedirect"), JSON.stringify(events));

  const session = await amplify("fetchAuthSession");
  assert.equal(session.tokens.idToken.payload.email, user.attributes.email);
  assert.equal((await amplify("getCurrentUser")).username, user.username);
  assert.equal((await amplify("fetchUserAttributes")).email, user.attributes.email);
  assert.ok((await amplify("fetchAuthSession", { forceRefresh: true })).tokens);

  for (const cookie of await context.cookies(door.url)) {
    if (cookie.name === "lang") continue;
    assert.equal(cookie.secure, true, cookie.name);
    assert.equal(cookie.httpOnly, true, cookie.name);
  }

  await leave(page, /\/amplify\/$/, "amplify", { name: "signOut" });
  await run(page, "configure", config);
  assert.equal((await run(page, "amplify", { name: "getCurrentUser" })).error, "UserUnAuthenticatedException");
  await context.close();
});
