import { type KnownFields, type RowsOf, fields } from "../sentinel.ts";

/** @see https://www.okx.com/docs-v5/en/#order-book-trading-trade-get-order-details */
export const OKX_FIELDS: KnownFields = {
  order:
    fields(`accFillSz algoClOrdId algoId amendResult amendSource attachAlgoClOrdId attachAlgoOrds avgPx cTime cancelSource
    cancelSourceReason category ccy clOrdId code execType fee feeCcy fillFee fillFeeCcy fillFwdPx fillIdxPx
    fillMarkPx fillMarkVol fillNotionalUsd fillPnl fillPx fillPxUsd fillPxVol fillSz fillTime instId instType
    isTpLimit lastPx lever linkedAlgoOrd msg notionalUsd ordId ordType pnl posSide px pxType pxUsd pxVol
    quickMgnType rebate rebateCcy reduceOnly reqId side slOrdPx slTriggerPx slTriggerPxType source state stpId
    stpMode subCode sz tag tdMode tgtCcy tpOrdPx tpTriggerPx tpTriggerPxType tradeId tradeQuoteCcy uTime`),
  fill: fields(`billId clOrdId execType fee feeCcy feeRate fillFwdPx fillIdxPx fillMarkPx fillMarkVol fillPnl fillPx fillPxUsd
    fillPxVol fillSz fillTime instId instType ordId posSide side subType tag tradeId tradeQuoteCcy ts`),
  position:
    fields(`adl availPos avgPx baseBal baseBorrowed baseInterest bePx bizRefId bizRefType cTime ccy clSpotInUseAmt
    closeOrderAlgo deltaBS deltaPA fee fundingFee gammaBS gammaPA hedgedPos idxPx imr instId instType interest last
    lever liab liabCcy liqPenalty liqPx margin markPx maxSpotInUseAmt mgnMode mgnRatio mmr nonSettleAvgPx
    notionalUsd optVal pTime pendingCloseOrdLiabVal pnl pos posCcy posId posSide quoteBal quoteBorrowed
    quoteInterest realizedPnl settledPnl spotInUseAmt spotInUseCcy thetaBS thetaPA tradeId uTime upl uplLastPx
    uplRatio uplRatioLastPx usdPx vegaBS vegaPA`),
  instrument:
    fields(`alias auctionEndTime baseCcy category contTdSwTime ctMult ctType ctVal ctValCcy elp expTime futureSettlement
    groupId instCategory instFamily instId instIdCode instType lever listTime lotSz maxIcebergSz maxLmtAmt maxLmtSz
    maxMktAmt maxMktSz maxPlatOILmt maxStopSz maxTriggerSz maxTwapSz minSz openType optType posLmtAmt posLmtPct
    preMktSwTime quoteCcy ruleType settleCcy state stk tickSz tradeQuoteCcyList uly upcChg`),
};

const KIND_OF_PATH: Readonly<Record<string, string>> = {
  "/api/v5/trade/order": "order",
  "/api/v5/trade/orders-pending": "order",
  "/api/v5/trade/fills": "fill",
  "/api/v5/trade/fills-history": "fill",
  "/api/v5/account/positions": "position",
  "/api/v5/public/instruments": "instrument",
};
/** Which rows the pushes of a channel are. */
export const KIND_OF_CHANNEL: Readonly<Record<string, string>> = { orders: "order", positions: "position" };

/** The rows of an answer by REST. A new order is answered on the path of a looked-up one, with a verdict instead. */
export const okxRows: RowsOf = (path, data) => {
  const kind = KIND_OF_PATH[path];
  if (kind === undefined || !Array.isArray(data)) return null;
  const rows = (data as readonly unknown[]).filter((row) => !(kind === "order" && isVerdict(row)));
  return { kind, rows };
};

const isVerdict = (row: unknown): boolean => typeof row === "object" && row !== null && "sCode" in row;
