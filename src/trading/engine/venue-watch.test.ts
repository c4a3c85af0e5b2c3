import { expect, test } from "vitest";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { BTC, NOW } from "../../../test/kit.ts";
import { Controller } from "../control/controller.ts";
import { VenueWatch } from "./venue-watch.ts";

function watched() {
  const told: string[] = [];
  const clock = new VirtualClock(NOW);
  const start = { mode: "RUN", safeMode: false, dryRun: false, killed: false, causes: [], version: 1 } as const;
  const controller = new Controller(clock, start, () => undefined);
  const watch = new VenueWatch(clock, controller, ({ level, code, says }) => told.push(`${level} ${code} ${says}`));
  watch.follow(BINANCE_UM);
  const causes = () => {
    const { state } = controller;
    return state.mode === "HOLD" ? state.causes.map(({ code }) => code) : [];
  };
  return { watch, told, causes };
}

test("a field nobody knows is told and holds nothing", () => {
  const { watch, told, causes } = watched();
  watch.drifted(BINANCE_UM, { cause: "shape", instrument: null, says: "order has a field we do not know: x" });
  expect([told, causes()]).toEqual([["warn conformance binance-um: order has a field we do not know: x"], []]);
});

test.each(["symbol", "account"] as const)("a %s that is not as it was holds under that cause", (cause) => {
  const { watch, told, causes } = watched();
  watch.drifted(BINANCE_UM, { cause, instrument: cause === "symbol" ? BTC : null, says: "changed" });
  expect([told, causes()]).toEqual([["critical conformance binance-um: changed"], [cause]]);
});
