// The protocol by hand: addresses, the token endpoint, tokens that are looked into.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";

import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";

import { exchange, formBody, Person } from "./person.js";
import { callback } from "./pool.js";

export const random = () => randomBytes(16).toString("base64url");

export const newVerifier = () => randomBytes(32).toString("base64url");
export const challengeOf = (verifier) => createHash("sha256").update(verifier).digest("base64url");

const present = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

// A pool on a server, and one client of it. Parameters that are undefined are left out.
export class Flow {
  constructor(server, pool, client) {
    Object.assign(this, { server, pool, client });
  }

  url(path, fields) {
    return `${this.server.url}${path}?${formBody(present(fields))}`;
  }

  request(fields = {}) {
    return { client_id: this.client.id, response_type: "code", scope: "openid", redirect_uri: callback, state: random(), ...fields };
  }

  authorizeUrl(fields) {
    return this.url("/oauth2/authorize", this.request(fields));
  }

  basic(client = this.client) {
    const encode = (text) => encodeURIComponent(text);
    return { authorization: `Basic ${Buffer.from(`${encode(client.id)}:${encode(client.secret)}`).toString("base64")}` };
  }

  async post(path, fields, headers = {}) {
    const answer = await exchange(`${this.server.url}${path}`, {
      method: "POST",
      body: formBody(present(fields)),
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    });
    const isJson = /^application\/json/.test(answer.headers["content-type"] ?? "");
    return { ...answer, body: isJson && answer.text ? JSON.parse(answer.text) : undefined };
  }

  // With the client's own way to prove who it is: by header when it has a secret.
  token(fields, { client = this.client, post = false } = {}) {
    if (client.secret && !post) return this.post("/oauth2/token", fields, this.basic(client));
    return this.post("/oauth2/token", { client_id: client.id, client_secret: client.secret, ...fields });
  }

  redeem(code, more = {}, how) {
    return this.token({ grant_type: "authorization_code", code, redirect_uri: callback, ...more }, how);
  }

  refresh(refresh_token, more = {}, how) {
    return this.token({ grant_type: "refresh_token", refresh_token, ...more }, how);
  }

  async userInfo(token, { method = "GET", headers, body } = {}) {
    const answer = await exchange(`${this.server.url}/oauth2/userInfo`, {
      method,
      headers: headers ?? { authorization: `Bearer ${token}` },
      body,
    });
    return { ...answer, body: answer.text ? JSON.parse(answer.text) : undefined };
  }

  async discovery() {
    return (await fetch(`${this.pool.issuer}/.well-known/openid-configuration`)).json();
  }

  async keys() {
    return (await fetch((await this.discovery()).jwks_uri)).json();
  }

  // Of any token of the pool: signature, issuer, times by the server's clock. Its claims.
  async verify(token, options = {}) {
    const { now } = await (await fetch(`${this.server.url}/_lifeguard/clock`)).json();
    const keys = await this.keys();
    const { kid, alg } = decodeProtectedHeader(token);
    assert.equal(alg, "RS256");
    assert.ok(keys.keys.some((key) => key.kid === kid), "the key is published");
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { issuer: this.pool.issuer, currentDate: new Date(now), ...options });
    return payload;
  }

  // Through the pages to a code. `person` keeps what his browser knows.
  async authorize(fields, user, person = new Person(this.server)) {
    const page = await person.signIn(await person.open(this.authorizeUrl(fields)), { username: user.username, password: user.password });
    assert.ok(page.sentTo, `back to the application: ${page.url} ${page.status} ${page.words}`);
    return { ...page.sentTo, page, person };
  }

  // The whole of it: { tokens, claims, person, params }.
  async signIn(fields, user, person) {
    const verifier = newVerifier();
    const pkce = this.client.secret ? {} : { code_challenge: challengeOf(verifier), code_challenge_method: "S256" };
    const away = await this.authorize({ ...pkce, ...fields }, user, person);
    assert.ok(away.params.code, JSON.stringify(away.params));
    const answer = await this.redeem(away.params.code, this.client.secret ? {} : { code_verifier: verifier });
    assert.equal(answer.status, 200, answer.text);
    const tokens = answer.body;
    const claims = tokens.id_token ? await this.verify(tokens.id_token, { audience: this.client.id }) : undefined;
    return { ...away, tokens, claims };
  }
}
