import { once } from "node:events";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { DomainEvent } from "#domain/event.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { isoTime, after } from "#domain/time.ts";
import { BTC, HEDGE, NOW } from "../kit.ts";
import { TOKEN, stage } from "./stage.ts";

const SECRET = "s3cr3t-of-the-okx-key";
const VIEWER = "77777777777777777777777777777777";
const WEEK_MS = 7 * 24 * 3_600_000;
const BEARER = { authorization: `Bearer ${TOKEN}` };

const { ask, ledger, api, clock, engine } = await stage({
  auth: true,
  viewers: { [VIEWER]: "vera" },
  facts: { redact: (text) => text.replaceAll(SECRET, "***") },
});
const TOLD_AT = clock.now();
const told = (says: string, more: Partial<DomainEvent> = {}): void =>
  ledger.record({ at: clock.now(), level: "warn", type: "venue", code: "told", says, venue: OKX_PERP, ...more });
told("long ago marker ancient", { at: after(NOW, -2 * WEEK_MS) });
for (const index of Array.from({ length: 5 }, (_, each) => each)) told(`marker number${index}`);
told(`marker other of ${HEDGE} with ${SECRET}`, {
  venue: BINANCE_UM,
  instrument: BTC,
  level: "error",
  hedge: HEDGE,
  data: { state: "hedged", key: SECRET, count: 3 },
});
told("=HYPERLINK(1) formula", { level: "critical" });

const get = async (search: string) => ask("GET", `/api/ui/events?${search}`, undefined, BEARER);
const messages = (body: { items: { message: string }[] }): string[] => body.items.map(({ message }) => message);

test("an event has everything that was said, and no secret", async () => {
  const { status, body } = await get("search=other&limit=1");
  expect(status).toBe(200);
  expect(body).toEqual({
    items: [
      {
        id: expect.any(Number),
        ts: isoTime(TOLD_AT),
        level: "error",
        code: "told",
        type: "venue",
        venue: "binance-um",
        symbol: "BTCUSDT",
        message: `marker other of ${HEDGE} with ***`,
        payload: { state: "hedged", key: "***", count: 3, hedge: HEDGE },
      },
    ],
    total: 1,
    total_exact: true,
    offset: 0,
    limit: 1,
    order: "desc",
    next_offset: null,
    next_cursor: null,
    has_more: false,
  });
});

test("pages by offset and pages by cursor tell the same, newest first, and a cursor is not moved by news", async () => {
  const first = (await get("search=marker&venue=OKX&limit=2")).body;
  expect(messages(first)).toEqual(["marker number4", "marker number3"]);
  expect(first).toMatchObject({ total: 5, has_more: true, next_offset: 2 });
  const byOffset = (await get("search=marker&venue=okx_perp&limit=2&offset=2")).body;
  told("marker news");
  const byCursor = (await get(`search=marker&venue=okx-perp&limit=2&cursor=${first.next_cursor}`)).body;
  expect(messages(byCursor)).toEqual(["marker number2", "marker number1"]);
  expect(messages(byCursor)).toEqual(messages(byOffset));
  const last = (await get(`search=marker&venue=okx-perp&limit=9&cursor=${byCursor.next_cursor}`)).body;
  expect(messages(last)).toEqual(["marker number0", "long ago marker ancient"]);
});

test("a cursor has no window, an offset has seven days", async () => {
  expect(messages((await get("search=ancient")).body)).toEqual([]);
  expect(messages((await get("search=ancient&cursor=")).body)).toEqual(["long ago marker ancient"]);
  const since = isoTime(after(clock.now(), -WEEK_MS - 1));
  expect((await get(`search=ancient&cursor=&since=${since}`)).body.items).toEqual([]);
});

test.each([
  { search: "symbol=btc-usdt&level=error", found: 1 },
  { search: "level=warning&search=number*&order=asc", found: 5 },
  { search: "symbol=ETHUSDT&search=marker", found: 0 },
  { search: "search=MARKER+number3", found: 1 },
])("$search finds $found", async ({ search, found }) => {
  const { body } = await get(search);
  expect([body.items.length, body.total]).toEqual([found, found]);
});

test.each([
  { search: "nonsense=1", path: "querystring", says: /nonsense/ },
  { search: "limit=1001", path: "limit", says: /1000/ },
  { search: "limit=0", path: "limit", says: /1/ },
  { search: "offset=-1", path: "offset", says: /0/ },
  { search: "order=up", path: "order", says: /asc/ },
  { search: "level=loud", path: "level", says: /critical/ },
  { search: "venue=kraken", path: "venue", says: /binance-um or okx-perp/ },
  { search: "symbol=BTC", path: "symbol", says: /BTCUSDT/ },
  { search: "since=yesterday", path: "since", says: /./ },
  { search: "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", path: "since", says: /earlier/ },
  { search: "since=2020-01-01T00:00:00Z", path: "since", says: /7 days at most: send a since not before .*cursor=/ },
  { search: "search=!!", path: "search", says: /no letter/ },
  { search: "cursor=abc", path: "cursor", says: /next_cursor/ },
  { search: "cursor=&offset=0", path: "offset", says: /leave offset out/ },
  { search: "venue=okx&venue=binance", path: "venue", says: /./ },
])("$search is refused, with the field and what to do", async ({ search, path, says }) => {
  const { status, body } = await get(search);
  expect([status, body.code, body.errors?.[0]?.path]).toEqual([422, "invalid_request", path]);
  expect(body.errors[0].message).toMatch(says);
});

