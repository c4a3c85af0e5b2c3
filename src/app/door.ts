import { createHmac, randomBytes } from "node:crypto";
import type { DataDirectory } from "#adapters/storage/data-directory.ts";
import type { Desk } from "#desk/desk.ts";
import { Once } from "#desk/once.ts";
import type { Claims } from "#ports/claims.ts";
import type { Clock } from "#ports/clock.ts";
import type { Log } from "#ports/telemetry.ts";
import { SOCKETS } from "#surfaces/api/gates/sockets.ts";
import type { DoorOptions } from "#surfaces/api/options.ts";
import { LISTENERS } from "#surfaces/api/stream/door.ts";
import { LOOKS_PER_MINUTE } from "#surfaces/api/gates/rates.ts";
import type { Config } from "./config.ts";
import { StateFile } from "./state-file.ts";

export interface DoorInput {
  readonly config: Config;
  readonly desk: Desk;
  readonly clock: Clock;
  readonly claims: Claims;
  readonly directory: DataDirectory;
  readonly log: Log;
  readonly looksPerMinute?: number | undefined;
}

const CLAIMS_KEY = "claims.key";
const draw = (): string => randomBytes(32).toString("base64url");

export function doorOf({ config, desk, clock, claims, directory, log, looksPerMinute }: DoorInput): DoorOptions {
  const key = StateFile.keptSecret(directory.file(CLAIMS_KEY), draw);
  return {
    clock,
    draw,
    once: new Once({
      claims,
      clock,
      digest: (text) => createHmac("sha256", key).update(text).digest("hex"),
      ttlMs: config.idemTtlSec * 1_000,
      told: (claim) => desk.door.told(claim),
      unkept: (says) => log.write("error", `an answer could not be kept for its Idempotency-Key: ${says}`),
    }),
    rates: {
      perMinute: config.apiRatePerMin,
      burst: config.apiBurst,
      looksPerMinute: looksPerMinute ?? LOOKS_PER_MINUTE,
    },
    authFailPerMinute: config.authFailPerMin,
    allowedHosts: config.allowedHosts,
    trustedProxies: config.trustedProxies,
    sockets: SOCKETS,
    listeners: LISTENERS,
  };
}
