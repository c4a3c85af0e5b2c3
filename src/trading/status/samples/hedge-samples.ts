import { absolute, notional, subtract, toNumber } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { isFinished, openQuantity } from "#domain/hedge-machine.ts";
import type { HedgeId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import { Recent } from "./recent.ts";

const KEEP_MS = 3_600_000;
const MOST = 1_000;

interface Running {
  at: Instant;
  /** USDT that stood unhedged since then. */
  bare: number;
  /** USDT times seconds, of the spell that lasts. */
  area: number;
  since: Instant | null;
  stood: boolean;
}

/** What hedges show of themselves as they change: how long one takes to stand, and how much stood unhedged for how long. */
export class HedgeSamples {
  /** From the decision until both legs stood, in ms. */
  readonly cycles = new Recent(KEEP_MS, MOST);
  /** What stood unhedged, times how long, in USDT·s: one sample for each time that it did. */
  readonly naked = new Recent(KEEP_MS, MOST);
  readonly #running = new Map<HedgeId, Running>();
  #failedInARow = 0;

  /** Openings of which a venue refused a leg, or of which something had to be taken back, since the last one that stood. */
  get failedInARow(): number {
    return this.#failedInARow;
  }

  /** How long the oldest leg that stands alone now has, in ms; 0 when none does. */
  nakedForMs(now: Instant): number {
    let longest = 0;
    for (const { since } of this.#running.values()) if (since !== null) longest = Math.max(longest, now - since);
    return longest;
  }

  onHedge(hedge: Hedge, now: Instant): void {
    const { id, decidedAt } = hedge.intent;
    const running = this.#running.get(id) ?? { at: now, bare: 0, area: 0, since: null, stood: hedge.wasHedged };
    this.#running.set(id, running);
    this.#weigh(hedge, running, now);
    if (hedge.wasHedged && !running.stood) {
      running.stood = true;
      this.cycles.note(now, now - decidedAt);
      this.#failedInARow = 0;
    }
    if (!isFinished(hedge)) return;
    this.#running.delete(id);
    const failed = hedge.orders.some(({ state, filled }) => state === "dead" || filled > 0n);
    if (!hedge.wasHedged && failed) this.#failedInARow += 1;
  }

  #weigh(hedge: Hedge, running: Running, now: Instant): void {
    const { lot, prices } = hedge.intent;
    running.area += (running.bare * (now - running.at)) / 1_000;
    const apart = absolute(subtract(openQuantity(hedge, "long"), openQuantity(hedge, "short")));
    running.at = now;
    running.bare = apart < lot ? 0 : toNumber(notional(prices.long, apart));
    if (running.bare > 0) running.since ??= now;
    else if (running.since !== null) {
      this.naked.note(now, running.area);
      running.since = null;
      running.area = 0;
    }
  }
}
