import { spawnSync } from "node:child_process";
import { type Part, fails, line } from "./report.ts";

/** What every bench command understands. */
export interface Flags {
  readonly quick: boolean;
  readonly json: boolean;
  readonly peers: boolean;
  readonly only: string | null;
  readonly seed: number;
}

const KNOWN = /^--(quick|json|no-peers|only=.+|seed=\d+)$/;

export function flags(argv: readonly string[] = process.argv.slice(2)): Flags {
  const wrong = argv.find((flag) => !KNOWN.test(flag));
  if (wrong !== undefined) {
    process.stderr.write(
      `unknown flag ${wrong}; known are --quick, --json, --no-peers, --only=<part>, --seed=<number>\n`,
    );
    process.exit(2);
  }
  const valueOf = (name: string): string | null =>
    argv.find((flag) => flag.startsWith(`--${name}=`))?.split("=")[1] ?? null;
  return {
    quick: argv.includes("--quick"),
    json: argv.includes("--json"),
    peers: !argv.includes("--no-peers"),
    only: valueOf("only"),
    seed: Number(valueOf("seed") ?? 20_261_124),
  };
}

/** Rounds of a bench, a third of them when quick. */
export const rounds = ({ quick }: Flags, full: number): number => (quick ? Math.max(3, Math.round(full / 3)) : full);

export interface Job {
  readonly name: string;
  readonly run: (given: Flags) => Promise<Part>;
}

/**
 * Runs every wanted part, each in a process of its own, so that what one part taught the engine's compiler is not carried
 * into the next. Prints a part when it is known; with `--json` all of them at the end.
 */
export async function eachInItsOwnProcess(given: Flags, jobs: readonly Job[]): Promise<void> {
  const alone = jobs.find(({ name }) => name === given.only);
  if (alone) {
    process.stdout.write(JSON.stringify(await alone.run(given)));
    return;
  }
  const results = new Results(given);
  for (const { name } of jobs.filter((job) => given.only === null || job.name.includes(given.only))) {
    results.add(partOf(name, given));
  }
  results.end();
}

function partOf(name: string, given: Flags): Part {
  const [script = ""] = process.argv.slice(1);
  const passed = [`--only=${name}`, `--seed=${given.seed}`];
  if (given.quick) passed.push("--quick");
  if (!given.peers) passed.push("--no-peers");
  const child = spawnSync(process.execPath, [...process.execArgv, script, ...passed], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 26,
  });
  if (child.status !== 0) throw new Error(`the part ${name} broke`);
  return JSON.parse(child.stdout) as Part;
}

class Results {
  readonly #flags: Flags;
  readonly #parts: Part[] = [];

  constructor(given: Flags) {
    this.#flags = given;
  }

  add(part: Part): void {
    this.#parts.push(part);
    if (this.#flags.json) return;
    process.stdout.write(`${line(part)}\n`);
    for (const note of part.notes ?? []) process.stdout.write(`         ${note}\n`);
  }

  end(): void {
    if (this.#flags.json) process.stdout.write(`${JSON.stringify(this.#parts)}\n`);
    if (this.#parts.some(fails)) process.exitCode = 1;
  }
}
