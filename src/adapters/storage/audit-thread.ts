import { parentPort, workerData } from "node:worker_threads";
import { assert } from "#domain/assert.ts";
import { verifyAudit } from "./audit-verify.ts";

/* Reads the whole audit record once, beside the thread that trades, and says what it found. */

const port = parentPort;
assert(port !== null, "the reader of the audit record was started by nobody");
const { folder, key, upTo } = workerData as {
  readonly folder: string;
  readonly key: Uint8Array;
  readonly upTo: number;
};
port.postMessage(await verifyAudit(folder, Buffer.from(key), upTo));
