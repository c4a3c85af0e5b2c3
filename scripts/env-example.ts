import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentExample } from "../src/app/env-example.ts";

/** Writes `.env.example` from the table of variables; with `--check` it only says whether the file is the table's. */
const path = join(import.meta.dirname, "..", ".env.example");
const wanted = environmentExample();
if (process.argv.includes("--check")) {
  if (readFileSync(path, "utf8") !== wanted) {
    process.stderr.write(".env.example is not what src/app/variables.ts says; run: node scripts/env-example.ts\n");
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, wanted);
}
