import { bps, price, quantity, usdt } from "#domain/decimal.ts";
import { instrumentId } from "#domain/ids.ts";
import type { Listing } from "./listing.ts";
import type { Tiers } from "./tiers.ts";

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
  /** Upper end, leverage and maintenance margin in basis points of each tier. */
  readonly tiers: readonly (readonly [upTo: string, leverage: number, maintenance: string])[];
}

function listing(row: Row, by: Tiers["by"]): Listing {
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
    tiers: {
      by,
      rows: row.tiers.map(([upTo, maxLeverage, rate]) => ({
        upTo: by === "notional" ? usdt(upTo) : quantity(upTo),
        maxLeverage,
        maintenance: bps(rate),
      })),
    },
  };
}

/** Of a shape and a size as the venues list them; they change theirs too often to be worth copying to the digit. */
const NOTIONAL: Row["tiers"] = [
  ["300000", 125, "40"],
  ["800000", 100, "50"],
  ["3000000", 75, "65"],
  ["12000000", 50, "100"],
  ["70000000", 25, "200"],
  ["230000000", 10, "500"],
  ["480000000", 5, "1000"],
  ["800000000", 3, "1500"],
  ["1200000000", 2, "2500"],
  ["1800000000", 1, "5000"],
];

/** The same widths for every base: contracts of tier one, in base units. */
const sizes = (first: number): Row["tiers"] => [
  [`${first}`, 100, "40"],
  [`${first * 3}`, 75, "60"],
  [`${first * 10}`, 50, "100"],
  [`${first * 25}`, 20, "250"],
  [`${first * 50}`, 10, "500"],
  [`${first * 100}`, 5, "1000"],
  [`${first * 500}`, 1, "5000"],
];

/** As listed in July 2026. */
export const BINANCE_LISTINGS: readonly Listing[] = [
  { base: "BTC", tick: "0.1", lot: "0.001", max: "1000", maxMarket: "120", minNotional: "50" },
  { base: "ETH", tick: "0.01", lot: "0.001", max: "10000", maxMarket: "2000", minNotional: "20" },
  { base: "SOL", tick: "0.01", lot: "0.01", max: "1000000", maxMarket: "80000", minNotional: "5" },
].map((row) => listing({ ...row, contract: "1", leverage: 125, tiers: NOTIONAL }, "notional"));

/** Quantities in base: the dialect divides by the contract. */
export const OKX_LISTINGS: readonly Listing[] = [
  { base: "BTC", tick: "0.1", lot: "0.0001", contract: "0.01", max: "1000000", maxMarket: "120", tiers: sizes(50) },
  { base: "ETH", tick: "0.01", lot: "0.001", contract: "0.1", max: "10000000", maxMarket: "2000", tiers: sizes(1_000) },
  { base: "SOL", tick: "0.01", lot: "0.01", contract: "1", max: "100000000", maxMarket: "50000", tiers: sizes(20_000) },
].map((row) => listing({ ...row, minNotional: "0", leverage: 100 }, "size"));
