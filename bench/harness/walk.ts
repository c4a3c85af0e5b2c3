import { dice } from "./statistics.ts";

/**
 * A market that walks around one price, drawn from a seed, as frames of one venue: nine best quotes, then one change of
 * the book. It stays within a few ticks, so two walks of one coin never come apart.
 */

const MIDDLE = 600_000;
const LEASH = 6;
const BINANCE_LEVELS = 1_000;
const OKX_LEVELS = 400;
const QUOTES_PER_CHANGE = 9;

const text = (tick: number): string => (tick / 10).toFixed(1);

abstract class Walk {
  readonly symbol: string;
  protected readonly roll: (below: number) => number;
  protected middle = MIDDLE;
  protected sequence = 1_000_000;
  /** The last id that a change of the book ended with. */
  protected changed = this.sequence;
  /** Where the book was when it last changed. */
  #standing = MIDDLE;
  #turn = 0;

  constructor(symbol: string, seed: number) {
    this.symbol = symbol;
    this.roll = dice(seed);
  }

  get bestBid(): number {
    return this.middle;
  }

  get lastId(): number {
    return this.sequence;
  }

  /** The whole book, as the venue first shows it. */
  abstract snapshot(): string;
  /** What the venue sends first: it bridges to the snapshot. */
  next(): Buffer {
    this.#turn += 1;
    const step = this.middle >= MIDDLE + LEASH ? -1 : this.middle <= MIDDLE - LEASH ? 1 : this.roll(3) - 1;
    this.middle += step;
    this.sequence += 1 + this.roll(4);
    if (this.#turn % (QUOTES_PER_CHANGE + 1) !== 1) return Buffer.from(this.quote());
    const from = this.#standing;
    this.#standing = this.middle;
    const frame = Buffer.from(this.change(this.#side(from, 1), this.#side(from, -1)));
    this.changed = this.sequence;
    return frame;
  }

  protected abstract quote(): string;
  protected abstract change(bids: string, asks: string): string;
  protected abstract level(tick: number, lots: number): string;

  protected ladder(levels: number, better: 1 | -1): string {
    const best = better === 1 ? MIDDLE : MIDDLE + 1;
    return Array.from({ length: levels }, (_, away) => this.level(best - away * better, 1 + this.roll(9_000))).join(
      ",",
    );
  }

  /** What the market walked over is gone or stands anew, and some levels further off have changed. */
  #side(from: number, better: 1 | -1): string {
    const best = better === 1 ? this.middle : this.middle + 1;
    const before = better === 1 ? from : from + 1;
    const rows: string[] = [];
    for (let tick = before; (tick - best) * better > 0; tick -= better) rows.push(this.level(tick, 0));
    for (let tick = best; (tick - before) * better > 0; tick -= better)
      rows.push(this.level(tick, 1 + this.roll(9_000)));
    rows.push(this.level(best, 1 + this.roll(9_000)));
    for (let each = 2 + this.roll(12); each > 0; each -= 1)
      rows.push(this.level(best - better * (1 + this.roll(40)), this.roll(4) === 0 ? 0 : 1 + this.roll(9_000)));
    return rows.join(",");
  }
}

export class BinanceWalk extends Walk {
  snapshot(): string {
    return `{"lastUpdateId":${this.sequence},"E":1723161255000,"T":1723161255000,"bids":[${this.ladder(BINANCE_LEVELS, 1)}],"asks":[${this.ladder(BINANCE_LEVELS, -1)}]}`;
  }

  protected quote(): string {
    const { symbol, sequence, middle } = this;
    return `{"stream":"${symbol.toLowerCase()}@bookTicker","data":{"e":"bookTicker","u":${sequence},"s":"${symbol}","b":"${text(middle)}","B":"${this.#size(1 + this.roll(9_000))}","a":"${text(middle + 1)}","A":"${this.#size(1 + this.roll(9_000))}","T":1723161255000,"E":1723161255000}}`;
  }

  protected change(bids: string, asks: string): string {
    const { symbol, sequence, changed } = this;
    return `{"stream":"${symbol.toLowerCase()}@depth@0ms","data":{"e":"depthUpdate","E":1723161255000,"T":1723161255000,"s":"${symbol}","U":${changed},"u":${sequence},"pu":${changed},"b":[${bids}],"a":[${asks}]}}`;
  }

  protected level(tick: number, lots: number): string {
    return `["${text(tick)}","${this.#size(lots)}"]`;
  }

  #size(lots: number): string {
    return (lots / 1_000).toFixed(3);
  }
}

export class OkxWalk extends Walk {
  snapshot(): string {
    const { symbol, sequence } = this;
    return `{"arg":{"channel":"books","instId":"${symbol}"},"action":"snapshot","data":[{"asks":[${this.ladder(OKX_LEVELS, -1)}],"bids":[${this.ladder(OKX_LEVELS, 1)}],"ts":"1723161255000","checksum":0,"prevSeqId":-1,"seqId":${sequence}}]}`;
  }

  /** The two channels that speak seldom: without them a connection counts as broken. */
  slow(): readonly Buffer[] {
    const arg = (channel: string): string => `"arg":{"channel":"${channel}","instId":"${this.symbol}"}`;
    const common = `"instType":"SWAP","instId":"${this.symbol}"`;
    return [
      Buffer.from(`{${arg("mark-price")},"data":[{${common},"markPx":"${text(MIDDLE)}","ts":"1723161255000"}]}`),
      Buffer.from(
        `{${arg("funding-rate")},"data":[{${common},"fundingRate":"0.0001","fundingTime":"1923161255000","nextFundingTime":"1923190055000","ts":"1723161255000"}]}`,
      ),
    ];
  }

  protected quote(): string {
    const { symbol, sequence, middle } = this;
    return `{"arg":{"channel":"bbo-tbt","instId":"${symbol}"},"data":[{"asks":[${this.level(middle + 1, 1 + this.roll(9_000))}],"bids":[${this.level(middle, 1 + this.roll(9_000))}],"ts":"1723161255000","seqId":${sequence}}]}`;
  }

  protected change(bids: string, asks: string): string {
    const { symbol, sequence, changed } = this;
    return `{"arg":{"channel":"books","instId":"${symbol}"},"action":"update","data":[{"asks":[${asks}],"bids":[${bids}],"ts":"1723161255000","checksum":0,"prevSeqId":${changed},"seqId":${sequence}}]}`;
  }

  protected level(tick: number, lots: number): string {
    return `["${text(tick)}","${lots / 100}","0","${lots === 0 ? 0 : 1}"]`;
  }
}
