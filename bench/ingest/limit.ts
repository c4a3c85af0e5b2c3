import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { Limit } from "../decode/limit.ts";
import { type Brief, type Receiver, inputOfBrief, okxRequest, streamPath } from "./receiver.ts";

const READ_BYTES = 64 * 1024;
const WORK_BYTES = 4 * 1024 * 1024;

/**
 * The least between a socket and a book: bytes are read into one buffer and scanned where they lie. Frames of a server
 * that is taken at its word: whole, unmasked texts, nothing else.
 */
export async function openLimit(brief: Brief): Promise<Receiver> {
  const limit = new Limit(inputOfBrief(brief));
  const finished = Promise.withResolvers<number>();
  const opened = Promise.withResolvers<void>();
  const work = Buffer.alloc(WORK_BYTES);
  let held = 0;
  let heard = 0;
  let upgraded = false;
  const read = (count: number, chunk: Buffer): boolean => {
    work.set(chunk.subarray(0, count), held);
    held += count;
    let at = 0;
    if (!upgraded) {
      const end = work.subarray(0, held).indexOf("\r\n\r\n");
      if (end < 0) return true;
      at = end + 4;
      upgraded = true;
      opened.resolve();
    }
    while (at + 2 <= held) {
      const short = work[at + 1] as number;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (at + head > held) break;
      const size = head === 2 ? short : head === 4 ? work.readUInt16BE(at + 2) : work.readUInt32BE(at + 6);
      if (at + head + size > held) break;
      limit.take(work, at + head, at + head + size);
      heard += 1;
      at += head + size;
    }
    work.copyWithin(0, at, held);
    held -= at;
    if (limit.sequence === brief.lastId) finished.resolve(heard);
    return true;
  };
  const socket = connect({
    port: brief.port,
    host: "127.0.0.1",
    onread: { buffer: Buffer.alloc(READ_BYTES), callback: (count, chunk) => read(count, chunk as Buffer) },
  });
  socket.write(
    `GET /bare${streamPath(brief)} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
  );
  await opened.promise;
  if (brief.venue === "okx") socket.write(masked(okxRequest(brief)));
  // What is not a frame of the market, an acknowledgement, is not counted.
  await new Promise((resolve) => setTimeout(resolve, 20));
  heard = 0;
  return { finished: finished.promise, state: () => limit.state(), close: () => socket.destroy() };
}

/** A client's text frame, shorter than 126 bytes, masked with nothing. */
function masked(text: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]), body]);
}
