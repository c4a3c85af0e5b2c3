import type { z } from "zod";
import type { controlState, flattenAnswer, killAnswer } from "#contract/control.ts";
import { toNumber } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { isFinished, openQuantity } from "#domain/hedge-machine.ts";
import { LEGS, symbolOf } from "#domain/ids.ts";
import { isoTime } from "#domain/time.ts";
import type { ConfigFile } from "#ports/config-file.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { Cancelled } from "#trading/hedge/cancel-all.ts";
import { approvalWords } from "./approvals-desk.ts";
import { statusOf } from "./words.ts";

export interface DeskFacts {
  readonly profile: string;
  /** `MODE`: a label, nothing else. */
  readonly label: string;
  /** `KILL_FLATTEN`: the kill switch takes the hedges off too. */
  readonly killFlatten: boolean;
  /** Takes secrets out of a text that people take away; left as it is when there are none. */
  readonly redact?: (text: string) => string;
  /** Where a configuration is kept; nowhere when left out. */
  readonly configFile?: ConfigFile;
}

export type ControlWords = z.infer<typeof controlState>;
export type CancelledWords = z.infer<typeof killAnswer>["cancelled"][string];
type FlattenedWords = z.infer<typeof flattenAnswer>["items"][number];

export function controlWords(engine: Engine, room: ControlRoom, facts: DeskFacts): ControlWords {
  const { controller, settings } = engine.rooms;
  const { state } = controller;
  const { last, passed } = room.preflight;
  return {
    mode: state.mode,
    safe_mode: state.safeMode,
    dry_run: state.dryRun,
    killed: state.killed,
    two_man_rule: state.twoManRule,
    profile: facts.profile,
    label: facts.label,
    auto_loop: settings().autoLoop,
    reasons:
      state.mode === "HOLD"
        ? state.causes.map(({ code, says, since, clearedAt }) => ({
            code,
            detail: says,
            since: isoTime(since),
            cleared_at: clearedAt === null ? null : isoTime(clearedAt),
          }))
        : [],
    venues: Object.fromEntries(state.venues),
    approvals: room.authority.approvals.pending().map(approvalWords),
    preflight_passed: passed,
    last_preflight_ts: last === null ? null : isoTime(last.at),
    guards: Object.fromEntries((last?.items ?? []).map(({ id, ok, says }) => [id, { ok, detail: says }])),
    settings: { ...room.settings.shown() },
    revision: state.version,
  };
}

export function cancelledWords({ cancelled, failed, stillOpen, foreign, verdict, says }: Cancelled): CancelledWords {
  return {
    cancelled: [...cancelled],
    failed: failed.map(({ id, says: detail }) => ({ id, detail })),
    still_open: [...stillOpen],
    foreign: [...foreign],
    confirmed: verdict === "confirmed",
    verdict,
    detail: says,
  };
}

export function flattenedWords(hedge: Hedge): FlattenedWords {
  return {
    id: hedge.intent.id,
    symbol: symbolOf(hedge.intent.instrument),
    status: statusOf(hedge),
    closed: isFinished(hedge),
    legs: LEGS.map((leg) => ({
      leg,
      venue: hedge.intent[leg].venue,
      open_quantity: toNumber(openQuantity(hedge, leg)),
      orders: hedge.orders
        .filter(({ phase, request }) => phase === "exit" && request.leg === leg)
        .map(({ request, state, filled }) => ({ id: request.id, status: state, filled: toNumber(filled) })),
    })),
  };
}
