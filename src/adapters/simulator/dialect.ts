import type { VenueId } from "#domain/ids.ts";

/** A request exactly as it stood on the wire: signatures are checked on these bytes. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, raw. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Of the caller; request weights are counted by it. */
  readonly address: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What becomes of a request: an answer now or later, or a connection cut without one. */
export interface WireReply {
  answer(answer: WireAnswer): void;
  /** The connection ends and no answer ever comes. */
  cut(): void;
}

/** The far end of one websocket. */
export interface WirePeer {
  send(text: string): void;
  ping(): void;
  close(code: number, says: string): void;
}

/** One accepted websocket, seen by the venue. */
export interface WireSession {
  message(text: string): void;
  pong(): void;
  closed(): void;
}

/** One venue's protocol, without sockets: real ones or remembered ones are put around it. */
export interface Dialect {
  readonly venue: VenueId;
  request(request: WireRequest, reply: WireReply): void;
  /** Null refuses the upgrade with 404. */
  connect(target: string, headers: ReadonlyMap<string, string>, address: string, peer: WirePeer): WireSession | null;
}
