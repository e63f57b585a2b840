// Passkeys in a real browser: registration and sign-in (spec/sign-in.md 8), and what must fail.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "../clients/lib/server.js";
import { openBrowser, openPage } from "./lib/browser.js";
import { makePool, password } from "./lib/pool.js";
import { startSite } from "./lib/site.js";

let server, site, browser;
before(async () => {
  [server, site, browser] = await Promise.all([startServer(), startSite(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await site?.stop();
  await server?.stop();
});

// A page, a pool of its own, and a user who is signed in.
async function scene({ authenticator, url = site.url(), ...settings } = {}) {
  const pool = await makePool(server, settings);
  const username = await pool.user();
  const browserPage = await openPage(browser, url, authenticator);
  const who = { server: server.url, client: pool.client, username };
  const token = await pool.token(username);
  return {
    ...browserPage,
    pool,
    who,
    token,
    register: (more) => browserPage.run("register", { server: server.url, token, ...more }),
    signIn: (more) => browserPage.run("signIn", { ...who, ...more }),
    answer: (session, credential) => browserPage.run("answer", { ...who, session, credential }),
    list: async () => (await pool.call("ListWebAuthnCredentials", { AccessToken: token })).Credentials,
  };
}

const flags = (data) => Buffer.from(data, "base64url")[32];
const [UP, UV, BE, BS, ED] = [0x01, 0x04, 0x08, 0x10, 0x80];

function signedIn(result) {
  assert.equal(result.error, undefined, result.message);
  assert.ok(result.body.AuthenticationResult.AccessToken);
  assert.ok(result.body.AuthenticationResult.RefreshToken);
}

test("a passkey is registered and signs in, again and again", async () => {
  const s = await scene();
  const registered = await s.register();
  assert.equal(registered.error, undefined, registered.message);
  assert.equal(registered.options.rp.id, "localhost");
  assert.equal(flags(registered.data) & (UP | UV), UP | UV);

  const [listed] = await s.list();
  assert.equal(listed.CredentialId, registered.credential.id);
  assert.equal(listed.RelyingPartyId, "localhost");
  assert.equal(listed.AuthenticatorAttachment, "platform");
  assert.deepEqual(listed.AuthenticatorTransports, ["internal"]);

  for (let i = 0; i < 3; i++) {
    const result = await s.signIn();
    signedIn(result);
    assert.equal(result.options.allowCredentials[0].id, registered.credential.id);
    assert.ok(result.credential.response.userHandle);
  }
  const user = await s.pool.call("GetUser", { AccessToken: (await s.signIn()).body.AuthenticationResult.AccessToken });
  assert.equal(user.Username, s.who.username);
  await s.close();
});

test("an authenticator that has the user's passkey already is not asked again", async () => {
  const s = await scene();
  assert.equal((await s.register()).error, undefined);
  assert.equal((await s.register()).error, "InvalidStateError");
  await s.close();
});

test("an authenticator without user verification is one factor", async () => {
  const s = await scene({ authenticator: { hasUserVerification: false, isUserVerified: false } });
  const registered = await s.register();
  assert.equal(registered.error, undefined, registered.message);
  assert.equal(flags(registered.data) & UV, 0);
  signedIn(await s.signIn());
  await s.close();
});

test("where users must be verified, what skips it is refused by the server", async () => {
  const s = await scene({
    passkeys: { UserVerification: "required" },
    authenticator: { hasUserVerification: false, isUserVerified: false },
  });
  const skipped = await s.register({
    change: { authenticatorSelection: { residentKey: "required", userVerification: "discouraged" } },
  });
  assert.equal(skipped.error, "WebAuthnCredentialNotSupportedException");
  await s.remove();
  await s.add();

  assert.equal((await s.register()).error, undefined);
  signedIn(await s.signIn());
  const unverified = await s.signIn({ change: { userVerification: "discouraged" } });
  assert.equal(flags(unverified.data) & UV, 0);
  assert.equal(unverified.error, "NotAuthorizedException");
  await s.verifies(false);
  assert.equal((await s.signIn()).error, "NotAllowedError");
  await s.close();
});

test("a passkey with user verification stands for both factors", async () => {
  const s = await scene({
    passkeys: { FactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION" },
    mfa: { MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true } },
  });
  assert.equal((await s.register()).error, undefined);
  await s.pool.call("SetUserPoolMfaConfig", {
    UserPoolId: s.pool.id,
    MfaConfiguration: "ON",
    SoftwareTokenMfaConfiguration: { Enabled: true },
    WebAuthnConfiguration: { FactorConfiguration: "MULTI_FACTOR_WITH_USER_VERIFICATION" },
  });
  signedIn(await s.signIn());
  const one = await s.signIn({ change: { userVerification: "discouraged" } });
  assert.equal(one.error, undefined);
  assert.equal(one.body.ChallengeName, "MFA_SETUP");
  assert.equal(one.body.AuthenticationResult, undefined);
  await s.close();
});

test("each kind of key that is offered", async () => {
  for (const alg of [-7, -257, -8]) {
    const s = await scene();
    const registered = await s.register({ change: { pubKeyCredParams: [{ type: "public-key", alg }] } });
    assert.equal(registered.error, undefined, `${alg}: ${registered.message}`);
    assert.equal(registered.credential.response.publicKeyAlgorithm, alg);
    signedIn(await s.signIn());
    await s.close();
  }
});

test("an attestation with the authenticator's certificate is checked", async () => {
  const s = await scene();
  const registered = await s.register({ change: { attestation: "direct" } });
  assert.equal(registered.error, undefined, registered.message);
  const object = Buffer.from(registered.credential.response.attestationObject, "base64url").toString("latin1");
  assert.match(object, /packed/);
  assert.match(object, /x5c/);
  signedIn(await s.signIn());
  await s.close();
});

test("an authenticator of U2F, attested", async () => {
  const s = await scene({
    authenticator: {
      protocol: "u2f",
      ctap2Version: undefined,
      transport: "usb",
      hasResidentKey: false,
      hasUserVerification: false,
      isUserVerified: false,
    },
  });
  const registered = await s.register({
    change: {
      attestation: "direct",
      authenticatorSelection: { residentKey: "discouraged", userVerification: "discouraged" },
    },
  });
  assert.equal(registered.error, undefined, registered.message);
  assert.match(
    Buffer.from(registered.credential.response.attestationObject, "base64url").toString("latin1"),
    /fido-u2f/,
  );
  signedIn(await s.signIn());
  const [listed] = await s.list();
  assert.deepEqual(listed.AuthenticatorTransports, ["usb"]);
  await s.close();
});

test("a page may ask for an extension, whose data is signed, too", async () => {
  const s = await scene({ authenticator: { hasHmacSecret: true } });
  const registered = await s.register({ extensions: "prf", change: { attestation: "direct" } });
  assert.equal(registered.error, undefined, registered.message);
  assert.equal(flags(registered.data) & ED, ED);
  const result = await s.signIn({ extensions: "prf" });
  assert.equal(flags(result.data) & ED, ED);
  signedIn(result);
  await s.close();
});

test("a passkey that may be backed up stays one", async () => {
  const s = await scene({ authenticator: { defaultBackupEligibility: true, defaultBackupState: true } });
  const registered = await s.register();
  assert.equal(registered.error, undefined, registered.message);
  assert.equal(flags(registered.data) & (BE | BS), BE | BS);
  signedIn(await s.signIn());
  const [credential] = await s.credentials();
  await s.drop(credential.credentialId);
  await s.put({ ...credential, backupEligibility: false, backupState: false });
  assert.equal((await s.signIn()).error, "NotAuthorizedException");
  await s.close();
});

test("a copy whose counter is behind is refused", async () => {
  const s = await scene();
  assert.equal((await s.register()).error, undefined);
  const [copy] = await s.credentials();
  signedIn(await s.signIn());
  signedIn(await s.signIn());
  await s.drop(copy.credentialId);
  await s.put(copy);
  assert.equal((await s.signIn()).error, "NotAuthorizedException");
  await s.close();
});

test("an assertion that was used is worth nothing, in its Session or another", async () => {
  const s = await scene();
  assert.equal((await s.register()).error, undefined);
  const used = await s.signIn();
  signedIn(used);
  const again = await s.answer(used.session, used.credential);
  assert.equal(again.error, "NotAuthorizedException");
  assert.match(again.message, /only be used once/);
  const next = await s.run("begin", s.who);
  assert.equal((await s.answer(next.body.Session, used.credential)).error, "NotAuthorizedException");
  await s.close();
});

test("a page of another port is another origin", async () => {
  const other = await startSite();
  try {
    const s = await scene({ tags: { "lifeguard:webauthn.origins": site.url("") } });
    assert.equal((await s.register()).error, undefined);
    signedIn(await s.signIn());
    await s.page.goto(other.url());
    assert.equal((await s.signIn()).error, "NotAuthorizedException");
    const [mine] = await s.credentials();
    await s.drop(mine.credentialId);
    assert.equal((await s.register()).error, "WebAuthnOriginNotAllowedException");
    await s.close();
  } finally {
    await other.stop();
  }
});

test("a page outside the relying party is refused by the browser, and one inside is not", async () => {
  const s = await scene({ passkeys: { RelyingPartyId: "site.localhost" }, url: site.url("/", "site.localhost") });
  assert.equal((await s.register()).error, undefined);
  await s.page.goto(site.url("/", "app.site.localhost"));
  signedIn(await s.signIn());
  await s.page.goto(site.url("/", "evil.localhost"));
  assert.equal((await s.signIn()).error, "SecurityError");
  await s.close();
});

test("the passkey of one user does not sign another in", async () => {
  const s = await scene();
  assert.equal((await s.register()).error, undefined);
  const other = await s.pool.user();
  const token = await s.pool.token(other);
  const second = await openPage(browser, site.url());
  assert.equal((await second.run("register", { server: server.url, token })).error, undefined);

  const begun = await s.run("begin", { ...s.who, username: other });
  const [mine] = await s.list();
  const got = await s.page.evaluate(
    ([options, id]) => globalThis.eval("ceremony")("get", { ...options, allowCredentials: [{ type: "public-key", id }] }),
    [begun.options, mine.CredentialId],
  );
  const refused = await s.run("answer", { ...s.who, username: other, session: begun.body.Session, ...got });
  assert.equal(refused.error, "NotAuthorizedException");
  await second.close();
  await s.close();
});

test("a passkey that was deleted does not sign in", async () => {
  const s = await scene();
  const registered = await s.register();
  const begun = await s.run("begin", s.who);
  await s.pool.call("DeleteWebAuthnCredential", { AccessToken: s.token, CredentialId: registered.credential.id });
  const got = await s.page.evaluate((options) => globalThis.eval("ceremony")("get", options), begun.options);
  assert.equal((await s.answer(begun.body.Session, got.credential)).error, "NotAuthorizedException");
  const next = await s.run("begin", s.who);
  assert.equal(next.body.ChallengeName, "SELECT_CHALLENGE");
  assert.ok(!next.body.AvailableChallenges.includes("WEB_AUTHN"));
  await s.close();
});

test("without the authenticator the password still does, in the same Session", async () => {
  const s = await scene();
  assert.equal((await s.register()).error, undefined);
  await s.remove();
  await s.add({ transport: "usb" });
  const failed = await s.signIn({ change: { timeout: 1000 } });
  assert.equal(failed.error, "NotAllowedError");
  const chosen = await s.pool.call("RespondToAuthChallenge", {
    ClientId: s.pool.client,
    ChallengeName: "SELECT_CHALLENGE",
    Session: failed.session,
    ChallengeResponses: { USERNAME: s.who.username, ANSWER: "PASSWORD", PASSWORD: password },
  });
  assert.ok(chosen.AuthenticationResult.AccessToken);
  await s.close();
});

test("aws-amplify registers, lists, signs in with and deletes a passkey", async () => {
  const s = await scene({ url: site.url("/amplify") });
  await s.run("configure", { pool: s.pool.id, client: s.pool.client, server: server.url });
  const amplify = async (name, input) => {
    const { error, message, value } = await s.run("amplify", { name, input });
    assert.equal(error, undefined, `${name}: ${message}`);
    return value;
  };
  const byPassword = await amplify("signIn", { username: s.who.username, password });
  assert.equal(byPassword.isSignedIn, true);
  await amplify("associateWebAuthnCredential");
  const { credentials } = await amplify("listWebAuthnCredentials");
  assert.equal(credentials.length, 1);
  assert.equal(credentials[0].relyingPartyId, "localhost");
  await amplify("signOut");

  const signIn = await amplify("signIn", {
    username: s.who.username,
    options: { authFlowType: "USER_AUTH", preferredChallenge: "WEB_AUTHN" },
  });
  assert.equal(signIn.isSignedIn, true);
  assert.equal((await amplify("getCurrentUser")).username, s.who.username);
  await amplify("deleteWebAuthnCredential", { credentialId: credentials[0].credentialId });
  assert.deepEqual((await amplify("listWebAuthnCredentials")).credentials, []);
  await amplify("signOut");
  await s.close();
});
