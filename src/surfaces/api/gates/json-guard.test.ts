import { describe, expect, test } from "vitest";
import { BodyFault, parseGuarded } from "./json-guard.ts";

function faultOf(text: string): string | null {
  try {
    parseGuarded(text);
    return null;
  } catch (error) {
    if (error instanceof BodyFault) return `${error.statusCode} ${error.message}`;
    throw error;
  }
}

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const keyed = (count: number): string =>
  `[${Array.from({ length: count }, (_, index) => `{"k${index % 7}":1}`).join(",")}]`;

describe("what is asked of us passes as it is", () => {
  test.each([
    '{"a":{"a":1},"b":[{"a":1},{"a":2}],"c":"a","d":"{\\"a\\":1,\\"a\\":2}"}',
    '{ "a" : -1.5e-3 , "b":"\\u00e9\\\\", "":null }',
    `{"text":"${"x".repeat(4_096)}"}`,
    `{"text":"${"\\u0041".repeat(4_096)}"}`,
    nested(20),
    keyed(200),
    '["__proto__","constructor"]',
    " 12 ",
  ])("%.60s", (text) => {
    expect(parseGuarded(text)).toEqual(JSON.parse(text));
  });
});

describe("refused", () => {
  test.each([
    ["no JSON", "{a:1}", "400 the body is not JSON"],
    ["nothing", "", "400 the body is not JSON"],
    ["a bare NaN", "[NaN]", "400 the body is not JSON"],
    ["a key that stands twice", '{"mode":"RUN","mode":"HOLD"}', "400 a key stands twice in one object of the body"],
    ["and in two spellings", '{"mode":1,"m\\u006fde":2}', "400 a key stands twice in one object of the body"],
    ["deep within", '{"a":[{"b":1,"c":{},"b":2}]}', "400 a key stands twice in one object of the body"],
    ["__proto__", '{"a":{"__proto__":{}}}', "400 a key of the body is a name no field has"],
    ["constructor, spelt otherwise", '{"c\\u006fnstructor":1}', "400 a key of the body is a name no field has"],
    ["prototype", '{"prototype":1}', "400 a key of the body is a name no field has"],
    ["depth", nested(21), "422 the body is nested deeper than 20"],
    ["keys", keyed(201), "422 the body has more than 200 keys"],
    ["a long text", `["${"x".repeat(4_097)}"]`, "422 the body has a text of more than 4096 letters"],
    ["a number beyond all", "[1e999]", "422 the body has a number that is no amount"],
    ["a number without end", `[0.${"1".repeat(60)}]`, "422 the body has a number that is no amount"],
  ])("%s", (_name, text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });
});

test("the worst body that fits costs no time worth telling", () => {
  const began = performance.now();
  for (const text of ["[".repeat(65_536), `"${"\\\\".repeat(32_000)}"`, `[${"1,".repeat(32_000)}1]`]) faultOf(text);
  expect(performance.now() - began).toBeLessThan(1_000);
});
