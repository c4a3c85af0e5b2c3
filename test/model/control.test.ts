import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { explore } from "./explore.ts";
import { mutations } from "./mutations.ts";

/** As deep as CI has time for; four more events than the shortest way to RUN needs. */
const DEPTH = 8;

test.each([
  ["with the two-man rule", true],
  ["without it", false],
])("no order of events leads away from safety past the rule: %s", { timeout: 300_000 }, async (name, twoManRule) => {
  const { states, transitions, wrong, ran } = await explore(twoManRule, DEPTH);
  process.stdout.write(
    `${name}: depth ${DEPTH}, ${states} states, ${transitions} transitions, ${ran} of them in RUN\n`,
  );
  expect(wrong).toEqual([]);
  // It would prove nothing if nobody ever got to RUN.
  expect([ran > 100, states > 500]).toEqual([true, true]);
});
const run = promisify(execFile);

test("every planted bug is found", { timeout: 300_000 }, async () => {
  const table: string[] = [];
  const survived: string[] = [];
  for (const [index, { name }] of mutations.entries()) {
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, "mutant.ts"), `${index}`], {
      env: { PATH: process.env["PATH"] },
    });
    const first = JSON.parse(stdout) as string | null;
    table.push(`${name.padEnd(58)} ${first ?? "SURVIVED"}`);
    if (first === null) survived.push(name);
  }
  process.stdout.write(`\n${table.join("\n")}\n\n`);
  expect(survived).toEqual([]);
});
