export type Yaml = string | number | boolean | readonly Yaml[] | { readonly [name: string]: Yaml };

/** As much of YAML as we write: every text in double quotes, so that nothing in it can mean more than itself. */
export function yamlOf(value: Yaml, depth = 0): string {
  const pad = "  ".repeat(depth);
  if (typeof value !== "object") return ` ${typeof value === "string" ? JSON.stringify(value) : String(value)}\n`;
  if (Array.isArray(value)) {
    if (value.length === 0) return " []\n";
    return `\n${(value as readonly Yaml[]).map((each) => `${pad}-${itemOf(each, depth + 1)}`).join("")}`;
  }
  const fields = Object.entries(value as Readonly<Record<string, Yaml>>);
  return `${depth === 0 ? "" : "\n"}${fields.map(([name, each]) => `${pad}${name}:${yamlOf(each, depth + 1)}`).join("")}`;
}

/** The first field of an object stands beside its dash. */
function itemOf(value: Yaml, depth: number): string {
  const text = yamlOf(value, depth);
  return text.startsWith("\n") ? ` ${text.slice(1 + 2 * depth)}` : text;
}
