import { mkdtempSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogFile } from "#adapters/storage/log-file.ts";
import { offlineDesk } from "#app/offline-desk.ts";
import { SettingsRoom } from "#trading/control/settings-room.ts";
import { offlineDoor } from "#app/offline-door.ts";
import { serveApi } from "#surfaces/api/server.ts";
import type { Engine } from "#trading/engine/engine.ts";

/** People beside the trading: somebody to answer, and a journal to flush. */
export interface People {
  /** Where the long answer is. */
  readonly url: string;
  stop(): Promise<void>;
}

const FLUSH_EVERY_MS = 20;
const RECORD = Buffer.alloc(200, "an intent ");
/** The longest answer the product has. */
const LONG = "/openapi.json";

const aFolder = (): string => mkdtempSync(join(tmpdir(), "propbot-bench-jitter-"));

/** The product's: its own API in the trading thread, its own journal file. */
export async function ourPeople(engine: Engine): Promise<People> {
  const folder = aFolder();
  const log = new LogFile(join(folder, "journal.log"), () => undefined);
  const flushing = setInterval(() => void log.append(RECORD), FLUSH_EVERY_MS);
  const settings = new SettingsRoom(engine.rooms.settings());
  const people = new Map([["0123456789abcdef0123456789abcdef", { name: "bench", role: "operator" } as const]]);
  const { desk, operators } = offlineDesk({ engine, settings, people, facts: { label: "bench" } });
  const api = await serveApi(desk, {
    host: "127.0.0.1",
    port: 0,
    authEnabled: true,
    operators,
    version: "bench",
    log: { write: () => undefined },
    requestId: () => "bench",
    ...offlineDoor(desk, engine.rooms.world.clock, engine.rooms.world.chance),
  });
  return {
    url: `${api.url}${LONG}`,
    stop: async () => {
      clearInterval(flushing);
      await api.close();
      await log.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A plain bot's: an object of that size made text for each request, and a file that is written and flushed. */
export async function plainPeople(bytes: number): Promise<People> {
  const folder = aFolder();
  const file: FileHandle = await open(join(folder, "journal.log"), "a");
  const flush = async (): Promise<void> => {
    await file.write(RECORD);
    await file.datasync();
  };
  let last = Promise.resolve();
  const flushing = setInterval(() => {
    last = last.then(flush);
  }, FLUSH_EVERY_MS);
  const row = { symbol: "BTCUSDT", venue: "binance", price: "60000.1", quantity: "0.025", status: "open" };
  const state = Array.from({ length: Math.ceil(bytes / JSON.stringify(row).length) }, () => row);
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(state));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      clearInterval(flushing);
      await last;
      await file.close();
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
