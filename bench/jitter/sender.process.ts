import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { obey } from "../harness/obey.ts";
import { BinanceWalk } from "../harness/walk.ts";
import { acceptUpgrade, hearClient, textFrame } from "../harness/wire-frames.ts";
import { machineClock, placeOf, writeStamp } from "./stamps.ts";

/**
 * Sends frames at a rate, each stamped with when it was due, not with when it got away: a sender that is late is late
 * for everybody, and nothing is left out because somebody was slow.
 */

const SEED = 99;
const now = machineClock();
let socket: Duplex | null = null;
let lead: Buffer = Buffer.alloc(0);
let bytes: Buffer = Buffer.alloc(0);
/** For each frame: where it ends, and where its stamp is. */
let ends = new Uint32Array(0);
let stamps = new Uint32Array(0);

const server = createServer();
server.on("upgrade", (request, accepted) => {
  acceptUpgrade(accepted, request.headers["sec-websocket-key"] ?? "");
  hearClient(accepted, () => undefined);
  socket = accepted;
  accepted.write(lead);
});

/** The same walk for everybody: its snapshot, the frame that bridges to it, and then so many. */
function prepare({ frames }: { readonly frames: number }): { readonly snapshot: string; readonly lastBid: number } {
  const walk = new BinanceWalk("BTCUSDT", SEED);
  const snapshot = walk.snapshot();
  lead = textFrame(walk.next());
  const all = Array.from({ length: frames }, () => textFrame(walk.next()));
  bytes = Buffer.concat(all);
  ends = new Uint32Array(frames);
  stamps = new Uint32Array(frames);
  let at = 0;
  for (const [index, frame] of all.entries()) {
    stamps[index] = at + placeOf(frame);
    at += frame.length;
    ends[index] = at;
  }
  return { snapshot, lastBid: walk.bestBid };
}

async function pace({ rate }: { readonly rate: number }): Promise<void> {
  const to = socket;
  if (to === null) throw new Error("nobody listens");
  const frames = ends.length;
  const apart = 1_000_000 / rate;
  const start = now() + 10_000;
  let next = 0;
  let sent = 0;
  while (next < frames) {
    const due = Math.min(frames, Math.floor((now() - start) / apart) + 1);
    if (due > next) {
      for (; next < due; next += 1) writeStamp(bytes, stamps[next] as number, start + next * apart);
      const end = ends[next - 1] as number;
      to.write(bytes.subarray(sent, end));
      sent = end;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
obey({ port: () => (server.address() as AddressInfo).port, prepare, pace });
