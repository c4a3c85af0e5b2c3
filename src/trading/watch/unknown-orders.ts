import type { Hedge } from "#domain/hedge.ts";
import { type ClientOrderId, symbolOf } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Facts } from "./facts.ts";
import { grade } from "./grade.ts";
import type { Reading, Watch } from "./watch.ts";

const MOST_AT_ONCE = 2;

/** Orders of which nobody knows what became: none for too long, and few at once. */
export class UnknownOrders implements Watch {
  readonly id = "unknown-orders";
  readonly code = "unknown_order";
  readonly #since = new Map<ClientOrderId, Instant>();

  look(facts: Facts): readonly Reading[] {
    const unknown = facts.hedges().flatMap(unknownOf);
    const names = new Set(unknown.map(({ id }) => id));
    for (const id of this.#since.keys()) if (!names.has(id)) this.#since.delete(id);
    return [this.#count(unknown.length), ...unknown.map((each) => this.#read(facts, each))];
  }

  #count(count: number): Reading {
    const level = count > MOST_AT_ONCE ? "HOLD" : count > 0 ? "WARN" : "OK";
    const says = `${count} orders are unknown at once, at most ${MOST_AT_ONCE} may be`;
    return { source: "count", level, value: `${count}`, threshold: `${MOST_AT_ONCE}`, says };
  }

  #read(facts: Facts, { id, about, where }: Unknown): Reading {
    const now = facts.now();
    const since = this.#since.get(id) ?? now;
    this.#since.set(id, since);
    const limit = facts.settings().unknownHoldMs;
    const seconds = Math.round((now - since) / 1_000);
    const says = `order ${id}, ${where}, has been unknown for ${seconds} s`;
    const level = grade(now - since, limit, { warnFrom: 0, errorFrom: 33 });
    return { source: id, level, value: `${seconds} s`, threshold: `${limit / 1_000} s`, says, about };
  }
}

interface Unknown {
  readonly id: ClientOrderId;
  readonly where: string;
  readonly about: Reading["about"] & object;
}

function unknownOf({ intent, orders }: Hedge): readonly Unknown[] {
  return orders.flatMap(({ request: { id, venue, instrument }, state }) =>
    state === "unknown"
      ? [{ id, where: `${venue} ${symbolOf(instrument)}`, about: { venue, instrument, hedge: intent.id } }]
      : [],
  );
}
