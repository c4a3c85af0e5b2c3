import { mkdtempSync, rmSync } from "node:fs";
import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "#app/config.ts";
import { startNode } from "#app/node.ts";
import { obey, role } from "../harness/obey.ts";

/** One of the servers: the product with its simulated venues, or one of two that only ever say the same thing. */

interface Listening {
  readonly port: number;
  /** Where its answers are; the others answer alike whatever is asked. */
  readonly say: (body: string) => void;
}

const TOKEN = "0123456789abcdef0123456789abcdef";
/** A hedge is most of a kilobyte of the answer. */
const WANTED_BYTES = 10_000;
const MOST_HEDGES = 60;

async function product(): Promise<Listening> {
  const data = mkdtempSync(join(tmpdir(), "propbot-bench-api-"));
  process.on("exit", () => rmSync(data, { recursive: true, force: true }));
  const { config } = readConfig({
    PROFILE: "paper",
    SAFE_MODE: "false",
    AUTH_ENABLED: "true",
    API_TOKEN: TOKEN,
    PORT: "0",
    // Else one address may have 32 connections, and those of the last round may still be closing.
    TRUSTED_PROXIES: "127.0.0.1",
    DATA_DIR: data,
    MAX_OPEN_POSITIONS: "100",
    MAX_TOTAL_NOTIONAL_USDT: "1000000",
  });
  const node = await startNode({ config, demo: false, environment: {}, secrets: null, looksPerMinute: 1_000_000_000 });
  await node.desk.control.resume({ name: "bench", role: "operator" }, "to be measured");
  const ask = { symbol: "BTCUSDT", minSpread: -1_000, notional: 500, leverage: 1 };
  const bytes = (): number => JSON.stringify(node.desk.books.positions(false)).length;
  for (let hedges = 0; bytes() < WANTED_BYTES; hedges += 1) {
    if (hedges > MOST_HEDGES) throw new Error("no hedges to show");
    const answer = await node.desk.trading.execute(ask);
    if (!answer.ok) throw new Error(answer.refusal.says);
  }
  return { port: Number(new URL(node.url).port), say: () => undefined };
}

async function fixed(answer: (response: ServerResponse) => void, say: (body: string) => void): Promise<Listening> {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, say };
}

/** The least that can answer: one prepared buffer. */
function prepared(): Promise<Listening> {
  let body = Buffer.alloc(0);
  return fixed(
    (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
      response.end(body);
    },
    (text) => {
      body = Buffer.from(text);
    },
  );
}

/** What most servers do: the same object made text for every request. */
function stringified(): Promise<Listening> {
  let value: unknown = null;
  return fixed(
    (response) => {
      const text = JSON.stringify(value);
      response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
      response.end(text);
    },
    (text) => {
      value = JSON.parse(text);
    },
  );
}

const roads: Readonly<Record<string, () => Promise<Listening>>> = {
  ours: product,
  limit: prepared,
  "JSON.stringify": stringified,
};
const listening = await roads[role()]?.();
if (listening === undefined) throw new Error(`no server ${role()}`);
obey({ port: () => listening.port, say: (body: string) => listening.say(body), token: () => TOKEN });
