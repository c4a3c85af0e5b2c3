import { dice } from "./harness/statistics.ts";

/** OKX frames of one instrument: nobody recorded them for us, so they are drawn from a seed in the venue's own form. */
export interface OkxFrames {
  readonly snapshot: Buffer;
  readonly updates: readonly Buffer[];
}

const INSTRUMENT = "BTC-USDT-SWAP";
const LEVELS = 400;
const START = 639_214;
const FIRST_SEQUENCE = 333_794_734_980;

const price = (tick: number): string => (tick / 10).toFixed(1).replace(/\.0$/, "");
const level = (tick: number, lots: number): string =>
  `["${price(tick)}","${lots === 0 ? "0" : (lots / 100).toString()}","0","${lots === 0 ? 0 : 1 + (lots % 9)}"]`;

/** 400 levels a side, then updates of a walking market: mostly near the top, a few dozen levels each. */
export function bookFrames(count: number, seed: number): OkxFrames {
  const roll = dice(seed);
  const bids = new Set<number>();
  const asks = new Set<number>();
  for (let away = 0; away < LEVELS; away += 1) {
    bids.add(START - away * 2);
    asks.add(START + 1 + away * 2);
  }
  const head = `{"arg":{"channel":"books","instId":"${INSTRUMENT}"},"action":`;
  const list = (ticks: Iterable<number>): string => [...ticks].map((tick) => level(tick, 1 + roll(90_000))).join(",");
  const snapshot = `${head}"snapshot","data":[{"asks":[${list(asks)}],"bids":[${list(bids)}],"ts":"1786541241000","checksum":0,"prevSeqId":-1,"seqId":${FIRST_SEQUENCE}}]}`;
  let middle = START;
  let sequence = FIRST_SEQUENCE;
  const updates: Buffer[] = [];
  for (let at = 0; at < count; at += 1) {
    middle += roll(5) - 2;
    const changes = (side: Set<number>, better: 1 | -1): string[] => {
      const rows: string[] = [];
      // Whatever the market has walked over is taken away.
      for (const tick of side) {
        if (better === 1 ? tick <= middle : tick > middle) continue;
        side.delete(tick);
        rows.push(level(tick, 0));
      }
      for (let each = 2 + roll(14); each > 0; each -= 1) {
        const far = roll(10) === 0 ? roll(700) : roll(40);
        const tick = better === 1 ? middle - far : middle + 1 + far;
        const lots = roll(4) === 0 && side.size > LEVELS / 2 ? 0 : 1 + roll(90_000);
        if (lots === 0) side.delete(tick);
        else side.add(tick);
        rows.push(level(tick, lots));
      }
      return rows;
    };
    const asksNow = changes(asks, -1);
    const bidsNow = changes(bids, 1);
    // The best of each side always stands, so that there is always a market.
    asksNow.push(level(middle + 1, 100 + at));
    bidsNow.push(level(middle, 100 + at));
    asks.add(middle + 1);
    bids.add(middle);
    const previous = sequence;
    sequence += 1 + roll(30);
    updates.push(
      Buffer.from(
        `${head}"update","data":[{"asks":[${asksNow.join(",")}],"bids":[${bidsNow.join(",")}],"ts":"${1_786_541_241_000 + at * 100}","checksum":0,"prevSeqId":${previous},"seqId":${sequence}}]}`,
      ),
    );
  }
  return { snapshot: Buffer.from(snapshot), updates };
}

export function bestFrames(count: number, seed: number): readonly Buffer[] {
  const roll = dice(seed);
  let tick = START;
  let sequence = FIRST_SEQUENCE;
  return Array.from({ length: count }, (_, at) => {
    tick += roll(3) - 1;
    sequence += 1 + roll(9);
    return Buffer.from(
      `{"arg":{"channel":"bbo-tbt","instId":"${INSTRUMENT}"},"data":[{"asks":[${level(tick + 1, 1 + roll(90_000))}],"bids":[${level(tick, 1 + roll(90_000))}],"ts":"${1_786_541_241_000 + at * 10}","seqId":${sequence}}]}`,
    );
  });
}
