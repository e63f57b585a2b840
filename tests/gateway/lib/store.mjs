// An object store for a parent that speaks lines: npm's s3rver, with a bucket, which asks nobody who he is.
// Prints its port; ends with its input.

import { createRequire } from "node:module";

const S3rver = createRequire(new URL("../../clients/", import.meta.url))("s3rver");
const [directory, bucket] = process.argv.slice(2);

const store = new S3rver({ address: "127.0.0.1", port: 0, directory, silent: true, configureBuckets: [{ name: bucket }] });
const { port } = await store.run();
console.log(JSON.stringify(port));
process.stdin.on("end", () => process.exit(0)).resume();
