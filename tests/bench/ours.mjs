// What tests/bench/oauth.py needs of a running development server: clients, and somebody who signed in on the pages.
// node ours.mjs URL → { machine: [id, secret], client: [id, secret], refresh, login: path }

import { Flow } from "../oidc/lib/flow.js";
import { makePool, password } from "../oidc/lib/pool.js";

const server = { url: process.argv[2] };
const pool = await makePool(server);
const [client, machine] = await Promise.all([pool.client(), pool.machine(["api/read"])]);
// Nothing about the user but his name, as in the other server's tokens.
const user = { username: "bench", password };
await pool.call("AdminCreateUser", { Username: user.username, MessageAction: "SUPPRESS" });
await pool.call("AdminSetUserPassword", { Username: user.username, Password: password, Permanent: true });
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
