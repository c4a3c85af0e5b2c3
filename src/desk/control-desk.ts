import type { z } from "zod";
import type { cancelAllAnswer, controlPatch, flattenAnswer, killAnswer } from "#contract/control.ts";
import type { DangerousAct } from "#domain/approval.ts";
import { liveOrders } from "#domain/hedge-machine.ts";
import { type VenueId, instrumentOf, venueOf } from "#domain/ids.ts";
import type { Operator } from "#domain/operator.ts";
import { isoTime } from "#domain/time.ts";
import type { SettingsWish } from "#trading/control/settings-room.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { venuesNotReady } from "#trading/engine/preflight-checks.ts";
import { type Cancelled, cancelAll } from "#trading/hedge/cancel-all.ts";
import { flatten } from "#trading/hedge/flatten.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";
import { type ControlWords, type DeskFacts, cancelledWords, controlWords, flattenedWords } from "./control-words.ts";
import { refusalOf } from "./rulings.ts";

type Patch = z.infer<typeof controlPatch>;

/** Stopping and starting. Making it safer is done at once and never refused. */
export class ControlDesk {
  readonly #engine: Engine;
  readonly #room: ControlRoom;
  readonly #facts: DeskFacts;

  constructor(engine: Engine, room: ControlRoom, facts: DeskFacts) {
    this.#engine = engine;
    this.#room = room;
    this.#facts = facts;
  }

  state(): ControlWords {
    return controlWords(this.#engine, this.#room, this.#facts);
  }

  /** @param code which of the ways to stop it was: they differ in what people read, not in what they do */
  hold(who: Operator, reason: string | undefined, code: "operator" | "stop" = "operator"): ControlWords {
    const says = reason ? `${who.name}: ${reason}` : `${who.name} asked to ${code === "stop" ? "stop" : "hold"}`;
    this.#room.safer(who, code === "stop" ? "stop" : "hold", says, () =>
      this.#engine.rooms.controller.hold(code, says),
    );
    return this.state();
  }

  resume(who: Operator, reason: string | undefined): Promise<DeskAnswer<ControlWords>> {
    return this.#loosen(who, "resume", {}, reason);
  }

  /** HOLD, and the kill latch lifted where that is allowed. Positions, journal and audit record stay as they are. */
  async reset(who: Operator, reason: string | undefined): Promise<DeskAnswer<ControlWords>> {
    const { controller } = this.#engine.rooms;
    const says = reason ? `${who.name}: ${reason}` : `${who.name} asked for a reset`;
    this.#room.safer(who, "reset", says, () => controller.hold("reset", says));
    return controller.state.killed ? this.#loosen(who, "kill_release", {}, reason) : done(this.state());
  }

