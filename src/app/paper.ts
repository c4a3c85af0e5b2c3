import type { SeededChance } from "#adapters/host/chance.ts";
import { BINANCE_LISTINGS, OKX_LISTINGS } from "#adapters/simulator/listings.ts";
import type { Listing } from "#adapters/simulator/listing.ts";
import { CALIBRATED, ModelMarket, type ModelShape } from "#adapters/simulator/markets/model.ts";
import { RecordedMarket, playRecording } from "#adapters/simulator/markets/recorded.ts";
import { Misfortune } from "#adapters/simulator/misfortune.ts";
import { type SimulatorServer, serve } from "#adapters/simulator/server.ts";
import { type Bps, least, bps } from "#domain/decimal.ts";
import type { Clock } from "#ports/clock.ts";
import { type SimulatedVenues, makeSimulatedVenues, withFees } from "./simulated-venues.ts";

/** The simulated venues behind real sockets on loopback, and what moves them. */
export interface Paper extends SimulatedVenues {
  readonly servers: readonly [SimulatorServer, SimulatorServer];
  /** What moves them, in words. */
  readonly market: string;
  /** Null for a recording, which moves as it was recorded. */
  readonly model: ModelMarket | null;
  /** Lets the market begin to move. Called once somebody listens, so that no recorded frame is missed. */
  begin(): void;
  close(): Promise<void>;
}

export interface PaperInput {
  readonly clock: Clock;
  readonly chance: SeededChance;
  /** A recording that was opened before anything else was; null for the model. */
  readonly recording: RecordedMarket | null;
  readonly speed: number;
  readonly shape?: ModelShape;
  readonly takerFees: readonly [Bps, Bps];
  readonly ports?: readonly [number, number];
  /** Which of its two environments the simulated OKX is; live unless said otherwise. */
  readonly okxEnvironment?: "live" | "demo";
  /** The recording has come to its end. */
  readonly ended?: () => void;
}

/** Where the model's prices start; they are nobody's forecast. */
const START_PRICES: Readonly<Record<string, number>> = { BTC: 60_000, ETH: 2_600, SOL: 150 };
const RECORDING = "recording:";

/** Rejects when a port is taken, naming it. */
export async function startPaper(input: PaperInput): Promise<Paper> {
  const { clock, chance, recording: recorded, takerFees } = input;
  const listings: readonly [readonly Listing[], readonly Listing[]] = recorded
    ? [[recorded.listings[0]], [recorded.listings[1]]]
    : [withFees(BINANCE_LISTINGS, takerFees[0]), withFees(OKX_LISTINGS, takerFees[1])];
  const simulated = makeSimulatedVenues({
    clock,
    chance,
    misfortune: new Misfortune(clock),
    listings,
    // A hundred trades a second since 1970 is more than any run before this one made.
    tradesBefore: Math.floor(clock.now() / 10),
    ...(input.okxEnvironment === undefined ? {} : { okxEnvironment: input.okxEnvironment }),
  });
  const servers = await serveBoth(simulated, input.ports ?? [0, 0]);
  const stop = new AbortController();
  const model = recorded ? null : modelOf(simulated, listings, input);
  model?.start();
  recorded?.announce(simulated.exchanges, clock.now());
  const begin = (): void => {
    if (!recorded) return;
    const options = { clock, speed: input.speed, signal: stop.signal };
    void playRecording(recorded, simulated.exchanges, options).then(() => {
      if (!stop.signal.aborted) input.ended?.();
    });
  };
  return {
    ...simulated,
    servers,
    market: recorded ? describe(recorded) : `a seeded model market (${listings[0].map(({ base }) => base).join(", ")})`,
    model,
    begin,
    close: async () => {
      stop.abort();
      model?.stop();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** The recording that `MARKET` names, read once and found whole; null for the model. Throws `TapeFault`. */
export async function openRecording(market: string, takerFees: readonly [Bps, Bps]): Promise<RecordedMarket | null> {
  if (!market.startsWith(RECORDING)) return null;
  const paths = market
    .slice(RECORDING.length)
    .split(",")
    .map((path) => path.trim())
    .filter((path) => path !== "");
  const maker: readonly [Bps, Bps] = [least(bps("2"), takerFees[0]), least(bps("2"), takerFees[1])];
  return RecordedMarket.open(paths, { maker, taker: takerFees });
}

async function serveBoth(
  { dialects }: SimulatedVenues,
  ports: readonly [number, number],
): Promise<readonly [SimulatorServer, SimulatorServer]> {
  const first = await serve(dialects[0], { port: ports[0] });
  try {
    return [first, await serve(dialects[1], { port: ports[1] })];
  } catch (error) {
    await first.close();
    throw error;
  }
}

function modelOf(
  { exchanges }: SimulatedVenues,
  [binance, okx]: readonly [readonly Listing[], readonly Listing[]],
  { clock, chance, shape }: PaperInput,
): ModelMarket {
  const instruments = binance.flatMap((listing) => {
    const twin = okx.find(({ instrument }) => instrument === listing.instrument);
    const startPrice = START_PRICES[listing.base];
    return twin && startPrice !== undefined ? [{ startPrice, listings: [listing, twin] as const }] : [];
  });
  return new ModelMarket(instruments, exchanges, { clock, chance, shape: shape ?? CALIBRATED });
}

function describe({ surveys: [first, second], instrument }: RecordedMarket): string {
  const minutes = ((first.to - first.from) / 60_000).toFixed(1);
  return `a recording of ${instrument}, ${minutes} minutes: ${first.symbol} as Binance, ${second.symbol} in the place of OKX`;
}
