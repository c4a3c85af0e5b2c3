import { registerHooks } from "node:module";

/** One planted bug: source texts that are exchanged as the file is loaded. Nothing in `src/` knows of it. */
export interface Mutation {
  readonly name: string;
  readonly patches: readonly Patch[];
}

export interface Patch {
  /** In `src/`. */
  readonly file: string;
  /** Must stand there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** Plants it into everything that is loaded from now on. The answer says whether every file of it was. */
export function plant({ name, patches }: Mutation): () => void {
  const planted = new Set<number>();
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const own = patches.map((patch, at) => ({ ...patch, at })).filter(({ file }) => url.endsWith(`/src/${file}`));
      if (own.length === 0 || loaded.source === undefined || loaded.source === null) return loaded;
      let source =
        typeof loaded.source === "string" ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString("utf8");
      for (const { at, find, file, replace } of own) {
        const times = source.split(find).length - 1;
        if (times !== 1) throw new Error(`${name}: ${JSON.stringify(find)} stands ${times} times in ${file}`);
        source = source.replace(find, () => replace);
        planted.add(at);
      }
      return { ...loaded, source };
    },
  });
  return () => {
    if (planted.size !== patches.length) throw new Error(`${name}: not every file of it was loaded`);
  };
}
