import type { VenueId } from "#domain/ids.ts";
import type { WireReply } from "../../dialect.ts";
import type { Misfortune } from "../../misfortune.ts";
import { BinanceError } from "./errors.ts";
import { type BinanceLimits, tooMany } from "./limits.ts";
import type { Route } from "./route.ts";
import type { Params } from "./signature.ts";

/** One request that may be served: counted, signed and allowed. */
export interface Errand {
  readonly route: Route;
  readonly params: Params;
  readonly address: string;
  /** Reads may lag, be refused or come broken. */
  readonly read: boolean;
}

/** A broken answer is one that came only by half. */
export type Answer = (result: unknown, broken?: boolean) => void;

/** The weight a request has with these parameters. */
export const weightOf = ({ weight }: Route, params: Params): number =>
  typeof weight === "number" ? weight : weight(params);

/** Serves an errand, whichever way it came, with the misfortune of its occasion. */
export function dispatch(
  { route, params, address, read }: Errand,
  venue: VenueId,
  misfortune: Misfortune,
  reply: WireReply,
  answer: Answer,
): void {
  if ("serve" in route) return route.serve({ params, address, lagMs: 0 }, reply, answer);
  const faults = read ? misfortune.at(venue, "read") : [];
  if (faults.some(({ verb }) => verb === "read_throttled")) return answer(tooMany(address));
  const lagMs = faults.find(({ verb }) => verb === "read_lag")?.args.ms ?? 0;
  answer(
    route.run({ params, address, lagMs }),
    faults.some(({ verb }) => verb === "malformed_read"),
  );
}

/** How long a caller that was refused for its rate is to wait; null for any other refusal. */
export function retryAfter(error: unknown, limits: BinanceLimits, address: string): number | null {
  const limited = error instanceof BinanceError && (error.status === 429 || error.status === 418);
  return limited ? limits.retryAfterSeconds(address) : null;
}
