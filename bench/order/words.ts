/** Where the venues are, what opens their accounts, and how many hedges are wanted: what a client process is told. */
export interface ClientPlan {
  readonly variant: string;
  readonly urls: Readonly<Record<"binance" | "okx", { readonly rest: string; readonly ws: string }>>;
  readonly keys: {
    readonly binance: { readonly key: string; readonly secret: string };
    readonly okx: { readonly key: string; readonly secret: string; readonly passphrase: string };
  };
  readonly warmUp: number;
  readonly hedges: number;
}

/** One hedge at the client's clock, in microseconds from the crossing tick's `data` event. */
export interface Sample {
  /** To the return of the write that handed the first leg over. */
  readonly first: number;
  /** To the return of the write that handed the second leg over. */
  readonly second: number;
}

export interface ClientResult {
  readonly samples: readonly Sample[];
  /** Crossing ticks that were not followed by two orders. */
  readonly lost: number;
  /** Durable flushes a hedge, and how long one took at the median, in microseconds; null without a journal on disk. */
  readonly journal: { readonly flushesPerHedge: number; readonly flushMicros: number } | null;
  /** Share of the way that signing took; null where it was not measured. */
  readonly signing: number | null;
}

/** The gap that opens a hedge, in USDT, and the price at which both venues rest. */
export const REST_PRICE = 60_000;
export const GAP = 300;
export const QUANTITY = "0.01";
