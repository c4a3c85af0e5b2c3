import { WebSocket } from "ws";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Socket, SocketFactory, SocketListener } from "#ports/wire.ts";

/** A snapshot of 400 levels is about 30 kB; nothing an exchange sends comes near this. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;
const PONG_MS = 10_000;
const NO_SIGN_OF_LIFE = 1006;

/** Plain websockets. Compression is off: it costs more time than the bytes it saves on a hot stream. */
export class WsSocketFactory implements SocketFactory {
  readonly #clock: Clock;
  readonly #pongMs: number;

  /** @param pongMs how long a ping may go unanswered before the socket counts as dead */
  constructor(clock: Clock, pongMs = PONG_MS) {
    this.#clock = clock;
    this.#pongMs = pongMs;
  }

  open(url: string, listener: SocketListener): Socket {
    return new WsSocket(url, listener, { clock: this.#clock, pongMs: this.#pongMs });
  }
}

class WsSocket implements Socket {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #listener: SocketListener;
  readonly #pongMs: number;
  #awaitingPong: Timer | null = null;
  #lastError = "";
  #closed = false;

  constructor(url: string, listener: SocketListener, { clock, pongMs }: { clock: Clock; pongMs: number }) {
    this.#clock = clock;
    this.#pongMs = pongMs;
    this.#listener = listener;
    this.#socket = new WebSocket(url, {
      perMessageDeflate: false,
      skipUTF8Validation: true,
      maxPayload: MAX_MESSAGE_BYTES,
      handshakeTimeout: HANDSHAKE_MS,
      followRedirects: false,
    });
    this.#socket.on("open", () => listener.opened());
    this.#socket.on("message", (data) => {
      this.#heard();
      // ws hands over a Buffer unless told otherwise; the other two forms are of its other binary types.
      if (!this.#closed) listener.message(data as Buffer);
    });
    this.#socket.on("ping", () => this.#heard());
    this.#socket.on("pong", () => this.#heard());
    this.#socket.on("error", (error) => {
      this.#lastError = error.message;
    });
    this.#socket.on("close", (code, reason) => this.#end(code, reason.toString() || this.#lastError));
  }

  send(text: string): boolean {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** Asks for a sign of life; when none comes the socket is dead and says so itself. */
  ping(): void {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.ping();
    this.#awaitingPong ??= this.#clock.after(this.#pongMs, () => {
      this.#socket.terminate();
      this.#end(NO_SIGN_OF_LIFE, `no pong within ${this.#pongMs} ms`);
    });
  }

  close(code = 1000, says = ""): void {
    if (this.#closed) return;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(code, says);
    else this.#socket.terminate();
    // A peer that is gone never answers the closing handshake; whoever closes does not wait for it.
    this.#end(code, says);
  }

  #heard(): void {
    this.#awaitingPong?.stop();
    this.#awaitingPong = null;
  }

  #end(code: number, says: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#heard();
    this.#listener.closed(code, says);
  }
}
