import { Pool } from "undici";
import type { Clock, Timer } from "#ports/clock.ts";
import type { HttpClient, HttpOutcome, HttpRequest } from "#ports/wire.ts";

/** An exchange's answer is a few kilobytes; its largest, the list of all instruments, about two megabytes. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const CONNECTIONS_PER_ORIGIN = 8;
const IDLE_MS = 55_000;

/**
 * HTTP/1.1 with kept-alive connections and one request at a time on each, so that one slow answer holds up nothing else.
 *
 * `mayLeave` is asked in undici's `onRequestStart`, which `writeH1` calls in the very step in which it writes the head:
 * an abort there leaves the socket without a byte of the request.
 */
export class UndiciHttpClient implements HttpClient {
  readonly #clock: Clock;
  readonly #pools = new Map<string, Pool>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  send(request: HttpRequest): Promise<HttpOutcome> {
    if (this.#closed) return Promise.resolve({ outcome: "unreachable", says: "the client is closed" });
    return new Promise((resolve) => {
      const exchange = new Exchange(request, this.#clock, resolve);
      try {
        this.#poolOf(request.origin).dispatch(exchange.options(), exchange);
      } catch (error) {
        exchange.fail(error);
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
    this.#pools.clear();
  }

  #poolOf(origin: string): Pool {
    let pool = this.#pools.get(origin);
    if (!pool) {
      pool = new Pool(origin, {
        connections: CONNECTIONS_PER_ORIGIN,
        pipelining: 1,
        keepAliveTimeout: IDLE_MS,
        keepAliveMaxTimeout: IDLE_MS,
        allowH2: false,
      });
      this.#pools.set(origin, pool);
    }
    return pool;
  }
}

type Handler = Required<
  Pick<
    Parameters<Pool["dispatch"]>[1],
    "onRequestStart" | "onResponseStart" | "onResponseData" | "onResponseEnd" | "onResponseError"
  >
>;
type Controller = Parameters<Handler["onRequestStart"]>[0];

/** One request and what became of it. Answers exactly once. */
class Exchange implements Handler {
  readonly #request: HttpRequest;
  readonly #resolve: (outcome: HttpOutcome) => void;
  readonly #deadline: Timer;
  readonly #body: Buffer[] = [];
  #controller: Controller | null = null;
  #status = 0;
  #headers = new Map<string, string>();
  #bytes = 0;
  /** From the moment it is true the request may have been carried out. */
  #written = false;
  #settled = false;

  constructor(request: HttpRequest, clock: Clock, resolve: (outcome: HttpOutcome) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#deadline = clock.after(request.timeoutMs, () => this.#expire());
  }

  options(): Parameters<Pool["dispatch"]>[0] {
    const { method, target, headers, body } = this.#request;
    // Our own deadline covers the whole exchange; undici's two would only cover parts of it.
    return {
      path: target,
      method,
      headers: { ...headers },
      body: body === "" ? null : body,
      headersTimeout: 0,
      bodyTimeout: 0,
    };
  }

  onRequestStart(controller: Controller): void {
    // Too late, or undici starts it again on another connection: a request is written once or not at all.
    if (this.#settled || this.#written) {
      controller.abort(new Error("not written"));
      this.#end({ outcome: "lost", says: "the connection was replaced after the request was written" });
      return;
    }
    if (this.#request.mayLeave?.() === false) {
      this.#end({ outcome: "withheld" });
      controller.abort(new Error("withheld"));
      return;
    }
    this.#controller = controller;
    this.#written = true;
  }

  onResponseStart(
    _controller: Controller,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined)
        this.#headers.set(name.toLowerCase(), typeof value === "string" ? value : value.join(", "));
    }
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= MAX_BODY_BYTES) {
      this.#body.push(chunk);
      return;
    }
    this.#end({ outcome: "lost", says: `an answer of more than ${MAX_BODY_BYTES} bytes` });
    controller.abort(new Error("answer too large"));
  }

  onResponseEnd(): void {
    this.#end({
      outcome: "answered",
      status: this.#status,
      headers: this.#headers,
      body: Buffer.concat(this.#body).toString("utf8"),
    });
  }

  onResponseError(_controller: unknown, error: unknown): void {
    this.fail(error);
  }

  fail(error: unknown): void {
    const says = error instanceof Error ? error.message || error.name : "the connection failed";
    this.#end(this.#written ? { outcome: "lost", says } : { outcome: "unreachable", says });
  }

  #expire(): void {
    const says = `no whole answer within ${this.#request.timeoutMs} ms`;
    this.#end(this.#written ? { outcome: "lost", says } : { outcome: "unreachable", says: "no connection in time" });
    this.#controller?.abort(new Error(says));
  }

  #end(outcome: HttpOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#deadline.stop();
    this.#resolve(outcome);
  }
}
