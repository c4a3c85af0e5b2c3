import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { inputOf } from "../decode/inputs.ts";
import { obey, role } from "../harness/obey.ts";
import { acceptUpgrade, hearClient, inWrites, textFrame } from "../harness/wire-frames.ts";

/**
 * One venue with one input: it takes subscriptions, answers for its snapshot, and sends the recorded frames in bulk to
 * whoever connected last. Whoever asks under `/bare` already stands on the snapshot and is sent the frames alone.
 */

const WRITE_BYTES = 64 * 1024;
const input = inputOf(role());
const writes = inWrites(input.frames, WRITE_BYTES);
let listener: Duplex | null = null;

function begin(socket: Duplex, bare: boolean): void {
  listener = socket;
  if (bare) return;
  if (input.venue === "okx" && input.snapshot !== null) socket.write(textFrame(Buffer.from(input.snapshot)));
  for (const frame of input.lead) socket.write(textFrame(frame));
}

interface Request {
  readonly method?: string;
  readonly id?: unknown;
  readonly op?: string;
  readonly args?: readonly object[];
}

function onText(socket: Duplex, said: string, bare: boolean): void {
  const say = (words: string): void => void socket.write(textFrame(Buffer.from(words)));
  if (said === "ping") return say("pong");
  const { method, id, op, args = [] } = JSON.parse(said) as Request;
  if (method === "SUBSCRIBE") say(JSON.stringify({ result: null, id }));
  else if (op === "subscribe")
    for (const arg of args) say(JSON.stringify({ event: "subscribe", arg, connId: "bench" }));
  else return;
  begin(socket, bare);
}

function answer(path: string, response: ServerResponse): void {
  response.setHeader("content-type", "application/json");
  if (path.startsWith("/fapi/v1/depth")) response.end(input.snapshot ?? '{"lastUpdateId":1,"bids":[],"asks":[]}');
  else response.end("[]");
}

const server = createServer((request, response) => answer(request.url ?? "", response));
server.on("upgrade", (request, socket) => {
  const path = request.url ?? "";
  acceptUpgrade(socket, request.headers["sec-websocket-key"] ?? "");
  const bare = path.startsWith("/bare");
  hearClient(socket, (said) => onText(socket, said, bare));
  // Marks come over a connection of their own; nothing is said on it here.
  if (path.includes("streams=") && !path.includes("/market/")) begin(socket, bare);
});

async function send(): Promise<void> {
  const socket = listener;
  if (socket === null) throw new Error("nobody listens");
  for (const each of writes) if (!socket.write(each)) await new Promise((resolve) => socket.once("drain", resolve));
}

await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
obey({ port: () => (server.address() as AddressInfo).port, send });
