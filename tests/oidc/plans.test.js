// The certification plans of OpenID Connect, module by module, in a pool as Cognito has it and in a strict one.

import { after, before, describe, test } from "node:test";

import { startServer } from "../clients/lib/server.js";
import { Flow } from "./lib/flow.js";
import { basic, config } from "./lib/modules-basic.js";
import { logout } from "./lib/modules-logout.js";
import { makePool } from "./lib/pool.js";

const plans = [
  ["Basic OP", basic, undefined],
  ["Config OP", config, undefined],
  ["Form Post OP", basic, "form_post"],
  ["RP-Initiated Logout OP", logout, undefined],
];

let server;
const scenes = {};

async function scene(strict) {
  const pool = await makePool(server, { strict });
  const [client, other, user] = await Promise.all([pool.client(), pool.client(), pool.user()]);
  return { server, pool, strict, user, flow: new Flow(server, pool, client), other: new Flow(server, pool, other) };
}

before(async () => {
  server = await startServer();
  scenes.compatible = await scene(false);
  scenes.strict = await scene(true);
});
after(() => server?.stop());

for (const kind of ["compatible", "strict"]) {
  for (const [plan, modules, mode] of plans) {
    describe(`${plan}, ${kind}`, () => {
      for (const [name, run] of Object.entries(modules)) {
        test(`${name} (${plan}, ${kind})`, () => run({ ...scenes[kind], mode }));
      }
    });
  }
}
