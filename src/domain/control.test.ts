import { describe, expect, test } from "vitest";
import { NOW } from "../../test/kit.ts";
import { type Act, type Asker, type ControlState, type VenueState, forbiddenBy, permits } from "./control.ts";
import { BINANCE_UM, OKX_PERP } from "./ids.ts";

const ACTS: readonly Act[] = ["open", "complete", "unwind", "close", "cut", "cancel"];
const CAUSE = { code: "operator", says: "asked to", since: NOW, clearedAt: null } as const;

interface Given {
  readonly mode?: "RUN" | "HOLD";
  readonly safeMode?: boolean;
  readonly dryRun?: boolean;
  readonly killed?: boolean;
  readonly venue?: VenueState | "unheard of";
}

function state({ mode = "RUN", safeMode = false, dryRun = false, killed = false, venue = "OK" }: Given): ControlState {
  const venues = new Map<typeof BINANCE_UM, VenueState>([[OKX_PERP, "OK"]]);
  if (venue !== "unheard of") venues.set(BINANCE_UM, venue);
  const common = { version: 1, safeMode, dryRun, killed, twoManRule: false, venues };
  return mode === "RUN" ? { ...common, mode } : { ...common, mode, causes: [CAUSE] };
}

/** What automation may do, then what an operator may: o open, c complete, u unwind, x close, p cut the pair, k cancel. */
const letters = (given: Given, asker: Asker): string =>
  ACTS.map((act, index) => (permits(state(given), act, BINANCE_UM, asker) ? "ocuxpk"[index] : "-")).join("");

describe("what may leave (safety B.3)", () => {
  test.each<{ when: string; given: Given; automation: string; operator: string }>([
    { when: "RUN", given: {}, automation: "ocuxpk", operator: "ocuxpk" },
    { when: "HOLD", given: { mode: "HOLD" }, automation: "--u-pk", operator: "--uxpk" },
    { when: "SAFE_MODE", given: { safeMode: true }, automation: "-----k", operator: "--uxpk" },
    { when: "DRY_RUN", given: { dryRun: true }, automation: "-----k", operator: "---xpk" },
    { when: "KILLED", given: { killed: true }, automation: "-----k", operator: "--uxpk" },
    { when: "venue DEGRADED", given: { venue: "DEGRADED" }, automation: "-cuxpk", operator: "-cuxpk" },
    { when: "venue QUARANTINED", given: { venue: "QUARANTINED" }, automation: "--u-pk", operator: "--uxpk" },
    { when: "venue BANNED", given: { venue: "BANNED" }, automation: "------", operator: "------" },
    { when: "venue never heard of", given: { venue: "unheard of" }, automation: "-cuxpk", operator: "-cuxpk" },
    { when: "HOLD and SAFE_MODE", given: { mode: "HOLD", safeMode: true }, automation: "-----k", operator: "--uxpk" },
    {
      when: "HOLD, SAFE_MODE and KILLED",
      given: { mode: "HOLD", safeMode: true, killed: true },
      automation: "-----k",
      operator: "--uxpk",
    },
    {
      when: "HOLD and venue DEGRADED",
      given: { mode: "HOLD", venue: "DEGRADED" },
      automation: "--u-pk",
      operator: "--uxpk",
    },
    {
      when: "DRY_RUN and SAFE_MODE",
      given: { dryRun: true, safeMode: true },
      automation: "-----k",
      operator: "---xpk",
    },
    {
      when: "KILLED and venue BANNED",
      given: { killed: true, venue: "BANNED" },
      automation: "------",
      operator: "------",
    },
  ])("$when: automation $automation, operator $operator", ({ given, automation, operator }) => {
    expect([letters(given, "automation"), letters(given, "operator")]).toEqual([automation, operator]);
  });

  test("one venue's trouble is not the other's", () => {
    expect(permits(state({ venue: "BANNED" }), "open", OKX_PERP, "automation")).toBe(true);
  });

  test("no state at all lets anybody open but RUN on a good venue", () => {
    const booleans = [true, false];
    const all = booleans.flatMap((safeMode) =>
      booleans.flatMap((dryRun) =>
        booleans.flatMap((killed) =>
          (["RUN", "HOLD"] as const).flatMap((mode) =>
            (["OK", "DEGRADED", "QUARANTINED", "BANNED"] as const).map((venue) => ({
              safeMode,
              dryRun,
              killed,
              mode,
              venue,
            })),
          ),
        ),
      ),
    );
    const opening = all.filter((given) => permits(state(given), "open", BINANCE_UM, "operator"));
    expect(opening).toEqual([{ safeMode: false, dryRun: false, killed: false, mode: "RUN", venue: "OK" }]);
  });

  test("an operator may always do what automation may", () => {
    for (const given of [{}, { mode: "HOLD" }, { safeMode: true }, { dryRun: true }, { killed: true }] as Given[]) {
      for (const act of ACTS) {
        if (permits(state(given), act, BINANCE_UM, "automation")) {
          expect(permits(state(given), act, BINANCE_UM, "operator")).toBe(true);
        }
      }
    }
  });
});

describe("what people are told forbids it", () => {
  test.each<{ given: Given; act: Act; said: string | null }>([
    { given: {}, act: "open", said: null },
    { given: { mode: "HOLD" }, act: "open", said: "HOLD" },
    { given: { mode: "HOLD", safeMode: true }, act: "open", said: "SAFE_MODE" },
    { given: { mode: "HOLD", killed: true }, act: "open", said: "KILLED" },
    { given: { mode: "HOLD", venue: "DEGRADED" }, act: "open", said: "HOLD" },
    { given: { venue: "DEGRADED" }, act: "open", said: "DEGRADED" },
    { given: { dryRun: true }, act: "open", said: "DRY_RUN" },
    { given: { mode: "HOLD", safeMode: true }, act: "cancel", said: null },
    { given: { venue: "BANNED" }, act: "cancel", said: "BANNED" },
  ])("of $act in $given is $said", ({ given, act, said }) => {
    expect(forbiddenBy(state(given), act, BINANCE_UM, "operator")).toBe(said);
  });
});
