import type { SeededChance } from "#adapters/host/chance.ts";
import type { Dialect } from "#adapters/simulator/dialect.ts";
import type { SimulatedExchange } from "#adapters/simulator/exchange.ts";
import type { Listing } from "#adapters/simulator/listing.ts";
import type { Misfortune } from "#adapters/simulator/misfortune.ts";
import { simulatedVenues } from "#adapters/simulator/venues.ts";
import type { VenueKeys } from "#adapters/venues/deps.ts";
import type { Bps, Usdt } from "#domain/decimal.ts";
import type { Clock } from "#ports/clock.ts";

/** Both simulated venues, without sockets: real ones or remembered ones are put around their dialects. */
export interface SimulatedVenues {
  readonly exchanges: readonly [SimulatedExchange, SimulatedExchange];
  readonly dialects: readonly [Dialect, Dialect];
  readonly keys: readonly [VenueKeys, VenueKeys];
  readonly misfortune: Misfortune;
  /** Other keys open the account from now on, and the old ones no more: what a person does on the venue's own pages. */
  admit(leg: 0 | 1, keys: VenueKeys): void;
}

export interface SimulatedVenuesInput {
  readonly clock: Clock;
  readonly chance: SeededChance;
  readonly misfortune: Misfortune;
  readonly listings: readonly [readonly Listing[], readonly Listing[]];
  readonly deposit?: Usdt;
  /** Trades of earlier runs: their ids are not used again. */
  readonly tradesBefore?: number;
  /** Which of its two environments the simulated OKX is; live unless said otherwise. */
  readonly okxEnvironment?: "live" | "demo";
}

/** Both venues with keys of their own, in the order in which every pair of venues stands here. */
export function makeSimulatedVenues(input: SimulatedVenuesInput): SimulatedVenues {
  const { chance, clock, misfortune, listings, deposit, tradesBefore, okxEnvironment } = input;
  const keysOf = (name: string): VenueKeys => {
    const own = chance.child(`keys/${name}`);
    return { apiKey: own.token(32), secret: own.token(48), passphrase: own.token(16) };
  };
  const keys = [keysOf("binance"), keysOf("okx")] as const;
  const admitted = [
    { ...keys[0], key: keys[0].apiKey },
    { ...keys[1], key: keys[1].apiKey },
  ] as const;
  const { binance, okx } = simulatedVenues({
    clock,
    chance,
    misfortune,
    keys: { binance: admitted[0], okx: admitted[1] },
    listings: { binance: listings[0], okx: listings[1] },
    ...(deposit === undefined ? {} : { deposit }),
    ...(tradesBefore === undefined ? {} : { tradesBefore }),
    ...(okxEnvironment === undefined ? {} : { okxEnvironment }),
  });
  return {
    exchanges: [binance.exchange, okx.exchange],
    dialects: [binance.dialect, okx.dialect],
    keys,
    misfortune,
    admit: (leg, fresh) => void Object.assign(admitted[leg], fresh, { key: fresh.apiKey }),
  };
}

/** The same listings with this account's own fees. */
export function withFees(listings: readonly Listing[], taker: Bps): readonly Listing[] {
  return listings.map((listing) => ({
    ...listing,
    takerFee: taker,
    makerFee: listing.makerFee < taker ? listing.makerFee : taker,
  }));
}
