import type { Dialect, WireSession } from "#adapters/simulator/dialect.ts";
import type { VenueId } from "#domain/ids.ts";
import type { Clock } from "#ports/clock.ts";

/** One thing that reached a venue. */
export interface Overheard {
  readonly venue: VenueId;
  /** On the clock that never steps back. */
  readonly at: number;
  readonly by: "rest" | "ws" | "connect";
  /** `GET /path` of a request, the text of a message, the target of a connection. */
  readonly says: string;
}

/** The same venue, with a list of everything that is said to it. */
export function overhear(dialect: Dialect, clock: Clock, list: Overheard[]): Dialect {
  const note = (by: Overheard["by"], says: string): void => {
    list.push({ venue: dialect.venue, at: clock.monotonic(), by, says });
  };
  return {
    venue: dialect.venue,
    request: (request, reply) => {
      note("rest", `${request.method} ${request.target}`);
      dialect.request(request, reply);
    },
    connect: (target, headers, address, peer) => {
      note("connect", target);
      const session = dialect.connect(target, headers, address, peer);
      return session && listening(session, note);
    },
  };
}

function listening(session: WireSession, note: (by: "ws", says: string) => void): WireSession {
  return {
    message: (text) => {
      if (text !== "ping") note("ws", text);
      session.message(text);
    },
    pong: () => session.pong(),
    closed: () => session.closed(),
  };
}
