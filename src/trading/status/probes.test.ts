import { describe, expect, test } from "vitest";
import { blank } from "../../../test/blank-view.ts";
import { NOW } from "../../../test/kit.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { StatusBoard } from "./board.ts";
import { COMPONENT_IDS } from "./components.ts";
import { byLimits, ofParts, oldest } from "./probe.ts";
import { probes } from "./probes.ts";

describe("the list of probes", () => {
  test("is the list of components that the outside knows, each once", () => {
    expect(probes.map(({ id }) => id)).toEqual([...COMPONENT_IDS]);
  });

  test("without a measurement none is well, but for the incidents there are none of", () => {
    const board = new StatusBoard(probes, blank);
    board.look();
    const well = board.board?.components.filter(({ level }) => level !== "UNKNOWN").map(({ id }) => id);
    expect(well).toEqual(["incidents"]);
    expect(board.board?.overall).toBe("WARN");
    expect(board.board?.scores).toEqual({ P0: null, P1: 1, P2: null, P3: null });
  });

  test("one that breaks has seen nothing, and the others are heard", () => {
    const broken = {
      ...blank,
      approvals: () => {
        throw new Error("out of order");
      },
    };
    const board = new StatusBoard(probes, broken);
    board.look();
    const seen = board.board?.components.find(({ id }) => id === "approvals");
    expect([seen?.level, seen?.says]).toEqual(["UNKNOWN", "it could not be looked at: out of order"]);
    expect(board.board?.components).toHaveLength(probes.length);
  });

  test.each([
    ["one person where two are needed", { pending: 0, nextExpiry: null, approvers: 1, needsTwo: true }, "HOLD"],
    ["two persons", { pending: 0, nextExpiry: null, approvers: 2, needsTwo: true }, "OK"],
    ["one person, and one is enough", { pending: 0, nextExpiry: null, approvers: 1, needsTwo: false }, "OK"],
    ["somebody waits", { pending: 1, nextExpiry: NOW, approvers: 2, needsTwo: true }, "WARN"],
  ] as const)("approvals: %s", (_name, approvals, level) => {
    const board = new StatusBoard(probes, { ...blank, approvals: () => approvals });
    board.look();
    expect(board.board?.components.find(({ id }) => id === "approvals")?.level).toBe(level);
  });

  test.each([
    ["a key that may withdraw", { canTrade: true, canWithdraw: true }, {}, "HOLD"],
    ["a key that may not trade", { canTrade: false, canWithdraw: false }, {}, "HOLD"],
    ["a file that others read", {}, { exposed: ["x can be read by others"] }, "ERROR"],
    ["the same in paper", {}, { exposed: ["x can be read by others"], grave: false }, "WARN"],
    ["a token that is guessed", {}, { weak: ["API_TOKEN"] }, "ERROR"],
    ["a key of a hundred days", {}, { oldestDays: 100 }, "WARN"],
    ["keys as they should be", {}, {}, "OK"],
  ] as const)("keys: %s", (_name, rights, health, level) => {
    const setup = { positionMode: "net", marginMode: "cross", canTrade: true, canWithdraw: false, ...rights } as const;
    const keys = { at: NOW, exposed: [], weak: [], grave: true, oldestDays: 3, ageless: 0, ...health };
    const board = new StatusBoard(probes, {
      ...blank,
      readAt: () => NOW,
      setup: () => setup,
      outside: { keys: () => keys },
    });
    board.look();
    expect(board.board?.components.find(({ id }) => id === "keys_security")?.level).toBe(level);
  });

  test.each([
    ["no orders", { covers: 0, misses: 0, bareSince: null }, "OK"],
    ["one miss", { covers: 1, misses: 1, bareSince: null }, "WARN"],
    ["two misses", { covers: 1, misses: 2, bareSince: null }, "ERROR"],
    ["an order that rests with no timer", { covers: 1, misses: 0, bareSince: NOW - 2_501 }, "HOLD"],
    ["an order of this moment", { covers: 1, misses: 0, bareSince: NOW - 100 }, "OK"],
  ] as const)("cancel timers: %s", (_name, reading, level) => {
    const whole = {
      armedUntil: null,
      refreshedAt: null,
      ...reading,
      bareSince: reading.bareSince as typeof NOW | null,
    };
    const board = new StatusBoard(probes, {
      ...blank,
      start: () => ({ finished: true, steps: [] }),
      deadMen: () => [{ venue: BINANCE_UM, reading: whole }],
    });
    board.look();
    expect(board.board?.components.find(({ id }) => id === "cancel_on_disconnect")?.level).toBe(level);
  });
});

test("the worst part gives the level and the word, and several of it are all said", () => {
  const parts = [
    { level: "WARN", says: "a" },
    { level: "ERROR", says: "b" },
    { level: "ERROR", says: "c" },
  ] as const;
  expect(ofParts(NOW, parts, "well", {})).toMatchObject({ level: "ERROR", says: "b; c" });
  expect(ofParts(NOW, [], "well", {})).toMatchObject({ level: "OK", says: "well" });
});

test("the oldest of several moments is none when one of them never was", () => {
  expect([oldest([NOW, (NOW - 5) as typeof NOW]), oldest([NOW, null])]).toEqual([NOW - 5, null]);
});

test("a value is a worry from the first limit on, an error from the second, and holds from the third", () => {
  expect([1, 2, 3, 4].map((value) => byLimits(value, [1, 2, 3]))).toEqual(["OK", "WARN", "ERROR", "HOLD"]);
});
