import type { Clock, Timer } from "#ports/clock.ts";
import type { WirePeer, WireSession } from "../../dialect.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { Misfortune } from "../../misfortune.ts";
import { balanceWords, positionRows } from "./account-words.ts";
import type { OkxInstruments } from "./instruments.ts";
import type { Operation, Operations } from "./operations.ts";
import type { Words } from "./order-entry.ts";
import { UID } from "./private-events.ts";
import { type Hearer, PUBLIC_CHANNELS, type PublicChannels } from "./public-channels.ts";
import { checkLogin, type Login, type OkxKeys } from "./signature.ts";

const IDLE_MS = 30_000;
const REGULAR_MS = 5_000;
const REQUESTS_PER_HOUR = 480;
const MOST_HOLDERS = 30;
const PRIVATE_CHANNELS = new Set(["orders", "positions", "account", "balance_and_position", "fills"]);
const OPERATIONS: Readonly<Record<string, readonly [Operation, boolean]>> = {
  order: ["order", false],
  "batch-orders": ["order", true],
  "cancel-order": ["cancel-order", false],
  "batch-cancel-orders": ["cancel-order", true],
  "amend-order": ["amend-order", false],
  "batch-amend-orders": ["amend-order", true],
};

export type Door = "public" | "private" | "business";

interface Arg {
  readonly channel?: unknown;
  readonly instId?: unknown;
  readonly instType?: unknown;
  readonly extraParams?: unknown;
}

interface Subscription {
  readonly arg: Arg;
  readonly channel: string;
  readonly instId: string;
  readonly hear: Hearer | null;
  readonly timer: Timer | null;
}

/** What all sessions of the dialect share. */
export interface House {
  readonly exchange: SimulatedExchange;
  readonly instruments: OkxInstruments;
  readonly channels: PublicChannels;
  readonly operations: Operations;
  /** How many sockets hold a private channel. */
  holders(channel: string): number;
  readonly misfortune: Misfortune;
  readonly keys: OkxKeys;
}

/** One websocket of one of the three doors. */
export class OkxSession implements WireSession {
  readonly door: Door;
  /** Orders came by this one. */
  ordered = false;
  readonly #house: House;
  readonly #clock: Clock;
  readonly #peer: WirePeer;
  readonly #left: (session: OkxSession) => void;
  readonly #id: string;
  readonly #subscriptions = new Map<string, Subscription>();
  #idle: Timer;
  #activeAt: number;
  #loggedIn = false;
  #open = true;
  #silent = false;
  #requests: number[] = [];

  constructor(door: Door, id: string, house: House, peer: WirePeer, left: (session: OkxSession) => void) {
    this.door = door;
    this.#id = id;
    this.#house = house;
    this.#clock = house.exchange.clock;
    this.#peer = peer;
    this.#left = left;
    this.#activeAt = this.#clock.now();
    this.#idle = this.#clock.after(IDLE_MS, () => this.#checkIdle());
  }

