import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import type { Instant } from "#domain/time.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { WsSocketFactory } from "./socket.ts";

let server: WebSocketServer;
let url = "";

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", autoPong: false });
  server.on("connection", (peer) => {
    peer.on("message", (data) =>
      data.toString() === "bye" ? peer.close(4004, "idle") : peer.send(`echo ${data.toString()}`),
    );
  });
  await new Promise((resolve) => server.once("listening", resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
});

afterAll(() => {
  for (const peer of server.clients) peer.terminate();
  server.close();
});

test("opens, sends, hears, and is closed once", async () => {
  const said: string[] = [];
  await new Promise<void>((resolve) => {
    const socket = new WsSocketFactory(new SystemClock()).open(url, {
      opened: () => socket.send("hello"),
      message: (text) => {
        said.push(Buffer.from(text).toString());
        socket.send("bye");
      },
      closed: (code, says) => {
        said.push(`${code} ${says}`);
        socket.close();
        resolve();
      },
    });
    expect(socket.send("too early")).toBe(false);
  });
  expect(said).toEqual(["echo hello", "4004 idle"]);
});

test("a server that is not there is a close like any other", async () => {
  const code = await new Promise<number>((resolve) => {
    const listener = {
      opened: () => undefined,
      message: () => undefined,
      closed: (closedWith: number) => resolve(closedWith),
    };
    new WsSocketFactory(new SystemClock()).open("ws://127.0.0.1:1/", listener);
  });
  expect(code).toBe(1006);
});

test("no pong, no socket", async () => {
  const clock = new VirtualClock(0 as Instant);
  const closed: string[] = [];
  await new Promise<void>((resolve) => {
    const socket = new WsSocketFactory(clock).open(url, {
      opened: () => {
        socket.ping();
        resolve();
      },
      message: () => undefined,
      closed: (code, says) => closed.push(`${code} ${says}`),
    });
  });
  await clock.runUntil(10_000 as Instant);
  expect(closed).toEqual(["1006 no pong within 10000 ms"]);
});
