import { absolute, add, format, type Quantity, subtract, type Usdt } from "#domain/decimal.ts";
import type { PositionView } from "../../account.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import { liquidationPrice } from "../../liquidation.ts";
import type { Position } from "../../wallet.ts";
import { maintenanceOf } from "../../tiers.ts";
import { value } from "../../wallet.ts";
import { contracts, type OkxInstrument, type OkxInstruments } from "./instruments.ts";
import { averageText, ratio } from "./order-words.ts";

const FIRST_POSITION = 2_986_617_510_012_345_344n;
const stamp = (at: number): string => `${Math.floor(at)}`;

/** Signed in net mode; beside each other both sides count upwards. */
export function positionText(position: PositionView | Position, entry: OkxInstrument): string {
  const shown = position.bucket === "net" ? position.quantity : absolute(position.quantity);
  return contracts(entry, shown);
}

function positionId({ bucket }: PositionView | Position, entry: OkxInstrument): string {
  const side = { net: 0n, long: 1n, short: 2n }[bucket];
  return `${FIRST_POSITION + BigInt(entry.code) * 4n + side}`;
}

export const averageEntry = (position: PositionView | Position): string =>
  position.quantity === 0n ? "" : averageText(position.cost, position.quantity);

export function positionWords(
  position: PositionView | Position,
  entry: OkxInstrument,
  exchange: SimulatedExchange,
): Record<string, unknown> {
  const { market, listing, instId } = entry;
  const open = position.quantity !== 0n;
  const worth = value(market.mark, position.quantity);
  const size = absolute(worth);
  const unrealized = open ? subtract(worth, position.cost) : (0n as Usdt);
  const maintenance = maintenanceOf(listing, market.mark, position.quantity);
  const margins = exchange.margins();
  const liquidation = liquidationPrice(market, position.quantity, margins);
  const realized = (position.realized - position.fees + position.funding) as Usdt;
  const average = averageEntry(position);
  const ifOpen = (text: string): string => (open ? text : "");
  return {
    adl: "1",
    availPos: "",
    avgPx: average,
    baseBal: "",
    baseBorrowed: "",
    baseInterest: "",
    bePx: average,
    bizRefId: "",
    bizRefType: "",
    cTime: stamp(position.openedAt),
    ccy: "USDT",
    clSpotInUseAmt: "",
    closeOrderAlgo: [],
    deltaBS: "",
    deltaPA: "",
    fee: format((0n - position.fees) as Usdt),
    fundingFee: format(position.funding),
    gammaBS: "",
    gammaPA: "",
    hedgedPos: "",
    idxPx: format(market.mark),
    imr: ifOpen(format(exchange.initialMargin(entry.instrument, size))),
    instId,
    instType: "SWAP",
    interest: "",
    last: format(market.lastTrade?.price ?? market.mark),
    lever: `${exchange.leverage(entry.instrument)}`,
    liab: "",
    liabCcy: "",
    liqPenalty: "0",
    liqPx: liquidation === null ? "" : format(liquidation),
    margin: "",
    markPx: format(market.mark),
    maxSpotInUseAmt: "",
    mgnMode: "cross",
    mgnRatio: ifOpen(ratio(add(margins.wallet, margins.unrealized), margins.maintenance)),
    mmr: ifOpen(format(maintenance)),
    nonSettleAvgPx: "",
    notionalUsd: ifOpen(format(size)),
    optVal: "",
    pendingCloseOrdLiabVal: "",
    pnl: format(position.realized),
    pos: positionText(position, entry),
    posCcy: "",
    posId: positionId(position, entry),
    posSide: position.bucket,
    quoteBal: "",
    quoteBorrowed: "",
    quoteInterest: "",
    realizedPnl: format(realized),
    settledPnl: "",
    spotInUseAmt: "",
    spotInUseCcy: "",
    thetaBS: "",
    thetaPA: "",
    tradeId: `${position.lastTradeId}`,
    uTime: stamp(position.updatedAt),
    upl: ifOpen(format(unrealized)),
    uplLastPx: ifOpen(format(unrealized)),
    uplRatio: ifOpen(ratio(unrealized, size)),
    uplRatioLastPx: ifOpen(ratio(unrealized, size)),
    usdPx: "1",
    vegaBS: "",
    vegaPA: "",
  };
}

