import type { DomainEvent } from "#domain/event.ts";
import type { Fill } from "#domain/fill.ts";
import type { Hedge } from "#domain/hedge.ts";
import type { HoldCode } from "#domain/hold.ts";
import type { HedgeId, VenueId } from "#domain/ids.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Venue } from "#ports/venue.ts";
import type { CatchUp } from "./catch-up.ts";
import { type Difference, type Finding, type FindingKind, type Run, keyOf, sameDifference } from "./finding.ts";
import { Findings } from "./findings.ts";
import { type OurBooks, type Reading, readVenue } from "./reading.ts";

export interface ReconcilerDeps {
  readonly clock: Clock;
  readonly venues: readonly Venue[];
  readonly books: OurBooks;
  readonly catchUp: CatchUp;
  readonly newId: () => string;
  /** How long a difference is given to go away, between one reading and the next. */
  readonly pauseMs: number;
  readonly report: (code: HoldCode, source: string, says: string | null, about?: Partial<DomainEvent>) => void;
  readonly tell: (event: Omit<DomainEvent, "at">) => void;
  /** A venue has told everything, and it was compared. */
  readonly checked: (venue: VenueId) => void;
}

const READINGS = 3;
const LEAST_READINGS = 2;
/** After a stream came back, or an unknown order was resolved: others do so in the same moment. */
const SOON_MS = 250;
const LATEST_MS = 60_000;
const CODES: Readonly<Record<FindingKind, HoldCode>> = {
  position: "recon",
  order: "recon",
  balance: "recon",
  foreign_order: "foreign_order",
};
const KINDS = Object.keys(CODES) as readonly FindingKind[];

