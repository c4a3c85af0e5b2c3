import { bps, price, quantity, usdt } from "#domain/decimal.ts";
import { instrumentId } from "#domain/ids.ts";
import type { Listing } from "./listing.ts";

const COMMON = { maintenanceMargin: bps("40"), makerFee: bps("2"), takerFee: bps("5") } as const;

interface Row {
  readonly base: string;
  readonly tick: string;
  readonly lot: string;
  readonly contract: string;
  readonly max: string;
  readonly maxMarket: string;
  readonly minNotional: string;
  readonly leverage: number;
}

function listing(row: Row): Listing {
  return {
    ...COMMON,
    instrument: instrumentId(`${row.base}-USDT-PERP`),
    base: row.base,
    tick: price(row.tick),
    lot: quantity(row.lot),
    contractSize: quantity(row.contract),
    minQuantity: quantity(row.lot),
    maxQuantity: quantity(row.max),
    maxMarketQuantity: quantity(row.maxMarket),
    minNotional: usdt(row.minNotional),
    maxLeverage: row.leverage,
  };
}

/** As listed in July 2026. */
export const BINANCE_LISTINGS: readonly Listing[] = [
  { base: "BTC", tick: "0.1", lot: "0.001", max: "1000", maxMarket: "120", minNotional: "50" },
  { base: "ETH", tick: "0.01", lot: "0.001", max: "10000", maxMarket: "2000", minNotional: "20" },
  { base: "SOL", tick: "0.01", lot: "0.01", max: "1000000", maxMarket: "80000", minNotional: "5" },
].map((row) => listing({ ...row, contract: "1", leverage: 125 }));

/** Quantities in base: the dialect divides by the contract. */
export const OKX_LISTINGS: readonly Listing[] = [
  { base: "BTC", tick: "0.1", lot: "0.0001", contract: "0.01", max: "1000000", maxMarket: "120" },
  { base: "ETH", tick: "0.01", lot: "0.001", contract: "0.1", max: "10000000", maxMarket: "2000" },
  { base: "SOL", tick: "0.01", lot: "0.01", contract: "1", max: "100000000", maxMarket: "50000" },
].map((row) => listing({ ...row, minNotional: "0", leverage: 100 }));
