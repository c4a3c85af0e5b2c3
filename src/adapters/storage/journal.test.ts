import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Sqlite from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import { NOW, aFill, anIntent } from "../../../test/kit.ts";
import { type HedgeId, hedgeId } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import type { Journal, JournalEntry } from "#ports/journal.ts";
import { StoredJournal } from "./journal.ts";
import { MemoryJournal } from "./memory.ts";
import { openStore } from "./sqlite.ts";

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0).toReversed()) close();
});

function aStore(): { store: Sqlite.Database; path: string } {
  const folder = mkdtempSync(join(tmpdir(), "propbot-journal-"));
  const path = join(folder, "ledger.db");
  const store = openStore(path);
  opened.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => store.close(),
  );
  return { store, path };
}

const [one, two, three] = ["pstest00010000000001", "pstest00010000000002", "pstest00010000000003"].map((id) =>
  hedgeId(id),
) as [HedgeId, HedgeId, HedgeId];
const intended = (id: HedgeId): JournalEntry => ({
  hedge: id,
  at: NOW,
  event: { type: "intended", intent: anIntent({ id }) },
});
const fill = (id: HedgeId): JournalEntry => ({
  hedge: id,
  at: after(NOW, 1.25),
  event: { type: "filled", fill: aFill(anIntent({ id }).long) },
});

async function read(journal: Journal, latestFinished = 100): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of journal.read(latestFinished)) entries.push(entry);
  return entries;
}

describe.each<{ name: string; make: () => Journal }>([
  { name: "in memory", make: () => new MemoryJournal() },
  { name: "in the store", make: () => new StoredJournal(aStore().store) },
])("a journal $name", ({ make }) => {
  test("gives back what was written, in the order of writing", async () => {
    const journal = make();
    const entries = [intended(one), intended(two), fill(one), fill(two)];
    await Promise.all(entries.map((entry) => journal.append([entry])));
    expect(await read(journal)).toEqual(entries);
  });

  test("counts its receipts upwards", async () => {
    const journal = make();
    const first = await journal.append([intended(one)]);
    const second = await journal.append([fill(one), intended(two)]);
    expect([first.sequence, second.sequence]).toEqual([1, 3]);
  });

  test("leaves out finished hedges but for the latest, and never an unfinished one", async () => {
    const journal = make();
    await journal.append([intended(one), intended(two), intended(three)]);
    journal.finish(one);
    await journal.append([fill(two)]);
    journal.finish(two);
    await journal.append([fill(three)]);
    expect((await read(journal, 1)).map(({ hedge }) => hedge)).toEqual([two, three, two, three]);
    expect((await read(journal, 0)).map(({ hedge }) => hedge)).toEqual([three, three]);
    expect(await read(journal)).toHaveLength(5);
  });

  test("takes a hedge that was finished again for the latest", async () => {
    const journal = make();
    await journal.append([intended(one)]);
    journal.finish(one);
    await journal.append([intended(two)]);
    journal.finish(two);
    await journal.append([fill(one)]);
    journal.finish(one);
    await journal.append([intended(three)]);
    expect((await read(journal, 1)).map(({ hedge }) => hedge)).toEqual([one, one, three]);
    expect(await read(journal, 2)).toHaveLength(4);
  });
});

describe("the journal in the store", () => {
  test("writes all that comes in one step of the loop with one flush", async () => {
    const journal = new StoredJournal(aStore().store);
    journal.finish(three);
    const receipts = await Promise.all(
      [intended(one), intended(two), fill(one), fill(two)].map((entry) => journal.append([entry])),
    );
    expect(journal.flushes).toBe(1);
    expect(new Set(receipts.map(({ sequence }) => sequence))).toEqual(new Set([4]));
    await journal.append([fill(one)]);
    expect(journal.flushes).toBe(2);
  });

  test("has it on disk before the receipt is there: another connection reads it", async () => {
    const { store, path } = aStore();
    await new StoredJournal(store).append([intended(one)]);
    const other = openStore(path);
    opened.push(() => other.close());
    expect(await read(new StoredJournal(other))).toEqual([intended(one)]);
  });

  test("gives no receipt for what could not be written, and nothing of the group stands", async () => {
    const { store, path } = aStore();
    const journal = new StoredJournal(store);
    const torn = { ...intended(two), at: Number.NaN as typeof NOW };
    const results = await Promise.allSettled([journal.append([intended(one)]), journal.append([torn])]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const other = openStore(path);
    opened.push(() => other.close());
    expect(await read(new StoredJournal(other))).toEqual([]);
    expect((await journal.append([intended(three)])).sequence).toBeGreaterThan(0);
  });

  test("rejects when the store is gone", async () => {
    const { store } = aStore();
    const journal = new StoredJournal(store);
    store.close();
    await expect(journal.append([intended(one)])).rejects.toThrow(/not open/);
  });

  test("stops at a torn row instead of reading past it", async () => {
    const { store } = aStore();
    const journal = new StoredJournal(store);
    await journal.append([intended(one)]);
    store.prepare("update journal set event = substr(event, 1, 40)").run();
    await expect(read(journal)).rejects.toThrow(SyntaxError);
  });
});

test("a memory journal that could not flush keeps nothing", async () => {
  const journal = new MemoryJournal(() => Promise.reject(new Error("ENOSPC")));
  await expect(journal.append([intended(one)])).rejects.toThrow("ENOSPC");
  expect(journal.entries).toEqual([]);
});
