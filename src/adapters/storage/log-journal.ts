import { readFile } from "node:fs/promises";
import type { HedgeEvent } from "#domain/hedge.ts";
import { type HedgeId, hedgeId } from "#domain/ids.ts";
import { type Instant, instantAt } from "#domain/time.ts";
import type { Journal, JournalEntry, Receipt } from "#ports/journal.ts";
import { LogFault, readLog } from "./batch.ts";
import { decode, encode } from "./codec.ts";
import { LogFile } from "./log-file.ts";
import { StoreFault } from "./sqlite.ts";

/** An entry is `+<hedge> <instant> <event>`, a hedge that is finished `-<hedge>`; one a line. */
const ENTRY = "+";
const FINISHED = "-";
const ENTRY_BYTE = ENTRY.charCodeAt(0);
const NEWLINE = 10;

/**
 * The journal as a log file. One flush covers everything that was asked for in one step, both legs of a hedge among it;
 * it happens off the loop. That a hedge is finished goes down with whatever is written next: forgetting it costs a
 * second look at the hedge after a restart, and nothing else.
 */
export class LogJournal implements Journal {
  readonly #path: string;
  readonly #file: LogFile;
  readonly #finished: HedgeId[] = [];
  #sequence = 0;

  /** Throws `StoreFault` for a file that is damaged: it is never read as empty. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = new LogFile(path, (records) => {
        this.#sequence += entriesIn(records);
      });
    } catch (error) {
      if (!(error instanceof LogFault)) throw error;
      throw new StoreFault(`the journal ${path} is ${error.message}; restore a backup, it is never read as empty`);
    }
  }

  /** Flushes so far: one for each group of entries that came together. */
  get flushes(): number {
    return this.#file.flushes;
  }

  async append(entries: readonly JournalEntry[]): Promise<Receipt> {
    const finished = this.#finished.splice(0);
    const lines = [
      ...entries.map(({ hedge, at, event }) => `${ENTRY}${hedge} ${written(at)} ${encode(event)}`),
      ...finished.map((hedge) => `${FINISHED}${hedge}`),
    ];
    // Counted when asked for: groups are written in the order in which they came.
    this.#sequence += entries.length;
    const sequence = this.#sequence;
    try {
      await this.#file.append(Buffer.from(`${lines.join("\n")}\n`));
    } catch (error) {
      this.#finished.unshift(...finished);
      throw error;
    }
    return { sequence } as Receipt;
  }

  finish(hedge: HedgeId): void {
    this.#finished.push(hedge);
  }

  async *read(latestFinished: number): AsyncIterable<JournalEntry> {
    const entries: string[] = [];
    const finished = new Finished();
    readLog(await readFile(this.#path), (records) => {
      for (const line of linesOf(records)) {
        if (line.startsWith(FINISHED)) finished.note(line.slice(1));
        else entries.push(line);
      }
    });
    for (const hedge of this.#finished) finished.note(hedge);
    const passedOver = finished.allBut(latestFinished);
    for (const line of entries) if (!passedOver.has(line.slice(1, line.indexOf(" ")))) yield entryOf(line);
  }

  /** Writes what is still to be written. */
  async close(): Promise<void> {
    if (this.#finished.length > 0) await this.append([]).catch(() => undefined);
    await this.#file.close();
  }
}

/** Hedges that are done with, the latest last. */
class Finished {
  readonly #hedges = new Set<string>();

  note(hedge: string): void {
    // A late fill may bring a finished hedge back; finished again it is the latest.
    this.#hedges.delete(hedge);
    this.#hedges.add(hedge);
  }

  allBut(latest: number): ReadonlySet<string> {
    return new Set([...this.#hedges].slice(0, Math.max(0, this.#hedges.size - latest)));
  }
}

/** How many of its lines are entries, without making a text of any. */
function entriesIn(records: Buffer): number {
  let count = 0;
  for (let at = 0; at >= 0 && at < records.length; at = records.indexOf(NEWLINE, at) + 1 || records.length) {
    if (records[at] === ENTRY_BYTE) count += 1;
  }
  return count;
}

const linesOf = (records: Buffer): string[] =>
  records
    .toString()
    .split("\n")
    .filter((line) => line !== "");

/** A moment must be a number: what could not be read back must not be written. */
function written(at: Instant): string {
  if (!Number.isFinite(at)) throw new RangeError(`not a moment: ${at}`);
  return `${at}`;
}

/** Throws on a line that `append` did not write. */
function entryOf(text: string): JournalEntry {
  const first = text.indexOf(" ");
  const second = text.indexOf(" ", first + 1);
  if (!text.startsWith(ENTRY) || second < 0) throw new SyntaxError("not a line of the journal");
  return {
    hedge: hedgeId(text.slice(1, first)),
    at: instantAt(Number(text.slice(first + 1, second))),
    event: decode(text.slice(second + 1)) as HedgeEvent,
  };
}
