import type { Timer } from "#ports/clock.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { WireReply } from "../../dialect.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import { interfere, type PrivateLine } from "../../interference.ts";
import type { FiredFault, Misfortune } from "../../misfortune.ts";
import type { SimulatedOrder } from "../../orders.ts";
import {
  answerOf,
  BinanceError,
  INTERNAL_503,
  missing,
  OVERLOAD_503,
  refuse,
  timedOut,
  UNAVAILABLE_503,
  UNKNOWN_503,
} from "./errors.ts";
import { type BinanceLimits, tooMany } from "./limits.ts";
import { named } from "./market-routes.ts";
import { readOrder, refusalError } from "./order-entry.ts";
import { internalId, orderIdOf, orderWords, tradeWords } from "./order-words.ts";
import type { Call, Routes } from "./route.ts";
import { checkTime, type Params } from "./signature.ts";
import type { BinanceSymbol, BinanceSymbols } from "./symbols.ts";

/** What answers to orders carry. */
export interface AnswerManner {
  averages: boolean;
}

export interface OrderDesk {
  readonly answers: AnswerManner;
  readonly exchange: SimulatedExchange;
  readonly symbols: BinanceSymbols;
  readonly misfortune: Misfortune;
  readonly limits: BinanceLimits;
  readonly line: PrivateLine;
  /** A name for an order that was given none. */
  freshName(): string;
}

