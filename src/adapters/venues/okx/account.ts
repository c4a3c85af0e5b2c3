import type { z } from "zod";
import { NO_USDT, type Usdt, negate, tryBpsFromFraction } from "#domain/decimal.ts";
import type { FeeSchedule } from "#domain/fee.ts";
import type { Fill } from "#domain/fill.ts";
import type { FundingPayment } from "#domain/funding.ts";
import { type InstrumentId, OKX_PERP } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Order } from "#domain/order.ts";
import { HOUR, type Instant } from "#domain/time.ts";
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
import { tryRounded } from "../rounded.ts";
import type { Sentinel } from "../sentinel.ts";
import type { Unspoken } from "../unspoken.ts";
import type { VenueClock } from "../venue-clock.ts";
import {
  type OkxInstrument,
  decodeFill,
  decodeFundingPayment,
  decodeOrder,
  decodePosition,
  decodeSymbol,
} from "./decode.ts";
import { OkxPrivateStream } from "./private-stream.ts";
import { type OkxRest, per2s } from "./rest.ts";
import type { OkxSigner } from "./signer.ts";
import {
  type BillWords,
  type FillWords,
  type OrderWords,
  balanceWords,
  billWords,
  configWords,
  feeWords,
  fillWords,
  leverageWords,
  orderWords,
  positionWords,
  readAll,
  readFirst,
} from "./words.ts";

const DAY_MS = 24 * HOUR;
const PAGE = 100;
const SPOT_ONLY = "1";
const FEES_GOOD_MS = 10_000;
const LEVERAGES_PER_QUESTION = 20;

type Params = readonly (readonly [string, string])[];

export interface OkxAccountDeps {
  readonly settings: VenueSettings;
  readonly deps: VenueDeps;
  readonly rest: OkxRest;
  readonly signer: OkxSigner;
  readonly listing: Listing<OkxInstrument>;
  readonly time: VenueClock;
  readonly fees: FeeValue;
  readonly activity: Activity;
  readonly unspoken: Unspoken;
  readonly sentinel: Sentinel;
  readonly trading: Trading;
  /** The websocket road of orders: whoever listens to the account means to send some. */
  readonly entry: { start(): void } | null;
}

export class OkxAccount implements Account {
  readonly #with: OkxAccountDeps;
  readonly #streams = new Running<OkxPrivateStream>();
  /** What each instrument was set to. */
  readonly #leverages = new Map<string, number>();
  #feeAnswer: { readonly at: Instant; readonly rates: Promise<Answer<z.infer<typeof feeWords>>> } | null = null;

  constructor(with_: OkxAccountDeps) {
    this.#with = with_;
  }

  async setup(): Promise<Answer<AccountSetup>> {
    const config = await this.#ask("/api/v5/account/config", [], per2s("config", 5), readFirst(configWords));
    if (config.outcome === "fault") return config;
    const permissions = config.value.perm.split(",");
    return answered({
      positionMode: config.value.posMode === "net_mode" ? "net" : "hedge",
      // Here the margin mode is a word of each order, and ours always say cross.
      marginMode: "cross",
      canTrade: permissions.includes("trade") && config.value.acctLv !== SPOT_ONLY,
      canWithdraw: permissions.includes("withdraw"),
    });
  }

  async useNetMode(): Promise<Answer<AccountSetup>> {
    const before = await this.setup();
    if (before.outcome === "fault" || before.value.positionMode === "net") return before;
    const wish = { posMode: "net_mode" };
    const changed = await this.#post("/api/v5/account/set-position-mode", wish, per2s("position mode", 5));
    if (changed.outcome === "fault") return changed;
    const after = await this.setup();
    if (after.outcome === "fault" || after.value.positionMode === "net") return after;
    return faulted({ kind: "venue-stop", code: "account-mode", says: "the account reads back in long/short mode" });
  }

