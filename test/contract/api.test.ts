import { describe, expect, test } from "vitest";
import { NO_QUANTITY, bps, format, parseFixed, type Fixed, usdt } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { BTC, turn } from "../kit.ts";
import { EVEN, TURNED, WIDE } from "../still-market.ts";
import { TOKEN, type Answered, type Stage, type StageGiven, stage } from "./stage.ts";

const PREVIEW = { symbol: "BTCUSDT", min_spread: 2.0 };
const EXECUTE = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 3 };
const BEARER = { authorization: `Bearer ${TOKEN}` };

/** JSON numbers as the exact decimals they were printed from. */
const exact = (value: number): bigint => parseFixed(String(value)) ?? 0n;
const sumOf = (parts: Readonly<Record<string, number>>): string =>
  format(Object.values(parts).reduce((total, part) => total + exact(part), 0n) as Fixed<string>);

const ordersAt = ({ simulated }: Stage): number =>
  simulated.exchanges.reduce((total, exchange) => total + exchange.truth().receipts.length, 0);
const positionsAt = ({ simulated }: Stage): string[] =>
  simulated.exchanges.map((exchange) => format(exchange.truth().positions.get(BTC) ?? NO_QUANTITY));

function expectProblem(answer: Answered, status: number, code: string): void {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect(answer.body).toEqual({
    type: `urn:propbot:problem:${code}`,
    title: expect.any(String),
    status,
    detail: expect.stringMatching(/\S/),
    code,
    instance: answer.headers["x-request-id"],
    ...(answer.body.errors ? { errors: expect.any(Array) } : {}),
  });
}

describe("the README's requests, as they are written there", () => {
  test("preview says what a hedge would cost and bring", async () => {
    const { ask } = await stage();
    const { status, body } = await ask("POST", "/api/arb/preview", JSON.stringify(PREVIEW));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      symbol: "BTCUSDT",
      min_spread: 2,
      spread: 186,
      spread_bps: 31,
      meets_min_spread: true,
      long_exchange: "binance-um",
      short_exchange: "okx-perp",
      cheap_ask: 60000,
      expensive_bid: 60186,
      viable: true,
      size: { base: 0.025, binance_qty: 0.025, okx_contracts: 2.5, notional_usdt: 1500 },
      edge: { gross_bps: 31, fees_bps: 20, funding_bps: 0, slippage_bps: 2 },
    });
    const { gross_bps, fees_bps, exit_bps, funding_bps, slippage_bps, all_in_bps } = body.edge;
    expect(sumOf({ gross_bps, fees: -fees_bps, exit: -exit_bps, funding_bps, slippage: -slippage_bps })).toBe(
      String(all_in_bps),
    );
    expect(
      body.legs.map(({ venue, side, qty }: { venue: string; side: string; qty: number }) => [venue, side, qty]),
    ).toEqual([
      ["binance-um", "buy", 0.025],
      ["okx-perp", "sell", 0.025],
    ]);
  });

  test("execute opens both legs, of equal base, and says so", async () => {
    const given = await stage();
    const { status, body } = await given.ask("POST", "/api/arb/execute", JSON.stringify(EXECUTE));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      symbol: "BTCUSDT",
      spread: 186,
      cheap_exchange: "binance-um",
      expensive_exchange: "okx-perp",
      long_order: { venue: "binance-um", side: "buy", status: "filled", qty: 0.025, filled_qty: 0.025 },
      short_order: { venue: "okx-perp", side: "sell", status: "filled", qty: 0.025, filled_qty: 0.025 },
      position: { status: "open", leverage: 3, base_size: 0.025 },
    });
    expect(positionsAt(given)).toEqual(["0.025", "-0.025"]);
    expect(given.simulated.exchanges.map((exchange) => exchange.leverage(BTC))).toEqual([3, 3]);
  });

  test("opportunity names a candidate, and confirm with the token in its body takes it", async () => {
    const given = await stage();
    const seen = await given.ask("GET", "/api/arb/opportunity");
    expect(seen.body).toMatchObject({
      last_opportunity: {
        symbol: "BTCUSDT",
        long_venue: "binance-um",
        short_venue: "okx-perp",
        spread_bps: 31,
        notional_suggestion: 1500,
      },
      status: "allowed",
    });
    const { id } = seen.body.last_opportunity;
    const { status, body } = await given.ask(
      "POST",
      "/api/arb/confirm",
      JSON.stringify({ opportunity_id: id, token: TOKEN }),
    );
    expect([status, body.success, body.opportunity_id, body.position.status]).toEqual([200, true, id, "open"]);
    expect(positionsAt(given)).toEqual(["0.025", "-0.025"]);
  });
});

