import type { Sample } from "#adapters/host/metrics.ts";
import {
  type Quantity,
  type Usdt,
  NO_QUANTITY,
  NO_USDT,
  absolute,
  add,
  divideRounded,
  negate,
  toNumber,
} from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { openQuantity } from "#domain/hedge-machine.ts";
import { type InstrumentId, LEGS, symbolOf } from "#domain/ids.ts";
import type { Attribution } from "#trading/accounts/attribution.ts";
import { heldDeltas } from "#trading/engine/facts.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { exposureOf } from "#trading/risk/exposure.ts";

const ONE = 1_000_000_000_000n;
const DAY_MS = 86_400_000;
const PARTS = {
  spread: "spread",
  fees: "fees",
  funding: "funding",
  slippage: "slippage",
  leg_risk: "legRisk",
} as const satisfies Readonly<Record<string, keyof Attribution>>;

/** What we hold, how near it is to its limits, and what the day has brought. */
export function* moneySamples(engine: Engine): Iterable<Sample> {
  yield* holdings(engine);
  yield* limits(engine);
  yield* dayParts(engine);
}

function* holdings(engine: Engine): Iterable<Sample> {
  const { executor, pairs, world } = engine.rooms;
  const active = executor.active();
  const { openOrders } = exposureOf(active, null);
  for (const { id: venue } of world.venues) yield ["propbot_open_orders", { venue }, openOrders.get(venue) ?? 0];
  const deltas = new Map(heldDeltas(engine.rooms).map((held) => [held.instrument, held]));
  for (const { id } of pairs()) {
    const symbol = symbolOf(id);
    const own = active.filter(({ intent }) => intent.instrument === id);
    yield ["propbot_open_hedges", { symbol }, own.length];
    yield* legWorths(engine, id, own);
    const held = deltas.get(id);
    const net = held ? add(held.hedged, held.unattributed) : NO_QUANTITY;
    const worth = worthOf(net, held?.mark ?? null);
    if (worth !== null) yield ["propbot_unhedged_delta_usdt", { symbol }, toNumber(worth)];
  }
}

function* legWorths(engine: Engine, instrument: InstrumentId, hedges: readonly Hedge[]): Iterable<Sample> {
  const { conditions, world } = engine.rooms;
  for (const { id: venue } of world.venues) {
    for (const side of LEGS) {
      const here = hedges.filter(({ intent }) => intent[side].venue === venue);
      const quantity = here.reduce((sum, hedge) => add(sum, openQuantity(hedge, side)), NO_QUANTITY);
      const worth = worthOf(quantity, conditions.mark(venue, instrument));
      if (here.length > 0 && worth !== null)
        yield ["propbot_exposure_usdt", { venue, symbol: symbolOf(instrument), side }, toNumber(worth)];
    }
  }
}

function* limits(engine: Engine): Iterable<Sample> {
  const { executor, settings, traffic } = engine.rooms;
  const { maxTotalNotional, maxOpenPositions, maxDailyLoss, maxDayDrawdown, placePerMin } = settings().limits;
  const { openHedges, totalNotional } = exposureOf(executor.active(), null);
  const used = (limit: string, ratio: number): Sample => ["propbot_limit_used_ratio", { limit }, ratio];
  yield used("total_notional", toNumber(totalNotional) / toNumber(maxTotalNotional));
  yield used("open_positions", openHedges / maxOpenPositions);
  const { cancels, cancelsFailed } = traffic.refusals();
  if (cancels > 0) yield ["propbot_cancel_failed_ratio", {}, cancelsFailed / cancels];
  yield used("orders_per_minute", traffic.now().orders / placePerMin);
  if (maxDailyLoss !== null) yield ["propbot_daily_loss_cap_usdt", {}, toNumber(maxDailyLoss)];
  const day = engine.results.day();
  if (day === null) return;
  const loss = day.pnl < 0n ? negate(day.pnl) : NO_USDT;
  yield ["propbot_daily_loss_usdt", {}, toNumber(loss)];
  if (maxDailyLoss !== null) yield used("daily_loss", toNumber(loss) / toNumber(maxDailyLoss));
  yield* drawdown(engine, absolute(day.fromHigh), maxDayDrawdown, used);
}

/** The limit is a share of what both accounts hold; until both were read nothing can be said. */
function* drawdown(
  { rooms }: Engine,
  fallen: Usdt,
  most: ReturnType<Engine["rooms"]["settings"]>["limits"]["maxDayDrawdown"],
  used: (limit: string, ratio: number) => Sample,
): Iterable<Sample> {
  const equity = rooms.reads.equity(rooms.world.venues.map(({ id }) => id));
  if (most === null || equity === null || equity <= 0n) return;
  yield used("drawdown", (toNumber(fallen) / toNumber(equity)) * (10_000 / toNumber(most)));
}

/** Of the hedges that were opened today; nothing while one of them cannot be priced. */
function* dayParts(engine: Engine): Iterable<Sample> {
  const { executor, world } = engine.rooms;
  const since = Math.floor(world.clock.now() / DAY_MS) * DAY_MS;
  const results = executor
    .hedges()
    .filter(({ intent }) => intent.decidedAt >= since)
    .map((hedge) => engine.results.of(hedge));
  if (results.includes(null)) return;
  for (const [component, part] of Object.entries(PARTS)) {
    const total = results.reduce((sum, result) => add(sum, result?.[part] ?? NO_USDT), NO_USDT);
    yield ["propbot_pnl_usdt", { component }, toNumber(total)];
  }
}

function worthOf(quantity: Quantity, mark: bigint | null): Usdt | null {
  if (quantity === 0n) return NO_USDT;
  return mark === null ? null : (divideRounded(mark * quantity, ONE, "half-even") as Usdt);
}
