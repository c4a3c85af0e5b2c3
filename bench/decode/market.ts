/** What every variant must come to: prices as numbers, ids as they are. Null where the input tells nothing of it. */
export interface EndState {
  readonly depth: { readonly bid: number; readonly ask: number; readonly sequence: number } | null;
  readonly quote: { readonly bid: number; readonly ask: number; readonly sequence: number } | null;
}

/** One input of the decode bench. */
export interface Input {
  readonly name: string;
  readonly venue: "binance" | "okx";
  readonly symbol: string;
  readonly lot: string;
  /** The whole book to begin with: a REST answer of Binance, a first frame of OKX; null for quotes alone. */
  readonly snapshot: string | null;
  /** Frames that come before the clock starts: the first of them bridges to the snapshot. */
  readonly lead: readonly Buffer[];
  readonly frames: readonly Buffer[];
}

export const inWords = ({ depth, quote }: EndState): string =>
  [depth, quote].map((part) => (part === null ? "-" : `${part.bid}/${part.ask}@${part.sequence}`)).join(" ");

export const isDepth = (frame: Buffer): boolean => frame.includes('"depthUpdate"');
export const isQuote = (frame: Buffer): boolean => frame.includes('"bookTicker"');
