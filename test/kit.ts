import { settle, VirtualClock } from "#adapters/host/virtual-clock.ts";
import type { BookUpdate } from "#domain/book.ts";
import { Levels } from "#domain/levels.ts";
import { type Price, type Quantity, type Usdt, bps, notional, price, quantity, usdt } from "#domain/decimal.ts";
import type { Exposure } from "#domain/exposure.ts";
import type { Fill } from "#domain/fill.ts";
import type { Hedge, HedgeEvent, HedgeIntent, PreparedOrder } from "#domain/hedge.ts";
import { advance, beginHedge } from "#domain/hedge-machine.ts";
import {
  type ClientOrderId,
  type LegName,
  BINANCE_UM,
  OKX_PERP,
  clientOrderId,
  hedgeId,
  instrumentId,
} from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import { countOf } from "#domain/instrument.ts";
import { MarketBook } from "#domain/market-book.ts";
import type { OrderRequest } from "#domain/order.ts";
import type { RiskContext } from "#domain/risk.ts";
import type { Limits, Settings } from "#domain/settings.ts";
import { after, instantAt } from "#domain/time.ts";

/** 2026-08-12 14:07:21 UTC: far from midnight and from every funding stamp. */
export const NOW = instantAt(1_786_543_641_000);
export const BTC = instrumentId("BTC-USDT-PERP");

/** A clock that a test turns by hand, from `NOW` on. */
export const aClock = (): VirtualClock => new VirtualClock(NOW);

/** Turns the clock by hand until the promise has settled; never longer than a minute of its time. */
export async function turn<T>(clock: VirtualClock, work: PromiseLike<T>, atMostMs = 60_000): Promise<T> {
  let done = false;
  const finish = (): void => {
    done = true;
  };
  work.then(finish, finish);
  const until = after(clock.now(), atMostMs);
  // A request crosses a few turns of the loop before it asks for a timer of ours.
  for (let idle = 0; idle < 20 && !done; idle += 1) await settle();
  while (!done && clock.now() < until) {
    await clock.runUntil(after(clock.now(), 5));
    for (let idle = 0; idle < 4 && !done; idle += 1) await settle();
  }
  if (!done) throw new Error(`nothing came of it within ${atMostMs} ms of the clock`);
  return work;
}

export function aListing(given: Partial<Instrument> = {}): Instrument {
  return {
    id: BTC,
    venue: BINANCE_UM,
    symbol: "BTCUSDT",
    tick: price("0.1"),
    lot: quantity("0.001"),
    minQuantity: quantity("0.001"),
    maxQuantity: quantity("1000"),
    minNotional: usdt("50"),
    contractSize: quantity("1"),
    maxLeverage: 125,
    tradable: true,
    ...given,
  };
}

export const anOkxListing = (given: Partial<Instrument> = {}): Instrument =>
  aListing({
    venue: OKX_PERP,
    symbol: "BTC-USDT-SWAP",
    lot: quantity("0.0001"),
    minQuantity: quantity("0.0001"),
    minNotional: usdt("0"),
    contractSize: quantity("0.01"),
    maxLeverage: 100,
    ...given,
  });

/** Levels as people read them: `["60000", "0.5"]`. */
export type Rows = readonly (readonly [price: string, quantity: string])[];

/** Levels on the grid of one listing. */
export function flat(rows: Rows, { tick, lot }: Pick<Instrument, "tick" | "lot">): number[] {
  return rows.flatMap(([at, of]) => {
    const [ticks, lots] = [countOf(price(at), tick), countOf(quantity(of), lot)];
    if (ticks === null || lots === null) throw new Error(`${at} × ${of} lies off the grid`);
    return [ticks, lots];
  });
}

interface BookSides {
  readonly bids: Rows;
  readonly asks: Rows;
  readonly at?: number;
  readonly sequence?: number;
}

