import type { VenueId } from "#domain/ids.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { WirePeer, WireReply, WireSession } from "../../dialect.ts";
import type { Misfortune } from "../../misfortune.ts";
import { dispatch, retryAfter, weightOf } from "./dispatch.ts";
import { BinanceError, bodyOf, missing, refuse } from "./errors.ts";
import type { BinanceLimits } from "./limits.ts";
import type { Route, Routes } from "./route.ts";
import { type BinanceKeys, checkFrame, checkTime, type Params, readFrame } from "./signature.ts";

const PING_MS = 180_000;
const PONG_WITHIN_MS = 600_000;
const LIFE_MS = 86_400_000;
const HANDSHAKE_WEIGHT = 5;

/**
 * What each method does is what a path of REST does: the same code, limits and misfortunes.
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-api-general-info
 */
const METHODS: Readonly<Record<string, string>> = {
  "order.place": "POST /fapi/v1/order",
  "order.modify": "PUT /fapi/v1/order",
  "order.cancel": "DELETE /fapi/v1/order",
  "order.status": "GET /fapi/v1/order",
  "account.status": "GET /fapi/v2/account",
  "v2/account.status": "GET /fapi/v3/account",
  "account.balance": "GET /fapi/v2/balance",
  "v2/account.balance": "GET /fapi/v3/balance",
  "account.position": "GET /fapi/v2/positionRisk",
  "v2/account.position": "GET /fapi/v3/positionRisk",
  depth: "GET /fapi/v1/depth",
  "ticker.price": "GET /fapi/v2/ticker/price",
  "ticker.book": "GET /fapi/v1/ticker/bookTicker",
  "userDataStream.start": "POST /fapi/v1/listenKey",
  "userDataStream.ping": "PUT /fapi/v1/listenKey",
  "userDataStream.stop": "DELETE /fapi/v1/listenKey",
};
const ORDERING: ReadonlySet<string> = new Set(["order.place", "order.modify"]);

/** What all sockets of the websocket API share. */
export interface WsApiHouse {
  readonly venue: VenueId;
  readonly clock: Clock;
  readonly keys: BinanceKeys;
  readonly limits: BinanceLimits;
  readonly misfortune: Misfortune;
  readonly routes: Routes;
}

interface Logon {
  readonly key: string;
  readonly since: number;
}

interface Asked {
  readonly id: unknown;
  readonly method: string;
  readonly params: Params;
}

/** One websocket that orders and questions come by, each answered under its id and in no promised order. */
export class BinanceWsApi implements WireSession {
  readonly #house: WsApiHouse;
  readonly #address: string;
  readonly #peer: WirePeer;
  readonly #left: (session: BinanceWsApi) => void;
  readonly #returnsLimits: boolean;
  readonly #connectedAt: number;
  readonly #timers: Timer[];
  #logon: Logon | null = null;
  #heardAt: number;
  #open = true;

  constructor(
    house: WsApiHouse,
    target: string,
    address: string,
    peer: WirePeer,
    left: (session: BinanceWsApi) => void,
  ) {
    const { clock } = house;
    this.#house = house;
    this.#address = address;
    this.#peer = peer;
    this.#left = left;
    this.#returnsLimits = !/[?&]returnRateLimits=false\b/.test(target);
    this.#connectedAt = Math.floor(clock.now());
    this.#heardAt = clock.now();
    this.#timers = [
      clock.every(PING_MS, () => this.#ping()),
      clock.after(LIFE_MS, () => this.close(1001, "24 hours are over")),
    ];
  }

  /** A handshake has its price, and a banned caller gets none. */
  static admits({ limits }: WsApiHouse, address: string): boolean {
    return limits.spend(address, HANDSHAKE_WEIGHT) === null;
  }

