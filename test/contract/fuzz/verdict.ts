import { turn } from "../../kit.ts";
import { standingOf } from "../standing.ts";
import type { Fuzzed } from "./requests.ts";
import type { Scene } from "./scene.ts";

export interface Verdict {
  readonly status: number;
  /** What is wrong with the answer; null when nothing is. */
  readonly trouble: string | null;
  /** How everything stands after it. */
  readonly standing: string;
}

/** What an answer may have of our inside in it: nothing of this. */
export const INSIDE =
  /fastify|FST_|node_modules|node:internal|\n\s*at \S|\bzod\b|sqlite|\bajv\b|undici|\/src\/|\/work\/|\.ts:\d|TypeError|syntax error|no such table/i;

/** Asks, and looks at the answer and at what has come of it. */
export async function judge({ on }: Scene, request: Fuzzed, before: string): Promise<Verdict> {
  const { method, url, headers, payload, secret } = request;
  const answer = await turn(
    on.clock,
    on.api.inject({ method: method as "GET", url, headers, ...(payload === undefined ? {} : { payload }) }),
  );
  const { statusCode: status } = answer;
  const whole = `${JSON.stringify(answer.headers)}\n${answer.payload}`;
  const standing = standingOf(on);
  const refused = status >= 400;
  const changed = before !== standing && !mayHaveChanged(request, answer.payload, before, standing);
  const troubles = [
    status >= 500 ? `it answered ${status}` : null,
    status !== 200 && INSIDE.test(whole) ? `it tells of our inside: ${INSIDE.exec(whole)?.[0]}` : null,
    whole.includes(secret) ? "it repeats a secret" : null,
    refused && !isProblem(answer.payload, method, status) ? "its refusal is no problem" : null,
    refused && changed ? `it was refused and has changed ${before} to ${standing}` : null,
  ].filter((trouble) => trouble !== null);
  return { status, standing, trouble: troubles.length === 0 ? null : `${troubles.join("; ")}: ${whole.slice(0, 600)}` };
}

function isProblem(payload: string, method: string, status: number): boolean {
  if (method === "HEAD") return payload === "";
  const { type, status: said, code } = JSON.parse(payload) as { type?: string; status?: number; code?: string };
  return type === `urn:propbot:problem:${code}` && said === status;
}

/** Two things a refusal may leave behind: a request for a second person, which it names, and what makes it safer. */
function mayHaveChanged({ method, url }: Fuzzed, payload: string, before: string, after: string): boolean {
  const [was, is] = [readStanding(before), readStanding(after)];
  if (payload.includes('"approval":') && same({ ...was, approvals: null }, { ...is, approvals: null })) return true;
  return SAFER.test(`${method} ${url}`) && isOnlySafer(was, is);
}

/** They stop first, and are then refused for the rest. */
const SAFER = /^(PATCH \/api\/ui\/control|POST \/api\/ui\/reset)\b/;

interface Standing {
  readonly latches: Readonly<Record<"safeMode" | "dryRun" | "twoManRule" | "killed", boolean>> & {
    readonly mode: string;
  };
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
}
const withoutLimits = ({ settings }: Standing): object =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !name.startsWith("max_")));
const readStanding = (text: string): Standing => JSON.parse(text) as Standing;
const same = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Everything but control is as it was, and nothing of control is less safe: a limit may be lower. A change of control ends
 * what waited on it.
 */
function isOnlySafer(was: Standing, is: Standing): boolean {
  const rest = (standing: Standing): object => ({
    ...standing,
    latches: null,
    causes: null,
    approvals: null,
    settings: withoutLimits(standing),
  });
  const lowered = Object.entries(is.settings).every(([name, value]) => {
    const before = was.settings[name] ?? null;
    if (!name.startsWith("max_") || value === before) return true;
    return value !== null && (before === null || Number(value) <= Number(before));
  });
  const kept = (["safeMode", "dryRun", "twoManRule", "killed"] as const).every(
    (name) => is.latches[name] || !was.latches[name],
  );
  return same(rest(was), rest(is)) && kept && lowered && (is.latches.mode === "HOLD" || was.latches.mode === "RUN");
}
