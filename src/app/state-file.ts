import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { STATE_VERSION, readState, writeState } from "#adapters/storage/runtime-state.ts";
import type { Desk } from "#desk/desk.ts";
import { format, tryUsdt } from "#domain/decimal.ts";
import { type HoldCause, type HoldCode, isHoldCode } from "#domain/hold.ts";
import { type Instant, isoTime } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { DayBaseline } from "#trading/accounts/day.ts";
import type { Remembered } from "#trading/control/control-words.ts";
import type { ControllerStart } from "#trading/control/controller.ts";

/** What the environment says of the guards. */
export interface Guards {
  readonly safeMode: boolean;
  /** No order may go to a real venue in this run. */
  readonly dryRun: boolean;
  readonly twoManRule: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** `runtime_state.json`: what an operator or a script may read of us, and what a restart must not forget. */
export class StateFile {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #kept: Fields | null;
  /** What was wrong with the old file. */
  readonly findings: readonly string[];

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
    const reading = readState(path, clock.now());
    this.#kept = reading.found === "state" ? reading.state : null;
    this.findings =
      reading.found === "corrupt"
        ? [
            `${path} could not be read (${reading.says}); it was set aside as ${reading.movedTo} and is rebuilt from the ledger`,
          ]
        : [];
  }

  /**
   * Always HOLD. A guard is on when the environment, this file or the audit record says so: the safest of the three. The
   * last reasons are kept. Without the file nobody knows what was held, and SAFE_MODE is on; and so it is for a process
   * that is started again and again: not even recovery sends an order before a person has looked.
   */
  controlAtStart(
    { safeMode, dryRun, twoManRule }: Guards,
    recorded: Remembered["control"],
    crashLoop: string | null,
  ): ControllerStart {
    const control = fields(this.#kept?.["control"]);
    const now = this.#clock.now();
    const cause = (code: HoldCode, says: string): HoldCause => ({ code, says, since: now, clearedAt: null });
    const fresh = [
      cause("boot", "the process has just started"),
      ...(crashLoop === null ? [] : [cause("crash_loop", crashLoop)]),
    ];
    const known = [...fresh, ...(recorded?.causes ?? []), ...keptCauses(control, now)];
    const causes = known.filter(({ code }, index) => known.findIndex((other) => other.code === code) === index);
    const [first = cause("boot", ""), ...rest] = causes;
    const revision = typeof control?.["revision"] === "number" ? control["revision"] : 0;
    const unsure = this.findings.length > 0 || crashLoop !== null;
    return {
      mode: "HOLD",
      safeMode: safeMode || recorded?.safeMode === true || control?.["safe_mode"] === true || unsure,
      dryRun: dryRun || recorded?.dryRun === true || control?.["dry_run"] === true,
      killed: recorded?.killed === true || control?.["killed"] === true,
      twoManRule: twoManRule || recorded?.twoManRule === true,
      causes: [first, ...rest],
      // Not one more for the start itself: what waits for a second person may still be approved after it, but a resume.
      version: Math.max(revision, recorded?.version ?? 0, 1),
    };
  }

  /** Where the last run left the day's result; null when nobody knows. */
  get dayBaseline(): DayBaseline | null {
    const kept = fields(this.#kept?.["day"]);
    const total = typeof kept?.["baseline_usdt"] === "string" ? tryUsdt(kept["baseline_usdt"]) : null;
    if (typeof kept?.["utc_day"] !== "number" || total === null) return null;
    const high = typeof kept["high_usdt"] === "string" ? tryUsdt(kept["high_usdt"]) : null;
    return { day: kept["utc_day"], total, high: high === null || high < total ? total : high };
  }

  write(desk: Desk, baseline: DayBaseline | null): void {
    const { last, status } = desk.trading.best();
    const { positions, totals } = desk.books.positions(false);
    writeState(this.#path, {
      version: STATE_VERSION,
      written_at: isoTime(this.#clock.now()),
      control: desk.control.state(),
      day: baseline
        ? { utc_day: baseline.day, baseline_usdt: format(baseline.total), high_usdt: format(baseline.high) }
        : null,
      last_opportunity: last,
      opportunity_status: status,
      positions,
      totals,
    });
  }

  /** A secret that is drawn once and kept, readable by its owner only. */
  static keptSecret(path: string, draw: () => string): string {
    if (existsSync(path)) return readFileSync(path, "utf8").trim();
    const secret = draw();
    writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: "wx" });
    return secret;
  }
}

function keptCauses(control: Fields | null, now: Instant): HoldCause[] {
  const reasons = control?.["reasons"];
  if (!Array.isArray(reasons)) return [];
  return (reasons as readonly unknown[]).flatMap((reason) => {
    const known = fields(reason);
    const code = known?.["code"];
    const says = known?.["detail"];
    if (typeof code !== "string" || !isHoldCode(code) || typeof says !== "string" || code === "boot") return [];
    const since = Date.parse(String(known?.["since"]));
    return [{ code, says, since: (Number.isNaN(since) ? now : since) as Instant, clearedAt: null }];
  });
}

function fields(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}
