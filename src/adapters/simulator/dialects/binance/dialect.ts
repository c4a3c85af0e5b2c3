import type { SeededChance } from "#adapters/host/chance.ts";
import type { VenueId } from "#domain/ids.ts";
import type { Dialect, WirePeer, WireReply, WireRequest, WireSession } from "../../dialect.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import { PrivateLine } from "../../interference.ts";
import { sufferAsExchange } from "../../calamity.ts";
import type { FiredFault, Misfortune } from "../../misfortune.ts";
import { accountRoutes } from "./account-routes.ts";
import { batchRoutes } from "./batch-routes.ts";
import { type Answer, dispatch, retryAfter, weightOf } from "./dispatch.ts";
import { answerOf, BinanceError, refuse } from "./errors.ts";
import { BinanceLimits } from "./limits.ts";
import { ListenKeys } from "./listen-keys.ts";
import { marketRoutes } from "./market-routes.ts";
import { type AnswerManner, orderRoutes } from "./order-routes.ts";
import { privateEvents, type StreamManner } from "./private-stream.ts";
import { PublicStreams, type Root } from "./public-streams.ts";
import type { Route, Routes } from "./route.ts";
import { BinanceSession } from "./session.ts";
import { type BinanceKeys, checkSignature, checkTime, readParams } from "./signature.ts";
import { BinanceSymbols } from "./symbols.ts";
import { BinanceWsApi, type WsApiHouse } from "./ws-api.ts";

/** Binance USDⓈ-M as it speaks on the wire: REST under `/fapi`, streams under three roots, orders by `/ws-fapi/v1`. */
export class BinanceDialect implements Dialect {
  readonly venue: VenueId;
  readonly limits: BinanceLimits;
  readonly listenKeys: ListenKeys;
  readonly stream: StreamManner = { accountFirst: false };
  /** Whether answers to orders carry `avgPrice` and `cumQuote`, as they did before July 2026. */
  readonly answers: AnswerManner = { averages: false };
  readonly #exchange: SimulatedExchange;
  readonly #keys: BinanceKeys;
  readonly #misfortune: Misfortune;
  readonly #routes: Routes;
  readonly #paths: ReadonlySet<string>;
  readonly #streams: PublicStreams;
  readonly #sessions = new Set<BinanceSession>();
  readonly #wsApi: WsApiHouse;
  readonly #doors = new Set<BinanceWsApi>();
  #downUntil = 0;