/** Placing, cancelling and asking about orders. */
export function orderRoutes(desk: OrderDesk): Routes {
  const { exchange, symbols, limits } = desk;
  const countdowns = new Map<InstrumentId, Timer>();

  const place = (call: Call, reply: WireReply): void => {
    const crowded = limits.countOrder();
    const headers = limits.headers(call.address, true);
    if (crowded) return reply.answer(answerOf(crowded, headers));
    const read = readOrder(call.params, exchange, symbols, () => desk.freshName());
    const refused = (error: BinanceError) => {
      note(desk, call.params, read, error);
      return answerOf(error, headers);
    };
    if (overloadRefuses(desk, call.params)) return reply.answer(refused(OVERLOAD_503));
    const faults = desk.misfortune.at(exchange.venue, "place");
    interfere(faults, exchange.clock, desk.line, reply, {
      execute: (hindrance) => {
        if (read instanceof BinanceError) return refused(read);
        const placed = exchange.place(read.placement, hindrance);
        if (placed.outcome === "refused") return refused(refusalError(placed.refusal));
        note(desk, call.params, read, null);
        const as = call.params.get("newOrderRespType") === "RESULT" ? "result" : "ack";
        return {
          status: 200,
          headers,
          body: JSON.stringify(orderWords(placed.order, read.symbol, as, desk.answers.averages)),
        };
      },
      reject: (code) => refused(refuse(Number(code ?? -2019))),
      unknown: () => answerOf(UNKNOWN_503, headers),
      timedOut: (code) => answerOf(timedOut(code), headers),
      internal: () => answerOf(INTERNAL_503, headers),
      late: () => lateAnswer(call.params, exchange.clock.now(), headers),
      unavailable: () => answerOf(UNAVAILABLE_503, headers),
      throttled: () => answerOf(tooMany(call.address), headers),
    });
  };

  const cancel = (call: Call, reply: WireReply): void => {
    const headers = limits.headers(call.address, false);
    const symbol = named(symbols, call.params);
    const faults = desk.misfortune.at(exchange.venue, "cancel");
    interfere(faults, exchange.clock, desk.line, reply, {
      execute: () => {
        if (symbol instanceof BinanceError) return answerOf(symbol, headers);
        const order = known(exchange, call.params, symbol);
        if (order instanceof BinanceError) return answerOf(order, headers);
        fillFirst(exchange, order, faults);
        if (!exchange.cancel(order)) return answerOf(refuse(-2011), headers);
        return {
          status: 200,
          headers,
          body: JSON.stringify(orderWords(order, symbol, "result", desk.answers.averages)),
        };
      },
      reject: (code) => answerOf(refuse(Number(code ?? -2011)), headers),
      unknown: () => answerOf(UNKNOWN_503, headers),
      timedOut: (code) => answerOf(timedOut(code), headers),
      internal: () => answerOf(INTERNAL_503, headers),
      late: () => lateAnswer(call.params, exchange.clock.now(), headers),
      unavailable: () => answerOf(UNAVAILABLE_503, headers),
      throttled: () => answerOf(tooMany(call.address), headers),
    });
  };

  const listed = (call: Call, orders: readonly SimulatedOrder[]): unknown => {
    const name = call.params.get("symbol");
    if (name !== undefined && !symbols.find(name)) return refuse(-1121);
    return orders
      .map((order) => ({ order, symbol: symbols.of(order.instrument) }))
      .filter(({ symbol }) => name === undefined || symbol.symbol === name)
      .map(({ order, symbol }) => orderWords(order, symbol, "query"));
  };

  return {
    "POST /fapi/v1/order": { weight: 0, access: "signed", serve: place },
    "DELETE /fapi/v1/order": { weight: 1, access: "signed", serve: cancel },
    "POST /fapi/v1/order/test": {
      weight: 0,
      access: "signed",
      run: ({ params }) => {
        const read = readOrder(params, exchange, symbols, () => desk.freshName());
        if (read instanceof BinanceError) return read;
        const refusal = exchange.wouldRefuse(read.placement);
        return refusal === null ? {} : refusalError(refusal);
      },
    },
    "DELETE /fapi/v1/allOpenOrders": {
      weight: 1,
      access: "signed",
      run: ({ params }) => {
        const symbol = named(symbols, params);
        if (symbol instanceof BinanceError) return symbol;
        exchange.cancelAll(symbol.instrument);
        return { code: 200, msg: "The operation of cancel all open order is done." };
      },
    },
    "GET /fapi/v1/order": { weight: 1, access: "signed", run: ({ params }) => query(exchange, symbols, params, false) },
    "GET /fapi/v1/openOrder": {
      weight: 1,
      access: "signed",
      run: ({ params }) => query(exchange, symbols, params, true),
    },
    "GET /fapi/v1/openOrders": {
      weight: (params) => (params.has("symbol") ? 1 : 40),
      access: "signed",
      run: (call) => listed(call, exchange.openOrders(call.lagMs)),
    },
    "GET /fapi/v1/allOrders": {
      weight: 5,
      access: "signed",
      run: (call) => {
        const from = Number(call.params.get("startTime") ?? 0);
        const firstId = Number(call.params.get("orderId") ?? 0);
        const now = exchange.clock.now();
        const found = exchange.orders().filter((order) => {
          return order.visibleAt <= now && order.createdAt >= from && orderIdOf(order) >= firstId;
        });
        return listed(call, found.slice(-Number(call.params.get("limit") ?? 500)));
      },
    },
    "GET /fapi/v1/userTrades": {
      weight: 5,
      access: "signed",
      run: ({ params }) => userTrades(exchange, symbols, params),
    },
    "POST /fapi/v1/countdownCancelAll": {
      weight: 10,
      access: "signed",
      run: ({ params }) => {
        const symbol = named(symbols, params);
        if (symbol instanceof BinanceError) return symbol;
        const time = params.get("countdownTime");
        if (time === undefined || !/^\d{1,12}$/.test(time)) return missing("countdownTime");
        if (desk.misfortune.at(exchange.venue, "deadman").length > 0) return UNAVAILABLE_503;
        countdowns.get(symbol.instrument)?.stop();
        if (Number(time) > 0) {
          const fire = (): void => exchange.cancelAll(symbol.instrument, "dead-man");
          countdowns.set(symbol.instrument, exchange.clock.after(Number(time), fire));
        }
        return { symbol: symbol.symbol, countdownTime: time };
      },
    },
  };
}

