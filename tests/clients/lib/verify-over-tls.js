// Run with NODE_EXTRA_CA_CERTS: sign in and verify, nothing cached by hand. Prints the user name.

import { JwtVerifier } from "aws-jwt-verify";

import { demo, demoTokens } from "./server.js";

const url = process.argv[2];
for (let i = 0; ; i++) {
  try {
    await fetch(`${url}/_lifeguard/health/live`);
    break;
  } catch (error) {
    if (i === 100) throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const { IdToken } = await demoTokens(url);
const verifier = JwtVerifier.create({ issuer: `${url}/${demo.pool}`, audience: demo.client });
const claims = await verifier.verify(IdToken);
console.log(claims["cognito:username"]);
