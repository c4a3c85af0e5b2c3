import { closeSync, constants, fdatasyncSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { LogFile } from "#adapters/storage/log-file.ts";
import { LogJournal } from "#adapters/storage/log-journal.ts";
import { quantity } from "#domain/decimal.ts";
import { clientOrderId, hedgeId } from "#domain/ids.ts";
import { instantAt } from "#domain/time.ts";
import { type Flags, eachInItsOwnProcess, flags, rounds } from "./harness/command.ts";
import { number, type Part } from "./harness/report.ts";
import { measure, middle, ratio, type Variant } from "./harness/rounds.ts";
import { quantile } from "./harness/statistics.ts";

/** A durable append: one record, many appenders at once, what the loop feels of it, and reading it all back. */

const RECORD = Buffer.alloc(200, "a 200-byte intent ");
const FULL_ROUNDS = 9;
const APPENDS = 150;
const EACH = 20;
const APPENDERS = 64;
const RECOVERED = 1_000_000;

/** Beside the repository's own files: the benches measure the disk that the product would use. */
const folder = mkdtempSync(join(import.meta.dirname, "results-journal-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${(files += 1)}`);
const micros = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1_000;

/** The median of so many appends, one after the other, in microseconds. */
async function oneByOne(append: () => unknown): Promise<number> {
  const took: number[] = [];
  for (let count = 0; count < APPENDS; count += 1) {
    const started = process.hrtime.bigint();
    await append();
    took.push(micros(started));
  }
  return quantile(took, 0.5);
}

function preallocated(): number {
  const file = openSync(fresh(), constants.O_RDWR | constants.O_CREAT);
  writeSync(file, Buffer.alloc(4 * 1024 * 1024));
  fsyncSync(file);
  return file;
}

const variant = (name: string, run: () => number | Promise<number>): Variant => ({ name, run, state: () => "written" });

function limit(): Variant {
  const sector = Buffer.alloc(512, RECORD);
  return variant("limit", async () => {
    const file = preallocated();
    let at = 0;
    const took = await oneByOne(() => {
      writeSync(file, sector, 0, sector.length, at);
      fdatasyncSync(file);
      at += sector.length;
    });
    closeSync(file);
    return took;
  });
}

const ours = variant("ours", async () => {
  const log = new LogFile(fresh(), () => undefined);
  const took = await oneByOne(() => log.append(RECORD));
  await log.close();
  return took;
});

function sqlite(name: string, mode: "WAL" | "DELETE", synchronous: "FULL" | "NORMAL", records = 1): Variant {
  return variant(name, async () => {
    const store = new Sqlite(fresh());
    store.pragma(`journal_mode = ${mode}`);
    store.pragma(`synchronous = ${synchronous}`);
    store.exec("create table journal (sequence integer primary key, event blob not null) strict");
    const insert = store.prepare("insert into journal (event) values (?)");
    const commit = store.transaction(() => {
      for (let each = 0; each < records; each += 1) insert.run(RECORD);
    });
    const took = await oneByOne(commit);
    store.close();
    return took / records;
  });
}

const growing = (flush: boolean): Variant =>
  variant(flush ? "append+fdatasync" : "append only", async () => {
    const file = openSync(fresh(), "a");
    const took = await oneByOne(() => {
      writeSync(file, RECORD);
      if (flush) fdatasyncSync(file);
    });
    closeSync(file);
    return took;
  });

async function durable(given: Flags): Promise<Part> {
  const others = given.peers
    ? [
        growing(false),
        growing(true),
        sqlite("WAL FULL", "WAL", "FULL"),
        sqlite("WAL NORMAL", "WAL", "NORMAL"),
        sqlite("WAL FULL x20", "WAL", "FULL", EACH),
        sqlite("rollback FULL", "DELETE", "FULL"),
      ]
    : [];
  const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: 3, seed: given.seed };
  const measured = await measure([limit(), ours, ...others], plan);
  const toLimit = 1 / ratio(measured, "limit", "ours");
  return {
    bench: "journal",
    part: "one durable record",
    ours: `${number(middle(measured, "ours"))} µs`,
    against: [
      `limit ${number(middle(measured, "limit"))} (${number(toLimit)}x)`,
      ...others.map(
        ({ name }) => `${name} ${number(middle(measured, name))} (${number(ratio(measured, name, "ours"))}x)`,
      ),
    ],
    rounds: plan.rounds,
    goals: [
      { what: "vs limit", figure: toLimit, atMost: 1.25 },
      ...(given.peers
        ? [{ what: "vs rollback journal", figure: ratio(measured, "rollback FULL", "ours"), atLeast: 4 }]
        : []),
    ],
    noisy: measured.noise.noisy,
    fingerprint: measured.state,
  };
}

/** Microseconds a record with so many appenders, each waiting for its own before the next. */
async function together(appenders: number, perAppender: number): Promise<{ micros: number; flushes: number }> {
  const log = new LogFile(fresh(), () => undefined);
  const started = process.hrtime.bigint();
  await Promise.all(
    Array.from({ length: appenders }, async () => {
      for (let each = 0; each < perAppender; each += 1) await log.append(RECORD);
    }),
  );
  const took = micros(started) / (appenders * perAppender);
  const { flushes } = log;
  await log.close();
  return { micros: took, flushes: flushes / (appenders * perAppender) };
}

async function grouped(given: Flags): Promise<Part> {
  let flushes = 0;
  const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: 3, seed: given.seed };
  const measured = await measure(
    [
      variant("ours", async () => {
        const many = await together(APPENDERS, EACH * 2);
        flushes = Math.max(flushes, many.flushes);
        return many.micros;
      }),
      variant("one appender", async () => (await together(1, APPENDS)).micros),
    ],
    plan,
  );
  return {
    bench: "journal",
    part: "64 appenders",
    ours: `${number(middle(measured, "ours"))} µs/record`,
    against: [
      `one appender ${number(middle(measured, "one appender"))} (${number(ratio(measured, "one appender", "ours"))}x)`,
    ],
    rounds: plan.rounds,
    goals: [
      { what: "vs one appender", figure: ratio(measured, "one appender", "ours"), atLeast: 15 },
      { what: "flushes a record", figure: flushes, atMost: 0.1 },
    ],
    noisy: measured.noise.noisy,
    fingerprint: measured.state,
  };
}

/** How long the loop stood still while records were flushed one after the other: the longest gap between two of its turns. */
async function stillness(given: Flags): Promise<Part> {
  const gaps: number[] = [];
  const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: 3, seed: given.seed };
  const blocked = async (append: () => unknown): Promise<number> => {
    const longest: number[] = [];
    for (let count = 0; count < APPENDS; count += 1) {
      let last = process.hrtime.bigint();
      let done = false;
      let most = 0;
      const turned = (): void => {
        most = Math.max(most, micros(last));
        last = process.hrtime.bigint();
        if (!done) setImmediate(turned);
      };
      setImmediate(turned);
      await append();
      done = true;
      longest.push(Math.max(most, micros(last)));
    }
    return quantile(longest, 0.99);
  };
  const measured = await measure(
    [
      variant("ours", async () => {
        const log = new LogFile(fresh(), () => undefined);
        const p99 = await blocked(() => log.append(RECORD));
        gaps.push(p99);
        await log.close();
        return p99;
      }),
      variant("fdatasync on the loop", async () => {
        const file = preallocated();
        let at = 0;
        const p99 = await blocked(() => {
          writeSync(file, RECORD, 0, RECORD.length, at);
          fdatasyncSync(file);
          at += 512;
        });
        closeSync(file);
        return p99;
      }),
    ],
    plan,
  );
  const other = "fdatasync on the loop";
  return {
    bench: "journal",
    part: "loop while flushing",
    ours: `p99 ${number(middle(measured, "ours"))} µs`,
    against: [`${other} ${number(middle(measured, other))} (${number(ratio(measured, other, "ours"))}x)`],
    rounds: plan.rounds,
    goals: [{ what: "p99 µs the loop stands", figure: middle(measured, "ours"), atMost: 1_000 }],
    noisy: measured.noise.noisy,
    fingerprint: measured.state,
  };
}

