import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { mutations } from "./mutations.ts";

const run = promisify(execFile);
/** Each bug must be caught within so many seeds. */
const SEEDS = 2_000;
const AT_ONCE = 2;

interface Caught {
  readonly run: number;
  readonly killed: { readonly seed: number; readonly invariant: string; readonly says: string } | null;
}

async function hunt(index: number): Promise<Caught> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, "mutant.ts"), `${index}`, `${SEEDS}`], {
    env: { PATH: process.env["PATH"] },
    maxBuffer: 10_000_000,
  });
  return JSON.parse(stdout) as Caught;
}

test("every planted bug is caught by the simulation", { timeout: 600_000 }, async () => {
  const caught = new Map<number, Caught>();
  const left = [...mutations.keys()];
  const hunter = async (): Promise<void> => {
    for (let index = left.pop(); index !== undefined; index = left.pop()) caught.set(index, await hunt(index));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, hunter));
  const table = mutations.map(({ name }, index) => {
    const killed = caught.get(index)?.killed;
    return `${name.padEnd(66)} ${killed ? `seed ${String(killed.seed).padStart(4)}  ${killed.invariant.padEnd(11)} ${killed.says.slice(0, 90)}` : "SURVIVED"}`;
  });
  process.stdout.write(`\n${table.join("\n")}\n\n`);
  expect(mutations.filter((_, index) => !caught.get(index)?.killed).map(({ name }) => name)).toEqual([]);
});
