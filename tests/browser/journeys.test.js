// Every journey that people make on the pages, in a real browser: with scripts and without, by keyboard alone, on a
// phone and a desk, in English, Arabic and Japanese. axe-core looks at each page; pictures go to build/screenshots.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { fresh, startServer } from "../clients/lib/server.js";
import { app } from "../clients/lib/totp.js";
import { openBrowser } from "./lib/browser.js";
import { makeHosted, password, startApplication } from "./lib/hosted.js";
import { Visitor, visitors } from "./lib/visitor.js";

let server, application, browser;
const scenes = {}; // one pool of each kind
before(async () => {
  [server, application, browser] = await Promise.all([startServer(), startApplication(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await application?.stop();
  await server?.stop();
});

const kinds = {
  plain: {},
  choice: { pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } } },
  passkeys: { pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } } },
  required: {
    pool: {
      UsernameAttributes: ["email"],
      Schema: [
        { Name: "email", Required: true, Mutable: true },
        { Name: "given_name", Required: true, Mutable: true },
        { Name: "birthdate", Required: true, Mutable: true },
      ],
    },
  },
  mfa: {
    mfa: {
      MfaConfiguration: "OPTIONAL",
      SoftwareTokenMfaConfiguration: { Enabled: true },
      SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "x" } },
    },
  },
  remembering: {
    pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true } },
    mfa: { MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true } },
  },
  mfaOn: { mfa: { MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } } },
};
const scene = async (kind) => (scenes[kind] ??= await makeHosted(server, application, kinds[kind]));

// A journey by each of the visitors, or by those that it is for.
function journey(name, kind, make, { only = () => true } = {}) {
  describe(name, () => {
    for (const who of visitors.filter(only)) {
      test(`${name} (${who.name})`, async () => {
        const hosted = await scene(kind);
        const visitor = await Visitor.arrive(browser, who, name.replaceAll(/\W+/g, "-"));
        try {
          await make(visitor, hosted);
          assert.deepEqual(visitor.problems, []);
        } finally {
          await visitor.leave();
        }
      });
    }
  });
}

async function isBack(visitor) {
  const answer = await visitor.isBackAt(application.callback);
  assert.ok(answer.get("code"), answer.toString());
  assert.equal(answer.get("state"), "journey");
}

const wasSent = (visitor) => visitor.page.url().startsWith(application.callback);

async function signIn(visitor, hosted, username, more) {
  await visitor.open(hosted.authorize(more));
  await visitor.type("username", username);
  await visitor.type("password", password);
  await visitor.press();
}

journey("sign in", "plain", async (visitor, hosted) => {
  const user = await hosted.user();
  await visitor.open(hosted.authorize());
  await visitor.look("login");
  await visitor.press();
  await visitor.refused({ field: "username" });
  await visitor.look("nothing-typed");
  await visitor.type("username", user.username);
  await visitor.type("password", "Wrong-horse-9");
  await visitor.press();
  await visitor.refused({ kept: { username: user.username }, gone: ["password"] });
  await visitor.look("wrong-password");
  await visitor.type("password", password);
  await visitor.press();
  await isBack(visitor);

  // The second time he is known; somebody else can sign in instead.
  await visitor.open(hosted.page("/login"));
  await visitor.look("known");
  await visitor.press("continue");
  await isBack(visitor);
  await visitor.open(hosted.page("/login"));
  await visitor.press("another");
  await visitor.look("another");
  assert.equal(await visitor.page.locator("input[name=password]").count(), 1);

  await visitor.open(hosted.logout());
  assert.equal(visitor.page.url(), application.signedOut);
  await visitor.open(hosted.authorize());
  assert.equal(await visitor.page.locator("input[name=password]").count(), 1);
});

journey("sign up and confirm", "plain", async (visitor, hosted) => {
  const username = fresh("new");
  await visitor.open(hosted.authorize());
  await visitor.follow('a[href*="/signup"]');
  await visitor.look("form");
  await visitor.type("username", username);
  if (await visitor.page.locator('[name="attribute.email"]').count()) await visitor.type("attribute.email", `${username}@example.com`);
  await visitor.type("password", "short");
  await visitor.press();
  await visitor.refused({ field: "password", kept: { username }, gone: ["password"] });
  await visitor.look("weak-password");
  await visitor.type("password", password);
  await visitor.press();
  if (visitor.path() === "/confirm") {
    await visitor.look("confirm");
    await visitor.type("code", "000000");
    await visitor.press();
    await visitor.refused({ field: "code" });
    await visitor.look("wrong-code");
    await visitor.type("code", await server.code(`${username}@example.com`));
    await visitor.press();
  }
  await isBack(visitor);
});

