import type { LedgerEntry } from "#domain/entry.ts";
import type { HedgeId } from "#domain/ids.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Audit, AuditNote, AuditRow } from "#ports/audit.ts";
import type { Journal, JournalEntry, Receipt } from "#ports/journal.ts";
import type { Ledger } from "#ports/ledger.ts";
import type { HttpClient, HttpOutcome, HttpRequest, Socket, SocketFactory, SocketListener } from "#ports/wire.ts";
import type { CrashPlan, CrashPoint } from "./crash.ts";
import type { Disk } from "./disk.ts";

export interface LifeDeps {
  readonly clock: Clock;
  readonly wire: HttpClient & SocketFactory;
  readonly disk: Disk;
  readonly plan: CrashPlan | null;
  /** It has died. Nothing more comes out of it. */
  readonly died: (point: CrashPoint) => void;
  /** An order is being written to a socket in this very step. */
  readonly writes: (id: string) => void;
  /** Something is asked of the journal. */
  readonly noted: (entry: JournalEntry) => void;
}

/** How soon what was noted and not committed is on disk. */
const AUDIT_FLUSH_MS = 1_000;
const NEVER = new Promise<never>(() => undefined);

/**
 * One process, from start to crash. Everything it knows of the world comes through here, so that when it dies no timer
 * of it fires, no answer reaches it, and not a byte of it leaves: a killed process, without killing ours.
 */
export class Life implements HttpClient, SocketFactory {
  readonly #deps: LifeDeps;
  readonly #left = new Map<CrashPoint, number>();
  #alive = true;
  #spared = false;