describe("aliases", () => {
  test.each([
    { url: "/api/arb/preview", body: { pair: "BTCUSDT" } },
    { url: "/api/arb/preview", body: { symbol: "btc-usdt", notional: 300, slippage_bps: 5 } },
    { url: "/api/arb/preview", body: { pair: "BTCUSDT", notional_usdt: 300 } },
    { url: "/api/arb/execute", body: { symbol: "BTCUSDT", min_spread: 1, notional_usdt: 300, leverage: 1 } },
    { url: "/api/arb/execute", body: { pair: "BTCUSDT", min_spread: 1, notion_usdt: 300, leverage: 1 } },
  ])("$url takes $body", async ({ url, body }) => {
    const { ask } = await stage();
    expect((await ask("POST", url, body)).status).toBe(200);
  });
});

type Refused = {
  readonly code: string;
  readonly given?: StageGiven;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly before?: (stage: Stage) => Promise<unknown> | void;
  readonly status?: number;
};

const opened = ({ ask }: Stage): Promise<Answered> => ask("POST", "/api/arb/execute", EXECUTE);
/** Hedges stay open whatever they could earn by closing. */
const STAYING: StageGiven = { settings: { exitTargetBps: bps("1000") } };
const thin = [WIDE[0], { ...WIDE[1], bids: [["60186", "0.0005"]] }] as const;
const soon = (given: Stage): void => given.market.fund(0, "1", after(given.clock.now(), 60_000));

describe("every documented refusal of execute", () => {
  test.each<Refused>([
    { code: "invalid_notional", body: { notion_usdt: 0 } },
    { code: "invalid_notional", body: { notion_usdt: -5 } },
    { code: "invalid_notional", body: { notion_usdt: 1e-13 } },
    { code: "per_position_limit_exceeded", body: { notion_usdt: 25_000.01 } },
    { code: "too_many_open_positions", given: { settings: { limits: { maxOpenPositions: 1 } } }, before: opened },
    {
      code: "total_notional_limit_exceeded",
      given: { settings: { limits: { maxTotalNotional: usdt("2000") } } },
      before: opened,
    },
    { code: "leverage_limit_exceeded", body: { leverage: 6 } },
    { code: "leverage_limit_exceeded", body: { leverage: 0 } },
    { code: "leverage_limit_exceeded", body: { leverage: -1 } },
    { code: "leverage_limit_exceeded", body: { leverage: 2.5 } },
    { code: "symbol_limit_exceeded", given: { settings: { limits: { maxPosition: usdt("1000") } } } },
    {
      code: "open_orders_limit_exceeded",
      given: { settings: { limits: { maxOpenOrdersByVenue: new Map([[OKX_PERP, 0]]) } } },
    },
    { code: "spread_below_threshold", body: { min_spread: 186.01 } },
    { code: "spread_below_threshold", before: ({ market, pass }) => (market.show(EVEN), pass(300)) },
    { code: "below_min_size", body: { notion_usdt: 59.99 } },
    { code: "book_stale", before: ({ market, pass }) => (market.fallSilent(), pass(2_000)) },
    { code: "insufficient_depth", before: ({ market, pass }) => (market.show(thin), pass(300)) },
    { code: "funding_window", before: (given) => (soon(given), given.pass(1_000)) },
    { code: "leverage_in_use", body: { leverage: 2 }, before: opened },
    {
      code: "opposite_hedge_open",
      given: STAYING,
      before: async (given) => {
        await opened(given);
        given.market.show(TURNED);
        await given.pass(300);
      },
    },
    { code: "unknown_symbol", status: 404, body: { symbol: "DOGEUSDT" } },
    { code: "unknown_symbol", status: 404, body: { symbol: "BTCUSDT; drop" } },
    {
      code: "venue_not_ready",
      before: ({ engine }) => engine.rooms.controller.setVenue(OKX_PERP, "QUARANTINED", "a test"),
    },
    { code: "safe_mode", status: 403, given: { control: { safeMode: true } } },
    { code: "safe_mode", status: 403, given: { control: { mode: "HOLD", safeMode: true } } },
    { code: "safe_mode", status: 403, given: { control: { killed: true } } },
    { code: "hold_active", status: 403, given: { control: { mode: "HOLD" } } },
    {
      code: "daily_loss_limit",
      given: { settings: { limits: { maxDailyLoss: usdt("1.5") } } },
      // The first hedge alone costs its fees, 1.502325, and half a spread.
      before: opened,
    },
  ])("$code ($status)", async ({ code, given, body, before, status = 400 }) => {
    const set = await stage(given);
    await before?.(set);
    const sent = ordersAt(set);
    expectProblem(await set.ask("POST", "/api/arb/execute", { ...EXECUTE, ...body }), status, code);
    await set.pass(2_000);
    expect(ordersAt(set)).toBe(sent);
  });

  test("hedge_unsettled: while one is being opened no other may", async () => {
    const given = await stage();
    const first = given.api.inject({ method: "POST", url: "/api/arb/execute", payload: EXECUTE });
    const second = given.api.inject({ method: "POST", url: "/api/arb/execute", payload: EXECUTE });
    const answers = await turn(given.clock, Promise.all([first, second]));
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 400]);
    expect(answers.map((answer) => answer.json().code).filter(Boolean)).toEqual(["hedge_unsettled"]);
  });

  test("leverage_not_set: a venue would not, and nothing is sent", async () => {
    const given = await stage();
    given.simulated.misfortune.next(OKX_PERP, "refuse_connection");
    expectProblem(await given.ask("POST", "/api/arb/execute", EXECUTE), 502, "leverage_not_set");
    expect(ordersAt(given)).toBe(0);
  });

  test("leg_failed: both venues refuse, and nothing stands", async () => {
    const given = await stage();
    for (const venue of [BINANCE_UM, OKX_PERP]) given.simulated.misfortune.next(venue, "place.reject");
    expectProblem(await given.ask("POST", "/api/arb/execute", EXECUTE), 400, "leg_failed");
    expect(positionsAt(given)).toEqual(["0", "0"]);
    const { body } = await given.ask("GET", "/api/ui/positions?all=true");
    expect(body.positions.map(({ status }: { status: string }) => status)).toEqual(["unwound"]);
  });

  test("a leg that was refused is completed or unwound: never left alone", async () => {
    const given = await stage();
    given.simulated.misfortune.next(OKX_PERP, "place.reject");
    const { status } = await given.ask("POST", "/api/arb/execute", EXECUTE);
    await given.pass(2_000);
    const [long = "", short = ""] = positionsAt(given);
    expect(format((exact(Number(long)) + exact(Number(short))) as Fixed<string>)).toBe("0");
    expect(status).toBe(long === "0" ? 400 : 200);
  });
});

