import { format } from "#domain/decimal.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Order, OrderRequest, TimeInForce } from "#domain/order.ts";
import { decodeOrder } from "./decode.ts";
import { isClockOff, isNothingOpen, placementFault } from "./faults.ts";
import type { DeskWords, Errand, Named } from "../order-desk.ts";
import { ORDER_TIMEOUT_MS } from "../order-desk.ts";
import type { Refusal } from "../refusal.ts";
import type { VenueClock } from "../venue-clock.ts";
import type { BinanceLineWords } from "./line-words.ts";
import { type BinanceCall, type Params, oneOrder, weight } from "./rest.ts";
import { orderWords } from "./words.ts";

const TIME_IN_FORCE: Readonly<Record<TimeInForce, string>> = { ioc: "IOC", fok: "FOK", "post-only": "GTX", gtc: "GTC" };
/** How long an order may wait at the venue's door before the venue itself throws it away. */
const LONGEST_ORDER_WINDOW_MS = 1_000;

/** How orders are said to Binance, on either road. */
export class BinanceOrderWords implements DeskWords<BinanceCall, unknown, Instrument> {
  readonly venue = BINANCE_UM;
  readonly placementFault = placementFault;
  readonly isClockOff = isClockOff;
  readonly #line: BinanceLineWords;
  readonly #time: VenueClock;
  readonly #recvWindowMs: number;

  constructor(line: BinanceLineWords, time: VenueClock, recvWindowMs: number) {
    this.#line = line;
    this.#time = time;
    this.#recvWindowMs = recvWindowMs;
  }

  unfit(): null {
    return null;
  }

  place(order: OrderRequest, { symbol }: Instrument, mayLeave: () => boolean): Errand<BinanceCall> {
    // The engine checks the window once more, so after timestamp + window this order can never appear.
    const recvWindowMs = Math.min(LONGEST_ORDER_WINDOW_MS, Math.floor(order.expiresAt - this.#time.stamp()));
    const params = orderParams(order, symbol);
    return {
      call: {
        method: "POST",
        path: "/fapi/v1/order",
        params,
        security: "signed",
        charges: oneOrder,
        lane: order.reduceOnly ? "reserved" : "ordinary",
        recvWindowMs,
        timeoutMs: ORDER_TIMEOUT_MS,
        mayLeave,
      },
      frame: (id) => this.#line.request(id, "order.place", params, recvWindowMs),
    };
  }

  cancel({ id }: Named, { symbol }: Instrument, mayLeave: () => boolean): Errand<BinanceCall> {
    const params: Params = [
      ["symbol", symbol],
      ["origClientOrderId", id],
    ];
    return {
      call: {
        method: "DELETE",
        path: "/fapi/v1/order",
        params,
        security: "signed",
        charges: weight(1),
        lane: "reserved",
        timeoutMs: ORDER_TIMEOUT_MS,
        mayLeave,
      },
      frame: (request) => this.#line.request(request, "order.cancel", params, this.#recvWindowMs),
    };
  }

  accepted(body: unknown, order: OrderRequest): Order | null {
    const words = orderWords.safeParse(body);
    const accepted = words.success ? decodeOrder(words.data, order.instrument) : null;
    return accepted?.id === order.id ? accepted : null;
  }

  cancelled(refusal: Refusal): "nothing-open" | null {
    return isNothingOpen(refusal) ? "nothing-open" : null;
  }
}

function orderParams(order: OrderRequest, symbol: string): Params {
  return [
    ["symbol", symbol],
    ["side", order.side === "buy" ? "BUY" : "SELL"],
    ["type", "LIMIT"],
    ["timeInForce", TIME_IN_FORCE[order.timeInForce]],
    ["quantity", format(order.quantity)],
    ["price", format(order.limitPrice)],
    ...(order.reduceOnly ? ([["reduceOnly", "true"]] as const) : []),
    ["newClientOrderId", order.id],
    ["newOrderRespType", "RESULT"],
  ];
}