export function snapshotOf(
  listing: Instrument,
  { bids, asks, at = NOW, sequence = 1 }: BookSides,
): Extract<BookUpdate, { kind: "snapshot" | "delta" }> {
  const common = { venue: listing.venue, instrument: listing.id, at: instantAt(at) };
  return {
    ...common,
    kind: "snapshot",
    bids: Levels.of(flat(bids, listing)),
    asks: Levels.of(flat(asks, listing)),
    sequence,
  };
}

export function aBook(listing: Instrument, sides: BookSides): MarketBook {
  const book = new MarketBook(listing);
  book.apply(snapshotOf(listing, sides));
  return book;
}

export function someLimits(given: Partial<Limits> = {}): Limits {
  return {
    maxNotionalPerPosition: usdt("25000"),
    maxTotalNotional: usdt("75000"),
    maxOpenPositions: 3,
    maxLeverage: 5,
    maxPosition: null,
    maxPositionBySymbol: new Map(),
    maxOpenOrders: null,
    maxOpenOrdersByVenue: new Map(),
    maxDailyLoss: null,
    maxDelta: usdt("200"),
    maxDayDrawdown: bps("300"),
    placePerMin: 300,
    cancelPerMin: 600,
    rescuePerMin: 30,
    ...given,
  };
}

export function someSettings({
  limits,
  ...given
}: Partial<Omit<Settings, "limits">> & { limits?: Partial<Limits> } = {}): Settings {
  return {
    reduceOnly: false,
    autoLoop: false,
    orderNotional: usdt("1500"),
    minSpreadBps: bps("0"),
    maxSlippageBps: bps("2"),
    limits: someLimits(limits),
    bookMaxAgeMs: 1_500,
    legDeadlineMs: 800,
    recoveryDeadlineMs: 5_000,
    completeMaxLossBps: bps("10"),
    maxRecoveryLossBps: bps("50"),
    unknownHoldMs: 15_000,
    exitTargetBps: bps("1"),
    stopBps: bps("100"),
    maxHoldMs: 86_400_000,
    fundingHorizonMs: 28_800_000,
    avoidWindowMs: 300_000,
    confirmToleranceBps: bps("2"),
    opportunityTtlMs: 30_000,
    leverage: 1,
    cooldownMs: 1_000,
    loopPairs: [],
    loopVenues: [],
    pollIntervalMs: 5_000,
    clockSkewGuardMs: 1_000,
    minLiquidationDistance: bps("800"),
    maintenanceWindows: [],
    ...given,
  };
}

export interface ContextGiven {
  readonly notional?: Usdt;
  readonly quantity?: Quantity;
  readonly leverage?: number;
  readonly exposure?: Partial<Exposure>;
  readonly limits?: Partial<Limits>;
  readonly settings?: Partial<Omit<Settings, "limits">>;
  readonly traffic?: Partial<RiskContext["traffic"]>;
  readonly funding?: Partial<RiskContext["funding"]>;
  readonly maintenance?: RiskContext["maintenance"];
}

/** What a risk rule is asked about: a hedge of 1500 USDT on empty books. */
export function aContext(given: ContextGiven = {}): RiskContext {
  return {
    intent: {
      instrument: BTC,
      notional: given.notional ?? usdt("1500"),
      quantity: given.quantity ?? quantity("0.025"),
      leverage: given.leverage ?? 1,
      venues: [BINANCE_UM, OKX_PERP],
    },
    exposure: {
      openHedges: 0,
      totalNotional: usdt("0"),
      notionalBySymbol: new Map(),
      openOrders: new Map(),
      netDelta: new Map(),
      dayPnl: usdt("0"),
      ...given.exposure,
    },
    settings: someSettings({ ...given.settings, ...(given.limits ? { limits: given.limits } : {}) }),
    traffic: { orders: 0, cancels: 0, rescues: 0, ...given.traffic },
    funding: { long: null, short: null, ...given.funding },
    maintenance: given.maintenance ?? [],
    now: NOW,
  };
}

