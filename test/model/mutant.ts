import { plant } from "../plant.ts";
import { mutations } from "./mutations.ts";

/** One process with one planted bug: the shortest wrong it is caught at, or null. `node mutant.ts <index>` */
const mutation = mutations[Number(process.argv[2])];
if (!mutation) throw new Error("usage: node mutant.ts <index>");
const DEPTH = 6;

const allPlanted = plant(mutation);
const { explore } = await import("./explore.ts");
allPlanted();
const found = [await explore(true, DEPTH, 1), await explore(false, DEPTH, 1)];
const wrong = found.flatMap((each) => each.wrong);
process.stdout.write(JSON.stringify(wrong.toSorted((a, b) => a.length - b.length)[0] ?? null));
process.exit(0);
