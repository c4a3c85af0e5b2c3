import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ThreadedLedger } from "#adapters/storage/threaded-ledger.ts";
import { openStore } from "#adapters/storage/sqlite.ts";
import type { EventItem } from "#contract/events.ts";
import { EventsDesk } from "#desk/events-desk.ts";
import { type EventFilter, searchWords } from "#domain/event-filter.ts";
import { BINANCE_UM, OKX_PERP, instrumentId } from "#domain/ids.ts";
import { HOUR, after, instantAt } from "#domain/time.ts";
import { tableText } from "#surfaces/api/table.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { type Flags, eachInItsOwnProcess, flags, rounds } from "./harness/command.ts";
import { type Part, number } from "./harness/report.ts";
import { quantile } from "./harness/statistics.ts";

/** Events among a million: a filtered page, what recording one costs, and all of them taken away in constant memory. */

const ROWS = 1_000_000;
const FULL_ROUNDS = 21;
const PAGE = 100;
const PAGE_GOAL_MS = 50;
/** Beside the repository's own files: the benches measure the disk that the product would use. */
const folder = mkdtempSync(join(import.meta.dirname, "results-events-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const NOW = instantAt(1_786_543_641_000);
const SPAN_MS = 6.9 * 24 * HOUR;
const BTC = instrumentId("BTC-USDT-PERP");
const ALL: EventFilter = { venue: null, instrument: null, level: null, since: null, until: null, words: [] };
const WEEK: EventFilter = { ...ALL, since: after(NOW, -7 * 24 * HOUR), until: NOW };
const micros = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1_000;

/** Events as trading makes them: mostly of hedges, a tenth of them worth a look, one in five thousand critical. */
function fill(path: string, rows: number): number {
  const store = openStore(path);
  const insert = store.prepare(
    "insert into events (at, level, type, code, says, venue, instrument, hedge, data) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const levels = ["info", "info", "info", "info", "info", "info", "info", "warn", "warn", "error"];
  const codes = ["order-reported", "filled", "intended", "order-dead"];
  const states = ["opening", "hedged", "closing", "closed"];
  const venues = ["binance-um", "okx-perp", null];
  const instruments = ["BTC-USDT-PERP", "ETH-USDT-PERP", "SOL-USDT-PERP", null];
  const started = process.hrtime.bigint();
  for (let from = 0; from < rows; from += 5_000) {
    store.transaction(() => {
      for (let index = from; index < from + 5_000; index += 1) {
        const hedge = `p7${(index >> 4).toString(36).padStart(12, "0")}`;
        const says = `${hedge} is ${states[index % 4]} at ${index % 977}${index % 100_000 === 0 ? " needle" : ""}`;
        insert.run(
          NOW - SPAN_MS + (index * SPAN_MS) / rows,
          index % 5_003 === 0 ? "critical" : levels[(index * 7) % 10],
          "hedge",
          codes[(index >> 2) % 4],
          says,
          venues[(index * 5 + (index >> 3)) % 3],
          instruments[(index * 3 + (index >> 5)) % 4],
          hedge,
          '{"state":"hedged"}',
        );
      }
    })();
  }
  const took = micros(started) / rows;
  store.close();
  return took;
}

async function filled(
  given: Flags,
): Promise<{ ledger: ThreadedLedger; rows: number; openMs: number; writeUs: number }> {
  const rows = given.quick ? ROWS / 10 : ROWS;
  const path = join(folder, "ledger.db");
  const writeUs = fill(path, rows);
  const started = process.hrtime.bigint();
  const ledger = await ThreadedLedger.open(path, (says) => {
    throw new Error(says);
  });
  return { ledger, rows, openMs: micros(started) / 1_000, writeUs };
}

const ASKED: readonly (readonly [name: string, filter: EventFilter, offset?: number])[] = [
  ["no filter", WEEK],
  ["venue", { ...WEEK, venue: OKX_PERP }],
  ["level, rare", { ...WEEK, level: "critical" }],
  ["venue, symbol and level", { ...WEEK, venue: BINANCE_UM, instrument: BTC, level: "error" }],
  ["rare word", { ...WEEK, words: searchWords("needle") }],
  ["common word and level", { ...WEEK, level: "warn", words: searchWords("hedged") }],
  ["beginning of a word", { ...WEEK, words: searchWords("p70000000ab*") }],
  ["words never together", { ...WEEK, words: searchWords("needle order dead") }],
  ["venue, 10 000 in", { ...WEEK, venue: OKX_PERP }, 10_000],
  ["part of a day", { ...WEEK, venue: OKX_PERP, since: after(NOW, -40 * HOUR), until: after(NOW, -20.5 * HOUR) }],
];

/** One page with its total, as a surface asks for it: over to the ledger's thread and back. */
async function pages(given: Flags): Promise<Part> {
  const { ledger, rows, openMs, writeUs } = await filled(given);
  const middles: number[] = [];
  const notes: string[] = [];
  for (const [name, filter, offset = 0] of ASKED) {
    const took: number[] = [];
    let found = "";
    for (let round = 0; round < rounds(given, FULL_ROUNDS); round += 1) {
      const started = process.hrtime.bigint();
      const page = await ledger.findEvents({
        filter,
        order: "desc",
        after: null,
        through: null,
        offset,
        limit: PAGE,
        count: true,
      });
      took.push(micros(started) / 1_000);
      found = `${page.items.length} of ${page.total?.exact === false ? "at least " : ""}${page.total?.count ?? 0}`;
    }
    const middle = quantile(took, 0.5);
    middles.push(middle);
    notes.push(`${name}: median ${number(middle)} ms, max ${number(Math.max(...took))} ms, ${found}`);
  }
  await ledger.close();
  const worst = Math.max(...middles);
  notes.push(`opened and checked in ${number(openMs)} ms; written in batches at ${number(writeUs)} µs an event`);
  return {
    bench: "events",
    part: "a filtered page",
    ours: `worst median ${number(worst)} ms of ${rows} rows`,
    against: [],
    rounds: rounds(given, FULL_ROUNDS),
    goals: [{ what: "ms, the slowest median", figure: worst, atMost: PAGE_GOAL_MS }],
    noisy: false,
    fingerprint: `${rows} events`,
    notes,
  };
}

/** Everything as CSV to a reader that takes it as fast as it can, and how much memory that took at the most. */
async function taken(given: Flags): Promise<Part> {
  const { ledger, rows } = await filled(given);
  const rooms = { world: { ledger, clock: { now: () => NOW } } };
  const desk = new EventsDesk({ rooms } as unknown as Engine, (text) => text);
  const columns = (["id", "ts", "level", "code", "message"] as const).map((name) => ({
    name,
    kind: "text" as const,
    of: (row: EventItem) => row[name],
  }));
  const megabytes = (): number => process.memoryUsage.rss() / 1e6;
  let bytes = 0;
  let most = 0;
  const run = async (limit: number): Promise<void> => {
    const exported = await desk.exported({ order: "asc", limit });
    const text = Readable.from(tableText("csv", { columns, shown: (row) => row, pages: exported }), {
      objectMode: false,
    });
    for await (const piece of text) {
      bytes += (piece as Buffer).length;
      most = Math.max(most, megabytes());
    }
  };
  // What the first tenths need is what any export needs: code, buffers, and room for the collector.
  for (let tenth = 0; tenth < 3; tenth += 1) await run(rows / 10);
  const before = most;
  [bytes, most] = [0, 0];
  const started = process.hrtime.bigint();
  await run(rows);
  const took = micros(started) / 1e6;
  await ledger.close();
  const grown = most - before;
  return {
    bench: "events",
    part: "an export",
    ours: `${number(bytes / 1e6)} MB of CSV in ${number(took)} s`,
    against: [`RSS at the most ${number(most)} MB, ${number(grown)} MB more than three exports of a tenth before it`],
    rounds: 1,
    goals: [{ what: "MB grown", figure: Math.max(0, grown), atMost: 64 }],
    noisy: false,
    fingerprint: `${rows} events`,
  };
}

await eachInItsOwnProcess(flags(), [
  { name: "a filtered page", run: pages },
  { name: "an export", run: taken },
]);
