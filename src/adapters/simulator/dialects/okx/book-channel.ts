import type { Price, Quantity } from "#domain/decimal.ts";
import type { Timer } from "#ports/clock.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { MarketDepthChange } from "../../liquidity.ts";
import type { Misfortune } from "../../misfortune.ts";
import { levelText, type OkxInstrument } from "./instruments.ts";
import { bookWords } from "./market-words.ts";

const CADENCE_MS = 100;
const QUIET_MS = 60_000;
const DEPTH = 400;

/** The `books` channel of one instrument: a snapshot for each newcomer, then the same updates for all. */
export class BookChannel {
  readonly #entry: OkxInstrument;
  readonly #exchange: SimulatedExchange;
  readonly #misfortune: Misfortune;
  readonly #tell: (text: string) => void;
  readonly #arg: string;
  readonly #bids = new Map<Price, Quantity>();
  readonly #asks = new Map<Price, Quantity>();
  readonly #quiet: Timer;
  #changed = false;
  #waiting = false;
  #last = 0;
  #saidAt = 0;
  #frozenUntil = 0;

  constructor(entry: OkxInstrument, exchange: SimulatedExchange, misfortune: Misfortune, tell: (text: string) => void) {
    this.#entry = entry;
    this.#exchange = exchange;
    this.#misfortune = misfortune;
    this.#tell = tell;
    this.#arg = `"arg":{"channel":"books","instId":"${entry.instId}"}`;
    this.#last = entry.market.sequence;
    this.#quiet = exchange.clock.every(QUIET_MS, () => this.#keepAlive());
  }

  /** For one newcomer. Null before there is a book; the reset will bring it. */
  snapshot(): string | null {
    if (!this.#entry.market.book.ready) return null;
    // What waits belongs to the others, and must not come after a snapshot that holds it already.
    if (this.#changed) this.#flush();
    const book = bookWords(this.#entry, DEPTH, this.#exchange.clock.now());
    return `{${this.#arg},"action":"snapshot","data":[{${book},"checksum":0,"prevSeqId":-1}]}`;
  }

  add(change: MarketDepthChange): void {
    if (change.recorded !== undefined) {
      this.#last = change.sequence;
      if (!this.#lost()) this.#say(recordedFrame(change.recorded, this.#arg));
      return;
    }
    for (const [price, quantity] of change.bids) this.#bids.set(price, quantity);
    for (const [price, quantity] of change.asks) this.#asks.set(price, quantity);
    this.#changed = true;
    if (!change.immediate) this.#wait(CADENCE_MS);
    else {
      // A break in the recording stays a break: the update says what it follows, not what was said last.
      this.#last = change.previousSequence;
      this.#flush();
    }
  }

  reset(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#changed = false;
    this.#last = this.#entry.market.sequence;
    const snapshot = this.snapshot();
    if (snapshot !== null) this.#say(snapshot);
  }

  freeze(ms: number): void {
    this.#frozenUntil = this.#exchange.clock.now() + ms;
  }

  close(): void {
    this.#quiet.stop();
  }

  #wait(ms: number): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#exchange.clock.after(ms, () => {
      this.#waiting = false;
      const frozenMs = this.#frozenUntil - this.#exchange.clock.now();
      if (frozenMs > 0) this.#wait(frozenMs);
      else if (this.#changed) this.#flush();
    });
  }

  #flush(): void {
    const { sequence } = this.#entry.market;
    const side = (levels: Map<Price, Quantity>): string =>
      Array.from(levels, (level) => levelText(this.#entry, level)).join(",");
    const message = this.#update(side(this.#bids), side(this.#asks), sequence);
    this.#bids.clear();
    this.#asks.clear();
    this.#changed = false;
    this.#last = sequence;
    if (!this.#lost()) this.#say(message);
  }

  #update(bids: string, asks: string, sequence: number): string {
    const ts = Math.floor(this.#exchange.clock.now());
    const book = `"asks":[${asks}],"bids":[${bids}],"ts":"${ts}","checksum":0`;
    return `{${this.#arg},"action":"update","data":[{${book},"prevSeqId":${this.#last},"seqId":${sequence}}]}`;
  }

  #keepAlive(): void {
    const now = this.#exchange.clock.now();
    if (now - this.#saidAt < QUIET_MS || !this.#entry.market.book.ready || this.#changed) return;
    this.#say(this.#update("", "", this.#last));
  }

  #say(text: string): void {
    this.#saidAt = this.#exchange.clock.now();
    this.#tell(text);
  }

  #lost(): boolean {
    const faults = this.#misfortune.at(this.#exchange.venue, "public");
    if (faults.length === 0) return false;
    if (faults.some(({ verb }) => verb === "malformed_frame")) {
      this.#tell(`{${this.#arg},"action":"update","data":[{"asks":[["NaN","-1","0"`);
      return true;
    }
    return faults.some(({ verb }) => verb === "gap");
  }
}

/** A recording may hold whole frames or only their data. */
function recordedFrame(recorded: string, arg: string): string {
  return recorded.includes('"arg"') ? recorded : `{${arg},"action":"update","data":[${recorded}]}`;
}
