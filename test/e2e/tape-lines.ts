import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/** The first lines of a gzipped recording. */
export async function* readLinesOf(path: string, most: number): AsyncGenerator<string> {
  const source = createReadStream(path);
  let left = most;
  for await (const line of createInterface({ input: source.pipe(createGunzip()) })) {
    if (left === 0) break;
    left -= 1;
    yield line;
  }
  source.destroy();
}
