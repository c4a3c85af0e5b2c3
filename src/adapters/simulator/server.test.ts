import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { change, stage } from "../../../test/simulator-kit.ts";
import { serve, type SimulatorServer } from "./server.ts";

const open: SimulatorServer[] = [];

async function served(port = 0): Promise<{ server: SimulatorServer; here: ReturnType<typeof stage> }> {
  const here = stage();
  const server = await serve(here.venues.binance.dialect, { port });
  open.push(server);
  return { server, here };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

test("real sockets around a dialect", async () => {
  const { server, here } = await served();
  const answer = await fetch(`${server.rest}/fapi/v1/time`);
  expect(await answer.json()).toEqual({ serverTime: here.clock.now() });
  const socket = new WebSocket(`${server.ws}/public/ws/btcusdt@depth@0ms`);
  await once(socket, "open");
  change(here.venues.binance.exchange, 1_001, [["1", "1"]], []);
  const [data] = (await once(socket, "message")) as [Buffer];
  expect(JSON.parse(data.toString())).toMatchObject({ e: "depthUpdate", u: 1_001 });
  socket.close();
});

test("a door that is none", async () => {
  const { server } = await served();
  const socket = new WebSocket(`${server.ws}/nowhere`);
  const [error] = (await once(socket, "error")) as [Error];
  expect(error.message).toContain("404");
});

test("a busy port is named", async () => {
  const { server } = await served();
  await expect(served(server.port)).rejects.toThrow(`port ${server.port}`);
});

test("loopback only", async () => {
  await expect(serve(stage().venues.okx.dialect, { host: "0.0.0.0" })).rejects.toThrow("loopback");
});

test("a half-open line takes everything and answers nothing, until it is whole again", async () => {
  const { server, here } = await served();
  const socket = new WebSocket(`${server.ws}/public/ws/btcusdt@depth@0ms`);
  await once(socket, "open");
  const heard: string[] = [];
  socket.on("message", (data) => heard.push((data as Buffer).toString()));
  socket.on("pong", () => heard.push("pong"));
  server.blackhole(true);
  const time = fetch(`${server.rest}/fapi/v1/time`, { signal: AbortSignal.timeout(150) });
  const another = new WebSocket(`${server.ws}/public/ws/btcusdt@bookTicker`);
  another.on("error", () => undefined);
  change(here.venues.binance.exchange, 1_001, [["1", "1"]], []);
  socket.ping();
  await expect(time).rejects.toThrow(/abort|timeout/i);
  expect([heard.length, socket.readyState, another.readyState]).toEqual([0, WebSocket.OPEN, WebSocket.CONNECTING]);
  another.terminate();
  server.blackhole(false);
  socket.ping();
  await once(socket, "pong");
  expect(heard).toEqual(["pong"]);
});
