// Chromium, and authenticators that it simulates.

import { chromium } from "playwright-core";

export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Root has no sandbox to be put into.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });

// A page of its own context, with an authenticator that says yes to everything.
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  let key = await addAuthenticator(devtools, options);
  return {
    page,
    run: (name, argument) => page.evaluate(([f, a]) => globalThis.eval(f)(a), [name, argument]),
    add: async (more) => (key = await addAuthenticator(devtools, more)),
    remove: () => devtools.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: key }),
    verifies: (yes) =>
      devtools.send("WebAuthn.setUserVerified", { authenticatorId: key, isUserVerified: yes }),
    credentials: async () =>
      (await devtools.send("WebAuthn.getCredentials", { authenticatorId: key })).credentials,
    put: (credential) => devtools.send("WebAuthn.addCredential", { authenticatorId: key, credential }),
    drop: (credentialId) =>
      devtools.send("WebAuthn.removeCredential", { authenticatorId: key, credentialId }),
    close: () => context.close(),
  };
}

async function addAuthenticator(devtools, options) {
  const added = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  });
  return added.authenticatorId;
}