/** In an overload only what makes positions smaller gets through. */
export function overloadRefuses({ limits }: OrderDesk, params: Params): boolean {
  if (!limits.overloaded) return false;
  const side = params.get("side");
  const position = params.get("positionSide") ?? "BOTH";
  if (position === "BOTH") return params.get("reduceOnly") !== "true";
  return (position === "LONG") !== (side === "SELL");
}

/** The engine looks at the window once more. */
export function lateAnswer(
  params: Params,
  now: number,
  headers: Readonly<Record<string, string>>,
): ReturnType<typeof answerOf> | null {
  return checkTime(params, now) ? answerOf(refuse(-5028), headers) : null;
}

/** The receipt of a placement that reached the venue. */
export function note(
  { exchange, symbols }: OrderDesk,
  params: Params,
  read: ReturnType<typeof readOrder>,
  refused: BinanceError | null,
): void {
  const placement = read instanceof BinanceError ? null : read.placement;
  exchange.receipts.add({
    at: exchange.clock.now(),
    clientOrderId: placement?.clientOrderId ?? params.get("newClientOrderId") ?? "",
    instrument: placement?.instrument ?? symbols.find(params.get("symbol") ?? "")?.instrument ?? null,
    side: placement?.side ?? null,
    quantity: placement?.quantity ?? null,
    limitPrice: placement?.limit ?? null,
    reduceOnly: placement?.reduceOnly ?? params.get("reduceOnly") === "true",
    verdict: refused ? "refused" : "executed",
    code: refused ? `${refused.code}` : null,
  });
}

/** The order the parameters name. `orderId` wins over the client's name. */
export function known(
  exchange: SimulatedExchange,
  params: Params,
  symbol: BinanceSymbol,
): SimulatedOrder | BinanceError {
  const id = params.get("orderId");
  const name = params.get("origClientOrderId");
  if (id === undefined && name === undefined) return missing("orderId");
  const order = exchange.knownOrder(id === undefined ? { clientOrderId: name ?? "" } : { id: internalId(Number(id)) });
  return order && order.instrument === symbol.instrument ? order : refuse(-2011);
}

function query(exchange: SimulatedExchange, symbols: BinanceSymbols, params: Params, openOnly: boolean): unknown {
  const symbol = named(symbols, params);
  if (symbol instanceof BinanceError) return symbol;
  const order = known(exchange, params, symbol);
  if (order instanceof BinanceError) return order.code === -2011 ? refuse(-2013) : order;
  if (order.visibleAt > exchange.clock.now()) return refuse(-2013);
  if (openOnly && order.status !== "open") return refuse(-2013);
  return orderWords(order, symbol, "query");
}

function userTrades(exchange: SimulatedExchange, symbols: BinanceSymbols, params: Params): unknown {
  const symbol = named(symbols, params);
  if (symbol instanceof BinanceError) return symbol;
  const from = Number(params.get("startTime") ?? 0);
  const to = Number(params.get("endTime") ?? Number.MAX_SAFE_INTEGER);
  const fromId = Number(params.get("fromId") ?? 0);
  const orderId = params.get("orderId");
  const limit = Math.min(1000, Number(params.get("limit") ?? 500));
  const now = exchange.clock.now();
  const found = exchange
    .trades()
    .filter(({ order, at, id }) => {
      if (order.instrument !== symbol.instrument || order.visibleAt > now) return false;
      if (orderId !== undefined && orderIdOf(order) !== Number(orderId)) return false;
      return Math.floor(at) >= from && at <= to && id >= fromId;
    })
    .map((trade) => tradeWords(trade, symbol));
  return params.has("startTime") || params.has("fromId") ? found.slice(0, limit) : found.slice(-limit);
}

/** The race a cancel may lose: the market takes the order first, or a part of it shows up afterwards. */
export function fillFirst(exchange: SimulatedExchange, order: SimulatedOrder, faults: readonly FiredFault[]): void {
  const race = faults.find(({ verb }) => verb === "cancel.fill_first");
  if (!race || order.status !== "open" || order.limit === null) return;
  const rest = order.quantity - order.filled;
  exchange.fillLate(order, order.limit, rest as typeof order.quantity);
}