describe("every documented refusal of preview", () => {
  test.each<Refused>([
    { code: "unknown_symbol", status: 404, body: { symbol: "DOGEUSDT" } },
    { code: "invalid_notional", body: { notional: 0 } },
  ])("$code", async ({ code, status = 400, body }) => {
    const { ask } = await stage();
    expectProblem(await ask("POST", "/api/arb/preview", { ...PREVIEW, ...body }), status, code);
  });

  test.each<Refused>([
    { code: "below_min_size", body: { notional: 59.99 } },
    { code: "book_stale", before: ({ market, pass }) => (market.fallSilent(), pass(2_000)) },
    { code: "insufficient_depth", before: ({ market, pass }) => (market.show(thin), pass(300)) },
    { code: "below_cost", before: ({ market, pass }) => (market.show(EVEN), pass(300)) },
    { code: "spread_below_threshold", body: { min_spread: 500 } },
    { code: "funding_window", before: (given) => (soon(given), given.pass(1_000)) },
  ])("$code is an answer, with the reason, not an error", async ({ code, body, before }) => {
    const set = await stage();
    await before?.(set);
    const { status, body: said } = await set.ask("POST", "/api/arb/preview", { ...PREVIEW, ...body });
    expect([status, said.viable, said.reason]).toEqual([200, false, code]);
  });

  test("it goes on in SAFE_MODE and in HOLD: looking is no risk", async () => {
    const { ask } = await stage({ control: { mode: "HOLD", safeMode: true } });
    expect((await ask("POST", "/api/arb/preview", PREVIEW)).body.viable).toBe(true);
  });
});

