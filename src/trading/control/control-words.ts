import type { ApprovalRequest } from "#domain/approval.ts";
import { DANGEROUS_ACTS } from "#domain/approval.ts";
import type { ControlState } from "#domain/control.ts";
import { type HoldCause, isHoldCode } from "#domain/hold.ts";
import type { Instant } from "#domain/time.ts";
import type { AuditNote, AuditRow, AuditValue } from "#ports/audit.ts";
import type { ControllerStart } from "./controller.ts";

type Fields = { readonly [name: string]: AuditValue };

/** The row that says how everything stands; `recent()` begins with the last of them. */
const SNAPSHOT = "control.snapshot";
const APPROVAL = "approval.";

/** A change of control as it goes on record, with the whole state after it. */
export function controlNote(actor: string, state: ControlState, code: string, says: string): AuditNote {
  return { actor, action: `control.${code}`, data: { says, state: stateWords(state) } };
}

export function snapshotNote(state: ControlState, pending: readonly ApprovalRequest[], more: Fields): AuditNote {
  const data = { ...more, state: stateWords(state), pending: pending.map(requestWords) };
  return { actor: "system", action: SNAPSHOT, data };
}

export function approvalNote(actor: string, request: ApprovalRequest): AuditNote {
  return { actor, action: `${APPROVAL}${request.status}`, data: { request: requestWords(request) } };
}

function stateWords(state: ControlState): Fields {
  const { version, safeMode, dryRun, killed, twoManRule, mode } = state;
  const causes = state.mode === "HOLD" ? state.causes.map((cause): Fields => ({ ...cause })) : [];
  return { version, safeMode, dryRun, killed, twoManRule, mode, causes };
}

const requestWords = (request: ApprovalRequest): Fields => ({ ...request });

/** What the record says of how the last process left control; null when it says nothing. */
export interface Remembered {
  readonly control: Omit<ControllerStart, "mode"> | null;
  readonly requests: readonly ApprovalRequest[];
}

/** Folds the rows since the last snapshot. A row that is not understood is passed over: the safer word is asked elsewhere. */
export function remembered(rows: Iterable<AuditRow>): Remembered {
  let control: Remembered["control"] = null;
  const requests = new Map<string, ApprovalRequest>();
  for (const { action, data } of rows) {
    control = controlOf(data["state"]) ?? control;
    const listed = Array.isArray(data["pending"]) ? (data["pending"] as readonly AuditValue[]) : [];
    for (const words of [...listed, ...(action.startsWith(APPROVAL) ? [data["request"]] : [])]) {
      const request = requestOf(words);
      if (request) requests.set(request.id, request);
    }
  }
  return { control, requests: [...requests.values()] };
}

function controlOf(words: AuditValue | undefined): Remembered["control"] {
  const state = fieldsOf(words);
  if (!state || typeof state["version"] !== "number") return null;
  const causes = Array.isArray(state["causes"]) ? (state["causes"] as readonly AuditValue[]) : [];
  return {
    version: state["version"],
    safeMode: state["safeMode"] === true,
    dryRun: state["dryRun"] === true,
    killed: state["killed"] === true,
    twoManRule: state["twoManRule"] !== false,
    causes: causes.flatMap((cause) => causeOf(cause)),
  };
}

function causeOf(words: AuditValue): HoldCause[] {
  const cause = fieldsOf(words);
  const { code, says, since } = cause ?? {};
  if (typeof code !== "string" || !isHoldCode(code) || typeof says !== "string" || typeof since !== "number") return [];
  return [{ code, says, since: since as Instant, clearedAt: null }];
}

function requestOf(words: AuditValue | undefined): ApprovalRequest | null {
  const request = fieldsOf(words);
  if (!request || typeof request["id"] !== "string" || typeof request["hash"] !== "string") return null;
  // Written by `requestWords` into a record that verifies.
  return DANGEROUS_ACTS.some((act) => act === request["act"]) ? (request as unknown as ApprovalRequest) : null;
}

function fieldsOf(words: AuditValue | undefined): Fields | null {
  return typeof words === "object" && words !== null && !Array.isArray(words) ? (words as Fields) : null;
}
