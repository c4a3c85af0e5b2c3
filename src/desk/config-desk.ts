import type { z } from "zod";
import type {
  configApplyAnswer,
  configApplyRequest,
  configRollbackAnswer,
  configRollbackRequest,
  configValidateAnswer,
} from "#contract/config.ts";
import { controlPatch } from "#contract/control.ts";
import type { Operator } from "#domain/operator.ts";
import type { ConfigFile } from "#ports/config-file.ts";
import { SettingsRoom, type SettingChange, type SettingsWish } from "#trading/control/settings-room.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";
import { type ConfigProblem, readConfigYaml } from "./config-yaml.ts";
import type { ControlDesk } from "./control-desk.ts";
import { RollbackSlot, type WayBack, hashOf } from "./rollback.ts";

type Refused = ReturnType<typeof refused>;
type Changes = z.infer<typeof configApplyAnswer>["changes"];

/** A change that waits for a second person, and the file that goes with it. */
interface Waiting {
  readonly text: string | null;
  /** The way back once it is in force; null for a way back itself. */
  readonly back: Omit<WayBack, "hash"> | null;
}

interface Read {
  readonly wish: SettingsWish;
  readonly changes: readonly SettingChange[];
  readonly hash: string;
}

const TOKEN_LENGTH = 40;
const NOT_KEPT = "there is no data directory here to keep a configuration in";

/** The settings as one file: looked at, put in force by the rules of control, kept, and taken back. */
export class ConfigDesk {
  readonly #engine: Engine;
  readonly #room: ControlRoom;
  readonly #control: ControlDesk;
  readonly #file: ConfigFile | null;
  readonly #slot = new RollbackSlot();
  readonly #waiting = new Map<string, Waiting>();

  constructor(engine: Engine, room: ControlRoom, control: ControlDesk, file: ConfigFile | null) {
    this.#engine = engine;
    this.#room = room;
    this.#control = control;
    this.#file = file;
    room.settings.listen(() => this.#settled());
  }

  validate(text: string): z.infer<typeof configValidateAnswer> {
    const read = this.#read(text);
    if ("problems" in read) return { valid: false, problems: [...read.problems], changes: [], hash: null };
    return { valid: true, problems: [], changes: changeWords(read.changes), hash: read.hash };
  }

  async apply(
    who: Operator,
    { yaml_text: text, revision, reason }: z.infer<typeof configApplyRequest>,
  ): Promise<DeskAnswer<z.infer<typeof configApplyAnswer>>> {
    if (this.#file === null) return refused(409, "config_not_kept", NOT_KEPT);
    const read = this.#read(text);
    if ("problems" in read) {
      const says = read.problems.map(({ path, message }) => `${path}: ${message}`).join("; ");
      return this.#noted(who, "config_apply", refused(422, "invalid_config", says));
    }
    const { changes, wish } = read;
    const unwritten = this.#room.recordFirst(who, "config_apply", { hash: read.hash, changes: namesOf(changes) });
    if (unwritten !== null) return refused(503, "not_recorded", unwritten);
    const before = this.#file.text();
    const back = { wish: Object.fromEntries(changes.map((change) => [change.name, change.before])), text: before };
    const refusal = await this.#change(who, wish, { revision, reason }, { text, back });
    if (refusal) return this.#noted(who, "config_apply", refusal);
    const token = changes.length > 0 || before !== text ? this.#store({ text, back }) : this.#again();
    if (typeof token === "object" && token !== null) return this.#noted(who, "config_apply", token);
    return done({ applied: true, hash: this.#hash(), rollback_token: token, changes: changeWords(changes) });
  }

  async rollback(
    who: Operator,
    { token, reason }: z.infer<typeof configRollbackRequest>,
  ): Promise<DeskAnswer<z.infer<typeof configRollbackAnswer>>> {
    const way = this.#slot.open(token);
    if (way === null) {
      const says = "that is no rollback token, or it was used: it is good once, and until the next start";
      return this.#noted(who, "config_rollback", refused(403, "invalid_rollback_token", says));
    }
    if (way.hash !== this.#hash()) {
      const says = "the configuration has changed since that was applied: going back would undo that too";
      return this.#noted(who, "config_rollback", refused(409, "config_changed", says));
    }
    const planned = this.#room.settings.plan(way.wish);
    const changes = planned.outcome === "planned" ? planned.changes : [];
    const unwritten = this.#room.recordFirst(who, "config_rollback", { from: way.hash, changes: namesOf(changes) });
    if (unwritten !== null) return refused(503, "not_recorded", unwritten);
    // Whoever comes second with the same token finds nothing: what is asked for now is asked for once.
    this.#slot.forget();
    const refusal = await this.#change(who, way.wish, { reason, revision: undefined }, { text: way.text, back: null });
    if (refusal && refusal.refusal.approval === undefined) this.#slot.keep(token, way);
    if (refusal) return this.#noted(who, "config_rollback", refusal);
    const failed = this.#store({ text: way.text, back: null });
    if (typeof failed === "object" && failed !== null) return this.#noted(who, "config_rollback", failed);
    return done({ rolled_back: true, hash: this.#hash(), changes: changeWords(changes) });
  }

  #read(text: string): Read | { readonly problems: readonly ConfigProblem[] } {
    const { settings } = this.#room;
    const found = readConfigYaml(text, Object.keys(settings.shown()));
    if ("problems" in found) return found;
    const planned = settings.plan(found.wish);
    if (planned.outcome === "refused") return { problems: planned.problems.map(problemOf) };
    const hash = hashOf(new SettingsRoom(planned.next).shown());
    return { wish: found.wish, changes: planned.changes, hash };
  }

  /** By the one way of every change; what needs a second person is put aside until there was one. */
  async #change(
    who: Operator,
    wish: SettingsWish,
    more: { readonly revision: number | undefined; readonly reason: string | undefined },
    waiting: Waiting,
  ): Promise<Refused | null> {
    const changed = Object.keys(wish).length === 0 ? null : controlPatch.safeParse({ ...wish, ...more });
    if (changed === null) return this.#stale(more.revision);
    if (!changed.success) {
      const says = changed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
      return refused(422, "invalid_config", says);
    }
    const answer = await this.#control.change(who, changed.data);
    if (answer.ok) return null;
    const { approval } = answer.refusal;
    if (approval !== undefined) this.#waiting.set(approval, waiting);
    return answer;
  }

  #stale(revision: number | undefined): Refused | null {
    const { version } = this.#engine.rooms.controller.state;
    if (revision === undefined || revision === version) return null;
    return refused(409, "stale_revision", `control is at revision ${version}, not ${revision}: read it again`);
  }

  /** Settings have changed: perhaps what waited was approved. What ended otherwise is forgotten. */
  #settled(): void {
    for (const [id, waiting] of this.#waiting) {
      const status = this.#room.authority.approvals.find(id)?.status;
      if (status === "pending") continue;
      this.#waiting.delete(id);
      if (status !== "approved") continue;
      const failed = this.#store(waiting);
      if (typeof failed !== "object" || failed === null) continue;
      this.#room.audit.note({
        actor: "system",
        action: "control.config_not_stored",
        data: { says: failed.refusal.says },
      });
    }
  }

