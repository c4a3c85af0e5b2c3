import { isFields } from "#adapters/wire/json.ts";
import { type KnownFields, type RowsOf, fields } from "../sentinel.ts";

/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Query-Order */
export const BINANCE_FIELDS: KnownFields = {
  order: fields(`avgPrice clientOrderId closePosition cumQty cumQuote executedQty goodTillDate modifyId orderId origQty
    origType positionSide price priceMatch priceProtect reduceOnly selfTradePreventionMode side status stopPrice symbol
    time timeInForce type updateTime workingType`),
  fill: fields(`buyer commission commissionAsset id maker orderId positionSide price qty quoteQty realizedPnl side
    symbol time`),
  position: fields(`adl askNotional bidNotional breakEvenPrice entryPrice initialMargin isolatedMargin isolatedWallet
    liquidationPrice maintMargin marginAsset markPrice notional openOrderInitialMargin positionAmt positionInitialMargin
    positionSide symbol unRealizedProfit updateTime`),
  instrument: fields(`baseAsset baseAssetPrecision contractType deliveryDate filters liquidationFee
    maintMarginPercent marginAsset marketTakeBound maxMoveOrderLimit onboardDate orderTypes pair permissionSets
    pricePrecision quantityPrecision quoteAsset quotePrecision requiredMarginPercent settlePlan status symbol timeInForce
    triggerProtect underlyingSubType underlyingType`),
  "order event": fields(`L N R S T V X a ap b c cp er f gtd i l m n nq o ot p pP pm ps q rp s si sp ss st t wt x z`),
};

const KIND_OF_PATH: Readonly<Record<string, string>> = {
  "/fapi/v1/order": "order",
  "/fapi/v1/openOrders": "order",
  "/fapi/v1/userTrades": "fill",
  "/fapi/v3/positionRisk": "position",
};

/** The rows of an answer by REST. */
export const binanceRows: RowsOf = (path, body) => {
  if (path === "/fapi/v1/exchangeInfo") {
    return isFields(body) && Array.isArray(body["symbols"]) ? { kind: "instrument", rows: body["symbols"] } : null;
  }
  const kind = KIND_OF_PATH[path];
  return kind === undefined ? null : { kind, rows: Array.isArray(body) ? body : [body] };
};
