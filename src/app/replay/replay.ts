import { IN_RUN } from "#trading/control/controller.ts";
import { SeededChance } from "#adapters/host/chance.ts";
import { VirtualClock, settle } from "#adapters/host/virtual-clock.ts";
import type { LegFrame, RecordedMarket } from "#adapters/simulator/markets/recorded.ts";
import { Misfortune } from "#adapters/simulator/misfortune.ts";
import { ledgerHash } from "#adapters/storage/ledger-hash.ts";
import { MemoryJournal, MemoryLedger } from "#adapters/storage/memory.ts";
import { format, toNumber } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP, symbolOf } from "#domain/ids.ts";
import type { Settings } from "#domain/settings.ts";
import { after, isoTime } from "#domain/time.ts";
import type { Log } from "#ports/telemetry.ts";
import type { MarketUpdate } from "#ports/venue.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import { engineOver, memoryWire } from "../offline.ts";
import { makeSimulatedVenues } from "../simulated-venues.ts";
import { type BookAgreement, BookCheck } from "./book-check.ts";
import { type GapQuantiles, GapStatistics } from "./gap-statistics.ts";

export interface ReplayInput {
  readonly market: RecordedMarket;
  readonly settings: Settings;
  readonly log: Log;
  readonly progress: (done: number, of: number) => void;
  readonly signal: AbortSignal;
}

export interface ReplayReport {
  readonly ledger_hash: string;
  readonly instrument: string;
  readonly recordings: readonly {
    readonly venue: string;
    readonly symbol: string;
    readonly path: string;
    readonly frames: number;
    readonly malformed: Readonly<Record<string, number>>;
  }[];
  readonly frames: number;
  readonly interrupted: boolean;
  readonly from: string;
  readonly to: string;
  readonly books: Readonly<
    Record<
      string,
      BookAgreement & {
        readonly gaps: number;
        readonly bad_frames: number;
        /** Best bid and ask when the recording had ended; null for an empty side. */
        readonly ends_at: readonly [bid: string | null, ask: string | null];
      }
    >
  >;
  readonly gap_bps: Readonly<Record<string, GapQuantiles>>;
  readonly scans: number;
  readonly hedges: {
    readonly opened: number;
    readonly closed: number;
    readonly open: number;
    readonly unwound: number;
    readonly stuck: number;
  };
  readonly pnl_usdt: number | null;
  readonly pnl: Readonly<Record<string, string>> | null;
  readonly skipped: Readonly<Record<string, number>>;
  readonly why: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string | number>>;
  readonly notes: readonly string[];
}

/** Time for the engine to connect before the tape begins. */
const LEAD_MS = 4_500;
/** Time after the tape in which what is in flight may end. */
const TAIL_MS = 5_000;
const PROGRESS_EVERY = 2_000;

/**
 * Plays a recording to its end on a virtual clock, as fast as it can, through the very same adapters, books, rules and
 * executor that trade live. The same recording and settings give the same decisions and the same ledger hash.
 */
export async function replay({ market, settings, log, progress, signal }: ReplayInput): Promise<ReplayReport> {
  const clock = new VirtualClock(after(market.from, -LEAD_MS));
  const chance = new SeededChance("replay");
  const misfortune = new Misfortune(clock);
  const simulated = makeSimulatedVenues({
    clock,
    chance,
    misfortune,
    listings: [[market.listings[0]], [market.listings[1]]],
  });
  market.announce(simulated.exchanges, clock.now());
  const journal = new MemoryJournal();
  const ledger = new MemoryLedger();
  const gaps = new GapStatistics([BINANCE_UM, OKX_PERP]);
  const ticks = new Map(
    market.listings.map((listing, leg) => [leg === 0 ? BINANCE_UM : OKX_PERP, Number(format(listing.tick))]),
  );
  const observe = (update: MarketUpdate): void => {
    if (update.type === "best-quote") gaps.note(update.quote, ticks.get(update.quote.venue) ?? 0);
  };
  const { engine } = engineOver({
    clock,
    chance: chance.child("names"),
    wire: memoryWire(clock, chance.child("wire"), simulated),
    simulated,
    journal,
    ledger,
    log,
    takerFees: [market.listings[0].takerFee, market.listings[1].takerFee],
    options: {
      settings: () => settings,
      control: IN_RUN,
      universe: [market.instrument],
      universeMax: 1,
      observe,
    },
  });
  await boot(engine, clock, market);
  const checks = [new BookCheck(market, 0), new BookCheck(market, 1)] as const;
  let frames = 0;
  for await (const legFrame of market.frames()) {
    if (signal.aborted) break;
    await clock.runUntil(legFrame.frame.at);
    market.apply(legFrame, simulated.exchanges);
    await settle();
    check(checks, legFrame, engine, market);
    if (legFrame.frame.kind !== "malformed") frames += 1;
    if (frames % PROGRESS_EVERY === 0) progress(frames, market.frameCount);
  }
  // What is in flight may end; what stands is valued at the last books, which grow old from here on.
  const busy = (): boolean =>
    engine.rooms.executor.active().some((hedge) => stateOf(hedge) !== "hedged" && hedge.stuck === null);
  const last = after(clock.now(), TAIL_MS);
  while (busy() && clock.now() < last) await clock.runUntil(after(clock.now(), 100));
  progress(frames, market.frameCount);
  const hash = await ledgerHash(ledger.entries());
  const report = describe({ market, engine, settings, checks, gaps, frames, hash, interrupted: signal.aborted });
  await engine.stop();
  return report;
}

