import type { NamePrefix } from "#adapters/host/chance.ts";
import type { Config } from "./config.ts";

/** The first letter of every order's name: which venues it is meant for, whatever else is told of it later. */
export function nameLetter({ profile, dryRunOnly }: Pick<Config, "profile" | "dryRunOnly">): NamePrefix["environment"] {
  if (profile === "paper" || dryRunOnly) return "p";
  return profile === "live" ? "l" : "t";
}
