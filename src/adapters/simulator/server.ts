import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { Dialect, WireSession } from "./dialect.ts";

export interface SimulatorServer {
  readonly rest: string;
  readonly ws: string;
  readonly port: number;
  /** Half-open: connections are taken and kept, nothing that comes is heard and nothing is said. */
  blackhole(on: boolean): void;
  /** From here on connections are refused. Websockets that stand live on. */
  deafen(): void;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Loopback only. */
  readonly host?: string;
  /** Zero takes a free one. */
  readonly port?: number;
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);
const MOST_BODY_BYTES = 1_000_000;
/** What a slow reader may leave unread before it is let go. */
const MOST_UNREAD_BYTES = 4_000_000;
const SLOW_CODE = 4005;

/** Puts real sockets around a dialect. An order must not leave the machine by mistake, so it listens on loopback only. */
export async function serve(dialect: Dialect, options: ServerOptions = {}): Promise<SimulatorServer> {
  const host = options.host ?? "127.0.0.1";
  if (!LOOPBACK.has(host)) throw new Error(`a simulated venue listens on loopback only, not on ${host}`);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BODY_BYTES, autoPong: false });
  const hole: Hole = { open: false };
  const swallowed: Duplex[] = [];
  const server = createServer((request, response) => {
    if (!hole.open) void answer(dialect, request, response, hole);
  });
  server.on("upgrade", (request, socket, head) => {
    if (hole.open) swallowed.push(socket);
    else accept(dialect, sockets, request, socket, head, hole);
  });
  const port = await listen(server, host, options.port ?? 0);
  const shown = host.includes(":") ? `[${host}]` : host;
  return {
    rest: `http://${shown}:${port}`,
    ws: `ws://${shown}:${port}`,
    port,
    blackhole: (on) => {
      hole.open = on;
    },
    deafen: () => {
      server.close();
      server.closeAllConnections();
    },
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        for (const stream of swallowed) stream.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Hole {
  open: boolean;
}

function listen(server: ReturnType<typeof createServer>, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const busy = error.code === "EADDRINUSE";
      reject(new Error(busy ? `port ${port} on ${host} is in use; choose another` : error.message, { cause: error }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

async function answer(dialect: Dialect, request: IncomingMessage, response: ServerResponse, hole: Hole): Promise<void> {
  const body = await readBody(request);
  if (body === null) {
    response.writeHead(413).end();
    return;
  }
  const wire = {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: headersOf(request),
    body,
    address: request.socket.remoteAddress ?? "127.0.0.1",
  };
  dialect.request(wire, {
    answer: ({ status, headers, body: text }) => {
      if (!response.destroyed && !hole.open) response.writeHead(status, headers).end(text);
    },
    cut: () => response.destroy(),
  });
}

function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MOST_BODY_BYTES) chunks.push(chunk);
    });
    request.on("end", () => resolve(length > MOST_BODY_BYTES ? null : Buffer.concat(chunks).toString("utf8")));
    request.on("error", () => resolve(null));
  });
}

function headersOf(request: IncomingMessage): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return headers;
}

function accept(
  dialect: Dialect,
  sockets: WebSocketServer,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
  hole: Hole,
): void {
  const early: (() => void)[] = [];
  let open: WebSocket | null = null;
  const now = (act: (socket: WebSocket) => void): void => {
    if (open) act(open);
    else early.push(() => open && act(open));
  };
  const session = dialect.connect(request.url ?? "/", headersOf(request), request.socket.remoteAddress ?? "127.0.0.1", {
    send: (text) => now((socket) => hole.open || sendOrLetGo(socket, text)),
    ping: () => now((socket) => hole.open || socket.ping()),
    // 1006 is what a reader sees when a line simply breaks; it cannot be sent.
    close: (code, says) => now((socket) => (code === 1006 ? socket.terminate() : socket.close(code, says))),
  });
  if (!session) {
    stream.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    return;
  }
  stream.on("error", () => session.closed());
  sockets.handleUpgrade(request, stream, head, (socket) => {
    open = socket;
    hear(socket, session, hole);
    for (const act of early) act();
  });
}

function hear(socket: WebSocket, session: WireSession, hole: Hole): void {
  socket.on("message", (data) => {
    if (!hole.open) session.message((data as Buffer).toString());
  });
  socket.on("ping", (data) => hole.open || socket.pong(data));
  socket.on("pong", () => session.pong());
  socket.on("close", () => session.closed());
  socket.on("error", () => socket.terminate());
}

function sendOrLetGo(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > MOST_UNREAD_BYTES) socket.close(SLOW_CODE, "slow consumer");
  else socket.send(text);
}
