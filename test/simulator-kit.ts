import { createHmac } from "node:crypto";
import { SeededChance } from "#adapters/host/chance.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { bps, price, quantity } from "#domain/decimal.ts";
import { type InstrumentId, instrumentId } from "#domain/ids.ts";
import { after, HOUR, type Instant, instantAt, isoTime } from "#domain/time.ts";
import type { Dialect, WireAnswer, WirePeer, WireSession } from "#adapters/simulator/dialect.ts";
import type { SimulatedExchange } from "#adapters/simulator/exchange.ts";
import type { MarketLevel } from "#adapters/simulator/liquidity.ts";
import type { Placement } from "#adapters/simulator/orders.ts";
import {
  SIMULATED_KEYS,
  type SimulatedVenues,
  simulatedVenues,
  type VenuesOptions,
} from "#adapters/simulator/venues.ts";

export const START = instantAt(1_786_541_241_000);
export const BTC = instrumentId("BTC-USDT-PERP");

export type Rows = readonly (readonly [price: string, quantity: string])[];

export const levels = (rows: Rows): MarketLevel[] => rows.map(([at, of]) => [price(at), quantity(of)]);

export interface Stage {
  readonly clock: VirtualClock;
  readonly venues: SimulatedVenues;
}

/** Both venues with one book each, and time standing still. */
export function stage(options: Partial<VenuesOptions> = {}): Stage {
  const clock = new VirtualClock(START);
  const venues = simulatedVenues({ clock, chance: new SeededChance("kit"), ...options });
  for (const { exchange } of [venues.binance, venues.okx]) {
    open(
      exchange,
      [
        ["60000", "1"],
        ["59999.9", "2"],
      ],
      [
        ["60000.1", "1"],
        ["60000.2", "2"],
      ],
    );
    exchange.mark(BTC, price("60000"));
    exchange.funding(BTC, { rate: bps("1"), nextAt: nextHour(clock.now()), intervalMs: 8 * HOUR });
  }
  return { clock, venues };
}

const nextHour = (now: Instant): Instant => after(now, HOUR - (now % HOUR));

export function open(exchange: SimulatedExchange, bids: Rows, asks: Rows, instrument: InstrumentId = BTC): void {
  exchange.snapshot(instrument, { bids: levels(bids), asks: levels(asks), sequence: 1_000 });
}

/** The next change of the book. */
export function change(exchange: SimulatedExchange, sequence: number, bids: Rows, asks: Rows): void {
  const numbers = { sequence, firstSequence: sequence, previousSequence: sequence - 1 };
  exchange.change(BTC, { bids: levels(bids), asks: levels(asks), ...numbers });
}

export function placement(given: Partial<Placement> = {}): Placement {
  return {
    clientOrderId: "one",
    instrument: BTC,
    side: "buy",
    quantity: quantity("1"),
    limit: price("60000.1"),
    timeInForce: "ioc",
    reduceOnly: false,
    bucket: "net",
    form: "LIMIT",
    tag: "",
    ...given,
  };
}

export interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function ask(
  dialect: Dialect,
  method: string,
  target: string,
  headers: Record<string, string>,
  body: string,
): Said | null | "cut" {
  let said: WireAnswer | null | "cut" = null;
  dialect.request(
    { method, target, headers: new Map(Object.entries(headers)), body, address: "203.0.113.7" },
    {
      answer: (answer) => {
        said = answer;
      },
      cut: () => {
        said = "cut";
      },
    },
  );
  const answer = said as WireAnswer | null | "cut";
  if (answer === null || answer === "cut") return answer;
  return { status: answer.status, headers: answer.headers, body: parsed(answer.body) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A signed request to Binance. Null when it was not answered in the same step. */
export function askBinance(
  { clock, venues }: Stage,
  method: string,
  path: string,
  params: Readonly<Record<string, string>> = {},
): Said | null | "cut" {
  const { key, secret } = SIMULATED_KEYS.binance;
  const query = new URLSearchParams({ ...params, timestamp: `${Math.floor(clock.now())}` }).toString();
  const signature = createHmac("sha256", secret).update(query).digest("hex");
  const target = `${path}?${query}&signature=${signature}`;
  return ask(venues.binance.dialect, method, target, { "x-mbx-apikey": key }, "");
}

/** A signed request to OKX. */
export function askOkx({ clock, venues }: Stage, method: string, target: string, words?: unknown): Said | null | "cut" {
  const { key, secret, passphrase } = SIMULATED_KEYS.okx;
  const body = words === undefined ? "" : JSON.stringify(words);
  const stamp = isoTime(clock.now());
  const signature = createHmac("sha256", secret)
    .update(stamp + method + target + body)
    .digest("base64");
  const headers = {
    "ok-access-key": key,
    "ok-access-sign": signature,
    "ok-access-timestamp": stamp,
    "ok-access-passphrase": passphrase,
    "content-type": "application/json",
  };
  return ask(venues.okx.dialect, method, target, headers, body);
}

export interface Ear {
  readonly session: WireSession;
  readonly heard: unknown[];
  /** What OKX says of how many hold a channel, apart from the rest. */
  readonly counts: unknown[];
  readonly closed: string[];
}

/** A websocket that keeps what it hears. */
export function listen(dialect: Dialect, target: string): Ear {
  const heard: unknown[] = [];
  const closed: string[] = [];
  let session: WireSession | null = null;
  const counts: unknown[] = [];
  const peer: WirePeer = {
    send: (text) => (text.startsWith(`{"event":"channel-conn-count`) ? counts : heard).push(parsed(text)),
    ping: () => session?.pong(),
    close: (code, says) => closed.push(`${code} ${says}`),
  };
  session = dialect.connect(target, new Map(), "203.0.113.7", peer);
  if (!session) throw new Error(`${target} was refused`);
  return { session, heard, counts, closed };
}

/** A logged-in private websocket of OKX. */
export function listenOkxPrivately({ clock, venues }: Stage, channels: readonly unknown[]): Ear {
  const ear = listen(venues.okx.dialect, "/ws/v5/private");
  const { key, secret, passphrase } = SIMULATED_KEYS.okx;
  const timestamp = `${Math.floor(clock.now() / 1_000)}`;
  const sign = createHmac("sha256", secret).update(`${timestamp}GET/users/self/verify`).digest("base64");
  ear.session.message(JSON.stringify({ op: "login", args: [{ apiKey: key, passphrase, timestamp, sign }] }));
  ear.session.message(JSON.stringify({ op: "subscribe", args: channels }));
  return ear;
}
