import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { NOW, anIntent } from "../../../test/kit.ts";
import { usdt } from "#domain/decimal.ts";
import type { LedgerEntry } from "#domain/entry.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { encode } from "./codec.ts";
import { StoredLedger } from "./ledger.ts";
import { LogJournal } from "./log-journal.ts";
import { moveOldJournal } from "./old-journal.ts";
import { openStore } from "./sqlite.ts";
import { ThreadedLedger } from "./threaded-ledger.ts";

const opened: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "propbot-ledger-"));
  opened.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function aLedger(path = join(aFolder(), "ledger.db")): Promise<{ ledger: ThreadedLedger; path: string }> {
  const ledger = await ThreadedLedger.open(path, () => undefined);
  opened.push(() => ledger.close());
  return { ledger, path };
}

const entry = (id: string): LedgerEntry => ({
  id,
  cause: "fee",
  at: NOW,
  venue: BINANCE_UM,
  instrument: null,
  hedge: null,
  leg: null,
  postings: [
    { account: "venue:binance-um", asset: "USDT", amount: usdt("-1.5") },
    { account: "fees", asset: "USDT", amount: usdt("1.5") },
  ],
});

test("what was posted is on disk when the promise resolves, once, and is read back exactly", async () => {
  const { ledger, path } = await aLedger();
  await Promise.all([ledger.post([entry("a"), entry("b")]), ledger.post([entry("a")])]);
  const other = openStore(path);
  expect(await Array.fromAsync(new StoredLedger(other, () => undefined).entries())).toEqual([entry("a"), entry("b")]);
  other.close();
  expect(await Array.fromAsync(ledger.entries())).toEqual([entry("a"), entry("b")]);
});

test("events recorded before the end are written before the end", async () => {
  const { ledger, path } = await aLedger();
  for (let count = 0; count < 5; count += 1) {
    ledger.record({ at: NOW, level: "info", type: "control", code: "test", says: `${count}` });
  }
  await ledger.close();
  const store = openStore(path);
  expect(store.prepare("select count(*) as count from events").get()).toEqual({ count: 5 });
  store.close();
});

test("a posting that cannot be written rejects, and after the end everything does", async () => {
  const { ledger } = await aLedger();
  const broken = { ...entry("c"), at: Number.NaN as typeof NOW };
  await expect(ledger.post([broken])).rejects.toThrow(/NOT NULL|constraint|datatype/i);
  await ledger.post([entry("d")]);
  await ledger.close();
  await expect(ledger.post([entry("e")])).rejects.toThrow(/ended/);
});

test("a database that is not ours is refused with its own sentence", async () => {
  await expect(ThreadedLedger.open(join(aFolder(), "no", "such", "folder.db"), () => undefined)).rejects.toThrow(
    /directory does not exist/,
  );
});

test("a journal of the database moves to the log once, finished hedges among it", async () => {
  const folder = aFolder();
  const store = openStore(join(folder, "ledger.db"));
  opened.push(() => void store.close());
  const intent = anIntent();
  const insert = store.prepare("insert into journal (hedge, at, event) values (?, ?, ?)");
  insert.run(intent.id, NOW, encode({ type: "intended", intent }));
  store.prepare("insert into finished (hedge, sequence) values (?, 1)").run(intent.id);
  const journal = new LogJournal(join(folder, "journal.log"));
  opened.push(() => journal.close());
  expect(await moveOldJournal(store, journal)).toBe(1);
  expect(await moveOldJournal(store, journal)).toBe(0);
  expect(await Array.fromAsync(journal.read(1))).toEqual([
    { hedge: intent.id, at: NOW, event: { type: "intended", intent } },
  ]);
  expect(await Array.fromAsync(journal.read(0))).toEqual([]);
});
