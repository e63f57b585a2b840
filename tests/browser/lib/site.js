// Our own pages on loopback, under any name that leads there.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

async function bundled(path) {
  const result = await build({
    entryPoints: [here(path)],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    nodePaths: [here("../../clients/node_modules")],
    logLevel: "error",
  });
  return result.outputFiles[0].text;
}

const html = (script) => `<!doctype html><meta charset="utf-8"><title>Passkeys</title><script src="${script}"></script>`;

export async function startSite() {
  const bodies = {
    "/": ["text/html", html("/page.js")],
    "/page.js": ["text/javascript", await readFile(here("page.js"))],
    "/amplify": ["text/html", html("/amplify-page.js")],
    "/amplify-page.js": ["text/javascript", await bundled("amplify-page.js")],
  };
  const server = createServer((request, response) => {
    const [type, body] = bodies[request.url] ?? ["text/plain", ""];
    response.writeHead(body ? 200 : 404, { "content-type": type }).end(body);
  }).listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address();
  return {
    port,
    url: (path = "/", host = "localhost") => `http://${host}:${port}${path}`,
    stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
