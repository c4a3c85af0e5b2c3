import { randomInt } from "node:crypto";
import { type HedgeId, type OpportunityId, hedgeId, opportunityId } from "#domain/ids.ts";
import type { Chance, NameOrigin } from "#ports/chance.ts";

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** What every name of ours begins with: environment letter, installation, lease epoch. */
export interface NamePrefix {
  readonly environment: "p" | "t" | "l" | "s";
  /** Four letters or digits, kept with the data directory. */
  readonly install: string;
  /** Grows by one at every start, so that names of two runs never meet. */
  readonly epoch: number;
}

/** Hands out names that are never used twice. */
class Names {
  readonly #prefix: NamePrefix;
  #hedges = 0;
  #opportunities = 0;

  constructor(prefix: NamePrefix) {
    this.#prefix = prefix;
  }

  hedgeId(): HedgeId {
    this.#hedges += 1;
    return hedgeId(`p${this.#stem()}${base36(this.#hedges, 10)}`);
  }

  opportunityId(): OpportunityId {
    this.#opportunities += 1;
    return opportunityId(`o${this.#stem()}${base36(this.#opportunities, 8)}`);
  }

  origin(id: string): NameOrigin {
    const { environment, install } = this.#prefix;
    if (!id.startsWith(`p${environment}${install}`)) return "foreign";
    return id.startsWith(`p${this.#stem()}`) ? "ours" : "other-epoch";
  }

  #stem(): string {
    return `${this.#prefix.environment}${this.#prefix.install}${base36(this.#prefix.epoch, 4)}`;
  }
}

function tokenFrom(chance: Pick<Chance, "integer">, length: number): string {
  let text = "";
  for (let index = 0; index < length; index += 1) text += LETTERS[chance.integer(LETTERS.length)];
  return text;
}

function base36(value: number, width: number): string {
  return value.toString(36).padStart(width, "0");
}

/** Chance from the operating system. */
export class TrueChance implements Chance {
  readonly #names: Names;

  constructor(prefix: NamePrefix) {
    this.#names = new Names(prefix);
  }

  hedgeId(): HedgeId {
    return this.#names.hedgeId();
  }

  opportunityId(): OpportunityId {
    return this.#names.opportunityId();
  }

  origin(id: string): NameOrigin {
    return this.#names.origin(id);
  }

  token(length: number): string {
    return tokenFrom(this, length);
  }

  integer(below: number): number {
    return randomInt(below);
  }
}

/**
 * Chance from a seed: the same seed, the same run. Children are named, so that one more draw in one of them
 * moves none of the others. The generator is sfc32 (Doty-Humphrey, PractRand), seeded by FNV-1a of the name.
 */
export class SeededChance implements Chance {
  readonly #names: Names;
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string | number, prefix: NamePrefix = { environment: "s", install: "seed", epoch: 1 }) {
    this.#names = new Names(prefix);
    this.#seed = `${seed}`;
    this.#a = fnv1a(`${seed}/a`);
    this.#b = fnv1a(`${seed}/b`);
    this.#c = fnv1a(`${seed}/c`);
    for (let round = 0; round < 12; round += 1) this.#next();
  }

  hedgeId(): HedgeId {
    return this.#names.hedgeId();
  }

  opportunityId(): OpportunityId {
    return this.#names.opportunityId();
  }

  origin(id: string): NameOrigin {
    return this.#names.origin(id);
  }

  token(length: number): string {
    return tokenFrom(this, length);
  }

  child(name: string): SeededChance {
    return new SeededChance(`${this.#seed}/${name}`);
  }

  /** Of [0, 1), 32 bits fine. */
  fraction(): number {
    return this.#next() / 2 ** 32;
  }

  integer(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  /** True with this probability. */
  happens(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** A standard normal draw, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(2 * Math.PI * this.fraction());
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.integer(from.length)] ?? from[0];
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
