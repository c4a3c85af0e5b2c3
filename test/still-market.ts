import type { SimulatedExchange } from "#adapters/simulator/exchange.ts";
import type { MarketLevel } from "#adapters/simulator/liquidity.ts";
import { NO_QUANTITY, bps, price, quantity } from "#domain/decimal.ts";
import type { InstrumentId } from "#domain/ids.ts";
import { type Instant, HOUR, after } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import { BTC, type Rows } from "./kit.ts";

/** Levels of each side of both venues. */
export interface Sides {
  readonly bids: Rows;
  readonly asks: Rows;
}

/** A gap of 31 bps: bought at 60000.0 on Binance, sold at 60186.0 on OKX. */
export const WIDE: readonly [Sides, Sides] = [
  {
    bids: [
      ["59999.9", "2"],
      ["59999", "5"],
    ],
    asks: [
      ["60000", "2"],
      ["60000.5", "5"],
    ],
  },
  {
    bids: [
      ["60186", "2"],
      ["60185", "5"],
    ],
    asks: [
      ["60186.1", "2"],
      ["60187", "5"],
    ],
  },
];
/** The same gap with as much at each touch as one hedge takes, and nothing more within its reach. */
export const THIN: readonly [Sides, Sides] = [
  {
    bids: [
      ["59999.9", "0.025"],
      ["59900", "5"],
    ],
    asks: [
      ["60000", "0.025"],
      ["60100", "5"],
    ],
  },
  {
    bids: [
      ["60186", "0.025"],
      ["60086", "5"],
    ],
    asks: [
      ["60186.1", "0.025"],
      ["60286", "5"],
    ],
  },
];
/** No gap at all. */
export const EVEN: readonly [Sides, Sides] = [WIDE[0], WIDE[0]];
/** The gap the other way round. */
export const TURNED: readonly [Sides, Sides] = [WIDE[1], WIDE[0]];

const BEAT_MS = 100;

/** Two books that stand as they were set, and are confirmed ten times a second until they fall silent. */
export class StillMarket {
  readonly #exchanges: readonly [SimulatedExchange, SimulatedExchange];
  readonly #shown: [Sides, Sides];
  readonly #sequence: [number, number] = [1_000, 1_000];
  readonly #beat: Timer;
  readonly #instruments: readonly InstrumentId[];
  #silent = false;

  constructor(
    clock: Clock,
    exchanges: readonly [SimulatedExchange, SimulatedExchange],
    sides: readonly [Sides, Sides],
    instruments: readonly InstrumentId[] = [BTC],
  ) {
    this.#exchanges = exchanges;
    this.#instruments = instruments;
    this.#shown = [sides[0], sides[1]];
    for (const leg of [0, 1] as const) {
      const exchange = exchanges[leg];
      for (const instrument of instruments)
        exchange.snapshot(instrument, {
          bids: levels(sides[leg].bids),
          asks: levels(sides[leg].asks),
          sequence: 1_000,
        });
      this.#mark(leg);
      this.fund(leg, "0", after(clock.now(), 8 * HOUR));
    }
    this.#beat = clock.every(BEAT_MS, () => {
      if (!this.#silent) for (const leg of [0, 1] as const) this.#tell(leg, sidesOf(this.#shown[leg]));
    });
  }

  /** Both books as they are from now on. */
  show(sides: readonly [Sides, Sides]): void {
    for (const leg of [0, 1] as const) {
      const gone = sidesOf(this.#shown[leg]).map((rows) => rows.map(([at]): MarketLevel => [at, NO_QUANTITY]));
      const fresh = sidesOf(sides[leg]);
      this.#shown[leg] = sides[leg];
      this.#mark(leg);
      this.#tell(leg, [
        [...(gone[0] ?? []), ...fresh[0]],
        [...(gone[1] ?? []), ...fresh[1]],
      ]);
    }
  }

  /** From now on nothing is heard of either book. */
  fallSilent(): void {
    this.#silent = true;
  }

  stop(): void {
    this.#beat.stop();
  }

  fund(leg: 0 | 1, rate: string, nextAt: Instant): void {
    for (const instrument of this.#instruments)
      this.#exchanges[leg].funding(instrument, { rate: bps(rate), nextAt, intervalMs: 8 * HOUR });
  }

  #mark(leg: 0 | 1): void {
    const [[at] = ["1"]] = this.#shown[leg].asks;
    for (const instrument of this.#instruments) this.#exchanges[leg].mark(instrument, price(at));
  }

  #tell(leg: 0 | 1, [bids, asks]: readonly [readonly MarketLevel[], readonly MarketLevel[]]): void {
    const previousSequence = this.#sequence[leg];
    const sequence = previousSequence + 1;
    this.#sequence[leg] = sequence;
    for (const instrument of this.#instruments)
      this.#exchanges[leg].change(instrument, { bids, asks, sequence, firstSequence: sequence, previousSequence });
  }
}

const levels = (rows: Rows): MarketLevel[] => rows.map(([at, of]) => [price(at), quantity(of)]);
const sidesOf = ({ bids, asks }: Sides): readonly [MarketLevel[], MarketLevel[]] => [levels(bids), levels(asks)];
