// Somebody who signs in by way of an identity provider: to it, and back.

import assert from "node:assert/strict";

import { decodeJwt } from "jose";

import { Person } from "./person.js";

// From a page of the server to the provider and back, as a browser goes; the answer may be changed on the way.
export async function visit(upstream, person, page, change = (url) => url) {
  if (!page.sentTo?.url.startsWith(upstream.url)) return page;
  const away = await fetch(page.sentTo.url, { redirect: "manual" });
  return person.open(change(new URL(away.headers.get("location"))).href);
}

// To the provider, not further: { person, page, query } with what the provider is asked.
export async function leave(flow, fields = {}, person = new Person(flow.server)) {
  const page = await person.open(flow.authorizeUrl(fields));
  return { person, page, query: page.sentTo?.params };
}

// The whole way.
export async function travel(upstream, flow, fields = {}, { person, change } = {}) {
  const there = await leave(flow, fields, person);
  return { ...there, page: await visit(upstream, there.person, there.page, change) };
}

// What the application gets for it.
export async function tokensOf(flow, page) {
  assert.ok(page.sentTo, `${page.url} ${page.status} ${page.words}`);
  assert.ok(page.sentTo.params.code, JSON.stringify(page.sentTo.params));
  const { status, body, text } = await flow.redeem(page.sentTo.params.code);
  assert.equal(status, 200, text);
  return { ...body, claims: decodeJwt(body.id_token) };
}

// The application is told so, gets nothing, and nobody is signed in.
export function refused({ person, page }, description, error = "invalid_request") {
  assert.ok(page.sentTo, `${page.url} ${page.status} ${page.words ?? page.text}`);
  const { params } = page.sentTo;
  assert.equal(params.code, undefined);
  assert.equal(params.error, error, JSON.stringify(params));
  assert.match(params.error_description, description);
  assert.ok(params.state);
  assert.ok(![...person.cookies.keys()].some((name) => name.startsWith("cognito")), "nobody is signed in");
}
