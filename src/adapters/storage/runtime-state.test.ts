import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readState, writeState } from "./runtime-state.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "propbot-state-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, "runtime_state.json");

describe("the state file", () => {
  test("is read back as it was written, versioned, for its owner only", () => {
    writeState(path(), { control: { mode: "HOLD" } });
    expect(readState(path(), 1)).toEqual({ found: "state", state: { version: 1, control: { mode: "HOLD" } } });
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  test("is replaced as a whole, leaving nothing beside it", () => {
    writeState(path(), { n: 1, long: "x".repeat(10_000) });
    writeState(path(), { n: 2 });
    expect(readState(path(), 1)).toEqual({ found: "state", state: { version: 1, n: 2 } });
    expect(readdirSync(folder)).toEqual(["runtime_state.json"]);
  });

  test("is the old one while the new one is only half there", () => {
    writeState(path(), { n: 1 });
    writeFileSync(`${path()}.partial`, '{"version":1,"n":');
    expect(readState(path(), 1)).toEqual({ found: "state", state: { version: 1, n: 1 } });
    writeState(path(), { n: 2 });
    expect(readState(path(), 1)).toMatchObject({ state: { n: 2 } });
  });

  test("that is not there is no fault", () => {
    expect(readState(path(), 1)).toEqual({ found: "none" });
  });

  test.each(["", "{", "null", "[]", '{"version":2}', '{"mode":"RUN"}', '"text"', "\u0000\u0001"])(
    "holding %j is set aside, and kept",
    (text) => {
      writeFileSync(path(), text);
      const reading = readState(path(), 1_786_543_641_000.5);
      const aside = `${path()}.corrupt-1786543641000`;
      expect(reading).toEqual({ found: "corrupt", movedTo: aside, says: expect.stringMatching(/\S/) });
      expect(readFileSync(aside, "utf8")).toBe(text);
      expect(existsSync(path())).toBe(false);
      expect(readState(path(), 2)).toEqual({ found: "none" });
    },
  );
});
