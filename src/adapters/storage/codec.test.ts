import fc from "fast-check";
import { expect, test } from "vitest";
import { NOW, anIntent, filled } from "../../../test/kit.ts";
import { decode, encode } from "./codec.ts";

test("whatever is written is read back the same, exact numbers included", () => {
  const key = fc.string().filter((name) => name !== "#" && name !== "__proto__");
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.bigInt(),
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (written) => {
      expect(decode(encode(written))).toEqual(written);
    }),
    { seed: 20_260_812, numRuns: 500 },
  );
});

test("an event of a hedge comes back as it was", () => {
  const intended = { type: "intended", intent: anIntent() };
  const fill = filled(anIntent().long, { at: NOW });
  expect([decode(encode(intended)), decode(encode(fill))]).toEqual([intended, fill]);
});

test.each(['{"#":"12x"}', '{"#":12}', '{"#":""}', '{"a":{"#":"1.5"}}', '{"a":', ""])("%j is not guessed at", (text) => {
  expect(() => decode(text)).toThrow(SyntaxError);
});
