import { format, type Quantity, quantityFor, times } from "#domain/decimal.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { Income } from "../../feed.ts";
import { balanceWords, positionRows } from "./account-words.ts";
import { badParameter, NO_INSTRUMENT, OkxError, TEXTS } from "./errors.ts";
import { contracts, fraction, type OkxInstruments } from "./instruments.ts";
import { text } from "./order-entry.ts";
import { billIdOf, orderIdOf } from "./order-words.ts";
import { type Call, type Routes, single } from "./route.ts";

const UID = "44705892343619999";

/** Balances, positions and settings. */
export function accountRoutes(exchange: SimulatedExchange, instruments: OkxInstruments): Routes {
  const config = (): unknown => ({
    acctLv: "2",
    acctStpMode: "cancel_maker",
    autoLoan: false,
    ctIsoMode: "automatic",
    enableSpotBorrow: false,
    feeType: "0",
    greeksType: "PA",
    ip: "203.0.113.7",
    kycLv: "2",
    label: "arb",
    level: "Lv1",
    levelTmp: "",
    liquidationGear: "-1",
    mainUid: UID,
    mgnIsoMode: "automatic",
    opAuth: "0",
    perm: "read_only,trade",
    posMode: exchange.hedgeMode ? "long_short_mode" : "net_mode",
    roleType: "0",
    settleCcy: "USDC",
    settleCcyList: ["USD", "USDC", "USDG"],
    spotBorrowAutoRepay: false,
    spotOffsetType: "",
    spotRoleType: "0",
    spotTraderInsts: [],
    stgyType: "0",
    traderInsts: [],
    type: "1",
    uid: UID,
  });
  return {
    "GET /api/v5/account/config": { signed: true, most: 5, run: () => [config()] },
    "GET /api/v5/account/balance": { signed: true, most: 10, run: () => [balanceWords(exchange)] },
    "GET /api/v5/account/positions": {
      signed: true,
      most: 10,
      run: (call) => {
        const named = call.query.get("instId")?.split(",") ?? null;
        if (named?.some((instId) => !instruments.find(instId))) return NO_INSTRUMENT;
        return positionRows(exchange, instruments, named, call.lagMs);
      },
    },
    "POST /api/v5/account/set-leverage": {
      signed: true,
      most: 20,
      run: (call) => {
        const words = single(call);
        const entry = instruments.find(text(words, "instId"));
        if (!entry) return NO_INSTRUMENT;
        if (text(words, "mgnMode") !== "cross") return badParameter("mgnMode");
        const leverage = Number(text(words, "lever"));
        if (!Number.isInteger(leverage) || leverage < 1) return badParameter("lever");
        if (leverage > entry.listing.maxLeverage) return new OkxError("59102", "Leverage exceeds the maximum limit.");
        exchange.setLeverage(entry.instrument, leverage);
        return [{ instId: entry.instId, lever: `${leverage}`, mgnMode: "cross", posSide: "net" }];
      },
    },
    "GET /api/v5/account/leverage-info": {
      signed: true,
      most: 20,
      run: (call) => {
        const rows = (call.query.get("instId") ?? "").split(",").map((instId) => instruments.find(instId));
        if (rows.some((entry) => entry === null)) return NO_INSTRUMENT;
        return rows.flatMap((entry) => {
          if (!entry) return [];
          const lever = `${exchange.leverage(entry.instrument)}`;
          return [{ ccy: "", instId: entry.instId, lever, mgnMode: "cross", posSide: "net" }];
        });
      },
    },
    "GET /api/v5/account/trade-fee": { signed: true, most: 5, run: (call) => tradeFee(exchange, instruments, call) },
    "GET /api/v5/account/max-size": {
      signed: true,
      most: 20,
      run: (call) => {
        const entry = instruments.find(call.query.get("instId") ?? "");
        if (!entry) return NO_INSTRUMENT;
        const { mark } = entry.market;
        const power = times(exchange.margins().available, exchange.leverage(entry.instrument));
        const raw = mark === 0n ? (0n as Quantity) : quantityFor(power, mark);
        const size = contracts(entry, (raw - (raw % entry.listing.lot)) as Quantity);
        return [{ ccy: "USDT", instId: entry.instId, maxBuy: size, maxSell: size }];
      },
    },
    "GET /api/v5/account/bills": { signed: true, most: 10, run: (call) => bills(exchange, instruments, call) },
    "GET /api/v5/account/bills-archive": { signed: true, most: 10, run: (call) => bills(exchange, instruments, call) },
    "POST /api/v5/account/set-position-mode": {
      signed: true,
      most: 5,
      run: (call) => {
        const posMode = text(single(call), "posMode");
        if (posMode !== "net_mode" && posMode !== "long_short_mode") return badParameter("posMode");
        const hedge = posMode === "long_short_mode";
        const busy = exchange.openOrders().length > 0 || exchange.positions().some(({ quantity }) => quantity !== 0n);
        if (hedge !== exchange.hedgeMode && busy) return new OkxError("59000", TEXTS["59000"] ?? "");
        exchange.hedgeMode = hedge;
        return [{ posMode }];
      },
    },
  };
}

