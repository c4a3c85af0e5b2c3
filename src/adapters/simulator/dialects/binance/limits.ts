import type { Clock } from "#ports/clock.ts";
import { BinanceError } from "./errors.ts";

const WEIGHT_PER_MINUTE = 2_400;
const ORDERS_PER_MINUTE = 1_200;
const ORDERS_PER_TEN_SECONDS = 300;
const FIRST_BAN_MS = 120_000;
const LONGEST_BAN_MS = 259_200_000;
/** Requests a caller may still send after a 429 before the ban. */
const PATIENCE = 10;

class Window {
  readonly lengthMs: number;
  used = 0;
  #start = 0;
  #spent = { amount: 0, until: 0 };

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs;
  }

  add(now: number, by: number): number {
    const start = now - (now % this.lengthMs);
    if (start !== this.#start) {
      this.#start = start;
      this.used = now < this.#spent.until ? this.#spent.amount : 0;
    }
    this.used += by;
    return this.used;
  }

  /** Somebody else of the account takes this much, for one whole length from now, wherever the windows turn. */
  takeAway(now: number, amount: number): void {
    this.#spent = { amount, until: now + this.lengthMs };
    this.add(now, amount);
  }

  endsIn(now: number): number {
    return this.lengthMs - (now % this.lengthMs);
  }
}

interface Caller {
  readonly weight: Window;
  warned: number;
  bannedUntil: number;
  lastBanMs: number;
}

/** Request weights of each address, order counts of the account, and what follows when somebody does not listen. */
export class BinanceLimits {
  readonly #clock: Clock;
  readonly #callers = new Map<string, Caller>();
  readonly #minute = new Window(60_000);
  readonly #tenSeconds = new Window(10_000);
  #overloadedUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request. An error refuses it. */
  spend(address: string, weight: number): BinanceError | null {
    const now = this.#clock.now();
    const caller = this.#caller(address);
    if (now < caller.bannedUntil) return banned(address, caller.bannedUntil);
    const used = caller.weight.add(now, weight);
    if (used <= WEIGHT_PER_MINUTE) {
      if (caller.weight.used === weight) caller.warned = 0;
      return null;
    }
    caller.warned += 1;
    if (caller.warned <= PATIENCE) return tooMany(address);
    caller.lastBanMs = Math.min(caller.lastBanMs === 0 ? FIRST_BAN_MS : caller.lastBanMs * 2, LONGEST_BAN_MS);
    caller.bannedUntil = now + caller.lastBanMs;
    caller.warned = 0;
    return banned(address, caller.bannedUntil);
  }

  /** A batch counts once in the minute, and as many orders in the ten seconds. */
  countOrder(inTenSeconds = 1): BinanceError | null {
    const now = this.#clock.now();
    const minute = this.#minute.add(now, 1);
    const seconds = this.#tenSeconds.add(now, inTenSeconds);
    if (seconds > ORDERS_PER_TEN_SECONDS) return tooManyOrders(ORDERS_PER_TEN_SECONDS, "TEN_SECONDS");
    return minute > ORDERS_PER_MINUTE ? tooManyOrders(ORDERS_PER_MINUTE, "MINUTE") : null;
  }

  ban(address: string, ms: number): void {
    this.#caller(address).bannedUntil = this.#clock.now() + ms;
  }

  /** Whoever called so far. */
  banAll(ms: number): void {
    for (const address of this.#callers.keys()) this.ban(address, ms);
  }

  /** As if another program of the account sent all the orders it may, for ten seconds. */
  useUpOrders(): void {
    this.#tenSeconds.takeAway(this.#clock.now(), ORDERS_PER_TEN_SECONDS);
  }

  overload(ms: number): void {
    this.#overloadedUntil = this.#clock.now() + ms;
  }

  get overloaded(): boolean {
    return this.#clock.now() < this.#overloadedUntil;
  }

  headers(address: string, ordering: boolean): Record<string, string> {
    const now = this.#clock.now();
    const headers: Record<string, string> = {
      "content-type": "application/json",
      "x-mbx-used-weight-1m": `${this.#caller(address).weight.add(now, 0)}`,
    };
    if (ordering) {
      headers["x-mbx-order-count-10s"] = `${this.#tenSeconds.add(now, 0)}`;
      headers["x-mbx-order-count-1m"] = `${this.#minute.add(now, 0)}`;
    }
    return headers;
  }

  /** The counts as the websocket API writes them under its answers. */
  counts(address: string, ordering: boolean): readonly unknown[] {
    const now = this.#clock.now();
    const orders = { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: ORDERS_PER_TEN_SECONDS };
    const minute = { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: ORDERS_PER_MINUTE };
    const weight = { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: WEIGHT_PER_MINUTE };
    const used = { ...weight, count: this.#caller(address).weight.add(now, 0) };
    if (!ordering) return [used];
    const tenSeconds = { ...orders, count: this.#tenSeconds.add(now, 0) };
    return [tenSeconds, { ...minute, count: this.#minute.add(now, 0) }, used];
  }

  retryAfterSeconds(address: string): number {
    const now = this.#clock.now();
    const caller = this.#caller(address);
    const wait = now < caller.bannedUntil ? caller.bannedUntil - now : caller.weight.endsIn(now);
    return Math.ceil(wait / 1_000);
  }

  #caller(address: string): Caller {
    let caller = this.#callers.get(address);
    if (!caller) {
      caller = { weight: new Window(60_000), warned: 0, bannedUntil: 0, lastBanMs: 0 };
      this.#callers.set(address, caller);
    }
    return caller;
  }
}

export function tooMany(address: string): BinanceError {
  const says = `Too many requests; current limit of IP(${address}) is ${WEIGHT_PER_MINUTE} requests per minute. Please use the websocket for live updates to avoid polling the API.`;
  return new BinanceError(-1003, says, 429);
}

function banned(address: string, until: number): BinanceError {
  const says = `Way too many requests; IP(${address}) banned until ${Math.round(until)}. Please use the websocket for live updates to avoid bans.`;
  return new BinanceError(-1003, says, 418);
}

function tooManyOrders(limit: number, span: string): BinanceError {
  return new BinanceError(-1015, `Too many new orders; current limit is ${limit} orders per ${span}.`, 429);
}
