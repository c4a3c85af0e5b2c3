import { ALWAYS_TWO, type ApprovalParams, type ApprovalRequest, type DangerousAct } from "#domain/approval.ts";
import type { Operator } from "#domain/operator.ts";
import type { Audit, AuditNote } from "#ports/audit.ts";
import type { Clock } from "#ports/clock.ts";
import type { Act, Acts } from "./acts.ts";
import { Approvals, type Circumstance } from "./approvals.ts";
import { approvalNote } from "./control-words.ts";
import type { Controller } from "./controller.ts";

export interface AuthorityDeps {
  readonly clock: Clock;
  readonly controller: Controller;
  readonly audit: Audit;
  readonly acts: () => Acts;
  readonly digest: (text: string) => string;
  readonly newId: () => string;
  /** Which start of the process this is. */
  readonly boot: number;
  /** Nothing real can be touched: one person suffices, and the answer says so. */
  readonly paper: boolean;
  /** Raised when something could not be put on record. */
  readonly unrecorded: (says: string) => void;
  readonly tell: (code: string, says: string) => void;
}

export type Ruling =
  /** It has happened. */
  | { readonly outcome: "done"; readonly says: string; readonly request: ApprovalRequest | null }
  /** It waits for a second person. */
  | { readonly outcome: "waiting"; readonly says: string; readonly request: ApprovalRequest }
  | { readonly outcome: "refused"; readonly code: string; readonly reasons: readonly string[] };

/**
 * The one way away from safety, whoever asks and from whichever door. What may happen is decided, put on record, and
 * only then done, with no pause between the last check and the deed. Nothing here is ever needed to make things safer.
 */
export class Authority {
  readonly approvals: Approvals;
  readonly #deps: AuthorityDeps;

  constructor(deps: AuthorityDeps) {
    this.#deps = deps;
    this.approvals = new Approvals(deps.digest);
  }

  /** Takes up what waited when the last process ended; what its end has made void is said to be. */
  restore(requests: readonly ApprovalRequest[]): void {
    for (const request of requests) this.approvals.keep(request);
    this.tidy();
  }

