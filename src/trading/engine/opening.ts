import type { Asker } from "#domain/control.ts";
import type { Hedge } from "#domain/hedge.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import type { HedgeId, OpportunityId } from "#domain/ids.ts";
import type { Opportunity } from "#domain/opportunity.ts";
import { type Refusal, type RiskContext, assess, describeRefusal } from "#domain/risk.ts";
import { intend } from "../hedge/intent.ts";
import { riskRules } from "../risk/rules.ts";
import type { Plan } from "./last-plan.ts";
import type { Results } from "./results.ts";
import { riskContext } from "./risk-context.ts";
import type { Rooms } from "./rooms.ts";

export interface OpeningRequest {
  readonly trade: Omit<Opportunity, "id">;
  readonly opportunity: OpportunityId | null;
  /** Goes on record with the hedge. */
  readonly claim?: string | undefined;
  readonly leverage: number;
  readonly asker: Asker;
}

export type Opening =
  | { readonly outcome: "refused"; readonly refusals: readonly [Refusal, ...Refusal[]] }
  | { readonly outcome: "started"; readonly id: HedgeId; readonly done: Promise<Hedge> };

/**
 * The one way a hedge begins, for the loop and for people alike: control, what already runs on the instrument, every
 * risk rule, and in the same synchronous step the reservation. Two requests can therefore never both pass the last slot.
 */
export function openHedge(rooms: Rooms, results: Results, request: OpeningRequest): Opening {
  const { executor, world } = rooms;
  const { trade, leverage } = request;
  const obstacles = [...controlObstacle(rooms, request), ...occupied(executor.active(), trade)];
  const refusals = [...obstacles, ...assess(riskRules, riskContext(rooms, intentOf(request), results.today()))];
  const [first, ...rest] = refusals;
  if (first) {
    planned(rooms, request, { refused: { code: first.code, says: describeRefusal(first) }, hedge: null });
    return { outcome: "refused", refusals: [first, ...rest] };
  }
  const id = world.chance.hedgeId();
  planned(rooms, request, { refused: null, hedge: id });
  const intent = intend({
    id,
    trade,
    opportunity: request.opportunity,
    claim: request.claim,
    leverage,
    asker: request.asker,
    now: world.clock.now(),
  });
  return { outcome: "started", id, done: executor.open(intent) };
}

function planned(
  { plans, world }: Rooms,
  { trade, leverage, asker }: OpeningRequest,
  became: Pick<Plan, "refused" | "hedge">,
): void {
  const { instrument, long, short } = trade;
  const source = asker === "automation" ? "loop" : "operator";
  const at = world.clock.now();
  plans.note({ at, source, instrument, long: long.venue, short: short.venue, leverage, trade, ...became });
}

function intentOf({ trade, leverage }: OpeningRequest): RiskContext["intent"] {
  const { instrument, quantity, long, short } = trade;
  return { instrument, quantity, leverage, notional: long.notional, venues: [long.venue, short.venue] };
}

function controlObstacle({ controller }: Rooms, { trade, asker }: OpeningRequest): Refusal[] {
  for (const { venue } of [trade.long, trade.short]) {
    const condition = controller.forbiddenBy("open", venue, asker);
    if (condition === null) continue;
    const code =
      condition === "SAFE_MODE" || condition === "KILLED"
        ? "safe_mode"
        : condition === "HOLD"
          ? "hold_active"
          : condition === "DRY_RUN"
            ? "dry_run"
            : "venue_not_ready";
    return [{ rule: "control", code, limit: "RUN", observed: condition }];
  }
  return [];
}

/** While anything of the instrument is unsettled no other hedge of it may open; nor one that would undo an open one. */
function occupied(active: readonly Hedge[], trade: OpeningRequest["trade"]): Refusal[] {
  const same = active.filter(({ intent }) => intent.instrument === trade.instrument);
  const unsettled = same.find((hedge) => stateOf(hedge) !== "hedged");
  if (unsettled) {
    return [
      {
        rule: "one-at-a-time",
        code: "hedge_unsettled",
        limit: "hedged",
        observed: `${unsettled.intent.id} is ${stateOf(unsettled)}`,
      },
    ];
  }
  const opposite = same.find(({ intent }) => intent.long.venue !== trade.long.venue);
  if (opposite) {
    return [
      {
        rule: "no-opposites",
        code: "opposite_hedge_open",
        limit: opposite.intent.long.venue,
        observed: trade.long.venue,
      },
    ];
  }
  return [];
}
