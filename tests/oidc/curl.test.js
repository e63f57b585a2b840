// curl: the raw forms, as people try them out.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { startServer } from "../clients/lib/server.js";
import { formsOf, parsePage } from "./lib/html.js";
import { callback, makePool, signedOut } from "./lib/pool.js";

let server, pool, user, client, machine, folder;
before(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), "lifeguard-curl-"));
  pool = await makePool(server);
  [user, client, machine] = await Promise.all([pool.user(), pool.client(), pool.machine()]);
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
  await server?.stop();
});

const run = promisify(execFile);

// The status, the head and the body of the last answer.
async function curl(path, ...words) {
  const { stdout } = await run("curl", ["-sS", "-i", ...words, path.startsWith("http") ? path : server.url + path]);
  const [head, ...body] = stdout.split("\r\n\r\n");
  const lines = head.split("\r\n");
  const headers = Object.fromEntries(lines.slice(1).map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]));
  return { status: Number(lines[0].split(" ")[1]), headers, text: body.join("\r\n\r\n") };
}

const data = (fields) => Object.entries(fields).flatMap(([name, value]) => ["--data-urlencode", `${name}=${value}`]);
const json = (answer) => JSON.parse(answer.text);

test("curl -u id:secret -d grant_type=client_credentials", async () => {
  const answer = await curl("/oauth2/token", "-u", `${machine.id}:${machine.secret}`, "-d", "grant_type=client_credentials", ...data({ scope: "api/read" }));
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers["content-type"], /^application\/json/);
  assert.match(answer.headers["cache-control"], /no-store/);
  assert.deepEqual(Object.keys(json(answer)).sort(), ["access_token", "expires_in", "token_type"]);
  assert.equal(json(answer).token_type, "Bearer");
});

test("what is wrong is said as RFC 6749 has it", async () => {
  const wrong = await curl("/oauth2/token", "-u", `${machine.id}:nonsense`, "-d", "grant_type=client_credentials");
  assert.equal(json(wrong).error, "invalid_client");
  assert.equal(wrong.status, 400);
  const nothing = await curl("/oauth2/token", "-u", `${machine.id}:${machine.secret}`, "-d", "");
  assert.equal(json(nothing).error, "invalid_request");
  const password = await curl("/oauth2/token", "-u", `${client.id}:${client.secret}`, ...data({ grant_type: "password", username: user.username, password: user.password }));
  assert.equal(json(password).error, "unsupported_grant_type");
  assert.equal((await curl("/oauth2/token")).status, 405);
  const asJson = await curl("/oauth2/token", "-H", "content-type: application/json", "-d", '{"grant_type":"client_credentials"}');
  assert.ok([400, 415].includes(asJson.status));
});

test("a person with curl: the form, a code, tokens, userinfo, sign-out", async () => {
  const jar = ["-b", join(folder, "jar"), "-c", join(folder, "jar")];
  const query = new URLSearchParams({ client_id: client.id, response_type: "code", scope: "openid email", redirect_uri: callback, state: "abc" });

  const away = await curl(`/oauth2/authorize?${query}`, ...jar);
  assert.equal(away.status, 302);
  const login = new URL(away.headers.location, server.url).href;
  assert.match(login, /\/login\?/);
  const page = await curl(login, ...jar);
  assert.equal(page.status, 200);
  const form = formsOf(parsePage(page.text)).find((one) => one.names.has("password"));
  assert.ok(form.fields._csrf);

  const wrong = await curl(new URL(form.action, login).href, ...jar, ...data({ ...form.fields, username: user.username, password: "Wrong-horse-9" }));
  assert.ok([200, 303, 400, 401].includes(wrong.status), String(wrong.status));
  const done = await curl(new URL(form.action, login).href, ...jar, ...data({ ...form.fields, username: user.username, password: user.password }));
  assert.equal(done.status, 303);
  let next = new URL(done.headers.location, server.url);
  if (next.origin === server.url) next = new URL((await curl(next.href, ...jar)).headers.location);
  assert.equal(next.searchParams.get("state"), "abc");

  const basic = ["-u", `${client.id}:${client.secret}`];
  const tokens = json(await curl("/oauth2/token", ...basic, ...data({ grant_type: "authorization_code", code: next.searchParams.get("code"), redirect_uri: callback })));
  assert.ok(tokens.id_token && tokens.access_token && tokens.refresh_token, JSON.stringify(tokens));

  const info = json(await curl("/oauth2/userInfo", "-H", `authorization: Bearer ${tokens.access_token}`));
  assert.equal(info.username, user.username);
  assert.equal(info.email_verified, "true"); // Cognito's texts

  const revoked = await curl("/oauth2/revoke", ...basic, ...data({ token: tokens.refresh_token }));
  assert.equal(revoked.status, 200);
  assert.equal(revoked.text, "");
  const refused = await curl("/oauth2/userInfo", "-H", `authorization: Bearer ${tokens.access_token}`);
  assert.equal(refused.status, 401);
  assert.match(refused.headers["www-authenticate"], /error="invalid_token"/);

  const out = await curl(`/logout?${new URLSearchParams({ client_id: client.id, logout_uri: signedOut })}`, ...jar);
  assert.equal(out.status, 302);
  assert.equal(out.headers.location, signedOut);
  assert.match((await curl(`/oauth2/authorize?${query}`, ...jar)).headers.location, /\/login\?/);
});