/** Negative is what we pay. */
function tradeFee(exchange: SimulatedExchange, instruments: OkxInstruments, call: Call): unknown {
  const family = call.query.get("instFamily");
  const entry = instruments.all().find((candidate) => family === null || candidate.family === family);
  if (!entry) return NO_INSTRUMENT;
  const maker = fraction((0n - entry.listing.makerFee) as typeof entry.listing.makerFee);
  const taker = fraction((0n - entry.listing.takerFee) as typeof entry.listing.takerFee);
  return [
    {
      category: "1",
      delivery: "",
      exercise: "",
      feeGroup: [
        { groupId: "1", maker, taker },
        { groupId: "2", maker, taker },
      ],
      fiat: [],
      instType: "SWAP",
      level: "Lv1",
      maker,
      makerU: maker,
      makerUSDC: maker,
      ruleType: "normal",
      taker,
      takerU: taker,
      takerUSDC: taker,
      ts: `${Math.floor(exchange.clock.now())}`,
    },
  ];
}

const TYPES: Readonly<Record<Income["kind"], string>> = { realized: "2", fee: "2", funding: "8", transfer: "1" };

/** Newest first. A trade is one bill with its earnings and its fee; funding is its own. */
function bills(exchange: SimulatedExchange, instruments: OkxInstruments, call: Call): unknown {
  const type = call.query.get("type");
  const begin = Number(call.query.get("begin") ?? 0);
  const end = Number(call.query.get("end") ?? Number.MAX_SAFE_INTEGER);
  const older = call.query.get("after");
  const limit = Number(call.query.get("limit") ?? 100);
  const rows: unknown[] = [];
  const incomes = exchange.incomes();
  for (let index = incomes.length - 1; index >= 0 && rows.length < limit; index -= 1) {
    const income = incomes[index] as Income;
    const { at, kind, trade } = income;
    const time = Math.floor(at);
    const billId = billIdOf(income.id);
    if ((type ?? TYPES[kind]) !== TYPES[kind] || time < begin || time > end) continue;
    if (older !== null && BigInt(billId) >= BigInt(older)) continue;
    const entry = income.instrument ? instruments.of(income.instrument) : null;
    const received = income.amount > 0n;
    const funding = kind === "funding";
    const quantity = trade?.quantity ?? income.quantity;
    const price = trade?.price ?? income.price;
    rows.push({
      bal: format(income.balance),
      balChg: format(income.amount),
      billId,
      ccy: "USDT",
      clOrdId: trade?.order.clientOrderId ?? "",
      execType: trade ? (trade.liquidity === "maker" ? "M" : "T") : "",
      fee: kind === "fee" ? format(income.amount) : "0",
      instId: entry?.instId ?? "",
      instType: entry ? "SWAP" : "",
      mgnMode: entry ? "cross" : "",
      notes: "",
      ordId: trade ? orderIdOf(trade.order) : "",
      pnl: kind === "fee" ? "0" : format(income.amount),
      posBal: "0",
      posBalChg: "0",
      px: price === null ? "" : format(price),
      subType: funding ? (received ? "174" : "173") : trade ? (trade.order.side === "buy" ? "1" : "2") : "11",
      sz: entry && quantity !== null ? contracts(entry, (quantity < 0n ? -quantity : quantity) as Quantity) : "",
      tag: trade?.order.tag ?? "",
      ts: `${time}`,
      type: TYPES[kind],
    });
  }
  return rows;
}
