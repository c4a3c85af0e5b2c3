import { plant } from "../plant.ts";
import { HUNT_FROM, mutations } from "./mutations.ts";

/** One process with one planted bug: runs seeds until it is caught, and says by which. `node mutant.ts <index> <seeds>` */
const [index, seeds] = process.argv.slice(2).map(Number);
const mutation = mutations[index ?? -1];
if (!mutation || seeds === undefined) throw new Error("usage: node mutant.ts <index> <seeds>");

const allPlanted = plant(mutation);
const { simulate } = await import("../../src/app/simulate/simulate.ts");
allPlanted();
const report = await simulate({
  seeds,
  from: HUNT_FROM[mutation.name.split(" ")[0] ?? ""] ?? 0,
  enough: (episode) => episode.violations.length > 0,
});
process.stdout.write(`${JSON.stringify({ run: report.run, killed: report.violations[0] ?? null })}\n`);
process.exit(0);
