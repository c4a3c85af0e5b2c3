import type { ControlState } from "#domain/control.ts";
import type { OpportunityId } from "#domain/ids.ts";
import type { AuditRow } from "#ports/audit.ts";
import type { Accuse, Court } from "../judge.ts";

type Guards = Pick<ControlState, "mode" | "safeMode" | "killed" | "twoManRule">;
const LOOSENED: readonly (readonly [keyof Guards, unknown, string])[] = [
  ["mode", "RUN", "resume"],
  ["safeMode", false, "safe_mode_off"],
  ["killed", false, "kill_release"],
  ["twoManRule", false, "two_man_rule_off"],
];

/** G5, G12, G15: RUN only by the rule and on record, a start is calm, what guards us survives it, and no id opens twice. */
export class ControlInvariant {
  readonly #court: Court;
  readonly #accuse: Accuse;
  readonly #twoManRule: boolean;
  readonly #used = new Set<string>();
  readonly #opened = new Map<OpportunityId, string>();
  #intents = 0;
  #last: Guards | null = null;

  constructor(court: Court, accuse: Accuse, twoManRule: boolean) {
    this.#court = court;
    this.#accuse = accuse;
    this.#twoManRule = twoManRule;
  }

  /** A new process has read what the last one left. */
  booted(state: ControlState): void {
    if (state.mode !== "HOLD") this.#accuse("G15", "a start came up in RUN");
    // Read off the rows themselves: what reads them in the product is on trial here.
    const kept = this.#court.disk.audit.findLast(({ data }) => typeof data["state"] === "object")?.data["state"];
    const { safeMode, killed } = (kept ?? {}) as { readonly safeMode?: unknown; readonly killed?: unknown };
    if (safeMode === true && !state.safeMode) this.#accuse("G15", "a start forgot SAFE_MODE");
    if (killed === true && !state.killed) this.#accuse("G15", "a start forgot the kill switch");
    this.#last = state;
  }

  /** In the step in which control changes. */
  changed(state: ControlState): void {
    for (const [guard, loose, deed] of LOOSENED) {
      if (this.#last !== null && this.#last[guard] !== loose && state[guard] === loose) this.#judge(deed);
    }
    const resumed = this.#last?.mode === "HOLD" && state.mode === "RUN";
    if (resumed && (state.safeMode || state.killed)) this.#accuse("G12", "RUN past a guard that forbids it");
    this.#last = state;
  }

  tick(): void {
    const { intents } = this.#court.disk;
    if (intents.size === this.#intents) return;
    this.#intents = intents.size;
    for (const { id, opportunity } of intents.values()) {
      if (opportunity === null) continue;
      const other = this.#opened.get(opportunity);
      if (other !== undefined && other !== id)
        this.#accuse("G5", `opportunity ${opportunity} opened ${other} and ${id}`);
      this.#opened.set(opportunity, id);
    }
  }

  /** The deed and, where two are needed, the approval it used are the last that was committed, and nobody approved their own. */
  #judge(deed: string): void {
    const { audit } = this.#court.disk;
    const at = audit.findLastIndex(({ action }) => action === `control.${deed}`);
    const row = audit[at];
    if (row === undefined || typeof row.data["request"] === "undefined") {
      this.#accuse("G12", `${deed} happened and is not on record`);
      return;
    }
    if (!this.#twoManRule && deed !== "kill_release" && deed !== "two_man_rule_off") return;
    const approval = audit[at + 1];
    const request = approvalOf(approval);
    if (!approval || request === null) this.#accuse("G12", `${deed} happened without an approval`);
    else if (request.requester === approval.actor) this.#accuse("G12", `${deed} was approved by the one who asked`);
    else if (this.#used.has(request.id)) this.#accuse("G12", `approval ${request.id} was used twice`);
    else this.#used.add(request.id);
  }
}

function approvalOf(row: AuditRow | undefined): { readonly id: string; readonly requester: string } | null {
  const request = row?.action === "approval.approved" ? row.data["request"] : null;
  if (typeof request !== "object" || request === null || Array.isArray(request)) return null;
  const { id, requester } = request as { readonly id?: unknown; readonly requester?: unknown };
  return typeof id === "string" && typeof requester === "string" ? { id, requester } : null;
}
