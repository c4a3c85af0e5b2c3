import { STATUS_CODES, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { guardedHeaders } from "./headers.ts";
import type { Facts } from "../problems.ts";
import type { Peers } from "./peer.ts";

export const HEADER_BYTES = 16 * 1024;
export const REQUEST_MS = 15_000;
export const KEEP_ALIVE_MS = 5_000;
/** How often the runtime looks for connections that take too long. */
export const CHECK_MS = 2_500;
const HEADERS_MS = 10_000;

/** How many connections at once: in all, and from one address. */
export interface SocketBounds {
  readonly all: number;
  readonly ofOneAddress: number;
}

export const SOCKETS: SocketBounds = { all: 256, ofOneAddress: 32 };

/** Bounds on connections: how many, how many from one place, and how long one may take to say what it wants. */
export function boundSockets(server: Server, peers: Peers, { all, ofOneAddress }: SocketBounds): void {
  server.headersTimeout = HEADERS_MS;
  server.maxConnections = all;
  const held = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    // A proxy of ours speaks for many.
    if (peers.trusts(address)) return;
    const count = (held.get(address) ?? 0) + 1;
    if (count > ofOneAddress) {
      socket.destroy();
      return;
    }
    held.set(address, count);
    socket.once("close", () => {
      const left = (held.get(address) ?? 1) - 1;
      if (left === 0) held.delete(address);
      else held.set(address, left);
    });
  });
}

/** What could not even be read as a request gets an answer of the usual shape, and its connection ends. */
export function answerUnread(code: string | undefined, socket: Duplex, id: string): void {
  if (code === "ECONNRESET" || !socket.writable) socket.destroy();
  else endWithProblem(socket, unread(code ?? ""), id);
}

/** Whoever expects more of us than to go on is told so in the usual shape; the runtime's own answer has no body. */
export function refuseExpectations(server: Server, requestId: () => string): void {
  server.on("checkExpectation", (_request, response: ServerResponse) => {
    const facts = unread("expectation");
    const { headers, body } = written(facts, requestId());
    response.writeHead(facts.status, headers).end(body);
  });
}

/** Answers what is no request of the framework's, in the shape of all refusals, and ends its connection. */
export function endWithProblem(
  wire: Duplex,
  facts: Facts,
  id: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const { headers, body } = written(facts, id);
  const head = Object.entries({ ...headers, ...more }).map(([name, value]) => `${name}: ${value}`);
  wire.end(`HTTP/1.1 ${facts.status} ${STATUS_CODES[facts.status]}\r\n${head.join("\r\n")}\r\n\r\n${body}`);
}

function written({ status, code, detail }: Facts, id: string): { headers: Record<string, string>; body: string } {
  const title = STATUS_CODES[status] ?? "Error";
  const body = JSON.stringify({ type: `urn:propbot:problem:${code}`, title, status, detail, code, instance: id });
  const headers = {
    ...guardedHeaders("/"),
    "content-type": "application/problem+json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
    "x-request-id": id,
  };
  return { headers, body };
}

function unread(why: string): Facts {
  const [status, code, detail] = UNREAD[why] ?? ([400, "malformed_http", "this is no HTTP request"] as const);
  return { status, code, detail };
}

const UNREAD: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "headers_too_large", `the headers of a request are at most ${HEADER_BYTES} bytes`],
  expectation: [417, "expectation_failed", "Expect: 100-continue is all that can be expected here"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "request_timeout", "the request took too long to arrive"],
};
