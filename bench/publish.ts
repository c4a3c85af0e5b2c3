import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Part, isMet, number, verdict } from "./harness/report.ts";

/** Writes `docs/benchmarks.md` and `bench/baseline.json` from a run: `node bench/publish.ts [results file]`, or the latest. */

interface Report {
  readonly at: string;
  readonly machine: {
    readonly node: string;
    readonly cpu: string;
    readonly cores: number;
    readonly load: readonly number[];
  };
  readonly peers: Readonly<Record<string, string>> | null;
  readonly quick: boolean;
  readonly broken: readonly string[];
  readonly noisy: boolean;
  readonly ratios: Readonly<Record<string, number | null>>;
  readonly parts: readonly Part[];
}

const HERE = import.meta.dirname;
const folder = join(HERE, "results");
const given = process.argv[2];
const latest = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .toSorted()
  .at(-1);
const report = JSON.parse(readFileSync(given ?? join(folder, latest ?? ""), "utf8")) as Report;
if (report.peers === null || report.quick || report.broken.length > 0) {
  process.stderr.write("a run without peers, a quick or a broken one is not published\n");
  process.exit(2);
}
const commit = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8", cwd: HERE }).stdout.trim();
const explained = readFileSync(join(HERE, "explained.md"), "utf8");

const cell = (text: string): string => text.replaceAll("|", "\\|");
const goals = (part: Part): string =>
  part.goals
    .map((goal) => {
      const bound = goal.atMost === undefined ? `≥ ${goal.atLeast ?? "?"}` : `≤ ${goal.atMost}`;
      return `${isMet(goal) ? "" : "**"}${goal.what} ${number(goal.figure)} (${bound})${isMet(goal) ? "" : "**"}`;
    })
    .join("<br>");
const row = (part: Part): string =>
  `| ${part.bench} | ${cell(part.part)} | ${cell(part.ours)} | ${cell(part.against.join(", "))} | ${cell(goals(part))} | ${part.rounds} | ${verdict(part)} |`;
const noted = report.parts.filter((part) => (part.notes ?? []).length > 0);
const all = report.parts.flatMap((part) => part.goals);

writeFileSync(
  join(HERE, "../docs/benchmarks.md"),
  `# Benchmarks

One full run of \`npm run bench\`. Every goal is a ratio taken in one run on one machine: ours beside the least work that
could give the same answer, and beside the libraries people use. Absolute figures are shown, and only the ratios judged.

| | |
|---|---|
| taken | ${report.at} at commit \`${commit}\` |
| machine | ${report.machine.cpu}, ${report.machine.cores} cores, Node ${report.machine.node}, load ${report.machine.load.map((each) => each.toFixed(2)).join(" ")} |
| peers | ${Object.entries(report.peers)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")} |
| noise | ${report.noisy ? `parts marked *noisy* ran while the machine varied by more than 15 %; their misses are shown and not judged` : "the machine was quiet in every part"} |
| goals | ${all.filter((goal) => isMet(goal)).length} of ${all.length} met; a missed one is **bold** |

| Bench | Part | Ours | Beside | Goals | n | |
|---|---|---|---|---|---|---|
${report.parts.map(row).join("\n")}

## More figures

${noted.map((part) => `**${part.bench}, ${part.part}**\n\n${(part.notes ?? []).map((note) => `- ${note}`).join("\n")}`).join("\n\n")}

${explained}`,
);
writeFileSync(join(HERE, "baseline.json"), `${JSON.stringify(report.ratios, null, 2)}\n`);
spawnSync(
  "prettier",
  ["--write", "--log-level=warn", join(HERE, "../docs/benchmarks.md"), join(HERE, "baseline.json")],
  { stdio: "inherit" },
);
