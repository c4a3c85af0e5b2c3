import { tryBpsFromFraction, tryUsdt } from "#domain/decimal.ts";
import type { VenueFault } from "#domain/fault.ts";
import type { FeeSchedule } from "#domain/fee.ts";
import type { Fill } from "#domain/fill.ts";
import type { FundingPayment } from "#domain/funding.ts";
import { BINANCE_UM, type InstrumentId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Order } from "#domain/order.ts";
import { HOUR, MINUTE, type Instant } from "#domain/time.ts";
import type { Account, AccountSetup, AccountUpdate, Answer, Balance, Trading, VenuePosition } from "#ports/venue.ts";
import type { Charge } from "#adapters/wire/governor.ts";
import type { Activity } from "../activity.ts";
import { AccountNews } from "../catch-up.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import type { FeeValue } from "../fee-value.ts";
import { type Listing, notListed } from "../listing.ts";
import { answered, faulted, unreadable } from "../outcome.ts";
import { marginUsed } from "../margin-used.ts";
import { misfitsOf } from "../misfits.ts";
import { Running } from "../running.ts";
import type { Sentinel } from "../sentinel.ts";
import type { Unspoken } from "../unspoken.ts";
import type { VenueClock } from "../venue-clock.ts";
import { decodeFill, decodeFundingPayment, decodeOrder, decodePosition, decodeSymbol } from "./decode.ts";
import { isAlreadySo } from "./faults.ts";
import { BinancePrivateStream } from "./private-stream.ts";
import { type BinanceCall, type BinanceRest, weight } from "./rest.ts";
import {
  type TradeWords,
  accountConfigWords,
  accountWords,
  commissionWords,
  incomeWords,
  orderWords,
  positionWords,
  readAll,
  readOne,
  symbolConfigWords,
  tradeWords,
} from "./words.ts";

const WEEK_MS = 7 * 24 * HOUR;
const PAGE = 1_000;

export interface BinanceAccountDeps {
  readonly settings: VenueSettings;
  readonly deps: VenueDeps;
  readonly rest: BinanceRest;
  readonly listing: Listing;
  readonly time: VenueClock;
  readonly fees: FeeValue;
  readonly activity: Activity;
  readonly unspoken: Unspoken;
  readonly sentinel: Sentinel;
  readonly trading: Trading;
  /** The websocket road of orders: whoever listens to the account means to send some. */
  readonly entry: { start(): void } | null;
}

export class BinanceAccount implements Account {
  readonly #with: BinanceAccountDeps;
  readonly #streams = new Running<BinancePrivateStream>();
  /** What each instrument was set to. */
  readonly #leverages = new Map<string, number>();

  constructor(with_: BinanceAccountDeps) {
    this.#with = with_;
  }

  async setup(): Promise<Answer<AccountSetup>> {
    const config = await this.#ask("/fapi/v1/accountConfig", [], weight(5), readOne(accountConfigWords));
    if (config.outcome === "fault") return config;
    const { canTrade, canWithdraw, dualSidePosition } = config.value;
    // Margin mode is a matter of each symbol here; `prepare` sets and reads it.
    return answered({ positionMode: dualSidePosition ? "hedge" : "net", marginMode: "unknown", canTrade, canWithdraw });
  }

  async useNetMode(): Promise<Answer<AccountSetup>> {
    const params = [["dualSidePosition", "false"]] as const;
    const path = "/fapi/v1/positionSide/dual";
    const fault = await this.#wish({ method: "POST", path, params, security: "signed", charges: weight(1) });
    if (fault !== null) return faulted(fault);
    const setup = await this.setup();
    if (setup.outcome === "fault" || setup.value.positionMode === "net") return setup;
    return faulted({ kind: "venue-stop", code: "account-mode", says: "the account reads back in hedge mode" });
  }

