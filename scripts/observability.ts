import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format } from "prettier";
import { observabilityFiles } from "./observability/files.ts";

/** Writes everything in deploy/observability from its tables; with `--check` it only says which file is not theirs. */
const root = join(import.meta.dirname, "../deploy/observability");
const checking = process.argv.includes("--check");
for (const [name, text] of observabilityFiles()) {
  const path = join(root, name);
  const wanted = await format(text, { parser: name.endsWith(".json") ? "json" : "yaml", printWidth: 120 });
  if (!checking) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, wanted);
  } else if (readFileSync(path, "utf8") !== wanted) {
    process.stderr.write(
      `deploy/observability/${name} is not what its table says; run: node scripts/observability.ts\n`,
    );
    process.exitCode = 1;
  }
}
