import type { VenueKeys } from "./deps.ts";

/** One account's keys as they are now. Whoever signs asks here each time; nobody keeps a copy of what may be replaced. */
export class KeyRing implements VenueKeys {
  #keys: VenueKeys;
  #edition = 0;
  readonly #listeners: (() => void)[] = [];

  constructor(keys: VenueKeys) {
    this.#keys = keys;
  }

  get apiKey(): string {
    return this.#keys.apiKey;
  }

  get secret(): string {
    return this.#keys.secret;
  }

  get passphrase(): string {
    return this.#keys.passphrase;
  }

  /** One more with each replacement: what was derived from an older one is derived anew. */
  get edition(): number {
    return this.#edition;
  }

  /** The old keys are dropped, and what was opened with them is opened again. */
  replace(keys: VenueKeys): void {
    this.#keys = keys;
    this.#edition += 1;
    for (const heard of this.#listeners) heard();
  }

  onReplaced(heard: () => void): void {
    this.#listeners.push(heard);
  }
}

/** Something made of the keys, made again after they were replaced. */
export class FromKeys<T> {
  readonly #ring: KeyRing;
  readonly #make: (keys: VenueKeys) => T;
  #edition: number;
  #made: T;

  constructor(ring: KeyRing, make: (keys: VenueKeys) => T) {
    this.#ring = ring;
    this.#make = make;
    this.#edition = ring.edition;
    this.#made = make(ring);
  }

  get now(): T {
    if (this.#edition !== this.#ring.edition) {
      this.#made = this.#make(this.#ring);
      this.#edition = this.#ring.edition;
    }
    return this.#made;
  }
}
