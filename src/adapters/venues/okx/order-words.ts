import { NO_QUANTITY, format } from "#domain/decimal.ts";
import type { VenueFault } from "#domain/fault.ts";
import { OKX_PERP } from "#domain/ids.ts";
import type { Order, OrderRequest, TimeInForce } from "#domain/order.ts";
import type { Instant } from "#domain/time.ts";
import { type DeskWords, type Errand, type Named, ORDER_TIMEOUT_MS } from "../order-desk.ts";
import type { Refusal } from "../refusal.ts";
import { type OkxInstrument, contractsOf } from "./decode.ts";
import { isBeingCancelled, isClockOff, isInstrumentUnknown, isNothingOpen, placementFault } from "./faults.ts";
import { type OkxCall, type OkxData, per2s } from "./rest.ts";
import { placedWords, readFirst } from "./words.ts";

const ORDER_TYPE: Readonly<Record<TimeInForce, string>> = {
  ioc: "ioc",
  fok: "fok",
  "post-only": "post_only",
  gtc: "limit",
};
/** New and amended orders of the whole sub-account. */
const ACCOUNT_ORDERS = 1_000;

/** How orders are said to OKX, on either road. */
export class OkxOrderWords implements DeskWords<OkxCall, OkxData, OkxInstrument> {
  readonly venue = OKX_PERP;
  readonly placementFault = placementFault;
  readonly isClockOff = isClockOff;
  readonly #tag: string;
  /** Numbers of instruments that the websocket would not take; their orders go over REST, which knows the names. */
  readonly #refusedCodes = new Set<number>();

  constructor(tag: string) {
    this.#tag = tag;
  }

  unfit(order: OrderRequest, listed: OkxInstrument): VenueFault | null {
    if (contractsOf(order.quantity, listed) !== null) return null;
    const says = `${format(order.quantity)} is not a whole number of lots of ${format(listed.lot)}`;
    return { kind: "rejected", code: "off-grid", says };
  }

  place(order: OrderRequest, listed: OkxInstrument, mayLeave: () => boolean): Errand<OkxCall> {
    const { symbol } = listed;
    const body = this.#body(order, listed);
    const expiresAt = Math.floor(order.expiresAt);
    return {
      call: {
        method: "POST",
        path: "/api/v5/trade/order",
        body: { instId: symbol, ...body },
        signed: true,
        charges: [...per2s(`place ${symbol}`, 60), ...per2s("account orders", ACCOUNT_ORDERS)],
        lane: order.reduceOnly ? "reserved" : "ordinary",
        // After this moment of theirs the order can never appear: it is what bounds an unknown outcome.
        expiresAt,
        timeoutMs: ORDER_TIMEOUT_MS,
        mayLeave,
      },
      frame: (id) => this.#frame(listed, { id, op: "order", expTime: `${expiresAt}` }, body),
    };
  }

  cancel({ id: clOrdId }: Named, listed: OkxInstrument, mayLeave: () => boolean): Errand<OkxCall> {
    const { symbol } = listed;
    return {
      call: {
        method: "POST",
        path: "/api/v5/trade/cancel-order",
        body: { instId: symbol, clOrdId },
        signed: true,
        charges: per2s(`cancel ${symbol}`, 60),
        lane: "reserved",
        timeoutMs: ORDER_TIMEOUT_MS,
        mayLeave,
      },
      frame: (id) => this.#frame(listed, { id, op: "cancel-order" }, { clOrdId }),
    };
  }

  accepted(data: OkxData, order: OrderRequest): Order | null {
    const placed = readFirst(placedWords)(data);
    if (placed === null || (placed.clOrdId !== "" && placed.clOrdId !== order.id)) return null;
    const { venue, instrument, id, side, quantity, reduceOnly } = order;
    const common = { venue, instrument, id, side, quantity, reduceOnly };
    // Their yes says neither state nor fills; zero filled is not evidence of none.
    return {
      ...common,
      venueOrderId: placed.ordId,
      filled: NO_QUANTITY,
      status: "open",
      at: placed.ts as Instant,
    };
  }

  cancelled(refusal: Refusal): "taken" | "nothing-open" | null {
    if (isBeingCancelled(refusal)) return "taken";
    return isNothingOpen(refusal) ? "nothing-open" : null;
  }

  refused(refusal: Refusal, { code }: OkxInstrument): void {
    if (code !== null && isInstrumentUnknown(refusal)) this.#refusedCodes.add(code);
  }

  /** Over the websocket an instrument goes by its number, and by nothing else. */
  #frame(
    { code }: OkxInstrument,
    head: Readonly<Record<string, string>>,
    body: Readonly<Record<string, string | boolean>>,
  ): string | null {
    if (code === null || this.#refusedCodes.has(code)) return null;
    return JSON.stringify({ ...head, args: [{ instIdCode: code, ...body }] });
  }

  #body(order: OrderRequest, listed: OkxInstrument): Readonly<Record<string, string | boolean>> {
    return {
      tdMode: "cross",
      side: order.side,
      ordType: ORDER_TYPE[order.timeInForce],
      sz: contractsOf(order.quantity, listed) ?? "",
      px: format(order.limitPrice),
      clOrdId: order.id,
      ...(this.#tag === "" ? {} : { tag: this.#tag }),
      ...(order.reduceOnly ? { reduceOnly: true } : {}),
    };
  }
}
