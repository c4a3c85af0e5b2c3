import type { InstrumentId } from "#domain/ids.ts";
import type { Drift } from "#ports/venue.ts";
import { isFields } from "#adapters/wire/json.ts";
import { Once } from "./once.ts";

/** The fields each kind of answer is known to have. What a venue adds is how a changed contract first shows. */
export type KnownFields = Readonly<Record<string, ReadonlySet<string>>>;

/** What an answer carries, by the path it came from: nothing, or rows of one kind. */
export type RowsOf = (
  path: string,
  body: unknown,
) => { readonly kind: string; readonly rows: readonly unknown[] } | null;

/** More than this before anybody listens would be a venue we do not know at all. */
const MOST_KEPT = 100;

/** One name for many fields, written as one reads them. */
export const fields = (names: string): ReadonlySet<string> => new Set(names.split(/\s+/));

/** Looks at what a venue says for what it never said before, and tells each finding once. */
export class Sentinel {
  readonly #known: KnownFields;
  readonly #rowsOf: RowsOf;
  readonly #once = new Once();
  readonly #listeners = new Set<(drift: Drift) => void>();
  readonly #told: Drift[] = [];

  constructor(known: KnownFields, rowsOf: RowsOf) {
    this.#known = known;
    this.#rowsOf = rowsOf;
  }

  /** Hears everything found so far, then everything else. */
  listen(listener: (drift: Drift) => void): { close(): void } {
    for (const drift of this.#told) listener(drift);
    this.#listeners.add(listener);
    return { close: () => this.#listeners.delete(listener) };
  }

  /** An answer that says yes. */
  answer(path: string, body: unknown): void {
    const found = this.#rowsOf(path, body);
    if (found !== null) for (const row of found.rows) this.row(found.kind, row);
  }

  row(kind: string, row: unknown): void {
    const known = this.#known[kind];
    if (known === undefined || !isFields(row)) return;
    for (const name in row)
      if (!known.has(name)) this.#tell("shape", null, `${kind} has a field we do not know: ${name}`);
  }

  /** An answer that lacks what we cannot do without. */
  unreadable(what: string): void {
    this.#tell("shape", null, `an answer is not as it was promised: ${what}`);
  }

  account(says: string): void {
    this.#tell("account", null, says);
  }

  symbol(instrument: InstrumentId, says: string): void {
    this.#tell("symbol", instrument, says);
  }

  #tell(cause: Drift["cause"], instrument: InstrumentId | null, says: string): void {
    if (!this.#once.first(`${cause} ${instrument ?? ""} ${says}`)) return;
    const drift: Drift = { cause, instrument, says };
    this.#told.push(drift);
    if (this.#told.length > MOST_KEPT) this.#told.shift();
    for (const listener of this.#listeners) listener(drift);
  }
}
