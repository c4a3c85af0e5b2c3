import { runChaos } from "./run.ts";

/** `npm run chaos`: the long run. `node test/chaos/chaos.ts [kills per point] [timed kills] [lanes] [seed]` */
const [perPoint = 10, timed = 200, lanes = 2] = process.argv.slice(2, 5).map(Number);
const seed = process.argv[5] ?? "chaos";
const began = performance.now();
const report = await runChaos({
  perPoint,
  timed,
  lanes,
  seed,
  progress: (line) => void process.stderr.write(`${line}\n`),
});
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
for (const [where, count] of Object.entries(report.where)) process.stdout.write(`${where.padEnd(28)} ${count}\n`);
for (const says of report.violations) process.stdout.write(`VIOLATION ${says}\n`);
process.stdout.write(
  `${report.kills} kills in ${minutes} minutes, ${report.violations.length} violations, ready again p50 ${report.readyMs.p50} ms, at most ${report.readyMs.max} ms\n`,
);
process.exit(report.violations.length > 0 ? 1 : 0);