journey("sign up with what the pool requires", "required", async (visitor, hosted) => {
  const email = `${fresh("required")}@example.com`;
  await visitor.open(hosted.page("/signup"));
  await visitor.look("form");
  await visitor.type("username", email);
  await visitor.type("attribute.given_name", "Ada");
  await visitor.type("password", password);
  await visitor.press();
  await visitor.refused({ field: "attribute.birthdate", kept: { username: email, "attribute.given_name": "Ada" }, gone: ["password"] });
  await visitor.look("missing");
  await visitor.type("attribute.birthdate", "1815-12-10");
  await visitor.type("password", password);
  await visitor.press();
  if (!visitor.scripts) {
    await visitor.press("resend"); // with scripts it counts down first
    await visitor.look("resent");
  }
  await visitor.type("code", await server.code(email));
  await visitor.press();
  await isBack(visitor);
});

journey("forgot the password", "plain", async (visitor, hosted) => {
  const user = await hosted.user();
  await visitor.open(hosted.authorize());
  await visitor.follow('a[href*="/forgotPassword"]');
  await visitor.look("who");
  await visitor.type("username", user.username);
  await visitor.press();
  await visitor.look("code");
  await visitor.type("code", "000000");
  await visitor.type("password", "New-horse-99");
  await visitor.press();
  await visitor.refused({ field: "code", gone: ["password"] });
  await visitor.look("wrong-code");
  await visitor.type("code", await server.code(user.email, "forgot"));
  await visitor.type("password", "New-horse-99");
  await visitor.press();
  if (visitor.path() === "/login") {
    await visitor.look("done");
    await visitor.type("username", user.username);
    await visitor.type("password", "New-horse-99");
    await visitor.press();
  }
  await isBack(visitor);
});

journey("a new password is required", "plain", async (visitor, hosted) => {
  const user = await hosted.user({ permanent: false });
  await visitor.open(hosted.authorize());
  await visitor.type("username", user.username);
  await visitor.type("password", "Temp0rary-horse");
  await visitor.press();
  await visitor.look("form");
  await visitor.type("password", "short");
  await visitor.press();
  await visitor.refused({ field: "password", gone: ["password"] });
  await visitor.type("password", password);
  await visitor.press();
  await isBack(visitor);
});

journey("a choice of factors, a code by e-mail", "choice", async (visitor, hosted) => {
  const user = await hosted.user();
  await visitor.open(hosted.authorize());
  await visitor.look("name-first");
  await visitor.type("username", user.username);
  await visitor.press();
  if (visitor.path() === "/selectFactor") {
    await visitor.look("factors");
    await visitor.choose("factor", "EMAIL_OTP");
    await visitor.press();
  }
  await visitor.look("code");
  await visitor.type("code", "00000000");
  await visitor.press();
  await visitor.refused({ field: "code" });
  await visitor.look("wrong-code");
  await visitor.type("code", await server.code(user.email, "otp"));
  await visitor.press();
  await isBack(visitor);
});

journey("a second factor by app", "mfa", async (visitor, hosted) => {
  const user = await hosted.user();
  const secret = await hosted.withApp(user.username);
  await signIn(visitor, hosted, user.username);
  await visitor.look("code");
  await visitor.type("code", "000000");
  await visitor.press();
  await visitor.refused({ field: "code" });
  await visitor.type("code", await app(server, secret));
  await visitor.press();
  await isBack(visitor);
});

journey("a choice of second factors, a code by SMS", "mfa", async (visitor, hosted) => {
  const phone = `+4917${String(process.hrtime.bigint()).slice(-8)}`;
  const user = await hosted.user({ attributes: { phone_number: phone, phone_number_verified: "true" } });
  await hosted.withApp(user.username);
  await hosted.call("AdminSetUserMFAPreference", {
    Username: user.username,
    SMSMfaSettings: { Enabled: true, PreferredMfa: false },
    SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: false },
  });
  await signIn(visitor, hosted, user.username);
  await visitor.look("choice");
  await visitor.choose("factor", "SMS_MFA");
  await visitor.press();
  await visitor.look("code");
  await visitor.type("code", await server.code(phone, "mfa"));
  await visitor.press();
  await isBack(visitor);
});

