import {
  type Quantity,
  NO_QUANTITY,
  absolute,
  add,
  divideRounded,
  format,
  greatest,
  subtract,
  type Usdt,
} from "#domain/decimal.ts";
import { type InstrumentId, symbolOf } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Facts, HeldDelta } from "./facts.ts";
import { shown } from "./shown.ts";
import type { Reading, Watch } from "./watch.ts";

/** What no hedge explains may be a reading that came late; after so long it is not. */
const LONG_MS = 2_000;
const ONE = 1_000_000_000_000n;

/**
 * What is held of an instrument and not hedged: worth too much at once, or there for too long. What a live order is
 * about to bring back does not count at once; the legs of one hedge are timed by the executor itself, to the
 * millisecond, and what stands at a venue beside all hedges is timed here.
 */
export class DeltaWatch implements Watch {
  readonly id = "delta";
  readonly code = "delta";
  readonly #strangeSince = new Map<InstrumentId, Instant>();

  look(facts: Facts): readonly Reading[] {
    const deltas = facts.deltas();
    for (const instrument of this.#strangeSince.keys())
      if (!deltas.some((each) => each.instrument === instrument)) this.#strangeSince.delete(instrument);
    return deltas.map((delta) => this.#read(facts, delta));
  }

  #read(facts: Facts, delta: HeldDelta): Reading {
    const { instrument, hedged, unattributed, lot, mark } = delta;
    const { maxDelta } = facts.settings().limits;
    const net = add(hedged, unattributed);
    const bare = worth(uncovered(net, delta), mark);
    const strangeMs = this.#strangeFor(facts.now(), instrument, absolute(unattributed) >= greatest(lot, least));
    const tooMuch = bare !== null && bare > maxDelta;
    const value = `${format(net)}${bare === null ? "" : `, ${shown(bare)} USDT of it with no order to bring it back`}`;
    const what = `the net delta of ${symbolOf(instrument)} is ${value}`;
    const why =
      strangeMs > LONG_MS
        ? `${format(unattributed)} of it belongs to no hedge of ours`
        : `the limit is ${format(maxDelta)} USDT`;
    const level = tooMuch || strangeMs > LONG_MS ? "HOLD" : absolute(net) >= greatest(lot, least) ? "WARN" : "OK";
    return {
      source: instrument,
      level,
      value,
      threshold: `${format(maxDelta)} USDT`,
      says: `${what}; ${why}`,
      about: { instrument },
    };
  }

  #strangeFor(now: Instant, instrument: InstrumentId, strange: boolean): number {
    if (!strange) this.#strangeSince.delete(instrument);
    else if (!this.#strangeSince.has(instrument)) this.#strangeSince.set(instrument, now);
    return now - (this.#strangeSince.get(instrument) ?? now);
  }
}

/** Whatever there is of an instrument that has no lot here is too much. */
const least = 1n as Quantity;

function uncovered(net: Quantity, { buying, selling }: HeldDelta): Quantity {
  return greatest(subtract(absolute(net), net > 0n ? selling : buying), NO_QUANTITY);
}

function worth(of: Quantity, mark: HeldDelta["mark"]): Usdt | null {
  if (of === NO_QUANTITY) return 0n as Usdt;
  return mark === null ? null : (divideRounded(mark * of, ONE, "up") as Usdt);
}
