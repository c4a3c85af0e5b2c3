import type { VenueFault } from "#domain/fault.ts";
import type { Fill } from "#domain/fill.ts";
import type { ClientOrderId, InstrumentId } from "#domain/ids.ts";
import type { Order, OrderRequest } from "#domain/order.ts";
import type { Answer, CancelOutcome, LookUp, ReadyOrder, Trading } from "#ports/venue.ts";
import type { VenueSettings } from "../deps.ts";
import type { FeeValue } from "../fee-value.ts";
import { type Listing, notListed } from "../listing.ts";
import { foundWithFills } from "../looked-up.ts";
import { type Named, ORDER_TIMEOUT_MS, type OrderDesk } from "../order-desk.ts";
import { answered, faulted, unreadable } from "../outcome.ts";
import type { Unspoken } from "../unspoken.ts";
import type { VenueClock } from "../venue-clock.ts";
import { type OkxInstrument, decodeFill, decodeOrder } from "./decode.ts";
import { isNotFound } from "./faults.ts";
import { type OkxCall, type OkxData, type OkxRest, per2s } from "./rest.ts";
import { type FillWords, deadManWords, fillWords, orderWords, readAll, readFirst } from "./words.ts";

const FILLS_PER_PAGE = 100;
const SHORTEST_DEAD_MAN_S = 10;
const LONGEST_DEAD_MAN_S = 120;
/** Once a second at the most. @see https://www.okx.com/docs-v5/en/#order-book-trading-trade-post-cancel-all-after */
const DEAD_MAN = { timerMs: 30_000, everyMs: 10_000 } as const;

export interface OkxTradingDeps {
  readonly desk: OrderDesk<OkxCall, OkxData, OkxInstrument>;
  readonly rest: OkxRest;
  readonly listing: Listing<OkxInstrument>;
  readonly time: VenueClock;
  readonly fees: FeeValue;
  readonly unspoken: Unspoken;
}

/** Orders, and what became of them. */
export class OkxTrading implements Trading {
  readonly visibilityLagMs: number;
  readonly deadMan = DEAD_MAN;
  readonly #tag: string;
  readonly #with: OkxTradingDeps;

  constructor(settings: VenueSettings, with_: OkxTradingDeps) {
    this.visibilityLagMs = settings.visibilityLagMs;
    this.#tag = settings.orderTag;
    this.#with = with_;
  }

  prepare(order: OrderRequest): ReadyOrder {
    return this.#with.desk.prepare(order);
  }

  cancel(order: Named): Promise<CancelOutcome> {
    return this.#with.desk.cancel(order);
  }

  cancelWished(order: ClientOrderId): boolean {
    return this.#with.desk.cancelWished(order);
  }

  /**
   * One timer for all instruments, in whole seconds, of those orders alone that carry our tag: without it the timer
   * would take every other bot of the sub-account along.
   */
  async armDeadMan(_instruments: readonly InstrumentId[], milliseconds: number): Promise<Answer<"armed" | "disarmed">> {
    const seconds = Math.ceil(milliseconds / 1_000);
    if (seconds !== 0 && (seconds < SHORTEST_DEAD_MAN_S || seconds > LONGEST_DEAD_MAN_S)) {
      const says = `a timer of ${seconds} s: OKX takes ${SHORTEST_DEAD_MAN_S} to ${LONGEST_DEAD_MAN_S}, or 0`;
      return faulted({ kind: "rejected", code: "dead-man-range", says });
    }
    const call: OkxCall = {
      method: "POST",
      path: "/api/v5/trade/cancel-all-after",
      body: { timeOut: `${seconds}`, ...(this.#tag === "" ? {} : { tag: this.#tag }) },
      signed: true,
      charges: [{ counter: "dead-man", limit: 1, windowMs: 1_000, cost: 1 }],
      lane: "reserved",
      timeoutMs: ORDER_TIMEOUT_MS,
    };
    return this.#with.rest.ask(call, (data) => {
      const words = readFirst(deadManWords)(data);
      // Zero says that nothing will be cancelled, which is a yes to zero alone.
      if (words === null || words.tag !== this.#tag || (Number(words.triggerTime) === 0) !== (seconds === 0))
        return null;
      return seconds === 0 ? "disarmed" : "armed";
    });
  }

  async lookUp(order: Named): Promise<LookUp> {
    const { rest, time } = this.#with;
    const instrument = await this.#find(order);
    if ("kind" in instrument) return faulted(instrument);
    const reply = await rest.insist({
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
      return { outcome: "not-found", venueTime: time.now() };
    }
    if (reply.outcome !== "answered") return faulted(rest.readFault(reply));
    const words = readFirst(orderWords)(reply.body);
    const found = words === null ? null : decodeOrder(words, instrument);
    if (found === null || found.id !== order.id) return faulted(unreadable("the order"));
    this.#with.unspoken.owed(found.id);
    return foundWithFills(found, () => this.#fillsOf(found, instrument));
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
}
