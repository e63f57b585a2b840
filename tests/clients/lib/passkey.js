// An authenticator in software: ES256, no attestation, as navigator.credentials.create() answers.

import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";

const sha256 = (data) => createHash("sha256").update(data).digest();

// The few forms of CBOR (RFC 8949) that are needed: the head of a value of a major type, and text.
function head(major, value) {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
const text = (string) => Buffer.concat([head(3, string.length), Buffer.from(string)]);
const bytes = (data) => Buffer.concat([head(2, data.length), data]);

export function createPasskey({ challenge, rp }, origin) {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const key = Buffer.concat([
    head(5, 5),
    head(0, 1), head(0, 2), // kty: EC2
    head(0, 3), head(1, 6), // alg: -7
    head(1, 0), head(0, 1), // crv: P-256
    head(1, 1), bytes(Buffer.from(x, "base64url")),
    head(1, 2), bytes(Buffer.from(y, "base64url")),
  ]);
  const id = randomBytes(16);
  const data = Buffer.concat([
    sha256(rp.id),
    Buffer.from([0x45, 0, 0, 0, 0]), // present, verified, with a key; the counter
    Buffer.alloc(16),
    Buffer.from([0, id.length]),
    id,
    key,
  ]);
  const attestation = Buffer.concat([
    head(5, 3), text("fmt"), text("none"), text("attStmt"), head(5, 0), text("authData"), bytes(data),
  ]);
  const client = JSON.stringify({ type: "webauthn.create", challenge, origin, crossOrigin: false });
  return {
    id: id.toString("base64url"),
    rawId: id.toString("base64url"),
    type: "public-key",
    authenticatorAttachment: "platform",
    clientExtensionResults: {},
    response: {
      clientDataJSON: Buffer.from(client).toString("base64url"),
      attestationObject: attestation.toString("base64url"),
      transports: ["internal"],
    },
  };
}
