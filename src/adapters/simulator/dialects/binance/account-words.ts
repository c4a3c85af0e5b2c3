import { absolute, add, divideRounded, format, type Price, subtract, type Usdt } from "#domain/decimal.ts";
import type { PositionView } from "../../account.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import { liquidationPrice } from "../../liquidation.ts";
import { maintenanceOf, mostAt } from "../../tiers.ts";
import { value } from "../../wallet.ts";
import type { BinanceSymbol, BinanceSymbols } from "./symbols.ts";

/** The most that may be held of a symbol at its leverage. */
export function maxNotional(exchange: SimulatedExchange, { instrument, listing }: BinanceSymbol): string {
  return format(mostAt(listing, exchange.leverage(instrument)) as Usdt);
}

export const money = (amount: Usdt): string => format(amount, 8);

/** Eleven decimals, as the venue shows an entry price. */
export function entryText(position: PositionView): string {
  if (position.quantity === 0n) return "0.0";
  return format((divideRounded(position.entry, 10n, "half-even") * 10n) as Price, 1);
}

/** A position as `positionRisk` shows it, in its older form or its newer. */
export function riskRow(
  exchange: SimulatedExchange,
  entry: BinanceSymbol,
  bucket: "net" | "long" | "short",
  position: PositionView | undefined,
  version: "v2" | "v3",
): unknown {
  const { symbol, market, quantityPlaces, instrument } = entry;
  const quantity = position?.quantity ?? (0n as PositionView["quantity"]);
  const worth = value(market.mark, quantity);
  const initial = exchange.initialMargin(instrument, absolute(worth));
  const open = position !== undefined && quantity !== 0n;
  const liquidation = liquidationPrice(market, quantity, exchange.margins());
  const common = {
    symbol,
    positionSide: bucket === "net" ? "BOTH" : bucket.toUpperCase(),
    positionAmt: format(quantity, quantityPlaces),
    entryPrice: position ? entryText(position) : "0.0",
    breakEvenPrice: position ? entryText(position) : "0.0",
    markPrice: format(market.mark, 8),
    unRealizedProfit: money(open ? subtract(worth, position.cost) : (0n as Usdt)),
    liquidationPrice: liquidation === null ? "0" : format(liquidation),
    notional: money(worth),
    isolatedWallet: "0",
    updateTime: Math.floor(position?.updatedAt ?? 0),
  };
  if (version === "v2") {
    return {
      ...common,
      leverage: `${exchange.leverage(instrument)}`,
      maxNotionalValue: maxNotional(exchange, entry),
      marginType: exchange.marginType(instrument),
      isolatedMargin: "0.00000000",
      isAutoAddMargin: "false",
    };
  }
  return {
    ...common,
    isolatedMargin: "0",
    marginAsset: "USDT",
    initialMargin: money(initial),
    maintMargin: money(maintenanceOf(market.listing, market.mark, quantity)),
    positionInitialMargin: money(initial),
    openOrderInitialMargin: "0",
    adl: 1,
    bidNotional: "0",
    askNotional: "0",
  };
}

/** The money of the account, and the positions that are open. */
export function account(exchange: SimulatedExchange, symbols: BinanceSymbols, lagMs: number): unknown {
  const margins = exchange.margins();
  const initial = money(add(margins.positionMargin, margins.orderMargin));
  const marginBalance = money(add(margins.wallet, margins.unrealized));
  const own = {
    unrealizedProfit: money(margins.unrealized),
    marginBalance,
    maintMargin: money(margins.maintenance),
    initialMargin: initial,
    positionInitialMargin: money(margins.positionMargin),
    openOrderInitialMargin: money(margins.orderMargin),
    crossWalletBalance: money(margins.wallet),
    crossUnPnl: money(margins.unrealized),
    availableBalance: money(margins.available),
    maxWithdrawAmount: money(margins.available),
    updateTime: Math.floor(exchange.clock.now()),
  };
  const positions = exchange.positions(lagMs).filter(({ quantity }) => quantity !== 0n);
  return {
    totalInitialMargin: initial,
    totalMaintMargin: own.maintMargin,
    totalWalletBalance: money(margins.wallet),
    totalUnrealizedProfit: own.unrealizedProfit,
    totalMarginBalance: marginBalance,
    totalPositionInitialMargin: own.positionInitialMargin,
    totalOpenOrderInitialMargin: own.openOrderInitialMargin,
    totalCrossWalletBalance: money(margins.wallet),
    totalCrossUnPnl: own.crossUnPnl,
    availableBalance: own.availableBalance,
    maxWithdrawAmount: own.maxWithdrawAmount,
    assets: [{ asset: "USDT", walletBalance: money(margins.wallet), ...own }],
    positions: positions.map((position) => {
      const symbol = symbols.of(position.instrument);
      const worth = value(symbol.market.mark, position.quantity);
      return {
        symbol: symbol.symbol,
        positionSide: position.bucket === "net" ? "BOTH" : position.bucket.toUpperCase(),
        positionAmt: format(position.quantity, symbol.quantityPlaces),
        unrealizedProfit: money(subtract(worth, position.cost)),
        isolatedMargin: "0",
        notional: money(worth),
        isolatedWallet: "0",
        initialMargin: money(exchange.initialMargin(position.instrument, absolute(worth))),
        maintMargin: money(maintenanceOf(symbol.listing, symbol.market.mark, position.quantity)),
        updateTime: Math.floor(position.updatedAt),
      };
    }),
  };
}

/** One asset, and all there is of it. */
export function balance(exchange: SimulatedExchange): unknown {
  const margins = exchange.margins();
  return [
    {
      accountAlias: "SgsRuXsRTiXqmY",
      asset: "USDT",
      balance: money(margins.wallet),
      crossWalletBalance: money(margins.wallet),
      crossUnPnl: money(margins.unrealized),
      availableBalance: money(margins.available),
      maxWithdrawAmount: money(margins.available),
      marginAvailable: true,
      updateTime: Math.floor(exchange.clock.now()),
    },
  ];
}

/** The older form: every symbol is in it, and what the account may do. */
export function oldAccount(exchange: SimulatedExchange, symbols: BinanceSymbols, lagMs: number): unknown {
  const held = exchange.positions(lagMs);
  const rows = [...symbols.all()].map((symbol) => {
    const position = held.find(({ instrument, bucket }) => instrument === symbol.instrument && bucket === "net");
    return riskRow(exchange, symbol, "net", position, "v2");
  });
  return {
    feeTier: 0,
    canTrade: true,
    canDeposit: true,
    canWithdraw: false,
    updateTime: 0,
    multiAssetsMargin: false,
    tradeGroupId: -1,
    ...(account(exchange, symbols, lagMs) as object),
    positions: rows,
  };
}