  holds(channel: string): boolean {
    for (const subscription of this.#subscriptions.values()) if (subscription.channel === channel) return true;
    return false;
  }

  /** A push of a private channel, for those of its subscriptions that it is for. */
  push(channel: string, instId: string | null, fields: string): void {
    if (this.#silent) return;
    for (const { arg, channel: wanted, instId: of } of this.#subscriptions.values()) {
      if (wanted !== channel || (of !== "" && instId !== null && of !== instId)) continue;
      this.#send(`{"arg":${JSON.stringify({ ...arg, uid: UID })},${fields}}`);
    }
  }

  /** From here on no push of the account comes, and the socket stays open. */
  silence(): void {
    for (const subscription of this.#subscriptions.values()) if (!subscription.hear) subscription.timer?.stop();
    this.#silent = true;
  }

  notice(): void {
    const msg = "The connection will soon be closed for a service upgrade. Please reconnect.";
    this.#send(JSON.stringify({ event: "notice", code: "64008", msg, connId: this.#id }));
  }

  message(text: string): void {
    if (!this.#open) return;
    this.#activeAt = this.#clock.now();
    if (text === "ping") return this.#send("pong");
    let words: Words;
    try {
      words = JSON.parse(text) as Words;
    } catch {
      return this.#error("60012", `Invalid request: ${text.slice(0, 64)}`);
    }
    const { op, id, args } = words;
    const operation = typeof op === "string" ? OPERATIONS[op] : undefined;
    if (operation) return this.#operate(`${op}`, operation, words);
    if (!Array.isArray(args)) return this.#error("60012", `Invalid request: ${text.slice(0, 64)}`, id);
    if (op !== "login" && op !== "subscribe" && op !== "unsubscribe") {
      return this.#error("60012", `Invalid request: ${text.slice(0, 64)}`, id);
    }
    if (this.#tooOften()) return this.#error("60014", "Requests too frequent", id);
    if (op === "login") return this.#login((args[0] ?? {}) as Login);
    for (const arg of args as Arg[]) {
      if (op === "subscribe") this.#subscribe(arg, id);
      else this.#unsubscribe(arg, id);
    }
  }

  pong(): void {
    this.#activeAt = this.#clock.now();
  }

  closed(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#idle.stop();
    for (const subscription of this.#subscriptions.values()) this.#end(subscription);
    this.#subscriptions.clear();
    this.#left(this);
  }

  close(code: number, says: string): void {
    if (!this.#open) return;
    this.closed();
    this.#peer.close(code, says);
  }

  #login(login: Login): void {
    if (this.#loggedIn)
      return this.#error("60031", "The WebSocket endpoint does not allow multiple or repeated logins");
    const wrong = checkLogin(login, this.#house.keys, this.#clock.now());
    if (wrong) return this.#error(wrong.code, wrong.says);
    this.#loggedIn = true;
    this.#send(`{"event":"login","code":"0","msg":"","connId":"${this.#id}"}`);
  }

  #subscribe(arg: Arg, id: unknown): void {
    const channel = `${arg.channel}`;
    const instId = typeof arg.instId === "string" ? arg.instId : "";
    const key = `${channel}/${instId}`;
    const secret = PRIVATE_CHANNELS.has(channel);
    const here = secret ? this.door === "private" : this.door === "public" && PUBLIC_CHANNELS.has(channel);
    const unknown = `Wrong URL or channel:${channel},instId:${instId} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`;
    if (!here) return this.#error("60018", unknown, id);
    if (secret && !this.#loggedIn) return this.#error("60011", "Please log in", id);
    if (channel === "fills") {
      return this.#error("64003", "Your trading fee tier doesn't meet the requirement to access this channel", id);
    }
    if (this.#subscriptions.has(key)) return this.#acknowledge("subscribe", arg, id);
    const { exchange, misfortune } = this.#house;
    if (misfortune.at(exchange.venue, "subscribe").length > 0) return this.#acknowledge("subscribe", arg, id);
    if (secret) {
      const connCount = `${this.#house.holders(channel) + (this.holds(channel) ? 0 : 1)}`;
      const counted = { channel, connCount, connId: this.#id };
      if (Number(connCount) > MOST_HOLDERS) {
        return this.#send(JSON.stringify({ event: "channel-conn-count-error", ...counted }));
      }
      this.#acknowledge("subscribe", arg, id);
      this.#send(JSON.stringify({ event: "channel-conn-count", ...counted }));
      this.#subscriptions.set(key, { arg, channel, instId, hear: null, timer: this.#regular(channel, arg) });
      this.#first(channel, arg);
      return;
    }
    let acknowledged = false;
    const early: string[] = [];
    const hear: Hearer = (text) => {
      if (acknowledged) this.#send(text);
      else early.push(text);
    };
    if (!this.#house.channels.hear(channel, instId, hear)) return this.#error("60018", unknown, id);
    this.#subscriptions.set(key, { arg, channel, instId, hear, timer: null });
    this.#acknowledge("subscribe", arg, id);
    acknowledged = true;
    for (const text of early) this.#send(text);
  }

  #unsubscribe(arg: Arg, id: unknown): void {
    const key = `${arg.channel}/${typeof arg.instId === "string" ? arg.instId : ""}`;
    const subscription = this.#subscriptions.get(key);
    if (subscription) this.#end(subscription);
    this.#subscriptions.delete(key);
    this.#acknowledge("unsubscribe", arg, id);
  }

  #end({ channel, instId, hear, timer }: Subscription): void {
    timer?.stop();
    if (hear) this.#house.channels.leave(channel, instId, hear);
  }

  /** What a private channel shows on arrival. Orders show nothing: whoever needs them reads them. */
  #first(channel: string, arg: Arg): void {
    const { exchange, instruments } = this.#house;
    const head = `"arg":${JSON.stringify({ ...arg, uid: UID })},"eventType":"snapshot"`;
    if (channel === "positions") {
      const pTime = `${Math.floor(this.#clock.now())}`;
      const rows = positionRows(exchange, instruments, null).map((row) => ({ ...row, pTime }));
      this.#send(`{${head},"curPage":1,"lastPage":true,"data":${JSON.stringify(rows)}}`);
    } else if (channel === "account") {
      this.#send(`{${head},"data":[${JSON.stringify(balanceWords(exchange, "push"))}]}`);
    }
  }

  /** Positions and balances are repeated every few seconds, unless asked not to. */
  #regular(channel: string, arg: Arg): Timer | null {
    if (channel !== "positions" && channel !== "account") return null;
    if (
      JSON.stringify(arg.extraParams ?? "")
        .replaceAll(/\s|\\/g, "")
        .includes('"updateInterval":"0"')
    )
      return null;
    return this.#clock.every(REGULAR_MS, () => this.#first(channel, arg));
  }

  #operate(op: string, [operation, batch]: readonly [Operation, boolean], words: Words): void {
    const { id, args, expTime } = words;
    const stamps = (): string => `${Math.floor(this.#clock.now() * 1_000)}`;
    const bad = (code: string, msg: string): void =>
      this.#send(JSON.stringify({ id: id ?? "", op, data: [], code, msg, inTime: stamps(), outTime: stamps() }));
    if (this.door !== "private" || !this.#loggedIn) return bad("60011", "Please log in");
    if (typeof id !== "string" || !/^[A-Za-z0-9]{1,32}$/.test(id) || !Array.isArray(args) || args.length === 0) {
      return bad("60013", "Invalid args");
    }
    if (!batch && args.length !== 1) return bad("60013", "Invalid args");
    this.ordered = true;
    const manner = { byCode: true, batch, expTime: typeof expTime === "string" ? expTime : undefined };
    this.#house.operations.run(operation, args as Words[], manner, {
      answer: ({ body }) => {
        const { code, data, inTime, outTime, msg } = readAnswer(body);
        if (code === undefined) return this.#send(body);
        const said = data.length === 0 ? msg : "";
        const times = { inTime: inTime ?? stamps(), outTime: outTime ?? stamps() };
        this.#send(JSON.stringify({ id, op, data, code, msg: said, ...times }));
      },
      cut: () => this.close(1006, "connection reset"),
    });
  }

  #acknowledge(event: string, arg: Arg, id: unknown): void {
    const named = typeof id === "string" ? { id } : {};
    this.#send(JSON.stringify({ ...named, event, arg, connId: this.#id }));
  }

  #error(code: string, msg: string, id?: unknown): void {
    const named = typeof id === "string" ? { id } : {};
    this.#send(JSON.stringify({ ...named, event: "error", code, msg, connId: this.#id }));
  }

  #send(text: string): void {
    if (!this.#open) return;
    this.#activeAt = this.#clock.now();
    this.#peer.send(text);
  }

  #checkIdle(): void {
    const left = this.#activeAt + IDLE_MS - this.#clock.now();
    if (left <= 0) this.close(4004, "No data received in 30s");
    else this.#idle = this.#clock.after(left, () => this.#checkIdle());
  }

  #tooOften(): boolean {
    const now = this.#clock.now();
    this.#requests = this.#requests.filter((at) => at > now - 3_600_000);
    this.#requests.push(now);
    return this.#requests.length > REQUESTS_PER_HOUR;
  }
}

interface OperationAnswer {
  readonly code?: string;
  readonly msg: string;
  readonly data: readonly unknown[];
  readonly inTime?: string;
  readonly outTime?: string;
}

/** An answer cut short by misfortune is no JSON; it goes out as it is. */
function readAnswer(body: string): OperationAnswer {
  try {
    return JSON.parse(body) as OperationAnswer;
  } catch {
    return { msg: "", data: [] };
  }
}
