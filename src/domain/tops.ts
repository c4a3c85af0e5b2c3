/** What a row holds: the best ticks now, -1 for an empty side; how far depth has come; what the venue last quoted. */
export const TOP_BID = 0;
export const TOP_ASK = 1;
export const DEPTH_SEQUENCE = 2;
export const QUOTE_SEQUENCE = 3;
export const QUOTE_BID = 4;
export const QUOTE_BID_LOTS = 5;
export const QUOTE_ASK = 6;
export const QUOTE_ASK_LOTS = 7;
/** Eight numbers: one line of memory. */
export const ROW = 8;
const FIRST_ROWS = 4;

/**
 * The best prices of many books, side by side in one array. What is looked at thousands of times a second lies so close
 * together that it stays in the cache with hundreds of books, where a walk from object to object would not.
 */
export class Tops {
  /** Grows, so nobody keeps it: ask for it each time. */
  numbers = new Float64Array(FIRST_ROWS * ROW);

  /** Where a row begins; there is room for it afterwards, and it says that nothing is known. */
  clear(row: number): number {
    const at = row * ROW;
    while (at + ROW > this.numbers.length) this.#grow();
    this.numbers.fill(-1, at, at + ROW);
    return at;
  }

  #grow(): void {
    const wider = new Float64Array(this.numbers.length * 2);
    wider.set(this.numbers);
    this.numbers = wider;
  }
}
