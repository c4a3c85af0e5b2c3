import type { VenueKeys } from "#adapters/venues/deps.ts";
import type { Config } from "./config.ts";
import type { Variable } from "./variable.ts";
import { variables } from "./variables.ts";

/** What a secret of the environment is to this process: one venue's key, what people carry, or nothing it works with. */
export type SlotUse =
  | { readonly kind: "key"; readonly leg: 0 | 1; readonly part: keyof VenueKeys }
  | { readonly kind: "token" }
  | { readonly kind: "none" };

export interface Slot {
  readonly name: string;
  readonly value: string;
  readonly use: SlotUse;
}

type Key = keyof typeof variables;
const BINANCE = ["apiKey", "secret"] as const;
const OKX = ["apiKey", "secret", "passphrase"] as const;

/** Every secret variable, with the part it plays. Simulated venues have keys of their own. */
export function slotsOf(config: Config, simulated: boolean): readonly Slot[] {
  const uses = new Map<Key, SlotUse>(simulated ? [] : keyUses(config));
  if (config.authEnabled) uses.set("apiToken", { kind: "token" });
  return (Object.entries(variables) as [Key, Variable<unknown>][]).flatMap(([key, { name, secret }]) => {
    const value = config[key];
    return secret && typeof value === "string" ? [{ name, value, use: uses.get(key) ?? { kind: "none" } }] : [];
  });
}

function keyUses(config: Config): [Key, SlotUse][] {
  const testnet = config.profile === "testnet";
  const binance: readonly Key[] = !testnet
    ? ["binanceKey", "binanceSecret"]
    : config.binanceTestKey === ""
      ? ["binanceLiveTestKey", "binanceLiveTestSecret"]
      : ["binanceTestKey", "binanceTestSecret"];
  const okx: readonly Key[] = testnet
    ? ["okxTestKey", "okxTestSecret", "okxTestPassphrase"]
    : ["okxKey", "okxSecret", "okxPassphrase"];
  const used = (keys: readonly Key[], leg: 0 | 1, parts: readonly (keyof VenueKeys)[]): [Key, SlotUse][] =>
    keys.flatMap((key, index) => {
      const part = parts[index];
      return part === undefined ? [] : [[key, { kind: "key", leg, part }]];
    });
  return [...used(binance, 0, BINANCE), ...used(okx, 1, OKX)];
}
