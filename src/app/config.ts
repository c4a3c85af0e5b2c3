import { existsSync, readFileSync } from "node:fs";
import { type InstrumentId, type VenueId, instrumentOf, venueOf } from "#domain/ids.ts";
import type { Usdt } from "#domain/decimal.ts";
import type { Settings } from "#domain/settings.ts";
import { contradictions, sharedSecrets } from "./contradictions.ts";
import { liveRefusals } from "./live-refusals.ts";
import type { Variable } from "./variable.ts";
import { variables } from "./variables.ts";

type Values = {
  readonly [Name in keyof typeof variables]: (typeof variables)[Name] extends Variable<infer T> ? T : never;
};

export interface Config extends Values {
  readonly maxPositionBySymbol: ReadonlyMap<InstrumentId, Usdt>;
  readonly maxOpenOrdersByVenue: ReadonlyMap<VenueId, number>;
}

/** Said of a command that was asked for something it cannot do. */
export const NOTHING_DONE = "nothing was changed";

/** Everything that is wrong with the configuration, each naming its variable and its fix. */
export class ConfigFault extends Error {
  override readonly name = "ConfigFault";
  readonly problems: readonly string[];
  /** What did not happen. */
  readonly undone: string;

  constructor(problems: readonly string[], undone = "propbot cannot start") {
    super(problems.join("\n"));
    this.problems = problems;
    this.undone = undone;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The one reader of the environment. Throws `ConfigFault` with every problem at once.
 *
 * @param flags of Node itself, that no variable tells of
 */
export function readConfig(
  environment: Environment,
  flags: readonly string[] = [],
): {
  readonly config: Config;
  readonly warnings: readonly string[];
} {
  const problems: string[] = [];
  const values = Object.fromEntries(
    Object.entries(variables).map(([key, variable]) => [key, readOne(variable, environment, problems)]),
  ) as unknown as Values;
  const maxPositionBySymbol = readSymbols(environment, problems);
  const maxOpenOrdersByVenue = readVenues(environment, problems);
  const config: Config = { ...values, maxPositionBySymbol, maxOpenOrdersByVenue };
  if (problems.length === 0) problems.push(...contradictions(config));
  problems.push(...sharedSecrets(config), ...liveRefusals(config, environment, flags));
  const warnings = misspelt(environment);
  if (problems.length > 0) throw new ConfigFault([...problems, ...warnings]);
  return { config, warnings };
}

function readOne(variable: Variable<unknown>, environment: Environment, problems: string[]): unknown {
  const { name, preset, read } = variable;
  // An empty line in `.env` means the preset, as if the line were not there.
  const given = environment[name]?.trim() ?? "";
  const file = environment[`${name}_FILE`]?.trim() ?? "";
  if (given !== "" && file !== "") problems.push(`${name}: set it or ${name}_FILE, not both`);
  const text = file === "" ? given : readSecretFile(name, file, problems);
  const result = read(text === "" ? preset : text);
  if ("value" in result) return result.value;
  problems.push(`${name}: ${result.problem}`);
  return undefined;
}

function readSecretFile(name: string, path: string, problems: string[]): string {
  if (!existsSync(path)) {
    problems.push(`${name}_FILE: ${path} does not exist`);
    return "";
  }
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    problems.push(`${name}_FILE: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return "";
  }
}

function readSymbols(environment: Environment, problems: string[]): ReadonlyMap<InstrumentId, Usdt> {
  const limits = new Map<InstrumentId, Usdt>();
  for (const [name, suffix, text] of suffixed(environment, "MAX_POSITION_USDT__")) {
    const instrument = instrumentOf(suffix);
    const result = variables.maxPosition.read(text);
    if (instrument === null) problems.push(`${name}: ${suffix} is no symbol like BTCUSDT`);
    else if ("problem" in result) problems.push(`${name}: ${result.problem}`);
    else if (result.value !== null) limits.set(instrument, result.value);
  }
  return limits;
}

function readVenues(environment: Environment, problems: string[]): ReadonlyMap<VenueId, number> {
  const limits = new Map<VenueId, number>();
  for (const [name, suffix, text] of suffixed(environment, "MAX_OPEN_ORDERS__")) {
    const venue = venueOf(suffix);
    const result = variables.maxOpenOrders.read(text);
    if (venue === null) problems.push(`${name}: ${suffix} is no venue; BINANCE_UM or OKX_PERP`);
    else if ("problem" in result) problems.push(`${name}: ${result.problem}`);
    else if (result.value !== null) limits.set(venue, result.value);
  }
  return limits;
}

function* suffixed(environment: Environment, prefix: string): Generator<[name: string, suffix: string, text: string]> {
  for (const [name, text] of Object.entries(environment)) {
    if (name.startsWith(prefix) && text !== undefined && text.trim() !== "")
      yield [name, name.slice(prefix.length), text.trim()];
  }
}

/** Names that look like ours and are not: said, with the nearest one. */
function misspelt(environment: Environment): string[] {
  const known = Object.values(variables).map(({ name }) => name);
  const prefixes =
    /^(PROPBOT|MAX_|MIN_|MARKET|BINANCE_|OKX_|TAKER_FEE|TELEGRAM_|SAFE_|DRY_|AUTO_|LOOP_|API_|TWO_|KILL_|OPERATORS_|AUDIT_|POLL_|VISIBILITY_|CLOCK_|PLACE_|METRICS_|CANCEL_|RESCUE_|MAINTENANCE|IDEM_|AUTH_|ALLOWED_|TRUSTED_|STATUS_)/;
  return Object.keys(environment)
    .filter(
      (name) =>
        prefixes.test(name) &&
        !known.includes(name) &&
        !known.includes(name.replace(/_FILE$/, "")) &&
        !/^MAX_(POSITION_USDT|OPEN_ORDERS)__/.test(name),
    )
    .map((name) => `${name} is not a variable of ours; did you mean ${nearest(name, known)}?`);
}

function nearest(name: string, known: readonly string[]): string {
  const scored = known.map((each) => ({ each, distance: editDistance(name, each) }));
  return scored.toSorted((a, b) => a.distance - b.distance)[0]?.each ?? "";
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** What an operator may change while we run, as configured. */
export function settingsOf(config: Config): Settings {
  return {
    autoLoop: config.autoLoop,
    reduceOnly: config.reduceOnly,
    orderNotional: config.orderNotional,
    minSpreadBps: config.minSpreadBps,
    maxSlippageBps: config.maxSlippageBps,
    limits: {
      maxNotionalPerPosition: config.maxNotionalPerPosition,
      maxTotalNotional: config.maxTotalNotional,
      maxOpenPositions: config.maxOpenPositions,
      maxLeverage: config.maxLeverage,
      maxPosition: config.maxPosition,
      maxPositionBySymbol: config.maxPositionBySymbol,
      maxOpenOrders: config.maxOpenOrders,
      maxOpenOrdersByVenue: config.maxOpenOrdersByVenue,
      maxDailyLoss: config.maxDailyLoss,
      maxDelta: config.maxDelta,
      maxDayDrawdown: config.maxDayDrawdownBps,
      placePerMin: config.placePerMin,
      cancelPerMin: config.cancelPerMin,
      rescuePerMin: config.rescuePerMin,
    },
    bookMaxAgeMs: config.bookMaxAgeMs,
    legDeadlineMs: config.legDeadlineMs,
    recoveryDeadlineMs: config.recoveryDeadlineMs,
    completeMaxLossBps: config.completeMaxLossBps,
    maxRecoveryLossBps: config.maxRecoveryLossBps,
    unknownHoldMs: config.unknownHoldSec * 1_000,
    exitTargetBps: config.exitTargetBps,
    stopBps: config.stopBps,
    maxHoldMs: config.maxHoldHours * 3_600_000,
    fundingHorizonMs: config.fundingHorizonHours * 3_600_000,
    avoidWindowMs: config.avoidWindowMinutes * 60_000,
    confirmToleranceBps: config.confirmToleranceBps,
    opportunityTtlMs: config.opportunityTtlSec * 1_000,
    leverage: config.leverageSuggestion,
    cooldownMs: config.cooldownMs,
    loopPairs: config.loopPair,
    loopVenues: config.loopVenues,
    pollIntervalMs: config.pollIntervalSec * 1_000,
    clockSkewGuardMs: config.clockSkewGuardMs,
    minLiquidationDistance: config.minLiqDistance,
    maintenanceWindows: config.maintenanceWindows,
  };
}
