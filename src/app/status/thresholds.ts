import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { OBJECTIVE_IDS, type ObjectiveId, type Thresholds } from "#trading/status/objective.ts";
import { ConfigFault } from "../config.ts";

/** `local_ok`: everything on one machine, as in paper. `vps_ok`: real venues, far away. */
export type ThresholdSet = "local_ok" | "vps_ok";
const SETS = ["local_ok", "vps_ok"] as const;

const HOLD_MINUTES = 5;
const MOST_HOLD_MINUTES = 1_440;

// prettier-ignore
const PRESETS: Readonly<Record<ThresholdSet, Readonly<Record<ObjectiveId, number>>>> = {
  local_ok: { ws_gap_ms_p95: 400, order_cycle_ms_p95: 200, reject_rate: 0.05, cancel_fail_rate: 0.05, recon_mismatch: 0,
              max_day_drawdown_bps: 300, budget_remaining: 0, naked_exposure_usdt_s_p99: 5_000 },
  vps_ok:   { ws_gap_ms_p95: 600, order_cycle_ms_p95: 300, reject_rate: 0.05, cancel_fail_rate: 0.05, recon_mismatch: 0,
              max_day_drawdown_bps: 300, budget_remaining: 0, naked_exposure_usdt_s_p99: 10_000 },
};

/** What holds where no file says otherwise. */
export const presetThresholds = (set: ThresholdSet): Thresholds => ({
  limits: PRESETS[set],
  holdMinutes: HOLD_MINUTES,
});

/**
 * The thresholds of a file, over the presets. Throws `ConfigFault` with everything that is wrong with it.
 *
 * @param path empty for none
 */
export function readThresholds(path: string, set: ThresholdSet): Thresholds {
  const preset = presetThresholds(set);
  if (path === "") return preset;
  const found = parseThresholds(textOf(path), set);
  if ("problems" in found)
    throw new ConfigFault(found.problems.map((problem) => `STATUS_THRESHOLDS_FILE: ${path}: ${problem}`));
  return found;
}

/** @returns the thresholds, or every problem, each naming its field and the fix */
export function parseThresholds(
  text: string,
  set: ThresholdSet,
): Thresholds | { readonly problems: readonly string[] } {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0)
    return { problems: document.errors.map(({ message }) => message.split("\n")[0] ?? "it is no YAML") };
  const whole: unknown = document.toJS();
  if (whole === null) return presetThresholds(set);
  const fields = mapOf(whole);
  if (fields === null) return { problems: ["it must be a map with local_ok, vps_ok and hold_minutes"] };
  const problems: string[] = [];
  for (const name of Object.keys(fields))
    if (name !== "hold_minutes" && !SETS.some((each) => each === name))
      problems.push(`${name} is not known: use local_ok, vps_ok or hold_minutes`);
  const bySet = Object.fromEntries(SETS.map((each) => [each, limitsOf(each, fields[each], problems)]));
  const holdMinutes = fields["hold_minutes"] ?? HOLD_MINUTES;
  const fits = typeof holdMinutes === "number" && holdMinutes >= 0 && holdMinutes <= MOST_HOLD_MINUTES;
  if (!fits) problems.push(`hold_minutes must be a number from 0 to ${MOST_HOLD_MINUTES}`);
  if (problems.length > 0) return { problems };
  return { limits: { ...PRESETS[set], ...bySet[set] }, holdMinutes: Number(holdMinutes) };
}

function limitsOf(set: ThresholdSet, given: unknown, problems: string[]): Partial<Record<ObjectiveId, number>> {
  if (given === undefined || given === null) return {};
  const fields = mapOf(given);
  if (fields === null) {
    problems.push(`${set} must be a map of objectives and their limits`);
    return {};
  }
  const limits: Partial<Record<ObjectiveId, number>> = {};
  for (const [name, value] of Object.entries(fields)) {
    const id = OBJECTIVE_IDS.find((each) => each === name);
    if (id === undefined) problems.push(`${set}.${name} is no objective: use one of ${OBJECTIVE_IDS.join(", ")}`);
    else if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
      problems.push(`${set}.${name} must be a number of 0 or more`);
    else limits[id] = value;
  }
  return limits;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    throw new ConfigFault([`STATUS_THRESHOLDS_FILE: ${path} cannot be read: ${says}`]);
  }
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}