/** The clock must turn for the engine to come up; it stands again just before the tape begins. */
async function boot(engine: Engine, clock: VirtualClock, market: RecordedMarket): Promise<void> {
  let failed: unknown = null;
  const started = engine.start().catch((error: unknown) => {
    failed = error;
  });
  await clock.runUntil(after(market.from, -1));
  await started;
  if (failed !== null) throw failed;
}

function check(
  checks: readonly [BookCheck, BookCheck],
  legFrame: LegFrame,
  engine: Engine,
  market: RecordedMarket,
): void {
  const book = engine.rooms.books.of(legFrame.leg === 0 ? BINANCE_UM : OKX_PERP, market.instrument);
  if (book) checks[legFrame.leg].note(legFrame, book);
}

interface Findings {
  readonly market: RecordedMarket;
  readonly engine: Engine;
  readonly settings: Settings;
  readonly checks: readonly [BookCheck, BookCheck];
  readonly gaps: GapStatistics;
  readonly frames: number;
  readonly hash: string;
  readonly interrupted: boolean;
}

function describe({ market, engine, settings, checks, gaps, frames, hash, interrupted }: Findings): ReplayReport {
  const hedges = engine.rooms.executor.hedges();
  const inState = (...states: string[]): number => hedges.filter((hedge) => states.includes(stateOf(hedge))).length;
  const results = hedges.map((hedge) => engine.results.of(hedge));
  const total = engine.results.total();
  const totals = engine.rooms.skipped.totals();
  const venue = (leg: 0 | 1) => (leg === 0 ? BINANCE_UM : OKX_PERP);
  const sum = (part: "spread" | "slippage" | "fees" | "funding" | "legRisk"): string =>
    format(results.reduce((all, result) => all + (result?.[part] ?? 0n), 0n) as Parameters<typeof format>[0]);
  return {
    ledger_hash: hash,
    instrument: symbolOf(market.instrument),
    recordings: market.surveys.map((survey, leg) => ({
      venue: venue(leg === 0 ? 0 : 1),
      symbol: survey.symbol,
      path: survey.path,
      frames: survey.frames,
      malformed: Object.fromEntries(survey.malformed),
    })),
    frames,
    interrupted,
    from: isoTime(market.from),
    to: isoTime(market.to),
    books: Object.fromEntries(
      ([0, 1] as const).map((leg) => {
        const { gaps: broken, badFrames } = engine.watch.counts(venue(leg));
        const book = engine.rooms.books.of(venue(leg), market.instrument);
        const best = (side: "bid" | "ask"): string | null => {
          const touch = book?.touch(side) ?? null;
          return touch === null ? null : format(touch);
        };
        const ends_at = [best("bid"), best("ask")] as const;
        return [venue(leg), { ...checks[leg].report(), gaps: broken, bad_frames: badFrames, ends_at }];
      }),
    ),
    gap_bps: gaps.report(),
    scans: engine.pipeline.scans,
    hedges: {
      opened: hedges.length - inState("aborted"),
      closed: hedges.filter((hedge) => stateOf(hedge) === "closed" && hedge.wasHedged).length,
      open: inState("hedged"),
      unwound: hedges.filter((hedge) => stateOf(hedge) === "closed" && !hedge.wasHedged).length,
      stuck: inState("stuck", "naked", "frozen"),
    },
    pnl_usdt: total === null ? null : toNumber(total),
    pnl: results.includes(null)
      ? null
      : {
          spread: sum("spread"),
          fees: sum("fees"),
          funding: sum("funding"),
          slippage: sum("slippage"),
          leg_risk: sum("legRisk"),
        },
    skipped: Object.fromEntries(totals.map(({ reason, count }) => [reason, count])),
    why: Object.fromEntries(totals.map(({ reason, examples }) => [reason, examples[0]?.says ?? ""])),
    settings: {
      order_notional_usdt: format(settings.orderNotional),
      taker_fee_bps_binance: format(market.listings[0].takerFee),
      taker_fee_bps_okx: format(market.listings[1].takerFee),
      min_spread_bps: format(settings.minSpreadBps),
      max_slippage_bps: format(settings.maxSlippageBps),
      exit_target_bps: format(settings.exitTargetBps),
    },
    notes: [
      `${market.surveys[1].symbol} plays the OKX leg: the same prices, sizes turned into base, re-sequenced into OKX frames`,
      "funding and mark prices were not recorded: funding is zero, the mark is the middle of the best quote",
    ],
  };
}