journey("an authenticator app is set up", "mfaOn", async (visitor, hosted) => {
  const user = await hosted.user();
  await signIn(visitor, hosted, user.username);
  if (visitor.path() === "/mfaSetup") {
    await visitor.look("which");
    await visitor.press();
  }
  await visitor.look("qr");
  const secret = (await visitor.page.locator("code.secret").first().innerText()).replaceAll(/\s/g, "");
  assert.match(secret, /^[A-Z2-7]{16,}$/);
  await visitor.type("code", "000000");
  await visitor.press();
  await visitor.refused({ field: "code" });
  await visitor.type("code", await app(server, secret));
  await visitor.press();
  await isBack(visitor);
});

journey("a device without a keyboard, from its request to its tokens", "plain", async (visitor, hosted) => {
  const user = await hosted.user();
  const post = async (path, fields) =>
    (await fetch(server.url + path, { method: "POST", body: new URLSearchParams({ client_id: hosted.client, ...fields }) })).json();
  const asked = await post("/oauth2/device_authorization", { scope: "openid email" });
  const ask = async () => {
    await server.advance(asked.interval + 1);
    return post("/oauth2/token", { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: asked.device_code });
  };
  assert.equal((await ask()).error, "authorization_pending");

  // On the phone, with the code typed as people type: no case, no hyphen.
  await visitor.open(asked.verification_uri);
  await visitor.look("code");
  await visitor.type("user_code", "BBBB-BBBB");
  await visitor.press();
  await visitor.refused({ field: "user_code", kept: { user_code: "BBBB-BBBB" } });
  await visitor.look("wrong-code");
  await visitor.type("user_code", asked.user_code.toLowerCase().replace("-", " "));
  await visitor.press();
  assert.equal(visitor.path(), "/login");
  await visitor.type("username", user.username);
  await visitor.type("password", password);
  await visitor.press();
  assert.equal(visitor.path(), "/device/confirm");
  assert.match(await visitor.page.locator("main").innerText(), new RegExp(asked.user_code));
  await visitor.look("confirm");
  assert.equal((await ask()).error, "authorization_pending");
  await visitor.press("connect");
  await visitor.look("done");
  const tokens = await ask();
  assert.ok(tokens.access_token && tokens.id_token && tokens.refresh_token, JSON.stringify(tokens));

  // The picture that another device shows: its code is typed in already, and nothing happens by itself.
  const second = await post("/oauth2/device_authorization", { scope: "openid" });
  await visitor.open(second.verification_uri_complete);
  assert.equal(await visitor.page.locator("[name=user_code]").inputValue(), second.user_code);
  await visitor.press();
  await visitor.press("deny");
  await visitor.look("denied");
  await server.advance(second.interval + 1);
  const refused = await post("/oauth2/token", { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: second.device_code });
  assert.equal(refused.error, "access_denied");
});

journey("a device is remembered, and forgotten", "remembering", async (visitor, hosted) => {
  const user = await hosted.user();
  const secret = await hosted.withApp(user.username);
  const withCode = async () => {
    await signIn(visitor, hosted, user.username);
    assert.notEqual(visitor.path(), "/login");
    await visitor.type("code", await app(server, secret));
    await visitor.press();
    assert.equal(visitor.path(), "/rememberDevice");
  };
  await withCode();
  await visitor.look("ask");
  await visitor.press("skip");
  await isBack(visitor);
  await visitor.open(hosted.logout());

  await withCode();
  await visitor.press("remember");
  await isBack(visitor);
  await visitor.open(hosted.logout());

  // Now the password is enough, until the device is forgotten.
  await signIn(visitor, hosted, user.username);
  await isBack(visitor);
  await visitor.open(hosted.page("/account"));
  await visitor.look("account");
  await visitor.follow('a[href*="/account/devices"]');
  await visitor.look("devices");
  await visitor.press("forget");
  await visitor.look("forgotten");
  assert.equal(await visitor.page.locator("button[value=forget]").count(), 0);
  await visitor.open(hosted.logout());
  await withCode();
});

journey("what is wrong with the request", "plain", async (visitor, hosted) => {
  await visitor.open(hosted.authorize({ redirect_uri: "https://example.com/" }));
  await visitor.look("redirect");
  await visitor.open(hosted.authorize({ client_id: "nobody" }));
  await visitor.look("client");
});

journey("signed out without a way back", "plain", async (visitor, hosted) => {
  const user = await hosted.user();
  await signIn(visitor, hosted, user.username);
  await isBack(visitor);
  await visitor.open(hosted.page("/logout", { redirect_uri: undefined }).replace(/redirect_uri=[^&]*&?/, ""));
  await visitor.look("logout");
});

// ---- what goes wrong on the way ----

const desk = (who) => who.name === "en-1440";

