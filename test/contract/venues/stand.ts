import { SeededChance } from "#adapters/host/chance.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import type { VenueSettings } from "#adapters/venues/deps.ts";
import { venues as recipes } from "#adapters/venues/venues.ts";
import { UndiciHttpClient } from "#adapters/wire/http.ts";
import { WsSocketFactory } from "#adapters/wire/socket.ts";
import { venueSettings } from "#app/venue-settings.ts";
import type { Act } from "#domain/control.ts";
import { bps, price, quantity } from "#domain/decimal.ts";
import { type VenueId, BINANCE_UM, OKX_PERP, clientOrderId, hedgeId } from "#domain/ids.ts";
import type { OrderRequest } from "#domain/order.ts";
import { after } from "#domain/time.ts";
import type { Receipt } from "#ports/journal.ts";
import type { AccountUpdate, SubmitOutcome, Venue } from "#ports/venue.ts";
import type { HttpClient, SocketFactory } from "#ports/wire.ts";
import { BTC, type Running, type VenueName } from "../clients/venues.ts";

export type Road = "ws" | "rest";

export interface StandInput {
  readonly running: Running;
  readonly name: VenueName;
  readonly road: Road;
  readonly key?: "hmac" | "ed25519";
}

/** One adapter against one simulated venue over real sockets, with a count of what left by which road. */
export interface Stand {
  readonly venue: Venue;
  readonly id: VenueId;
  readonly heard: AccountUpdate[];
  /** Order messages that left: `ws` or `rest`, in their order. */
  readonly left: Road[];
  readonly forbid: (act: Act) => void;
  readonly order: (given?: Partial<OrderRequest>) => OrderRequest;
  readonly place: (order: OrderRequest) => Promise<SubmitOutcome>;
  /** How often the venue received this order. */
  readonly received: (order: OrderRequest) => number;
  readonly until: (what: string, met: () => boolean) => Promise<void>;
  close(): Promise<void>;
}

const PLACES = /"method":"order.place"|"op":"order"|\/fapi\/v1\/order\?|\/api\/v5\/trade\/order$/;
const PATIENCE_MS = 5_000;
let hedges = 0;

export async function stand({ running, name, road, key = "hmac" }: StandInput): Promise<Stand> {
  const clock = new SystemClock();
  const left: Road[] = [];
  const forbidden = new Set<Act>();
  const id = name === "binance" ? BINANCE_UM : OKX_PERP;
  const http = countedHttp(new UndiciHttpClient(clock), left);
  const recipe = recipes.find((each) => each.id === id);
  if (!recipe) throw new Error(`no recipe for ${id}`);
  const venue = recipe.make(settingsFor({ running, name, road, key }), {
    clock,
    chance: new SeededChance(`stand/${name}/${road}`),
    http,
    sockets: countedSockets(new WsSocketFactory(clock), left),
    gate: { permits: (act) => !forbidden.has(act) },
    log: { write: () => undefined },
  });
  const heard: AccountUpdate[] = [];
  const until = async (what: string, met: () => boolean): Promise<void> => {
    for (const end = clock.monotonic() + PATIENCE_MS; !met(); await clock.sleep(5))
      if (clock.monotonic() > end) throw new Error(`${name}: no ${what} within ${PATIENCE_MS} ms`);
  };
  await venue.syncClock();
  await venue.marketData.instruments();
  venue.account.subscribe((update) => heard.push(update));
  await until("private stream", () => heard.some((update) => update.type === "stream" && update.state === "up"));
  const order = (given: Partial<OrderRequest> = {}): OrderRequest => {
    const hedge = hedgeId(`stand${name}${(hedges += 1)}`);
    return {
      id: clientOrderId(hedge, "long", 1),
      hedge,
      leg: "long",
      act: "open",
      asker: "automation",
      venue: id,
      instrument: BTC,
      side: "buy",
      quantity: quantity("0.01"),
      limitPrice: price("60001"),
      timeInForce: "ioc",
      reduceOnly: false,
      expiresAt: after(clock.now(), 1_000),
      ...given,
    };
  };
  return {
    venue,
    id,
    heard,
    left,
    forbid: (act) => forbidden.add(act),
    order,
    place: (request) => venue.trading.prepare(request).send({} as Receipt),
    received: (request) =>
      running.exchanges[name].receipts.all.filter(({ clientOrderId: each }) => each === request.id).length,
    until,
    close: async () => {
      await venue.close();
      await http.close();
    },
  };
}

function settingsFor({ running, name, road, key }: Required<StandInput>): VenueSettings {
  const { rest, ws } = running.urls[name];
  const { binance, okx } = running.keys;
  const keys =
    name === "okx"
      ? { apiKey: okx.key, secret: okx.secret, passphrase: okx.passphrase }
      : key === "hmac"
        ? { apiKey: binance.key, secret: binance.secret, passphrase: "" }
        : { apiKey: binance.ed25519.key, secret: binance.ed25519.privateKey, passphrase: "" };
  const takerFee = bps("5");
  return venueSettings({
    restUrl: rest,
    wsUrl: ws,
    orderEntry: road,
    orderTag: "stnd",
    keys,
    takerFee,
    visibilityLagMs: 0,
  });
}

function countedHttp(http: HttpClient, left: Road[]): HttpClient {
  return {
    send: (request) => {
      if (request.method === "POST" && PLACES.test(request.target)) left.push("rest");
      return http.send(request);
    },
    close: () => http.close(),
  };
}

function countedSockets(sockets: SocketFactory, left: Road[]): SocketFactory {
  return {
    open: (url, listener) => {
      const socket = sockets.open(url, listener);
      return {
        send: (text) => {
          const sent = socket.send(text);
          if (sent && PLACES.test(text)) left.push("ws");
          return sent;
        },
        ping: () => socket.ping(),
        close: (code, says) => socket.close(code, says),
      };
    },
  };
}
