import type { HoldCause } from "./hold.ts";
import type { VenueId } from "./ids.ts";

export type VenueState = "OK" | "DEGRADED" | "QUARANTINED" | "BANNED";

/** One value with one owner. HOLD without a cause cannot be written down. */
export type ControlState = {
  /** One more with every change that an approval must not survive: not with what a venue's health or a cleared cause does. */
  readonly version: number;
  readonly safeMode: boolean;
  readonly dryRun: boolean;
  readonly killed: boolean;
  /** Away from safety takes two persons. */
  readonly twoManRule: boolean;
  readonly venues: ReadonlyMap<VenueId, VenueState>;
} & ({ readonly mode: "RUN" } | { readonly mode: "HOLD"; readonly causes: readonly [HoldCause, ...HoldCause[]] });

/** What may leave for a venue. Only the first two add risk. `cut` takes off both legs of a hedge that is in danger. */
export type Act = "open" | "complete" | "unwind" | "close" | "cut" | "cancel";
export type Asker = "automation" | "operator";

type Condition = "RUN" | "HOLD" | "SAFE_MODE" | "DRY_RUN" | "KILLED" | VenueState;
type Answer = "yes" | "operator" | "no";

// prettier-ignore
const TABLE: Readonly<Record<Condition, Readonly<Record<Act, Answer>>>> = {
  RUN:         { open: "yes", complete: "yes", unwind: "yes",      close: "yes",      cut: "yes",      cancel: "yes" },
  HOLD:        { open: "no",  complete: "no",  unwind: "yes",      close: "operator", cut: "yes",      cancel: "yes" },
  SAFE_MODE:   { open: "no",  complete: "no",  unwind: "operator", close: "operator", cut: "operator", cancel: "yes" },
  DRY_RUN:     { open: "no",  complete: "no",  unwind: "no",       close: "operator", cut: "operator", cancel: "yes" },
  KILLED:      { open: "no",  complete: "no",  unwind: "operator", close: "operator", cut: "operator", cancel: "yes" },
  OK:          { open: "yes", complete: "yes", unwind: "yes",      close: "yes",      cut: "yes",      cancel: "yes" },
  DEGRADED:    { open: "no",  complete: "yes", unwind: "yes",      close: "yes",      cut: "yes",      cancel: "yes" },
  QUARANTINED: { open: "no",  complete: "no",  unwind: "yes",      close: "operator", cut: "yes",      cancel: "yes" },
  BANNED:      { open: "no",  complete: "no",  unwind: "no",       close: "no",       cut: "no",       cancel: "no"  },
};

/** Every condition that holds for this venue now. A venue we know nothing of is treated as degraded. */
export function conditions(state: ControlState, venue: VenueId): readonly Condition[] {
  const holding: Condition[] = [state.mode, state.venues.get(venue) ?? "DEGRADED"];
  if (state.safeMode) holding.push("SAFE_MODE");
  if (state.dryRun) holding.push("DRY_RUN");
  if (state.killed) holding.push("KILLED");
  return holding;
}

/** The strictest condition decides. */
export function permits(state: ControlState, act: Act, venue: VenueId, asker: Asker): boolean {
  return conditions(state, venue).every((condition) => {
    const answer = TABLE[condition][act];
    return answer === "yes" || (answer === "operator" && asker === "operator");
  });
}

/** The first condition that forbids the act, for the sentence an operator reads; null when nothing does. */
export function forbiddenBy(state: ControlState, act: Act, venue: VenueId, asker: Asker): Condition | null {
  const strict = conditions(state, venue).filter((condition) => {
    const answer = TABLE[condition][act];
    return !(answer === "yes" || (answer === "operator" && asker === "operator"));
  });
  // The stronger word is the one to clear first, so it is the one we say.
  return (["SAFE_MODE", "KILLED"] as const).find((condition) => strict.includes(condition)) ?? strict[0] ?? null;
}