describe("every documented refusal of confirm", () => {
  const idOf = async ({ ask }: Stage): Promise<string> =>
    (await ask("GET", "/api/arb/opportunity")).body.last_opportunity.id;

  test.each<{ when: string; given: StageGiven; token?: string; headers?: Record<string, string> }>([
    { when: "a wrong token", given: {}, token: `${TOKEN.slice(0, -1)}5` },
    { when: "a wrong token from an authenticated operator", given: { auth: true }, token: "another", headers: BEARER },
    { when: "no token at all", given: {} },
    { when: "no token and no credential, with auth on", given: { auth: true } },
    { when: "a wrong credential, with auth on", given: { auth: true }, headers: { authorization: "Bearer wrong" } },
    { when: "no token configured, none sent", given: { token: "" } },
    { when: "no token configured, an empty one sent", given: { token: "" }, token: "" },
    { when: "no token configured, any sent", given: { token: "" }, token: "anything" },
    { when: "no token configured, auth on", given: { token: "", auth: true }, headers: { authorization: "Bearer " } },
  ])("401 invalid_token: $when", async ({ given, token, headers }) => {
    const set = await stage(given);
    const id = await idOf(set);
    const body = { opportunity_id: id, ...(token === undefined ? {} : { token }) };
    expectProblem(await set.ask("POST", "/api/arb/confirm", body, headers), 401, "invalid_token");
    expect(ordersAt(set)).toBe(0);
  });

  test("an authenticated operator may leave the token out", async () => {
    const set = await stage({ auth: true });
    expect((await set.ask("POST", "/api/arb/confirm", { opportunity_id: await idOf(set) }, BEARER)).status).toBe(200);
  });

  test("404 opportunity_not_found: there is no such id, or it has passed", async () => {
    const set = await stage();
    const id = await idOf(set);
    expectProblem(
      await set.ask("POST", "/api/arb/confirm", { opportunity_id: "osnever0000001", token: TOKEN }),
      404,
      "opportunity_not_found",
    );
    set.market.show(EVEN);
    await set.pass(31_000);
    expectProblem(
      await set.ask("POST", "/api/arb/confirm", { opportunity_id: id, token: TOKEN }),
      404,
      "opportunity_not_found",
    );
  });

  test("409 opportunity_taken: an id opens one hedge", async () => {
    const set = await stage();
    const body = { opportunity_id: await idOf(set), token: TOKEN };
    expect((await set.ask("POST", "/api/arb/confirm", body)).status).toBe(200);
    expectProblem(await set.ask("POST", "/api/arb/confirm", body), 409, "opportunity_taken");
    expect(ordersAt(set)).toBe(2);
  });

  test.each([
    {
      code: "spread_below_threshold",
      status: 400,
      before: ({ market, pass }: Stage) => (market.show(EVEN), pass(300)),
    },
    {
      code: "spread_below_threshold",
      status: 400,
      before: ({ market, pass }: Stage) => (market.show(TURNED), pass(300)),
    },
    { code: "book_stale", status: 400, before: ({ market, pass }: Stage) => (market.fallSilent(), pass(2_000)) },
    { code: "hold_active", status: 403, before: ({ ask }: Stage) => ask("POST", "/api/ui/hold") },
    { code: "safe_mode", status: 403, before: ({ ask }: Stage) => ask("POST", "/api/ui/kill") },
    {
      code: "too_many_open_positions",
      status: 400,
      before: async ({ change }: Stage) => change({ limits: { maxOpenPositions: 0 } }),
    },
  ])("$code: it is asked again, at the time", async ({ code, status, before }) => {
    const set = await stage();
    const id = await idOf(set);
    await before(set);
    expectProblem(await set.ask("POST", "/api/arb/confirm", { opportunity_id: id, token: TOKEN }), status, code);
    expect(ordersAt(set)).toBe(0);
  });

  test("twenty at once make exactly one hedge", async () => {
    const set = await stage();
    const payload = { opportunity_id: await idOf(set), token: TOKEN };
    const confirms = Array.from({ length: 20 }, () =>
      set.api.inject({ method: "POST", url: "/api/arb/confirm", payload }),
    );
    const answers = await turn(set.clock, Promise.all(confirms));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(new Set(answers.filter(({ statusCode }) => statusCode !== 200).map((answer) => answer.json().code))).toEqual(
      new Set(["opportunity_taken"]),
    );
    expect(ordersAt(set)).toBe(2);
    expect(set.engine.rooms.executor.hedges()).toHaveLength(1);
  });
});

describe("limits hold when many ask at once", () => {
  test("fifty executes over the cap open no more than the cap allows", async () => {
    const set = await stage({ settings: { limits: { maxTotalNotional: usdt("4000"), maxOpenPositions: 10 } } });
    for (let round = 0; round < 5; round += 1) {
      const asked = Array.from({ length: 10 }, () =>
        set.api.inject({ method: "POST", url: "/api/arb/execute", payload: EXECUTE }),
      );
      await turn(set.clock, Promise.all(asked));
    }
    expect(set.engine.rooms.executor.active()).toHaveLength(2);
    expect(positionsAt(set)).toEqual(["0.05", "-0.05"]);
  });
});