  constructor(exchange: SimulatedExchange, keys: BinanceKeys, misfortune: Misfortune, chance: SeededChance) {
    const { clock, venue } = exchange;
    this.venue = venue;
    this.#exchange = exchange;
    this.#keys = keys;
    this.#misfortune = misfortune;
    this.limits = new BinanceLimits(clock);
    const symbols = new BinanceSymbols(exchange);
    const line = new PrivateLine(venue, clock, misfortune);
    this.#streams = new PublicStreams(exchange, symbols, misfortune);
    this.listenKeys = new ListenKeys(clock, chance, (key) => {
      const event = { e: "listenKeyExpired", E: Math.floor(clock.now()), listenKey: key };
      for (const session of this.#sessions) session.event("listenKeyExpired", JSON.stringify(event), key);
    });
    exchange.listen(
      privateEvents(exchange, symbols, line, this.stream, (name, text) => {
        const key = this.listenKeys.current;
        if (key === null) return;
        for (const session of this.#sessions) session.event(name, text, key);
      }),
    );
    let names = 0;
    const freshName = (): string => `web_${(names += 1).toString(36).padStart(16, "0")}`;
    const desk = { answers: this.answers, exchange, symbols, misfortune, limits: this.limits, line, freshName };
    this.#routes = {
      ...marketRoutes(exchange, symbols, misfortune),
      ...orderRoutes(desk),
      ...batchRoutes(desk),
      ...accountRoutes(exchange, symbols),
      ...this.#listenKeyRoutes(),
    };
    this.#paths = new Set(Object.keys(this.#routes).map((route) => route.slice(route.indexOf(" ") + 1)));
    this.#wsApi = { venue, clock, keys, limits: this.limits, misfortune, routes: this.#routes };
    misfortune.attend(venue, (fault) => this.#suffer(fault));
  }

  request(request: WireRequest, reply: WireReply): void {
    if (this.#isDown) return reply.cut();
    const cut = request.target.indexOf("?");
    const path = cut < 0 ? request.target : request.target.slice(0, cut);
    const query = cut < 0 ? "" : request.target.slice(cut + 1);
    const route = this.#routes[`${request.method} ${path}`];
    if (!route) return reply.answer(this.#unknown(path));
    const params = readParams(query, request.body);
    const { address } = request;
    const refused =
      this.limits.spend(address, weightOf(route, params)) ?? this.#authorise(route, request, query, params);
    const answer: Answer = (result, broken = false) => {
      const headers = this.limits.headers(address, false);
      if (result instanceof BinanceError) {
        const wait = retryAfter(result, this.limits, address);
        return reply.answer(answerOf(result, wait === null ? headers : { ...headers, "retry-after": `${wait}` }));
      }
      const text = JSON.stringify(result);
      reply.answer({ status: 200, headers, body: broken ? text.slice(0, Math.ceil(text.length / 2)) : text });
    };
    if (refused) return answer(refused);
    const errand = { route, params, address, read: request.method === "GET" };
    dispatch(errand, this.venue, this.#misfortune, reply, answer);
  }

  connect(target: string, _headers: ReadonlyMap<string, string>, address: string, peer: WirePeer): WireSession | null {
    if (this.#isDown) return null;
    if (/^\/ws-fapi\/v1(?:\?.*)?$/.test(target)) return this.#openDoor(target, address, peer);
    const match = /^(?:\/(public|market|private))?\/(ws|stream)(?:\/([^?]*))?(?:\?(.*))?$/.exec(target);
    if (!match) return null;
    // An address without a root still answers, with public data only.
    const root = (match[1] ?? "public") as Root;
    const query = new URLSearchParams(match[4] ?? "");
    const named = (match[3] ?? "").split("/").filter((name) => name !== "");
    const keys = new Set(root === "private" ? [...named, ...query.getAll("listenKey")] : []);
    const wanted = query.getAll("events").flatMap((events) => events.split("/"));
    const form = { root, combined: match[2] === "stream", keys, events: wanted.length > 0 ? new Set(wanted) : null };
    const session = new BinanceSession(form, peer, this.#exchange.clock, this.#streams, (gone) =>
      this.#sessions.delete(gone),
    );
    this.#sessions.add(session);
    if (root !== "private") session.subscribe([...named, ...(query.get("streams") ?? "").split("/").filter(Boolean)]);
    return session;
  }

  get #isDown(): boolean {
    return this.#exchange.clock.now() < this.#downUntil;
  }

  /** What happens to the venue without anybody's doing. */
  #suffer({ verb, args }: FiredFault): void {
    const ms = args.ms ?? 2_000;
    if (verb === "close_private") this.closeSockets("private");
    if (verb === "close_orders") this.closeDoors();
    if (verb === "close_public") this.closeSockets("public");
    if (verb === "freeze") this.#streams.freeze(ms);
    if (verb === "private_silence") this.listenKeys.expire();
    if (verb === "upgrade") this.#closeAll(1001, "going away");
    if (verb === "overload") this.limits.overload(ms);
    if (verb === "ban") this.limits.banAll(ms);
    if (verb === "order_limit") this.limits.useUpOrders();
    if (verb === "down") {
      this.#downUntil = this.#exchange.clock.now() + ms;
      this.#closeAll(1006, "connection lost");
    }
    sufferAsExchange(this.#exchange, verb, args);
  }

  #closeAll(code: number, says: string): void {
    for (const session of [...this.#sessions, ...this.#doors]) session.close(code, says);
  }

  /** Order entry over sockets, apart from the streams. */
  closeDoors(): void {
    for (const door of Array.from(this.#doors)) door.close(1006, "connection lost");
  }

  closeSockets(root: Root): void {
    for (const session of Array.from(this.#sessions)) if (session.root === root) session.close(1006, "connection lost");
  }

  #openDoor(target: string, address: string, peer: WirePeer): WireSession | null {
    if (!BinanceWsApi.admits(this.#wsApi, address)) return null;
    const door = new BinanceWsApi(this.#wsApi, target, address, peer, (gone) => this.#doors.delete(gone));
    this.#doors.add(door);
    return door;
  }

  #authorise(
    route: Route,
    request: WireRequest,
    query: string,
    params: ReadonlyMap<string, string>,
  ): BinanceError | null {
    if (route.access === "open") return null;
    const key = request.headers.get("x-mbx-apikey");
    if (key === undefined || key === "") return refuse(-2014);
    if (key !== this.#keys.key && key !== this.#keys.ed25519?.key) return refuse(-2015);
    if (route.access === "key") return null;
    const { body } = request;
    return checkTime(params, this.#exchange.clock.now()) ?? checkSignature(query, body, this.#keys, key);
  }

  #unknown(path: string): { status: number; headers: Record<string, string>; body: string } {
    if (this.#paths.has(path)) {
      const body = `{"code":-1000,"msg":"Request method not supported"}`;
      return { status: 405, headers: { "content-type": "application/json" }, body };
    }
    return {
      status: 404,
      headers: { "content-type": "text/html" },
      body: "<html><body><h2>404 Not found</h2></body></html>",
    };
  }

  #listenKeyRoutes(): Routes {
    const missingKey = refuse(-1125);
    return {
      "POST /fapi/v1/listenKey": { weight: 1, access: "key", run: () => ({ listenKey: this.listenKeys.open() }) },
      "PUT /fapi/v1/listenKey": {
        weight: 1,
        access: "key",
        run: () => {
          const listenKey = this.listenKeys.keep();
          return listenKey === null ? missingKey : { listenKey };
        },
      },
      "DELETE /fapi/v1/listenKey": {
        weight: 1,
        access: "key",
        run: () => {
          this.listenKeys.close();
          return {};
        },
      },
    };
  }
}
