import { spawnSync } from "node:child_process";

/** Types, type-aware lint, floors, dead code, format: one command, every step told, the first failure last. */
const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["types", "tsc", "-p", "tsconfig.json"],
  ["lint", "oxlint", "--type-aware", "--deny-warnings", "src", "test", "bench", "scripts"],
  ["floors", "vitest", "run", "test/architecture.test.ts"],
  ["examples", process.execPath, "scripts/env-example.ts", "--check"],
  ["metrics", process.execPath, "scripts/metrics-reference.ts", "--check"],
  ["dashboards", process.execPath, "scripts/observability.ts", "--check"],
  ["dead code", "knip", "--no-progress"],
  ["format", "prettier", "--check", "--log-level=warn", "."],
];

const failed: string[] = [];
for (const [name, command, ...args] of steps) {
  const started = Date.now();
  const result = spawnSync(command, args, { encoding: "utf8", shell: false });
  const ok = result.status === 0;
  process.stdout.write(
    `check ${name.padEnd(10)} ${ok ? "ok" : "FAILED"}  ${((Date.now() - started) / 1000).toFixed(1)} s\n`,
  );
  if (ok) continue;
  failed.push(name);
  process.stdout.write(`${result.stdout ?? ""}${result.stderr ?? ""}${result.error ? String(result.error) : ""}\n`);
}
if (failed.length > 0) {
  process.stdout.write(`check failed: ${failed.join(", ")}\n`);
  process.exitCode = 1;
}
