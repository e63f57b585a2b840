// aws-jwt-verify, unmodified: with our issuer, with Cognito's, and for real over TLS behind nginx.

import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { CognitoJwtVerifier, JwtVerifier } from "aws-jwt-verify";

import { demo, demoTokens, failure, freePort, startServer } from "./lib/server.js";

const flipped = (token) => {
  const parts = token.split(".");
  parts[2] = (parts[2][0] === "A" ? "B" : "A") + parts[2].slice(1);
  return parts.join(".");
};

describe("JwtVerifier with our issuer", () => {
  let server;
  after(() => server?.stop());

  test("accepts ID and access token, refuses altered and foreign ones", async () => {
    server = await startServer();
    const issuer = `${server.url}/${demo.pool}`;
    const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    assert.equal(discovery.issuer, issuer);
    const jwks = await (await fetch(discovery.jwks_uri)).json();
    assert.equal(jwks.keys.length >= 2, true);

    const { IdToken, AccessToken } = await demoTokens(server.url);
    const verifier = JwtVerifier.create({ issuer, audience: demo.client, jwksUri: discovery.jwks_uri });
    verifier.cacheJwks(jwks);
    const id = verifier.verifySync(IdToken);
    assert.equal(id.token_use, "id");
    assert.equal(id["cognito:username"], demo.user);

    const access = JwtVerifier.create({ issuer, audience: null, jwksUri: discovery.jwks_uri, scope: "aws.cognito.signin.user.admin" });
    access.cacheJwks(jwks);
    assert.equal(access.verifySync(AccessToken).client_id, demo.client);

    assert.throws(() => verifier.verifySync(flipped(IdToken)), /signature/i);
    const other = JwtVerifier.create({ issuer, audience: "somebodyelse", jwksUri: discovery.jwks_uri });
    other.cacheJwks(jwks);
    assert.throws(() => other.verifySync(IdToken), /Audience/i);
  });
});

describe("CognitoJwtVerifier with tokens.issuer = aws", () => {
  let server;
  after(() => server?.stop());

  test("accepts both tokens as Cognito's own", async () => {
    server = await startServer("--set", "tokens.issuer=aws");
    const jwks = await (await fetch(`${server.url}/${demo.pool}/.well-known/jwks.json`)).json();
    const { IdToken, AccessToken } = await demoTokens(server.url);
    for (const [tokenUse, token] of [
      ["id", IdToken],
      ["access", AccessToken],
    ]) {
      const verifier = CognitoJwtVerifier.create({ userPoolId: demo.pool, tokenUse, clientId: demo.client });
      verifier.cacheJwks(jwks);
      assert.equal(verifier.verifySync(token).iss, `https://cognito-idp.us-east-1.amazonaws.com/${demo.pool}`);
      assert.throws(() => verifier.verifySync(tokenUse === "id" ? AccessToken : IdToken), /token use/i);
    }
  });
});

describe("behind nginx with TLS", () => {
  let server, nginx;
  const folder = mkdtempSync(join(tmpdir(), "lifeguard-tls-"));
  after(async () => {
    nginx?.kill("SIGTERM");
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the verifier fetches the keys by itself over https", async () => {
    const port = await freePort();
    const url = `https://localhost:${port}`;
    server = await startServer("--public-url", url);
    execFileSync("openssl", [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
      "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:TRUE",
      "-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem"),
    ], { stdio: "ignore" });
    writeFileSync(
      join(folder, "nginx.conf"),
      `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  server {
    listen 127.0.0.1:${port} ssl; listen [::1]:${port} ssl;
    ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
    location / { proxy_pass http://127.0.0.1:${server.port}; proxy_set_header Host localhost:${port}; }
  }
}
`,
    );
    nginx = spawn("nginx", ["-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")], { stdio: "ignore" });

    const script = fileURLToPath(new URL("lib/verify-over-tls.js", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, url], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "cert.pem") },
      timeout: 30000,
    });
    assert.equal(stdout.trim(), demo.user);
    assert.ok(await failure(fetch(url)), "without the certificate nobody gets in");
  });
});
