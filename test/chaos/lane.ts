import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededChance } from "#adapters/host/chance.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import { BINANCE_LISTINGS, OKX_LISTINGS } from "#adapters/simulator/listings.ts";
import { ModelMarket } from "#adapters/simulator/markets/model.ts";
import { Misfortune } from "#adapters/simulator/misfortune.ts";
import { type SimulatorServer, serve } from "#adapters/simulator/server.ts";
import { type SimulatedVenues, makeSimulatedVenues, withFees } from "#app/simulated-venues.ts";
import { bps } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { chaosPoints } from "./points.ts";
import { Server, type ServerAnswer, pause } from "./server.ts";
import { away, judgeAudit, judgeOrders, judgeSecrets } from "./verdict.ts";

/** Gaps that pay, all the time: a process that is to die in the middle of a hedge must be in the middle of one. */
const SHAPE = {
  stepMs: 20,
  stepsPerDepth: 3,
  volatilityBps: 1,
  gap: {
    meanBps: 0,
    noiseBps: 1,
    revertPerSecond: 2,
    burstsPerHour: 3_600,
    burstBps: [34, 46],
    burstHoldMs: 400,
    firstBurstMs: 500,
  },
  levels: 6,
  levelNotional: 2_500,
} as const;
const START_PRICES = [60_000, 2_600, 150] as const;
const LAG_MS = 1_000;
/** Longer than an order's own time at the venue, the lag and a few looks together. */
const HOME_MS = 10_000;

export interface Kill {
  readonly how: string;
  readonly readyMs: number;
  readonly violations: readonly string[];
}

/** One data directory and its two venues, through many lives of the process. */
export class Lane {
  readonly #data = mkdtempSync(join(tmpdir(), "propbot-chaos-"));
  readonly #venues: SimulatedVenues;
  readonly #market: ModelMarket;
  readonly #misfortune: Misfortune;
  readonly #chance: SeededChance;
  readonly #token: string;
  readonly #acknowledged = new Set<string>();
  #servers: readonly SimulatorServer[] = [];

