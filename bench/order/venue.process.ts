import { setTimeout as sleep } from "node:timers/promises";
import { type Book, startVenues } from "../../test/contract/clients/venues.ts";
import { GAP, REST_PRICE } from "./words.ts";

/*
 * Both simulated venues and a market with one idea: quiet ticks, then one tick that makes a hedge pay, then, when both of
 * its orders have come, the way back, so that the hedge is closed before the next.
 */

const QUIET_TICKS = 3;
const TICK_MS = 1;
const PAUSE_MS = 4;
/** Both venues allow about thirty orders a second, and a hedge takes two of each on its way in and out. */
const HEDGE_MS = 100;
const PATIENCE_MS = 400;

const running = await startVenues();
const { exchanges } = running;
const book = (middle: number, size: string): Book => ({
  bids: [0, 0.1, 0.5].map((away) => [(middle - away).toFixed(1), size] as const),
  asks: [0.1, 0.2, 1].map((away) => [(middle + away).toFixed(1), size] as const),
});
const orders = (): number => exchanges.binance.receipts.all.length + exchanges.okx.receipts.all.length;

async function until(count: number): Promise<boolean> {
  for (const end = performance.now() + PATIENCE_MS; orders() < count;) {
    if (performance.now() > end) return false;
    await new Promise((turn) => setImmediate(turn));
  }
  return true;
}

for (const name of ["binance", "okx"] as const) running.show(name, book(REST_PRICE, "5"));
process.send?.({ urls: running.urls, keys: running.keys });
await new Promise<void>((begin) => process.once("message", () => begin()));
process.once("disconnect", () => process.exit(0));

for (let hedge = 0; ; hedge += 1) {
  for (let tick = 0; tick < QUIET_TICKS; tick += 1) {
    running.show("okx", book(REST_PRICE, `${5 + ((hedge + tick) % 3)}`));
    await sleep(TICK_MS);
  }
  await sleep(PAUSE_MS);
  const before = orders();
  const crossed = performance.now();
  running.show("okx", book(REST_PRICE + GAP, "6"));
  const came = await until(before + 2);
  process.send?.({ crossed: came ? (performance.now() - crossed) * 1_000 : null });
  await sleep(PAUSE_MS);
  running.show("okx", book(REST_PRICE, "6"));
  await until(orders() + 2);
  await sleep(Math.max(PAUSE_MS, HEDGE_MS - (performance.now() - crossed)));
}
