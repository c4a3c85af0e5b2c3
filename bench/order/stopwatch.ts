/* oxlint-disable no-underscore-dangle -- the name is Node's own: the one place where a chunk is handed to the kernel */
import { Socket } from "node:net";
import { GAP, REST_PRICE, type Sample } from "./words.ts";

type Kind = "market" | "orders" | "http";
type Chunk = string | Buffer | readonly { readonly chunk: string | Buffer }[];

interface Written extends Socket {
  _writeGeneric(writev: boolean, data: Chunk, encoding: string, done: () => void): void;
}

const MARKET = /^GET (\/public\/|\/market\/|\/stream|\/ws\/?[? ]|\/ws\/v5\/public)/;
const ORDERS = /^GET (\/ws-fapi\/|\/ws\/v5\/private)/;
/** ccxt places even a single order of OKX as a batch of one. */
const PLACES = /^POST (\/fapi\/v1\/order|\/api\/v5\/trade\/(order|batch-orders))[? ]/;
/** A masked websocket frame shorter than this is a ping or a heartbeat, not an order. */
const LEAST_ORDER_BYTES = 80;
/** The best bid that a chunk of OKX's stream tells of, whatever else is in it. */
const BEST_BID = /"bbo-tbt".*?"bids":\[\["(\d+)/s;
const CROSSED = `${REST_PRICE + GAP}`;

const now = (): number => Number(process.hrtime.bigint()) / 1_000;

/**
 * Times every client alike, from outside: from the `data` event that brings the crossing tick to the return of the writes
 * that hand the next two orders to the kernel. What closes the hedge on the way back is let pass.
 */
export class Stopwatch {
  readonly samples: Sample[] = [];
  #tickAt = 0;
  #crossed = false;
  #legs: number[] = [];
  #armed = false;

  constructor() {
    const kinds = new WeakMap<Socket, Kind>();
    const prototype = Socket.prototype as unknown as Written;
    const emit = prototype.emit;
    const write = prototype._writeGeneric;
    const onData = (chunk: Buffer): void => this.#onData(chunk);
    const onOrder = (): void => this.#onOrder();
    prototype.emit = function (this: Socket, event: string, chunk?: Buffer): boolean {
      if (event === "data" && chunk !== undefined && kinds.get(this) === "market") onData(chunk);
      // oxlint-disable-next-line prefer-rest-params -- handed on as it came
      return emit.apply(this, arguments as unknown as Parameters<typeof emit>);
    } as typeof emit;
    prototype._writeGeneric = function (this: Socket, writev, data, encoding, done) {
      // Read before the write: it takes the list apart.
      const first = Array.isArray(data) ? data[0]?.chunk : (data as string | Buffer);
      const bytes = bytesOf(data);
      write.call(this, writev, data, encoding, done);
      const kind = kinds.get(this) ?? kindOf(first);
      if (!kinds.has(this)) kinds.set(this, kind);
      else if (kind === "orders" ? bytes >= LEAST_ORDER_BYTES : isPlacement(first)) onOrder();
    } as Written["_writeGeneric"];
    // The first write of a kept-alive HTTP connection may be an order already.
    function kindOf(first: string | Buffer | undefined): Kind {
      const head = headOf(first);
      if (MARKET.test(head)) return "market";
      if (ORDERS.test(head)) return "orders";
      if (PLACES.test(head)) onOrder();
      return "http";
    }
  }

  /** From here on hedges count. */
  arm(): void {
    this.#armed = true;
  }

  #onData(chunk: Buffer): void {
    const at = now();
    const bid = BEST_BID.exec(chunk.toString("latin1"))?.[1];
    if (bid === undefined) return;
    const crossed = bid === CROSSED;
    if (crossed && !this.#crossed) {
      this.#tickAt = at;
      this.#legs = [];
    }
    this.#crossed = crossed;
  }

  #onOrder(): void {
    if (!this.#armed || !this.#crossed || this.#legs.length === 2) return;
    this.#legs.push(now() - this.#tickAt);
    const [first, second] = this.#legs;
    if (first !== undefined && second !== undefined) this.samples.push({ first, second });
  }
}

const headOf = (chunk: string | Buffer | undefined): string =>
  typeof chunk === "string" ? chunk.slice(0, 64) : (chunk?.subarray(0, 64).toString("latin1") ?? "");
const isPlacement = (chunk: string | Buffer | undefined): boolean => PLACES.test(headOf(chunk));
const bytesOf = (data: Chunk): number =>
  Array.isArray(data) ? data.reduce((sum, { chunk }) => sum + chunk.length, 0) : (data as string | Buffer).length;
