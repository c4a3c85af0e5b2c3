import type { z } from "zod";
import type { order, pnlAnswer, positionsAnswer, skippedAnswer } from "#contract/trading.ts";
import { NO_USDT, add, toNumber } from "#domain/decimal.ts";
import { isFinished } from "#domain/hedge-machine.ts";
import { symbolOf } from "#domain/ids.ts";
import { type Instant, isoTime } from "#domain/time.ts";
import type { Attribution } from "#trading/accounts/attribution.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { exposureOf } from "#trading/risk/exposure.ts";
import { orderWords, pnlWords, positionWords, statusOf } from "./words.ts";

/** What we hold, what we sent, what it earned, and what we left alone. */
export class BooksDesk {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Newest first; hedges of which nothing was ever filled are left out unless asked for. */
  positions(all: boolean): z.infer<typeof positionsAnswer> {
    const { executor } = this.#engine.rooms;
    const hedges = executor
      .hedges()
      .filter((hedge) => all || hedge.orders.some(({ filled }) => filled > 0n) || !isFinished(hedge));
    const exposure = exposureOf(executor.active(), null);
    const total = this.#engine.results.total();
    return {
      positions: hedges.toReversed().map((hedge) => positionWords(hedge, this.#engine.results.of(hedge))),
      totals: {
        open: exposure.openHedges,
        notional_usdt: toNumber(exposure.totalNotional),
        pnl_usdt: total === null ? null : toNumber(total),
      },
    };
  }

  /** Every order of ours at hand, newest first. */
  orders(limit: number): readonly z.infer<typeof order>[] {
    const hedges = this.#engine.rooms.executor.hedges().toReversed();
    return hedges.flatMap((hedge) => hedge.orders.toReversed().map((held) => orderWords(hedge, held))).slice(0, limit);
  }

  pnl(): z.infer<typeof pnlAnswer> {
    const { executor, world } = this.#engine.rooms;
    const hedges = executor.hedges();
    const results = hedges.map((hedge) => this.#engine.results.of(hedge));
    const complete = results.filter((result) => result !== null);
    const total = this.#engine.results.total();
    const today = this.#engine.results.today();
    return {
      day_utc: isoTime(world.clock.now()).slice(0, 10),
      today_usdt: today === null ? null : toNumber(today),
      total_usdt: total === null ? null : toNumber(total),
      pnl: complete.length === results.length ? pnlWords(complete.reduce(sumOf, NOTHING)) : null,
      hedges: {
        closed: hedges.filter((hedge) => statusOf(hedge) === "closed").length,
        open: hedges.filter((hedge) => statusOf(hedge) === "open").length,
      },
    };
  }

  skipped(since: Instant): z.infer<typeof skippedAnswer> {
    const counts = this.#engine.rooms.skipped.since(since);
    return {
      since: isoTime(since),
      total: counts.reduce((sum, { count }) => sum + count, 0),
      items: counts.map(({ reason, count, lastAt, examples }) => ({
        reason,
        count,
        last_ts: isoTime(lastAt),
        examples: examples.map(({ at, instrument, long, short, says }) => ({
          ts: isoTime(at),
          symbol: symbolOf(instrument),
          long_venue: long,
          short_venue: short,
          detail: says,
        })),
      })),
    };
  }
}

const NOTHING: Attribution = {
  spread: NO_USDT,
  slippage: NO_USDT,
  fees: NO_USDT,
  funding: NO_USDT,
  legRisk: NO_USDT,
  total: NO_USDT,
};

function sumOf(a: Attribution, b: Attribution): Attribution {
  return {
    spread: add(a.spread, b.spread),
    slippage: add(a.slippage, b.slippage),
    fees: add(a.fees, b.fees),
    funding: add(a.funding, b.funding),
    legRisk: add(a.legRisk, b.legRisk),
    total: add(a.total, b.total),
  };
}
