import { Metrics } from "#adapters/host/metrics.ts";
import type { Feed } from "#ports/feed.ts";
import type { Instant } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Ledger } from "#ports/ledger.ts";
import type { DoorMeter, Exposition } from "#ports/telemetry.ts";
import type { HttpClient } from "#ports/wire.ts";
import { BINANCE_UM, OKX_PERP, type VenueId } from "#domain/ids.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine, EngineOptions } from "#trading/engine/engine.ts";
import { ControlMeter } from "./control-meter.ts";
import { HedgeMeter } from "./hedge-meter.ts";
import { marketSamples, venueSamples } from "./market-samples.ts";
import { moneySamples } from "./money-samples.ts";
import { type ProgramFacts, programSamples, sourceSamples } from "./program-samples.ts";
import type { MetricsSources } from "./sources.ts";
import { timedLedger } from "./timed-ledger.ts";
import { StreamMeter, TimedHttp, gapsHeard } from "./venue-meter.ts";

const OWN_READING_MS = 20_000;

export interface NodeMetricsInput {
  readonly clock: Clock;
  readonly money: boolean;
  readonly legacy: boolean;
  /** What the process itself tells too. */
  readonly process: boolean;
}

/** Every meter of one running program, wired to what it measures. Others' numbers come in through its sources. */
export class NodeMetrics implements Exposition, DoorMeter {
  readonly #metrics: Metrics;
  readonly #clock: Clock;
  readonly #hedges: HedgeMeter;
  #collectedAt: Instant | null = null;
  /** Filled by whoever has something to tell. */
  sources: MetricsSources = {};

  constructor({ clock, ...options }: NodeMetricsInput) {
    this.#metrics = new Metrics(options);
    this.#clock = clock;
    this.#hedges = new HedgeMeter(this.#metrics);
  }

  /** What the engine tells as it runs. */
  hooks(): Pick<EngineOptions, "observe" | "hedgeChanged" | "beaten"> {
    return {
      observe: gapsHeard(this.#metrics, [BINANCE_UM, OKX_PERP]),
      hedgeChanged: (hedge, event) => this.#hedges.onHedge(hedge, event),
      beaten: (ms) => this.#metrics.observe("propbot_scan_duration_seconds", {}, ms / 1_000),
    };
  }

  timedLedger(ledger: Ledger): Ledger {
    return timedLedger(ledger, this.#clock, this.#metrics);
  }

  /** @param origins where each venue is spoken to */
  timedHttp(http: HttpClient, origins: ReadonlyMap<string, VenueId>): HttpClient {
    return new TimedHttp(http, this.#clock, this.#metrics, origins);
  }

  /** From now on a reading asks the engine and all that stands around it. */
  watch(engine: Engine, room: ControlRoom, feed: Feed, facts: ProgramFacts): void {
    const control = new ControlMeter(this.#metrics, engine, room);
    const streams = new StreamMeter(this.#metrics);
    feed.subscribe((event) => {
      control.hear(event);
      streams.hear(event);
    });
    this.#metrics.stands(() => programSamples(engine, facts));
    this.#metrics.stands(() => this.#hedges.samples());
    this.#metrics.stands(() => control.samples());
    this.#metrics.stands(() => marketSamples(engine));
    this.#metrics.stands(() => venueSamples(engine));
    this.#metrics.stands(() => moneySamples(engine));
    this.#metrics.stands(() => sourceSamples(this.sources));
  }

  get contentType(): string {
    return this.#metrics.contentType;
  }

  async text(): Promise<string> {
    const text = await this.#metrics.text();
    this.#collectedAt = this.#clock.now();
    return text;
  }

  /** When they were last collected, by whomever; null before the first time. */
  get collectedAt(): Instant | null {
    return this.#collectedAt;
  }

  /** Where nobody else reads them they are read here: that they can be is worth knowing before they are needed. */
  async begin(): Promise<Timer> {
    await this.text();
    return this.#clock.every(OWN_READING_MS, () => {
      const at = this.#collectedAt;
      if (at === null || this.#clock.now() - at >= OWN_READING_MS) void this.text().catch(() => undefined);
    });
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    this.#metrics.observe("http_request_duration_seconds", { method, route, status: String(status) }, seconds);
  }

  limited(policy: string): void {
    this.#metrics.count("http_requests_limited_total", { policy });
  }
}
