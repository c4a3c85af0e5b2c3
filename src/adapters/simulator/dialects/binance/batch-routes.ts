import type { WireReply } from "../../dialect.ts";
import type { Hindrance } from "../../engine.ts";
import { interfere } from "../../interference.ts";
import type { SimulatedOrder } from "../../orders.ts";
import {
  answerOf,
  BinanceError,
  bodyOf,
  INTERNAL_503,
  missing,
  OVERLOAD_503,
  refuse,
  timedOut,
  UNAVAILABLE_503,
  UNKNOWN_503,
} from "./errors.ts";
import { tooMany } from "./limits.ts";
import { named } from "./market-routes.ts";
import { readOrder, refusalError } from "./order-entry.ts";
import { known, lateAnswer, note, type OrderDesk, overloadRefuses } from "./order-routes.ts";
import { orderWords, sideOf } from "./order-words.ts";
import type { Call, Routes } from "./route.ts";
import type { Params } from "./signature.ts";

const MOST_ORDERS = 5;
const MOST_CANCELS = 10;

/**
 * Several orders in one request, each with its own verdict under one 200, and changes of resting ones.
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Place-Multiple-Orders
 */
export function batchRoutes(desk: OrderDesk): Routes {
  const { exchange, symbols, limits } = desk;

  const refuseOne = (params: Params, read: ReturnType<typeof readOrder>, error: BinanceError): unknown => {
    note(desk, params, read, error);
    return bodyOf(error);
  };

  const readOne = (params: Params): ReturnType<typeof readOrder> =>
    readOrder(params, exchange, symbols, () => desk.freshName());

  const placeOne = (params: Params, hindrance: Hindrance): unknown => {
    const read = readOne(params);
    if (overloadRefuses(desk, params)) return refuseOne(params, read, OVERLOAD_503);
    if (read instanceof BinanceError) return refuseOne(params, read, read);
    const placed = exchange.place(read.placement, hindrance);
    if (placed.outcome === "refused") return refuseOne(params, read, refusalError(placed.refusal));
    note(desk, params, read, null);
    return orderWords(
      placed.order,
      read.symbol,
      params.get("newOrderRespType") === "RESULT" ? "result" : "ack",
      desk.answers.averages,
    );
  };

  const placeMany = (call: Call, reply: WireReply): void => {
    const crowded = limits.countOrder(MOST_ORDERS);
    const headers = limits.headers(call.address, true);
    if (crowded) return reply.answer(answerOf(crowded, headers));
    const orders = readList(call.params.get("batchOrders"), MOST_ORDERS)?.map(paramsOf);
    if (!orders) return reply.answer(answerOf(missing("batchOrders"), headers));
    const each = (act: (params: Params) => unknown) => {
      return { status: 200, headers, body: JSON.stringify(orders.map(act)) };
    };
    const faults = desk.misfortune.at(exchange.venue, "place");
    interfere(faults, exchange.clock, desk.line, reply, {
      execute: (hindrance) => each((params) => placeOne(params, hindrance)),
      reject: (code) => each((params) => refuseOne(params, readOne(params), refuse(Number(code ?? -2019)))),
      unknown: () => answerOf(UNKNOWN_503, headers),
      timedOut: (code) => answerOf(timedOut(code), headers),
      internal: () => answerOf(INTERNAL_503, headers),
      late: () => lateAnswer(call.params, exchange.clock.now(), headers),
      unavailable: () => answerOf(UNAVAILABLE_503, headers),
      throttled: () => answerOf(tooMany(call.address), headers),
    });
  };

  const cancelMany = ({ params }: Call): unknown => {
    const symbol = named(symbols, params);
    if (symbol instanceof BinanceError) return symbol;
    // Small letters work as well, and one client sends them so: https://github.com/ccxt/ccxt/pull/22890
    const list = (name: string): string | undefined => params.get(name) ?? params.get(name.toLowerCase());
    const by = list("orderIdList") === undefined ? "origClientOrderId" : "orderId";
    const names = readList(list(`${by}List`), MOST_CANCELS);
    if (!names) return missing(`${by}List`);
    return names.map((name) => {
      const order = known(exchange, new Map([[by, `${name}`]]), symbol);
      if (order instanceof BinanceError) return bodyOf(order);
      return exchange.cancel(order) ? orderWords(order, symbol, "result") : bodyOf(refuse(-2011));
    });
  };

  const modifyOne = (params: Params): unknown => {
    const symbol = named(symbols, params);
    if (symbol instanceof BinanceError) return symbol;
    const order = known(exchange, params, symbol);
    if (order instanceof BinanceError) return order.code === -2011 ? refuse(-2013) : order;
    if (order.status !== "open") return refuse(-2013);
    if (params.get("side") !== sideOf(order)) return params.has("side") ? refuse(-1117) : missing("side");
    const read = readOne(asPlaced(params, order, exchange.hedgeMode));
    if (read instanceof BinanceError) return read;
    const { limit, quantity } = read.placement;
    if (limit === order.limit && quantity === order.quantity) return refuse(-5027);
    const best = order.side === "buy" ? symbol.market.book.bestAsk() : symbol.market.book.bestBid();
    const crosses = best !== null && limit !== null && (order.side === "buy" ? limit >= best[0] : limit <= best[0]);
    // A maker that would now take is gone, not refused.
    if (order.timeInForce === "post-only" && crosses) exchange.cancel(order);
    else exchange.amend(order, limit, quantity);
    const modifyId = params.get("modifyId");
    const echo = modifyId !== undefined && /^\d{1,15}$/.test(modifyId) ? { modifyId: Number(modifyId) } : {};
    return { ...orderWords(order, symbol, "result", desk.answers.averages), ...echo };
  };

  const modify = ({ params }: Call): unknown => limits.countOrder() ?? modifyOne(params);

  const modifyMany = ({ params }: Call): unknown => {
    const crowded = limits.countOrder(MOST_ORDERS);
    if (crowded) return crowded;
    const orders = readList(params.get("batchOrders"), MOST_ORDERS)?.map(paramsOf);
    if (!orders) return missing("batchOrders");
    return orders.map((order) => {
      const changed = modifyOne(order);
      return changed instanceof BinanceError ? bodyOf(changed) : changed;
    });
  };

  return {
    "PUT /fapi/v1/order": { weight: 0, access: "signed", run: modify },
    "PUT /fapi/v1/batchOrders": { weight: 5, access: "signed", run: modifyMany },
    "POST /fapi/v1/batchOrders": { weight: 5, access: "signed", serve: placeMany },
    "DELETE /fapi/v1/batchOrders": { weight: 1, access: "signed", run: cancelMany },
  };
}

/** A change holds to the filters an order of that price and quantity would be held to. */
function asPlaced(params: Params, order: SimulatedOrder, hedgeMode: boolean): Params {
  const read = new Map([...params, ["type", "LIMIT"], ["timeInForce", "GTC"]] as const);
  read.delete("newClientOrderId");
  read.set("positionSide", order.bucket === "net" ? "BOTH" : order.bucket.toUpperCase());
  read.set("reduceOnly", `${order.reduceOnly && !hedgeMode}`);
  return read;
}

/** A JSON list with something in it and no more than this. Null when it is none. */
function readList(text: string | undefined, most: number): readonly unknown[] | null {
  try {
    const list: unknown = JSON.parse(text ?? "");
    return Array.isArray(list) && list.length > 0 && list.length <= most ? (list as unknown[]) : null;
  } catch {
    return null;
  }
}

/** One order of a batch as if it had come alone: its numbers may be numbers. */
function paramsOf(order: unknown): Params {
  const words = typeof order === "object" && order !== null ? order : {};
  return new Map(
    Object.entries(words as Readonly<Record<string, string | number>>).map(([name, value]) => [name, `${value}`]),
  );
}
