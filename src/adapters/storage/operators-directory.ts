import { statSync } from "node:fs";
import type { Operator } from "#domain/operator.ts";
import type { Clock } from "#ports/clock.ts";
import type { Operators } from "#ports/operators.ts";
import { type OperatorEntry, digestOf, findOperator, readOperators } from "./operators-file.ts";

export interface DirectoryOptions {
  readonly clock: Clock;
  readonly path: string;
  /** `API_TOKEN`: a person of its own, called `operator`; empty for none. */
  readonly apiToken: string;
  /** Whom the last run had admitted; null when nobody kept it, as on the first start: then the file is believed. */
  readonly admitted: ReadonlySet<string> | null;
  /** Nobody has to agree to a newcomer now. */
  readonly admitsFreely: () => boolean;
  readonly tell: (code: string, says: string) => void;
}

const LOOK_EVERY_MS = 250;

/**
 * Who may speak, from the file, which is read again when it changes. Whoever was taken off is off at once. Whoever was
 * added while the two-man rule stands waits until two persons have agreed, over a restart too: the right to write a
 * file must not be the right to trade.
 */
export class OperatorsDirectory implements Operators {
  readonly #options: DirectoryOptions;
  readonly #admitted: Set<string>;
  /** Of the API token; empty when there is none. */
  #apiDigest: string;
  #entries: readonly OperatorEntry[];
  #stamp: string;
  #lookAt: number;

  /** @throws StoreFault when the file cannot be read at the start */
  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.#apiDigest = digestOrNone(options.apiToken);
    this.#entries = readOperators(options.path);
    this.#stamp = stampOf(options.path);
    this.#lookAt = options.clock.monotonic() + LOOK_EVERY_MS;
    this.#admitted = new Set(options.admitted ?? this.#entries.map(keyOf));
  }

  identify(token: string): Operator | null {
    return this.holder(digestOf(token));
  }

  holder(digest: string): Operator | null {
    this.#look();
    if (this.#apiDigest !== "" && this.#apiDigest === digest) return { name: "operator", role: "operator" };
    return findOperator(this.#here(), digest, this.#options.clock.now());
  }

  all(): readonly Operator[] {
    this.#look();
    const named = this.#here().flatMap(({ name, role, disabled }) => (disabled ? [] : [{ name, role }]));
    return this.#apiDigest === "" ? named : [{ name: "operator", role: "operator" }, ...named];
  }

  /** The old API token is nobody's from now on. */
  useToken(token: string): void {
    this.#apiDigest = digestOrNone(token);
  }

  /** In the file, and not agreed to yet. */
  waiting(): readonly OperatorEntry[] {
    this.#look();
    return this.#entries.filter((each) => !each.disabled && !this.#admitted.has(keyOf(each)));
  }

  /** Two persons have agreed to these. */
  admit(keys: readonly string[]): void {
    for (const key of keys) this.#admitted.add(key);
  }

  /** For the record of the next start. */
  get admitted(): readonly string[] {
    return [...this.#admitted];
  }

  #here(): readonly OperatorEntry[] {
    if (this.#options.admitsFreely()) return this.#entries;
    return this.#entries.filter((each) => this.#admitted.has(keyOf(each)));
  }

  #look(): void {
    const { clock, path, tell, admitsFreely } = this.#options;
    if (clock.monotonic() < this.#lookAt) return;
    this.#lookAt = clock.monotonic() + LOOK_EVERY_MS;
    const stamp = stampOf(path);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      this.#entries = readOperators(path);
    } catch (error) {
      // Those who were known stay known: a half-written file must not lock everybody out.
      tell("operators_unreadable", error instanceof Error ? error.message : String(error));
      return;
    }
    if (admitsFreely()) this.admit(this.#entries.map(keyOf));
    const waiting = this.waiting().map(({ name }) => name);
    const says =
      waiting.length === 0
        ? "the operators file was read again"
        : `${waiting.join(", ")} wait until two operators agree (add_operators)`;
    tell("operators_changed", says);
  }
}

/** A person's role and credential together: another token or another role is another key, to be agreed to anew. */
export const keyOf = ({ name, role, token_sha256 }: OperatorEntry): string =>
  `${name}:${role}:${token_sha256.slice(0, 32)}`;

function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return "none";
  }
}

const digestOrNone = (token: string): string => (token === "" ? "" : digestOf(token));
