import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HttpOutcome, HttpRequest } from "#ports/wire.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import { UndiciHttpClient } from "./http.ts";

const client = new UndiciHttpClient(new SystemClock());
const arrived: string[] = [];
let server: Server;
let origin = "";

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      arrived.push(`${request.method} ${request.url} ${body}`);
      if (request.url === "/cut") response.socket?.destroy();
      else if (request.url === "/half") {
        response.writeHead(200, { "content-length": "100" });
        response.write("half", () => response.socket?.destroy());
      } else if (request.url === "/huge") response.end("x".repeat(9 * 1024 * 1024));
      else if (request.url !== "/silent") {
        response.setHeader("X-Used", "7");
        response.statusCode = 201;
        response.end("yes");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const send = (target: string, more: Partial<HttpRequest> = {}): Promise<HttpOutcome> =>
  client.send({ method: "POST", origin, target, headers: {}, body: "a=1", timeoutMs: 2_000, ...more });

test("an answer, with its status, headers and body", async () => {
  const outcome = await send("/ok?b=2");
  expect(outcome).toMatchObject({ outcome: "answered", status: 201, body: "yes" });
  expect(outcome.outcome === "answered" && outcome.headers.get("x-used")).toBe("7");
  expect(arrived.at(-1)).toBe("POST /ok?b=2 a=1");
});

test("withheld means not a byte left, and the next one still goes", async () => {
  const before = arrived.length;
  expect(await send("/withheld", { mayLeave: () => false })).toEqual({ outcome: "withheld" });
  expect(await send("/ok", { mayLeave: () => true })).toMatchObject({ outcome: "answered" });
  expect(arrived.slice(before)).toEqual(["POST /ok a=1"]);
});

test("the question is asked in the step of the write, not in the step of the call", async () => {
  let permitted = true;
  const sending = send("/later", { mayLeave: () => permitted, origin: origin.replace("127.0.0.1", "localhost") });
  permitted = false;
  expect(await sending).toEqual({ outcome: "withheld" });
});

test.each(["/cut", "/half", "/huge"])("%s is lost: it was written", async (target) => {
  expect(await send(target)).toMatchObject({ outcome: "lost" });
});

test("no answer in time is lost, and it was written once", async () => {
  const before = arrived.length;
  expect(await send("/silent", { timeoutMs: 150 })).toMatchObject({ outcome: "lost" });
  expect(arrived.slice(before)).toEqual(["POST /silent a=1"]);
});

test("no connection is unreachable: nothing was written", async () => {
  expect(await send("/", { origin: "http://127.0.0.1:1" })).toMatchObject({ outcome: "unreachable" });
  expect(await send("/", { origin: "not an origin" })).toMatchObject({ outcome: "unreachable" });
});
