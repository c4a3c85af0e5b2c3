import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "#ports/clock.ts";
import type { Facts } from "../problems.ts";
import type { Doorkeeper } from "../auth.ts";
import { Buckets } from "./bucket.ts";
import { confirmerOf } from "./credentials.ts";
import { type Lane, laneOf } from "./lanes.ts";
import { networkOf } from "./peer.ts";
import { isKnown } from "./request-facts.ts";
import { tooMany } from "./too-many.ts";

export interface Rates {
  /** `API_RATE_PER_MIN`. */
  readonly perMinute: number;
  /** `API_BURST`. */
  readonly burst: number;
  readonly looksPerMinute: number;
}

/** The dearest look costs less than half a millisecond: a hundred a second are a twenty-fifth of the thread that trades. */
export const LOOKS_PER_MINUTE = 6_000;
/** Ten seconds' worth may come at once: a console that opens asks for everything it shows. */
const LOOKS_AT_ONCE = 10 / 60;
const SAFETY_PER_MINUTE = 60;

/** So many, and no more. What makes it safer has a bucket of its own, which nothing else can empty. */
export class RateGate {
  readonly #buckets: Readonly<Record<Exclude<Lane, "free">, Buckets>>;

  readonly #doorkeeper: Doorkeeper;

  constructor(clock: Clock, { perMinute, burst, looksPerMinute }: Rates, doorkeeper: Doorkeeper) {
    this.#doorkeeper = doorkeeper;
    const looksAtOnce = Math.max(1, Math.round(looksPerMinute * LOOKS_AT_ONCE));
    this.#buckets = {
      safety: new Buckets(clock, { name: "safety", burst: SAFETY_PER_MINUTE, perMinute: SAFETY_PER_MINUTE }),
      act: new Buckets(clock, { name: "acts", burst, perMinute }),
      look: new Buckets(clock, { name: "looks", burst: looksAtOnce, perMinute: looksPerMinute }),
    };
  }

  /** Counts a request against a person, or against an address where nobody said who it is. */
  refusal(request: FastifyRequest, reply: FastifyReply): Facts | null {
    const { method, routeOptions, body, peer, who } = request;
    const lane = laneOf(method, routeOptions.url, body);
    if (lane === "free") return null;
    const name = isKnown(request) ? who.name : confirmerOf(request, this.#doorkeeper);
    const whose = name === null ? `at ${networkOf(peer.address)}` : `by ${name}`;
    const { shape } = this.#buckets[lane];
    const taken = this.#buckets[lane].take(whose);
    const seconds = Math.max(1, Math.ceil(taken.waitMs / 1_000));
    reply.header("ratelimit-policy", `"${shape.name}";q=${shape.perMinute};w=60`);
    reply.header("ratelimit", `"${shape.name}";r=${taken.left};t=${seconds}`);
    return taken.admitted ? null : tooMany(reply, taken, `${shape.perMinute} a minute, ${shape.burst} at once`);
  }
}