  constructor(seed: string) {
    const clock = new SystemClock();
    this.#chance = new SeededChance(seed);
    this.#token = this.#chance.token(40);
    const listings = [withFees(BINANCE_LISTINGS, bps("2")), withFees(OKX_LISTINGS, bps("2"))] as const;
    const misfortune = new Misfortune(clock);
    this.#misfortune = misfortune;
    const chance = this.#chance.child("venues");
    this.#venues = makeSimulatedVenues({ clock, chance, misfortune, listings, okxEnvironment: "demo" });
    const instruments = listings[0].map((listing, index) => ({
      startPrice: START_PRICES[index]!,
      listings: [listing, listings[1][index]!] as const,
    }));
    this.#market = new ModelMarket(instruments, this.#venues.exchanges, {
      clock,
      chance: this.#chance.child("market"),
      shape: SHAPE,
    });
  }

  async begin(): Promise<void> {
    this.#servers = await Promise.all(this.#venues.dialects.map((dialect) => serve(dialect)));
    this.#market.start();
  }

  /**
   * One life and its end: a start on what the last one left, looked at; then RUN, and death at the point, or within a
   * few seconds at any moment when the point is not met.
   */
  async live(point: string | null): Promise<Kill> {
    if (!this.#chance.happens(0.2)) this.#forgetStarts();
    const seldom = chaosPoints.some((each) => each.name === point && each.seldom === true);
    const nth = seldom ? 1 : 1 + this.#chance.integer(3);
    const server = new Server(this.#environment(), this.#token, point === null ? null : `${point}:${nth}`);
    const began = performance.now();
    const up = await server.up();
    const violations: string[] = [];
    let readyMs = performance.now() - began;
    if (up === "ended") violations.push(`the server did not start: ${server.complaints.slice(-400)}`);
    if (up === "serves") {
      readyMs = performance.now() - began;
      violations.push(...(await this.#look(server)));
      await this.#trade(server);
    }
    const how = server.reached === null ? "any moment" : server.reached;
    await server.kill();
    violations.push(...judgeOrders(this.#venues.exchanges, this.#data));
    return { how, readyMs, violations };
  }

  /** A last life that ends cleanly: everything closed, everything compared, every file searched. */
  async end(): Promise<readonly string[]> {
    const server = new Server(this.#environment(), this.#token, null);
    const violations: string[] = [];
    if ((await server.up()) !== "serves") return [`the last start failed: ${server.complaints.slice(-400)}`];
    violations.push(...(await this.#look(server)));
    for (let round = 0; round < 5; round += 1) {
      const answer = await server.ask("POST", "/api/hedge/flatten", {});
      if (answer?.body.still_open === 0) break;
    }
    await pause(500);
    const state = (await server.ask("GET", "/api/ui/control-state"))?.body;
    const left = away(this.#venues.exchanges);
    if (left.length > 0)
      violations.push(`after flatten ${left.join(", ")} is left; held by ${JSON.stringify(state?.reasons)}`);
    const code = await server.stop();
    if (code !== 0) violations.push(`the clean end exited with ${String(code)}`);
    violations.push(...judgeOrders(this.#venues.exchanges, this.#data), ...(await judgeAudit(this.#data)));
    const [binance, okx] = this.#venues.keys;
    violations.push(...judgeSecrets(this.#data, [this.#token, binance.secret, okx.secret, okx.passphrase]));
    this.#market.stop();
    await Promise.all(this.#servers.map((each) => each.close()));
    rmSync(this.#data, { recursive: true, force: true });
    return violations;
  }

  /** What must be so after any start, before anybody has said anything. */
  async #look(server: Server): Promise<string[]> {
    const violations: string[] = [];
    const state = await server.ask("GET", "/api/ui/control-state");
    if (state && state.body.mode !== "HOLD") violations.push(`started in ${String(state.body.mode)}`);
    violations.push(...(await judgeAudit(this.#data)).filter((says) => !says.includes("was changed")));
    const journal = readFileSync(join(this.#data, "journal.log"), "latin1");
    for (const id of this.#acknowledged)
      if (!journal.includes(id)) violations.push(`hedge ${id} was acknowledged and is forgotten`);
    violations.push(...(await this.#comesHome(server)));
    return violations;
  }

  /** The delta is home within the time, or the system holds and says which leg is out. */
  async #comesHome(server: Server): Promise<string[]> {
    for (const until = performance.now() + HOME_MS; performance.now() < until; await pause(50)) {
      if (server.reached !== null || server.ended || away(this.#venues.exchanges).length === 0) return [];
    }
    const state = (await server.ask("GET", "/api/ui/control-state"))?.body;
    const codes = (state?.reasons ?? []).map(({ code }: { readonly code: string }) => code);
    const said = ["leg_failed", "unknown_order", "delta", "recon"].some((code) => codes.includes(code));
    if (state?.mode === "HOLD" && said) return [];
    return [`not home after ${HOME_MS} ms: ${away(this.#venues.exchanges).join(", ")}; ${codes.join(", ")}`];
  }

  /** RUN, and some things people do, until the point is met or patience is out. */
  async #trade(server: Server): Promise<void> {
    const { body: books } = (await server.ask("GET", "/api/ui/positions")) ?? { body: { positions: [] } };
    for (const { id, status } of (books.positions ?? []) as readonly {
      readonly id: string;
      readonly status: string;
    }[]) {
      if (status === "stuck") await server.ask("POST", `/api/ui/positions/${id}/close`, {});
    }
    // So many starts in a row look like a crash loop, and rightly so: somebody has looked.
    await server.ask("PATCH", "/api/ui/control", { safe_mode: false });
    let answer: ServerAnswer | null = null;
    for (let tries = 0; tries < 20 && server.reached === null; tries += 1) {
      answer = await server.ask("POST", "/api/ui/resume", {});
      if (answer === null || answer.status === 200) break;
      await pause(250);
    }
    const patience = 1_000 + this.#chance.integer(2_000);
    for (
      const until = performance.now() + patience;
      performance.now() < until && server.reached === null;
      await pause(100)
    ) {
      this.#disturb();
      if (this.#chance.happens(0.2)) await this.#confirm(server);
      if (this.#chance.happens(0.03)) await server.ask("POST", "/api/ui/cancel_all", {});
    }
  }

  /**
   * So many deaths are a crash loop: then nothing is sent before a person has looked, and recovery would never be on
   * trial. Now and then it is left to be one.
   */
  #forgetStarts(): void {
    const path = join(this.#data, "propbot.json");
    if (!existsSync(path)) return;
    const mark = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, unknown>>;
    writeFileSync(path, JSON.stringify({ ...mark, starts: [] }));
  }

  /** Some orders come back half filled, or not at all: a process shall also die while it recovers. */
  #disturb(): void {
    const venue = this.#chance.pick([BINANCE_UM, OKX_PERP]);
    if (this.#chance.happens(0.15))
      this.#misfortune.next(venue, "partial", { thousandths: 200 + this.#chance.integer(600) });
    if (this.#chance.happens(0.1)) this.#misfortune.next(venue, "no_liquidity");
  }

  async #confirm(server: Server): Promise<void> {
    const best = (await server.ask("GET", "/api/arb/opportunity"))?.body.last_opportunity;
    if (!best) return;
    const answer = await server.ask("POST", "/api/arb/confirm", { opportunity_id: best.id });
    if (answer?.status === 200) this.#acknowledged.add(String(answer.body.position.id));
  }

  #environment(): Readonly<Record<string, string>> {
    const [binance, okx] = this.#servers;
    const [binanceKeys, okxKeys] = this.#venues.keys;
    return {
      PROFILE: "testnet",
      SAFE_MODE: "false",
      ENABLE_PLACE_TEST_ORDERS: "true",
      TWO_MAN_RULE: "false",
      AUTO_LOOP: "true",
      API_TOKEN: this.#token,
      PORT: "0",
      API_RATE_PER_MIN: "60000",
      API_BURST: "10000",
      DATA_DIR: this.#data,
      ORDER_NOTIONAL_USDT: "1000",
      MAX_OPEN_POSITIONS: "6",
      COOLDOWN_MS: "200",
      VISIBILITY_LAG_MS_BINANCE: String(LAG_MS),
      VISIBILITY_LAG_MS_OKX: String(LAG_MS),
      BINANCE_UM_API_KEY_TESTNET: binanceKeys.apiKey,
      BINANCE_UM_API_SECRET_TESTNET: binanceKeys.secret,
      BINANCE_UM_BASE_TESTNET: binance!.rest,
      BINANCE_UM_WS_URL_TESTNET: binance!.ws,
      BINANCE_UM_WS_API_URL_TESTNET: binance!.ws,
      OKX_API_KEY_TESTNET: okxKeys.apiKey,
      OKX_API_SECRET_TESTNET: okxKeys.secret,
      OKX_API_PASSPHRASE_TESTNET: okxKeys.passphrase,
      OKX_BASE_URL: okx!.rest,
      OKX_WS_URL_TESTNET: okx!.ws,
    };
  }
}
