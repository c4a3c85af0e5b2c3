import { type Quantity, tryPrice } from "#domain/decimal.ts";
import type { WireAnswer, WireReply } from "../../dialect.ts";
import type { Hindrance } from "../../engine.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import { interfere, type PrivateLine } from "../../interference.ts";
import type { FiredFault, Misfortune } from "../../misfortune.ts";
import type { SimulatedOrder } from "../../orders.ts";
import { answerOf, BUSY, INTERNAL, OkxError, timedOut, TOO_MANY, UNAVAILABLE, UNKNOWN } from "./errors.ts";
import { baseOf, type OkxInstrument, type OkxInstruments } from "./instruments.ts";
import type { OkxLimits } from "./limits.ts";
import type { Maintenance } from "./maintenance.ts";
import { readOrder, readPrice, refusalVerdict, text, type Verdict, verdict, type Words } from "./order-entry.ts";
import { internalId, orderIdOf } from "./order-words.ts";

export interface OrderDesk {
  readonly exchange: SimulatedExchange;
  readonly instruments: OkxInstruments;
  readonly misfortune: Misfortune;
  readonly limits: OkxLimits;
  readonly maintenance: Maintenance;
  readonly line: PrivateLine;
}

export type Operation = "order" | "cancel-order" | "amend-order";

/** How a request came, where that matters. */
export interface Manner {
  /** Over the websocket instruments go by their number only. */
  readonly byCode: boolean;
  readonly batch: boolean;
  /** The caller's deadline, as sent. */
  readonly expTime: string | undefined;
}

type Row = Readonly<Record<string, string>>;

/** Placing, cancelling and amending, one or many, the same for REST and the websocket. */
export class Operations {
  readonly #desk: OrderDesk;
  #names = 0;

  constructor(desk: OrderDesk) {
    this.#desk = desk;
  }

  run(operation: Operation, orders: readonly Words[], manner: Manner, reply: WireReply): void {
    const { exchange, limits, misfortune, line } = this.#desk;
    const inTime = this.#micros();
    if (limits.banned) return reply.answer(answerOf(TOO_MANY));
    const { trading } = this.#desk.maintenance;
    if (trading === "closed") return reply.answer(answerOf(UNAVAILABLE));
    const makers = orders.every((order) => text(order, "ordType") === "post_only");
    if (trading === "pre-open" && operation !== "cancel-order" && !makers) return reply.answer(answerOf(UNAVAILABLE));
    if (limits.overloaded && operation !== "cancel-order") return reply.answer(answerOf(BUSY));
    const crowded = this.#crowded(operation, orders, manner);
    if (crowded) return reply.answer(answerOf(crowded));
    const faults = misfortune.at(exchange.venue, operation === "cancel-order" ? "cancel" : "place");
    const each = (act: (order: Words) => Row): WireAnswer => this.#answer(orders.map(act), manner.batch, inTime);
    interfere(faults, exchange.clock, line, reply, {
      execute: (hindrance) => each((order) => this.#one(operation, order, manner, hindrance, faults)),
      reject: (code) =>
        each((order) => {
          const usual = operation === "order" ? "51008" : operation === "cancel-order" ? "51400" : "51503";
          const refused = verdict(code ?? usual);
          if (operation === "order") this.#note(order, this.#instrument(order, manner), refused);
          return this.#row(operation, order, null, refused);
        }),
      unknown: () => answerOf(UNKNOWN),
      timedOut: (code) => answerOf(timedOut(code)),
      internal: () => answerOf(INTERNAL),
      late: () =>
        operation !== "cancel-order" && this.#isLate(manner)
          ? each((order) => this.#refuseLate(operation, order, manner))
          : null,
      unavailable: () => answerOf(UNAVAILABLE),
      throttled: () => answerOf(TOO_MANY),
    });
  }

  #isLate({ expTime }: Manner): boolean {
    return expTime !== undefined && Number(expTime) < this.#desk.exchange.clock.now();
  }

  /** In time when it came, too late when the engine got to it. */
  #refuseLate(operation: Operation, words: Words, manner: Manner): Row {
    const refused = verdict("50037");
    if (operation === "order") this.#note(words, this.#instrument(words, manner), refused);
    return this.#row(operation, words, null, refused);
  }

