import { expect, test } from "vitest";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { Metrics } from "#adapters/host/metrics.ts";
import { MemoryLedger } from "#adapters/storage/memory.ts";
import { OKX_PERP } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import type { HttpClient, HttpOutcome } from "#ports/wire.ts";
import { BTC, NOW } from "../../../test/kit.ts";
import { timedLedger } from "./timed-ledger.ts";
import { StreamMeter, TimedHttp } from "./venue-meter.ts";

const OKX = "https://okx.test";
const made = (): Metrics => new Metrics({ money: true, legacy: false, process: false });
const told = async (metrics: Metrics, name: string): Promise<readonly string[]> =>
  (await metrics.text()).split("\n").filter((line) => line.startsWith(name) && !line.includes("_bucket"));
const answer = (status: number): HttpOutcome => ({ outcome: "answered", status, headers: new Map(), body: "" });

test.each<{ outcome: HttpOutcome; target: string; endpoint: string; word: string }>([
  { outcome: answer(200), target: "/api/v5/account/balance?ccy=USDT", endpoint: "balance", word: "ok" },
  { outcome: answer(429), target: "/api/v5/trade/order", endpoint: "order", word: "refused" },
  { outcome: { outcome: "lost", says: "timeout" }, target: "/api/v5/trade/order", endpoint: "order", word: "lost" },
  {
    outcome: { outcome: "unreachable", says: "no" },
    target: "/who/knows/77123",
    endpoint: "other",
    word: "unreachable",
  },
  { outcome: { outcome: "withheld" }, target: "/api/v5/trade/order", endpoint: "order", word: "withheld" },
])("a call to $target that was $word takes the time it took", async ({ outcome, target, endpoint, word }) => {
  const clock = new VirtualClock(NOW);
  const metrics = made();
  const http: HttpClient = {
    send: async () => {
      await clock.sleep(250);
      return outcome;
    },
    close: () => Promise.resolve(),
  };
  const timed = new TimedHttp(http, clock, metrics, new Map([[OKX, OKX_PERP]]));
  const sent = timed.send({ method: "GET", origin: OKX, target, headers: {}, body: "", timeoutMs: 1 });
  const elsewhere = timed.send({
    method: "GET",
    origin: "https://x.test",
    target,
    headers: {},
    body: "",
    timeoutMs: 1,
  });
  await clock.runUntil(after(NOW, 300));
  expect(await Promise.all([sent, elsewhere])).toEqual([outcome, outcome]);
  const labels = `{venue="okx-perp",endpoint="${endpoint}",outcome="${word}"}`;
  const name = "propbot_venue_request_duration_seconds";
  expect(await told(metrics, name)).toEqual([`${name}_sum${labels} 0.25`, `${name}_count${labels} 1`]);
});

test.each([
  { says: "expected an update after 4, got one after 9", reason: "gap" },
  { says: "a depth frame off the grid or crossed in itself", reason: "bad_frame" },
  { says: "closed 1006", reason: "stream" },
])("a book that was begun anew because of: $says", async ({ says, reason }) => {
  const metrics = made();
  const about = { at: NOW, level: "info", type: "market", code: "book_gap" } as const;
  new StreamMeter(metrics).hear({ ...about, says, venue: OKX_PERP, instrument: BTC });
  expect(await told(metrics, "propbot_book_resyncs_total")).toEqual([
    `propbot_book_resyncs_total{venue="okx-perp",symbol="BTCUSDT",reason="${reason}"} 1`,
  ]);
});

test.each([
  { says: "closed 1006", reason: "closed" },
  { says: "nothing on books", reason: "silent" },
  { says: "order x is not told of within 3000 ms of its answer", reason: "silent" },
  { says: "not logged in and subscribed in time", reason: "login" },
  { says: "the keys were replaced", reason: "keys" },
  { says: "its listen key expired", reason: "keys" },
  { says: "the venue will close this connection for an upgrade", reason: "upgrade" },
  { says: "something new", reason: "other" },
])("a stream that ended because of: $says", async ({ says, reason }) => {
  const metrics = made();
  const meter = new StreamMeter(metrics);
  const about = { at: NOW, level: "info", type: "venue", venue: OKX_PERP, data: { stream: "private" } } as const;
  // The first time up is no coming back.
  for (const code of ["stream_up", "stream_down", "stream_up"])
    meter.hear({ ...about, code, says: `okx-perp private stream is ${code}: ${says}` });
  expect(await told(metrics, "propbot_ws_reconnects_total")).toEqual([
    `propbot_ws_reconnects_total{venue="okx-perp",stream="private",reason="${reason}"} 1`,
  ]);
});

test("money is timed on its way to the disk, and what could not be written is not", async () => {
  const metrics = made();
  const ledger = new MemoryLedger();
  const timed = timedLedger(ledger, new VirtualClock(NOW), metrics);
  await timed.post([]);
  ledger.post = () => Promise.reject(new Error("ENOSPC"));
  await expect(timed.post([])).rejects.toThrow("ENOSPC");
  expect(await told(metrics, "propbot_ledger_write_seconds_count")).toEqual(["propbot_ledger_write_seconds_count 1"]);
});
