import type { DoorMeter } from "#ports/telemetry.ts";
import type { Api } from "./route.ts";

const UNMATCHED = "unmatched";
const TOO_MANY = 429;

/** Tells how every request ended: by its route's template, and by which rule when there were too many. */
export function meterAccess(api: Api, meter: DoorMeter): void {
  api.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? UNMATCHED;
    meter.answered(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
    if (reply.statusCode === TOO_MANY) meter.limited(policyOf(reply.getHeader("ratelimit-policy")));
    done();
  });
}

/** The name in `RateLimit-Policy: "name";q=…`. */
function policyOf(header: unknown): string {
  const text = typeof header === "string" ? header : "";
  return /^"?([a-z][a-z0-9_-]{0,31})"?(;|$)/i.exec(text)?.[1]?.toLowerCase() ?? "other";
}