  message(text: string): void {
    if (!this.#open) return;
    const frame = readFrame(text);
    if (frame === null) return this.#say(null, null, refuse(-1013, "INVALID_MESSAGE"));
    const { id, method, params } = frame;
    const asked: Asked = { id: id ?? null, method, params };
    const path = METHODS[method];
    if (method.startsWith("session.")) return this.#session(asked);
    const route = path === undefined ? undefined : this.#house.routes[path];
    if (!route || path === undefined) return this.#say(asked, null, refuse(-1020, "This operation is not supported."));
    const refused = this.#house.limits.spend(this.#address, weightOf(route, params)) ?? this.#authorise(route, params);
    if (refused) return this.#say(asked, null, refused);
    const errand = { route, params, address: this.#address, read: path.startsWith("GET ") };
    const { venue, misfortune } = this.#house;
    dispatch(errand, venue, misfortune, this.#reply(asked), (result, broken) => {
      if (result instanceof BinanceError) this.#say(asked, null, result);
      else this.#say(asked, result, null, broken);
    });
  }

  pong(): void {
    this.#heardAt = this.#house.clock.now();
  }

  closed(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const timer of this.#timers) timer.stop();
    this.#left(this);
  }

  close(code: number, says: string): void {
    if (!this.#open) return;
    this.closed();
    this.#peer.close(code, says);
  }

  /** An answer made for REST, under the id it belongs to; a connection cut is this one. */
  #reply(asked: Asked): WireReply {
    return {
      answer: ({ status, body }) => {
        const words = parsed(body);
        if (words === undefined) this.#send(body);
        else if (status === 200) this.#say(asked, words, null);
        else {
          const { code, msg } = words as { readonly code: number; readonly msg: string };
          this.#say(asked, null, new BinanceError(code, msg, status));
        }
      },
      cut: () => this.close(1006, "connection lost"),
    };
  }

  #authorise(route: Route, params: Params): BinanceError | null {
    if (route.access === "open") return null;
    const { keys, clock } = this.#house;
    const key = params.get("apiKey") ?? this.#logon?.key;
    if (key === undefined || key === "") return refuse(-2014);
    if (key !== keys.key && key !== keys.ed25519?.key) return refuse(-2015);
    if (route.access === "key") return null;
    const late = checkTime(params, clock.now());
    if (late) return late;
    // Whoever is logged on need not sign; what is signed all the same must be right.
    if (this.#logon?.key === key && !params.has("signature")) return null;
    return checkFrame(params, key, keys);
  }

  #session(asked: Asked): void {
    const { method, params } = asked;
    const refused = this.#house.limits.spend(this.#address, method === "session.logon" ? 2 : 1);
    if (refused) return this.#say(asked, null, refused);
    if (method === "session.logon") {
      const wrong = this.#checkLogon(params);
      if (wrong) return this.#say(asked, null, wrong);
      this.#logon = { key: params.get("apiKey") ?? "", since: Math.floor(this.#house.clock.now()) };
    } else if (method === "session.logout") this.#logon = null;
    else if (method !== "session.status") {
      return this.#say(asked, null, refuse(-1020, "This operation is not supported."));
    }
    this.#say(
      asked,
      {
        apiKey: this.#logon?.key ?? null,
        authorizedSince: this.#logon?.since ?? null,
        connectedSince: this.#connectedAt,
        returnRateLimits: this.#returnsLimits,
        serverTime: Math.floor(this.#house.clock.now()),
      },
      null,
    );
  }

  #checkLogon(params: Params): BinanceError | null {
    const { keys, clock } = this.#house;
    const key = params.get("apiKey");
    if (key === undefined || key === "") return missing("apiKey");
    if (key === keys.key) return refuse(-4056);
    if (key !== keys.ed25519?.key) return refuse(-2015);
    return checkTime(params, clock.now()) ?? checkFrame(params, key, keys);
  }

  #say(asked: Asked | null, result: unknown, error: BinanceError | null, broken = false): void {
    const { limits, clock } = this.#house;
    const { params, method, id } = asked ?? { params: new Map<string, string>(), method: "", id: null };
    const wanted = params.get("returnRateLimits") ?? `${this.#returnsLimits}`;
    const waitSeconds = retryAfter(error, limits, this.#address);
    const now = clock.now();
    const data =
      waitSeconds === null ? {} : { data: { serverTime: Math.floor(now), retryAfter: now + waitSeconds * 1_000 } };
    const text = JSON.stringify({
      id,
      status: error?.status ?? 200,
      ...(error ? { error: { ...bodyOf(error), ...data } } : { result }),
      ...(wanted === "false" ? {} : { rateLimits: limits.counts(this.#address, ORDERING.has(method)) }),
    });
    this.#send(broken ? text.slice(0, Math.ceil(text.length / 2)) : text);
  }

  #send(text: string): void {
    if (this.#open) this.#peer.send(text);
  }

  #ping(): void {
    if (this.#house.clock.now() - this.#heardAt > PONG_WITHIN_MS) this.close(1008, "no pong");
    else this.#peer.ping();
  }
}

/** What a cut answer says is no JSON. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