  #one(operation: Operation, words: Words, manner: Manner, hindrance: Hindrance, faults: readonly FiredFault[]): Row {
    const entry = this.#instrument(words, manner);
    if (operation === "order") {
      const done = this.#place(words, entry, manner, hindrance);
      const refused = "sCode" in done ? done : null;
      this.#note(words, entry, refused, "sCode" in done ? undefined : done);
      return this.#row(operation, words, "sCode" in done ? null : done, refused);
    }
    if ("sCode" in entry) return this.#row(operation, words, null, entry);
    if (operation === "amend-order" && this.#isLate(manner)) {
      return this.#row(operation, words, null, verdict("50036"));
    }
    const order = this.#known(words, entry);
    if (!order) return this.#row(operation, words, null, verdict(operation === "cancel-order" ? "51400" : "51503"));
    if (operation === "amend-order") return this.#row(operation, words, order, this.#amend(order, words, entry));
    const { exchange } = this.#desk;
    if (faults.some(({ verb }) => verb === "cancel.fill_first") && order.status === "open" && order.limit !== null) {
      exchange.fillLate(order, order.limit, (order.quantity - order.filled) as Quantity);
    }
    const cancelled = exchange.cancel(order);
    return this.#row(operation, words, order, cancelled ? null : verdict("51400"));
  }

  #place(words: Words, entry: OkxInstrument | Verdict, manner: Manner, hindrance: Hindrance): SimulatedOrder | Verdict {
    const { exchange } = this.#desk;
    if (this.#isLate(manner)) return verdict("50036");
    if ("sCode" in entry) return entry;
    const read = readOrder(words, entry, exchange, () => `x${(this.#names += 1).toString(36).padStart(12, "0")}`);
    if ("sCode" in read) return read;
    const placed = exchange.place(read, hindrance);
    return placed.outcome === "accepted" ? placed.order : refusalVerdict(placed.refusal);
  }

  #amend(order: SimulatedOrder, words: Words, entry: OkxInstrument): Verdict | null {
    if (order.status !== "open") return verdict("51503");
    const newSz = text(words, "newSz");
    const newPx = text(words, "newPx");
    const quantity = newSz === "" ? null : baseOf(entry, newSz);
    if (newSz !== "" && (quantity === null || quantity % entry.listing.lot !== 0n)) return verdict("51121");
    const limit = newPx === "" ? null : readPrice(newPx, order.side, entry);
    if (limit !== null && typeof limit === "object") return limit;
    this.#desk.exchange.amend(order, limit, quantity);
    return null;
  }

  #instrument(words: Words, manner: Manner): OkxInstrument | Verdict {
    const { instruments } = this.#desk;
    if (!manner.byCode) return instruments.find(text(words, "instId")) ?? verdict("51001");
    const code = words["instIdCode"];
    if (code === undefined || code === "") return verdict("50014");
    return (typeof code === "number" ? instruments.byCode(code) : null) ?? verdict("51001");
  }

  /** The venue's id wins over the client's. */
  #known(words: Words, entry: OkxInstrument): SimulatedOrder | null {
    const id = text(words, "ordId");
    const by = id === "" ? { clientOrderId: text(words, "clOrdId") } : { id: internalId(id) };
    const order = this.#desk.exchange.knownOrder(by);
    return order?.instrument === entry.instrument ? order : null;
  }

  #row(operation: Operation, words: Words, order: SimulatedOrder | null, refused: Verdict | null): Row {
    const clOrdId = order?.clientOrderId ?? text(words, "clOrdId");
    const given = operation === "order" ? "" : text(words, "ordId");
    const ordId = order ? orderIdOf(order) : given;
    const { sCode, sMsg } = refused ?? { sCode: "0", sMsg: "" };
    const ts = `${Math.floor(this.#desk.exchange.clock.now())}`;
    if (operation === "order") {
      return { clOrdId, ordId: refused ? "" : ordId, sCode, sMsg, tag: text(words, "tag"), ts };
    }
    if (operation === "amend-order") return { clOrdId, ordId, reqId: text(words, "reqId"), sCode, sMsg, ts };
    return { clOrdId, ordId, sCode, sMsg, ts };
  }

  #answer(rows: readonly Row[], batch: boolean, inTime: string): WireAnswer {
    const failed = rows.filter((row) => row["sCode"] !== "0").length;
    const code = failed === 0 ? "0" : failed === rows.length ? "1" : "2";
    const partly = batch ? "Bulk operation partially succeeded." : "";
    const msg = code === "0" ? "" : code === "1" ? "All operations failed" : partly;
    const body = JSON.stringify({ code, msg, data: rows, inTime, outTime: this.#micros() });
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }

  /** Sixty of each operation in two seconds and instrument, three hundred orders in batches. */
  #crowded(operation: Operation, orders: readonly Words[], { batch, byCode }: Manner): OkxError | null {
    const { limits } = this.#desk;
    const first = orders[0] ?? {};
    const name = byCode ? `${first["instIdCode"]}` : text(first, "instId");
    const many = batch && orders.length > 1;
    const admitted = limits.admits(`${many ? "batch-" : ""}${operation}/${name}`, many ? 300 : 60, orders.length);
    if (!admitted) return new OkxError("50011", TOO_MANY.says, 429);
    if (operation === "cancel-order" || limits.admitsOrders(orders.length)) return null;
    return new OkxError("50061", "You've reached the maximum order rate limit for this account.");
  }

  #note(words: Words, entry: OkxInstrument | Verdict, refused: Verdict | null, order?: SimulatedOrder): void {
    const { exchange } = this.#desk;
    const known = "sCode" in entry ? null : entry;
    const side = text(words, "side");
    exchange.receipts.add({
      at: exchange.clock.now(),
      clientOrderId: order?.clientOrderId ?? text(words, "clOrdId"),
      instrument: known?.instrument ?? null,
      side: side === "buy" || side === "sell" ? side : null,
      quantity: order?.quantity ?? (known ? baseOf(known, text(words, "sz")) : null),
      limitPrice: order?.limit ?? tryPrice(text(words, "px")),
      reduceOnly: words["reduceOnly"] === true || words["reduceOnly"] === "true",
      verdict: refused ? "refused" : "executed",
      code: refused?.sCode ?? null,
    });
  }

  #micros(): string {
    return `${Math.floor(this.#desk.exchange.clock.now() * 1_000)}`;
  }
}
