import { format, sum } from "#domain/decimal.ts";
import type { VenueFault } from "#domain/fault.ts";
import type { Fill } from "#domain/fill.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Order, OrderRequest, TimeInForce } from "#domain/order.ts";
import type { Gate } from "#ports/gate.ts";
import type { Receipt } from "#ports/journal.ts";
import type { Answer, CancelOutcome, LookUp, SubmitOutcome, Trading } from "#ports/venue.ts";
import type { Activity } from "../activity.ts";
import type { VenueSettings } from "../deps.ts";
import type { FeeValue } from "../fee-value.ts";
import { type Listing, notListed } from "../listing.ts";
import { answered, faulted, unreadable } from "../outcome.ts";
import type { VenueClock } from "../venue-clock.ts";
import { decodeFill, decodeOrder } from "./decode.ts";
import { isClockOff, isNotFound, isNothingOpen, placementFault } from "./faults.ts";
import { type BinanceReply, type BinanceRest, oneOrder, readFaultOf, weight } from "./rest.ts";
import { orderWords, readAll, readOne, tradeWords } from "./words.ts";

const TIME_IN_FORCE: Readonly<Record<TimeInForce, string>> = { ioc: "IOC", fok: "FOK", "post-only": "GTX", gtc: "GTC" };
/** How long an order may wait at the venue's door before the venue itself throws it away. */
const LONGEST_ORDER_WINDOW_MS = 1_000;
/** Longer than any window, so that a late answer is still an answer. */
const ORDER_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 5_000;
const MOST_TRADES = 1_000;

export interface BinanceTradingDeps {
  readonly rest: BinanceRest;
  readonly listing: Listing;
  readonly gate: Gate;
  readonly time: VenueClock;
  readonly fees: FeeValue;
  readonly activity: Activity;
}

type Named = Pick<OrderRequest, "id" | "instrument">;

export class BinanceTrading implements Trading {
  readonly visibilityLagMs: number;
  readonly #rest: BinanceRest;
  readonly #listing: Listing;
  readonly #gate: Gate;
  readonly #time: VenueClock;
  readonly #fees: FeeValue;
  readonly #activity: Activity;

  constructor(settings: VenueSettings, with_: BinanceTradingDeps) {
    this.visibilityLagMs = settings.visibilityLagMs;
    this.#rest = with_.rest;
    this.#listing = with_.listing;
    this.#gate = with_.gate;
    this.#time = with_.time;
    this.#fees = with_.fees;
    this.#activity = with_.activity;
  }

