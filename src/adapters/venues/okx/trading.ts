import { NO_QUANTITY, format, sum } from "#domain/decimal.ts";
import type { VenueFault } from "#domain/fault.ts";
import type { Fill } from "#domain/fill.ts";
import { OKX_PERP } from "#domain/ids.ts";
import type { Order, OrderRequest, TimeInForce } from "#domain/order.ts";
import type { Instant } from "#domain/time.ts";
import type { Gate } from "#ports/gate.ts";
import type { Receipt } from "#ports/journal.ts";
import type { Answer, CancelOutcome, LookUp, SubmitOutcome, Trading } from "#ports/venue.ts";
import type { Activity } from "../activity.ts";
import type { VenueSettings } from "../deps.ts";
import type { FeeValue } from "../fee-value.ts";
import { type Listing, notListed } from "../listing.ts";
import { answered, faulted, unreadable } from "../outcome.ts";
import type { VenueClock } from "../venue-clock.ts";
import { type OkxInstrument, contractsOf, decodeFill, decodeOrder } from "./decode.ts";
import { isBeingCancelled, isClockOff, isNotFound, isNothingOpen, placementFault } from "./faults.ts";
import { type OkxCall, type OkxReply, type OkxRest, per2s, readFaultOf } from "./rest.ts";
import { type FillWords, fillWords, orderWords, placedWords, readAll, readFirst } from "./words.ts";

const ORDER_TYPE: Readonly<Record<TimeInForce, string>> = {
  ioc: "ioc",
  fok: "fok",
  "post-only": "post_only",
  gtc: "limit",
};
const ORDER_TIMEOUT_MS = 5_000;
const FILLS_PER_PAGE = 100;
/** New and amended orders of the whole sub-account. */
const ACCOUNT_ORDERS = 1_000;

type Named = Pick<OrderRequest, "id" | "instrument">;

export interface OkxTradingDeps {
  readonly rest: OkxRest;
  readonly listing: Listing<OkxInstrument>;
  readonly gate: Gate;
  readonly time: VenueClock;
  readonly fees: FeeValue;
  readonly activity: Activity;
}

export class OkxTrading implements Trading {
  readonly visibilityLagMs: number;
  readonly #with: OkxTradingDeps;

  constructor(settings: VenueSettings, with_: OkxTradingDeps) {
    this.visibilityLagMs = settings.visibilityLagMs;
    this.#with = with_;
  }

  async submit(order: OrderRequest, _receipt: Receipt): Promise<SubmitOutcome> {
    const { rest, gate, time, activity } = this.#with;
    const instrument = await this.#find(order);
    if ("kind" in instrument) return faulted(instrument);
    const contracts = contractsOf(order.quantity, instrument);
    if (contracts === null) {
      const says = `${format(order.quantity)} is not a whole number of lots of ${format(instrument.lot)}`;
      return faulted({ kind: "rejected", code: "off-grid", says });
    }
    if (order.expiresAt <= time.stamp()) {
      return faulted({ kind: "not-done", code: "expired", says: "its deadline had passed before it could be sent" });
    }
    activity.touch(order.instrument, time.now());
    const reply = await rest.send({
      method: "POST",
      path: "/api/v5/trade/order",
      body: orderBody(order, instrument.symbol, contracts),
      signed: true,
      charges: [...per2s(`place ${instrument.symbol}`, 60), ...per2s("account orders", ACCOUNT_ORDERS)],
      lane: order.reduceOnly ? "reserved" : "ordinary",
      // After this moment of theirs the order can never appear: it is what bounds an unknown outcome.
      expiresAt: order.expiresAt,
      timeoutMs: ORDER_TIMEOUT_MS,
      mayLeave: () => gate.permits(order.act, OKX_PERP, order.asker),
    });
    if (reply.outcome === "withheld") return { outcome: "withheld" };
    if (reply.outcome !== "answered") return faulted(await this.#failed(reply));
    const placed = readFirst(placedWords)(reply.data);
    if (placed === null || (placed.clOrdId !== "" && placed.clOrdId !== order.id)) {
      return faulted({ kind: "outcome-unknown", says: "an answer we cannot read to a new order" });
    }
    const accepted = openOrder(order, placed.ordId, placed.ts);
    // An answer slower than the push must not call open what the push already called ended.
    if (activity.nameOf(placed.ordId) === undefined) activity.heard(accepted);
    return { outcome: "accepted", order: accepted };
  }

  async cancel(order: Named): Promise<CancelOutcome> {
    const instrument = await this.#find(order);
    if ("kind" in instrument) return faulted(instrument);
    const reply = await this.#sendTwiceIfClockIsOff({
      method: "POST",
      path: "/api/v5/trade/cancel-order",
      body: { instId: instrument.symbol, clOrdId: order.id },
      signed: true,
      charges: per2s(`cancel ${instrument.symbol}`, 60),
      lane: "reserved",
      timeoutMs: ORDER_TIMEOUT_MS,
      mayLeave: () => this.#with.gate.permits("cancel", OKX_PERP, "automation"),
    });
    if (reply.outcome === "withheld") return { outcome: "withheld" };
    if (reply.outcome === "answered") return { outcome: "taken" };
    if (reply.outcome === "refused" && isBeingCancelled(reply.refusal)) return { outcome: "taken" };
    if (reply.outcome === "refused" && isNothingOpen(reply.refusal)) return { outcome: "nothing-open" };
    return faulted(await this.#failed(reply));
  }

