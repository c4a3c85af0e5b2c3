import { type Socket, connect } from "node:net";

const FIN_TEXT = 0x81;
const MASKED = 0x80;

/** A websocket with nothing in it: frames out under a mask of zeros, frames in by their length alone. */
export async function rawWebSocket(
  url: string,
  path: string,
  hear: (payload: Buffer) => void,
): Promise<(text: string) => void> {
  const socket = await rawSocket(url);
  const upgrade = new Promise<void>((open) => {
    let left = Buffer.alloc(0);
    let opened = false;
    socket.on("data", (chunk) => {
      left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
      if (!opened) {
        const end = left.indexOf("\r\n\r\n");
        if (end < 0) return;
        left = left.subarray(end + 4);
        opened = true;
        open();
      }
      while (left.length >= 2) {
        const short = (left[1] as number) & 0x7f;
        if (short === 126 && left.length < 4) return;
        const header = short === 126 ? 4 : short === 127 ? 10 : 2;
        const length = short === 126 ? left.readUInt16BE(2) : short === 127 ? Number(left.readBigUInt64BE(2)) : short;
        if (left.length < header + length) return;
        hear(left.subarray(header, header + length));
        left = left.subarray(header + length);
      }
    });
  });
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: venue\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  await upgrade;
  return (text) => socket.write(framed(text));
}

/** A text as a client's frame, ready to be written. */
export function framed(text: string): Buffer {
  const { length } = text;
  const header =
    length < 126
      ? Buffer.from([FIN_TEXT, MASKED | length])
      : Buffer.from([FIN_TEXT, MASKED | 126, length >> 8, length & 255]);
  return Buffer.concat([header, Buffer.alloc(4), Buffer.from(text)]);
}

export async function rawSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((open) => socket.once("connect", () => open()));
  return socket;
}
