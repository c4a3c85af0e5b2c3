import { readFileSync } from "node:fs";
import { join } from "node:path";

const UNKNOWN = "unknown";
const SHORT = 12;

/** The commit these sources were checked out at, read without git; `unknown` where they did not come from a checkout. */
export function commitOf(root: string): string {
  const read = (...path: readonly string[]): string => {
    try {
      return readFileSync(join(root, ".git", ...path), "utf8");
    } catch {
      // No checkout, or a ref that is packed.
      return "";
    }
  };
  const head = read("HEAD").trim();
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  const hash = ref === undefined ? head : read(ref).trim() || packed(read("packed-refs"), ref);
  return /^[0-9a-f]{40,64}$/.test(hash) ? hash.slice(0, SHORT) : UNKNOWN;
}

const packed = (refs: string, ref: string): string =>
  refs
    .split("\n")
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(" ")[0] ?? "";
