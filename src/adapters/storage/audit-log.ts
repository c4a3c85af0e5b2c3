import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Audit, AuditNote, AuditRow } from "#ports/audit.ts";
import type { Instant } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import { type Anchor, GENESIS, type WrittenRow, lineOf, rowOf, sealed } from "./audit-row.ts";
import { replaceFile } from "./replace-file.ts";
import { HEAD_FILE, readAnchor, segmentsOf } from "./audit-verify.ts";

export interface AuditOptions {
  readonly clock: Clock;
  /** Which start of the process this is. */
  readonly boot: number;
  /** What anchors are sealed with; it lies outside the folder. */
  readonly key: Buffer;
  /** Hears every anchor: the second place, which a cut in the first cannot reach. */
  readonly anchored: (anchor: Anchor) => void;
  /** What was found wrong later on, with a row that could not be written. */
  readonly failed: (says: string) => void;
}

const SEGMENT_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;
const MOST_WAITING = 20_000;
const FLUSH_EVERY_MS = 200;
const ANCHOR_EVERY_MS = 60_000;
const ANCHOR_EVERY_ROWS = 100;
/** The row that says how control stood; whoever starts reads from the last of them on. */
export const SNAPSHOT = "control.snapshot";

/**
 * The audit record in files of one line a row, each with the hash of the row before it. A commit is one write and one
 * flush, on the loop: it is rare, and what it records must not happen before it. Everything else is written soon after.
 */
export class AuditLog implements Audit {
  readonly #folder: string;
  readonly #options: AuditOptions;
  readonly #timers: Timer[] = [];
  readonly #recent: AuditRow[] = [];
  readonly #queue: { readonly note: AuditNote; readonly at: AuditRow["at"] }[] = [];
  /** What the last run left behind that is not a row of ours, or null. */
  readonly findings: readonly string[];
  #file: number;
  #bytes: number;
  #sequence = 0;
  #previous = GENESIS;
  #anchoredTo = 0;
  #anchoredAt: Instant | null = null;
  #fault: string | null = null;
  #broken = false;
  #synced = true;
  /** Rows that were given up while nothing could be written. */
  #lost = 0;