export const HEDGE = hedgeId("pstest00010000000001");

export interface IntentGiven {
  readonly id?: typeof HEDGE;
  readonly quantity?: Quantity;
  readonly lot?: Quantity;
  readonly buy?: Price;
  readonly sell?: Price;
  readonly edge?: HedgeIntent["edgeBps"];
}

/** Long on Binance, short on OKX: 0.02 BTC bought at 60000.0 and sold at 60186.0 unless said otherwise. */
export function anIntent(given: IntentGiven = {}): HedgeIntent {
  const { id = HEDGE, buy = price("60000"), sell = price("60186"), lot = quantity("0.001") } = given;
  const size = given.quantity ?? quantity("0.02");
  const leg = (name: LegName): OrderRequest => ({
    id: clientOrderId(id, name, 1),
    hedge: id,
    leg: name,
    act: "open",
    asker: "automation",
    venue: name === "long" ? BINANCE_UM : OKX_PERP,
    instrument: BTC,
    side: name === "long" ? "buy" : "sell",
    quantity: size,
    limitPrice: name === "long" ? buy : sell,
    timeInForce: "ioc",
    reduceOnly: false,
    expiresAt: after(NOW, 1_000),
  });
  return {
    id,
    instrument: BTC,
    quantity: size,
    lot,
    notional: notional(buy, size),
    leverage: 1,
    long: leg("long"),
    short: leg("short"),
    prices: { long: buy, short: sell },
    spreadBps: bps("31"),
    edgeBps: given.edge ?? bps("8"),
    opportunity: null,
    decidedAt: NOW,
  };
}

let trades = 0;

/** A fill of one of our orders: all of it at its limit, without a fee, unless said otherwise. */
export function aFill(request: OrderRequest, given: Partial<Fill> = {}): Fill {
  trades += 1;
  return {
    venue: request.venue,
    instrument: request.instrument,
    tradeId: `${trades}`,
    order: request.id,
    venueOrderId: `venue-${request.id}`,
    side: request.side,
    price: request.limitPrice,
    quantity: request.quantity,
    fee: usdt("0"),
    feeAsset: "USDT",
    liquidity: "taker",
    at: NOW,
    ...given,
  };
}

export const filled = (request: OrderRequest, given: Partial<Fill> = {}): HedgeEvent => ({
  type: "filled",
  fill: aFill(request, given),
});

type Reported = Extract<HedgeEvent, { type: "order-reported" }>;

export const reported = (order: ClientOrderId, status: Reported["status"], of: string, afterMs = 0): Reported => ({
  type: "order-reported",
  order,
  venueOrderId: `venue-${order}`,
  status,
  filled: quantity(of),
  at: after(NOW, afterMs),
});

export function aHedge(intent: HedgeIntent, ...events: readonly HedgeEvent[]): Hedge {
  return events.reduce((hedge, event) => advance(hedge, event, NOW), beginHedge(intent, NOW));
}

/** Both legs filled whole, and reported so. */
export function aStandingHedge(intent: HedgeIntent = anIntent(), fees: readonly [string, string] = ["0", "0"]): Hedge {
  const { long, short } = intent;
  return aHedge(intent, filled(long, { fee: usdt(fees[0]) }), filled(short, { fee: usdt(fees[1]) }));
}

export interface PreparedGiven {
  readonly leg: LegName;
  readonly attempt: number;
  readonly quantity: Quantity;
  readonly at: Price;
}

/** A reduce-only order of one leg, as the exit or an unwind prepares it. */
export function aReducingOrder(intent: HedgeIntent, act: "close" | "unwind", given: PreparedGiven): PreparedOrder {
  return {
    decisionPrice: given.at,
    request: {
      ...intent[given.leg],
      id: clientOrderId(intent.id, given.leg, given.attempt),
      act,
      side: given.leg === "long" ? "sell" : "buy",
      quantity: given.quantity,
      limitPrice: given.at,
      reduceOnly: true,
    },
  };
}
