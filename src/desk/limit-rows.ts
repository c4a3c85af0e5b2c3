import type { z } from "zod";
import type { limitRow } from "#contract/standing.ts";
import { type Usdt, NO_USDT, absolute, add, greatest, negate, notional, ratioBps, toNumber } from "#domain/decimal.ts";
import { symbolOf } from "#domain/ids.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { heldDeltas } from "#trading/engine/facts.ts";
import type { Rooms } from "#trading/engine/rooms.ts";
import { exposureOf } from "#trading/risk/exposure.ts";

type Row = z.infer<typeof limitRow>;
type Where = Partial<Pick<Row, "scope" | "override">>;

/** Every limit, with how much of it is used now. */
export function limitRows(engine: Engine): readonly Row[] {
  const { executor, reads, settings, traffic } = engine.rooms;
  const { limits } = settings();
  const active = executor.active();
  const exposure = exposureOf(active, null, reads.unattributed());
  const { orders, cancels, rescues } = traffic.now();
  const largest = active.reduce((most, { intent }) => greatest(most, intent.notional), NO_USDT);
  const highest = active.reduce((most, { intent }) => Math.max(most, intent.leverage), 0);
  return [
    money("max_notional_per_position_usdt", largest, limits.maxNotionalPerPosition),
    money("max_total_notional_usdt", exposure.totalNotional, limits.maxTotalNotional),
    count("max_open_positions", exposure.openHedges, limits.maxOpenPositions),
    count("max_leverage", highest, limits.maxLeverage),
    ...symbolRows(engine, exposure.notionalBySymbol),
    ...orderRows(engine, exposure.openOrders),
    ...dayRows(engine),
    money("max_delta_usdt", worstDelta(engine.rooms), limits.maxDelta),
    count("place_per_min", orders, limits.placePerMin),
    count("cancel_per_min", cancels, limits.cancelPerMin),
    count("rescue_per_min", rescues, limits.rescuePerMin),
  ];
}

function symbolRows({ rooms }: Engine, used: ReturnType<typeof exposureOf>["notionalBySymbol"]): readonly Row[] {
  const { maxPosition, maxPositionBySymbol } = rooms.settings().limits;
  return [...new Set([...maxPositionBySymbol.keys(), ...used.keys()])].map((instrument) => {
    const own = maxPositionBySymbol.get(instrument);
    const symbol = symbolOf(instrument);
    const override = own === undefined ? null : `MAX_POSITION_USDT__${symbol}`;
    const where = { scope: symbol, override };
    return money("max_position_usdt", used.get(instrument) ?? NO_USDT, own ?? maxPosition, where);
  });
}

function orderRows({ rooms }: Engine, used: ReturnType<typeof exposureOf>["openOrders"]): readonly Row[] {
  const { maxOpenOrders, maxOpenOrdersByVenue } = rooms.settings().limits;
  return rooms.world.venues.map(({ id }) => {
    const own = maxOpenOrdersByVenue.get(id);
    const name = `MAX_OPEN_ORDERS__${id.toUpperCase().replaceAll("-", "_")}`;
    const where = { scope: id, override: own === undefined ? null : name };
    return count("max_open_orders", used.get(id) ?? 0, own ?? maxOpenOrders, where);
  });
}

function dayRows({ rooms, results }: Engine): readonly Row[] {
  const { limits } = rooms.settings();
  const day = results.day();
  const equity = rooms.reads.equity(rooms.world.venues.map(({ id }) => id));
  const lost = day === null ? null : greatest(NO_USDT, negate(day.pnl));
  const fallen =
    day === null || equity === null || equity <= 0n ? null : toNumber(ratioBps(negate(day.fromHigh), equity, "up"));
  return [
    money("max_daily_loss_usdt", lost, limits.maxDailyLoss),
    count("max_day_drawdown_bps", fallen, toNumber(limits.maxDayDrawdown)),
  ];
}

/** The farthest that any instrument is from even; null while one that is not has no mark. */
function worstDelta(rooms: Rooms): Usdt | null {
  let worst = NO_USDT;
  for (const { hedged, unattributed, mark } of heldDeltas(rooms)) {
    const net = absolute(add(hedged, unattributed));
    if (net === 0n) continue;
    if (mark === null) return null;
    worst = greatest(worst, notional(mark, net));
  }
  return worst;
}

function money(name: string, used: Usdt | null, limit: Usdt | null, where: Where = {}): Row {
  const known = used !== null && limit !== null && limit > 0n;
  return {
    name,
    scope: null,
    used: used === null ? null : toNumber(used),
    limit: limit === null ? null : toNumber(limit),
    ratio: known ? toNumber(ratioBps(used, limit, "up")) / 10_000 : null,
    override: null,
    ...where,
  };
}

function count(name: string, used: number | null, limit: number | null, where: Where = {}): Row {
  const ratio = used === null || limit === null || limit <= 0 ? null : used / limit;
  return { name, scope: null, used, limit, ratio, override: null, ...where };
}
