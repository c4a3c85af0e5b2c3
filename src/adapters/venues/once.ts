/** Remembers what was said, so that it is said once. Forgets the oldest first, long after any venue would repeat it. */
export class Once {
  readonly #seen = new Set<string>();
  readonly #remember: number;

  constructor(remember = 50_000) {
    this.#remember = remember;
  }

  /** True the first time only. */
  first(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (this.#seen.size > this.#remember) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return true;
  }
}