describe("a request that is not what the schema says", () => {
  test.each([
    { url: "/api/arb/execute", body: { ...EXECUTE, leverage: "3" }, path: "leverage" },
    { url: "/api/arb/execute", body: { symbol: "BTCUSDT", min_spread: 2, leverage: 1 }, path: "notion_usdt" },
    { url: "/api/arb/execute", body: { ...EXECUTE, min_spread: null }, path: "min_spread" },
    { url: "/api/arb/preview", body: { min_spread: 1 }, path: "symbol" },
    { url: "/api/arb/preview", body: { ...PREVIEW, slippage_bps: 51 }, path: "slippage_bps" },
    { url: "/api/arb/confirm", body: { token: TOKEN }, path: "opportunity_id" },
    { url: "/api/ui/hold", body: { reason: "x".repeat(501) }, path: "reason" },
  ])("422 at $url names $path", async ({ url, body, path }) => {
    const { ask } = await stage();
    const answer = await ask("POST", url, body);
    expectProblem(answer, 422, "invalid_request");
    expect(answer.body.errors.map((each: { path: string }) => each.path)).toContain(path);
    expect(answer.body.detail).toContain(path);
  });

  test.each([
    "/api/arb/preview",
    "/api/arb/execute",
    "/api/arb/confirm",
    "/api/ui/hold",
    "/api/ui/resume",
    "/api/ui/kill",
  ])("422 at %s for a key nobody knows", async (url) => {
    const { ask } = await stage();
    const known = url.endsWith("preview")
      ? PREVIEW
      : url.endsWith("execute")
        ? EXECUTE
        : url.endsWith("confirm")
          ? { opportunity_id: "osnever0000001", token: TOKEN }
          : {};
    const answer = await ask("POST", url, { ...known, surprise: 1 });
    expectProblem(answer, 422, "invalid_request");
    expect(answer.body.detail).toContain("surprise");
  });

  test.each([
    { what: "no JSON", body: "{not json", type: "application/json", status: 400, code: "malformed_json" },
    { what: "half a JSON", body: '{"symbol": "BTC', type: "application/json", status: 400, code: "malformed_json" },
    { what: "nothing", body: "", type: "application/json", status: 400, code: "malformed_json" },
    {
      what: "__proto__",
      body: '{"symbol":"BTCUSDT","__proto__":{"x":1}}',
      type: "application/json",
      status: 400,
      code: "malformed_json",
    },
    {
      what: "a form",
      body: "symbol=BTCUSDT",
      type: "application/x-www-form-urlencoded",
      status: 415,
      code: "unsupported_media_type",
    },
    { what: "plain text", body: "{}", type: "text/plain", status: 415, code: "unsupported_media_type" },
    { what: "XML", body: "<a/>", type: "application/xml", status: 415, code: "unsupported_media_type" },
    {
      what: "too much",
      body: JSON.stringify({ symbol: "x".repeat(65 * 1024) }),
      type: "application/json",
      status: 413,
      code: "body_too_large",
    },
  ])("$status for $what", async ({ body, type, status, code }) => {
    const { ask } = await stage();
    expectProblem(await ask("POST", "/api/arb/preview", body, { "content-type": type }), status, code);
  });

  test.each([
    { method: "GET", url: "/api/arb/opportunities?limit=0" },
    { method: "GET", url: "/api/arb/opportunities?limit=501" },
    { method: "GET", url: "/api/arb/opportunities?unknown=1" },
    { method: "GET", url: "/api/ui/orders?limit=lots" },
    { method: "GET", url: "/api/ui/positions?all=maybe" },
    { method: "GET", url: "/api/arb/skipped?since=yesterday" },
    { method: "POST", url: "/api/ui/positions/x/close" },
  ] as const)("422 for $method $url", async ({ method, url }) => {
    const { ask } = await stage();
    expectProblem(await ask(method, url), 422, "invalid_request");
  });

  test("404 for a path and 405 for a method that is not there, without a word of our inside", async () => {
    const { ask } = await stage();
    expectProblem(await ask("GET", "/api/nothing?secret=1"), 404, "not_found");
    expectProblem(await ask("GET", "/api/arb/execute"), 405, "method_not_allowed");
  });
});

describe("who may ask", () => {
  const OPEN = [
    "/healthz",
    "/health",
    "/livez",
    "/readyz",
    "/live-readiness",
    "/openapi.json",
    "/docs",
    "/api/arb/opportunity",
  ];
  const CLOSED = [
    ["POST", "/api/arb/preview"],
    ["POST", "/api/arb/execute"],
    ["GET", "/api/arb/opportunities"],
    ["GET", "/api/arb/edge"],
    ["GET", "/api/arb/skipped"],
    ["GET", "/api/ui/control-state"],
    ["GET", "/api/ui/positions"],
    ["GET", "/api/ui/orders"],
    ["GET", "/api/ui/pnl"],
    ["POST", "/api/ui/hold"],
    ["POST", "/api/ui/resume"],
    ["POST", "/api/ui/kill"],
    ["POST", "/api/ui/positions/psseed00010000000001/close"],
    ["GET", "/api/unheard-of"],
    ["POST", "/api/arb/opportunity"],
    ["GET", "/docsecret"],
    ["POST", "/healthz"],
  ] as const;

  test("with auth on these are readable by anybody", async () => {
    const { ask } = await stage({ auth: true });
    for (const url of OPEN) expect([url, (await ask("GET", url)).status < 400]).toEqual([url, true]);
  });

  test("and every other route needs the credential", async () => {
    const { ask } = await stage({ auth: true });
    for (const [method, url] of CLOSED) {
      const answer = await ask(method, url);
      expect([url, answer.status, answer.headers["www-authenticate"]]).toEqual([url, 401, 'Bearer realm="propbot"']);
      expectProblem(answer, 401, "unauthorized");
    }
  });

  test.each([
    "Bearer wrong",
    `Basic ${TOKEN}`,
    TOKEN,
    `Bearer ${TOKEN} `,
    `Bearer  ${TOKEN}`,
    "Bearer",
    `Bearer ${TOKEN}x`,
  ])("401 for the credential %j", async (authorization) => {
    const { ask } = await stage({ auth: true });
    expectProblem(await ask("GET", "/api/ui/pnl", undefined, { authorization }), 401, "unauthorized");
  });

  test("our token opens, whatever the case of its scheme", async () => {
    const { ask } = await stage({ auth: true });
    for (const scheme of ["Bearer", "bearer"]) {
      expect((await ask("GET", "/api/ui/pnl", undefined, { authorization: `${scheme} ${TOKEN}` })).status).toBe(200);
    }
  });

  test("with auth on and no token configured nobody is let in", async () => {
    const { ask } = await stage({ auth: true, token: "" });
    for (const authorization of ["", "Bearer ", "Bearer x"]) {
      expect((await ask("GET", "/api/ui/pnl", undefined, { authorization })).status).toBe(401);
    }
  });

  test("the token is in no answer", async () => {
    const set = await stage({ auth: true });
    const urls = ["/openapi.json", "/api/ui/control-state", "/api/ui/positions", "/api/unheard-of"];
    for (const url of urls)
      expect(JSON.stringify((await set.ask("GET", url, undefined, BEARER)).body)).not.toContain(TOKEN);
  });
});

