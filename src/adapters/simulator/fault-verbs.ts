import type { SeededChance } from "#adapters/host/chance.ts";

/** Where a fault strikes. */
export type Point =
  | "place"
  | "cancel"
  | "read"
  | "snapshot"
  | "private"
  | "public"
  | "best"
  | "connect"
  | "subscribe"
  | "venue"
  | "deadman";

export interface FaultArgs {
  /** A venue's own code, as it writes it. */
  readonly code?: string;
  /** Whether the order was carried out all the same. */
  readonly executed?: boolean;
  readonly ms?: number;
  /** Of what could be taken, or of the mark, in thousandths. */
  readonly thousandths?: number;
  readonly count?: number;
}

/** Every fault and its place. */
export const POINTS = {
  "place.reject": "place",
  drop_req: "place",
  exec_drop_resp: "place",
  /** The venue says it does not know: Binance 503 unknown, OKX 50004. */
  unknown: "place",
  /** OKX 51149 as HTTP 500; Binance 408. A code asks for another of the venue's words for it. */
  timed_out: "place",
  /** Binance 503 "Internal error", surely not done; OKX 50026, which says nothing: done only when the fault says so. */
  internal: "place",
  /** The order reaches the engine late. Past its window or its deadline it is refused there. */
  delay_req: "place",
  /** Surely not done: Binance 503 unavailable, OKX 50001. */
  unavailable: "place",
  throttled: "place",
  delay_resp: "place",
  stream_first: "place",
  visible_after: "place",
  partial: "place",
  no_liquidity: "place",
  fill_after_cancel: "place",
  malformed_answer: "place",
  "cancel.reject": "cancel",
  "cancel.drop": "cancel",
  "cancel.fill_first": "cancel",
  read_lag: "read",
  read_throttled: "read",
  malformed_read: "read",
  snap_skew: "snapshot",
  ws_drop: "private",
  ws_dup: "private",
  ws_reorder: "private",
  gap: "public",
  cross: "best",
  malformed_frame: "public",
  freeze: "public",
  book_empty: "public",
  close_private: "private",
  /** The sockets that orders go by: Binance's websocket API, OKX's private door where orders went through it. */
  close_orders: "private",
  close_public: "public",
  refuse_connection: "connect",
  /** The next subscription is acknowledged, and nothing ever comes of it. */
  silent_sub: "subscribe",
  /** The account's stream falls silent with its sockets open: at Binance its listen key expires. */
  private_silence: "venue",
  /** All sockets go, as for an upgrade: OKX says so a minute before. */
  upgrade: "venue",
  /** OKX: the book goes on from a smaller sequence number. */
  sequence_reset: "venue",
  /** Opening orders are refused for a while; at Binance what reduces, closes or cancels passes. */
  overload: "venue",
  /** Whoever calls is banned for a while. */
  ban: "venue",
  /** The account's orders are used up until their window ends; other calls are not. */
  order_limit: "venue",
  /** Nothing is answered or accepted for a while, and every socket dies. */
  down: "venue",
  /** The mark price stands off the market for a while, by thousandths. */
  mark_jump: "venue",
  /** The venue closes what is held, or a part of it in thousandths, in the name of its own safety. */
  liquidate: "venue",
  adl: "venue",
  /** Somebody else with our account: an order that rests, a position closed, money taken out, a setting changed. */
  foreign_order: "venue",
  manual_close: "venue",
  /** The cancel timer is not taken: Binance 503 unavailable, OKX 50001. */
  "deadman.fail": "deadman",
  /** The cancel timer runs out, whoever has set it for later. */
  "deadman.fire": "venue",
  /** Thousandths of the wallet. */
  withdraw: "venue",
  lever_change: "venue",
  mode_flip: "venue",
  margin_type_flip: "venue",
  /** No new order is taken for a while. */
  halt: "venue",
  /** Lots become ten times as large. */
  lot_change: "venue",
} as const satisfies Record<string, Point>;

export type FaultVerb = keyof typeof POINTS;

/** These need no occasion: given a moment they happen at it. */
export const SUDDEN: ReadonlySet<FaultVerb> = new Set<FaultVerb>([
  "freeze",
  "book_empty",
  "close_private",
  "close_orders",
  "close_public",
  ...(Object.keys(POINTS) as FaultVerb[]).filter((verb) => POINTS[verb] === "venue"),
]);

