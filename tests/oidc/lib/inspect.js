// What a page or a redirect of ours must never be.

import assert from "node:assert/strict";

import { attribute, nodesOf } from "./html.js";

const addresses = ["href", "src", "action", "formaction", "data", "poster", "background", "cite", "ping", "srcset", "xlink:href"];

// Nothing that came with the request became an element, an attribute, a script or a way to elsewhere.
export function assertInert(page, { origin, allowed = [] } = {}) {
  for (const node of nodesOf(page.document)) {
    if (!node.tagName) continue;
    assert.ok(!/evil/.test(node.tagName), `element ${node.tagName}`);
    assert.ok(!["base", "object", "embed", "iframe"].includes(node.tagName), node.tagName);
    for (const { name, value } of node.attrs ?? []) {
      assert.ok(!/^on/.test(name), `attribute ${name}`);
      assert.ok(!/evil/.test(name), `attribute ${name}`);
      assert.notEqual(name, "style", "style attribute");
      assert.notEqual(name, "srcdoc");
      if (!addresses.includes(name)) continue;
      const to = new URL(value, page.url);
      assert.ok(["http:", "https:", "mailto:"].includes(to.protocol) || (to.protocol === "data:" && name === "src"), `${name}=${value}`);
      assert.ok(to.protocol === "data:" || to.protocol === "mailto:" || to.origin === origin || allowed.includes(to.origin), `${name}=${value}`);
    }
    if (node.tagName === "meta") assert.notEqual(attribute(node, "http-equiv")?.toLowerCase(), "refresh");
    if (node.tagName === "script") assert.equal(node.childNodes.length, 0, "inline script");
  }
}

// RFC 9700, 4.15 to 4.17; PAGES.md, "Rules".
export function assertGuarded(page) {
  const { headers } = page;
  const policy = Object.fromEntries(
    (headers["content-security-policy"] ?? "").split(";").map((part) => [part.trim().split(" ")[0], part.trim().split(" ").slice(1).join(" ")]),
  );
  assert.equal(policy["default-src"], "'none'", page.url);
  assert.equal(policy["frame-ancestors"], "'none'");
  assert.equal(policy["base-uri"], "'none'");
  assert.equal(policy["script-src"], "'self'");
  assert.equal(policy["style-src"], "'self'");
  assert.ok(policy["form-action"]?.startsWith("'self'") || page.sentTo?.posted, policy["form-action"]);
  assert.equal(headers["x-frame-options"], "DENY");
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.match(headers["cache-control"], /no-store/);
}

export const assertNoInjectedHeader = (answer) => {
  for (const [name, value] of Object.entries(answer.headers)) {
    assert.ok(!/evil/i.test(name), `header ${name}`);
    for (const one of [value].flat()) assert.ok(!/[\r\n\0]/.test(one), `header ${name}`);
  }
};
