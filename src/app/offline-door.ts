import { createHmac } from "node:crypto";
import { MemoryClaims } from "#adapters/storage/memory-claims.ts";
import type { Desk } from "#desk/desk.ts";
import { Once } from "#desk/once.ts";
import type { Chance } from "#ports/chance.ts";
import type { Claims } from "#ports/claims.ts";
import type { Clock } from "#ports/clock.ts";
import { SOCKETS } from "#surfaces/api/gates/sockets.ts";
import type { DoorOptions } from "#surfaces/api/options.ts";
import { LISTENERS } from "#surfaces/api/stream/door.ts";
import { variables } from "./variables.ts";

export interface OfflineDoorGiven extends Partial<Omit<DoorOptions, "clock" | "once" | "draw">> {
  readonly claims?: Claims;
}

/** So many that nobody who is not about limits meets one. */
const PLENTY = 1_000_000;
const KEY = "no secret: it ends with the process";

/** A door over a desk without a data directory: nothing is limited unless it is told to be. */
export function offlineDoor(desk: Desk, clock: Clock, chance: Chance, given: OfflineDoorGiven = {}): DoorOptions {
  const { claims = new MemoryClaims(), ...rest } = given;
  return {
    clock,
    draw: () => chance.token(43),
    once: new Once({
      claims,
      clock,
      digest: (text) => createHmac("sha256", KEY).update(text).digest("hex"),
      ttlMs: Number(variables.idemTtlSec.preset) * 1_000,
      told: (claim) => desk.door.told(claim),
      unkept: () => undefined,
    }),
    rates: { perMinute: PLENTY, burst: PLENTY, looksPerMinute: PLENTY },
    authFailPerMinute: PLENTY,
    allowedHosts: [],
    trustedProxies: [],
    sockets: SOCKETS,
    listeners: LISTENERS,
    ...rest,
  };
}
