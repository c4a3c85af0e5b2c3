import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { metricsReference } from "../src/app/metrics/reference.ts";

/** Writes the reference of the metrics from their table; with `--check` it only says whether the file is the table's. */
const path = join(import.meta.dirname, "..", "docs/reference/metrics.md");
const wanted = await format(metricsReference(), { ...(await resolveConfig(path)), filepath: path });
if (process.argv.includes("--check")) {
  if (readFileSync(path, "utf8") !== wanted) {
    process.stderr.write(`${path} is not what the registry says; run: node scripts/metrics-reference.ts\n`);
    process.exitCode = 1;
  }
} else {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, wanted);
}
