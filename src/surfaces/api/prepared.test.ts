import { expect, test } from "vitest";
import { z } from "zod";
import { Prepared, bytesOf } from "./prepared.ts";

const counted = () => {
  const prepared = new Prepared();
  let made = 0;
  const ask = (basis: readonly unknown[] | null, name = "all"): string =>
    prepared
      .of(basis, name, () => {
        made += 1;
        return Buffer.from(`${name} ${made}`);
      })
      .toString();
  return { ask };
};

test("an answer is made once for as long as what it is made from is the same", () => {
  const { ask } = counted();
  const [board, control] = [{}, {}];
  expect([ask([board, control]), ask([board, control])]).toEqual(["all 1", "all 1"]);
  expect([ask([{}, control]), ask([board, {}])]).toEqual(["all 2", "all 3"]);
});

test("an equal value is another value, and what went before is not taken up again", () => {
  const { ask } = counted();
  const board = { at: 1 };
  expect([ask([board]), ask([{ at: 1 }]), ask([board])]).toEqual(["all 1", "all 2", "all 3"]);
});

test("each audience has its own, and nobody gets another's", () => {
  const { ask } = counted();
  const board = {};
  expect([ask([board], "with"), ask([board], "without"), ask([board], "with")]).toEqual([
    "with 1",
    "without 2",
    "with 1",
  ]);
});

test("without a basis it is made for every reader", () => {
  const { ask } = counted();
  expect([ask(null), ask(null)]).toEqual(["all 1", "all 2"]);
});

test("what does not fit its schema becomes no bytes", () => {
  const schema = z.object({ a: z.number() });
  expect(bytesOf(schema, { a: 1, b: 2 } as { a: number }).toString()).toBe('{"a":1}');
  expect(() => bytesOf(schema, { a: "1" } as never)).toThrow(z.ZodError);
});
