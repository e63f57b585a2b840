// What tests/bench/oauth.py needs of a running development server: clients, and somebody who signed in on the pages.
// node ours.mjs URL → { machine: [id, secret], client: [id, secret], refresh, login: path }

import { Flow } from "../oidc/lib/flow.js";
import { makePool } from "../oidc/lib/pool.js";

const server = { url: process.argv[2] };
const pool = await makePool(server);
const [client, machine, user] = await Promise.all([pool.client(), pool.machine(["api/read"]), pool.user()]);
const flow = new Flow(server, pool, client);
const { tokens } = await flow.signIn({ scope: "openid" }, user);
const login = new URL(flow.url("/login", flow.request()));
console.log(JSON.stringify({
  machine: [machine.id, machine.secret],
  client: [client.id, client.secret],
  refresh: tokens.refresh_token,
  login: login.pathname + login.search,
}));
process.exit(0);
