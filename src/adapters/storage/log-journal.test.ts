import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { NOW, aFill, anIntent } from "../../../test/kit.ts";
import { type HedgeId, hedgeId } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import type { Journal, JournalEntry } from "#ports/journal.ts";
import { decodeBatch, readLog } from "./batch.ts";
import { LogJournal } from "./log-journal.ts";
import { MemoryJournal } from "./memory.ts";
import { StoreFault } from "./sqlite.ts";

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0).toReversed()) close();
});

function aLog(): { journal: LogJournal; path: string } {
  const folder = mkdtempSync(join(tmpdir(), "propbot-journal-"));
  const path = join(folder, "journal.log");
  const journal = new LogJournal(path);
  opened.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => void journal.close(),
  );
  return { journal, path };
}

const endOf = (path: string): number => readLog(readFileSync(path), () => undefined).at;

/** Where the batch with this index ends, without the zeros that fill its sector up. */
function batchesOf(log: Buffer): { readonly from: number; readonly to: number; readonly end: number }[] {
  const all = [];
  for (let at = 0, batch = decodeBatch(log, 0); batch !== null; at = batch.end, batch = decodeBatch(log, at)) {
    all.push({ from: at, to: at + 20 + batch.payload.length, end: batch.end });
  }
  return all;
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
  { name: "in a log", make: () => aLog().journal },
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

describe("the journal in a log", () => {
  const bytesOf = (path: string): Buffer => readFileSync(path);

  test("writes all that comes in one step of the loop with one flush", async () => {
    const { journal } = aLog();
    journal.finish(three);
    await Promise.all([intended(one), intended(two), fill(one), fill(two)].map((entry) => journal.append([entry])));
    expect(journal.flushes).toBe(1);
    await journal.append([fill(one)]);
    expect(journal.flushes).toBe(2);
  });

  test("has it on disk before the receipt is there, and another opening goes on from it", async () => {
    const { journal, path } = aLog();
    const entries = [intended(one), fill(one)];
    const first = await journal.append(entries);
    const other = new LogJournal(path);
    opened.push(() => void other.close());
    expect(await read(other)).toEqual(entries);
    expect((await other.append([fill(two)])).sequence).toBe(first.sequence + 1);
  });

  test("remembers a finished hedge with what is written next, or when it is closed", async () => {
    const { journal, path } = aLog();
    await journal.append([intended(one), intended(two)]);
    journal.finish(one);
    await journal.close();
    const other = new LogJournal(path);
    opened.push(() => void other.close());
    expect((await read(other, 0)).map(({ hedge }) => hedge)).toEqual([two]);
  });

  test("gives no receipt for what could not be written", async () => {
    const { journal, path } = aLog();
    await expect(journal.append([{ ...intended(two), at: Number.NaN as typeof NOW }])).rejects.toThrow(/not a moment/);
    await journal.close();
    await expect(journal.append([intended(one)])).rejects.toThrow(/closed/);
    const other = new LogJournal(path);
    opened.push(() => void other.close());
    expect(await read(other)).toEqual([]);
  });

  test("its file is its owner's alone, and grows by whole stretches", async () => {
    const { journal, path } = aLog();
    await journal.append([intended(one)]);
    expect([statSync(path).mode & 0o777, statSync(path).size % (4 * 1024 * 1024)]).toEqual([0o600, 0]);
  });

  test("many appenders at once share their flushes, and every one gets what it asked for", async () => {
    const { journal } = aLog();
    const receipts = await Promise.all(
      Array.from({ length: 64 }, async () => {
        const own: number[] = [];
        for (let each = 0; each < 20; each += 1) own.push((await journal.append([fill(one)])).sequence);
        return own;
      }),
    );
    expect(new Set(receipts.flat()).size).toBe(64 * 20);
    expect(journal.flushes).toBeLessThanOrEqual((64 * 20) / 10);
  });

  test.each([
    { what: "cut off in the middle of its last batch", harm: (log: Buffer, last: number) => log.fill(0, last + 300) },
    { what: "with a flipped byte in its last batch", harm: (log: Buffer, last: number) => (log[last + 100]! ^= 1) },
    { what: "with its last header never written", harm: (log: Buffer, last: number) => log.fill(0, last, last + 20) },
  ])("a log $what loses that batch only, and goes on", async ({ harm }) => {
    const { journal, path } = aLog();
    await journal.append([intended(one)]);
    const last = endOf(path);
    await journal.append([intended(two)]);
    await journal.close();
    const log = bytesOf(path);
    harm(log, last);
    writeFileSync(path, log);
    const other = new LogJournal(path);
    opened.push(() => void other.close());
    expect(await read(other)).toEqual([intended(one)]);
    await other.append([intended(three)]);
    expect(await read(other)).toEqual([intended(one), intended(three)]);
  });

  test("any one flipped byte of an acknowledged batch that others follow is a fault that names the file", async () => {
    const { journal, path } = aLog();
    for (const id of [one, two, three]) await journal.append([intended(id)]);
    await journal.close();
    const whole = bytesOf(path);
    const batches = batchesOf(whole);
    const [, second] = batches;
    for (let at = 0; at < (second?.end ?? 0); at += 7) {
      const log = Buffer.from(whole);
      log[at]! ^= 0x10;
      writeFileSync(path, log);
      // Zeros that fill a sector up mean nothing, and a flip there harms nothing.
      if (batches.some(({ to, end }) => at >= to && at < end)) expect(await read(new LogJournal(path))).toHaveLength(3);
      else expect(() => new LogJournal(path)).toThrow(StoreFault);
    }
  });
});

test("a memory journal that could not flush keeps nothing", async () => {
  const journal = new MemoryJournal(() => Promise.reject(new Error("ENOSPC")));
  await expect(journal.append([intended(one)])).rejects.toThrow("ENOSPC");
  expect(journal.entries).toEqual([]);
});
