import type { z } from "zod";
import type { controlState, killAnswer } from "#contract/control.ts";
import { isoTime } from "#domain/time.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";

export interface DeskFacts {
  readonly profile: string;
  /** `MODE`: a label, nothing else. */
  readonly label: string;
}

type ControlWords = z.infer<typeof controlState>;
type KillWords = z.infer<typeof killAnswer>;

/** Stopping and starting. Making it safer is done at once and never refused. */
export class ControlDesk {
  readonly #engine: Engine;
  readonly #facts: DeskFacts;

  constructor(engine: Engine, facts: DeskFacts) {
    this.#engine = engine;
    this.#facts = facts;
  }

  state(): ControlWords {
    const { controller, settings } = this.#engine.rooms;
    const { state } = controller;
    return {
      mode: state.mode,
      safe_mode: state.safeMode,
      dry_run: state.dryRun,
      killed: state.killed,
      two_man_rule: false,
      profile: this.#facts.profile,
      label: this.#facts.label,
      auto_loop: settings().autoLoop,
      reasons:
        state.mode === "HOLD"
          ? state.causes.map(({ code, says, since }) => ({ code, detail: says, since: isoTime(since) }))
          : [],
      venues: Object.fromEntries(state.venues),
      revision: state.version,
    };
  }

  hold(reason: string | undefined, by: string): ControlWords {
    this.#engine.rooms.controller.hold("operator", reason ? `${by}: ${reason}` : `${by} asked to hold`);
    return this.state();
  }

  /** In paper one person suffices. Elsewhere this needs the approvals that guard real money, which are not there yet. */
  resume(by: string): DeskAnswer<ControlWords> {
    const { controller } = this.#engine.rooms;
    const missing = this.#approvalsMissing("resuming with real venues");
    if (missing) return missing;
    const answer = controller.resume(this.#obstacles());
    if (answer.outcome === "refused") return refused(403, answer.code, answer.reasons.join("; "));
    this.#engine.rooms.tell({
      level: "info",
      type: "control",
      code: "resume",
      says: `${by} resumed trading; in paper one person suffices`,
    });
    return done(this.state());
  }

  /** Towards safety at once; away from it only in paper, and SAFE_MODE off only while on HOLD. */
  change(
    wish: { readonly mode?: "HOLD" | "RUN" | undefined; readonly safeMode?: boolean | undefined },
    by: string,
  ): DeskAnswer<{ control: ControlWords; changes: string[] }> {
    const { controller } = this.#engine.rooms;
    const before = this.state();
    if (wish.mode === "HOLD") this.hold(undefined, by);
    if (wish.safeMode === true) controller.setSafeMode(true, `${by} switched SAFE_MODE on`);
    if (wish.safeMode === false && controller.state.safeMode) {
      const refusal = this.#mayNotLoosen("SAFE_MODE off");
      if (refusal) return refusal;
      if (controller.state.killed) return refused(403, "killed", "the kill switch is latched: reset it first");
      controller.setSafeMode(false, `${by} switched SAFE_MODE off; in paper one person suffices`);
    }
    if (wish.mode === "RUN") {
      const answer = this.resume(by);
      if (!answer.ok) return answer;
    }
    const control = this.state();
    const changes = (["mode", "safe_mode"] as const).filter((name) => control[name] !== before[name]);
    return done({ control, changes });
  }

  /** HOLD, and in paper the kill latch lifted. Positions, journal and ledger stay as they are. */
  reset(by: string): DeskAnswer<ControlWords> {
    const { controller } = this.#engine.rooms;
    controller.hold("reset", `${by} asked for a reset`);
    if (controller.state.killed) {
      const refusal = this.#mayNotLoosen("lifting the kill switch");
      if (refusal) return refusal;
      controller.unkill(`${by} lifted the kill switch; in paper one person suffices`);
    }
    return done(this.state());
  }

  #approvalsMissing(what: string): ReturnType<typeof refused> | null {
    if (this.#facts.profile === "paper") return null;
    const says = `${what} needs two approving operators, and approvals are not available in this release`;
    return refused(403, "approvals_missing", says);
  }

  #mayNotLoosen(what: string): ReturnType<typeof refused> | null {
    const missing = this.#approvalsMissing(what);
    if (missing) return missing;
    if (this.#engine.rooms.controller.state.mode !== "HOLD")
      return refused(409, "not_on_hold", `${what} is possible on HOLD only`);
    return null;
  }

  /** HOLD and SAFE_MODE first, then a cancel for every order the venues themselves say is open, then their word again. */
  async kill(reason: string | undefined, by: string): Promise<KillWords> {
    const { controller, world } = this.#engine.rooms;
    controller.kill(reason ? `${by}: ${reason}` : `${by} pulled the kill switch`);
    const cancelled: KillWords["cancelled"] = {};
    await Promise.all(
      world.venues.map(async (venue) => {
        const before = await venue.account.openOrders();
        const orders = before.outcome === "answered" ? before.value : [];
        await Promise.all(orders.map((order) => venue.trading.cancel(order)));
        const after = await venue.account.openOrders();
        cancelled[venue.id] =
          after.outcome === "answered"
            ? {
                still_open: after.value.map(({ id }) => id),
                confirmed: after.value.length === 0,
                detail: `${orders.length} found, ${after.value.length} still open`,
              }
            : { still_open: [], confirmed: false, detail: `the venue could not be asked: ${after.fault.says}` };
      }),
    );
    return { control: this.state(), cancelled };
  }

  readiness(): { readonly ready: boolean; readonly reasons: readonly string[] } {
    const { world } = this.#engine.rooms;
    const { state } = this.#engine.rooms.controller;
    const reasons = world.venues.flatMap(({ id }) => {
      const standing = state.venues.get(id) ?? "not connected yet";
      return standing === "OK" ? [] : [`${id} is ${standing}`];
    });
    return { ready: reasons.length === 0, reasons };
  }

  /** What must be cleared before RUN. */
  #obstacles(): readonly string[] {
    const { executor } = this.#engine.rooms;
    const unsettled = executor.active().filter((hedge) => hedge.stuck !== null);
    return [
      ...this.readiness().reasons,
      ...unsettled.map(({ intent, stuck }) => `hedge ${intent.id} needs a person: ${stuck}`),
    ];
  }
}
