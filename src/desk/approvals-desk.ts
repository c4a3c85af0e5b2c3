import type { z } from "zod";
import type { approval, approvalAnswer, approvalsAnswer } from "#contract/approvals.ts";
import type { ApprovalParams, ApprovalRequest, DangerousAct } from "#domain/approval.ts";
import type { Operator } from "#domain/operator.ts";
import { isoTime } from "#domain/time.ts";
import type { Ruling } from "#trading/control/authority.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import { type DeskAnswer, done } from "./answer.ts";
import { refusalOf } from "./rulings.ts";

type ApprovalWords = z.infer<typeof approval>;

/** Asking for a second voice, and being one. */
export class ApprovalsDesk {
  readonly #room: ControlRoom;

  constructor(room: ControlRoom) {
    this.#room = room;
  }

  list(): z.infer<typeof approvalsAnswer> {
    const { approvers, authority } = this.#room;
    authority.tidy();
    return {
      two_man_rule: authority.needsTwo("safe_mode_off"),
      operators: approvers,
      items: authority.approvals.all().map(approvalWords),
    };
  }

  async ask(
    who: Operator,
    act: DangerousAct,
    params: ApprovalParams,
    reason: string,
  ): Promise<DeskAnswer<z.infer<typeof approvalAnswer>>> {
    const ruling = await this.#room.authority.ask(who, act, params, reason);
    if (ruling.outcome === "refused") return refusalOf(ruling) as DeskAnswer<never>;
    return done(answerOf(ruling));
  }

  async approve(who: Operator, id: string, hash: string): Promise<DeskAnswer<z.infer<typeof approvalAnswer>>> {
    return this.#told(await this.#room.authority.approve(who, id, hash));
  }

  reject(who: Operator, id: string): DeskAnswer<z.infer<typeof approvalAnswer>> {
    return this.#told(this.#room.authority.reject(who, id));
  }

  #told(ruling: Ruling): DeskAnswer<z.infer<typeof approvalAnswer>> {
    return refusalOf(ruling) ?? done(answerOf(ruling as Exclude<Ruling, { outcome: "refused" }>));
  }
}

function answerOf(ruling: Exclude<Ruling, { outcome: "refused" }>): z.infer<typeof approvalAnswer> {
  const { outcome, says, request } = ruling;
  return { outcome, detail: says, approval: request ? approvalWords(request) : null };
}

export function approvalWords(request: ApprovalRequest): ApprovalWords {
  const { id, act, params, before, hash, revision, requester, reason, createdAt, expiresAt, status } = request;
  return {
    id,
    action: act,
    params: { ...params },
    before: { ...before },
    params_hash: hash,
    revision,
    requester,
    reason,
    created_at: isoTime(createdAt),
    expires_at: isoTime(expiresAt),
    status,
    decided_by: request.decidedBy,
    decided_at: request.decidedAt === null ? null : isoTime(request.decidedAt),
    detail: request.says,
  };
}
