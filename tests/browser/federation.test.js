// Sign-in by an identity provider in a real browser: by its button, and by an address, under the policy that keeps forms
// at home. The provider is a page with a button of its own, as people meet one.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "../clients/lib/server.js";
import { Upstream } from "../oidc/lib/upstream.js";
import { openBrowser } from "./lib/browser.js";
import { makeHosted, startApplication } from "./lib/hosted.js";
import { Visitor, visitors } from "./lib/visitor.js";

let server, application, upstream, browser, hosted;
before(async () => {
  [server, application, upstream, browser] = await Promise.all([startServer(), startApplication(), Upstream.start(), openBrowser()]);
  hosted = await makeHosted(server, application);
  await hosted.call("CreateIdentityProvider", {
    ProviderName: "Corp",
    ProviderType: "OIDC",
    ProviderDetails: { client_id: "ours", client_secret: "ours", authorize_scopes: "openid email", attributes_request_method: "GET", oidc_issuer: upstream.url },
    AttributeMapping: { email: "email" },
    IdpIdentifiers: ["corp.example"],
  });
  await hosted.call("UpdateUserPoolClient", {
    ClientId: hosted.client,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email"],
    CallbackURLs: [application.callback],
    SupportedIdentityProviders: ["COGNITO", "Corp"],
  });
  await new Promise((done) => setTimeout(done, 400));
  upstream.next = { sub: "alice", info: { email: "alice@corp.example" } };
  upstream.lies["/authorize"] = (request, response) => {
    const query = Object.fromEntries(new URL(request.url, upstream.url).searchParams);
    const answer = new URLSearchParams(upstream.authorize(query));
    response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>Corp</title><a id=yes href="${`${query.redirect_uri}?${answer}`.replaceAll("&", "&amp;")}">Yes</a>`);
  };
});
after(() => Promise.all([browser, application, upstream, server].map((each) => each?.stop?.() ?? each?.close?.())));

async function isBack(visitor) {
  const answer = await visitor.isBackAt(application.callback);
  assert.ok(answer.get("code"), answer.toString());
  assert.equal(answer.get("state"), "journey");
}

const ways = {
  "its button": async (visitor) => {
    await visitor.follow("a.provider");
  },
  "an address": async (visitor) => {
    await visitor.type("idp_email", "alice@corp.example");
    await visitor.reach("button[value=idp]").then((button) => (visitor.keyboard ? visitor.page.keyboard.press("Enter") : button.click()));
  },
};
for (const [name, go] of Object.entries(ways)) {
  for (const who of visitors) {
    test(`to a provider by ${name}, and back (${who.name})`, async () => {
      const visitor = await Visitor.arrive(browser, who, `provider-by-${name.replaceAll(" ", "-")}`);
      try {
        await visitor.open(hosted.authorize({ lang: who.lang }));
        await visitor.look("sign-in");
        await go(visitor);
        await visitor.page.waitForURL((url) => url.origin === upstream.url);
        await visitor.page.locator("#yes").click();
        await isBack(visitor);
        await visitor.open(hosted.authorize());
        await isBack(visitor);
        assert.deepEqual(visitor.problems, []);
      } finally {
        await visitor.leave();
      }
    });
  }
}
