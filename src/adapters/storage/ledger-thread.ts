import { parentPort, workerData } from "node:worker_threads";
import { assert } from "#domain/assert.ts";
import { StoredClaims } from "./claims.ts";
import { StoredLedger } from "./ledger.ts";
import type { LedgerAnswer, LedgerQuestion } from "./ledger-words.ts";
import { openStore } from "./sqlite.ts";

/*
 * The thread that owns the ledger's database. SQLite flushes while its caller waits: here that is this thread, and not
 * the one that trades.
 */

const port = parentPort;
assert(port !== null, "the ledger's thread was started by nobody");
const say = (answer: LedgerAnswer): void => port.postMessage(answer);
const store = openStore((workerData as { readonly path: string }).path);
const claims = new StoredClaims(store);
const ledger = new StoredLedger(store, (error) => say({ type: "events-lost", says: String(error) }));

port.on("message", (question: LedgerQuestion) => {
  void answer(question).catch((error: unknown) => {
    if (question.type !== "record") say({ type: "failed", id: question.id, says: String(error) });
  });
});
say({ type: "open" });

async function answer(question: LedgerQuestion): Promise<void> {
  switch (question.type) {
    case "record":
      return ledger.record(question.event);
    case "post":
      await ledger.post(question.entries);
      return say({ type: "done", id: question.id });
    case "entries": {
      const entries = await Array.fromAsync(ledger.entries());
      return say({ type: "entries", id: question.id, entries });
    }
    case "find-events":
      return say({ type: "events", id: question.id, page: await ledger.findEvents(question.query) });
    case "claim":
      return say({ type: "claimed", id: question.id, claimed: claims.claim(question.claim) });
    case "settle":
      claims.settle(question.claim, question.answer);
      return say({ type: "done", id: question.id });
    case "release":
      claims.release(question.claim);
      return say({ type: "done", id: question.id });
    case "close":
      // Events of this step are still to be written.
      await Promise.resolve();
      store.close();
      return say({ type: "done", id: question.id });
  }
}