  /** Does it at once where one person suffices, and asks for a second one where not. */
  async ask(who: Operator, act: DangerousAct, params: ApprovalParams, reason: string): Promise<Ruling> {
    const the = this.#deps.acts()[act];
    if (!the) return this.#refuse(who, act, "not_possible", [`${act} is not possible here`]);
    if (who.role !== "operator") return this.#refuse(who, act, "forbidden", [`${who.name} is a viewer`]);
    await the.prepare?.(params);
    const refusal = this.#obstacle(who, act, the, params);
    if (refusal) return refusal;
    if (!this.needsTwo(act)) return this.#carryOut(who, act, the, params, null);
    this.tidy();
    const wish = { act, params, requester: who.name, reason };
    const draft = this.approvals.draft(this.#deps.newId(), wish, this.#circumstance(the, params));
    if (draft.verdict === "refused") return this.#refuse(who, act, draft.code, [draft.says]);
    const { request } = draft;
    const failed = this.#record([approvalNote(who.name, request)]);
    if (failed) return failed;
    this.approvals.keep(request);
    const says = `${who.name} asks to ${the.title(params)}; another operator must approve ${request.id}`;
    this.#deps.tell("approval_asked", says);
    return { outcome: "waiting", says, request };
  }

  /**
   * What stands in the way of an act, when others of the same request come before it; null when nothing does. Nothing
   * is done: whoever wishes for several things asks first, so that a refusal finds none of them done.
   */
  async foresee(
    who: Operator,
    act: DangerousAct,
    params: ApprovalParams,
    first: readonly DangerousAct[],
  ): Promise<Extract<Ruling, { outcome: "refused" }> | null> {
    const the = this.#deps.acts()[act];
    if (!the) return this.#refuse(who, act, "not_possible", [`${act} is not possible here`]);
    await the.prepare?.(params);
    return this.#obstacle(who, act, the, params, first);
  }

  /** The second voice. Everything is checked anew, in the step in which it takes effect. */
  async approve(who: Operator, id: string, hash: string): Promise<Ruling> {
    if (who.role !== "operator") return this.#refuse(who, "approve", "forbidden", [`${who.name} is a viewer`]);
    const seen = this.approvals.find(id);
    const the = seen && this.#deps.acts()[seen.act];
    if (!seen || !the) return this.#refuse(who, "approve", "approval_not_found", ["there is no such request"]);
    await the.prepare?.(seen.params);
    this.tidy();
    const judged = this.approvals.judge(id, who.name, hash, this.#circumstance(the, seen.params));
    if (judged.verdict === "refused") return this.#refuse(who, "approve", judged.code, [judged.says]);
    const { request } = judged;
    const refusal = this.#obstacle(who, request.act, the, request.params);
    if (refusal && refusal.outcome === "refused") {
      this.#end(this.approvals.ended(request, "failed", who.name, refusal.reasons.join("; "), this.#deps.clock.now()));
      return refusal;
    }
    return this.#carryOut(who, request.act, the, request.params, request);
  }

  /** A no ends it, whoever says it; the requester's own is a withdrawal. */
  reject(who: Operator, id: string): Ruling {
    if (who.role !== "operator") return this.#refuse(who, "reject", "forbidden", [`${who.name} is a viewer`]);
    this.tidy();
    const judged = this.approvals.judgeNo(id, who.name);
    if (judged.verdict === "refused") return this.#refuse(who, "reject", judged.code, [judged.says]);
    const request = { ...judged.request, decidedAt: this.#deps.clock.now() };
    this.#end(request);
    const says = `${who.name} has ${request.status} request ${id}`;
    this.#deps.tell("approval_ended", says);
    return { outcome: "done", says, request };
  }

  /** Whether this act takes two persons now. */
  needsTwo(act: DangerousAct): boolean {
    return !this.#deps.paper && (this.#deps.controller.state.twoManRule || ALWAYS_TWO.has(act));
  }

  /** Ends what can no longer be approved. Called after every change of control, and before anything is judged. */
  tidy(): void {
    const { clock, controller, boot } = this.#deps;
    const lapsed = this.approvals.lapsed({ revision: controller.state.version, boot, now: clock.now() });
    for (const request of lapsed) this.#end(request);
  }

  /** On record with the next flush: that it ended makes nothing possible. */
  #end(request: ApprovalRequest): void {
    this.approvals.keep(request);
    this.#deps.audit.note(approvalNote(request.decidedBy ?? "system", request));
  }

  #carryOut(
    who: Operator,
    act: DangerousAct,
    the: Act,
    params: ApprovalParams,
    request: ApprovalRequest | null,
  ): Ruling {
    const { clock, paper } = this.#deps;
    const people = request ? `${request.requester} asked, ${who.name} approved` : `${who.name}, one person`;
    const says = `${the.title(params)}: ${people}${paper ? "; in paper one person suffices" : ""}`;
    const ended = request && this.approvals.ended(request, "approved", who.name, says, clock.now());
    const deed: AuditNote = {
      actor: who.name,
      action: `control.${act}`,
      data: { params, says, request: request?.id ?? null },
    };
    // One commit: a deed without its approval's end on record could be done twice.
    const failed = this.#record(ended ? [deed, approvalNote(who.name, ended)] : [deed]);
    if (failed) return failed;
    if (ended) this.approvals.keep(ended);
    the.apply(params, says);
    return { outcome: "done", says, request: ended };
  }

  #obstacle(
    who: Operator,
    act: DangerousAct,
    the: Act,
    params: ApprovalParams,
    first: readonly DangerousAct[] = [],
  ): Extract<Ruling, { outcome: "refused" }> | null {
    const obstacles = the.obstacles(params, first);
    const [gravest] = obstacles;
    return gravest
      ? this.#refuse(
          who,
          act,
          gravest.code,
          obstacles.map(({ says }) => says),
        )
      : null;
  }

  #circumstance(the: Act, params: ApprovalParams): Circumstance {
    const { clock, controller, boot } = this.#deps;
    return { revision: controller.state.version, boot, before: the.before(params), now: clock.now() };
  }

  #refuse(
    who: Operator,
    act: string,
    code: string,
    reasons: readonly string[],
  ): Extract<Ruling, { outcome: "refused" }> {
    this.#deps.audit.note({ actor: who.name, action: "control.refused", data: { act, code, reasons } });
    return { outcome: "refused", code, reasons };
  }

  #record(notes: readonly AuditNote[]): Extract<Ruling, { outcome: "refused" }> | null {
    try {
      this.#deps.audit.commit(notes);
      return null;
    } catch (error) {
      const says = `it could not be put on record: ${error instanceof Error ? error.message : String(error)}`;
      this.#deps.unrecorded(says);
      return { outcome: "refused", code: "not_recorded", reasons: [says] };
    }
  }
}
