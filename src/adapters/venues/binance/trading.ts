import type { VenueFault } from "#domain/fault.ts";
import type { Fill } from "#domain/fill.ts";
import type { ClientOrderId, InstrumentId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Order, OrderRequest } from "#domain/order.ts";
import type { Answer, CancelOutcome, LookUp, ReadyOrder, Trading } from "#ports/venue.ts";
import type { VenueSettings } from "../deps.ts";
import type { FeeValue } from "../fee-value.ts";
import { type Listing, notListed } from "../listing.ts";
import { foundWithFills } from "../looked-up.ts";
import type { Named, OrderDesk } from "../order-desk.ts";
import { answered, faulted, unreadable } from "../outcome.ts";
import type { Unspoken } from "../unspoken.ts";
import type { VenueClock } from "../venue-clock.ts";
import { decodeFill, decodeOrder } from "./decode.ts";
import { isNotFound } from "./faults.ts";
import { type BinanceCall, type BinanceRest, weight } from "./rest.ts";
import { countdownWords, orderWords, readAll, readOne, tradeWords } from "./words.ts";

const READ_TIMEOUT_MS = 5_000;
const MOST_TRADES = 1_000;
/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Auto-Cancel-All-Open-Orders */
const DEAD_MAN = { timerMs: 120_000, everyMs: 30_000 } as const;

export interface BinanceTradingDeps {
  readonly desk: OrderDesk<BinanceCall, unknown, Instrument>;
  readonly rest: BinanceRest;
  readonly listing: Listing;
  readonly time: VenueClock;
  readonly fees: FeeValue;
  readonly unspoken: Unspoken;
}

/** Orders, and what became of them. */
export class BinanceTrading implements Trading {
  readonly visibilityLagMs: number;
  readonly deadMan = DEAD_MAN;
  readonly #with: BinanceTradingDeps;

  constructor(settings: VenueSettings, with_: BinanceTradingDeps) {
    this.visibilityLagMs = settings.visibilityLagMs;
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

  /** One timer for each symbol here. */
  async armDeadMan(instruments: readonly InstrumentId[], milliseconds: number): Promise<Answer<"armed" | "disarmed">> {
    for (const instrument of instruments) {
      const listed = await this.#find({ instrument });
      if ("kind" in listed) return faulted(listed);
      const call: BinanceCall = {
        method: "POST",
        path: "/fapi/v1/countdownCancelAll",
        params: [
          ["symbol", listed.symbol],
          ["countdownTime", `${milliseconds}`],
        ],
        security: "signed",
        charges: weight(10),
        lane: "reserved",
        timeoutMs: READ_TIMEOUT_MS,
      };
      const armed = await this.#with.rest.ask(call, (body) => {
        const words = readOne(countdownWords)(body);
        return words?.symbol === listed.symbol && words.countdownTime === `${milliseconds}` ? words : null;
      });
      if (armed.outcome === "fault") return armed;
    }
    return answered(milliseconds === 0 ? "disarmed" : "armed");
  }

  async lookUp(order: Named): Promise<LookUp> {
    const { rest, time } = this.#with;
    const instrument = await this.#find(order);
    if ("kind" in instrument) return faulted(instrument);
    const reply = await rest.insist({
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
    });
    if (reply.outcome === "refused" && isNotFound(reply.refusal)) {
      return { outcome: "not-found", venueTime: time.now() };
    }
    if (reply.outcome !== "answered") return faulted(rest.readFault(reply));
    const words = readOne(orderWords)(reply.body);
    const found = words === null ? null : decodeOrder(words, order.instrument);
    if (found === null || found.id !== order.id) return faulted(unreadable("the order"));
    this.#with.unspoken.owed(found.id);
    return foundWithFills(found, () => this.#fillsOf(found, instrument));
  }

  async #fillsOf(order: Order, instrument: Instrument): Promise<Answer<readonly Fill[]>> {
    const trades = await this.#with.rest.ask(
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
      const decoded = decodeFill(words, { instrument: order.instrument, order: order.id, fees: this.#with.fees });
      if (decoded === null) return faulted(unreadable("a fill"));
      fills.push(decoded.fill);
    }
    return answered(fills);
  }

  async #find({ instrument }: Pick<Named, "instrument">): Promise<Instrument | VenueFault> {
    const { listing } = this.#with;
    const known = listing.get(instrument);
    if (known) return known;
    return (await listing.ready()) ?? listing.get(instrument) ?? notListed(instrument);
  }
}