describe("stopping and starting", () => {
  test("hold stops execute, resume lets it work again", async () => {
    const set = await stage();
    const held = await set.ask("POST", "/api/ui/hold", { reason: "lunch" });
    expect(held.body).toMatchObject({
      mode: "HOLD",
      reasons: [{ code: "operator", detail: "local: lunch", cleared_at: null }],
    });
    const refused = await set.ask("POST", "/api/arb/execute", EXECUTE);
    expectProblem(refused, 403, "hold_active");
    expect(refused.body.detail).toContain("lunch");
    expect((await set.ask("GET", "/api/arb/opportunity")).body).toMatchObject({
      status: "blocked_by_risk",
      last_opportunity: { blocked_reason: "hold_active" },
    });
    expect((await set.ask("POST", "/api/ui/resume")).body).toMatchObject({ mode: "RUN", reasons: [] });
    expect((await set.ask("POST", "/api/arb/execute", EXECUTE)).status).toBe(200);
  });

  test("in HOLD an operator may still close", async () => {
    const set = await stage();
    const { body } = await opened(set);
    await set.ask("POST", "/api/ui/hold");
    const closed = await set.ask("POST", `/api/ui/positions/${body.position.id}/close`, { reason: "enough" });
    expect([closed.status, closed.body.closed, closed.body.position.status]).toEqual([200, true, "closed"]);
    expect(positionsAt(set)).toEqual(["0", "0"]);
  });

  test("kill reports each venue in its own words, and latches: resume is refused", async () => {
    const set = await stage();
    const { status, body } = await set.ask("POST", "/api/ui/kill", { reason: "drill" });
    expect(status).toBe(200);
    expect(body.control).toMatchObject({ mode: "HOLD", safe_mode: true, killed: true });
    const none = { cancelled: [], failed: [], still_open: [], foreign: [], confirmed: true, verdict: "confirmed" };
    const detail = "0 taken off, 0 still open, as the venue says";
    expect(body.cancelled).toEqual({ "binance-um": { ...none, detail }, "okx-perp": { ...none, detail } });
    expect(body.flatten).toBeNull();
    const resumed = await set.ask("POST", "/api/ui/resume");
    expectProblem(resumed, 403, "preflight_failed");
    expect(resumed.body.detail).toMatch(/SAFE_MODE.*kill switch/);
    expectProblem(await opened(set), 403, "safe_mode");
  });

  test("kill says that a venue could not be asked, instead of all is well", async () => {
    const set = await stage();
    set.wire.takeDown("http://okx.simulated");
    const { body } = await set.ask("POST", "/api/ui/kill");
    expect([body.cancelled["binance-um"].confirmed, body.cancelled["okx-perp"].confirmed]).toEqual([true, false]);
    expect(body.cancelled["okx-perp"].detail).toMatch(/could not be asked/);
  });

  test("resume outside paper needs two people, and says so", async () => {
    const set = await stage({ facts: { profile: "testnet" }, control: { mode: "HOLD" }, people: { other: "bob" } });
    const { status, body } = await set.ask("POST", "/api/ui/resume");
    expect([status, body.code, body.approval]).toEqual([403, "approvals_missing", expect.stringMatching(/^ap/)]);
  });

  test("resume is refused while a venue is not ready, by its name", async () => {
    const set = await stage({ control: { mode: "HOLD" } });
    set.engine.rooms.controller.setVenue(OKX_PERP, "QUARANTINED", "a test");
    const answer = await set.ask("POST", "/api/ui/resume");
    expectProblem(answer, 403, "preflight_failed");
    expect(answer.body.detail).toContain("okx-perp is QUARANTINED");
    const ready = await set.ask("GET", "/readyz");
    expect([ready.status, ready.body.ready, ready.body.reasons]).toEqual([503, false, ["okx-perp is QUARANTINED"]]);
    expect((await set.ask("GET", "/healthz")).body).toEqual({ status: "ok", version: "0.0.0-test" });
  });
});

