import { registerHooks } from "node:module";
import { HUNT_FROM, mutations } from "./mutations.ts";

/** One process with one planted bug: runs seeds until it is caught, and says by which. `node mutant.ts <index> <seeds>` */
const [index, seeds] = process.argv.slice(2).map(Number);
const mutation = mutations[index ?? -1];
if (!mutation || seeds === undefined) throw new Error("usage: node mutant.ts <index> <seeds>");

const planted = new Set<number>();
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const patches = mutation.patches
      .map((patch, at) => ({ ...patch, at }))
      .filter(({ file }) => url.endsWith(`/src/${file}`));
    if (patches.length === 0 || loaded.source === undefined || loaded.source === null) return loaded;
    let source =
      typeof loaded.source === "string" ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString("utf8");
    for (const { at, find, file, replace } of patches) {
      const times = source.split(find).length - 1;
      if (times !== 1) throw new Error(`${mutation.name}: ${JSON.stringify(find)} stands ${times} times in ${file}`);
      source = source.replace(find, () => replace);
      planted.add(at);
    }
    return { ...loaded, source };
  },
});

const { simulate } = await import("../../src/app/simulate/simulate.ts");
if (planted.size !== mutation.patches.length) throw new Error(`${mutation.name}: not every file of it was loaded`);
const report = await simulate({
  seeds,
  from: HUNT_FROM[mutation.name.split(" ")[0] ?? ""] ?? 0,
  enough: (episode) => episode.violations.length > 0,
});
process.stdout.write(`${JSON.stringify({ run: report.run, killed: report.violations[0] ?? null })}\n`);
process.exit(0);
