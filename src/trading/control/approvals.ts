import {
  APPROVAL_TTL_MS,
  type ApprovalParams,
  type ApprovalRequest,
  type ApprovalStatus,
  BOUND_TO_BOOT,
  type DangerousAct,
  MOST_PENDING,
  MOST_PENDING_OF_ONE,
} from "#domain/approval.ts";
import { type Instant, after } from "#domain/time.ts";

/** The state of things that a request is bound to. */
export interface Circumstance {
  readonly revision: number;
  readonly boot: number;
  readonly before: ApprovalParams;
  readonly now: Instant;
}

export interface Wish {
  readonly act: DangerousAct;
  readonly params: ApprovalParams;
  readonly requester: string;
  readonly reason: string;
}

export type Judgement =
  | { readonly verdict: "granted"; readonly request: ApprovalRequest }
  | { readonly verdict: "refused"; readonly code: ApprovalRefusal; readonly says: string };

export type ApprovalRefusal =
  | "approval_not_found"
  | "approval_decided"
  | "stale_approval"
  | "own_request"
  | "hash_mismatch"
  | "too_many_requests_pending";

/** Ended ones stay at hand for people to read, up to here. */
const KEEP_ENDED = 200;

/**
 * What waits for a second voice. It decides whether a voice counts; it changes nothing but its own list, and that only
 * when told to: the effect, the end of the request and the record of both belong in one step, which is not here.
 */
export class Approvals {
  readonly #requests = new Map<string, ApprovalRequest>();
  readonly #digest: (text: string) => string;

  /** @param digest of a text, such that nobody finds another text with the same one */
  constructor(digest: (text: string) => string) {
    this.#digest = digest;
  }

  /** Newest first. */
  all(): readonly ApprovalRequest[] {
    return [...this.#requests.values()].toReversed();
  }

  pending(): readonly ApprovalRequest[] {
    return this.all().filter(({ status }) => status === "pending");
  }

  find(id: string): ApprovalRequest | undefined {
    return this.#requests.get(id);
  }

  /** A request as it would be; it exists once it is kept. */
  draft(id: string, wish: Wish, { revision, boot, before, now }: Circumstance): Judgement {
    const pending = this.pending();
    const own = pending.filter(({ requester }) => requester === wish.requester);
    if (own.length >= MOST_PENDING_OF_ONE || pending.length >= MOST_PENDING) {
      const says = `${own.length} requests of ${wish.requester} and ${pending.length} in all wait already; withdraw some`;
      return { verdict: "refused", code: "too_many_requests_pending", says };
    }
    const request: ApprovalRequest = {
      id,
      ...wish,
      before,
      hash: this.#hashOf(wish.act, wish.params, before, revision),
      revision,
      boot,
      createdAt: now,
      expiresAt: after(now, APPROVAL_TTL_MS),
      status: "pending",
      decidedBy: null,
      decidedAt: null,
      says: "",
    };
    return { verdict: "granted", request };
  }

  /** Whether this person's yes, to what they saw, makes it happen now. */
  judge(id: string, approver: string, hash: string, now: Circumstance): Judgement {
    const request = this.#requests.get(id);
    if (!request) return refuse("approval_not_found", "there is no such request");
    if (request.status !== "pending")
      return refuse(
        request.status === "superseded" || request.status === "expired" ? "stale_approval" : "approval_decided",
        `request ${id} is ${request.status}`,
      );
    if (this.#isStale(request, now))
      return refuse("stale_approval", `request ${id} was about another state of things; ask again`);
    if (request.requester === approver)
      return refuse("own_request", `${approver} asked for it: another person must approve it`);
    if (request.hash !== hash)
      return refuse("hash_mismatch", `that is not the hash of request ${id}; look at it again: ${request.hash}`);
    return { verdict: "granted", request };
  }

  /** A no counts from anybody who may speak, the requester included. */
  judgeNo(id: string, by: string): Judgement {
    const request = this.#requests.get(id);
    if (!request) return refuse("approval_not_found", "there is no such request");
    if (request.status !== "pending") return refuse("approval_decided", `request ${id} is ${request.status}`);
    return {
      verdict: "granted",
      request: this.ended(request, request.requester === by ? "withdrawn" : "rejected", by),
    };
  }

  /** The request as it ends; it has ended once that is kept. */
  ended(request: ApprovalRequest, status: ApprovalStatus, by: string | null, says = "", at?: Instant): ApprovalRequest {
    return { ...request, status, decidedBy: by, decidedAt: at ?? request.decidedAt, says };
  }

  keep(request: ApprovalRequest): void {
    this.#requests.delete(request.id);
    this.#requests.set(request.id, request);
    const ended = [...this.#requests.values()].filter(({ status }) => status !== "pending");
    for (const { id } of ended.slice(0, Math.max(0, ended.length - KEEP_ENDED))) this.#requests.delete(id);
  }

  /** Pending ones that can no longer be approved, as they end: too old, or about a state that is gone. */
  lapsed({ revision, boot, now }: Omit<Circumstance, "before">): readonly ApprovalRequest[] {
    return this.pending().flatMap((request) => {
      if (now >= request.expiresAt) return [this.ended(request, "expired", null, "nobody approved it in time", now)];
      const gone = request.revision !== revision || (request.boot !== boot && BOUND_TO_BOOT.has(request.act));
      return gone ? [this.ended(request, "superseded", null, "the state it was about has changed", now)] : [];
    });
  }

  #isStale(request: ApprovalRequest, { revision, boot, before, now }: Circumstance): boolean {
    if (now >= request.expiresAt || request.revision !== revision) return true;
    if (request.boot !== boot && BOUND_TO_BOOT.has(request.act)) return true;
    return this.#hashOf(request.act, request.params, before, revision) !== request.hash;
  }

  #hashOf(act: DangerousAct, params: ApprovalParams, before: ApprovalParams, revision: number): string {
    return this.#digest(JSON.stringify([act, sorted(params), sorted(before), revision]));
  }
}

function refuse(code: ApprovalRefusal, says: string): Judgement {
  return { verdict: "refused", code, says };
}

const sorted = (params: ApprovalParams): unknown =>
  Object.entries(params).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