  async submit(order: OrderRequest, _receipt: Receipt): Promise<SubmitOutcome> {
    const instrument = await this.#find(order);
    if ("kind" in instrument) return faulted(instrument);
    const leftMs = Math.floor(order.expiresAt - this.#time.stamp());
    if (leftMs <= 0) {
      return faulted({ kind: "not-done", code: "expired", says: "its deadline had passed before it could be sent" });
    }
    this.#activity.touch(order.instrument, this.#time.now());
    const reply = await this.#rest.send({
      method: "POST",
      path: "/fapi/v1/order",
      params: orderParams(order, instrument.symbol),
      security: "signed",
      charges: oneOrder,
      lane: order.reduceOnly ? "reserved" : "ordinary",
      // The engine checks the window once more, so after timestamp + window this order can never appear.
      recvWindowMs: Math.min(LONGEST_ORDER_WINDOW_MS, leftMs),
      timeoutMs: ORDER_TIMEOUT_MS,
      mayLeave: () => this.#gate.permits(order.act, BINANCE_UM, order.asker),
    });
    if (reply.outcome === "withheld") return { outcome: "withheld" };
    if (reply.outcome !== "answered") return faulted(await this.#failed(reply));
    const words = orderWords.safeParse(reply.body);
    const accepted = words.success ? decodeOrder(words.data, order.instrument) : null;
    if (accepted !== null && accepted.id === order.id) {
      // An answer slower than the push must not call open what the push already called ended.
      if (this.#activity.nameOf(accepted.venueOrderId) === undefined) this.#activity.heard(accepted);
      return { outcome: "accepted", order: accepted };
    }
    // It said yes to something; whether that was our order, only the order itself can say.
    return faulted({ kind: "outcome-unknown", says: "an answer we cannot read to a new order" });
  }

  async cancel(order: Named): Promise<CancelOutcome> {
    const instrument = await this.#find(order);
    if ("kind" in instrument) return faulted(instrument);
    const call = {
      method: "DELETE",
      path: "/fapi/v1/order",
      params: [
        ["symbol", instrument.symbol],
        ["origClientOrderId", order.id],
      ],
      security: "signed",
      charges: weight(1),
      lane: "reserved",
      timeoutMs: ORDER_TIMEOUT_MS,
      mayLeave: () => this.#gate.permits("cancel", BINANCE_UM, "automation"),
    } as const;
    let reply = await this.#rest.send(call);
    if (reply.outcome === "refused" && isClockOff(reply.refusal)) {
      await this.#rest.syncClock();
      reply = await this.#rest.send(call);
    }
    if (reply.outcome === "withheld") return { outcome: "withheld" };
    if (reply.outcome === "answered") return { outcome: "taken" };
    if (reply.outcome === "refused" && isNothingOpen(reply.refusal)) return { outcome: "nothing-open" };
    return faulted(await this.#failed(reply));
  }

  async lookUp(order: Named): Promise<LookUp> {
    const instrument = await this.#find(order);
    if ("kind" in instrument) return faulted(instrument);
    const call = {
      method: "GET",
      path: "/fapi/v1/order",
      params: [
        ["symbol", instrument.symbol],
        ["origClientOrderId", order.id],
      ],
      security: "signed",
      charges: weight(1),
      lane: "reserved",
      timeoutMs: READ_TIMEOUT_MS,
    } as const;
    let reply = await this.#rest.send(call);
    if (reply.outcome === "refused" && isClockOff(reply.refusal)) {
      await this.#rest.syncClock();
      reply = await this.#rest.send(call);
    }
    if (reply.outcome === "refused" && isNotFound(reply.refusal)) {
      return { outcome: "not-found", venueTime: this.#time.now() };
    }
    if (reply.outcome !== "answered") return faulted(readFaultOf(reply));
    const words = readOne(orderWords)(reply.body);
    const found = words === null ? null : decodeOrder(words, order.instrument);
    if (found === null || found.id !== order.id) return faulted(unreadable("the order"));
    return this.#withFills(found, instrument);
  }

  async #withFills(order: Order, instrument: Instrument): Promise<LookUp> {
    if (order.filled === 0n) return { outcome: "found", order, fills: [] };
    const fills = await this.#fillsOf(order, instrument);
    if (fills.outcome === "fault") return fills;
    const told = sum(fills.value.map((fill) => fill.quantity));
    if (told < order.filled) {
      const says = `fills lag behind: ${format(told)} of ${format(order.filled)} are told`;
      return faulted({ kind: "outcome-unknown", says });
    }
    return { outcome: "found", order, fills: fills.value };
  }

  async #fillsOf(order: Order, instrument: Instrument): Promise<Answer<readonly Fill[]>> {
    const trades = await this.#rest.ask(
      {
        method: "GET",
        path: "/fapi/v1/userTrades",
        params: [
          ["symbol", instrument.symbol],
          ["orderId", order.venueOrderId],
          ["limit", `${MOST_TRADES}`],
        ],
        security: "signed",
        charges: weight(5),
        lane: "reserved",
        timeoutMs: READ_TIMEOUT_MS,
      },
      readAll(tradeWords),
    );
    if (trades.outcome === "fault") return trades;
    const fills: Fill[] = [];
    for (const words of trades.value) {
      if (words.orderId !== order.venueOrderId) continue;
      const decoded = decodeFill(words, { instrument: order.instrument, order: order.id, fees: this.#fees });
      if (decoded === null) return faulted(unreadable("a fill"));
      fills.push(decoded.fill);
    }
    return answered(fills);
  }

  async #find({ instrument }: Named): Promise<Instrument | VenueFault> {
    const known = this.#listing.get(instrument);
    if (known) return known;
    return (await this.#listing.ready()) ?? this.#listing.get(instrument) ?? notListed(instrument);
  }

  async #failed(reply: Exclude<BinanceReply, { outcome: "answered" | "withheld" }>): Promise<VenueFault> {
    switch (reply.outcome) {
      case "held-back":
        return reply.fault;
      case "unreachable":
        return { kind: "unreachable", says: reply.says };
      case "lost":
        return { kind: "outcome-unknown", says: reply.says };
      case "refused":
        // Not sent again here: that is a new attempt under a new name, and not ours to decide.
        if (isClockOff(reply.refusal)) await this.#rest.syncClock();
        return placementFault(reply.refusal);
    }
  }
}

function orderParams(order: OrderRequest, symbol: string): readonly (readonly [string, string])[] {
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
