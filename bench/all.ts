import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { flags } from "./harness/command.ts";
import { machine } from "./harness/machine.ts";
import { type Part, fails, isMet, line } from "./harness/report.ts";

/** Every bench, one after the other, then one table, one file of results, and the comparison with the last release. */

const BENCHES = [
  "decode",
  "ingest",
  "order",
  "journal",
  "numbers",
  "api",
  "events",
  "replay",
  "jitter",
  "start",
  "scale",
] as const;
const HERE = import.meta.dirname;
const PEERS = ["ccxt", "binance", "okx-api", "decimal.js", "big.js", "ws"];
/** Worse than the last release by more than this, on a quiet run, is a regression. */
const TOLERANCE = 1.1;

/** None of a goal that could not be measured. */
type Ratios = Readonly<Record<string, number | null>>;

const given = flags();
const passed = process.argv.slice(2).filter((flag) => flag !== "--json" && !flag.startsWith("--only"));
/** Ran to no result: an error of theirs is printed already, and the figures of the others are not lost for it. */
const broken: string[] = [];
const parts = BENCHES.filter((name) => given.only === null || name === given.only).flatMap((name): Part[] => {
  process.stderr.write(`bench ${name} …\n`);
  const run = spawnSync(process.execPath, [join(HERE, `${name}.ts`), "--json", ...passed], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 26,
  });
  if (run.stdout.trim() === "") {
    broken.push(name);
    return [];
  }
  return JSON.parse(run.stdout) as Part[];
});

const keyOf = (part: Part, what: string): string => `${part.bench}/${part.part}/${what}`;
const ratios: Ratios = Object.fromEntries(
  parts.flatMap((part) => part.goals.map((goal) => [keyOf(part, goal.what), goal.figure])),
);
const baselineFile = join(HERE, "baseline.json");
const baseline: Ratios = existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, "utf8")) : {};
const regressions = parts.flatMap((part) =>
  part.noisy
    ? []
    : part.goals.flatMap((goal) => {
        const before = baseline[keyOf(part, goal.what)];
        if (typeof before !== "number") return [];
        const worse = goal.atMost === undefined ? before / goal.figure : goal.figure / before;
        return worse > TOLERANCE ? [`${keyOf(part, goal.what)}: ${before.toFixed(2)} → ${goal.figure.toFixed(2)}`] : [];
      }),
);

const lock = JSON.parse(readFileSync(join(HERE, "../package-lock.json"), "utf8")) as {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
};
const report = {
  at: new Date().toISOString(),
  machine: machine(),
  peers: given.peers
    ? Object.fromEntries(PEERS.map((name) => [name, lock.packages[`node_modules/${name}`]?.version]))
    : null,
  quick: given.quick,
  noisy: parts.some((part) => part.noisy),
  broken,
  regressions,
  ratios,
  parts,
};
const folder = join(HERE, "results");
mkdirSync(folder, { recursive: true });
const file = join(folder, `${report.at.replaceAll(":", "-")}.json`);
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);

if (given.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  const { node, cpu, cores, load } = report.machine;
  process.stdout.write(`\n${node}, ${cpu}, ${cores} cores, load ${load.map((each) => each.toFixed(2)).join(" ")}\n`);
  for (const part of parts) process.stdout.write(`${line(part)}\n`);
  const goals = parts.flatMap((part) => part.goals);
  const met = goals.filter((goal) => isMet(goal)).length;
  process.stdout.write(
    `\n${met} of ${goals.length} goals met${report.noisy ? "; a noisy run" : ""}; results in ${file}\n`,
  );
  for (const each of broken) process.stdout.write(`the bench ${each} broke and has no figures\n`);
  for (const each of regressions) process.stdout.write(`worse than the baseline: ${each}\n`);
}
if (broken.length > 0 || parts.some(fails) || regressions.length > 0) process.exitCode = 1;
