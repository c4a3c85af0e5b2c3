import type { Timer } from "#ports/clock.ts";
import type { WireReply } from "../../dialect.ts";
import type { SimulatedOrder } from "../../orders.ts";
import { badParameter, NO_INSTRUMENT, NOT_FOUND, OkxError, TEXTS, TOO_MANY, UNAVAILABLE } from "./errors.ts";
import type { OrderDesk, Operation, Operations } from "./operations.ts";
import { text, type Words } from "./order-entry.ts";
import { billIdOf, fillWords, internalId, orderIdOf, orderWords } from "./order-words.ts";
import { type Call, type Route, type Routes, single } from "./route.ts";

const MOST_IN_BATCH = 20;
const MOST_TAGS = 20;

/** Orders over REST, and questions about them. */
export function orderRoutes(desk: OrderDesk, operations: Operations): Routes {
  const { exchange, instruments } = desk;
  const timers = new Map<string, Timer>();

  const serve = (operation: Operation, batch: boolean): Route => ({
    signed: true,
    // Counted by operation and instrument, where the orders are read.
    most: Number.POSITIVE_INFINITY,
    serve: (call: Call, reply: WireReply, answer: (result: unknown) => void) => {
      if (batch !== Array.isArray(call.body)) return answer(badParameter("body"));
      const orders = batch ? (call.body as readonly Words[]) : [call.body as Words];
      if (orders.length > MOST_IN_BATCH)
        return answer(new OkxError("51111", "Maximum 20 orders can be placed in bulk."));
      operations.run(operation, orders, { byCode: false, batch, expTime: call.headers.get("exptime") }, reply);
    },
  });

  const paged = (call: Call, orders: readonly SimulatedOrder[]): unknown => {
    const { query } = call;
    const instId = query.get("instId");
    const after = query.get("after");
    const before = query.get("before");
    const limit = Math.min(100, Number(query.get("limit") ?? 100));
    return orders
      .toReversed()
      .filter((order) => {
        const entry = instruments.of(order.instrument);
        if (instId !== null && entry.instId !== instId) return false;
        if (after !== null && order.id >= internalId(after)) return false;
        return before === null || order.id > internalId(before);
      })
      .slice(0, limit)
      .map((order) => orderWords(order, instruments.of(order.instrument), exchange));
  };

  const fills = (call: Call): unknown => {
    const { query } = call;
    const entry = query.has("instId") ? instruments.find(query.get("instId") ?? "") : null;
    if (query.has("instId") && !entry) return NO_INSTRUMENT;
    const after = query.get("after");
    const before = query.get("before");
    const ordId = query.get("ordId");
    const begin = Number(query.get("begin") ?? 0);
    const end = Number(query.get("end") ?? Number.MAX_SAFE_INTEGER);
    const now = exchange.clock.now();
    return exchange
      .trades()
      .toReversed()
      .filter(({ id, order, at }) => {
        if (entry && order.instrument !== entry.instrument) return false;
        if (order.visibleAt > now || (ordId !== null && orderIdOf(order) !== ordId)) return false;
        if (after !== null && BigInt(billIdOf(id)) >= BigInt(after)) return false;
        if (before !== null && BigInt(billIdOf(id)) <= BigInt(before)) return false;
        return Math.floor(at) >= begin && at <= end;
      })
      .slice(0, Math.min(100, Number(query.get("limit") ?? 100)))
      .map((trade) => fillWords(trade, instruments.of(trade.order.instrument)));
  };

  return {
    "POST /api/v5/trade/order": serve("order", false),
    "POST /api/v5/trade/batch-orders": serve("order", true),
    "POST /api/v5/trade/cancel-order": serve("cancel-order", false),
    "POST /api/v5/trade/cancel-batch-orders": serve("cancel-order", true),
    "POST /api/v5/trade/amend-order": serve("amend-order", false),
    "POST /api/v5/trade/amend-batch-orders": serve("amend-order", true),
    "GET /api/v5/trade/order": {
      signed: true,
      most: 60,
      run: ({ query }) => {
        const entry = instruments.find(query.get("instId") ?? "");
        if (!entry) return NO_INSTRUMENT;
        const ordId = query.get("ordId");
        const name = query.get("clOrdId");
        if (!ordId && !name) return badParameter("ordId");
        const order = exchange.findOrder(ordId ? { id: internalId(ordId) } : { clientOrderId: name ?? "" });
        return order?.instrument === entry.instrument ? [orderWords(order, entry, exchange)] : NOT_FOUND;
      },
    },
    "GET /api/v5/trade/orders-pending": {
      signed: true,
      most: 60,
      run: (call) => paged(call, exchange.openOrders(call.lagMs)),
    },
    "GET /api/v5/trade/orders-history": {
      signed: true,
      most: 40,
      run: (call) => {
        if (!call.query.has("instType")) return badParameter("instType");
        const now = exchange.clock.now();
        const ended = exchange.orders().filter((order) => order.status !== "open" && order.visibleAt <= now);
        return paged(call, ended);
      },
    },
    "GET /api/v5/trade/fills": { signed: true, most: 60, run: fills },
    "GET /api/v5/trade/fills-history": { signed: true, most: 10, run: fills },
    "GET /api/v5/trade/account-rate-limit": {
      signed: true,
      most: 2,
      run: () => {
        const ts = `${Math.floor(exchange.clock.now())}`;
        return [{ accRateLimit: "1000", fillRatio: "", mainFillRatio: "", nextAccRateLimit: "", ts }];
      },
    },
    "POST /api/v5/trade/cancel-all-after": {
      signed: true,
      // Counted by tag.
      most: Number.POSITIVE_INFINITY,
      run: (call) => {
        const words = single(call);
        const seconds = Number(text(words, "timeOut"));
        const tag = text(words, "tag");
        if (!desk.limits.admits(`cancel-all-after/${tag}`, 2)) return TOO_MANY;
        const allowed = Number.isInteger(seconds) && (seconds === 0 || (seconds >= 10 && seconds <= 120));
        if (text(words, "timeOut") === "" || !allowed) return badParameter("timeOut");
        if (desk.misfortune.at(exchange.venue, "deadman").length > 0) return UNAVAILABLE;
        timers.get(tag)?.stop();
        timers.delete(tag);
        const tags = [...timers.keys()].filter((name) => name !== "").length;
        if (seconds > 0 && tag !== "" && tags >= MOST_TAGS) return new OkxError("51071", TEXTS["51071"] ?? "");
        const now = exchange.clock.now();
        if (seconds > 0) {
          const fire = (): void => {
            timers.delete(tag);
            exchange.cancelAll(null, "dead-man", tag === "" ? null : tag);
          };
          timers.set(tag, exchange.clock.after(seconds * 1_000, fire));
        }
        const triggerTime = seconds === 0 ? "0" : `${Math.floor(now / 1_000) + seconds}`;
        return [{ triggerTime, tag, ts: `${Math.floor(now / 1_000)}` }];
      },
    },
    "POST /api/v5/trade/close-position": {
      signed: true,
      most: 20,
      run: (call) => {
        const words = single(call);
        const entry = instruments.find(text(words, "instId"));
        if (!entry) return NO_INSTRUMENT;
        const posSide = text(words, "posSide");
        const bucket = posSide === "long" || posSide === "short" ? posSide : "net";
        const held = exchange.positions().find((position) => {
          return position.instrument === entry.instrument && position.bucket === bucket;
        });
        if (!held || held.quantity === 0n) return new OkxError("51023", "Position does not exist.");
        const side = held.quantity > 0n ? "sell" : "buy";
        const closing = exchange.openOrders().filter((order) => {
          if (order.instrument !== entry.instrument || order.bucket !== bucket || order.side !== side) return false;
          return order.reduceOnly || bucket !== "net";
        });
        if (closing.length > 0 && words["autoCxl"] !== true) return new OkxError("51115", TEXTS["51115"] ?? "", 429);
        for (const order of closing) exchange.cancel(order);
        const quantity = (held.quantity > 0n ? held.quantity : -held.quantity) as typeof held.quantity;
        const clientOrderId = text(words, "clOrdId") || `close${exchange.orders().length}`;
        const { instrument } = entry;
        const common = { clientOrderId, instrument, side, quantity, limit: null, bucket } as const;
        exchange.place({
          ...common,
          timeInForce: "ioc",
          reduceOnly: bucket === "net",
          form: "market",
          tag: text(words, "tag"),
        });
        return [{ clOrdId: text(words, "clOrdId"), instId: entry.instId, posSide: bucket, tag: text(words, "tag") }];
      },
    },
  };
}
