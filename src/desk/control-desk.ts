import type { z } from "zod";
import type { controlPatch } from "#contract/control.ts";
import type { DangerousAct } from "#domain/approval.ts";
import type { Operator } from "#domain/operator.ts";
import type { SettingChange, SettingsWish } from "#trading/control/settings-room.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { venuesNotReady } from "#trading/engine/preflight-checks.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";
import { type ControlWords, type DeskFacts, controlWords } from "./control-words.ts";
import { refusalOf } from "./rulings.ts";

type Patch = z.infer<typeof controlPatch>;
/** The part of a change that is never refused. */
type SaferWish = Pick<Patch, "mode" | "safe_mode" | "two_man_rule" | "reason">;
/** Fields of a change that are no settings. */
const NO_SETTING = new Set(["mode", "safe_mode", "dry_run_only", "two_man_rule", "reason", "revision"]);

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

  /**
   * Towards safety first and at once, whatever else is wrong with the wish, a lowered limit among it; then the rest, all
   * of it or nothing.
   */
  async change(who: Operator, patch: Patch): Promise<DeskAnswer<{ control: ControlWords; changes: string[] }>> {
    const { dry_run_only, revision } = patch;
    const { controller } = this.#engine.rooms;
    const before = this.state();
    const safer = this.makeSafer(who, patch);
    const wish = settingsWish(patch);
    const planned = this.#room.settings.plan(wish);
    if (planned.outcome === "refused") return refused(422, "invalid_request", `${planned.problems.join("; ")}${safer}`);
    if (dry_run_only === true && !controller.state.dryRun) {
      if (controller.state.mode !== "HOLD")
        return refused(409, "not_on_hold", `DRY_RUN_ONLY is possible on HOLD only: hold first${safer}`);
      this.#switchOn(who, "dry_run", (says) => controller.setDryRun(true, says));
    }
    // Whoever looked at another state shall look again; but never before something was made safer.
    if (revision !== undefined && revision !== before.revision) {
      const says = `control was at revision ${before.revision}, not ${revision}: read it again${safer}`;
      return refused(409, "stale_revision", says);
    }
    const lowered = this.#lowerFirst(who, patch, wish, planned.changes);
    const guarded = this.#isGuarded(planned.changes);
    const refusal = await this.#changeRest(who, patch, without(wish, lowered), guarded);
    if (refusal) {
      const stands =
        lowered.length === 0 ? "" : `. ${lowered.join(" and ")} stands as you lowered it; the rest was not done`;
      return { ok: false, refusal: { ...refusal.refusal, says: `${refusal.refusal.says}${safer}${stands}` } };
    }
    const control = this.state();
    const names = (["mode", "safe_mode", "dry_run", "two_man_rule"] as const).filter(
      (name) => control[name] !== before[name],
    );
    const settings = planned.changes.map(({ name }) => name);
    return done({ control, changes: [...names, ...settings] });
  }

  /**
   * What a wish has in it that leads towards safety, done at once.
   * @returns what now stands, to be said after what was not done; empty when nothing of the kind was wished
   */
  makeSafer(who: Operator, { mode, safe_mode, two_man_rule, reason }: SaferWish): string {
    const { controller } = this.#engine.rooms;
    if (mode === "HOLD") this.hold(who, reason);
    if (safe_mode === true) this.#switchOn(who, "safe_mode", (says) => controller.setSafeMode(true, says));
    if (two_man_rule === true) this.#switchOn(who, "two_man_rule", (says) => controller.setTwoManRule(true, says));
    const names = [
      ...(mode === "HOLD" ? ["HOLD"] : []),
      ...(safe_mode === true ? ["SAFE_MODE"] : []),
      ...(two_man_rule === true ? ["TWO_MAN_RULE"] : []),
    ];
    return names.length === 0
      ? ""
      : `. ${names.join(" and ")} ${names.length === 1 ? "is" : "are"} on; the rest was not done`;
  }

  readiness(): { readonly ready: boolean; readonly reasons: readonly string[] } {
    const reasons = venuesNotReady(this.#engine);
    return { ready: reasons.length === 0, reasons };
  }

  #switchOn(who: Operator, name: string, run: (says: string) => void): void {
    const says = `${who.name} switched it on`;
    this.#room.safer(who, `${name}_on`, says, () => run(says));
  }

  async #loosen(
    who: Operator,
    act: DangerousAct,
    params: SettingsWish,
    reason: string | undefined,
  ): Promise<DeskAnswer<ControlWords>> {
    return refusalOf(await this.#room.authority.ask(who, act, params, reason ?? "")) ?? done(this.state());
  }

  /** All of it or nothing. What takes a second person is asked for alone, and waits; the rest is asked for again then. */
  async #changeRest(
    who: Operator,
    patch: Patch,
    wish: SettingsWish,
    guarded: boolean,
  ): Promise<ReturnType<typeof refused> | null> {
    const { authority } = this.#room;
    const reason = patch.reason ?? "";
    const acts = [...(guarded ? ["change_settings" as const] : []), ...this.#loosening(patch)];
    const paramsOf = (act: DangerousAct): SettingsWish => (act === "change_settings" ? wish : {});
    const second = acts.find((act) => authority.needsTwo(act));
    if (second !== undefined) return refusalOf(await authority.ask(who, second, paramsOf(second), reason));
    for (const [index, act] of acts.entries()) {
      if (index === 0) continue;
      const obstacle = await authority.foresee(who, act, paramsOf(act), acts.slice(0, index));
      if (obstacle) return refusalOf(obstacle);
    }
    for (const act of acts) {
      const refusal = refusalOf(await authority.ask(who, act, paramsOf(act), reason));
      if (refusal) return refusal;
    }
    if (!guarded) this.#applySettings(who, wish);
    return null;
  }

  /** A lowered limit needs nobody, whatever it was wished together with: it is done before the rest can be refused. */
  #lowerFirst(who: Operator, patch: Patch, wish: SettingsWish, changes: readonly SettingChange[]): readonly string[] {
    if (!this.#isGuarded(changes) && this.#loosening(patch).length === 0) return [];
    const { settings } = this.#room;
    const lowered = changes.filter(({ isLimit, loosens }) => isLimit && !loosens).map(({ name }) => name);
    // One limit may lie within another: lowered alone it must still make sense.
    const alone = Object.fromEntries(Object.entries(wish).filter(([name]) => lowered.includes(name)));
    if (lowered.length === 0 || settings.plan(alone).outcome === "refused") return [];
    this.#applySettings(who, alone);
    return lowered;
  }

  /** What of a wish leads away from safety, in the order in which it can be done. */
  #loosening({ safe_mode, dry_run_only, two_man_rule, mode }: Patch): readonly DangerousAct[] {
    const { state } = this.#engine.rooms.controller;
    const wanted: readonly (readonly [boolean, DangerousAct])[] = [
      [safe_mode === false && state.safeMode, "safe_mode_off"],
      [dry_run_only === false && state.dryRun, "dry_run_off"],
      [two_man_rule === false && state.twoManRule, "two_man_rule_off"],
      [mode === "RUN" && state.mode !== "RUN", "resume"],
    ];
    return wanted.flatMap(([wants, act]) => (wants ? [act] : []));
  }

  /** Lowering a limit needs nobody. The rest needs what guards it: in paper and testnet nothing while SAFE_MODE is on. */
  #isGuarded(changes: readonly SettingChange[]): boolean {
    const sheltered = this.#facts.profile !== "live" && this.#engine.rooms.controller.state.safeMode;
    return changes.some(({ isLimit, loosens }) => loosens && (isLimit || !sheltered));
  }

  #applySettings(who: Operator, wish: SettingsWish): void {
    const { settings } = this.#room;
    const planned = settings.plan(wish);
    if (planned.outcome === "refused" || planned.changes.length === 0) return;
    const says = `${who.name}: ${planned.changes.map(({ name, before, after }) => `${name} ${String(before)} → ${String(after)}`).join(", ")}`;
    this.#room.safer(who, "settings", says, () => {
      settings.apply(planned.next);
      this.#engine.rooms.controller.configured(says);
    });
  }
}

const without = (wish: SettingsWish, names: readonly string[]): SettingsWish =>
  Object.fromEntries(Object.entries(wish).filter(([name]) => !names.includes(name)));

function settingsWish(patch: Patch): SettingsWish {
  return Object.fromEntries(
    Object.entries(patch).flatMap(([name, value]) => {
      if (value === undefined || NO_SETTING.has(name)) return [];
      return [[name, Array.isArray(value) ? value.join(",") : value]];
    }),
  );
}
