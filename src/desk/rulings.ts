import type { Ruling } from "#trading/control/authority.ts";
import { type DeskRefusal, refused } from "./answer.ts";

const STATUS: Readonly<Record<string, DeskRefusal["status"]>> = {
  forbidden: 403,
  preflight_failed: 403,
  killed: 403,
  not_flat: 409,
  not_on_hold: 409,
  nothing_to_do: 409,
  not_possible: 422,
  key_refused: 422,
  secrets_closed: 409,
  orders_unknown: 409,
  approval_not_found: 404,
  approval_decided: 409,
  stale_approval: 409,
  own_request: 403,
  hash_mismatch: 409,
  too_many_requests_pending: 409,
  not_recorded: 503,
};

/** A ruling that did not make it happen, as a refusal; null for one that did. What waits was not done, and is not called so. */
export function refusalOf(ruling: Ruling): ReturnType<typeof refused> | null {
  if (ruling.outcome === "done") return null;
  if (ruling.outcome === "waiting") return refused(403, "approvals_missing", ruling.says, ruling.request.id);
  return refused(STATUS[ruling.code] ?? 403, ruling.code, ruling.reasons.join("; "));
}
