import type { SeededChance } from "#adapters/host/chance.ts";
import { bps, type Usdt } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import type { Clock } from "#ports/clock.ts";
import { BinanceDialect } from "./dialects/binance/dialect.ts";
import type { BinanceKeys } from "./dialects/binance/signature.ts";
import { OkxDialect } from "./dialects/okx/dialect.ts";
import type { OkxKeys } from "./dialects/okx/signature.ts";
import { SimulatedExchange } from "./exchange.ts";
import type { Listing } from "./listing.ts";
import { BINANCE_LISTINGS, OKX_LISTINGS } from "./listings.ts";
import { MemoryWire, type MemoryWireOptions } from "./memory-wire.ts";
import { Misfortune } from "./misfortune.ts";

export interface VenuesOptions {
  readonly clock: Clock;
  readonly chance: SeededChance;
  /** None: nothing goes wrong. */
  readonly misfortune?: Misfortune;
  readonly keys?: { readonly binance: BinanceKeys; readonly okx: OkxKeys };
  readonly listings?: { readonly binance: readonly Listing[]; readonly okx: readonly Listing[] };
  readonly deposit?: Usdt;
  readonly leverage?: number;
  readonly visibleAfterMs?: number;
  readonly readLagMs?: number;
  /** Trades that were counted before these venues began: their ids are not used again. */
  readonly tradesBefore?: number;
  /** Which of its two environments the simulated OKX is. */
  readonly okxEnvironment?: "live" | "demo";
}

export interface SimulatedVenue<D> {
  readonly exchange: SimulatedExchange;
  readonly dialect: D;
}

export interface SimulatedVenues {
  readonly binance: SimulatedVenue<BinanceDialect>;
  readonly okx: SimulatedVenue<OkxDialect>;
  readonly misfortune: Misfortune;
}

/**
 * An Ed25519 pair of nobody's: the first test vector of the standard, printed in every copy of it.
 * @see https://www.rfc-editor.org/rfc/rfc8032#section-7.1
 */
const VECTOR = {
  privateKey: pem(
    "PRIVATE",
    "302e020100300506032b657004220420",
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
  ),
  publicKey: pem(
    "PUBLIC",
    "302a300506032b6570032100",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  ),
} as const;

function pem(which: "PRIVATE" | "PUBLIC", head: string, body: string): string {
  return `-----BEGIN ${which} KEY-----\n${Buffer.from(head + body, "hex").toString("base64")}\n-----END ${which} KEY-----\n`;
}

/** What opens the simulated accounts. No secret of anybody's. */
export const SIMULATED_KEYS = {
  binance: {
    key: "simulated-binance-key",
    secret: "simulated-binance-secret",
    ed25519: { key: "simulated-binance-ed25519-key", ...VECTOR },
  },
  okx: { key: "simulated-okx-key", secret: "simulated-okx-secret", passphrase: "simulated" },
} as const;

/** The two venues, each with its own market, account and dialect. */
export function simulatedVenues(options: VenuesOptions): SimulatedVenues {
  const { clock, chance } = options;
  const misfortune = options.misfortune ?? new Misfortune(clock);
  const keys = options.keys ?? SIMULATED_KEYS;
  const common = {
    clock,
    ...(options.deposit === undefined ? {} : { deposit: options.deposit }),
    ...(options.leverage === undefined ? {} : { leverage: options.leverage }),
    ...(options.visibleAfterMs === undefined ? {} : { visibleAfterMs: options.visibleAfterMs }),
    ...(options.readLagMs === undefined ? {} : { readLagMs: options.readLagMs }),
  };
  const binance = new SimulatedExchange({
    ...common,
    venue: BINANCE_UM,
    listings: options.listings?.binance ?? BINANCE_LISTINGS,
    refusesUnfillable: true,
    marketBand: bps("500"),
    firstTradeId: 6_290_117_700 + (options.tradesBefore ?? 0),
  });
  const okx = new SimulatedExchange({
    ...common,
    venue: OKX_PERP,
    listings: options.listings?.okx ?? OKX_LISTINGS,
    refusesUnfillable: false,
    marketBand: bps("100"),
    firstTradeId: 2_832_749_700 + (options.tradesBefore ?? 0),
  });
  const binanceDialect = new BinanceDialect(binance, keys.binance, misfortune, chance.child("binance-keys"));
  return {
    binance: { exchange: binance, dialect: binanceDialect },
    okx: { exchange: okx, dialect: new OkxDialect(okx, keys.okx, misfortune, options.okxEnvironment) },
    misfortune,
  };
}

/** Where the venues live inside one process. */
export const MEMORY_HOSTS = {
  binance: { rest: "http://binance.sim:80", ws: "ws://binance.sim:80" },
  okx: { rest: "http://okx.sim:80", ws: "ws://okx.sim:80" },
} as const;

export function wireTo(
  venues: SimulatedVenues,
  clock: Clock,
  chance: SeededChance,
  options: MemoryWireOptions = {},
): MemoryWire {
  const wire = new MemoryWire(clock, chance.child("wire"), venues.misfortune, options);
  wire.route(MEMORY_HOSTS.binance.rest, venues.binance.dialect);
  wire.route(MEMORY_HOSTS.okx.rest, venues.okx.dialect);
  return wire;
}
