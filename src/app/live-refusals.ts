import type { Config, Environment } from "./config.ts";
import { variables } from "./variables.ts";

const LIMITS = ["maxPosition", "maxOpenOrders", "maxDailyLoss"] as const;
const ADDRESSES = ["binanceBase", "binanceWs", "binanceOrderWs", "okxBase", "okxWs"] as const;
/** Who can speak to the inspector, or has code run before ours, has our keys. */
const INTRUSIVE = /^(--inspect|--debug|--require|-r$|--import|--loader|--experimental-loader)/;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/** What real money is not started with, whatever a test profile allows. */
export function liveRefusals(config: Config, environment: Environment, flags: readonly string[]): string[] {
  if (config.profile !== "live") return [];
  const given = (name: string): string => environment[name]?.trim() ?? "";
  const problems: string[] = [];
  if (given(variables.twoManRule.name) === "")
    problems.push("TWO_MAN_RULE: must be set with PROFILE=live, to true or, if you mean it, to false");
  for (const limit of LIMITS)
    if (config[limit] === null)
      problems.push(`${variables[limit].name}: must be set with PROFILE=live: without it there is no such limit`);
  for (const address of ADDRESSES)
    if (LOOPBACK.test(URL.parse(config[address] ?? "")?.hostname ?? ""))
      problems.push(`${variables[address].name}: must not be on this machine with PROFILE=live`);
  if (given("NODE_TLS_REJECT_UNAUTHORIZED") === "0")
    problems.push("NODE_TLS_REJECT_UNAUTHORIZED: must not be 0 with PROFILE=live: anybody could play the venue");
  const intrusive = intrusiveIn(given("NODE_OPTIONS").split(/[\s="']+/));
  if (intrusive !== null)
    problems.push(`NODE_OPTIONS: must not hold ${intrusive} with PROFILE=live: it opens this process to others`);
  const flag = intrusiveIn(flags);
  if (flag !== null) problems.push(`node ${flag}: must not be used with PROFILE=live: it opens this process to others`);
  return problems;
}

function intrusiveIn(words: readonly string[]): string | null {
  return words.find((word) => INTRUSIVE.test(word))?.split("=")[0] ?? null;
}
