import { type Socket, connect } from "node:net";
import { obey } from "../harness/obey.ts";
import { quantile } from "../harness/statistics.ts";

/** Asks as fast as it is answered, on so many kept connections, one request at a time on each. */

interface Work {
  readonly port: number;
  readonly path: string;
  readonly token: string;
  readonly connections: number;
  readonly ms: number;
}

const HEAD_END = Buffer.from("\r\n\r\n");

/** One connection: the next request leaves when the whole answer to the last one is here. */
class Asker {
  readonly took: number[] = [];
  readonly #socket: Socket;
  readonly #request: Buffer;
  #asked = 0;
  #held: Buffer = Buffer.alloc(0);
  /** Bytes of the answer still to come; -1 while its head is not whole. */
  #missing = -1;
  #stopped = false;

  constructor({ port, path, token }: Work, failed: (says: string) => void) {
    this.#request = Buffer.from(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nConnection: keep-alive\r\n\r\n`,
    );
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("connect", () => this.#ask());
    this.#socket.on("data", (chunk) => {
      const says = this.#hear(chunk);
      if (says !== null) failed(says);
    });
    this.#socket.on("error", (error) => failed(error.message));
    this.#socket.on("close", () => (this.#stopped ? undefined : failed("the server hung up")));
  }

  stop(): void {
    this.#stopped = true;
    this.#socket.destroy();
  }

  #ask(): void {
    this.#asked = performance.now();
    this.#socket.write(this.#request);
  }

  #hear(chunk: Buffer): string | null {
    if (this.#missing < 0) {
      this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
      const end = this.#held.indexOf(HEAD_END);
      if (end < 0) return null;
      const head = this.#held.toString("latin1", 0, end);
      if (!head.startsWith("HTTP/1.1 200")) return `it answered ${head.split("\r\n")[0]}`;
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (Number.isNaN(length)) return "an answer without a length";
      this.#missing = length - (this.#held.length - end - HEAD_END.length);
      this.#held = Buffer.alloc(0);
    } else this.#missing -= chunk.length;
    if (this.#missing > 0) return null;
    this.took.push(performance.now() - this.#asked);
    this.#missing = -1;
    if (!this.#stopped) this.#ask();
    return null;
  }
}

/** Microseconds a request over the whole span, and the latencies in microseconds. */
async function load(work: Work): Promise<{ micros: number; p50: number; p99: number; count: number }> {
  const failure = Promise.withResolvers<never>();
  const askers = Array.from({ length: work.connections }, () => {
    return new Asker(work, (says) => failure.reject(new Error(says)));
  });
  const began = performance.now();
  await Promise.race([failure.promise, new Promise((resolve) => setTimeout(resolve, work.ms))]);
  const ran = performance.now() - began;
  for (const asker of askers) asker.stop();
  const took = askers.flatMap((asker) => asker.took);
  const at = (share: number): number => quantile(took, share) * 1_000;
  return { micros: (ran * 1_000) / took.length, p50: at(0.5), p99: at(0.99), count: took.length };
}

obey({ load });
