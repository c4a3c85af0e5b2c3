import { expect, test } from "vitest";
import { someFacts } from "../../../test/facts.ts";
import type { Refusals } from "#domain/traffic.ts";
import { rejects } from "./rejects.ts";

const NONE: Refusals = { orders: 0, refused: 0, cancels: 0, cancelsFailed: 0, rescuesInARow: 0 };

test.each<[Partial<Refusals>, readonly [string, string, string]]>([
  [{}, ["OK", "OK", "OK"]],
  [{ orders: 19, refused: 19 }, ["WARN", "OK", "OK"]],
  [{ orders: 20, refused: 1 }, ["ERROR", "OK", "OK"]],
  [{ orders: 20, refused: 2 }, ["HOLD", "OK", "OK"]],
  [{ cancels: 40, cancelsFailed: 2 }, ["OK", "ERROR", "OK"]],
  [{ cancels: 40, cancelsFailed: 3 }, ["OK", "HOLD", "OK"]],
  [{ rescuesInARow: 2 }, ["OK", "OK", "WARN"]],
  [{ rescuesInARow: 3 }, ["OK", "OK", "HOLD"]],
])("%j: orders, cancels and recovery are %j", (given, expected) => {
  const facts = someFacts({ refusals: () => ({ ...NONE, ...given }) });
  expect(rejects.look(facts).map(({ level }) => level)).toEqual(expected);
});
