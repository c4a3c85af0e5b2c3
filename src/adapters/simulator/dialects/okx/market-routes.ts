import { add, type Quantity } from "#domain/decimal.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { Misfortune } from "../../misfortune.ts";
import { tiersOf } from "../../tiers.ts";
import { badParameter, NO_INSTRUMENT, OkxError } from "./errors.ts";
import { contracts, fraction, instrumentWords, type OkxInstrument, type OkxInstruments } from "./instruments.ts";
import { bookWords, fundingWords, markWords, priceLimitWords, tickerWords } from "./market-words.ts";
import { ratio } from "./order-words.ts";
import type { Call, Routes } from "./route.ts";

/** By how much the numbers of instruments differ between demo and live. */
const OTHER_ENVIRONMENT = 50_000;

/** What anybody may ask. Of the other environment (demo or live) it is answered with that one's numbers. */
export function marketRoutes(exchange: SimulatedExchange, instruments: OkxInstruments, misfortune: Misfortune): Routes {
  const now = (): number => exchange.clock.now();
  const named = (call: Call): OkxInstrument | OkxError => {
    const instId = call.query.get("instId");
    if (!instId) return badParameter("instId");
    return instruments.find(instId) ?? NO_INSTRUMENT;
  };
  const one = (call: Call, render: (entry: OkxInstrument) => unknown): unknown => {
    const entry = named(call);
    return entry instanceof OkxError ? entry : [render(entry)];
  };
  /** One, or all of them when none is named. */
  const some = (call: Call, render: (entry: OkxInstrument) => unknown): unknown => {
    const instId = call.query.get("instId");
    if (instId === null || instId === "ANY") return instruments.all().map(render);
    return one(call, render);
  };
  return {
    "GET /api/v5/public/time": { signed: false, most: 10, run: () => [{ ts: `${Math.floor(now())}` }] },
    "GET /api/v5/public/instruments": {
      signed: false,
      most: 20,
      run: (call) => {
        if (call.query.get("instType") !== "SWAP") return badParameter("instType");
        const off = call.foreign === true ? OTHER_ENVIRONMENT : 0;
        return some(call, (entry) => instrumentWords(off === 0 ? entry : { ...entry, code: entry.code + off }));
      },
    },
    "GET /api/v5/account/instruments": { signed: true, most: 20, run: (call) => some(call, instrumentWords) },
    "GET /api/v5/market/books": {
      signed: false,
      most: 40,
      serve: (call, _reply, answer) => {
        const entry = named(call);
        if (entry instanceof OkxError) return answer(entry);
        const sz = Number(call.query.get("sz") ?? "1");
        if (!Number.isInteger(sz) || sz < 1 || sz > 400) return answer(badParameter("sz"));
        const skewMs = misfortune.at(exchange.venue, "snapshot").find(({ verb }) => verb === "snap_skew")?.args.ms;
        whenReady(exchange, entry, () => {
          const made: unknown = [JSON.parse(`{${bookWords(entry, sz, now())}}`)];
          if (skewMs === undefined) answer(made);
          else exchange.clock.after(skewMs, () => answer(made));
        });
      },
    },
    "GET /api/v5/market/ticker": {
      signed: false,
      most: 20,
      run: (call) => one(call, (entry) => tickerWords(entry, now())),
    },
    "GET /api/v5/market/tickers": {
      signed: false,
      most: 20,
      run: () => instruments.all().map((entry) => tickerWords(entry, now())),
    },
    "GET /api/v5/public/funding-rate": {
      signed: false,
      most: 10,
      perInstrument: true,
      run: (call) => some(call, (entry) => fundingWords(entry, now())),
    },
    "GET /api/v5/public/funding-rate-history": {
      signed: false,
      most: 10,
      perInstrument: true,
      run: (call) => {
        const entry = named(call);
        if (entry instanceof OkxError) return entry;
        const older = Number(call.query.get("after") ?? Number.MAX_SAFE_INTEGER);
        const newer = Number(call.query.get("before") ?? 0);
        return entry.market.settlements
          .filter(({ at }) => at < older && at > newer)
          .slice(-Number(call.query.get("limit") ?? 400))
          .toReversed()
          .map(({ rate, at }) => ({
            formulaType: "noRate",
            fundingRate: fraction(rate),
            fundingTime: `${Math.floor(at)}`,
            instId: entry.instId,
            instType: "SWAP",
            method: "current_period",
            realizedRate: fraction(rate),
          }));
      },
    },
    "GET /api/v5/public/mark-price": {
      signed: false,
      most: 10,
      perInstrument: true,
      run: (call) => some(call, (entry) => markWords(entry, now())),
    },
    "GET /api/v5/public/price-limit": {
      signed: false,
      most: 20,
      run: (call) => one(call, (entry) => ({ instType: "SWAP", ...priceLimitWords(entry, now()) })),
    },
    "GET /api/v5/public/position-tiers": {
      signed: false,
      most: 10,
      run: (call) => {
        // A swap's underlying and its family have the same name.
        const family = call.query.get("instFamily") ?? call.query.get("uly");
        const entry = instruments.all().find((candidate) => candidate.family === family);
        return entry ? tiers(entry) : NO_INSTRUMENT;
      },
    },
  };
}

function tiers(entry: OkxInstrument): unknown[] {
  const { listing, family } = entry;
  const { by, rows } = tiersOf(listing);
  const upTo = (index: number): Quantity => {
    const row = rows[index];
    return (!row ? 0n : by === "size" ? row.upTo : listing.maxQuantity) as Quantity;
  };
  return rows.map(({ maintenance, maxLeverage }, index) => ({
    baseMaxLoan: "",
    imr: ratio(1n, BigInt(maxLeverage)),
    instFamily: family,
    instId: "",
    maxLever: `${maxLeverage}`,
    maxSz: contracts(entry, upTo(index)),
    minSz: index === 0 ? "0" : contracts(entry, add(upTo(index - 1), listing.lot)),
    mmr: fraction(maintenance),
    optMgnFactor: "0",
    quoteMaxLoan: "",
    tier: `${index + 1}`,
    uly: family,
  }));
}

/** Before the first snapshot there is nothing to show: the answer waits for it. */
function whenReady(exchange: SimulatedExchange, entry: OkxInstrument, run: () => void): void {
  if (entry.market.book.ready) run();
  else exchange.clock.after(10, () => whenReady(exchange, entry, run));
}
