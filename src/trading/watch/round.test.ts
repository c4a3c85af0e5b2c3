import { expect, test } from "vitest";
import type { Level } from "#domain/health.ts";
import { someFacts } from "../../../test/facts.ts";
import { Round } from "./round.ts";
import type { Reading, Watch } from "./watch.ts";

function scene() {
  let readings: readonly Reading[] = [];
  const watch: Watch = { id: "any", code: "clock", look: () => readings };
  const shown: Watch = { id: "shown", code: null, look: () => readings };
  const said: string[] = [];
  const round = new Round([watch, shown], someFacts(), (code, source, says) => said.push(`${code} ${source} ${says}`));
  const look = (...given: readonly (readonly [source: string, level: Level])[]): readonly string[] => {
    readings = given.map(([source, level]) => ({
      source,
      level,
      value: "1",
      threshold: "2",
      says: `${source} is off`,
    }));
    said.length = 0;
    round.look();
    return [...said];
  };
  return { round, look };
}

test("what is wrong is reported by its source, what is right too, and a watch that is only shown never", () => {
  const { look } = scene();
  expect(look(["a", "HOLD"], ["b", "ERROR"])).toEqual(["clock a a is off", "clock b null"]);
  expect(look(["a", "OK"])).toEqual(["clock a null", "clock nothing null"]);
});

test("what is gone altogether is right", () => {
  const { look } = scene();
  look(["a", "HOLD"]);
  expect(look()).toEqual(["clock a null", "clock nothing null"]);
});

test("what cannot be seen is as wrong as it was", () => {
  const { look } = scene();
  look(["a", "HOLD"]);
  expect(look(["a", "UNKNOWN"], ["b", "OK"])).toEqual(["clock b null"]);
  expect(look(["a", "WARN"], ["b", "OK"])).toEqual(["clock a null", "clock b null", "clock nothing null"]);
  // Never seen wrong, and not seen now: the last run's cause stays until it is.
  expect(look(["a", "UNKNOWN"])).toEqual([]);
});

test("the readings are those of the last look", () => {
  const { round, look } = scene();
  expect(round.readings()).toEqual([]);
  look(["a", "WARN"]);
  expect(round.readings().map(({ id, code, readings }) => [id, code, readings[0]?.level])).toEqual([
    ["any", "clock", "WARN"],
    ["shown", null, "WARN"],
  ]);
});
