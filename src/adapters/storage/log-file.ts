import {
  closeSync,
  constants,
  fchmodSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readSync,
  write,
  writeSync,
} from "node:fs";
import { MOST_BATCH_BYTES, encodeBatch, readLog } from "./batch.ts";

/** How far the file is written with zeros ahead: a flush into ground that is already there moves no metadata. */
const GROWTH_BYTES = 4 * 1024 * 1024;

interface Waiting {
  readonly record: Buffer;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * An append-only file of records, each acknowledged when it is on the disk. Records asked for in one step of the loop, and
 * those that come while a flush is under way, go down together in the next one. The write is one synchronous-data write
 * on the thread pool: the loop never waits for the disk.
 */
export class LogFile {
  readonly #file: number;
  #at: number;
  #sequence: number;
  #ground: number;
  #waiting: Waiting[] = [];
  #busy = false;
  #closed = false;
  #flushes = 0;

  /**
   * Opens or makes the file and hands over every record in the order of writing. Throws `LogFault` for a damaged one.
   * @param visit sees each batch of records as it was written
   */
  constructor(path: string, visit: (records: Buffer) => void) {
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_DSYNC, 0o600);
    try {
      fchmodSync(this.#file, 0o600);
      const log = Buffer.allocUnsafe(fstatSync(this.#file).size);
      readWhole(this.#file, log);
      const { at, sequence, torn } = readLog(log, visit);
      this.#at = at;
      this.#sequence = sequence;
      this.#ground = log.length;
      // What was torn goes, or the next batch might be taken for the one that was never finished.
      if (torn) writeSync(this.#file, Buffer.alloc(log.length - at), 0, log.length - at, at);
      this.#grow();
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /** Writes to the disk so far, each one flush. */
  get flushes(): number {
    return this.#flushes;
  }

  append(record: Buffer): Promise<void> {
    if (this.#closed) return Promise.reject(new Error("the log is closed"));
    if (record.length > MOST_BATCH_BYTES) return Promise.reject(new Error("a record larger than a batch"));
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0 && !this.#busy) queueMicrotask(() => this.#flush());
      this.#waiting.push({ record, resolve, reject });
    });
  }

  /** Everything asked for so far is written, or was refused; then nothing more can be. */
  async close(): Promise<void> {
    while (this.#busy || this.#waiting.length > 0) await this.append(Buffer.alloc(0)).catch(() => undefined);
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#busy || this.#waiting.length === 0) return;
    const group = this.#takeGroup();
    const batch = encodeBatch(Buffer.concat(group.map(({ record }) => record)), this.#sequence + 1);
    this.#busy = true;
    const done = (error: Error | null): void => {
      this.#busy = false;
      if (error === null) {
        this.#at += batch.length;
        this.#sequence += 1;
        this.#flushes += 1;
      }
      for (const { resolve, reject } of group)
        if (error === null) resolve();
        else reject(error);
      this.#flush();
      if (!this.#busy) this.#growLater();
    };
    const room = (error: Error | null): void => {
      if (error !== null) return done(error);
      write(this.#file, batch, 0, batch.length, this.#at, (failed, written) => {
        done(failed ?? (written === batch.length ? null : new Error("a short write to the log")));
      });
    };
    if (this.#at + batch.length <= this.#ground) room(null);
    else this.#growThen(room);
  }

  /** As many as fit in one batch; the others wait for the next. */
  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { record } of this.#waiting) {
      bytes += record.length;
      if (count > 0 && bytes > MOST_BATCH_BYTES) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  #growLater(): void {
    if (this.#closed || this.#ground - this.#at > GROWTH_BYTES / 4) return;
    this.#busy = true;
    this.#growThen(() => {
      // Without room ahead the next batch asks for it itself, and is told if there is none.
      this.#busy = false;
      this.#flush();
    });
  }

  #growThen(then: (error: Error | null) => void): void {
    write(this.#file, Buffer.alloc(GROWTH_BYTES), 0, GROWTH_BYTES, this.#ground, (error, written) => {
      if (error !== null) return then(error);
      this.#ground += written;
      fdatasync(this.#file, (failed) => then(failed));
    });
  }

  #grow(): void {
    if (this.#ground - this.#at > GROWTH_BYTES / 4) return;
    this.#ground += writeSync(this.#file, Buffer.alloc(GROWTH_BYTES), 0, GROWTH_BYTES, this.#ground);
    fdatasyncSync(this.#file);
  }
}

function readWhole(file: number, into: Buffer): void {
  for (let at = 0; at < into.length;) {
    const read = readSync(file, into, at, into.length - at, at);
    if (read === 0) throw new Error("the log ended while it was read");
    at += read;
  }
}
