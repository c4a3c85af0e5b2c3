import type { Act } from "#domain/control.ts";
import type { Instant } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Lease } from "#ports/lease.ts";
import type { LeaseReading } from "../status/readings.ts";

export interface LeaseKeeperDeps {
  readonly clock: Clock;
  readonly lease: Lease;
  /** What is wrong with it; null when it is ours. */
  readonly report: (says: string | null) => void;
}

const RENEW_EVERY_MS = 2_000;
const LOOK_EVERY_MS = 500;
/** Before it expires, by a clock that nobody sets: whoever waits for its end must not meet us. */
const STOP_AFTER_MS = 8_000;

/** Renews the lease, and lets nothing that adds risk leave once it could not be renewed for too long. */
export class LeaseKeeper {
  readonly #deps: LeaseKeeperDeps;
  readonly #timers: Timer[] = [];
  #renewedAt: number;
  #expires: Instant | null = null;
  #lost: string | null = null;
  #failed = "nothing came of renewing it";
  #renewing = false;

  constructor(deps: LeaseKeeperDeps) {
    this.#deps = deps;
    this.#renewedAt = deps.clock.monotonic();
  }

  begin(): void {
    const { clock } = this.#deps;
    this.#timers.push(
      clock.every(RENEW_EVERY_MS, () => void this.#renew()),
      clock.every(LOOK_EVERY_MS, () => void this.#stands()),
    );
  }

  close(): void {
    for (const timer of this.#timers.splice(0)) timer.stop();
  }

  /** Asked in the step of the write: after a long pause of the process no timer has had its turn yet. */
  permits(act: Act): boolean {
    return (act !== "open" && act !== "complete") || this.#stands();
  }

  reading(): LeaseReading {
    const { clock, lease } = this.#deps;
    const { holder, epoch } = lease;
    const sinceRenewedMs = Math.round(clock.monotonic() - this.#renewedAt);
    return { holder, epoch, expires: this.#expires, sinceRenewedMs, lost: this.#lost !== null };
  }

  #stands(): boolean {
    const { clock, report } = this.#deps;
    const silentMs = clock.monotonic() - this.#renewedAt;
    if (this.#lost === null && silentMs < STOP_AFTER_MS) return true;
    report(
      this.#lost !== null
        ? `the lease of the data directory is lost: ${this.#lost}; stop one of the two`
        : `the lease of the data directory was not renewed for ${Math.round(silentMs / 1_000)} s (${this.#failed}): nothing that adds risk leaves`,
    );
    return false;
  }

  async #renew(): Promise<void> {
    if (this.#renewing || this.#lost !== null) return;
    this.#renewing = true;
    const { clock, lease, report } = this.#deps;
    const at = clock.monotonic();
    const renewal = await lease.renew(clock.now());
    this.#renewing = false;
    if (renewal.outcome === "lost") this.#lost = renewal.says;
    if (renewal.outcome === "failed") this.#failed = renewal.says;
    if (renewal.outcome !== "renewed") return void this.#stands();
    // It counts from when it was asked for: the answer may have been a long time coming.
    this.#renewedAt = at;
    this.#expires = renewal.expires;
    if (this.#stands()) report(null);
  }
}
