import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Sqlite from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import { BTC, HEDGE, NOW, aFill, anIntent } from "../../../test/kit.ts";
import { usdt } from "#domain/decimal.ts";
import { type LedgerEntry, feeEntry, fillEntry, fundingEntry } from "#domain/entry.ts";
import type { DomainEvent } from "#domain/event.ts";
import { OKX_PERP } from "#domain/ids.ts";
import type { Ledger } from "#ports/ledger.ts";
import { ledgerHash } from "./ledger-hash.ts";
import { StoredLedger } from "./ledger.ts";
import { MemoryLedger } from "./memory.ts";
import { openStore } from "./sqlite.ts";

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0).toReversed()) close();
});

function aStore(): Sqlite.Database {
  const folder = mkdtempSync(join(tmpdir(), "propbot-ledger-"));
  const store = openStore(join(folder, "ledger.db"));
  opened.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => store.close(),
  );
  return store;
}
const stored = (store = aStore()): StoredLedger =>
  new StoredLedger(store, (error) => {
    throw error;
  });

const { long, short } = anIntent();
const bought = aFill(long, { tradeId: "1", fee: usdt("0.600000000001") });
const sold = aFill(short, { tradeId: "2", fee: usdt("0.60186") });
const paid = { venue: OKX_PERP, instrument: BTC, amount: usdt("-123456789012345.000000000001"), id: "f1", at: NOW };
const entries: LedgerEntry[] = [
  fillEntry(bought, HEDGE, "long"),
  ...[feeEntry(bought, HEDGE, "long")].filter((entry) => entry !== null),
  fillEntry(sold, HEDGE, "short"),
  ...[feeEntry(sold, HEDGE, "short")].filter((entry) => entry !== null),
  fundingEntry(paid, paid.amount, null, null),
];

async function all(ledger: Ledger): Promise<LedgerEntry[]> {
  const found: LedgerEntry[] = [];
  for await (const entry of ledger.entries()) found.push(entry);
  return found;
}

describe.each<{ name: string; make: () => Ledger }>([
  { name: "in memory", make: () => new MemoryLedger() },
  { name: "in the store", make: () => stored() },
])("a ledger $name", ({ make }) => {
  test("gives back every entry, exact to the last digit, in the order of posting", async () => {
    const ledger = make();
    await ledger.post(entries);
    expect(await all(ledger)).toEqual(entries);
  });

  test("is not changed by an entry it has", async () => {
    const ledger = make();
    await ledger.post(entries);
    const hash = await ledgerHash(ledger.entries());
    await ledger.post(entries.toReversed());
    const altered = entries.map((entry) => ({ ...entry, at: short.expiresAt, postings: entry.postings.slice(0, 1) }));
    await ledger.post(altered);
    expect(await all(ledger)).toEqual(entries);
    expect(await ledgerHash(ledger.entries())).toBe(hash);
  });
});

describe("the hash of a ledger", () => {
  test("is the same in memory and in the store, however the entries came in", async () => {
    const [memory, store] = [new MemoryLedger(), stored()];
    await memory.post(entries);
    for (const entry of entries) await store.post([entry]);
    const hash = await ledgerHash(memory.entries());
    expect(await ledgerHash(store.entries())).toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    {
      what: "an amount by its last digit",
      change: (entry: LedgerEntry) => ({
        ...entry,
        postings: entry.postings.map((posting) => ({
          ...posting,
          amount: (posting.amount + 1n) as typeof posting.amount,
        })),
      }),
    },
    { what: "a time", change: (entry: LedgerEntry) => ({ ...entry, at: short.expiresAt }) },
    { what: "an id", change: (entry: LedgerEntry) => ({ ...entry, id: `${entry.id}x` }) },
    { what: "a leg", change: (entry: LedgerEntry) => ({ ...entry, leg: null }) },
  ])("tells $what apart", async ({ change }) => {
    const [one, other] = [new MemoryLedger(), new MemoryLedger()];
    await one.post(entries);
    await other.post(entries.map((entry, index) => (index === 0 ? change(entry) : entry)));
    expect(await ledgerHash(other.entries())).not.toBe(await ledgerHash(one.entries()));
  });

  test("tells the order apart", async () => {
    const [one, other] = [new MemoryLedger(), new MemoryLedger()];
    await one.post(entries);
    await other.post(entries.toReversed());
    expect(await ledgerHash(other.entries())).not.toBe(await ledgerHash(one.entries()));
  });
});

describe("the ledger in the store", () => {
  test("writes all of a posting or none of it", async () => {
    const store = aStore();
    const ledger = stored(store);
    const [first, second] = entries as [LedgerEntry, LedgerEntry];
    const torn = { ...second, cause: null as unknown as LedgerEntry["cause"] };
    await expect(ledger.post([first, torn])).rejects.toThrow(/NOT NULL/);
    expect(await all(ledger)).toEqual([]);
  });

  test("rejects, and does not throw, when the store is gone", async () => {
    const store = aStore();
    const ledger = stored(store);
    store.close();
    await expect(ledger.post(entries)).rejects.toThrow(/not open/);
  });

  test("keeps events, and says when it cannot", async () => {
    const store = aStore();
    const failures: unknown[] = [];
    const ledger = new StoredLedger(store, (error) => failures.push(error));
    const event: DomainEvent = {
      at: NOW,
      level: "info",
      type: "hedge",
      code: "filled",
      says: "it is filled",
      hedge: HEDGE,
      data: { state: "hedged" },
    };
    ledger.record(event);
    ledger.record({ ...event, code: "second" });
    await Promise.resolve();
    expect(store.prepare("select code, says, hedge, data from events order by id").all()).toEqual([
      { code: "filled", says: "it is filled", hedge: HEDGE, data: '{"state":"hedged"}' },
      { code: "second", says: "it is filled", hedge: HEDGE, data: '{"state":"hedged"}' },
    ]);
    store.close();
    ledger.record(event);
    await Promise.resolve();
    expect(failures).toHaveLength(1);
  });
});

test("a memory ledger keeps its events within a bound", () => {
  const ledger = new MemoryLedger(10);
  for (let index = 0; index < 100; index += 1)
    ledger.record({ at: NOW, level: "info", type: "scan", code: `${index}`, says: "" });
  expect(ledger.events.length).toBeLessThanOrEqual(20);
  expect(ledger.events.at(-1)?.code).toBe("99");
});
