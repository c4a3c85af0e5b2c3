import type { Bps } from "#domain/decimal.ts";
import type { Chance } from "#ports/chance.ts";
import type { Clock } from "#ports/clock.ts";
import type { Gate } from "#ports/gate.ts";
import type { Log } from "#ports/telemetry.ts";
import type { HttpClient, SocketFactory } from "#ports/wire.ts";
import type { KeyRing } from "./key-ring.ts";

/** What every venue adapter stands on. */
export interface VenueDeps {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly http: HttpClient;
  readonly sockets: SocketFactory;
  readonly gate: Gate;
  readonly log: Log;
}

export interface VenueKeys {
  readonly apiKey: string;
  readonly secret: string;
  /** OKX only; empty elsewhere. */
  readonly passphrase: string;
}

/** How long each thing is waited for, in ms. What is not named keeps the venue's own time. */
export interface Patience {
  /** How often the instruments, the account's setup and the funding intervals are read again. */
  readonly instrumentsEveryMs: number;
  readonly accountEveryMs: number;
  readonly intervalsEveryMs: number;
  /** How long a subscribed book may take to speak for the first time. */
  readonly firstDataMs: number;
  /** How often a connection is asked for a sign of life, and after which silence it is given up. */
  readonly heartbeatMs: number;
  readonly silenceMs: number;
}

/** How to reach one venue, and what we hold for true of it until it says otherwise. */
export interface VenueSettings {
  /** `https://host[:port]`, no path. */
  readonly restUrl: string;
  /** `wss://host[:port]`, no path: each adapter adds its own roots. */
  readonly wsUrl: string;
  /** Where orders go over a websocket: the same as `wsUrl` for a venue that serves them there. */
  readonly orderUrl: string;
  /** `ws`: orders go over a websocket first, and over REST when it is not there. `rest`: over REST alone. */
  readonly orderEntry: "ws" | "rest";
  /** What every order of ours carries where the venue has room for it; letters and digits, at most 16. */
  readonly orderTag: string;
  /** Read whenever something is signed: they may be replaced while we run. */
  readonly keys: KeyRing;
  /** How long after its timestamp a signed request stays good, in ms. Orders carry their own, shorter deadline. */
  readonly recvWindowMs: number;
  /** How long after an order's deadline the venue may still not show it, in ms. */
  readonly visibilityLagMs: number;
  /** Asks OKX for its demo market (`x-simulated-trading: 1`). */
  readonly simulated: boolean;
  /** The account's rates when the venue will not tell them. */
  readonly fallbackFees: { readonly maker: Bps; readonly taker: Bps };
  /** Binance's depth stream: every 100 ms, or as it happens (`@0ms`). */
  readonly depthMs: 0 | 100;
  readonly patience?: Partial<Patience>;
}
