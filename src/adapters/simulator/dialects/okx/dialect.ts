import type { VenueId } from "#domain/ids.ts";
import { sufferAsExchange } from "../../calamity.ts";
import type { Dialect, WirePeer, WireReply, WireRequest, WireSession } from "../../dialect.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import { PrivateLine } from "../../interference.ts";
import type { FiredFault, Misfortune } from "../../misfortune.ts";
import { accountRoutes } from "./account-routes.ts";
import { answerOf, envelope, JSON_SYNTAX, OkxError, TOO_MANY, WRONG_ENVIRONMENT } from "./errors.ts";
import { OkxInstruments } from "./instruments.ts";
import { OkxLimits } from "./limits.ts";
import { Maintenance } from "./maintenance.ts";
import { marketRoutes } from "./market-routes.ts";
import { Operations } from "./operations.ts";
import type { Words } from "./order-entry.ts";
import { orderRoutes } from "./order-routes.ts";
import { privateEvents } from "./private-events.ts";
import { PublicChannels } from "./public-channels.ts";
import type { Route, Routes } from "./route.ts";
import { type Door, type House, OkxSession } from "./session.ts";
import { checkRequest, type OkxKeys } from "./signature.ts";

const NOTICE_MS = 60_000;
const CONNECTIONS_PER_SECOND = 3;

/** OKX V5 swaps as they speak on the wire: REST under `/api/v5`, websockets behind three doors. */
export class OkxDialect implements Dialect {
  readonly venue: VenueId;
  readonly maintenance: Maintenance;
  readonly #demo: boolean;
  readonly #exchange: SimulatedExchange;
  readonly #keys: OkxKeys;
  readonly #misfortune: Misfortune;
  readonly #limits: OkxLimits;
  readonly #routes: Routes;
  readonly #house: House;
  readonly #sessions = new Set<OkxSession>();
  #connections = 0;
  #downUntil = 0;