  async prepare(instrument: Instrument, leverage: number): Promise<Answer<{ readonly leverage: number }>> {
    const wish = { instId: instrument.symbol, lever: `${leverage}`, mgnMode: "cross" };
    const set = await this.#post("/api/v5/account/set-leverage", wish, per2s("set leverage", 20));
    if (set.outcome === "fault") return set;
    const params: Params = [
      ["instId", instrument.symbol],
      ["mgnMode", "cross"],
    ];
    const read = await this.#ask(
      "/api/v5/account/leverage-info",
      params,
      per2s("leverage", 20),
      readFirst(leverageWords),
    );
    if (read.outcome === "fault") return read;
    this.#leverages.set(instrument.symbol, leverage);
    return answered({ leverage: Number(read.value.lever) });
  }

  /** What is no longer as it was set up. */
  async misfits(): Promise<Answer<readonly string[]>> {
    const setup = await this.setup();
    if (setup.outcome === "fault") return setup;
    const said = misfitsOf(setup.value);
    const symbols = [...this.#leverages.keys()];
    for (let from = 0; from < symbols.length; from += LEVERAGES_PER_QUESTION) {
      const params: Params = [
        ["instId", symbols.slice(from, from + LEVERAGES_PER_QUESTION).join(",")],
        ["mgnMode", "cross"],
      ];
      const read = await this.#ask(
        "/api/v5/account/leverage-info",
        params,
        per2s("leverage", 20),
        readAll(leverageWords),
      );
      if (read.outcome === "fault") return read;
      for (const { instId, lever } of read.value) {
        const wanted = this.#leverages.get(instId);
        if (wanted !== undefined && Number(lever) !== wanted)
          said.push(`${instId}: the leverage is ${lever}, and was set to ${wanted}`);
      }
    }
    return answered(said);
  }

  async fees(instrument: Instrument): Promise<Answer<FeeSchedule>> {
    const { fees, listing } = this.#with;
    await listing.ready();
    const listed = listing.get(instrument.id);
    if (!listed) return faulted(notListed(instrument.id));
    const rates = await this.#feeGroups(listed.family);
    if (rates.outcome === "fault") return rates.fault.kind === "venue-stop" ? rates : answered(fees.fallback());
    const group = rates.value.feeGroup.find((each) => each.groupId === listed.feeGroup);
    const maker = tryBpsFromFraction(group?.maker ?? "");
    const taker = tryBpsFromFraction(group?.taker ?? "");
    if (maker === null || taker === null) return answered(fees.fallback());
    // What they take is negative there and positive here.
    const schedule: FeeSchedule = { maker: negate(maker), taker: negate(taker), source: "account" };
    fees.schedule(instrument.id, schedule);
    return answered(schedule);
  }

  /** One answer lists the rates of every fee group: asked once for all instruments that ask together. */
  #feeGroups(family: string): Promise<Answer<z.infer<typeof feeWords>>> {
    const now = this.#with.deps.clock.now();
    if (this.#feeAnswer && now - this.#feeAnswer.at < FEES_GOOD_MS) return this.#feeAnswer.rates;
    const params: Params = [
      ["instType", "SWAP"],
      ["instFamily", family],
    ];
    const rates = this.#ask("/api/v5/account/trade-fee", params, per2s("fees", 5), readFirst(feeWords));
    this.#feeAnswer = { at: now, rates };
    return this.#forgetFailure(rates);
  }

  async #forgetFailure<T>(rates: Promise<Answer<T>>): Promise<Answer<T>> {
    const answer = await rates;
    if (answer.outcome === "fault") this.#feeAnswer = null;
    return answer;
  }

  positions(): Promise<Answer<readonly VenuePosition[]>> {
    return this.#list("/api/v5/account/positions", [["instType", "SWAP"]], per2s("positions", 10), (data) =>
      this.#everyOne(readAll(positionWords)(data), decodePosition),
    );
  }

  balance(): Promise<Answer<Balance>> {
    return this.#ask("/api/v5/account/balance", [["ccy", "USDT"]], per2s("balance", 10), (data) => {
      const words = readFirst(balanceWords)(data);
      if (words === null) return null;
      const at = this.#with.time.now();
      const usdt = words.details.find((each) => each.ccy === "USDT");
      // A currency without a balance is not mentioned.
      if (!usdt) return { venue: OKX_PERP, wallet: NO_USDT, available: NO_USDT, marginUsed: null, at };
      const wallet = tryRounded(usdt.cashBal);
      const available = tryRounded(usdt.availEq === "" ? usdt.availBal : usdt.availEq);
      if (wallet === null || available === null) return null;
      const used = marginUsed(tryRounded(usdt.mmr) as Usdt | null, tryRounded(usdt.eq) as Usdt | null);
      return { venue: OKX_PERP, wallet: wallet as Usdt, available: available as Usdt, marginUsed: used, at };
    });
  }

  async openOrders(): Promise<Answer<readonly Order[]>> {
    const words = await this.#pages("/api/v5/trade/orders-pending", [["instType", "SWAP"]], per2s("pending", 60), {
      read: readAll(orderWords),
      cursor: (each: OrderWords) => each.ordId,
    });
    if (words.outcome === "fault") return words;
    const fault = await this.#with.listing.ready();
    if (fault !== null) return faulted(fault);
    const orders = this.#everyOne(words.value, decodeOrder);
    return orders === null ? faulted(unreadable("open orders")) : answered(orders);
  }

  async fills(instrument: InstrumentId, since: Instant): Promise<Answer<readonly Fill[]>> {
    const { listing, fees, time } = this.#with;
    const fault = await listing.ready();
    if (fault !== null) return faulted(fault);
    const listed = listing.get(instrument);
    if (!listed) return faulted(notListed(instrument));
    const recent = time.now() - since < 2 * DAY_MS;
    const path = recent ? "/api/v5/trade/fills" : "/api/v5/trade/fills-history";
    const params: Params = [
      ["instType", "SWAP"],
      ["instId", listed.symbol],
      ["begin", `${Math.max(0, Math.floor(since))}`],
    ];
    const words = await this.#pages(path, params, recent ? per2s("fills", 60) : per2s("fills history", 10), {
      read: readAll(fillWords),
      cursor: (each: FillWords) => each.billId,
    });
    if (words.outcome === "fault") return words;
    const told = new Map<string, Fill>();
    for (const each of words.value) {
      const decoded = decodeFill(each, listed, fees);
      if (decoded === null) return faulted(unreadable("a fill"));
      if (decoded.fill.at >= since) told.set(decoded.fill.tradeId, decoded.fill);
    }
    return answered([...told.values()].toSorted((a, b) => a.at - b.at));
  }

  async funding(since: Instant): Promise<Answer<readonly FundingPayment[]>> {
    const recent = this.#with.time.now() - since < 6 * DAY_MS;
    const path = recent ? "/api/v5/account/bills" : "/api/v5/account/bills-archive";
    const params: Params = [
      ["instType", "SWAP"],
      ["type", "8"],
      ["begin", `${Math.max(0, Math.floor(since))}`],
    ];
    const bills = await this.#pages(path, params, per2s("bills", 10), {
      read: readAll(billWords),
      cursor: (each: BillWords) => each.billId,
    });
    if (bills.outcome === "fault") return bills;
    const payments = bills.value.flatMap((words) => {
      const payment = decodeFundingPayment(words);
      return payment === null || payment.at < since ? [] : [payment];
    });
    return answered(payments.toSorted((a, b) => a.at - b.at));
  }

  subscribe(listen: (update: AccountUpdate) => void): { close(): void } {
    const { settings, deps, rest, signer, sentinel, listing, fees, activity, unspoken, trading, entry } = this.#with;
    const news = new AccountNews({ venue: OKX_PERP, clock: deps.clock, account: this, trading, activity, listen });
    const stream = new OkxPrivateStream({
      settings,
      deps,
      rest,
      signer,
      sentinel,
      listing,
      fees,
      news,
      unspoken,
      account: this,
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

  #ask<T>(
    path: string,
    params: Params,
    charges: readonly Charge[],
    read: (data: readonly unknown[]) => T | null,
  ): Promise<Answer<T>> {
    // Questions about the account settle doubts, so they may use what is kept back for that.
    return this.#with.rest.ask({ method: "GET", path, params, signed: true, charges, lane: "reserved" }, read);
  }

  #post(path: string, body: Readonly<Record<string, string>>, charges: readonly Charge[]): Promise<Answer<true>> {
    return this.#with.rest.ask({ method: "POST", path, body, signed: true, charges, lane: "reserved" }, () => true);
  }

  /** A question whose answer cannot be read without the listing: sizes are contracts. */
  async #list<T>(
    path: string,
    params: Params,
    charges: readonly Charge[],
    read: (data: readonly unknown[]) => T | null,
  ): Promise<Answer<T>> {
    const fault = await this.#with.listing.ready();
    return fault === null ? this.#ask(path, params, charges, read) : faulted(fault);
  }

  /** Every page, newest first, as the venue gives them. */
  async #pages<Row>(
    path: string,
    params: Params,
    charges: readonly Charge[],
    { read, cursor }: { read: (data: readonly unknown[]) => readonly Row[] | null; cursor: (row: Row) => string },
  ): Promise<Answer<readonly Row[]>> {
    const rows: Row[] = [];
    const seen = new Set<string>();
    for (let after: Params = []; ;) {
      const page = await this.#ask(path, [...params, ["limit", `${PAGE}`], ...after], charges, read);
      if (page.outcome === "fault") return page;
      rows.push(...page.value);
      const last = page.value.at(-1);
      if (last === undefined || page.value.length < PAGE || seen.has(cursor(last))) return answered(rows);
      seen.add(cursor(last));
      after = [["after", cursor(last)]];
    }
  }

  /** All of a list decoded, without what is not ours; null when one of ours cannot be read. */
  #everyOne<Words extends { readonly instId: string }, Value>(
    list: readonly Words[] | null,
    decode: (words: Words, instrument: OkxInstrument) => Value | null,
  ): readonly Value[] | null {
    if (list === null) return null;
    const values: Value[] = [];
    for (const words of list) {
      const instrument = this.#with.listing.bySymbol(words.instId);
      if (!instrument && decodeSymbol(words.instId) === null) continue;
      const value = instrument ? decode(words, instrument) : null;
      if (value === null) return null;
      values.push(value);
    }
    return values;
  }
}
