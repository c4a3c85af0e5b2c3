import { Worker } from "node:worker_threads";
import type { AuditVerdict } from "#adapters/storage/audit-verify.ts";
import type { AuditLog } from "#adapters/storage/audit-log.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { AuditHealth } from "#trading/status/outside.ts";

export interface AuditWatchDeps {
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly folder: string;
  readonly key: Buffer;
  /** What the whole record was found to be, when it is not as it was written. */
  readonly broken: (says: string) => void;
}

const EVERY_MS = 120_000;
/** A record that takes long to read is read more seldom: never more than a twentieth of one core. */
const REST = 20;
const THREAD = new URL("../../adapters/storage/audit-thread.ts", import.meta.url);

/** Has the whole audit record read back again and again, in a thread of its own. */
export class AuditWatch {
  readonly #deps: AuditWatchDeps;
  #timer: Timer | null = null;
  #worker: Worker | null = null;
  #verified: AuditHealth["verified"] = null;
  #fault: string | null = null;
  #closed = false;

  constructor(deps: AuditWatchDeps) {
    this.#deps = deps;
  }

  begin(): void {
    this.#read();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.stop();
    await this.#worker?.terminate();
  }

  health(): AuditHealth {
    const { sequence, anchored, fault } = this.#deps.audit.health;
    return { sequence, anchored, verified: this.#verified, fault: this.#fault ?? fault };
  }

  #read(): void {
    const { audit, clock, folder, key } = this.#deps;
    const began = clock.monotonic();
    const { sequence } = audit.health;
    const worker = new Worker(THREAD, { workerData: { folder, key, upTo: sequence } });
    this.#worker = worker;
    worker.once("message", (verdict: AuditVerdict) => this.#judge(verdict));
    worker.once("error", (error) => (this.#fault = `the audit record could not be read back: ${String(error)}`));
    worker.once("exit", () => {
      this.#worker = null;
      // A reading that was broken off by the end of the process is not begun again.
      if (this.#closed) return;
      this.#timer = clock.after(Math.max(EVERY_MS, (clock.monotonic() - began) * REST), () => this.#read());
    });
  }

  #judge({ rows, faults }: AuditVerdict): void {
    const [first] = faults;
    const before = this.#fault;
    this.#fault = first === undefined ? null : `${first.says} (${first.file}, line ${first.line})`;
    if (first === undefined) this.#verified = { at: this.#deps.clock.now(), sequence: rows };
    if (this.#fault !== null && before === null) this.#deps.broken(this.#fault);
  }
}
