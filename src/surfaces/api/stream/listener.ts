import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Channel } from "#contract/stream.ts";

/** Why a listener is sent away, in the words and numbers of the protocol. */
export const CLOSE = {
  goingAway: 1001,
  unreadable: 1003,
  policy: 1008,
  tooSlow: 1013,
} as const;

/** More than this waiting for one listener, and it is cut: it gets everything anew when it comes back. */
const MOST_WAITING = 1_048_576;
const PONGS_MISSED = 2;

export interface ListenerGiven {
  readonly socket: WebSocket;
  /** What the socket writes to: a frame that was made once for all goes there as it is. */
  readonly wire: Duplex;
  /** Whose credential it came with. */
  readonly name: string;
  readonly channels: ReadonlySet<Channel>;
  /** Whether that credential still opens the door. */
  readonly stillWelcome: () => boolean;
  readonly cut: (reason: "too_slow" | "silent" | "talks") => void;
}

/** One that listens. It says nothing: whatever it sends ends it. */
export class Listener {
  readonly name: string;
  readonly channels: ReadonlySet<Channel>;
  readonly stillWelcome: () => boolean;
  readonly #given: ListenerGiven;
  #unanswered = 0;

  constructor(given: ListenerGiven) {
    const { socket, name, channels, stillWelcome, cut } = given;
    this.#given = given;
    this.name = name;
    this.channels = channels;
    this.stillWelcome = stillWelcome;
    socket.on("pong", () => (this.#unanswered = 0));
    socket.on("message", (_data, isBinary) => {
      cut("talks");
      if (isBinary) socket.close(CLOSE.unreadable, "nothing is read here");
      else socket.close(CLOSE.policy, "this stream only tells: send requests to the API");
    });
  }

  /** @returns false when it did not keep up and was cut */
  write(frame: Buffer): boolean {
    const { cut, socket, wire } = this.#given;
    if (socket.readyState !== socket.OPEN) return true;
    if (wire.writableLength + frame.length > MOST_WAITING) {
      cut("too_slow");
      // What waits would never be read: nothing is gained by waiting for a farewell behind it.
      socket.terminate();
      return false;
    }
    wire.write(frame);
    return true;
  }

  /** Asks whether it is still there; one that did not answer twice is not. */
  ping(): void {
    const { cut, socket } = this.#given;
    if (this.#unanswered >= PONGS_MISSED) {
      cut("silent");
      socket.terminate();
      return;
    }
    this.#unanswered += 1;
    if (socket.readyState === socket.OPEN) socket.ping();
  }

  close(code: number, says: string): void {
    this.#given.socket.close(code, says);
  }
}
