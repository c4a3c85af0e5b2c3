import { createHash } from "node:crypto";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { MemoryAudit } from "#adapters/storage/memory.ts";
import { APPROVAL_TTL_MS, type ApprovalRequest, type DangerousAct } from "#domain/approval.ts";
import { format } from "#domain/decimal.ts";
import type { Operator } from "#domain/operator.ts";
import { after } from "#domain/time.ts";
import { controlActs } from "#trading/control/acts.ts";
import { Authority, type Ruling } from "#trading/control/authority.ts";
import { controlNote, remembered, snapshotNote } from "#trading/control/control-words.ts";
import { Controller } from "#trading/control/controller.ts";
import { SettingsRoom } from "#trading/control/settings-room.ts";
import { settingsAct } from "#trading/control/settings-act.ts";
import { NOW, someSettings } from "../kit.ts";

export const PEOPLE: Readonly<Record<string, Operator>> = {
  alice: { name: "alice", role: "operator" },
  // Another credential of the same person.
  alice2: { name: "alice", role: "operator" },
  bob: { name: "bob", role: "operator" },
  carol: { name: "carol", role: "operator" },
  vera: { name: "vera", role: "viewer" },
};

export const RAISED = "500000";

/** The real controller, authority, settings and record, and everything that may happen to them, one step at a time. */
export class ControlWorld {
  readonly clock = new VirtualClock(NOW);
  readonly audit = new MemoryAudit(() => this.clock.now());
  settings = new SettingsRoom(someSettings());
  green = true;
  boot = 0;
  controller!: Controller;
  authority!: Authority;
  #ids = 0;

  constructor(twoManRule: boolean) {
    this.#start({ safeMode: true, killed: false, twoManRule, dryRun: false, causes: [], version: 1 }, []);
  }

  async ask(who: string, act: DangerousAct): Promise<Ruling> {
    const params = act === "change_settings" ? { max_total_notional_usdt: RAISED } : {};
    return this.authority.ask(PEOPLE[who]!, act, params, "");
  }

  pending(): readonly ApprovalRequest[] {
    return this.authority.approvals.pending().toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** @param hash the right one, or one that belongs to nothing */
  async approve(who: string, id: string, hash: "right" | "wrong"): Promise<Ruling> {
    const { hash: right = "" } = this.authority.approvals.find(id) ?? {};
    return this.authority.approve(PEOPLE[who]!, id, hash === "right" ? right : "0".repeat(64));
  }

  reject(who: string, id: string): Ruling {
    return this.authority.reject(PEOPLE[who]!, id);
  }

  async wait(ms: number): Promise<void> {
    await this.clock.runUntil(after(this.clock.now(), ms));
  }

  lower(): void {
    const planned = this.settings.plan({ max_open_positions: 1 });
    if (planned.outcome !== "planned" || planned.changes.length === 0) return;
    this.settings.apply(planned.next);
    this.controller.configured("lowered");
  }

  /** The process dies and another one reads the record. The settings are those of the environment again. */
  restart(): void {
    const { control, requests } = remembered(this.audit.recent());
    this.settings = new SettingsRoom(someSettings());
    this.#start(control!, requests);
  }

  get limit(): string {
    return format(this.settings.now.limits.maxTotalNotional);
  }

  /** Everything that can make a difference later, and nothing else. */
  key(): string {
    const { state } = this.controller;
    const now = this.clock.now();
    const causes = state.mode === "HOLD" ? state.causes.map(({ code }) => code).toSorted() : [];
    const pending = this.pending().map(
      ({ act, requester, revision, boot, expiresAt }) =>
        `${act} ${requester} ${revision === state.version} ${boot === this.boot} ${now < expiresAt} ${now + APPROVAL_TTL_MS / 2 < expiresAt}`,
    );
    return JSON.stringify([
      state.mode,
      state.safeMode,
      state.killed,
      state.twoManRule,
      causes,
      this.limit,
      this.settings.now.limits.maxOpenPositions,
      this.green,
      pending.toSorted(),
    ]);
  }

  #start(control: NonNullable<ReturnType<typeof remembered>["control"]>, requests: readonly ApprovalRequest[]): void {
    this.boot += 1;
    const { boot, clock, audit } = this;
    const controller = new Controller(clock, { ...control, mode: "HOLD" }, (state, code, says) => {
      audit.note(controlNote("system", state, code, says));
      this.authority.tidy();
    });
    this.controller = controller;
    const preflight = {
      run: () => Promise.resolve(),
      obstacles: () => (this.green ? [] : ["something is not green"]),
    };
    const acts = {
      ...controlActs({ controller, dryRunFixed: null, preflight, unsettled: () => [] }),
      change_settings: settingsAct(this.settings, controller),
    };
    this.authority = new Authority({
      clock,
      controller,
      audit,
      acts: () => acts,
      digest: (text) => createHash("sha256").update(text).digest("hex"),
      newId: () => `ap${String((this.#ids += 1)).padStart(4, "0")}`,
      boot,
      paper: false,
      unrecorded: (says) => controller.hold("audit", says),
      tell: () => undefined,
    });
    this.authority.restore(requests);
    audit.commit([snapshotNote(controller.state, this.authority.approvals.pending(), {})]);
  }
}
