import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { mayImport, roomOf } from "../scripts/floors.ts";

const src = join(import.meta.dirname, "..", "src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));
const IMPORT = /(?:from\s+|import\s*\(\s*|import\s+)["']([^"']+)["']/g;

function importsOf(file: string): string[] {
  return [...readFileSync(join(src, file), "utf8").matchAll(IMPORT)].map((match) => match[1] ?? "");
}

/** The file of `src/` an import leads to; null for a package. A test's own kit lies outside `src/`. */
function target(file: string, specifier: string): string | null {
  if (specifier.startsWith("#")) return specifier.slice(1);
  if (!specifier.startsWith(".")) return null;
  const path = relative(src, join(src, dirname(file), specifier));
  return path.startsWith("..") ? null : path;
}

test("every import obeys the floor table", () => {
  const broken = files.flatMap((file) =>
    importsOf(file).flatMap((specifier) => {
      const to = target(file, specifier);
      return to === null || mayImport(roomOf(file), roomOf(to)) ? [] : [`${file} may not import ${specifier}`];
    }),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(broken).toEqual([]);
});

test("inside a room imports are relative, across rooms they begin with the floor", () => {
  const broken = files.flatMap((file) =>
    importsOf(file).flatMap((specifier) => {
      const to = target(file, specifier);
      if (to === null) return [];
      const relativeImport = specifier.startsWith(".");
      const sameWing = file.split("/")[0] === to.split("/")[0];
      const sameRoom = roomOf(file) === roomOf(to);
      const wrong = sameRoom ? !relativeImport : relativeImport && !sameWing;
      return wrong ? [`${file}: ${specifier}`] : [];
    }),
  );
  expect(broken).toEqual([]);
});

test("no file is called what says nothing", () => {
  const forbidden = /(^|\/)(utils?|common|helpers?|misc|manager|service|handler|base|types|index)\.tsx?$/;
  expect(files.filter((file) => forbidden.test(file))).toEqual([]);
});

/** Where the world is touched, and nowhere else. */
const SEAMS: readonly { readonly pattern: RegExp; readonly allowed: RegExp }[] = [
  {
    pattern: /\b(Date\.now\(|performance\.now\(|setTimeout\(|setInterval\()/,
    allowed: /^adapters\/host\/system-clock\.ts$/,
  },
  { pattern: /\bMath\.random\(|\brandomUUID\b/, allowed: /^$/ },
  { pattern: /\brandomInt\b|\brandomBytes\b/, allowed: /^(adapters\/host\/chance\.ts|app\/.*)$/ },
  { pattern: /\bprocess\.env\b/, allowed: /^app\/(config|main)\.ts$/ },
  { pattern: /\bsetImmediate\(/, allowed: /^adapters\/host\/virtual-clock\.ts$/ },
];

test("clock, chance and environment are read at their seams only", () => {
  const broken = files
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => {
      const text = readFileSync(join(src, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      return SEAMS.filter(({ pattern, allowed }) => pattern.test(text) && !allowed.test(file)).map(
        ({ pattern }) => `${file} touches ${pattern.source}`,
      );
    });
  expect(broken).toEqual([]);
});

test("the core holds no floats for money: parseFloat and Number() of a price stay outside trading's money rooms", () => {
  const broken = files
    .filter((file) => /^(domain|trading\/(accounts|hedge|risk))\//.test(file) && !file.endsWith(".test.ts"))
    .filter((file) => /\bparseFloat\(|\bNumber\.parseFloat\(/.test(readFileSync(join(src, file), "utf8")));
  expect(broken).toEqual([]);
});
