// The server behind a door with TLS, as it stands on the internet: a certificate of the test, bytes passed on.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";

export async function startDoor() {
  const folder = mkdtempSync(join(tmpdir(), "lifeguard-door-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
      "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
    { stdio: "ignore" },
  );
  let target;
  const sockets = new Set();
  const door = createServer({ key: readFileSync(key), cert: readFileSync(cert), ALPNProtocols: ["http/1.1"] }, (socket) => {
    const behind = connect(target, "localhost");
    for (const each of [socket, behind]) {
      sockets.add(each);
      each.on("error", () => {}).on("close", () => sockets.delete(each));
    }
    socket.pipe(behind).pipe(socket);
  }).listen(0, "localhost");
  await once(door, "listening");
  rmSync(folder, { recursive: true });
  const host = `localhost:${door.address().port}`;
  return {
    host,
    url: `https://${host}`,
    leadTo: (port) => (target = port),
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => door.close(resolve));
    },
  };
}
