import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Everything: `npm run check`, then the whole suite. The last line is `N passed, N failed`. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

const check = spawnSync(process.execPath, ["scripts/check.ts"], { stdio: "inherit" });
const folder = mkdtempSync(join(tmpdir(), "propbot-test-"));
const file = join(folder, "report.json");
const filters = process.argv.slice(2);
const suite = spawnSync(
  "vitest",
  ["run", "--reporter=default", "--reporter=json", `--outputFile=${file}`, ...filters],
  {
    stdio: "inherit",
  },
);
const report = read(file);
rmSync(folder, { recursive: true, force: true });

const checks = check.status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
// A suite that broke before it could count has failed, whatever it would have counted.
const broken = report === null || (suite.status !== 0 && report.numFailedTests === 0) ? 1 : 0;
const passed = checks.passed + (report?.numPassedTests ?? 0);
const failed = checks.failed + (report?.numFailedTests ?? 0) + broken;
const skipped = report?.numPendingTests ?? 0;
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exitCode = failed === 0 ? 0 : 1;

function read(path: string): Report | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Report;
  } catch {
    return null;
  }
}
