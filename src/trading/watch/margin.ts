import { type Bps, absolute, bps, format, gapBps, greatest } from "#domain/decimal.ts";
import { type InstrumentId, symbolOf } from "#domain/ids.ts";
import type { Facts, HeldPosition } from "./facts.ts";
import { grade } from "./grade.ts";
import { percent } from "./shown.ts";
import type { Reading, Watch } from "./watch.ts";

/** HOLD from here on, long before anything is cut. */
const HOLD_DISTANCE = bps("1500");
const WARN_DISTANCE = bps("3000");
const MOST_USED = bps("7000");

/**
 * How far each leg is from its liquidation, and how much of the margin is used up. A leg that comes too close is taken
 * off together with the other one: half a hedge that is liquidated is a loss, a whole one that is closed is a fee.
 */
export class MarginWatch implements Watch {
  readonly id = "margin";
  readonly code = "margin";
  readonly #cut: (instrument: InstrumentId) => void;

  /** @param cut closes both legs of every hedge of the instrument; called at every look, as long as a leg is too close */
  constructor(cut: (instrument: InstrumentId) => void) {
    this.#cut = cut;
  }

  look(facts: Facts): readonly Reading[] {
    return [
      ...facts.positions().flatMap((position) => this.#leg(facts, position)),
      ...facts.venues.map((venue) => used(venue, facts.marginUsed(venue))),
    ];
  }

  #leg(facts: Facts, { venue, instrument, quantity, liquidation, mark }: HeldPosition): readonly Reading[] {
    if (quantity === 0n || liquidation === null || mark === null) return [];
    const least = facts.settings().minLiquidationDistance;
    // A price beyond the liquidation is no distance at all, whichever side it lies on.
    const beyond = quantity > 0n ? mark <= liquidation : mark >= liquidation;
    const distance = beyond ? bps("0") : (absolute(gapBps(mark, liquidation, "down")) as Bps);
    if (distance < least) this.#cut(instrument);
    const hold = greatest(HOLD_DISTANCE, least);
    const value = percent(distance);
    const level = distance < hold ? "HOLD" : distance < WARN_DISTANCE ? "WARN" : "OK";
    const name = `${venue} ${symbolOf(instrument)}`;
    const cut = distance < least ? "; both legs are being closed" : "";
    const says = `${name} is ${value} from its liquidation at ${format(liquidation)}, the limit is ${percent(hold)}${cut}`;
    return [{ source: name, level, value, threshold: percent(hold), says, about: { venue, instrument } }];
  }
}

function used(venue: HeldPosition["venue"], share: Bps | null): Reading {
  const source = `${venue} margin`;
  const threshold = percent(MOST_USED);
  if (share === null)
    return { source, level: "UNKNOWN", value: null, threshold, says: `${venue} has not told how much margin is used` };
  const value = percent(share);
  // At the limit it is still allowed.
  const level = share === MOST_USED ? "ERROR" : grade(share, MOST_USED, { warnFrom: 60, errorFrom: 85 });
  return {
    source,
    level,
    value,
    threshold,
    says: `${venue}: ${value} of the margin is used, the limit is ${threshold}`,
    about: { venue },
  };
}