/** Holds what the venues say against what we hold. A difference is a finding and a HOLD, never a silent correction. */
export class Reconciler {
  readonly findings: Findings;
  readonly #deps: ReconcilerDeps;
  readonly #running = new Map<VenueId, Promise<Run>>();
  readonly #soon = new Map<VenueId, Timer>();
  readonly #unknown = new Set<HedgeId>();
  /** Trades nobody here made, by the finding they explain. */
  readonly #strangeFills = new Map<string, readonly Fill[]>();
  #closed = false;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
    this.findings = new Findings(deps.newId);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#soon.values()) timer.stop();
  }

  /** Every venue, now. Whoever asks while one is being compared gets that comparison. */
  runAll(): Promise<readonly Run[]> {
    return Promise.all(this.#deps.venues.map((venue) => this.run(venue)));
  }

  run(venue: Venue): Promise<Run> {
    const running = this.#running.get(venue.id);
    if (running) return running;
    const run = this.#compare(venue).finally(() => this.#running.delete(venue.id));
    this.#running.set(venue.id, run);
    return run;
  }

  /** Something happened at this venue after which nobody should believe without looking. */
  soon(venue: VenueId): void {
    if (this.#soon.has(venue) || this.#closed) return;
    const timer = this.#deps.clock.after(SOON_MS, () => {
      this.#soon.delete(venue);
      const known = this.#deps.venues.find(({ id }) => id === venue);
      const running = this.#running.get(venue);
      if (known) void (running ? running.then(() => this.run(known)) : this.run(known));
    });
    this.#soon.set(venue, timer);
  }

  /** Sees when the last unknown order of a hedge is resolved. */
  onHedge({ intent, orders }: Hedge): void {
    if (orders.some(({ state }) => state === "unknown")) {
      this.#unknown.add(intent.id);
    } else if (this.#unknown.delete(intent.id)) {
      this.soon(intent.long.venue);
      this.soon(intent.short.venue);
    }
  }

  /** Both venues were found as our books say within the last minute; where not, they are asked now. Empty: all is well. */
  async problems(): Promise<readonly string[]> {
    const { clock, venues } = this.#deps;
    await Promise.all(
      venues.map(async (venue) => {
        const last = this.findings.lastRun(venue.id);
        const good = last?.says === null && clock.now() - last.at < LATEST_MS && last.findings.length === 0;
        if (!good) await this.run(venue);
      }),
    );
    const unread = venues.flatMap(({ id }) => {
      const last = this.findings.lastRun(id);
      return last && last.compared.orders === null ? [last.says ?? `${id} was not compared`] : [];
    });
    return [...this.findings.standing().map(({ says }) => says), ...unread];
  }

  /** Trades at the venue that make up this difference, when it told of them. */
  strangeFills(finding: Finding): readonly Fill[] {
    return this.#strangeFills.get(finding.id) ?? [];
  }

  async #compare(venue: Venue): Promise<Run> {
    const { clock, books, catchUp, pauseMs } = this.#deps;
    const at = clock.now();
    const seen = new Map<string, Finding>();
    let standing: readonly Difference[] = [];
    let good = 0;
    let reading: Reading | null = null;
    // Reads lag: a difference counts only when it stands still over several of them. An order that is not ours counts at once.
    for (let look = 0; look < READINGS && !this.#closed; look += 1) {
      if (look > 0) await clock.sleep(pauseMs);
      reading = await readVenue(venue, books, catchUp);
      for (const stranger of reading.strangers) seen.set(keyOf(stranger), this.#hold(stranger));
      // A question that failed settles nothing.
      if (reading.orders === null) continue;
      const before = good === 0 ? reading.differences : standing;
      good += 1;
      standing = reading.differences.filter((each) => before.some((earlier) => sameDifference(earlier, each)));
      if (standing.length === 0 && reading.strangers.length === 0) break;
    }
    if (good >= LEAST_READINGS) for (const difference of standing) seen.set(keyOf(difference), this.#hold(difference));
    const run = runOf(venue.id, at, clock.now() - at, reading, [...seen.values()]);
    if (this.#closed || reading === null) return run;
    this.#settle(venue.id, reading);
    this.findings.note(run);
    if (reading.orders !== null) this.#deps.checked(venue.id);
    return run;
  }

  #hold(difference: Difference): Finding {
    const { clock, report } = this.#deps;
    const finding = this.findings.keep(difference, clock.now());
    const { kind, venue, instrument, says } = finding;
    const about = { venue, ...(instrument === null ? {} : { instrument }) };
    report(CODES[kind], finding.id, `${says} (finding ${finding.id})`, about);
    return finding;
  }

  /** What this reading could compare and no longer shows is gone. What it could not compare stays as it was. */
  #settle(venue: VenueId, reading: Reading): void {
    const { report, tell } = this.#deps;
    const compared = KINDS.filter((kind) => comparedIn(reading, kind));
    const before = this.findings.standing();
    this.findings.settle(venue, compared, [...reading.differences, ...reading.strangers]);
    const after = this.findings.standing();
    for (const gone of before.filter(({ id }) => this.findings.find(id) === undefined)) {
      this.#strangeFills.delete(gone.id);
      report(CODES[gone.kind], gone.id, null);
      tell({ level: "info", type: "risk", code: `${gone.kind}_agrees`, says: `${gone.says} — it is gone`, venue });
    }
    // Said for causes of the last run of the process too, whose findings had other names.
    for (const kind of compared)
      if (!after.some((finding) => finding.venue === venue && finding.kind === kind))
        report(CODES[kind], `${venue} ${kind}`, null);
    for (const finding of after) {
      if (finding.venue !== venue || finding.kind !== "position" || reading.positions === null) continue;
      const { instrument } = finding;
      this.#strangeFills.set(
        finding.id,
        reading.strangeFills.filter((fill) => fill.instrument === instrument),
      );
    }
  }
}

function comparedIn(reading: Reading, kind: FindingKind): boolean {
  if (kind === "position") return reading.positions !== null;
  return kind === "balance" ? reading.wallets !== null : reading.orders !== null;
}

function runOf(
  venue: VenueId,
  at: Run["at"],
  took: number,
  reading: Reading | null,
  findings: readonly Finding[],
): Run {
  const { positions = null, orders = null, wallets = null, says = null } = reading ?? {};
  return { at, venue, tookMs: Math.round(took), compared: { positions, orders, wallets }, findings, says };
}