describe("the positions", () => {
  test("show both legs with equal base, and five parts that sum exactly to the result", async () => {
    const set = await stage();
    await opened(set);
    // The venues tell of the fills themselves a moment after they said that the orders are filled.
    await set.pass(200);
    const { body } = await set.ask("GET", "/api/ui/positions");
    const [position] = body.positions;
    expect(position.legs.map(({ leg, venue, base_size }: Record<string, unknown>) => [leg, venue, base_size])).toEqual([
      ["long", "binance-um", 0.025],
      ["short", "okx-perp", 0.025],
    ]);
    // Bought at 60000, sold at 60186, closing now at 59999.9 and 60186.1; fees 0.75 and 0.752325.
    expect(position.pnl).toEqual({ spread: -0.005, fees: -1.502325, funding: 0, slippage: 0, leg_risk: 0 });
    expect(sumOf(position.pnl)).toBe(String(position.pnl_usdt));
    expect(body.totals).toEqual({ open: 1, notional_usdt: 1500, pnl_usdt: position.pnl_usdt });
  });

  test("once closed, keep what was earned to the last digit", async () => {
    const set = await stage();
    const { body } = await opened(set);
    set.market.show(EVEN);
    await set.pass(500);
    const { body: answer } = await set.ask("POST", `/api/ui/positions/${body.position.id}/close`);
    const { position } = answer;
    // 0.025 × (59999.9 − 60000 + 60186 − 60000) = 4.6475; fees 0.75 + 0.752325 + 0.74999875 + 0.75.
    expect([position.status, position.exit_long_price, position.exit_short_price]).toEqual(["closed", 59999.9, 60000]);
    expect([position.pnl.spread, position.pnl.fees, position.pnl_usdt]).toEqual([4.6475, -3.00232375, 1.64517625]);
    expect(sumOf(position.pnl)).toBe(String(position.pnl_usdt));
    const pnl = await set.ask("GET", "/api/ui/pnl");
    expect(pnl.body).toMatchObject({
      day_utc: "2026-08-12",
      today_usdt: 1.64517625,
      total_usdt: 1.64517625,
      hedges: { closed: 1, open: 0 },
    });
    expect(sumOf(pnl.body.pnl)).toBe("1.64517625");
    expect(positionsAt(set)).toEqual(["0", "0"]);
    // The venues' own wallets have moved by the same amount.
    const moved = set.simulated.exchanges.reduce(
      (total, exchange) => total + exchange.truth().wallet - 100_000_000_000_000_000n,
      0n,
    );
    expect(format(moved as Fixed<string>)).toBe("1.64517625");
  });

  test("closing what is closed says so; closing what never was is 404", async () => {
    const set = await stage();
    const { body } = await opened(set);
    const url = `/api/ui/positions/${body.position.id}/close`;
    await set.ask("POST", url);
    const sent = ordersAt(set);
    expect((await set.ask("POST", url)).body.closed).toBe(true);
    expect(ordersAt(set)).toBe(sent);
    expectProblem(await set.ask("POST", "/api/ui/positions/psnever0001/close"), 404, "position_not_found");
  });

  test("closing what is still being opened is 409: try again in a moment", async () => {
    const set = await stage();
    set.simulated.misfortune.next(OKX_PERP, "drop_req");
    const opening = set.api.inject({ method: "POST", url: "/api/arb/execute", payload: EXECUTE });
    const closing = (async () => {
      await set.clock.sleep(150);
      const [hedge] = set.engine.rooms.executor.hedges();
      return set.api.inject({ method: "POST", url: `/api/ui/positions/${hedge?.intent.id ?? "none"}/close` });
    })();
    const [, refused] = await turn(set.clock, Promise.all([opening, closing]));
    expect([refused.statusCode, refused.json().code]).toEqual([409, "position_busy"]);
  });

  test("two closings at once send one pair of orders", async () => {
    const set = await stage();
    const { body } = await opened(set);
    const close = () => set.api.inject({ method: "POST", url: `/api/ui/positions/${body.position.id}/close` });
    const answers = await turn(set.clock, Promise.all([close(), close(), close()]));
    expect(answers.some(({ statusCode }) => statusCode === 200)).toBe(true);
    expect([ordersAt(set), positionsAt(set)]).toEqual([4, ["0", "0"]]);
  });

  test("the orders are all there, newest first, with what they were filled at", async () => {
    const set = await stage();
    await opened(set);
    await set.pass(200);
    const { body } = await set.ask("GET", "/api/ui/orders");
    expect(
      body.orders.map(({ leg, filled_qty, avg_price }: Record<string, unknown>) => [leg, filled_qty, avg_price]),
    ).toEqual([
      ["short", 0.025, 60186],
      ["long", 0.025, 60000],
    ]);
    expect((await set.ask("GET", "/api/ui/orders?limit=1")).body.orders).toHaveLength(1);
  });
});

