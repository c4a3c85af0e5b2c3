import type { ApprovalRequest } from "#domain/approval.ts";
import type { ControlState } from "#domain/control.ts";
import type { Operator } from "#domain/operator.ts";
import type { Audit, AuditNote } from "#ports/audit.ts";
import type { Operators } from "#ports/operators.ts";
import type { Secrets } from "#ports/secrets.ts";
import { type Acts, controlActs } from "../control/acts.ts";
import { Authority } from "../control/authority.ts";
import { controlNote, snapshotNote } from "../control/control-words.ts";
import { Preflight } from "../control/preflight.ts";
import { NO_SECRETS, SecretRoom } from "../control/secret-room.ts";
import { settingsAct } from "../control/settings-act.ts";
import type { SettingsRoom } from "../control/settings-room.ts";
import { adoptAct } from "./adopt-act.ts";
import { preflightChecks, unsettled } from "./preflight-checks.ts";
import type { Engine } from "./engine.ts";

export interface ControlRoomDeps {
  readonly engine: Engine;
  readonly audit: Audit;
  readonly settings: SettingsRoom;
  readonly operators: Operators;
  readonly profile: string;
  /** Why DRY_RUN_ONLY cannot be switched off while we run; null when it can. */
  readonly dryRunFixed: string | null;
  /** Which start of the process this is. */
  readonly boot: number;
  readonly digest: (text: string) => string;
  /** Acts about things that lie outside of trading, such as keys and the list of operators. */
  readonly acts?: Acts;
  /** Keys and tokens that may be replaced while we run; none when left out. */
  readonly secrets?: Secrets;
  /** Kept with every snapshot of control, such as which operators were admitted. */
  readonly alsoKept?: () => Readonly<Record<string, string>>;
}

/** Where people change control: the authority, what it looks at, and the record of both. */
export class ControlRoom {
  readonly authority: Authority;
  readonly preflight: Preflight;
  readonly settings: SettingsRoom;
  readonly audit: Audit;
  readonly operators: Operators;
  readonly secrets: SecretRoom;
  readonly #deps: ControlRoomDeps;

  constructor(deps: ControlRoomDeps) {
    const { engine, audit, settings, operators, profile, dryRunFixed } = deps;
    const { clock, chance } = engine.rooms.world;
    const { controller } = engine.rooms;
    this.#deps = deps;
    this.audit = audit;
    this.settings = settings;
    this.operators = operators;
    this.preflight = new Preflight(
      clock,
      preflightChecks(engine, () => this.#peopleMissing()),
      () => settings.revision,
    );
    this.secrets = new SecretRoom({
      clock,
      secrets: deps.secrets ?? NO_SECRETS,
      onHold: () => controller.state.mode === "HOLD",
      unknownOrders: () => unknownOrders(engine),
      failed: (says) => {
        // The deed is on record already, and it did not come to pass: that has to stand there too.
        this.audit.note({ actor: "system", action: "control.rotate_secret_failed", data: { says } });
        engine.rooms.tell({ level: "critical", type: "control", code: "rotate_secret", says });
      },
    });
    const acts: Acts = {
      ...controlActs({ controller, dryRunFixed, preflight: this.preflight, unsettled: () => unsettled(engine) }),
      adopt_position: adoptAct(engine),
      change_settings: settingsAct(settings, controller),
      rotate_secret: this.secrets.act(),
      ...deps.acts,
    };
    this.authority = new Authority({
      clock,
      controller,
      audit,
      acts: () => acts,
      digest: deps.digest,
      newId: () => `ap${chance.token(10)}`,
      boot: deps.boot,
      paper: profile === "paper",
      unrecorded: (says) => this.unrecorded(says),
      tell: (code, says) => this.tell(code, says),
    });
  }

  /** Hears every change of control: it goes on record, and requests about the state before it end. */
  changed(state: ControlState, code: string, says: string): void {
    this.audit.note(controlNote("system", state, code, says));
    this.authority.tidy();
  }

  /** Begins the record of this run with how everything stands, so that the next one need not read further back. */
  begin(requests: readonly ApprovalRequest[]): void {
    this.authority.restore(requests);
    this.snapshot();
  }

  snapshot(): void {
    const { controller } = this.#deps.engine.rooms;
    const kept = this.#deps.alsoKept?.() ?? {};
    this.#commit(() => this.audit.commit([snapshotNote(controller.state, this.authority.approvals.pending(), kept)]));
  }

  /** Something that makes it safer: done first, then on record. That it cannot be recorded does not undo it. */
  safer(who: Operator, action: string, says: string, run: () => void): void {
    run();
    this.#commit(() => this.audit.commit([{ actor: who.name, action: `control.${action}`, data: { says } }]));
  }

  /** Something that must stand on record before it is done. @returns why it could not be put there; null when it was */
  recordFirst(who: Operator, action: string, data: AuditNote["data"]): string | null {
    return this.#commit(() => this.audit.commit([{ actor: who.name, action: `control.${action}`, data }]));
  }

  tell(code: string, says: string): void {
    this.#deps.engine.rooms.tell({ level: "info", type: "control", code, says });
  }

  /** Something could not be put on record: nothing new is begun until it can. */
  unrecorded(says: string): void {
    this.#deps.engine.rooms.controller.hold("audit", says);
  }

  #commit(write: () => void): string | null {
    try {
      write();
      return null;
    } catch (error) {
      const says = `the audit record could not be written: ${error instanceof Error ? error.message : String(error)}`;
      this.unrecorded(says);
      return says;
    }
  }

  /** People who may approve: two credentials of one name are one. */
  get approvers(): number {
    return new Set(this.operators.all().flatMap(({ name, role }) => (role === "operator" ? [name] : []))).size;
  }

  #peopleMissing(): string | null {
    if (!this.authority.needsTwo("resume")) return null;
    const people = this.approvers;
    if (people >= 2) return null;
    return `the two-man rule is on and there is ${people === 1 ? "one operator" : "no operator"}: add one with propbot operators add`;
  }
}

/** Orders that may be at a venue or not: only the keys they were sent with are sure to find them. */
function unknownOrders(engine: Engine): number {
  const orders = engine.rooms.executor.active().flatMap((hedge) => hedge.orders);
  return orders.filter(({ state }) => state === "unknown" || state === "quarantined").length;
}