  constructor(
    exchange: SimulatedExchange,
    keys: OkxKeys,
    misfortune: Misfortune,
    environment: "live" | "demo" = "live",
  ) {
    this.#demo = environment === "demo";
    const { clock, venue } = exchange;
    this.venue = venue;
    this.#exchange = exchange;
    this.#keys = keys;
    this.#misfortune = misfortune;
    this.#limits = new OkxLimits(clock);
    const instruments = new OkxInstruments(exchange);
    const line = new PrivateLine(venue, clock, misfortune);
    const channels = new PublicChannels(exchange, instruments, misfortune);
    this.maintenance = new Maintenance(clock, (words) => channels.status(words));
    const desk = { exchange, instruments, misfortune, limits: this.#limits, maintenance: this.maintenance, line };
    const operations = new Operations(desk);
    const holders = (channel: string): number => {
      let count = 0;
      for (const session of this.#sessions) if (session.holds(channel)) count += 1;
      return count;
    };
    this.#house = { holders, exchange, instruments, channels, operations, misfortune, keys };
    exchange.listen(
      privateEvents(exchange, instruments, line, (channel, instId, fields) => {
        for (const session of this.#sessions) session.push(channel, instId, fields);
      }),
    );
    this.#routes = {
      ...marketRoutes(exchange, instruments, misfortune),
      ...orderRoutes(desk, operations),
      ...accountRoutes(exchange, instruments),
      "GET /api/v5/system/status": {
        signed: false,
        most: 1,
        run: ({ query }) => this.maintenance.rows(query.get("state")),
      },
    };
    misfortune.attend(venue, (fault) => this.#suffer(fault));
  }

  request(request: WireRequest, reply: WireReply): void {
    if (this.#isDown) return reply.cut();
    const cut = request.target.indexOf("?");
    const path = cut < 0 ? request.target : request.target.slice(0, cut);
    const query = new URLSearchParams(cut < 0 ? "" : request.target.slice(cut + 1));
    const route = this.#routes[`${request.method} ${path}`];
    if (!route) return reply.answer(answerOf(new OkxError("404", "Not Found", 404)));
    const answer = (result: unknown): void =>
      reply.answer(result instanceof OkxError ? answerOf(result) : envelope(result));
    const body = readBody(request.body);
    const foreign = (request.headers.get("x-simulated-trading") === "1") !== this.#demo;
    if (foreign && route.signed) return answer(WRONG_ENVIRONMENT);
    const denied = route.signed ? checkRequest(request, this.#keys, this.#exchange.clock.now()) : null;
    if (denied) return answer(denied);
    if (body === null) return answer(JSON_SYNTAX);
    if (this.#limits.banned || !this.#admits(route, path, query, request.address)) return answer(TOO_MANY);
    const call = { query, body, headers: request.headers, address: request.address, lagMs: 0, foreign };
    if ("serve" in route) return route.serve(call, reply, answer);
    const faults = request.method === "GET" ? this.#misfortune.at(this.venue, "read") : [];
    if (faults.some(({ verb }) => verb === "read_throttled")) return answer(TOO_MANY);
    const lagMs = faults.find(({ verb }) => verb === "read_lag")?.args.ms ?? 0;
    const result = route.run({ ...call, lagMs });
    if (!faults.some(({ verb }) => verb === "malformed_read")) return answer(result);
    const whole = result instanceof OkxError ? answerOf(result) : envelope(result);
    reply.answer({ ...whole, body: whole.body.slice(0, Math.ceil(whole.body.length / 2)) });
  }

  connect(target: string, _headers: ReadonlyMap<string, string>, address: string, peer: WirePeer): WireSession | null {
    const door = /^\/ws\/v5\/(public|private|business)(?:\?.*)?$/.exec(target)?.[1];
    if (!door || this.#isDown) return null;
    if (!this.#limits.admits(`connect/${address}`, CONNECTIONS_PER_SECOND, 1, 1_000)) return null;
    this.#connections += 1;
    const id = this.#connections.toString(16).padStart(8, "a");
    const session = new OkxSession(door as Door, id, this.#house, peer, (gone) => this.#sessions.delete(gone));
    this.#sessions.add(session);
    return session;
  }

  closeSockets(door: Door): void {
    for (const session of Array.from(this.#sessions)) if (session.door === door) session.close(1006, "connection lost");
  }

  /** Those that orders came by. */
  closeOrderSockets(): void {
    for (const session of Array.from(this.#sessions)) if (session.ordered) session.close(1006, "connection lost");
  }

  get #isDown(): boolean {
    return this.#exchange.clock.now() < this.#downUntil;
  }

  /** What happens to the venue without anybody's doing. */
  #suffer({ verb, args }: FiredFault): void {
    const { clock } = this.#exchange;
    const ms = args.ms ?? 2_000;
    if (verb === "close_private") this.closeSockets("private");
    if (verb === "close_orders") this.closeOrderSockets();
    if (verb === "close_public") this.closeSockets("public");
    if (verb === "freeze") this.#house.channels.freeze(ms);
    if (verb === "private_silence") for (const session of this.#sessions) session.silence();
    if (verb === "upgrade") this.#upgrade(Array.from(this.#sessions));
    if (verb === "overload") this.#limits.overload(ms);
    if (verb === "ban") this.#limits.ban(ms);
    if (verb === "order_limit") this.#limits.useUpOrders();
    if (verb === "sequence_reset") {
      for (const { listing } of this.#exchange.markets()) this.#exchange.lowerSequence(listing.instrument);
    }
    if (verb === "down") {
      this.#downUntil = clock.now() + ms;
      for (const session of Array.from(this.#sessions)) session.close(1006, "connection lost");
    }
    sufferAsExchange(this.#exchange, verb, args);
  }

  /** Whoever is here now is told, and put out a minute later. */
  #upgrade(sessions: readonly OkxSession[]): void {
    for (const session of sessions) session.notice();
    this.#exchange.clock.after(NOTICE_MS, () => {
      for (const session of sessions) session.close(1001, "service upgrade");
    });
  }

  #admits(route: Route, path: string, query: URLSearchParams, address: string): boolean {
    if (!Number.isFinite(route.most)) return true;
    const who = route.signed ? "user" : address;
    const which = route.perInstrument ? (query.get("instId") ?? "") : "";
    return this.#limits.admits(`${path}/${who}/${which}`, route.most);
  }
}

/** Null when it is not JSON. */
function readBody(text: string): Words | readonly Words[] | null {
  if (text === "") return {};
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Words | readonly Words[]) : null;
  } catch {
    return null;
  }
}