  /** The file, and the way back from it. @returns the token of that way; null where there is none */
  #store({ text, back }: Waiting): string | null | Refused {
    const failed = this.#file?.text() === text ? null : (this.#file?.replace(text) ?? null);
    if (failed !== null) {
      const says = `the change is in force until the next start, and was not kept: ${failed}`;
      this.#engine.rooms.tell({ level: "error", type: "control", code: "config_not_stored", says });
      return refused(503, "not_stored", says);
    }
    this.#slot.forget();
    return back === null ? null : this.#mint({ ...back, hash: this.#hash() });
  }

  /** The same once more, as after an approval: the way back is the one that there is. */
  #again(): string | null {
    const { way } = this.#slot;
    return way !== null && way.hash === this.#hash() ? this.#mint(way) : null;
  }

  #mint(way: WayBack): string {
    const token = this.#engine.rooms.world.chance.token(TOKEN_LENGTH);
    this.#slot.keep(token, way);
    return token;
  }

  #hash(): string {
    return hashOf(this.#room.settings.shown());
  }

  #noted(who: Operator, act: string, refusal: Refused): Refused {
    const { code, says } = refusal.refusal;
    this.#room.audit.note({ actor: who.name, action: "control.refused", data: { act, code, reasons: [says] } });
    return refusal;
  }
}

const changeWords = (changes: readonly SettingChange[]): Changes =>
  changes.map(({ name, before, after, loosens }) => ({ name, before, after, loosens }));

const namesOf = (changes: readonly SettingChange[]): string[] => changes.map(({ name }) => name);

/** `name: what is wrong with it`, as the settings say it. */
function problemOf(says: string): ConfigProblem {
  const at = says.indexOf(": ");
  return at < 0 ? { path: "yaml_text", message: says } : { path: says.slice(0, at), message: says.slice(at + 2) };
}