  /** Opens the last segment, or the first; what a crash left of an unfinished commit is cut off, and said. */
  constructor(folder: string, options: AuditOptions) {
    this.#folder = folder;
    this.#options = options;
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    const segments = segmentsOf(folder);
    const findings: string[] = [];
    const last = segments.at(-1);
    if (last === undefined) {
      this.#file = this.#create(1);
      this.#bytes = 0;
      if (readAnchor(folder) !== "none") findings.push("the audit record is gone, and its anchor says there was one");
    } else {
      this.#bytes = this.#readBack(join(folder, last), findings);
      this.#file = openSync(join(folder, last), "a", 0o600);
      if (statSync(join(folder, last)).size > this.#bytes) ftruncateSync(this.#file, this.#bytes);
    }
    const anchor = readAnchor(folder);
    if (typeof anchor === "object" && anchor.sequence > this.#sequence)
      findings.push(`the end is missing: it stops at row ${this.#sequence}, and row ${anchor.sequence} was anchored`);
    this.findings = findings;
    this.#timers.push(
      options.clock.every(FLUSH_EVERY_MS, () => this.#flush()),
      options.clock.every(ANCHOR_EVERY_MS, () => this.#anchor()),
    );
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** How it stands: how far it goes, what is anchored, and why it could not be written; null when it could. */
  get health(): {
    readonly sequence: number;
    readonly anchored: { readonly at: Instant; readonly sequence: number } | null;
    readonly fault: string | null;
  } {
    const anchored = this.#anchoredAt === null ? null : { at: this.#anchoredAt, sequence: this.#anchoredTo };
    return { sequence: this.#sequence, anchored, fault: this.#fault };
  }

  recent(): Iterable<AuditRow> {
    return [...this.#recent];
  }

  note(note: AuditNote): void {
    this.#queue.push({ note, at: this.#options.clock.now() });
    // A disk that refuses for hours must not take the memory too: the oldest go, and how many is on record.
    if (this.#queue.length <= MOST_WAITING) return;
    this.#queue.shift();
    this.#lost += 1;
  }

  commit(notes: readonly AuditNote[]): void {
    const at = this.#options.clock.now();
    if (notes.some(({ action }) => action === SNAPSHOT)) this.#rotate();
    const waiting = this.#queue.splice(0);
    try {
      this.#write([...waiting.map((each) => [each]), notes.map((note) => ({ note, at }))]);
    } catch (error) {
      this.#queue.unshift(...waiting);
      throw error;
    }
    fdatasyncSync(this.#file);
    this.#synced = true;
    if (this.#sequence - this.#anchoredTo >= ANCHOR_EVERY_ROWS) this.#anchor();
  }

  /** Writes what waits, anchors the end, and lets go of the file. */
  close(): void {
    for (const timer of this.#timers) timer.stop();
    if (!this.#broken) {
      this.#flush();
      this.#anchor();
    }
    closeSync(this.#file);
  }

  /** Each group is a commit of its own. All of them go down in one write. */
  #write(groups: readonly (readonly { readonly note: AuditNote; readonly at: AuditRow["at"] }[])[]): void {
    let { sequence, previous } = { sequence: this.#sequence, previous: this.#previous };
    if (this.#lost > 0) groups = [[{ note: lostNote(this.#lost), at: this.#options.clock.now() }], ...groups];
    const lines: string[] = [];
    const { boot } = this.#options;
    for (const group of groups) {
      for (const [index, { note, at }] of group.entries()) {
        sequence += 1;
        const { line, hash } = lineOf({ ...note, sequence, at, boot, rest: group.length - 1 - index, previous });
        lines.push(line);
        previous = hash;
      }
    }
    if (lines.length === 0) return;
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#file, bytes, done);
    } catch (error) {
      this.#undo();
      throw error;
    }
    this.#lost = 0;
    this.#fault = null;
    this.#bytes += bytes.length;
    this.#sequence = sequence;
    this.#previous = previous;
    this.#synced = false;
  }

  #failed(says: string): void {
    this.#fault = says;
    this.#options.failed(says);
  }

  /** Half a write is worse than none: the next row would continue nothing. */
  #undo(): void {
    try {
      ftruncateSync(this.#file, this.#bytes);
    } catch {
      this.#broken = true;
    }
  }

  #flush(): void {
    if (this.#broken) return;
    const waiting = this.#queue.splice(0);
    try {
      this.#write(waiting.map((each) => [each]));
    } catch (error) {
      // They keep their place: what could not be written now is written when there is room again.
      this.#queue.unshift(...waiting);
      this.#failed(`the audit record could not be written: ${String(error)}`);
      return;
    }
    if (this.#synced) return;
    this.#synced = true;
    fdatasync(this.#file, (error) => {
      if (error) this.#failed(`the audit record could not be flushed: ${error.message}`);
    });
    if (this.#sequence - this.#anchoredTo >= ANCHOR_EVERY_ROWS) this.#anchor();
  }

  #anchor(): void {
    if (this.#sequence === this.#anchoredTo || this.#broken) return;
    const head = { sequence: this.#sequence, hash: this.#previous, at: this.#options.clock.now() };
    const anchor = sealed(head, this.#options.key);
    try {
      fdatasyncSync(this.#file);
      replaceFile(join(this.#folder, HEAD_FILE), `${JSON.stringify(anchor)}\n`);
    } catch (error) {
      this.#failed(`the audit anchor could not be written: ${String(error)}`);
      return;
    }
    this.#anchoredTo = anchor.sequence;
    this.#anchoredAt = head.at;
    this.#options.anchored(anchor);
  }

  /** After a segment that has grown large, a new one begins with a snapshot: whoever starts need not read the one before. */
  #rotate(): void {
    if (this.#bytes < SEGMENT_BYTES) return;
    this.#flush();
    closeSync(this.#file);
    this.#file = this.#create(this.#sequence + 1);
    this.#bytes = 0;
  }

  #create(first: number): number {
    return openSync(join(this.#folder, `audit-${String(first).padStart(12, "0")}.log`), "ax", 0o600);
  }

  /** @returns how many bytes of the segment are whole commits */
  #readBack(path: string, findings: string[]): number {
    const bytes = readFileSync(path);
    let whole = 0;
    let at = 0;
    let { sequence, previous } = { sequence: 0, previous: "" };
    let held: WrittenRow[] = [];
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
      const line = bytes.toString("utf8", at, end);
      at = end + 1;
      const row = rowOf(line);
      // Never cut what may be evidence: the chain goes on after it, and the verifier names the place.
      if (row === null || !continues(row, sequence, previous))
        findings.push(`row ${sequence + 1} of ${path} does not verify; run: propbot audit verify`);
      sequence = row?.sequence ?? sequence + 1;
      previous = row?.hash ?? lineHash(line);
      if (row !== null) held.push(row);
      if (row !== null && row.rest > 0) continue;
      for (const each of held) this.#remember(each);
      held = [];
      whole = at;
      this.#adopt(sequence, previous);
    }
    if (whole < bytes.length)
      findings.push(`${path} ended in the middle of a commit that nobody was told of; it was cut off`);
    return whole;
  }

  /** Only what control is read back from, and only since it was last written down as a whole. */
  #remember(row: AuditRow): void {
    if (row.action === SNAPSHOT) this.#recent.length = 0;
    if (/^(control|approval)\./.test(row.action)) this.#recent.push(row);
  }

  #adopt(sequence: number, hash: string): void {
    this.#sequence = sequence;
    this.#previous = hash;
  }
}

function continues({ sequence, previous }: WrittenRow, after: number, hash: string): boolean {
  return hash === "" || (sequence === after + 1 && previous === hash);
}

const lineHash = (line: string): string => /"hash":"([0-9a-f]{64})"/.exec(line)?.[1] ?? GENESIS;

const lostNote = (rows: number): AuditNote => ({ actor: "system", action: "audit.lost", data: { rows } });