test("a cursor of one order does not serve the other", async () => {
  const { next_cursor } = (await get("search=marker&limit=1&order=asc")).body;
  const { status, body } = await get(`cursor=${next_cursor}&order=desc`);
  expect([status, body.errors[0].message]).toEqual([422, expect.stringMatching(/order=asc/)]);
});

test("records need a credential; a viewer's is enough", async () => {
  for (const path of ["/api/ui/events", "/api/ui/events/export", "/api/ui/portfolio/export"]) {
    expect((await ask("GET", path)).status).toBe(401);
    expect((await ask("GET", path, undefined, { authorization: `Bearer ${VIEWER}` })).status).toBe(200);
  }
});

test("an export is a table unless JSON is wanted, has a name, and no formula in it", async () => {
  const csv = await ask("GET", "/api/ui/events/export?search=formula", undefined, BEARER);
  expect(csv.headers).toMatchObject({
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": expect.stringMatching(/^attachment; filename="propbot-events-\d{8}T\d{6}Z\.csv"$/),
    "cache-control": "no-store",
  });
  const [head, line] = csv.body.split("\r\n");
  expect(head).toBe("id,ts,level,code,type,venue,symbol,message,payload");
  expect(line).toMatch(/^\d+,[^,]+,critical,told,venue,okx-perp,,'=HYPERLINK\(1\) formula,\{\}$/);
  const json = await ask("GET", "/api/ui/events/export?search=other", undefined, {
    ...BEARER,
    accept: "application/json",
  });
  expect(json.body).toEqual((await get("search=other")).body.items);
  const url = "/api/ui/events/export?format=ndjson&search=number*&limit=3";
  const lines = await api.inject({ method: "GET", url, headers: BEARER });
  expect(
    lines.body
      .trim()
      .split("\n")
      .map((each: string) => JSON.parse(each).message),
  ).toEqual(["marker number0", "marker number1", "marker number2"]);
  expect((await ask("GET", "/api/ui/events/export?format=json&search=nothingatall", undefined, BEARER)).body).toEqual(
    [],
  );
});

test.each(["format=xml", "offset=1", "venue=kraken", "cursor=abc"])("an export with %s is refused", async (search) => {
  expect((await ask("GET", `/api/ui/events/export?${search}`, undefined, BEARER)).status).toBe(422);
});

test("the portfolio is exported to the last digit, and its parts make its result", async () => {
  const execute = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 3 };
  expect((await ask("POST", "/api/arb/execute", execute, BEARER)).status).toBe(200);
  const { body } = await ask("GET", "/api/ui/portfolio/export?format=json", undefined, BEARER);
  const [row] = body;
  expect(row).toMatchObject({
    symbol: "BTCUSDT",
    status: "open",
    long_venue: "binance-um",
    short_venue: "okx-perp",
    base_size: "0.025",
    entry_long_price: "60000",
    funding_received_usdt: "0",
    closed_ts: null,
  });
  const [hedge] = engine.rooms.executor.hedges();
  expect(row.id).toBe(hedge?.intent.id);
  const parts = ["spread", "fees", "funding", "slippage", "leg_risk"].map((part) => scaled(row[`pnl_${part}_usdt`]));
  expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(scaled(row.pnl_usdt));
  expect(scaled(row.fees_paid_usdt)).toBe(-scaled(row.pnl_fees_usdt));
  const csv = await ask("GET", "/api/ui/portfolio/export", undefined, BEARER);
  expect(csv.body.split("\r\n")[1].split(",")).toContain(row.pnl_fees_usdt);
});

test("a reader that does not read is not read for, and one that goes away ends it", async () => {
  for (let index = 0; index < 9_000; index += 1) told(`bulk ${index} ${"x".repeat(2_000)}`);
  let pages = 0;
  const find = ledger.findEvents.bind(ledger);
  ledger.findEvents = (query) => {
    pages += 1;
    return find(query);
  };
  await api.listen({ host: "127.0.0.1", port: 0 });
  const { port } = api.server.address() as AddressInfo;
  const path = "/api/ui/events/export?format=ndjson&search=bulk";
  const asked = request({ host: "127.0.0.1", port, path, headers: BEARER }).end();
  const [answer] = await once(asked, "response");
  answer.pause();
  const still = async (): Promise<number> => {
    let before = -1;
    while (before !== pages) {
      before = pages;
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    return pages;
  };
  // Nine pages are there and the one that finds the end; what fits into the sockets between us is read, and no more.
  const waiting = await still();
  expect(waiting).toBeGreaterThan(1);
  expect(waiting).toBeLessThan(9);
  answer.destroy();
  await still();
  expect(pages).toBeLessThanOrEqual(waiting + 1);
  ledger.findEvents = find;
  const whole = await fetch(`http://127.0.0.1:${port}${path}`, { headers: BEARER });
  expect((await whole.text()).trim().split("\n")).toHaveLength(9_000);
  await api.close();
});

/** Decimal text as a whole number of 10⁻¹². */
function scaled(text: string): bigint {
  const [, sign = "", whole = "0", part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return BigInt(`${sign}${whole}${part.padEnd(12, "0")}`);
}
