// The issuer of tests/clients for a parent that speaks lines: its address first, then an answer to each question.
// {"sub", "client"} → an ID token; {"asked": true} → how often each path was asked for. It ends with its input.

import { createInterface } from "node:readline";

import { startIssuer } from "../../clients/lib/issuer.js";

console.info = console.warn = console.error; // oidc-provider tells of its quick start there

const issuer = await startIssuer();
console.log(JSON.stringify(issuer.url));
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  console.log(JSON.stringify(question.asked ? issuer.asked : await issuer.idToken(question.sub, question.client)));
}
process.exit(0);
