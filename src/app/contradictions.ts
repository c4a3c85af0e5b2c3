import { secretProblem } from "#adapters/venues/binance/signer.ts";
import { symbolOf } from "#domain/ids.ts";
import type { Config } from "./config.ts";
import { tokenWeakness } from "./token-strength.ts";
import { variables } from "./variables.ts";

/** Combinations that are refused at the start, whatever each value says for itself. */
export function contradictions(config: Config): string[] {
  const problems: string[] = [];
  const say = (condition: boolean, text: string): void => {
    if (condition) problems.push(text);
  };
  const loopback = /^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(config.host);
  const real = config.profile !== "paper";
  say(
    !/^(model|recording:.+)$/.test(config.market),
    `MARKET: must be model or recording:<file>[,<file>], not ${JSON.stringify(config.market)}`,
  );
  say(!loopback && !config.authEnabled, "AUTH_ENABLED: must be true when HOST is beyond loopback");
  say(real && !config.authEnabled, `AUTH_ENABLED: must be true with PROFILE=${config.profile}`);
  const weakness = tokenWeakness(config.apiToken);
  say(real && weakness !== null, `API_TOKEN: ${weakness} with PROFILE=${config.profile}; try: openssl rand -hex 32`);
  say(config.postOnly, "POST_ONLY: must be false: both first legs are immediate orders, and there is no maker entry");
  const strangers = config.loopPair.filter((pair) => config.universe.length > 0 && !config.universe.includes(pair));
  say(strangers.length > 0, `LOOP_PAIR: ${strangers.map(symbolOf).join(", ")} is not in UNIVERSE; add it there`);
  say(
    config.loopVenues.length === 1,
    `LOOP_VENUES: a hedge needs two venues, not ${config.loopVenues.join(", ")} alone; name both or leave it empty`,
  );
  if (real) problems.push(...missingKeys(config));
  return problems;
}

function missingKeys(config: Config): string[] {
  const testnet = config.profile === "testnet";
  const binance = testnet ? binanceTestKeys(config) : [config.binanceKey, config.binanceSecret];
  const okx = testnet
    ? [config.okxTestKey, config.okxTestSecret, config.okxTestPassphrase]
    : [config.okxKey, config.okxSecret, config.okxPassphrase];
  const suffix = testnet ? "_TESTNET" : "";
  const problems: string[] = [];
  if (binance.includes(""))
    problems.push(
      `BINANCE_${testnet ? "UM" : "LV"}_API_KEY${suffix}: key and secret are needed with PROFILE=${config.profile}`,
    );
  if (okx.includes(""))
    problems.push(`OKX_API_KEY${suffix}: key, secret and passphrase are needed with PROFILE=${config.profile}`);
  const unusable = secretProblem(binance[1] ?? "");
  if (unusable !== null) problems.push(`BINANCE_${testnet ? "UM" : "LV"}_API_SECRET${suffix}: ${unusable}`);
  return problems;
}

export function binanceTestKeys(config: Config): readonly [key: string, secret: string] {
  if (config.binanceTestKey !== "") return [config.binanceTestKey, config.binanceTestSecret];
  return [config.binanceLiveTestKey, config.binanceLiveTestSecret];
}

/** One value in two secret slots: whoever learns one has the other. The empty ones are not set. */
export function sharedSecrets(config: Config): string[] {
  const names = new Map<unknown, string[]>();
  for (const [key, { name, secret }] of Object.entries(variables)) {
    const value: unknown = config[key as keyof Config];
    if (secret && typeof value === "string" && value !== "") names.set(value, [...(names.get(value) ?? []), name]);
  }
  return [...names.values()].flatMap(([first = "", ...others]) =>
    others.length === 0 ? [] : [`${first}: must not be the same as ${others.join(", ")}; give each a value of its own`],
  );
}