  async prepare(instrument: Instrument, leverage: number): Promise<Answer<{ readonly leverage: number }>> {
    const { symbol } = instrument;
    const wishes: readonly (readonly [path: string, name: string, value: string])[] = [
      ["/fapi/v1/marginType", "marginType", "CROSSED"],
      ["/fapi/v1/leverage", "leverage", `${leverage}`],
    ];
    for (const [path, name, value] of wishes) {
      const params = [["symbol", symbol] as const, [name, value] as const];
      const fault = await this.#wish({ method: "POST", path, params, security: "signed", charges: weight(1) });
      if (fault !== null) return faulted(fault);
    }
    const configs = await this.#ask(
      "/fapi/v1/symbolConfig",
      [["symbol", symbol]],
      weight(5),
      readAll(symbolConfigWords),
    );
    if (configs.outcome === "fault") return configs;
    const config = configs.value.find((each) => each.symbol === symbol);
    if (!config) return faulted(unreadable("symbolConfig"));
    if (config.marginType !== "CROSSED") {
      return faulted({
        kind: "venue-stop",
        code: "account-mode",
        says: `${symbol} reads back as ${config.marginType}`,
      });
    }
    this.#leverages.set(symbol, leverage);
    return answered({ leverage: config.leverage });
  }

  /** What is no longer as it was set up. */
  async misfits(): Promise<Answer<readonly string[]>> {
    const setup = await this.setup();
    if (setup.outcome === "fault") return setup;
    const said = misfitsOf(setup.value);
    const configs = await this.#ask("/fapi/v1/symbolConfig", [], weight(5), readAll(symbolConfigWords));
    if (configs.outcome === "fault") return configs;
    for (const { symbol, marginType, leverage } of configs.value) {
      const wanted = this.#leverages.get(symbol);
      if (wanted === undefined) continue;
      if (marginType !== "CROSSED") said.push(`${symbol}: the margin is ${marginType}, and was set to CROSSED`);
      if (leverage !== wanted) said.push(`${symbol}: the leverage is ${leverage}, and was set to ${wanted}`);
    }
    return answered(said);
  }

  async fees(instrument: Instrument): Promise<Answer<FeeSchedule>> {
    const { fees } = this.#with;
    const params = [["symbol", instrument.symbol]] as const;
    const rates = await this.#ask("/fapi/v1/commissionRate", params, weight(20), readOne(commissionWords));
    if (rates.outcome === "fault") return rates.fault.kind === "venue-stop" ? rates : answered(fees.fallback());
    const maker = tryBpsFromFraction(rates.value.makerCommissionRate);
    const taker = tryBpsFromFraction(rates.value.takerCommissionRate);
    if (maker === null || taker === null) return answered(fees.fallback());
    const schedule: FeeSchedule = { maker, taker, source: "account" };
    fees.schedule(instrument.id, schedule);
    return answered(schedule);
  }

  positions(): Promise<Answer<readonly VenuePosition[]>> {
    return this.#ask("/fapi/v3/positionRisk", [], weight(5), (body) => {
      return everyOne(readAll(positionWords)(body), (words) => {
        const instrument = decodeSymbol(words.symbol);
        return instrument === null ? "not-ours" : decodePosition(words, instrument);
      });
    });
  }

  balance(): Promise<Answer<Balance>> {
    return this.#ask("/fapi/v3/account", [], weight(5), (body) => {
      const usdt = readOne(accountWords)(body)?.assets.find((each) => each.asset === "USDT");
      const wallet = tryUsdt(usdt?.walletBalance ?? "");
      const available = tryUsdt(usdt?.availableBalance ?? "");
      if (wallet === null || available === null) return null;
      const used = marginUsed(tryUsdt(usdt?.maintMargin ?? ""), tryUsdt(usdt?.marginBalance ?? ""));
      return { venue: BINANCE_UM, wallet, available, marginUsed: used, at: this.#with.time.now() };
    });
  }

  openOrders(): Promise<Answer<readonly Order[]>> {
    return this.#ask("/fapi/v1/openOrders", [], weight(40), (body) => {
      return everyOne(readAll(orderWords)(body), (words) => {
        const instrument = decodeSymbol(words.symbol);
        return instrument === null ? "not-ours" : decodeOrder(words, instrument);
      });
    });
  }

  async fills(instrument: InstrumentId, since: Instant): Promise<Answer<readonly Fill[]>> {
    const fault = await this.#with.listing.ready();
    if (fault !== null) return faulted(fault);
    const symbol = this.#with.listing.get(instrument)?.symbol;
    if (symbol === undefined) return faulted(notListed(instrument));
    const trades = await this.#pages(
      "/fapi/v1/userTrades",
      [["symbol", symbol]],
      weight(5),
      since,
      readAll(tradeWords),
    );
    if (trades.outcome === "fault") return trades;
    const fills = new Map<string, Fill>();
    for (const words of trades.value) {
      const order = await this.#nameOf(words);
      if (order.outcome === "fault") return order;
      const decoded = decodeFill(words, { instrument, order: order.value, fees: this.#with.fees });
      if (decoded === null) return faulted(unreadable("a fill"));
      fills.set(decoded.fill.tradeId, decoded.fill);
    }
    return answered([...fills.values()].toSorted((a, b) => a.at - b.at));
  }

  async funding(since: Instant): Promise<Answer<readonly FundingPayment[]>> {
    const params = [["incomeType", "FUNDING_FEE"]] as const;
    const income = await this.#pages("/fapi/v1/income", params, weight(30), since, readAll(incomeWords));
    if (income.outcome === "fault") return income;
    const payments = new Map<string, FundingPayment>();
    for (const words of income.value) {
      const payment = words.incomeType === "FUNDING_FEE" ? decodeFundingPayment(words) : null;
      if (payment !== null) payments.set(payment.id, payment);
    }
    return answered([...payments.values()]);
  }

  subscribe(listen: (update: AccountUpdate) => void): { close(): void } {
    const { settings, deps, rest, sentinel, listing, fees, activity, unspoken, trading, entry } = this.#with;
    const news = new AccountNews({ venue: BINANCE_UM, clock: deps.clock, account: this, trading, activity, listen });
    const stream = new BinancePrivateStream({
      settings,
      deps,
      rest,
      sentinel,
      listing,
      fees,
      news,
      unspoken,
      account: this,
      changed: () => void this.#readMisfits(),
      listen,
    });
    entry?.start();
    return this.#streams.begin(stream);
  }

  /** With other keys the stream is another account's until it is opened anew. */
  reopen(says: string): void {
    for (const stream of this.#streams.all) stream.restart(says);
  }

  close(): void {
    this.#streams.close();
  }

  async #readMisfits(): Promise<void> {
    const found = await this.misfits();
    if (found.outcome === "answered") for (const says of found.value) this.#with.sentinel.account(says);
  }

  #ask<T>(
    path: string,
    params: readonly (readonly [string, string])[],
    charges: readonly Charge[],
    read: (body: unknown) => T | null,
  ): Promise<Answer<T>> {
    // Questions about the account settle doubts, so they may use what is kept back for that.
    return this.#with.rest.ask({ method: "GET", path, params, security: "signed", charges, lane: "reserved" }, read);
  }

  /** Null when it is so now, whether we made it so or found it so. */
  async #wish(call: BinanceCall): Promise<VenueFault | null> {
    const reply = await this.#with.rest.insist(call);
    if (reply.outcome === "answered") return null;
    return reply.outcome === "refused" && isAlreadySo(reply.refusal) ? null : this.#with.rest.readFault(reply);
  }

  /** Everything since then, oldest first, in windows of a week: longer ones are refused. A row may come twice. */
  async #pages<Row extends { readonly time: number }>(
    path: string,
    params: readonly (readonly [string, string])[],
    charges: readonly Charge[],
    since: Instant,
    read: (body: unknown) => readonly Row[] | null,
  ): Promise<Answer<readonly Row[]>> {
    const rows: Row[] = [];
    // A minute more than now: their clock may be ahead of what we believe.
    const until = this.#with.time.stamp() + MINUTE;
    let from = Math.max(0, Math.floor(since));
    while (from <= until) {
      const to = Math.min(until, from + WEEK_MS - 1);
      const window = [
        ["startTime", `${from}`],
        ["endTime", `${to}`],
        ["limit", `${PAGE}`],
      ] as const;
      const page = await this.#ask(path, [...params, ...window], charges, read);
      if (page.outcome === "fault") return page;
      rows.push(...page.value);
      const last = page.value.at(-1)?.time ?? to;
      // A full page ends in the middle of a window; its last millisecond is asked again, because it may hold more.
      from = page.value.length < PAGE ? to + 1 : Math.max(last, from + 1);
    }
    return answered(rows);
  }

  /** REST trades do not carry our name for the order. The order does. */
  async #nameOf(words: TradeWords): Promise<Answer<string>> {
    const { activity } = this.#with;
    const known = activity.nameOf(words.orderId);
    if (known !== undefined) return answered(known);
    const params = [
      ["symbol", words.symbol],
      ["orderId", words.orderId],
    ] as const;
    const order = await this.#ask("/fapi/v1/order", params, weight(1), readOne(orderWords));
    if (order.outcome === "answered") {
      activity.named(words.orderId, order.value.clientOrderId);
      return answered(order.value.clientOrderId);
    }
    // Orders are forgotten after 90 days, trades later: such a fill is nobody's we still know.
    return order.fault.kind === "rejected" ? answered("") : order;
  }
}

/** All of a list decoded, without what is not ours; null when one of ours cannot be read. */
function everyOne<Words, Value>(
  list: readonly Words[] | null,
  decode: (words: Words) => Value | null | "not-ours",
): readonly Value[] | null {
  if (list === null) return null;
  const values: Value[] = [];
  for (const words of list) {
    const value = decode(words);
    if (value === null) return null;
    if (value !== "not-ours") values.push(value);
  }
  return values;
}
