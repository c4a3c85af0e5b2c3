import type { Instant } from "#domain/time.ts";

/** The longest silence of one venue's market stream between two looks at it. A frame costs a subtraction and a comparison. */
export class FrameGaps {
  #last = Number.NaN;
  #longest = 0;

  note(at: Instant): void {
    const gap = at - this.#last;
    if (gap > this.#longest) this.#longest = gap;
    this.#last = at;
  }

  /** When the last frame came; null before the first. */
  get lastAt(): Instant | null {
    return Number.isNaN(this.#last) ? null : (this.#last as Instant);
  }

  /** The longest since this was last asked for, a silence that still lasts included, in ms; null before the first frame. */
  take(now: Instant): number | null {
    if (Number.isNaN(this.#last)) return null;
    const longest = Math.max(this.#longest, now - this.#last, 0);
    this.#longest = 0;
    return longest;
  }
}