  /** Towards safety first and at once; then the settings; then what leads away from it, each as its own act. */
  async change(who: Operator, patch: Patch): Promise<DeskAnswer<{ control: ControlWords; changes: string[] }>> {
    const { mode, safe_mode, dry_run_only, two_man_rule, reason, revision, loop_venues, ...rest } = patch;
    const { controller } = this.#engine.rooms;
    const wish = settingsWish({
      ...rest,
      loop_venues: Array.isArray(loop_venues) ? loop_venues.join(",") : loop_venues,
    });
    const planned = this.#room.settings.plan(wish);
    if (planned.outcome === "refused") return refused(422, "invalid_request", planned.problems.join("; "));
    const before = this.state();
    if (mode === "HOLD") this.hold(who, reason);
    const on = (name: string, run: (says: string) => void): void =>
      this.#room.safer(who, `${name}_on`, `${who.name} switched it on`, () => run(`${who.name} switched it on`));
    if (safe_mode === true) on("safe_mode", (says) => controller.setSafeMode(true, says));
    if (two_man_rule === true) on("two_man_rule", (says) => controller.setTwoManRule(true, says));
    if (dry_run_only === true && !controller.state.dryRun) {
      if (controller.state.mode !== "HOLD")
        return refused(409, "not_on_hold", "DRY_RUN_ONLY is possible on HOLD only: hold first");
      on("dry_run", (says) => controller.setDryRun(true, says));
    }
    // Whoever looked at another state shall look again; but never before something was made safer.
    if (revision !== undefined && revision !== before.revision)
      return refused(
        409,
        "stale_revision",
        `control is at revision ${before.revision}, not ${revision}: read it again`,
      );
    const refusal = (await this.#changeSettings(who, wish, reason)) ?? (await this.#loosenAll(who, patch));
    if (refusal) return refusal;
    const control = this.state();
    const names = (["mode", "safe_mode", "dry_run", "two_man_rule"] as const).filter(
      (name) => control[name] !== before[name],
    );
    const settings = planned.changes.map(({ name }) => name);
    return done({ control, changes: [...names, ...settings] });
  }

  /** HOLD and SAFE_MODE first; then every order of ours off at the venues, and their word for it; then the hedges if so set. */
  async kill(who: Operator, reason: string | undefined): Promise<z.infer<typeof killAnswer>> {
    const { controller } = this.#engine.rooms;
    const says = reason ? `${who.name}: ${reason}` : `${who.name} pulled the kill switch`;
    // The first cancel leaves before the record is flushed: a slow disk shall not keep an order alive.
    controller.kill(says);
    const leaving = this.#cancelOn(null);
    this.#room.safer(who, "kill", says, () => undefined);
    const cancelled = await leaving;
    const off = this.#facts.killFlatten ? await this.#flatten({ venue: null, symbol: null }) : null;
    return {
      control: this.state(),
      cancelled: Object.fromEntries(cancelled.map((each) => [each.venue, cancelledWords(each)])),
      flatten:
        off?.map((hedge) => {
          const { id, symbol, status, closed } = flattenedWords(hedge);
          return { id, symbol, status, detail: closed ? "nothing is left of it" : "it is still open" };
        }) ?? null,
    };
  }

  async cancelAll(who: Operator, venue: string | undefined): Promise<DeskAnswer<z.infer<typeof cancelAllAnswer>>> {
    const id = venue === undefined ? null : venueOf(venue);
    if (venue !== undefined && id === null)
      return refused(422, "invalid_request", "venue: none of ours; binance-um or okx-perp");
    const leaving = this.#cancelOn(id);
    this.#room.safer(
      who,
      "cancel_all",
      `${who.name} cancels every order${id === null ? "" : ` on ${id}`}`,
      () => undefined,
    );
    const results = await leaving;
    return done({
      result: {
        cancelled: results.flatMap(({ cancelled }) => [...cancelled]),
        failed: results.flatMap(({ venue: at, failed }) =>
          failed.map(({ id: order, says }) => ({ id: order, venue: at, detail: says })),
        ),
        still_open: results.flatMap(({ stillOpen }) => [...stillOpen]),
        venues: Object.fromEntries(results.map((each) => [each.venue, cancelledWords(each)])),
      },
      ts: isoTime(this.#engine.rooms.world.clock.now()),
    });
  }

  /** Both legs of each hedge together, reduce-only; allowed on HOLD and in SAFE_MODE, for a person asks. */
  async flatten(
    who: Operator,
    ask: {
      readonly venue?: string | undefined;
      readonly symbol?: string | undefined;
      readonly reason?: string | undefined;
    },
  ): Promise<DeskAnswer<z.infer<typeof flattenAnswer>>> {
    const venue = ask.venue === undefined ? null : venueOf(ask.venue);
    if (ask.venue !== undefined && venue === null)
      return refused(422, "invalid_request", "venue: none of ours; binance-um or okx-perp");
    const symbol = ask.symbol ?? null;
    if (symbol !== null && instrumentOf(symbol) === null)
      return refused(422, "invalid_request", "symbol: must be one like BTCUSDT");
    const says = `${who.name} takes off ${symbol ?? "every hedge"}${venue === null ? "" : ` on ${venue}`}${ask.reason ? `: ${ask.reason}` : ""}`;
    this.#room.safer(who, "flatten", says, () => undefined);
    const hedges = await this.#flatten({ venue, symbol });
    const items = hedges.map(flattenedWords);
    const closed = items.filter((each) => each.closed).length;
    return done({
      items,
      closed,
      still_open: items.length - closed,
      ts: isoTime(this.#engine.rooms.world.clock.now()),
    });
  }

  readiness(): { readonly ready: boolean; readonly reasons: readonly string[] } {
    const reasons = venuesNotReady(this.#engine);
    return { ready: reasons.length === 0, reasons };
  }

  async #loosen(
    who: Operator,
    act: DangerousAct,
    params: SettingsWish,
    reason: string | undefined,
  ): Promise<DeskAnswer<ControlWords>> {
    return refusalOf(await this.#room.authority.ask(who, act, params, reason ?? "")) ?? done(this.state());
  }

  async #loosenAll(
    who: Operator,
    { safe_mode, dry_run_only, two_man_rule, mode, reason }: Patch,
  ): Promise<ReturnType<typeof refused> | null> {
    const { state } = this.#engine.rooms.controller;
    const wanted: readonly (readonly [boolean, DangerousAct])[] = [
      [safe_mode === false && state.safeMode, "safe_mode_off"],
      [dry_run_only === false && state.dryRun, "dry_run_off"],
      [two_man_rule === false && state.twoManRule, "two_man_rule_off"],
      [mode === "RUN" && state.mode !== "RUN", "resume"],
    ];
    for (const [wants, act] of wanted) {
      const refusal = wants ? refusalOf(await this.#room.authority.ask(who, act, {}, reason ?? "")) : null;
      if (refusal) return refusal;
    }
    return null;
  }

  /** Lowering a limit needs nobody. The rest needs what guards it: in paper and testnet nothing while SAFE_MODE is on. */
  async #changeSettings(
    who: Operator,
    wish: SettingsWish,
    reason: string | undefined,
  ): Promise<ReturnType<typeof refused> | null> {
    const { settings, authority } = this.#room;
    const planned = settings.plan(wish);
    if (planned.outcome === "refused" || planned.changes.length === 0) return null;
    const { controller } = this.#engine.rooms;
    const sheltered = this.#facts.profile !== "live" && controller.state.safeMode;
    const guarded = planned.changes.some(({ isLimit, loosens }) => loosens && (isLimit || !sheltered));
    if (guarded) return refusalOf(await authority.ask(who, "change_settings", wish, reason ?? ""));
    const says = `${who.name}: ${planned.changes.map(({ name, before, after }) => `${name} ${String(before)} → ${String(after)}`).join(", ")}`;
    this.#room.safer(who, "settings", says, () => {
      settings.apply(planned.next);
      controller.configured(says);
    });
    return null;
  }

  #cancelOn(only: VenueId | null): Promise<readonly Cancelled[]> {
    const { executor, world } = this.#engine.rooms;
    const { clock, chance } = world;
    const known = (venue: VenueId) =>
      executor
        .active()
        .flatMap((hedge) => liveOrders(hedge).map(({ request }) => request))
        .filter((order) => order.venue === venue);
    const wanted = world.venues.filter(({ id }) => only === null || id === only);
    return Promise.all(wanted.map((venue) => cancelAll(venue, { clock, known, origin: (id) => chance.origin(id) })));
  }

  #flatten({ venue, symbol }: { readonly venue: VenueId | null; readonly symbol: string | null }) {
    const { executor, world } = this.#engine.rooms;
    return flatten(executor, world.clock, { venue, instrument: symbol === null ? null : instrumentOf(symbol) });
  }
}

function settingsWish(given: Readonly<Record<string, string | number | boolean | null | undefined>>): SettingsWish {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
