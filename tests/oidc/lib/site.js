// Applications that live in the browser, on pages of our own: oidc-client-ts and aws-amplify, bundled unmodified.

import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { build } = createRequire(here("../../browser/package.json"))("esbuild");

async function bundled(path) {
  const result = await build({
    entryPoints: [here(path)],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    nodePaths: [here("../node_modules"), here("../../clients/node_modules")],
    logLevel: "error",
  });
  return result.outputFiles[0].text;
}

const html = (script) => `<!doctype html><meta charset="utf-8"><title>An application</title><script src="${script}"></script>`;

export async function startSite() {
  const scripts = { "/spa.js": await bundled("spa.js"), "/amplify.js": await bundled("amplify.js") };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const script = scripts[pathname];
    const page = pathname.startsWith("/spa") ? "/spa.js" : "/amplify.js";
    response.writeHead(200, { "content-type": script ? "text/javascript" : "text/html" }).end(script ?? html(page));
  }).listen(0, "localhost");
  await once(server, "listening");
  const url = `http://localhost:${server.address().port}`;
  return { url, stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) };
}
