import { connect } from "node:net";
import type { SeededChance } from "#adapters/host/chance.ts";
import { pickOf } from "./words.ts";

const END = "\r\n\r\n";
const HOLD = "POST /api/ui/hold HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const RESUME = "POST /api/ui/resume HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const LOOK = "GET /api/ui/control-state HTTP/1.1\r\nHost: localhost\r\n";

/** Bytes that are no request, or two, or half of one; every one of them without a credential that is somebody's. */
export function rawOf(chance: SeededChance): Buffer {
  const noise = Buffer.from(Array.from({ length: 1 + chance.integer(200) }, () => chance.integer(256)));
  const text = chance.token(8);
  const ways: readonly (() => string | Buffer)[] = [
    () => noise,
    () => Buffer.concat([Buffer.from(LOOK), noise, Buffer.from(END)]),
    () => `${RESUME}Content-Length: 2\r\nContent-Length: 40${END}{}`,
    () => `${RESUME}Content-Length: 2\r\nTransfer-Encoding: chunked${END}0${END}`,
    () => `${RESUME}Transfer-Encoding: chunked${END}zz\r\n{}\r\n0${END}`,
    () => `${RESUME}Transfer-Encoding: chunked${END}ffffffffffffffff\r\n{}`,
    () => `${RESUME}Transfer-Encoding: chunked${END}2;${text}=${"x".repeat(20_000)}\r\n{}\r\n0${END}`,
    () => `${RESUME}Transfer-Encoding: gzip, chunked${END}0${END}`,
    () => `${RESUME}Transfer-Encoding: ${text}${END}`,
    () => `${RESUME}Content-Length: -1${END}{}`,
    () => `${RESUME}Content-Length: 99999999999999999999${END}{}`,
    () => `${RESUME}Content-Length: 0x2${END}{}`,
    () => `${RESUME}Content-Length: 400${END}{"reason":`,
    () => `${HOLD}Expect: ${text}\r\nContent-Length: 2${END}{}`,
    () => `${HOLD}Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 2${END}{}`,
    () => `${LOOK}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${text}${END}`,
    () => `${LOOK}${`X-${text}: ${"y".repeat(500)}\r\n`.repeat(60)}\r\n`,
    () => `${LOOK}${Array.from({ length: 2_500 }, (_each, at) => `a${at}: b\r\n`).join("")}\r\n`,
    () => `${LOOK}Host: evil.example${END}`,
    () => `${LOOK}Authorization: Bearer ${text}\r\n folded${END}`,
    () => `${LOOK}X-Bad\u0000Name: 1${END}`,
    () => `${LOOK}X-Bad: a\rb${END}`,
    () => `${LOOK} X-Leading: 1${END}`,
    () => `${LOOK}: nameless${END}`,
    () => `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost${END}`,
    () => `GET /api/ui/positions/${"a".repeat(9_000)}/close HTTP/1.1\r\nHost: localhost${END}`,
    () => `GET /api/ui/%00%ff%zz HTTP/1.1\r\nHost: localhost${END}`,
    () => `GET /api/ui/\u00e4\u00ff HTTP/1.1\r\nHost: localhost${END}`,
    () => `GET http://evil.example/api/ui/control-state HTTP/1.1\r\nHost: localhost${END}`,
    () => `GET * HTTP/1.1\r\nHost: localhost${END}`,
    () => `CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost${END}`,
    () => `OPTIONS * HTTP/1.1\r\nHost: localhost${END}`,
    () => `TRACE /api/ui/control-state HTTP/1.1\r\nHost: localhost${END}`,
    () => `${text.toUpperCase()} / HTTP/1.1\r\nHost: localhost${END}`,
    () => `GET / HTTP/${pickOf(chance, ["0.9", "1.2", "2.0", "9.9", "x"])}\r\nHost: localhost${END}`,
    () => `GET / HTTP/1.1${END}`,
    () => `GET / HTTP/1.0${END}`,
    () => `GET /\r\n\r\n`,
    () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    () => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
    () => `${LOOK}\r\n${LOOK}Connection: close${END}`,
    () => `${RESUME}Content-Length: 2${END}{}${RESUME}Content-Length: 2\r\nConnection: close${END}{}`,
    () => `${LOOK}${END}`.slice(0, chance.integer(LOOK.length)),
    () => "\r\n".repeat(50) + LOOK + END,
    () => `GET /livez HTTP/1.1\r\nHost: localhost${END}GET /livez HTTP/1.1\r\nHost: localhost${END}`,
    () => `GET /livez HTTP/1.1\nHost: localhost\n\n`,
  ];
  return Buffer.from(pickOf(chance, ways)() as string, "latin1");
}

/** Everything that is answered to these bytes; after them the other side hears that nothing more comes. */
export function say(port: number, bytes: Buffer): Promise<string> {
  return new Promise((done) => {
    let heard = "";
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.end(bytes));
    socket.setEncoding("latin1").on("data", (part: string) => (heard += part));
    // A server that hangs up while it is still being told something is no fault of it.
    socket.on("error", () => undefined).on("close", () => done(heard));
  });
}

/** Every answer in what was heard: its status, and whether it is one of ours, with a name and what guards it. */
export const answersIn = (heard: string): readonly { readonly status: number; readonly ours: boolean }[] =>
  heard
    .split(/^(?=HTTP\/1\.1 \d{3} )/m)
    .filter((answer) => answer.startsWith("HTTP/1.1 ") && !answer.startsWith("HTTP/1.1 100 "))
    .map((answer) => ({
      status: Number(answer.slice(9, 12)),
      ours: /^x-request-id: \w+\r$/m.test(answer) && /^x-content-type-options: nosniff\r$/m.test(answer),
    }));