  async lookUp(order: Named): Promise<LookUp> {
    const instrument = await this.#find(order);
    if ("kind" in instrument) return faulted(instrument);
    const reply = await this.#sendTwiceIfClockIsOff({
      method: "GET",
      path: "/api/v5/trade/order",
      params: [
        ["instId", instrument.symbol],
        ["clOrdId", order.id],
      ],
      signed: true,
      charges: per2s(`order ${instrument.symbol}`, 60),
      lane: "reserved",
      timeoutMs: ORDER_TIMEOUT_MS,
    });
    if (reply.outcome === "refused" && isNotFound(reply.refusal)) {
      return { outcome: "not-found", venueTime: this.#with.time.now() };
    }
    if (reply.outcome !== "answered") return faulted(readFaultOf(reply));
    const words = readFirst(orderWords)(reply.data);
    const found = words === null ? null : decodeOrder(words, instrument);
    if (found === null || found.id !== order.id) return faulted(unreadable("the order"));
    return this.#withFills(found, instrument);
  }

  async #withFills(order: Order, instrument: OkxInstrument): Promise<LookUp> {
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

  async #fillsOf(order: Order, instrument: OkxInstrument): Promise<Answer<readonly Fill[]>> {
    const fills = new Map<string, Fill>();
    for (let after = ""; ;) {
      const page = await this.#with.rest.ask(
        {
          method: "GET",
          path: "/api/v5/trade/fills",
          params: [
            ["instType", "SWAP"],
            ["instId", instrument.symbol],
            ["ordId", order.venueOrderId],
            ["limit", `${FILLS_PER_PAGE}`],
            ...(after === "" ? [] : ([["after", after]] as const)),
          ],
          signed: true,
          charges: per2s("fills", 60),
          lane: "reserved",
          timeoutMs: ORDER_TIMEOUT_MS,
        },
        readAll(fillWords),
      );
      if (page.outcome === "fault") return page;
      for (const words of page.value.filter((each) => each.ordId === order.venueOrderId)) {
        const decoded = decodeFill({ ...words, clOrdId: order.id }, instrument, this.#with.fees);
        if (decoded === null) return faulted(unreadable("a fill"));
        fills.set(decoded.fill.tradeId, decoded.fill);
      }
      const last: FillWords | undefined = page.value.at(-1);
      if (page.value.length < FILLS_PER_PAGE || last === undefined || last.billId === after) break;
      after = last.billId;
    }
    return answered([...fills.values()].toSorted((a, b) => a.at - b.at));
  }

  async #find({ instrument }: Named): Promise<OkxInstrument | VenueFault> {
    const { listing } = this.#with;
    const known = listing.get(instrument);
    if (known) return known;
    return (await listing.ready()) ?? listing.get(instrument) ?? notListed(instrument);
  }

  async #sendTwiceIfClockIsOff(call: OkxCall): Promise<OkxReply> {
    const reply = await this.#with.rest.send(call);
    if (reply.outcome !== "refused" || !isClockOff(reply.refusal)) return reply;
    await this.#with.rest.syncClock();
    return this.#with.rest.send(call);
  }

  async #failed(reply: Exclude<OkxReply, { outcome: "answered" | "withheld" }>): Promise<VenueFault> {
    switch (reply.outcome) {
      case "held-back":
        return reply.fault;
      case "unreachable":
        return { kind: "unreachable", says: reply.says };
      case "lost":
        return { kind: "outcome-unknown", says: reply.says };
      case "refused":
        // Not sent again here: that is a new attempt under a new name, and not ours to decide.
        if (isClockOff(reply.refusal)) await this.#with.rest.syncClock();
        return placementFault(reply.refusal);
    }
  }
}

function orderBody(order: OrderRequest, symbol: string, contracts: string): Readonly<Record<string, string | boolean>> {
  return {
    instId: symbol,
    tdMode: "cross",
    side: order.side,
    ordType: ORDER_TYPE[order.timeInForce],
    sz: contracts,
    px: format(order.limitPrice),
    clOrdId: order.id,
    ...(order.reduceOnly ? { reduceOnly: true } : {}),
  };
}

/** Their yes says neither state nor fills; zero filled is not evidence of none. */
function openOrder(order: OrderRequest, venueOrderId: string, at: number): Order {
  const { venue, instrument, id, side, quantity, reduceOnly } = order;
  return {
    venue,
    instrument,
    id,
    venueOrderId,
    side,
    quantity,
    filled: NO_QUANTITY,
    status: "open",
    reduceOnly,
    at: at as Instant,
  };
}
