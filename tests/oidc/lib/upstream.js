// An identity provider that a test can make lie: OpenID Connect, or OAuth 2 with a profile address. Whoever comes to
// its authorization endpoint is signed in at once, as `next` says.

import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import { base64url, exportJWK, SignJWT } from "jose";

const seconds = () => Math.floor(Date.now() / 1000);
const random = () => randomBytes(16).toString("base64url");

async function makeKey(kid, type = "rsa") {
  const { privateKey, publicKey } =
    type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const alg = type === "rsa" ? "RS256" : "ES256";
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, use: "sig", alg } };
}

const readBody = async (request) => {
  let text = "";
  for await (const part of request) text += part;
  return text;
};

export class Upstream {
  // `discovery`: members to change; `lies`: functions that change what is sent, by name.
  static async start() {
    const upstream = new Upstream();
    upstream.keys = [await makeKey("one"), await makeKey("two", "ec")];
    upstream.hidden = await makeKey("hidden");
    upstream.http = createServer((request, response) =>
      upstream.answer(request, response).catch((error) => {
        response.writeHead(500).end(String(error));
      }),
    ).listen(0, "127.0.0.1");
    await once(upstream.http, "listening");
    upstream.url = `http://127.0.0.1:${upstream.http.address().port}`;
    upstream.reset();
    return upstream;
  }

  reset() {
    this.discovery = {};
    this.lies = {};
    this.requests = [];
    this.codes = new Map();
    this.published = this.keys;
    this.key = this.keys[0];
    this.next = { sub: "alice" };
    this.userInfo = undefined;
  }

  stop() {
    return new Promise((done) => this.http.close(done).closeAllConnections());
  }

  asked(path) {
    return this.requests.filter((request) => request.path === path);
  }

  document() {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      userinfo_endpoint: `${this.url}/userinfo`,
      jwks_uri: `${this.url}/jwks`,
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
      ...this.discovery,
    };
  }

  // The answer that the browser takes back, and whom the code is for.
  authorize(query) {
    const code = random();
    this.codes.set(code, { query, person: this.next });
    return { code, state: query.state, ...this.lies.answer?.(query) };
  }

  async idToken(query, accessToken) {
    const { key = this.key, kid = key.kid, alg = key.alg, typ, secret, none, header = {} } = this.lies.signature?.() ?? {};
    const half = createHash("sha256").update(accessToken).digest().subarray(0, 16);
    const claims = {
      iss: this.url,
      aud: query.client_id,
      sub: this.next.sub,
      iat: seconds(),
      exp: seconds() + 300,
      nonce: query.nonce,
      at_hash: base64url.encode(half),
      ...this.next.claims,
      ...this.lies.claims?.(query),
    };
    for (const [name, value] of Object.entries(claims)) if (value === undefined) delete claims[name];
    if (none) return `${base64url.encode(JSON.stringify({ alg: none, kid }))}.${base64url.encode(JSON.stringify(claims))}.`;
    return new SignJWT(claims).setProtectedHeader({ alg, kid, ...(typ ? { typ } : {}), ...header }).sign(secret ?? key.privateKey);
  }

  async token(body) {
    const found = this.codes.get(body.code);
    if (!found || found.query.redirect_uri !== body.redirect_uri) return [400, { error: "invalid_grant" }];
    this.codes.delete(body.code);
    const { query } = found;
    if (query.code_challenge && createHash("sha256").update(body.code_verifier ?? "").digest("base64url") !== query.code_challenge)
      return [400, { error: "invalid_grant" }];
    const access_token = random();
    const id_token = query.nonce || /openid/.test(query.scope ?? "") ? await this.idToken(query, access_token) : undefined;
    return [200, { access_token, token_type: "Bearer", expires_in: 60, refresh_token: random(), id_token, ...this.lies.tokens?.(id_token) }];
  }

  async answer(request, response) {
    const url = new URL(request.url, this.url);
    const text = await readBody(request);
    const body = Object.fromEntries(new URLSearchParams(text));
    this.requests.push({ method: request.method, path: url.pathname, query: Object.fromEntries(url.searchParams), body, headers: request.headers });
    const raw = this.lies[url.pathname];
    if (raw) return raw(request, response);
    const json = (status, value) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json(200, this.document());
      case "/jwks":
        return json(200, { keys: this.published.map(({ jwk }) => jwk) });
      case "/authorize": {
        const query = Object.fromEntries(url.searchParams);
        const answer = new URLSearchParams(this.authorize(query));
        return response.writeHead(302, { location: `${query.redirect_uri}?${answer}` }).end();
      }
      case "/token":
        return json(...(await this.token(body)));
      case "/userinfo":
      case "/me":
        return json(200, this.userInfo ?? { sub: this.next.sub, ...this.next.info });
      default:
        return response.writeHead(404).end();
    }
  }
}
