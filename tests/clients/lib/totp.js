// An authenticator app: codes of RFC 6238 for a base32 secret, at the server's time.

import { createHmac } from "node:crypto";

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function decode(base32) {
  let bits = "";
  for (const digit of base32) bits += digits.indexOf(digit).toString(2).padStart(5, "0");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

export function code(secret, time = Date.now()) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / 30000)));
  const mac = createHmac("sha1", decode(secret)).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1000000).padStart(6, "0");
}

// What the app shows on the server's clock; codes are good once, so the clock goes on first.
export async function app(server, secret) {
  await server.advance(90);
  const { now } = await (await fetch(`${server.url}/_lifeguard/clock`)).json();
  return code(secret, Date.parse(now));
}