describe("what was looked at and left alone", () => {
  test("is counted by reason, with examples", async () => {
    const set = await stage({ market: EVEN });
    await set.pass(1_000);
    const { body } = await set.ask("GET", "/api/arb/skipped");
    const [first] = body.items;
    expect([first.reason, first.count > 0, first.examples[0].symbol]).toEqual(["below_cost", true, "BTCUSDT"]);
    expect(body.total).toBe(body.items.reduce((total: number, { count }: { count: number }) => total + count, 0));
    expect((await set.ask("GET", "/api/arb/skipped?since=2099-01-01T00:00:00Z")).body.total).toBe(0);
  });

  test("both directions of a pair have an edge to look at", async () => {
    const { ask } = await stage();
    const { body } = await ask("GET", "/api/arb/edge?symbol=BTCUSDT");
    expect(body.items.map(({ long_venue, viable }: Record<string, unknown>) => [long_venue, viable])).toEqual([
      ["binance-um", true],
      ["okx-perp", false],
    ]);
    expect((await ask("GET", "/api/arb/opportunities")).body.items).toHaveLength(1);
    expectProblem(await ask("GET", "/api/arb/edge?symbol=DOGEUSDT"), 404, "unknown_symbol");
  });
});

describe("the document of the API", () => {
  test("is OpenAPI 3.1, and every route is in it with its refusals", async () => {
    const { ask } = await stage();
    const { body } = await ask("GET", "/openapi.json");
    expect(body.openapi).toBe("3.1.0");
    expect(Object.keys(body.paths).toSorted()).toEqual([
      "/api/arb/confirm",
      "/api/arb/edge",
      "/api/arb/execute",
      "/api/arb/opportunities",
      "/api/arb/opportunity",
      "/api/arb/preview",
      "/api/arb/skipped",
      "/api/deriv/positions",
      "/api/deriv/setup",
      "/api/deriv/status",
      "/api/hedge/flatten",
      "/api/risk/state",
      "/api/ui/approvals",
      "/api/ui/approvals/{id}/approve",
      "/api/ui/approvals/{id}/reject",
      "/api/ui/cancel-all",
      "/api/ui/cancel_all",
      "/api/ui/close_exposure",
      "/api/ui/config/apply",
      "/api/ui/config/rollback",
      "/api/ui/config/validate",
      "/api/ui/control",
      "/api/ui/control-state",
      "/api/ui/events",
      "/api/ui/events/export",
      "/api/ui/exposure",
      "/api/ui/hold",
      "/api/ui/incidents",
      "/api/ui/incidents/{id}",
      "/api/ui/incidents/{id}/ack",
      "/api/ui/incidents/{id}/close",
      "/api/ui/incidents/{id}/export",
      "/api/ui/kill",
      "/api/ui/limits",
      "/api/ui/orders",
      "/api/ui/plan/last",
      "/api/ui/pnl",
      "/api/ui/portfolio/export",
      "/api/ui/positions",
      "/api/ui/positions/{id}/close",
      "/api/ui/recon/history",
      "/api/ui/recon/run",
      "/api/ui/recon/status",
      "/api/ui/reset",
      "/api/ui/resume",
      "/api/ui/secret",
      "/api/ui/session",
      "/api/ui/state",
      "/api/ui/status/components",
      "/api/ui/status/overview",
      "/api/ui/status/slo",
      "/api/ui/stop",
      "/api/ui/universe",
      "/health",
      "/healthz",
      "/live-readiness",
      "/livez",
      "/readyz",
    ]);
    const operations = Object.values(
      body.paths as Record<string, Record<string, { responses: Record<string, unknown>; summary: string }>>,
    ).flatMap((path) => Object.values(path));
    for (const { responses, summary } of operations)
      expect([summary, "200" in responses]).toEqual([expect.stringMatching(/\S/), true]);
    expect(Object.keys(body.paths["/api/arb/execute"].post.responses)).toEqual([
      "200",
      "400",
      "401",
      "403",
      "404",
      "405",
      "409",
      "413",
      "415",
      "421",
      "422",
      "429",
      "502",
      "503",
    ]);
    expect(
      body.paths["/api/arb/execute"].post.requestBody.content["application/json"].schema.properties,
    ).toHaveProperty("notion_usdt");
  });

  test("every act takes an Idempotency-Key, and nothing else does", async () => {
    const { ask } = await stage();
    const { body } = await ask("GET", "/openapi.json");
    type Operation = { readonly parameters?: readonly { readonly name: string }[] };
    for (const [path, item] of Object.entries(body.paths as Record<string, Record<string, Operation>>))
      for (const [method, { parameters = [] }] of Object.entries(item)) {
        const takes = parameters.filter(({ name }) => name === "Idempotency-Key").length;
        expect([method, path, takes]).toEqual([method, path, method === "get" || path === "/api/ui/session" ? 0 : 1]);
      }
  });

  test("every reference in it leads somewhere", async () => {
    const { ask } = await stage();
    const { body } = await ask("GET", "/openapi.json");
    const text = JSON.stringify(body);
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? "");
    for (const reference of references) {
      const found = reference
        .split("/")
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], body);
      expect([reference, found !== undefined]).toEqual([reference, true]);
    }
  });
});