/** The line of a position in `balance_and_position`. */
export function positionLine(position: Position, entry: OkxInstrument): unknown {
  return {
    posId: positionId(position, entry),
    tradeId: `${position.lastTradeId}`,
    instId: entry.instId,
    instType: "SWAP",
    mgnMode: "cross",
    posSide: position.bucket,
    pos: positionText(position, entry),
    ccy: "USDT",
    posCcy: "",
    avgPx: averageEntry(position),
    nonSettleAvgPx: "",
    settledPnl: "",
    uTime: stamp(position.updatedAt),
  };
}

/** A push carries one field that the query does not. */
export function balanceWords(exchange: SimulatedExchange, as: "query" | "push" = "query"): Record<string, unknown> {
  const margins = exchange.margins();
  const equity = add(margins.wallet, margins.unrealized);
  const used = add(margins.positionMargin, margins.orderMargin);
  const now = stamp(exchange.clock.now());
  const detail = {
    accAvgPx: "",
    autoLendMtAmt: "0",
    autoLendStatus: "off",
    availBal: format(margins.available),
    availEq: format(margins.available),
    borrowFroz: "",
    cashBal: format(margins.wallet),
    ccy: "USDT",
    clSpotInUseAmt: "",
    colBorrAutoConversion: "0",
    colRes: "0",
    collateralEnabled: false,
    collateralRestrict: false,
    crossLiab: "",
    disEq: format(equity),
    eq: format(equity),
    eqUsd: format(equity),
    fixedBal: "0",
    frozenBal: format(used),
    frpType: "0",
    imr: format(used),
    interest: "",
    isoEq: "0",
    isoLiab: "",
    isoUpl: "0",
    liab: "",
    maxLoan: "",
    maxSpotInUse: "",
    mgnRatio: ratio(equity, margins.maintenance),
    mmr: format(margins.maintenance),
    notionalLever: "0",
    openAvgPx: "",
    ordFrozen: format(margins.orderMargin),
    rewardBal: "0",
    smtSyncEq: "0",
    spotBal: "",
    spotCopyTradingEq: "0",
    spotInUseAmt: "",
    spotIsoBal: "0",
    spotUpl: "",
    spotUplRatio: "",
    stgyEq: "0",
    totalPnl: "",
    totalPnlRatio: "",
    twap: "0",
    uTime: now,
    upl: format(margins.unrealized),
    uplLiab: "",
    ...(as === "push" ? { coinUsdPrice: "1" } : {}),
  };
  return {
    adjEq: "",
    availEq: "",
    borrowFroz: "",
    delta: "",
    deltaLever: "",
    deltaNeutralStatus: "0",
    details: [detail],
    imr: "",
    isoEq: "0",
    mgnRatio: "",
    mmr: "",
    notionalUsd: "",
    notionalUsdForBorrow: "",
    notionalUsdForFutures: "",
    notionalUsdForOption: "",
    notionalUsdForSwap: "",
    ordFroz: "",
    totalEq: format(equity),
    uTime: now,
    upl: "",
  };
}

/** Open positions; with instruments named, flat ones of these too. */
export function positionRows(
  exchange: SimulatedExchange,
  instruments: OkxInstruments,
  named: readonly string[] | null,
  lagMs = 0,
): Record<string, unknown>[] {
  return exchange.positions(lagMs).flatMap((position) => {
    const entry = instruments.of(position.instrument);
    const wanted = named ? named.includes(entry.instId) : position.quantity !== (0n as Quantity);
    return wanted ? [positionWords(position, entry, exchange)] : [];
  });
}
