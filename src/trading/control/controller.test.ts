import { describe, expect, test } from "vitest";
import { NOW } from "../../../test/kit.ts";
import type { ControlState } from "#domain/control.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import type { Clock } from "#ports/clock.ts";
import { Controller, type ControllerStart } from "./controller.ts";

const clock: Pick<Clock, "now"> = { now: () => NOW };

function aController(start: Partial<ControllerStart> = {}): {
  control: Controller;
  told: string[];
  states: ControlState[];
} {
  const told: string[] = [];
  const states: ControlState[] = [];
  const control = new Controller(
    clock as Clock,
    { mode: "RUN", safeMode: false, dryRun: false, killed: false, twoManRule: false, causes: [], version: 7, ...start },
    (state, code) => {
      told.push(code);
      states.push(state);
    },
  );
  for (const venue of [BINANCE_UM, OKX_PERP]) control.setVenue(venue, "OK", "ready");
  told.length = 0;
  return { control, told, states };
}

const causesOf = ({ state }: Controller): string[] =>
  state.mode === "HOLD" ? state.causes.map(({ code }) => code) : [];

describe("at the start", () => {
  test("HOLD without a cause has one: we have just started", () => {
    expect(causesOf(aController({ mode: "HOLD" }).control)).toEqual(["boot"]);
  });

  test("causes of the last run are kept", () => {
    const causes = [
      { code: "recon", says: "a difference", since: NOW, clearedAt: null },
      { code: "disk", says: "full", since: NOW, clearedAt: null },
    ] as const;
    expect(causesOf(aController({ mode: "HOLD", causes }).control)).toEqual(["recon", "disk"]);
  });

  test("killed is never RUN", () => {
    expect(aController({ mode: "RUN", killed: true }).control.state).toMatchObject({ mode: "HOLD", killed: true });
  });

  test("nothing may be opened before both venues are known", () => {
    const control = new Controller(
      clock as Clock,
      { mode: "RUN", safeMode: false, dryRun: false, killed: false, twoManRule: false, causes: [], version: 1 },
      () => undefined,
    );
    expect(control.permits("open", BINANCE_UM, "operator")).toBe(false);
  });
});

describe("hold", () => {
  test("works in the same step, and keeps every cause once", () => {
    const { control, told } = aController();
    control.hold("recon", "a difference");
    control.hold("disk", "full");
    control.hold("recon", "a difference again");
    expect([control.permits("open", BINANCE_UM, "operator"), causesOf(control), told]).toEqual([
      false,
      ["recon", "disk"],
      ["recon", "disk"],
    ]);
  });

  test("counts a version for every change, and none for what changes nothing", () => {
    const { control } = aController();
    const { version } = control.state;
    control.hold("recon", "a difference");
    control.hold("recon", "a difference");
    control.setSafeMode(false, "off already");
    expect(control.state.version).toBe(version + 1);
  });
});

describe("resume", () => {
  test("clears every cause", () => {
    const { control } = aController();
    control.hold("account", "set up otherwise");
    expect([control.resume([]), control.state.mode, causesOf(control)]).toEqual([{ outcome: "running" }, "RUN", []]);
  });

  test("of what is running changes nothing", () => {
    const { control, told } = aController();
    expect([control.resume([]), told]).toEqual([{ outcome: "running" }, []]);
  });

  test("is refused past an obstacle, SAFE_MODE or the kill switch, and says all of them", () => {
    const { control } = aController();
    control.kill("drill");
    const answer = control.resume(["okx-perp is DEGRADED"]);
    expect(answer).toEqual({
      outcome: "refused",
      code: "preflight_failed",
      reasons: [expect.stringMatching(/SAFE_MODE/), expect.stringMatching(/kill switch/), "okx-perp is DEGRADED"],
    });
    expect(control.state.mode).toBe("HOLD");
  });

  test("does not lift SAFE_MODE: that is its own act", () => {
    const { control } = aController({ mode: "HOLD", safeMode: true });
    expect(control.resume([]).outcome).toBe("refused");
    control.setSafeMode(false, "by its own change");
    expect([control.resume([]).outcome, control.state.safeMode]).toEqual(["running", false]);
  });
});

describe("kill", () => {
  test("is HOLD, SAFE_MODE and a latch", () => {
    const { control } = aController();
    control.kill("drill");
    expect(control.state).toMatchObject({ mode: "HOLD", safeMode: true, killed: true });
    expect([
      control.permits("open", BINANCE_UM, "operator"),
      control.permits("close", BINANCE_UM, "operator"),
      control.permits("cancel", BINANCE_UM, "automation"),
    ]).toEqual([false, true, true]);
  });

  test("twice is once", () => {
    const { control } = aController();
    control.kill("drill");
    const { version } = control.state;
    control.kill("again");
    expect(control.state.version).toBe(version);
  });

  test("is lifted by its own act, and stays in HOLD and SAFE_MODE", () => {
    const { control } = aController();
    control.kill("drill");
    control.unkill("both flat");
    expect(control.state).toMatchObject({ mode: "HOLD", safeMode: true, killed: false });
  });
});

describe("a venue", () => {
  test("in quarantine is not taken out of it by a stream that comes back", () => {
    const { control } = aController();
    control.setVenue(OKX_PERP, "QUARANTINED", "keys refused");
    control.setVenue(OKX_PERP, "OK", "both streams up");
    expect(control.state.venues.get(OKX_PERP)).toBe("QUARANTINED");
  });

  test("in quarantine is not taken out of it by a stream that goes and comes back", () => {
    const { control } = aController();
    control.setVenue(OKX_PERP, "QUARANTINED", "keys refused");
    control.setVenue(OKX_PERP, "DEGRADED", "private stream down");
    control.setVenue(OKX_PERP, "OK", "both streams up");
    expect(control.state.venues.get(OKX_PERP)).toBe("QUARANTINED");
  });

  test("that fails stops opening there and nowhere else", () => {
    const { control, told } = aController();
    control.setVenue(OKX_PERP, "DEGRADED", "stream down");
    expect([
      control.permits("open", OKX_PERP, "automation"),
      control.permits("open", BINANCE_UM, "automation"),
      told,
    ]).toEqual([false, true, ["venue_degraded"]]);
  });
});

test("whoever reads the state reads one whole value: a later change does not reach into it", () => {
  const { control } = aController();
  const before = control.state;
  control.kill("drill");
  control.setVenue(OKX_PERP, "BANNED", "418");
  expect([before.mode, before.killed, before.venues.get(OKX_PERP)]).toEqual(["RUN", false, "OK"]);
});
