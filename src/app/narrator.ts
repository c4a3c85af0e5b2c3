import { format, type Usdt } from "#domain/decimal.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { Hedge } from "#domain/hedge.ts";
import { isFinished, stateOf } from "#domain/hedge-machine.ts";
import { type HedgeId, OKX_PERP, symbolOf } from "#domain/ids.ts";
import type { Timer } from "#ports/clock.ts";
import type { Node } from "./node.ts";

const SKIPS_EVERY_MS = 5_000;
const FIRST_BURST_AFTER_MS = 700;
const BURST_BPS = 42;
const BURST_HOLD_MS = 1_500;
const FAULT_PAUSE_MS = 1_500;
const LATER_HEDGES_TOLD = 10;
const SILENT_MESSAGES = 4;

/**
 * Tells the demo's story on the terminal: what is scanned and why it is skipped, a hedge opened and closed with where
 * its result came from, and one fault injected and survived. The market's first gap and the fault are staged; what the
 * engine does about them is not.
 */
export class Narrator {
  readonly #node: Node;
  readonly #say: (line: string) => void;
  readonly #told = new Map<HedgeId, string>();
  #faulted: HedgeId | null = null;
  #faultPlanned = false;
  #survived = false;
  #resuming = false;
  readonly #timers: Timer[] = [];
  #closed = 0;

  constructor(node: Node, say: (line: string) => void) {
    this.#node = node;
    this.#say = say;
  }

  begin(): void {
    const { clock, feed, engine, paper } = this.#node;
    const symbols = engine.rooms.pairs().map(({ id }) => symbolOf(id));
    this.#say(`scanning ${symbols.join(", ")} on both venues, in both directions, at every update`);
    feed.subscribe((event) => this.#hear(event));
    this.#timers.push(
      clock.every(SKIPS_EVERY_MS, () => {
        this.#tellSkips();
        void this.#resumeWhenOver();
      }),
      clock.after(FIRST_BURST_AFTER_MS, () => paper?.model?.burst(0, BURST_BPS, BURST_HOLD_MS)),
    );
  }

  end(): void {
    for (const timer of this.#timers) timer.stop();
  }

  #hear(event: DomainEvent): void {
    if (event.type === "control" && event.level === "warn") this.#say(`control: ${event.says}`);
    if (event.type === "risk" && event.level === "critical") this.#say(`ALARM ${event.code}: ${event.says}`);
    if (event.code === "recording_ended") this.#say(event.says);
    const hedge = event.hedge === undefined ? undefined : this.#node.engine.rooms.executor.find(event.hedge);
    if (hedge) this.#hedge(hedge, event);
  }

  #hedge(hedge: Hedge, event: DomainEvent): void {
    const { id } = hedge.intent;
    const state = stateOf(hedge);
    if (this.#faultPlanned && this.#faulted === null && event.code === "order-unknown") {
      this.#faulted = id;
      this.#say(
        `fault    ${id}: okx-perp executed the order and lost its answer; its outcome is unknown, so nothing is sent again, it is looked up`,
      );
    }
    if (this.#told.get(id) === state || this.#closed > LATER_HEDGES_TOLD) return;
    if (state === "hedged" && hedge.exit === null) this.#tellOpened(hedge);
    if (state === "hedged" || isFinished(hedge)) this.#tellSurvived(hedge);
    if (state === "naked") this.#say(`naked    ${id}: one leg is on alone; recovering inside its price bound`);
    if (isFinished(hedge)) this.#tellClosed(hedge);
    this.#told.set(id, state);
  }

  #tellOpened({ intent }: Hedge): void {
    const { id, instrument, quantity, long, short, prices, spreadBps, edgeBps } = intent;
    this.#say(
      `opened   ${id}: ${symbolOf(instrument)} long ${format(quantity)} ${long.venue} at ${format(prices.long)}, ` +
        `short ${format(quantity)} ${short.venue} at ${format(prices.short)}, gap ${short3(spreadBps)} bps, all-in ${short3(edgeBps)} bps`,
    );
  }

  #tellSurvived(hedge: Hedge): void {
    if (hedge.intent.id !== this.#faulted || this.#survived) return;
    this.#survived = true;
    const sent = hedge.orders.length;
    this.#say(
      `survived ${hedge.intent.id}: the order was found under its own name and counted once; ${sent} orders in all, none sent twice`,
    );
  }

  #tellClosed(hedge: Hedge): void {
    const { id } = hedge.intent;
    const result = this.#node.engine.results.of(hedge);
    if (!result) return;
    if (hedge.orders.every(({ filled }) => filled === 0n)) {
      this.#say(`passed   ${id}: neither leg was filled; nothing was traded`);
      return;
    }
    this.#closed += 1;
    const parts = (["spread", "fees", "funding", "slippage", "legRisk"] as const).map(
      (part) => `${part === "legRisk" ? "leg risk" : part} ${money(result[part])}`,
    );
    this.#say(
      `closed   ${id}: ${hedge.exit?.reason ?? "unwound"}, net ${money(result.total)} USDT = ${parts.join(" ")}`,
    );
    if (!this.#faultPlanned) this.#stageFault();
    if (this.#closed === LATER_HEDGES_TOLD)
      this.#say("further hedges are not told one by one; see GET /api/ui/positions");
  }

  /** The next order that reaches OKX is carried out, and its answer never comes; then a gap, so that there is one. */
  #stageFault(): void {
    const { clock, paper } = this.#node;
    if (!paper?.model) return;
    this.#faultPlanned = true;
    paper.misfortune.next(OKX_PERP, "exec_drop_resp");
    // The private stream would tell of it at once: it stays silent, too.
    for (let message = 0; message < SILENT_MESSAGES; message += 1) paper.misfortune.next(OKX_PERP, "ws_drop");
    this.#timers.push(clock.after(FAULT_PAUSE_MS, () => paper.model?.burst(1, BURST_BPS, BURST_HOLD_MS)));
  }

  /**
   * The silent stream of the staged fault holds, as it should. Nobody sits at a demo: once every cause is over by its own
   * watch it is resumed as a person would, through the same door, checks and record. What a person held stays held.
   */
  async #resumeWhenOver(): Promise<void> {
    const { desk, engine } = this.#node;
    const { state } = engine.rooms.controller;
    if (this.#resuming || state.mode !== "HOLD" || state.causes.some(({ clearedAt }) => clearedAt === null)) return;
    this.#resuming = true;
    const answer = await desk.control.resume({ name: "demo", role: "operator" }, "every cause is over");
    this.#resuming = false;
    this.#say(
      answer.ok
        ? "resumed  every cause of HOLD has been over for a minute; outside the demo two operators would decide"
        : `on HOLD  ${answer.refusal.says}`,
    );
  }

  #tellSkips(): void {
    const { clock, engine } = this.#node;
    const counts = engine.rooms.skipped.totals();
    const total = counts.reduce((sum, { count }) => sum + count, 0);
    const reasons = counts.slice(0, 4).map(({ reason, count }) => `${reason} ${count}`);
    const open = engine.rooms.executor.active().length;
    if (clock.monotonic() < QUIET_AFTER_MS)
      this.#say(`scanned  ${engine.pipeline.scans} times, ${open} open; skipped ${total}: ${reasons.join(", ")}`);
  }
}

/** After this the terminal belongs to the hedges. */
const QUIET_AFTER_MS = 60_000;

const money = (amount: Usdt): string => `${amount >= 0n ? "+" : ""}${format(amount)}`;
const short3 = (value: Parameters<typeof format>[0]): string => Number(format(value)).toFixed(1);
