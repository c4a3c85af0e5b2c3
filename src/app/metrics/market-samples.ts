import type { Sample } from "#adapters/host/metrics.ts";
import { gapBps, toNumber } from "#domain/decimal.ts";
import { symbolOf } from "#domain/ids.ts";
import type { Engine } from "#trading/engine/engine.ts";

const BPS_OF_ONE = 10_000;

/** What the markets look like at this moment, and how well we see them. */
export function* marketSamples(engine: Engine): Iterable<Sample> {
  const { books, conditions, pairs, world } = engine.rooms;
  const now = world.clock.now();
  for (const { id, listings } of pairs()) {
    const symbol = symbolOf(id);
    for (const { venue } of listings) {
      const depth = books.of(venue, id)?.depth;
      // Of a book that was lost too: that it grows old is what somebody must be told.
      if (depth !== undefined && depth.at > 0)
        yield ["propbot_market_data_age_seconds", { venue, symbol }, Math.max(0, now - depth.at) / 1_000];
      const funding = conditions.funding(venue, id);
      if (funding === null) continue;
      yield ["propbot_funding_next_timestamp_seconds", { venue, symbol }, funding.nextAt / 1_000];
      yield ["propbot_funding_rate_ratio", { venue, symbol }, toNumber(funding.rate) / BPS_OF_ONE];
    }
    yield* spreads(engine, id);
  }
}

/** By the books that can be believed; what cannot be priced now is not told. */
function* spreads(
  { pricing, rooms }: Engine,
  instrument: Parameters<Engine["pricing"]["directions"]>[0],
): Iterable<Sample> {
  const { bookMaxAgeMs, orderNotional } = rooms.settings();
  const now = rooms.world.clock.now();
  for (const direction of pricing.directions(instrument)) {
    const { long, short } = direction;
    const labels = { symbol: symbolOf(instrument), long_venue: long.instrument.venue };
    const [ask, bid] = [long.quote(now, bookMaxAgeMs)?.ask.price, short.quote(now, bookMaxAgeMs)?.bid.price];
    if (ask === undefined || bid === undefined) continue;
    yield ["propbot_spread_gross_bps", labels, toNumber(gapBps(ask, bid, "half-even"))];
    const { trade } = pricing.evaluate(direction, orderNotional);
    if (trade !== null) yield ["propbot_spread_allin_bps", labels, toNumber(trade.edge.allInBps)];
  }
}

/** How each venue treats us. */
export function* venueSamples(engine: Engine): Iterable<Sample> {
  const { reads, world } = engine.rooms;
  const standing = engine.reconciler.findings.standing();
  for (const venueOf of world.venues) {
    const venue = venueOf.id;
    const counts = engine.watch.counts(venue);
    for (const stream of ["public", "private"] as const)
      yield ["propbot_ws_connected", { venue, stream }, counts[stream] ? 1 : 0];
    yield ["propbot_venue_ratelimit_used_ratio", { venue, bucket: "fullest" }, venueOf.budgetUsed()];
    const clock = reads.clockSamples(venue).at(-1);
    if (clock) yield ["propbot_clock_skew_seconds", { venue }, clock.offsetMs / 1_000];
    const margin = reads.marginUsed(venue);
    if (margin !== null) yield ["propbot_margin_ratio", { venue }, toNumber(margin) / BPS_OF_ONE];
    const equity = reads.equity([venue]);
    if (equity !== null) yield ["propbot_equity_usdt", { venue }, toNumber(equity)];
    const runs = engine.reconciler.findings.runs().filter((run) => run.venue === venue);
    if (runs.length > 0)
      yield ["propbot_recon_mismatches", { venue }, standing.filter((finding) => finding.venue === venue).length];
    const whole = runs.find(({ says }) => says === null);
    if (whole) yield ["propbot_recon_last_success_timestamp_seconds", { venue }, whole.at / 1_000];
  }
}
