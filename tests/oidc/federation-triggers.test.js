// Functions that have a say when people come from an identity provider (spec/triggers.md, spec/federation.md 2).

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { functionArn, startServer, startServerWithFunctions } from "../clients/lib/server.js";
import { Flow } from "./lib/flow.js";
import { makePool } from "./lib/pool.js";
import { refused, tokensOf, travel } from "./lib/travel.js";
import { Upstream } from "./lib/upstream.js";

let server, bare, upstream;
before(async () => {
  [server, bare, upstream] = await Promise.all([startServerWithFunctions(), startServer(), Upstream.start()]);
});
beforeEach(() => {
  upstream.reset();
  upstream.next = { sub: "alice", info: { email: "alice@corp.example" } };
});
after(() => Promise.all([server, bare, upstream].map((each) => each?.stop())));

async function setUp(of, LambdaConfig) {
  const pool = await makePool(of, { pool: { LambdaConfig } });
  await pool.call("CreateIdentityProvider", {
    ProviderName: "Corp",
    ProviderType: "OIDC",
    ProviderDetails: { client_id: "ours", client_secret: "ours", authorize_scopes: "openid", attributes_request_method: "GET", oidc_issuer: upstream.url },
    AttributeMapping: { email: "email" },
  });
  return { pool, flow: new Flow(of, pool, await pool.client({ SupportedIdentityProviders: ["Corp"] })) };
}

const byCorp = { identity_provider: "Corp" };
const all = ["PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication"];
const nobody = async (pool) => assert.equal((await pool.call("ListUsers", {})).Users.length, 0);

test("functions that have nothing against it let him in, the first time and the next", async () => {
  const { flow } = await setUp(server, Object.fromEntries(all.map((name) => [name, functionArn("echo")])));
  await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
  await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
});

test("a function that says no to a new person: nobody is made, and the application is told", async () => {
  const { pool, flow } = await setUp(server, { PreSignUp: functionArn("nowhere") });
  refused(await travel(upstream, flow, byCorp), /^PreSignUp invocation failed due to configuration\.$/);
  await nobody(pool);
});

test("a function that says no to who comes again", async () => {
  for (const name of ["PreAuthentication", "PostAuthentication"]) {
    const { flow } = await setUp(server, { [name]: functionArn("nowhere") });
    await tokensOf(flow, (await travel(upstream, flow, byCorp)).page);
    refused(await travel(upstream, flow, byCorp), new RegExp(`^${name} invocation failed due to configuration`));
  }
});

test("functions that cannot be asked let nobody in", async () => {
  for (const [of, config] of [
    ...all.map((name) => [bare, { [name]: functionArn("echo") }]),
    [server, { InboundFederation: { LambdaVersion: "V1_0", LambdaArn: functionArn("echo") } }],
  ]) {
    const { pool, flow } = await setUp(of, config);
    const { page } = await travel(upstream, flow, byCorp);
    assert.equal(page.status, 501, JSON.stringify(config));
    assert.equal(page.sentTo, undefined);
    await nobody(pool);
  }
});
