import type { FastifyRequest } from "fastify";

/**
 * How a request is treated at the gates.
 * - `safety`: makes it safer; has a bucket of its own, and waits for no record
 * - `act`: changes something, or costs as much as if it did
 * - `look`: reads
 * - `free`: asked by machines that restart us when we do not answer
 */
export type Lane = "safety" | "act" | "look" | "free";

const SAFETY: ReadonlySet<string> = new Set([
  "/api/ui/hold",
  "/api/ui/stop",
  "/api/ui/kill",
  "/api/ui/cancel_all",
  "/api/ui/cancel-all",
  "/api/ui/close_exposure",
  "/api/hedge/flatten",
  "/api/ui/positions/:id/close",
]);
const FREE: ReadonlySet<string> = new Set(["/healthz", "/health", "/livez", "/readyz", "/live-readiness"]);
/** Asked with a body, and change nothing of ours. A right token is never kept out by others that were tried. */
const LOOKS: ReadonlySet<string> = new Set(["/api/arb/preview", "/api/ui/session"]);
/** May go either way: what is in its body decides. */
const CONTROL = "/api/ui/control";
/** Routes whose body says how they are to be treated, or who asks. */
const BY_BODY: ReadonlySet<string> = new Set([CONTROL, "/api/arb/confirm"]);

export const isByBody = ({ method, routeOptions: { url } }: FastifyRequest): boolean =>
  !isReading(method) && BY_BODY.has(url ?? "");

export const isReading = (method: string): boolean => method === "GET" || method === "HEAD";

/** @param route the pattern of the route; undefined where there is none */
export function laneOf(method: string, route: string | undefined, body?: unknown): Lane {
  if (route === undefined) return "look";
  if (isReading(method)) return FREE.has(route) ? "free" : route.endsWith("/export") ? "act" : "look";
  if (SAFETY.has(route)) return "safety";
  if (LOOKS.has(route)) return "look";
  return route === CONTROL && isSafer(body) ? "safety" : "act";
}

/** What of a change of control leads towards safety, and is never refused. */
export interface SaferPart {
  readonly mode?: "HOLD";
  readonly safe_mode?: true;
  readonly two_man_rule?: true;
}

/** That part of whatever was sent; null when there is none in it. */
export function saferPart(body: unknown): SaferPart | null {
  if (typeof body !== "object" || body === null) return null;
  const { mode, safe_mode, two_man_rule } = body as Readonly<Record<string, unknown>>;
  const part: SaferPart = {
    ...(mode === "HOLD" ? { mode } : {}),
    ...(safe_mode === true ? { safe_mode } : {}),
    ...(two_man_rule === true ? { two_man_rule } : {}),
  };
  return Object.keys(part).length === 0 ? null : part;
}

const isSafer = (body: unknown): boolean => saferPart(body) !== null;
