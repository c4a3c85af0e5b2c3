import type { Price, Quantity } from "#domain/decimal.ts";
import type { Instant } from "#domain/time.ts";
import { TapeFault, readTape } from "./tape.ts";

/** What one recording holds, found by reading it once from end to end before anything is played. */
export interface TapeSurvey {
  readonly path: string;
  readonly symbol: string;
  readonly base: string;
  /** Sizes in base units, or in contracts worth a fixed amount of USD. */
  readonly sizes: "base" | "usd-contracts";
  /** Greatest common divisor of every price, and of every size, in the file. */
  readonly tick: Price;
  readonly step: Quantity;
  readonly lastPrice: Price;
  readonly counts: { readonly best: number; readonly depth: number; readonly trade: number; readonly snapshot: number };
  readonly malformed: ReadonlyMap<string, number>;
  readonly frames: number;
  readonly from: Instant;
  readonly to: Instant;
}

/** Throws `TapeFault` for a file that cannot be played, in one sentence with its fix. */
export async function surveyTape(path: string): Promise<TapeSurvey> {
  const counts = { best: 0, depth: 0, trade: 0, snapshot: 0 };
  const malformed = new Map<string, number>();
  const symbols = new Set<string>();
  let tick = 0n;
  let step = 0n;
  let lastPrice = 0n;
  let from = 0;
  let to = 0;
  const note = ([price, quantity]: readonly [bigint, bigint]): void => {
    tick = divisor(tick, price);
    step = divisor(step, quantity);
  };
  for await (const frame of readTape(path)) {
    if (frame.kind === "malformed") {
      malformed.set(frame.says, (malformed.get(frame.says) ?? 0) + 1);
      continue;
    }
    counts[frame.kind] += 1;
    from ||= frame.at;
    to = frame.at;
    if ("symbol" in frame) symbols.add(frame.symbol);
    if (frame.kind === "best") {
      note(frame.bid);
      note(frame.ask);
      lastPrice = frame.bid[0];
    } else if (frame.kind === "trade") {
      note([frame.price, frame.quantity]);
    } else {
      frame.bids.forEach(note);
      frame.asks.forEach(note);
    }
  }
  const [symbol, ...others] = symbols;
  if (symbol === undefined)
    throw new TapeFault(
      `recording ${path} holds no market data: expected lines of "<receive time ns> <raw websocket JSON>"`,
    );
  if (others.length > 0)
    throw new TapeFault(
      `recording ${path} holds several instruments (${[symbol, ...others].join(", ")}); record them into one file each`,
    );
  if (counts.best === 0 || counts.depth === 0 || counts.snapshot === 0) {
    throw new TapeFault(`recording ${path} lacks ${missing(counts)}; a book cannot be rebuilt from it`);
  }
  return {
    path,
    symbol,
    ...nature(path, symbol),
    tick: tick as Price,
    step: step as Quantity,
    lastPrice: lastPrice as Price,
    counts,
    malformed,
    frames: counts.best + counts.depth + counts.trade + counts.snapshot,
    from: from as Instant,
    to: to as Instant,
  };
}

function missing(counts: TapeSurvey["counts"]): string {
  const wanted = { best: "best quotes", depth: "depth updates", snapshot: "a depth snapshot" };
  return (["best", "depth", "snapshot"] as const)
    .filter((kind) => counts[kind] === 0)
    .map((kind) => wanted[kind])
    .join(" and ");
}

/** `BTCUSDT` counts in base, `BTCUSD_PERP` in contracts of so many USD. */
function nature(path: string, symbol: string): Pick<TapeSurvey, "base" | "sizes"> {
  const linear = /^(.+)USDT$/.exec(symbol)?.[1];
  if (linear !== undefined) return { base: linear, sizes: "base" };
  const inverse = /^(.+)USD_PERP$/.exec(symbol)?.[1];
  if (inverse !== undefined) return { base: inverse, sizes: "usd-contracts" };
  throw new TapeFault(`recording ${path} is of ${symbol}; only …USDT and …USD_PERP perpetuals can be played`);
}

function divisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = a > b ? [a, b] : [b, a];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
