import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { type Instant, after } from "#domain/time.ts";
import type { Lease, Renewal } from "#ports/lease.ts";

interface Row {
  readonly holder: string;
  readonly epoch: number;
  readonly expires: number;
}

const GOOD_FOR_MS = 10_000;

/**
 * Who may send for a data directory, written down beside it. On one machine the lock says it already; where the
 * directory is shared by machines that do not share locks, this is what the other one reads.
 */
export class LeaseFile implements Lease {
  readonly holder: string;
  readonly epoch: number;
  readonly #path: string;

  /** Takes it. Whoever calls has the lock and has seen that nobody elsewhere holds the lease. */
  constructor(path: string, holder: string, epoch: number, now: Instant) {
    this.#path = path;
    this.holder = holder;
    this.epoch = epoch;
    writeFileSync(this.#partial, this.#text(now), { mode: 0o600 });
    renameSync(this.#partial, path);
  }

  async renew(now: Instant): Promise<Renewal> {
    try {
      const row = read(await readFile(this.#path, "utf8").catch(absent));
      if (row !== null && (row.holder !== this.holder || row.epoch !== this.epoch))
        return { outcome: "lost", says: `${row.holder} has taken it as run ${row.epoch}` };
      await writeFile(this.#partial, this.#text(now), { mode: 0o600 });
      await rename(this.#partial, this.#path);
      return { outcome: "renewed", expires: after(now, GOOD_FOR_MS) };
    } catch (error) {
      return { outcome: "failed", says: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Nobody need wait for it to expire. */
  release(): void {
    rmSync(this.#path, { force: true });
  }

  get #partial(): string {
    return `${this.#path}.${this.epoch}.partial`;
  }

  #text(now: Instant): string {
    const row: Row = { holder: this.holder, epoch: this.epoch, expires: Math.round(after(now, GOOD_FOR_MS)) };
    return `${JSON.stringify(row)}\n`;
  }
}

/** Who else holds the lease now, from another machine than this holder's; null when nobody does. */
export function heldElsewhere(path: string, holder: string, now: Instant): string | null {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    absent(error);
  }
  const row = read(text);
  // A process of this machine that still lived would have the lock.
  if (row === null || machineOf(row.holder) === machineOf(holder) || row.expires <= now) return null;
  return row.holder;
}

const machineOf = (holder: string): string => holder.slice(0, holder.lastIndexOf(":"));

function absent(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
  throw error;
}

/** Null where nothing is written, or nothing that can be read: a lease nobody can read is nobody's. */
function read(text: string): Row | null {
  try {
    const row: unknown = JSON.parse(text);
    const fits = typeof row === "object" && row !== null && "holder" in row && "epoch" in row && "expires" in row;
    if (!fits || typeof row.holder !== "string") return null;
    return { holder: row.holder, epoch: Number(row.epoch), expires: Number(row.expires) };
  } catch {
    return null;
  }
}
