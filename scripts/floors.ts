/** Who may open whose door. A room may always import from itself. Everything not written here is forbidden. */
export const floors: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  contract: [],
  ports: ["domain"],
  "trading/*": ["domain", "ports"],
  "trading/engine": ["domain", "ports", "trading/*"],
  "adapters/*": ["domain", "ports", "adapters/host", "adapters/wire"],
  desk: ["domain", "ports", "contract", "trading/*"],
  "surfaces/cli": ["contract"],
  "surfaces/console": ["contract"],
  "surfaces/*": ["domain", "ports", "contract", "desk"],
  app: ["*"],
};

/** Wings that are divided into rooms; the others are one room each. */
const DIVIDED = new Set(["trading", "adapters", "surfaces"]);

/** The room a file of `src/` stands in: `trading/hedge`, `domain`. */
export function roomOf(path: string): string {
  const [wing = "", room = ""] = path.split("/");
  return DIVIDED.has(wing) ? `${wing}/${room}` : wing;
}

/** Whether the floor table lets `from` import `to`. */
export function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const [wing] = from.split("/");
  const row = floors[from] ?? floors[`${wing}/*`] ?? [];
  return row.some((door) => door === "*" || door === to || (door.endsWith("/*") && to.startsWith(door.slice(0, -1))));
}