/** How often a seed picks a kind it has enabled, and with what. `nth` null means by the clock. */
const WEIGHTS: readonly { readonly verb: FaultVerb; readonly args: (chance: SeededChance) => FaultArgs }[] = [
  { verb: "place.reject", args: () => ({}) },
  { verb: "drop_req", args: () => ({}) },
  { verb: "exec_drop_resp", args: () => ({}) },
  { verb: "unknown", args: (chance) => ({ executed: chance.happens(0.6) }) },
  { verb: "timed_out", args: (chance) => ({ executed: chance.happens(0.6) }) },
  { verb: "unavailable", args: () => ({}) },
  { verb: "throttled", args: () => ({}) },
  { verb: "delay_resp", args: (chance) => ({ ms: 200 + chance.integer(4_800) }) },
  { verb: "stream_first", args: () => ({}) },
  { verb: "visible_after", args: (chance) => ({ ms: 500 + chance.integer(24_500) }) },
  { verb: "partial", args: (chance) => ({ thousandths: 50 + chance.integer(900) }) },
  { verb: "no_liquidity", args: () => ({}) },
  { verb: "fill_after_cancel", args: (chance) => ({ ms: 10 + chance.integer(1_500) }) },
  { verb: "malformed_answer", args: () => ({}) },
  { verb: "cancel.reject", args: () => ({}) },
  { verb: "cancel.drop", args: () => ({}) },
  { verb: "cancel.fill_first", args: () => ({}) },
  { verb: "read_lag", args: (chance) => ({ ms: 500 + chance.integer(5_000) }) },
  { verb: "read_throttled", args: () => ({}) },
  { verb: "malformed_read", args: () => ({}) },
  { verb: "snap_skew", args: (chance) => ({ ms: 50 + chance.integer(1_000) }) },
  { verb: "ws_drop", args: () => ({}) },
  { verb: "ws_dup", args: () => ({}) },
  { verb: "ws_reorder", args: () => ({}) },
  { verb: "gap", args: () => ({}) },
  { verb: "cross", args: () => ({}) },
  { verb: "malformed_frame", args: () => ({}) },
  { verb: "freeze", args: (chance) => ({ ms: 500 + chance.integer(9_500) }) },
  { verb: "book_empty", args: (chance) => ({ ms: 200 + chance.integer(5_000) }) },
  { verb: "close_private", args: () => ({}) },
  { verb: "close_public", args: () => ({}) },
  // New kinds come last: what a seed drew before them stays as it was.
  { verb: "close_orders", args: () => ({}) },
  { verb: "internal", args: () => ({}) },
  { verb: "delay_req", args: (chance) => ({ ms: 100 + chance.integer(4_000) }) },
  { verb: "silent_sub", args: () => ({}) },
  { verb: "upgrade", args: () => ({}) },
  { verb: "sequence_reset", args: () => ({}) },
  { verb: "overload", args: (chance) => ({ ms: 500 + chance.integer(5_000) }) },
  { verb: "ban", args: (chance) => ({ ms: 1_000 + chance.integer(20_000) }) },
  { verb: "order_limit", args: () => ({}) },
  { verb: "down", args: (chance) => ({ ms: 500 + chance.integer(10_000) }) },
  { verb: "private_silence", args: () => ({}) },
  { verb: "deadman.fail", args: () => ({}) },
];

/** Those that a seed may draw. The others are for a test to ask for. */
export const DRAWN: ReadonlySet<FaultVerb> = new Set(WEIGHTS.map(({ verb }) => verb));

const BY_COUNT: ReadonlySet<Point> = new Set(["place", "cancel", "snapshot"]);

export interface DrawnFault {
  readonly verb: FaultVerb;
  readonly args: FaultArgs;
  readonly afterMs: number;
  readonly nth: number | null;
}

/** Swarm style: a seed enables few kinds and repeats them, so that rare combinations are deep. */
export function drawn(chance: SeededChance, withinMs: number): DrawnFault[] {
  const share = 0.05 + 0.25 * chance.fraction();
  const faults: DrawnFault[] = [];
  for (const { verb, args } of WEIGHTS) {
    if (!chance.happens(share)) continue;
    const times = 1 + chance.integer(3);
    for (let time = 0; time < times; time += 1) {
      const byCount = BY_COUNT.has(POINTS[verb]) && chance.happens(0.8);
      const nth = byCount ? 1 + chance.integer(6) : null;
      faults.push({ verb, args: args(chance), afterMs: chance.integer(withinMs), nth });
    }
  }
  return faults;
}
