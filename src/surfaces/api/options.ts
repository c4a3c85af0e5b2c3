import type { Once } from "#desk/once.ts";
import type { Clock } from "#ports/clock.ts";
import type { Operators } from "#ports/operators.ts";
import type { DoorMeter, Exposition, Log } from "#ports/telemetry.ts";
import type { Rates } from "./gates/rates.ts";
import type { SocketBounds } from "./gates/sockets.ts";
import type { ListenerBounds } from "./stream/door.ts";

/** What the API has to be told before it can be built. */
export interface ApiOptions extends DoorOptions {
  readonly host: string;
  readonly port: number;
  readonly authEnabled: boolean;
  readonly operators: Operators;
  readonly version: string;
  readonly log: Log;
  /** What is measured, and who is told how every request ended; neither where nobody measures. */
  readonly exposition?: Exposition;
  readonly meter?: DoorMeter;
  /** A name for one request. */
  readonly requestId: () => string;
}

/** The part of it that is about who may come in, how often, and what is done once. */
export interface DoorOptions {
  readonly clock: Clock;
  readonly once: Once;
  readonly rates: Rates;
  readonly authFailPerMinute: number;
  /** Names we answer to besides those of this machine. */
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly sockets: SocketBounds;
  /** How many may listen to the stream. */
  readonly listeners: ListenerBounds;
  /** 256 bits nobody can guess. */
  readonly draw: () => string;
}