async function recovery(given: Flags): Promise<Part> {
  const path = fresh();
  const writer = new LogJournal(path);
  const entry = (index: number) => ({
    hedge: hedgeId(`pbench${(Math.floor(index / 10) % 1_000_000).toString(36).padStart(10, "0")}`),
    at: instantAt(1_786_543_641_000 + index),
    event: {
      type: "order-reported" as const,
      order: clientOrderId(hedgeId("pbench00010000000001"), "long", 1),
      venueOrderId: `${4_000_000_000 + index}`,
      status: "filled" as const,
      filled: quantity("0.025"),
      at: instantAt(1_786_543_641_000 + index),
    },
  });
  const records = given.quick ? RECOVERED / 10 : RECOVERED;
  for (let from = 0; from < records; from += 5_000) {
    await writer.append(Array.from({ length: 5_000 }, (_, index) => entry(from + index)));
    if (from % 50_000 === 0) writer.finish(entry(from).hedge);
  }
  await writer.close();
  const took: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const started = process.hrtime.bigint();
    const journal = new LogJournal(path);
    let folded = 0;
    for await (const each of journal.read(200)) if (each.event.type === "order-reported") folded += 1;
    took.push(folded / micros(started));
    await journal.close();
  }
  const million = quantile(took, 0.5);
  return {
    bench: "journal",
    part: "recovery",
    ours: `${number(million)} M records/s`,
    against: [],
    rounds: took.length,
    goals: [{ what: "M records/s read and folded", figure: million, atLeast: 0.5 }],
    noisy: false,
    fingerprint: `${records} records`,
  };
}

await eachInItsOwnProcess(flags(), [
  { name: "one durable record", run: durable },
  { name: "64 appenders", run: grouped },
  { name: "loop while flushing", run: stillness },
  { name: "recovery", run: recovery },
]);
