import { type Document, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { SettingValue } from "#trading/control/settings-fields.ts";
import type { SettingsWish } from "#trading/control/settings-room.ts";

export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** What is no setting, and is changed elsewhere on purpose: a file shall not decide it. */
const SWITCHES: ReadonlySet<string> = new Set(["mode", "safe_mode", "dry_run_only", "two_man_rule"]);
const LISTS: ReadonlySet<string> = new Set(["loop_pair", "loop_venues"]);

/** The settings that a text names. Every problem at once, each with where it is and what to write instead. */
export function readConfigYaml(
  text: string,
  known: readonly string[],
): { readonly wish: SettingsWish } | { readonly problems: readonly ConfigProblem[] } {
  const document = parseDocument(text, { uniqueKeys: false });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) return { problems: broken.map(({ message, linePos }) => problemAt(message, linePos?.[0])) };
  return document.contents === null ? { wish: {} } : wishOf(document, known);
}

function wishOf(document: Document.Parsed, known: readonly string[]): ReturnType<typeof readConfigYaml> {
  if (!isMap(document.contents))
    return { problems: [{ path: "yaml_text", message: "must be a map such as order_notional_usdt: 50" }] };
  const problems: ConfigProblem[] = [];
  const wish: Record<string, SettingValue> = {};
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? String(key.value) : "yaml_text";
    const problem = nameProblem(name, wish, known);
    const read = valueOf(name, value);
    if (problem !== null) problems.push({ path: name, message: problem });
    else if (read === undefined) problems.push({ path: name, message: `must be one value${listHint(name)}` });
    else wish[name] = read;
  }
  return problems.length > 0 ? { problems } : { wish };
}

function nameProblem(name: string, wish: SettingsWish, known: readonly string[]): string | null {
  if (SWITCHES.has(name))
    return "is a switch and no setting: change it with PATCH /api/ui/control, and leave it out here";
  if (!known.includes(name)) return `is no setting: use one of ${known.join(", ")}`;
  return name in wish ? "stands here twice: leave one of them" : null;
}

/** Undefined for what is neither a value nor a list of names where one may stand. */
function valueOf(name: string, node: unknown): SettingValue | undefined {
  if (isSeq(node) && LISTS.has(name)) {
    const items = node.items.map((item) => (isScalar(item) ? item.value : undefined));
    return items.every((item) => typeof item === "string") ? items.join(",") : undefined;
  }
  if (node === null) return null;
  const value: unknown = isScalar(node) ? node.value : undefined;
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number")
    return value;
  return undefined;
}

const listHint = (name: string): string =>
  LISTS.has(name) ? ", or a list of names" : ", as in order_notional_usdt: 50";

function problemAt(message: string, at: { readonly line: number; readonly col: number } | undefined): ConfigProblem {
  const [says = "is no YAML"] = message.split(/ at line |\n/);
  return { path: at === undefined ? "yaml_text" : `line ${at.line}`, message: says };
}
