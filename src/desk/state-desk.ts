import type { z } from "zod";
import type { portfolio, stateAnswer } from "#contract/state.ts";
import { toNumber } from "#domain/decimal.ts";
import { liveOrders } from "#domain/hedge-machine.ts";
import type { Operator } from "#domain/operator.ts";
import { isoTime } from "#domain/time.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { BooksDesk } from "./books-desk.ts";
import type { ControlDesk } from "./control-desk.ts";
import type { IncidentsDesk } from "./incidents-desk.ts";
import type { ReconDesk } from "./recon-desk.ts";
import type { StandingDesk } from "./standing-desk.ts";
import type { StatusDesk } from "./status-desk.ts";
import { orderWords, positionWords } from "./words.ts";

interface Desks {
  readonly control: ControlDesk;
  readonly incidents: IncidentsDesk;
  readonly status: StatusDesk;
  readonly standing: StandingDesk;
  readonly books: BooksDesk;
  readonly recon: ReconDesk;
}

/** How many of the incidents that are open are told. */
const MOST_INCIDENTS = 100;

/** Everything at one moment, in one answer. */
export class StateDesk {
  readonly #engine: Engine;
  readonly #desks: Desks;

  constructor(engine: Engine, desks: Desks) {
    this.#engine = engine;
    this.#desks = desks;
  }

  whole(who: Operator): z.infer<typeof stateAnswer> {
    const { books, incidents, recon, standing, status } = this.#desks;
    const { rooms, pipeline } = this.#engine;
    const control = this.#desks.control.state();
    const { autoLoop, reduceOnly } = rooms.settings();
    const risk = standing.risk();
    const { orders_per_min, cancels_per_min } = risk.traffic;
    const { mode, safe_mode, dry_run, two_man_rule, killed } = control;
    const stopped = mode === "HOLD" || safe_mode || dry_run || killed;
    const { lookedAt } = pipeline;
    return {
      ts: risk.ts,
      mode,
      flags: { safe_mode, dry_run_only: dry_run, two_man_rule, killed, auto_loop: autoLoop, reduce_only: reduceOnly },
      safe_mode,
      dry_run,
      two_man_rule,
      control,
      incidents: incidents.list(true, MOST_INCIDENTS).incidents,
      metrics: { slo: status.slo(who).slo, scans: pipeline.scans, orders_per_min, cancels_per_min },
      exposures: standing.exposure().items,
      pnl: books.pnl(),
      portfolio: this.#portfolio(),
      open_orders: rooms.executor.active().flatMap((hedge) => liveOrders(hedge).map((held) => orderWords(hedge, held))),
      positions: books.positions(false).positions.filter(({ status: now }) => now !== "closed" && now !== "unwound"),
      recon_status: recon.status(),
      last_plan: standing.lastPlan().plan,
      last_execution: this.#lastExecution(),
      loop: {
        enabled: autoLoop,
        running: autoLoop && !stopped,
        looked_at: lookedAt === null ? null : isoTime(lookedAt),
      },
      loop_config: loopConfig(control.settings),
      risk,
      risk_blocked: risk.blocked,
      risk_reasons: risk.reasons,
    };
  }

  #portfolio(): z.infer<typeof portfolio> {
    const { reads, world } = this.#engine.rooms;
    const equity = reads.equity(world.venues.map(({ id }) => id));
    return {
      equity_usdt: equity === null ? null : toNumber(equity),
      venues: world.venues.flatMap(({ id }) => {
        const balance = reads.balance(id);
        if (balance === null) return [];
        const { wallet, available, marginUsed, at } = balance;
        return [
          {
            venue: id,
            wallet_usdt: toNumber(wallet),
            available_usdt: toNumber(available),
            margin_used_bps: marginUsed === null ? null : toNumber(marginUsed),
            read_at: isoTime(at),
          },
        ];
      }),
    };
  }

  #lastExecution(): z.infer<typeof stateAnswer>["last_execution"] {
    const { rooms, results } = this.#engine;
    const filled = rooms.executor.hedges().filter((hedge) => hedge.orders.some((order) => order.filled > 0n));
    const last = filled.at(-1);
    return last === undefined ? null : positionWords(last, results.of(last));
  }
}

const LOOP = [
  "auto_loop",
  "loop_pair",
  "loop_venues",
  "order_notional_usdt",
  "min_spread_bps",
  "max_slippage_bps",
  "poll_interval_sec",
];

const loopConfig = (settings: z.infer<typeof stateAnswer>["loop_config"]): typeof settings =>
  Object.fromEntries(LOOP.map((name) => [name, settings[name] ?? null]));
