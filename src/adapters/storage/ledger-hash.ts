import { createHash } from "node:crypto";
import type { LedgerEntry } from "#domain/entry.ts";

/** The hash of a whole ledger: the same decisions and the same money give the same text, bit for bit. */
export async function ledgerHash(entries: AsyncIterable<LedgerEntry>): Promise<string> {
  const hash = createHash("sha256");
  for await (const { id, cause, at, venue, instrument, hedge, leg, postings } of entries) {
    const lines = postings.map(({ account, asset, amount }) => [account, asset, amount.toString()]);
    hash.update(`${JSON.stringify([id, cause, at, venue, instrument, hedge, leg, lines])}\n`);
  }
  return hash.digest("hex");
}
