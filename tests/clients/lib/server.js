// Start a server of our own on loopback, read its inbox, stop it by process id.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const built = (path) => fileURLToPath(new URL(`../../../build/${path}`, import.meta.url));
const binary = process.env.LIFEGUARD ?? built("lifeguard");

export const demo = {
  pool: "us-east-1_Lifeguard",
  client: "lifeguarddemo0000000000000",
  user: "demo",
  password: "Correct-horse-9",
};

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

export const startServer = (...flags) => start([binary, "serve"], flags);

// One whose pools can call the functions of tests/lib/functions.c.
export const startServerWithFunctions = (...flags) => start([built("tests/server_with_functions")], flags);

export const functionArn = (name) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

// Where LIFEGUARD_TEST_STORE is postgres:<conninfo>, the data is there.
function storeOf({ LIFEGUARD_TEST_STORE: store = "", ...env }) {
  const [engine, url] = store.split(/:(.*)/s);
  return { env, storeFlags: url ? ["--set", `store.engine=${engine}`, "--set", `store.url=${url}`] : [] };
}

async function start([program, ...words], flags) {
  const port = await freePort();
  const { env, storeFlags } = storeOf(process.env);
  const process_ = spawn(program, [...words, "--dev", "--listen", `localhost:${port}`, ...storeFlags, ...flags], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  process_.stderr.on("data", (data) => (log = (log + data).slice(-20000)));
  const url = `http://localhost:${port}`;

  const server = {
    url,
    port,
    demo,
    get log() {
      return log;
    },
    // The newest message to an address, or for other exact filters.
    async message(filters) {
      const query = new URLSearchParams(filters);
      const answer = await fetch(`${url}/_lifeguard/inbox/messages?${query}`);
      const messages = await answer.json();
      if (!messages.length) throw new Error(`no message for ${query}`);
      return messages[0];
    },
    async code(to, purpose) {
      return (await server.message(purpose ? { to, purpose } : { to })).code;
    },
    async advance(seconds) {
      const answer = await fetch(`${url}/_lifeguard/clock`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ advance_s: seconds }),
      });
      if (!answer.ok) throw new Error(`clock: ${answer.status}`);
    },
    async stop() {
      if (process_.exitCode !== null) return;
      process_.kill("SIGTERM");
      await once(process_, "exit");
    },
  };

  for (let i = 0; i < 200; i++) {
    if (process_.exitCode !== null) throw new Error(`server ended: ${log}`);
    try {
      if ((await fetch(`${url}/_lifeguard/health/ready`)).ok) return server;
    } catch {
      // not yet
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process_.kill("SIGKILL");
  throw new Error(`server did not start: ${log}`);
}

// The demo user's tokens, over the plain password flow.
export async function demoTokens(url) {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: demo.client,
      AuthParameters: { USERNAME: demo.user, PASSWORD: demo.password },
    }),
  });
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).AuthenticationResult;
}

let counter = 0;
// A name nobody used before.
export function fresh(prefix = "user") {
  return `${prefix}-${process.pid}-${counter++}`;
}

// The error that a promise ends with.
export async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("expected a failure");
}
