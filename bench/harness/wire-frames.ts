import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";

/*
 * The server's half of a websocket, written by hand where a library would stand between the bench and the socket:
 * whole frames made beforehand, sent in writes of any size.
 */

const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const TEXT = 0x81;

/** An unmasked text frame with its head. */
export function textFrame(body: Uint8Array): Buffer {
  const { length } = body;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.alloc(head + length);
  frame[0] = TEXT;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(body, head);
  return frame;
}

/** Frames one after the other, cut into writes of `size` bytes wherever that falls. */
export function inWrites(bodies: readonly Uint8Array[], size: number): readonly Buffer[] {
  const all = Buffer.concat(bodies.map(textFrame));
  const writes: Buffer[] = [];
  for (let from = 0; from < all.length; from += size) writes.push(all.subarray(from, from + size));
  return writes;
}

/** Says yes to an upgrade. */
export function acceptUpgrade(socket: Duplex, key: string): void {
  const accept = createHash("sha1")
    .update(key + MAGIC)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}

/** What a client says: its few short, masked frames. Calls `text` for each text; answers pings; ends on a close. */
export function hearClient(socket: Duplex, text: (said: string) => void): void {
  let rest = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const frame = clientFrame(rest);
      if (frame === null) return;
      rest = rest.subarray(frame.end);
      if (frame.code === 1) text(frame.body.toString());
      else if (frame.code === 8) socket.end(Buffer.from([0x88, 0]));
      else if (frame.code === 9) socket.write(Buffer.concat([Buffer.from([0x8a, frame.body.length]), frame.body]));
    }
  });
  socket.on("error", () => socket.destroy());
}

function clientFrame(bytes: Buffer): { readonly code: number; readonly body: Buffer; readonly end: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] ?? 0) & 0x7f;
  const head = short === 126 ? 8 : 6;
  if (short === 127) throw new Error("a client of a bench says nothing so long");
  if (bytes.length < head) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < head + length) return null;
  const mask = bytes.subarray(head - 4, head);
  const body = Buffer.from(bytes.subarray(head, head + length));
  for (let at = 0; at < length; at += 1) body[at] = (body[at] ?? 0) ^ (mask[at & 3] ?? 0);
  return { code: (bytes[0] ?? 0) & 0x0f, body, end: head + length };
}