journey("the back button, a second press, an old tab, an expired session", "plain", async (visitor, hosted) => {
  const user = await hosted.user();
  await visitor.open(hosted.authorize());
  const old = await visitor.context.newPage();
  await old.goto(hosted.authorize());

  // Two presses are one sign-in.
  await visitor.type("username", user.username);
  await visitor.type("password", password);
  await visitor.page.locator("main form").evaluate((form) => {
    const button = form.querySelector("button[type=submit]");
    button.click();
    button.click();
  });
  await isBack(visitor);

  // Back to the form: it leads on, or asks whether to go on.
  await visitor.page.goBack();
  assert.ok((await visitor.page.locator("main form").count()) > 0);
  await visitor.look("back");

  // The tab that was left open.
  await old.locator("input[name=username]").fill(user.username);
  await old.locator("input[name=password]").fill(password);
  await Promise.all([old.waitForEvent("framenavigated"), old.keyboard.press("Enter")]);
  await old.waitForLoadState();
  assert.ok(old.url().startsWith(application.callback) || (await old.locator("main form").count()) > 0, old.url());

  // A form that lay for a day.
  await visitor.open(hosted.page("/login", { prompt: "login" }));
  await server.advance(86400);
  await visitor.type("username", user.username);
  await visitor.type("password", password);
  await visitor.press();
  if (!wasSent(visitor)) {
    await visitor.look("expired");
    await visitor.type("username", user.username);
    await visitor.type("password", password);
    await visitor.press();
  }
  await isBack(visitor);
}, { only: desk });

journey("a passkey", "passkeys", async (visitor, hosted) => {
  const user = await hosted.user();
  const devtools = await visitor.context.newCDPSession(visitor.page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await visitor.open(hosted.authorize());
  await visitor.type("username", user.username);
  await visitor.press();
  await visitor.type("password", password);
  await visitor.press();
  await isBack(visitor);
  await visitor.open(hosted.page("/passkeys/add"));
  await visitor.look("add");
  await visitor.press();
  await isBack(visitor);
  await visitor.open(hosted.logout());

  // Offered in the field of the name: this authenticator says yes at once.
  await visitor.open(hosted.authorize());
  await isBack(visitor);
  await visitor.open(hosted.logout());

  // By name: nobody touches the authenticator before the button is pressed.
  const touch = (enabled) => devtools.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
  await touch(false);
  await visitor.open(hosted.authorize());
  await visitor.type("username", user.username);
  await visitor.press();
  if (visitor.path() === "/selectFactor") {
    await visitor.choose("factor", "WEB_AUTHN");
    await visitor.press();
  }
  assert.equal(visitor.path(), "/passkey");
  await visitor.look("use");
  await touch(true);
  await visitor.page.locator("main form button[type=submit]").first().click();
  await isBack(visitor);
}, { only: (who) => who.scripts });

journey("the account page", "plain", async (visitor, hosted) => {
  const user = await hosted.user();
  await signIn(visitor, hosted, user.username);
  await isBack(visitor);
  await visitor.open(hosted.page("/account"));
  assert.equal(visitor.path(), "/account");
  await visitor.look("account");
  for (const part of ["profile", "contact", "password", "factors", "passkeys", "devices", "sessions", "delete"]) {
    await visitor.open(hosted.page(`/account/${part}`));
    if (visitor.path() === `/account/${part}`) await visitor.look(part);
  }
  await visitor.open(hosted.page("/account/password"));
  await visitor.type("old_password", "Wrong-horse-9");
  await visitor.type("password", "New-horse-99");
  await visitor.press();
  await visitor.refused({ field: "old_password", gone: ["old_password", "password"] });
  await visitor.type("old_password", password);
  await visitor.type("password", "New-horse-99");
  await visitor.press();
  assert.ok(!(await hosted.tokens(user.username).catch(() => null)), "the former password is none");
});

// ---- how large a page is, and how many requests it takes ----

test("a page is one request and one style sheet and its script, under 40 KB", async () => {
  const hosted = await scene("plain");
  const context = await browser.newContext();
  const page = await context.newPage();
  const sizes = [];
  page.on("response", (response) => sizes.push(response.body().then((body) => [response.url(), body.length], () => [response.url(), 0])));
  await page.goto(hosted.page("/login"), { waitUntil: "networkidle" });
  const all = await Promise.all(sizes);
  const total = all.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(total < 40 * 1024, `${total} bytes: ${JSON.stringify(all)}`);
  assert.ok(all.length <= 4, JSON.stringify(all)); // the page, its style sheet, its script, the icon
  assert.ok(all.every(([url]) => new URL(url).origin === server.url), JSON.stringify(all));
  await context.close();
});
