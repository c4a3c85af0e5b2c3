import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { SystemClock } from "#adapters/host/system-clock.ts";
import { Doorkeeper } from "#surfaces/api/auth.ts";
import { Hosts } from "#surfaces/api/gates/hosts.ts";
import { Peers } from "#surfaces/api/gates/peer.ts";
import { Strangers } from "#surfaces/api/gates/strangers.ts";
import { Sessions } from "#surfaces/api/sessions.ts";
import { StreamDoor } from "#surfaces/api/stream/door.ts";
import { textFrame } from "#surfaces/api/stream/frame.ts";
import { StreamHub } from "#surfaces/api/stream/hub.ts";
import { obey, role } from "../harness/obey.ts";

/** Something that tells many: the product's own stream, or one frame that was made once, written to each socket. */

interface Telling {
  readonly port: number;
  tell(): void;
}

const MANY = 10_000;
const PAYLOAD = { text: "x".repeat(10_000) };
/** Between two messages, so that each is written out before the next. */
const PAUSE_MS = 20;
/** @see RFC 6455, 1.3 */
const ACCEPTS = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

async function listening(upgrade: (request: never, wire: Duplex, head: Buffer) => void): Promise<number> {
  const server = createServer((_request, response) => response.end());
  server.on("upgrade", upgrade as never);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function product(): Promise<Telling> {
  const clock = new SystemClock();
  const operators = { identify: () => null, holder: () => null, all: () => [] };
  let hear: (news: { channel: "status"; type: string; data: unknown }) => void = () => undefined;
  const desk = {
    snapshot: () => [],
    listen: (listener: (news: never) => void) => {
      hear = listener as typeof hear;
      return { close: () => undefined };
    },
  };
  const hub = new StreamHub({ clock, desk, version: "bench" });
  const door = new StreamDoor({
    hub,
    doorkeeper: new Doorkeeper(false, operators, new Sessions(clock, operators, () => "bench")),
    strangers: new Strangers(clock, MANY, () => undefined),
    hosts: new Hosts("127.0.0.1", []),
    peers: new Peers([]),
    bounds: { all: MANY, ofOne: MANY },
    requestId: () => "bench",
  });
  const port = await listening((request, wire, head) => door.knock(request, wire, head));
  return { port, tell: () => hear({ channel: "status", type: "status.patch", data: PAYLOAD }) };
}

async function prepared(): Promise<Telling> {
  const frame = textFrame(
    JSON.stringify({ v: 1, type: "status.patch", ts: new Date().toISOString(), seq: 1, data: PAYLOAD }),
  );
  const wires = new Set<Duplex>();
  const port = await listening(((request: { headers: Record<string, string> }, wire: Duplex) => {
    const key = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${ACCEPTS}`).digest("base64");
    wire.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${key}\r\n\r\n`,
    );
    wires.add(wire);
    wire.on("close", () => wires.delete(wire));
    wire.on("error", () => undefined);
    wire.resume();
  }) as never);
  return {
    port,
    tell: () => {
      for (const wire of wires) wire.write(frame);
    },
  };
}

const telling = await (role() === "ours" ? product() : prepared());
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

obey({
  port: () => telling.port,
  /** Tells so many messages to everybody. @returns CPU of this process for each, in microseconds */
  broadcast: async (count: number) => {
    const before = process.cpuUsage();
    for (let message = 0; message < count; message += 1) {
      telling.tell();
      await pause();
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / count;
  },
  /** @returns the longest time the loop had no turn for anybody else, in ms */
  stands: async (count: number) => {
    let longest = 0;
    let last = performance.now();
    let going = true;
    const tick = (): void => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (going) setImmediate(tick);
    };
    tick();
    for (let message = 0; message < count; message += 1) {
      telling.tell();
      await pause();
    }
    going = false;
    return longest;
  },
});
