import { ROW, TOP_ASK, TOP_BID, type Tops } from "#domain/tops.ts";

const FIRST_RATIO = 0;
const SECOND_RATIO = FIRST_RATIO + 1;
const UNTIL = 2;
const EPOCH = 3;
const WIDTH = 4;

/**
 * The prefilters of all pairs as one array of numbers beside the best prices: whether a pair is quiet in both directions
 * is seen in three lines of memory, without going from object to object. Nearly every look ends here.
 */
export class QuietPairs {
  readonly #tops: Tops;
  #numbers = new Float64Array(WIDTH);

  constructor(tops: Tops) {
    this.#tops = tops;
  }

  /**
   * Both directions of a pair, buying in one row's book and in the other's, as their prefilters see them now.
   *
   * @param until when the ratios must be worked out again
   * @param epoch what they were worked out from
   */
  learn(buying: readonly { readonly row: number; readonly leastRatio: number }[], until: number, epoch: number): void {
    const [one] = buying;
    if (one === undefined) return;
    const at = (one.row >> 1) * WIDTH;
    while (at + WIDTH > this.#numbers.length) this.#grow();
    for (const { row, leastRatio } of buying) this.#numbers[at + FIRST_RATIO + (row & 1)] = leastRatio;
    this.#numbers[at + UNTIL] = until;
    this.#numbers[at + EPOCH] = epoch;
  }

  /** True when neither direction can pay, by what is known of the row's pair: what the prefilters of both would say. */
  isQuiet(bookRow: number, at: number, epoch: number): boolean {
    const row = (bookRow >> 1) * WIDTH;
    const known = this.#numbers;
    if (row >= known.length || known[row + EPOCH] !== epoch || at >= (known[row + UNTIL] as number)) return false;
    const tops = this.#tops.numbers;
    const first = (bookRow >> 1) * 2 * ROW;
    const second = first + ROW;
    const bid = tops[first + TOP_BID] as number;
    const ask = tops[first + TOP_ASK] as number;
    const otherBid = tops[second + TOP_BID] as number;
    const otherAsk = tops[second + TOP_ASK] as number;
    // An empty side is for the law to name.
    if (bid < 0 || ask < 0 || otherBid < 0 || otherAsk < 0) return false;
    return (
      otherBid < ask * (known[row + FIRST_RATIO] as number) && bid < otherAsk * (known[row + SECOND_RATIO] as number)
    );
  }

  #grow(): void {
    const wider = new Float64Array(this.#numbers.length * 2);
    wider.set(this.#numbers);
    this.#numbers = wider;
  }
}