  constructor(deps: LifeDeps) {
    this.#deps = deps;
    const { plan } = deps;
    if (plan?.point === "any-moment") deps.clock.after(plan.nth, () => this.#die("any-moment"));
    else if (plan) this.#left.set(plan.point, plan.nth);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** From now on it dies no more. */
  spare(): void {
    this.#spared = true;
  }

  /** Ends it without a crash: it was told to, or would not start. */
  end(): void {
    this.#alive = false;
  }

  get clock(): Clock {
    const { clock } = this.#deps;
    const guarded = (run: () => void) => (): void => {
      if (this.#alive) run();
    };
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, run) => clock.after(ms, guarded(run)),
      every: (ms, tick) => {
        const timer: Timer = clock.every(ms, () => (this.#alive ? tick() : timer.stop()));
        return timer;
      },
      sleep: (ms, signal) => clock.sleep(ms, signal).then(() => (this.#alive ? undefined : NEVER)),
    };
  }

  get journal(): Journal {
    const { disk, noted } = this.#deps;
    return {
      append: (entries: readonly JournalEntry[]): Promise<Receipt> => {
        if (!this.#alive) return NEVER;
        for (const entry of entries) noted(entry);
        return new Promise((resolve, reject) => {
          disk.write(entries, (receipt) => {
            if (!this.#alive || (receipt !== null && this.#dies("after-commit"))) return;
            if (receipt) resolve(receipt);
            else reject(new Error("ENOSPC: no space left on device"));
          });
          this.#dies("before-commit");
        });
      },
      finish: (hedge: HedgeId) => {
        if (this.#alive) disk.finish(hedge);
      },
      read: async function* (latestFinished: number) {
        yield* disk.read(latestFinished);
      },
    };
  }

  get ledger(): Ledger {
    const { disk } = this.#deps;
    return {
      post: (entries: readonly LedgerEntry[]): Promise<void> => {
        if (!this.#alive) return NEVER;
        if (this.#dies("before-ledger")) return NEVER;
        const posted = disk.post(entries);
        if (posted && this.#dies("after-ledger")) return NEVER;
        return posted ? Promise.resolve() : Promise.reject(new Error("ENOSPC: no space left on device"));
      },
      entries: async function* () {
        yield* disk.ledger.values();
      },
      record: () => undefined,
      findEvents: () => Promise.resolve({ items: [], more: false, total: null }),
    };
  }

  /** @param boot which start this is */
  audit(boot: number): Audit {
    const { clock, disk } = this.#deps;
    const waiting: Omit<AuditRow, "sequence">[] = [];
    const row = (note: AuditNote): Omit<AuditRow, "sequence"> => ({ ...note, at: clock.now(), boot });
    const flush = (rows: readonly Omit<AuditRow, "sequence">[]): void => {
      if (!this.#alive) return;
      if (this.#dies("before-audit")) return;
      if (!disk.commit([...waiting, ...rows])) throw new Error("ENOSPC: no space left on device");
      waiting.length = 0;
      this.#dies("after-audit");
    };
    this.clock.every(AUDIT_FLUSH_MS, () => {
      if (waiting.length > 0 && disk.commit(waiting)) waiting.length = 0;
    });
    return {
      commit: (notes) => {
        flush(notes.map(row));
        // Dead in this very step: nothing that was asked for may happen any more.
        if (!this.#alive) throw new Error("the process is gone");
      },
      note: (note) => void waiting.push(row(note)),
      recent: () =>
        disk.audit.slice(
          Math.max(
            0,
            disk.audit.findLastIndex(({ action }) => action === "control.snapshot"),
          ),
        ),
    };
  }

  async send(request: HttpRequest): Promise<HttpOutcome> {
    if (!this.#alive) return NEVER;
    const order = orderIn(request);
    const mayLeave = (): boolean => {
      if (request.mayLeave?.() === false) return false;
      if (order === null) return true;
      if (this.#dies("before-write")) return false;
      this.#deps.writes(order);
      return true;
    };
    const answer = this.#deps.wire.send({ ...request, mayLeave });
    if (order !== null && this.#alive) this.#dies("after-write");
    const outcome = await answer;
    return this.#alive ? outcome : NEVER;
  }

  open(url: string, listener: SocketListener): Socket {
    const heard = (run: () => void): void => {
      if (this.#alive) run();
    };
    const socket = this.#deps.wire.open(url, {
      opened: () => heard(() => listener.opened()),
      message: (text) => heard(() => listener.message(text)),
      closed: (code, says) => heard(() => listener.closed(code, says)),
    });
    return {
      send: (text) => this.#write(socket, text),
      ping: () => socket.ping(),
      close: (code, says) => socket.close(code, says),
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #write(socket: Socket, text: string): boolean {
    if (!this.#alive) return false;
    const order = orderInFrame(text);
    if (order === null) return socket.send(text);
    if (this.#dies("before-write")) return false;
    const written = socket.send(text);
    // What a closed socket did not take was not written; the order goes another way, and is seen there.
    if (written) this.#deps.writes(order);
    if (written) this.#dies("after-write");
    return written;
  }

  /** True when this is the occasion, and from now on it is dead. */
  #dies(point: CrashPoint): boolean {
    const left = this.#left.get(point);
    if (left === undefined || !this.#alive) return false;
    this.#left.set(point, left - 1);
    if (left > 1) return false;
    this.#die(point);
    return !this.#alive;
  }

  #die(point: CrashPoint): void {
    if (!this.#alive || this.#spared) return;
    this.#alive = false;
    this.#deps.died(point);
  }
}

/** Our name of the order that this websocket message places; null when it places none. */
function orderInFrame(text: string): string | null {
  if (text.includes('"method":"order.place"')) return /"newClientOrderId":"([^"]*)"/.exec(text)?.[1] ?? "";
  if (text.includes('"op":"order"')) return /"clOrdId":"([^"]*)"/.exec(text)?.[1] ?? "";
  return null;
}

/** Our name of the order that this request places, read off its bytes; null when it places none. */
function orderIn({ method, target, body }: HttpRequest): string | null {
  if (method !== "POST") return null;
  if (target.startsWith("/fapi/v1/order?")) return /[?&]newClientOrderId=([^&]+)/.exec(target)?.[1] ?? "";
  if (target === "/api/v5/trade/order") return /"clOrdId":"([^"]*)"/.exec(body)?.[1] ?? "";
  return null;
}
