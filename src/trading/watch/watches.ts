import type { InstrumentId } from "#domain/ids.ts";
import { caps } from "./caps.ts";
import { clockSkew } from "./clock-skew.ts";
import { dailyLoss } from "./daily-loss.ts";
import { DeltaWatch } from "./delta.ts";
import { disk } from "./disk.ts";
import { drawdown } from "./drawdown.ts";
import { FeedWatch } from "./feed.ts";
import { LoopLag } from "./loop-lag.ts";
import { maintenance } from "./maintenance.ts";
import { MarginWatch } from "./margin.ts";
import { rate } from "./rate.ts";
import { rejects } from "./rejects.ts";
import { runaway } from "./runaway.ts";
import { UnknownOrders } from "./unknown-orders.ts";
import type { Watch } from "./watch.ts";

export interface WatchesGiven {
  /** How often all of them are looked at. */
  readonly everyMs: number;
  readonly lagMs: number;
  readonly outOfSightMs: number;
  /** Closes both legs of every hedge of the instrument. */
  readonly cut: (instrument: InstrumentId) => void;
}

/** Every watch of one engine, in the order people see them. A watch that is not in this list does not exist. */
export function makeWatches({ everyMs, lagMs, outOfSightMs, cut }: WatchesGiven): readonly Watch[] {
  return [
    dailyLoss,
    drawdown,
    new DeltaWatch(),
    new MarginWatch(cut),
    caps,
    new FeedWatch(outOfSightMs),
    new UnknownOrders(),
    clockSkew,
    new LoopLag(everyMs, lagMs),
    rejects,
    runaway,
    rate,
    disk,
    maintenance,
  ];
}
