import { variables } from "./variables.ts";

const TITLES: Readonly<Record<string, string>> = {
  profile: "Profile and guards",
  loop: "Loop",
  exit: "Leaving a hedge",
  risk: "Risk limits and recovery bounds",
  guards: "What means HOLD",
  auth: "HTTP",
  venues: "Venue keys and addresses",
  storage: "Storage",
};

/** `.env.example`: every variable with its default and what it does, in the order of the table. */
export function environmentExample(): string {
  const lines = [
    "# Copy to .env and fill in. A secret may also be read from a file: NAME_FILE=/path instead of NAME.",
    "",
  ];
  let group = "";
  for (const { name, group: own, preset, says, secret } of Object.values(variables)) {
    if (own !== group) lines.push(`# --- ${TITLES[own] ?? own} ---`);
    group = own;
    lines.push(`# ${says}${secret ? " (secret)" : ""}`, `${name}=${preset}`, "");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}
