import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MemoryClaims } from "#adapters/storage/memory-claims.ts";
import type { Operator } from "#domain/operator.ts";
import { BTC } from "../kit.ts";
import { serveApi } from "#surfaces/api/server.ts";
import { type Stage, type StageGiven, TOKEN, stage } from "./stage.ts";

const BOB = "b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0";
const VERA = "7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e";
const as = (token: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${token}` });
const HOLD = "/api/ui/hold";
const STATE = "/api/ui/control-state";

interface Heard {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- what came over the wire, looked at by tests alone
  readonly body: any;
}

/** Everything one connection is told, from the text it sends: no client in between that would mend it. */
function say(port: number, text: string): Promise<string> {
  return new Promise((done, fail) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8").on("data", (part: string) => (heard += part));
    socket.on("close", () => done(heard)).on("error", fail);
  });
}

function read(answer: string): Heard {
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const [name = "", ...value] = line.split(": ");
      return [name.toLowerCase(), value.join(": ")];
    }),
  );
  const text = rest.join("\r\n\r\n");
  const json = headers.get("content-type")?.includes("json") && !headers.has("transfer-encoding");
  return { status: Number(first.split(" ")[1]), headers, text, body: json ? JSON.parse(text) : null };
}

/** A real server over a stage, and plain words to it. */
async function served(given: StageGiven = {}) {
  const set = await stage({ auth: true, people: { [BOB]: "bob" }, viewers: { [VERA]: "vera" }, ...given });
  await set.api.listen({ host: "127.0.0.1", port: 0 });
  const { port } = set.api.server.address() as AddressInfo;
  const ask = async (
    method: string,
    target: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<Heard> => {
    const all = {
      host: `127.0.0.1:${port}`,
      connection: "close",
      ...(body === undefined ? {} : { "content-type": "application/json", "content-length": `${body.length}` }),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return read(await say(port, `${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body ?? ""}`));
  };
  return { set, port, ask, close: () => set.api.close() };
}

type Served = Awaited<ReturnType<typeof served>>;
const modeOf = ({ engine }: Stage): string => engine.rooms.controller.state.mode;

/** The shape of every refusal, and nothing of our inside in it. */
function expectProblem({ status, headers, text, body }: Heard, wanted: number, code: string): void {
  expect([status, body?.code]).toEqual([wanted, code]);
  expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(body.instance).toBe(headers.get("x-request-id"));
  expect(text).not.toMatch(/fastify|FST_|node_modules|\bat \w+ \(|zod|sqlite|\/src\//i);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
}

describe("what a browser may be made to send", () => {
  let on: Served;
  beforeAll(async () => {
    on = await served({ door: { allowedHosts: ["bot.example"] } });
  });
  afterAll(() => on.close());

  test.each<[string, Record<string, string>]>([
    ["of another site", { origin: "https://evil.example" }],
    ["of nowhere", { origin: "null" }],
    ["of another port of ours", { origin: "http://127.0.0.1:1" }],
    ["that says it crosses sites", { "sec-fetch-site": "cross-site" }],
    ["of a sister site", { "sec-fetch-site": "same-site" }],
  ])("an act from a page %s is refused, with the right token too", async (_name, headers) => {
    expectProblem(await on.ask("POST", HOLD, { ...as(TOKEN), ...headers }, "{}"), 403, "foreign_origin");
    expect(modeOf(on.set)).toBe("RUN");
    expect((await on.ask("GET", STATE, { ...as(TOKEN), ...headers })).status).toBe(200);
  });

  test.each([
    ["text/plain", "unsupported_media_type"],
    ["application/x-www-form-urlencoded", "unsupported_media_type"],
    ["multipart/form-data; boundary=x", "unsupported_media_type"],
    ["application/json; charset=utf-16", "unsupported_media_type"],
    ["nonsense", "unsupported_media_type"],
  ])("415 for a body of type %s", async (type, code) => {
    expectProblem(await on.ask("POST", HOLD, { ...as(TOKEN), "content-type": type }, "{}"), 415, code);
    expect(modeOf(on.set)).toBe("RUN");
  });

  test("415 for an encoded body", async () => {
    const headers = { ...as(TOKEN), "content-encoding": "gzip" };
    expectProblem(await on.ask("POST", HOLD, headers, "{}"), 415, "unsupported_encoding");
  });

  test.each(["evil.example", "127.0.0.1.evil.example", "bot.example.evil.example"])(
    "421 for the host %s",
    async (host) => {
      expectProblem(await on.ask("GET", "/healthz", { host }), 421, "misdirected_host");
    },
  );

  test.each(["localhost:1", "[::1]", "bot.example", "BOT.example:443"])("the host %s is ours", async (host) => {
    expect((await on.ask("GET", "/healthz", { host })).status).toBe(200);
  });

  test("a whole address as the target is read as what it is: ours, or another's", async () => {
    expect((await on.ask("GET", `http://127.0.0.1:${on.port}/healthz`)).status).toBe(200);
    expectProblem(await on.ask("GET", "http://evil.example/healthz"), 421, "misdirected_host");
  });

  test("two hosts, none, and one that somebody claims to have forwarded", async () => {
    const two = await say(
      on.port,
      "GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: evil\r\nconnection: close\r\n\r\n",
    );
    expectProblem(read(two), 400, "bad_request");
    const none = await say(on.port, "GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n");
    expectProblem(read(none), 400, "bad_request");
    expectProblem(await on.ask("GET", "/healthz", { "x-forwarded-host": "bot.example" }), 400, "untrusted_forward");
    expect((await on.ask("GET", "/healthz", { "x-forwarded-for": "1.2.3.4" })).status).toBe(200);
  });

  test("no answer invites another site, and every one is guarded", async () => {
    for (const path of ["/healthz", STATE, "/nowhere", "/docs", "/api/%zz"]) {
      const { headers } = await on.ask("GET", path, { ...as(TOKEN), origin: "https://evil.example" });
      expect([path, [...headers.keys()].filter((name) => name.startsWith("access-control"))]).toEqual([path, []]);
      expect(headers.get("content-security-policy")).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      if (path.startsWith("/api")) expect(headers.get("cache-control")).toBe("no-store");
    }
    expectProblem(await on.ask("OPTIONS", HOLD, { origin: "https://evil.example" }), 403, "foreign_origin");
  });

  test("the page of the API names files of ours alone, all of them there, and no script stands between its lines", async () => {
    const page = await on.ask("GET", "/docs");
    expect(page.text).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/i);
    const named = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(named.length).toBeGreaterThan(4);
    for (const file of named)
      expect([file, (await on.ask("GET", new URL(file, "http://x/docs").pathname)).status]).toEqual([file, 200]);
    const { text } = await on.ask("GET", "/docs/static/swagger-initializer.js");
    expect(text).toContain("url: resolveUrl('./json')");
    expect((await on.ask("GET", "/docs/json")).status).toBe(200);
  });
});

describe("what can be sent at all", () => {
  let on: Served;
  beforeAll(async () => {
    on = await served();
  });
  afterAll(() => on.close());

  test.each([
    ["twice a key", '{"reason":"a","reason":"b"}', 400, "malformed_json"],
    ["__proto__", '{"__proto__":{}}', 400, "malformed_json"],
    ["depth", `{"reason":${"[".repeat(30)}${"]".repeat(30)}}`, 422, "invalid_request"],
    ["an unknown key", '{"why":"a"}', 422, "invalid_request"],
    ["a long text", `{"reason":"${"x".repeat(5_000)}"}`, 422, "invalid_request"],
    ["more than 64 KiB", `{"reason":"${"x".repeat(66_000)}"}`, 413, "body_too_large"],
  ])("a body with %s", async (_name, body, status, code) => {
    expectProblem(await on.ask("POST", "/api/ui/resume", as(TOKEN), body), status, code);
  });

  test("HOLD with the header of a body and none is HOLD", async () => {
    const answer = await on.ask("POST", HOLD, { ...as(TOKEN), "content-type": "application/json" });
    expect([answer.status, answer.body.mode]).toEqual([200, "HOLD"]);
  });

  test.each([
    ["nonsense", "ping\r\n\r\n", 400, "malformed_http"],
    [
      "headers without end",
      `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"x".repeat(20_000)}\r\n\r\n`,
      431,
      "headers_too_large",
    ],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
      400,
      "malformed_http",
    ],
  ])("%s is answered like everything else", async (_name, text, status, code) => {
    expectProblem(read(await say(on.port, text)), status, code);
  });

  test("a path nobody can read, one too long, one that is not there, and a method that is not", async () => {
    expectProblem(await on.ask("GET", "/api/%zz", as(TOKEN)), 400, "bad_request");
    expectProblem(await on.ask("POST", `/api/ui/positions/${"x".repeat(200)}/close`, as(TOKEN)), 414, "uri_too_long");
    expectProblem(await on.ask("GET", "/api/ui/nothing", as(TOKEN)), 404, "not_found");
    const wrong = await on.ask("DELETE", "/api/ui/positions/ps1/close", as(TOKEN));
    expectProblem(wrong, 405, "method_not_allowed");
    expect(wrong.headers.get("allow")).toBe("POST");
    expect((await on.ask("PUT", "/api/ui/session", as(TOKEN))).headers.get("allow")).toBe("DELETE, GET, HEAD, POST");
  });

  test("a parameter twice is none", async () => {
    expectProblem(await on.ask("GET", "/api/ui/orders?limit=1&limit=2", as(TOKEN)), 422, "invalid_request");
    expectProblem(await on.ask("GET", "/api/ui/orders?limit=1&l%69mit=1", as(TOKEN)), 422, "invalid_request");
  });

  test("who takes too long, or comes with too many, is not waited for", () => {
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxConnections } = on.set.api.server;
    expect([headersTimeout, requestTimeout, keepAliveTimeout, maxConnections]).toEqual([10_000, 15_000, 5_000, 256]);
  });

  test("more connections than one place may have are closed unread", async () => {
    const held = await Promise.all(
      Array.from(
        { length: 32 },
        () =>
          new Promise<ReturnType<typeof connect>>((done) => {
            const socket = connect(on.port, "127.0.0.1", () => done(socket));
          }),
      ),
    );
    const refused = await say(on.port, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect(["", "ECONNRESET"]).toContain(refused);
    await Promise.all(held.map((socket) => new Promise((done) => socket.once("close", done).destroy())));
    await expect.poll(async () => (await on.ask("GET", "/healthz").catch(() => null))?.status).toBe(200);
  });
});

describe("a browser's session", () => {
  let on: Served;
  beforeAll(async () => {
    on = await served();
  });
  afterAll(() => on.close());
  const enter = async (token: string) => {
    const answer = await on.ask("POST", "/api/ui/session", {}, JSON.stringify({ token }));
    const cookie = answer.headers.get("set-cookie") ?? "";
    return { answer, cookie, headers: { cookie: cookie.split(";")[0] ?? "" }, csrf: String(answer.body.csrf ?? "") };
  };

  test("a token typed once becomes a cookie no script reads; it reads at once, and acts with its second word", async () => {
    const { answer, cookie, headers, csrf } = await enter(BOB);
    expect(answer.body).toMatchObject({ name: "bob", role: "operator", idle_seconds: 1_800 });
    expect(cookie).toMatch(/^propbot_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect(answer.text + cookie).not.toContain(BOB);
    expect((await on.ask("GET", STATE, headers)).status).toBe(200);
    expect((await on.ask("GET", "/api/ui/session", headers)).body).toMatchObject({ name: "bob", csrf });
    expectProblem(await on.ask("POST", HOLD, headers, "{}"), 403, "csrf");
    expectProblem(await on.ask("POST", HOLD, { ...headers, "x-csrf-token": `${csrf}x` }, "{}"), 403, "csrf");
    expect(modeOf(on.set)).toBe("RUN");
    const held = await on.ask("POST", HOLD, { ...headers, "x-csrf-token": csrf }, "{}");
    expect([held.status, held.body.reasons[0].detail]).toEqual([200, "bob asked to hold"]);
  });

  test("a viewer's reads and does not act; leaving ends it", async () => {
    const { headers, csrf } = await enter(VERA);
    const own = { ...headers, "x-csrf-token": csrf };
    expect((await on.ask("GET", STATE, headers)).status).toBe(200);
    expectProblem(await on.ask("POST", HOLD, own, "{}"), 403, "forbidden");
    expectProblem(await on.ask("DELETE", "/api/ui/session", headers), 403, "csrf");
    const left = await on.ask("DELETE", "/api/ui/session", own);
    expect([left.body, left.headers.get("set-cookie")]).toEqual([
      { ended: true },
      expect.stringContaining("Max-Age=0"),
    ]);
    expectProblem(await on.ask("GET", STATE, headers), 401, "session_ended");
    expect((await on.ask("GET", "/healthz", headers)).status).toBe(200);
  });

  test("nobody's token opens none, and a wrong token beside a good cookie is a wrong token", async () => {
    expectProblem((await enter("x".repeat(32))).answer, 401, "invalid_token");
    const { headers } = await enter(BOB);
    expectProblem(await on.ask("GET", STATE, { ...headers, ...as("wrong") }), 401, "unauthorized");
    expectProblem(
      await on.ask("POST", "/api/ui/session", { origin: "https://evil.example" }, "{}"),
      403,
      "foreign_origin",
    );
  });
});

describe("behind a proxy of ours", () => {
  let on: Served;
  beforeAll(async () => {
    on = await served({
      door: {
        allowedHosts: ["bot.example"],
        trustedProxies: ["127.0.0.1"],
        rates: { perMinute: 30, burst: 1, looksPerMinute: 600 },
      },
    });
  });
  afterAll(() => on.close());
  const outside = { "x-forwarded-host": "bot.example", "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9" };

  test("TLS is known, the cookie is bound to this host, and its own page may act", async () => {
    const headers = { ...outside, origin: "https://bot.example" };
    const answer = await on.ask("POST", "/api/ui/session", headers, JSON.stringify({ token: TOKEN }));
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(
      /^__Host-propbot_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/,
    );
    const own = { ...headers, cookie: cookie.split(";")[0] ?? "", "x-csrf-token": String(answer.body.csrf) };
    expect((await on.ask("POST", HOLD, own, "{}")).status).toBe(200);
    expectProblem(await on.ask("POST", HOLD, { ...own, origin: "https://127.0.0.1" }, "{}"), 403, "foreign_origin");
    expectProblem(
      await on.ask("GET", "/healthz", { ...outside, "x-forwarded-host": "evil.example" }),
      421,
      "misdirected_host",
    );
  });

  test("each of those behind it has a limit of its own", async () => {
    const from = (address: string) =>
      on.ask("POST", "/api/ui/resume", { ...outside, "x-forwarded-for": address }, "{}");
    const answers = [await from("203.0.113.1"), await from("203.0.113.1"), await from("203.0.113.2")];
    expect(answers.map(({ status }) => status)).toEqual([401, 429, 401]);
  });
});

describe("so many and no more", () => {
  const RATES = { perMinute: 30, burst: 3, looksPerMinute: 60 };
  const resume = (set: Stage, token = TOKEN) => set.ask("POST", "/api/ui/resume", {}, as(token));

  test("acts of one person: as many at once as the burst, told in the headers, and again when it has filled", async () => {
    const set = await stage({ auth: true, people: { [BOB]: "bob" }, door: { rates: RATES } });
    const first = await resume(set);
    expect([first.headers["ratelimit-policy"], first.headers["ratelimit"]]).toEqual([
      '"acts";q=30;w=60',
      '"acts";r=2;t=2',
    ]);
    await resume(set);
    await resume(set);
    const refused = await resume(set);
    expect([refused.status, refused.body.code, refused.headers["retry-after"]]).toEqual([429, "rate_limited", "2"]);
    expect((await resume(set, BOB)).status).not.toBe(429);
    expect((await set.ask("GET", STATE, undefined, as(TOKEN))).status).toBe(200);
    await set.pass(2_000);
    expect((await resume(set)).status).not.toBe(429);
  });

  test("reads have a bucket of their own, and health has none", async () => {
    const set = await stage({ auth: true, door: { rates: RATES } });
    const statuses = [];
    for (let count = 0; count < 11; count += 1)
      statuses.push((await set.ask("GET", STATE, undefined, as(TOKEN))).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.at(-1)).toBe(429);
    for (let count = 0; count < 20; count += 1) expect((await set.ask("GET", "/livez")).status).toBe(200);
  });

  test("what makes it safer is never kept out by the rest, and has sixty a minute", async () => {
    const set = await stage({ auth: true, door: { rates: { ...RATES, burst: 1 } } });
    await resume(set);
    expect((await resume(set)).status).toBe(429);
    const settings = await set.ask("PATCH", "/api/ui/control", { auto_loop: false }, as(TOKEN));
    expect(settings.status).toBe(429);
    const held = await set.ask("PATCH", "/api/ui/control", { mode: "HOLD", speed: 11 }, as(TOKEN));
    expect([held.status, modeOf(set)]).toEqual([422, "HOLD"]);
    for (const path of [
      "/api/ui/kill",
      "/api/ui/cancel_all",
      "/api/ui/cancel-all",
      "/api/hedge/flatten",
      "/api/ui/stop",
    ])
      expect([path, (await set.ask("POST", path, {}, as(TOKEN))).status]).toEqual([path, 200]);
    const statuses = [];
    for (let count = 0; count < 60; count += 1) statuses.push((await set.ask("POST", HOLD, {}, as(TOKEN))).status);
    expect(new Set(statuses.slice(0, 50))).toEqual(new Set([200]));
    expect(statuses.at(-1)).toBe(429);
  });

  test("wrong credentials are slowed down and told of once, never the right one, and never what was tried", async () => {
    const set = await stage({ auth: true, door: { authFailPerMinute: 5, rates: { ...RATES, looksPerMinute: 6_000 } } });
    const tried = "wr0ng-but-nearly-right";
    const statuses = [];
    for (let count = 0; count < 7; count += 1)
      statuses.push((await set.ask("GET", STATE, undefined, as(tried))).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await set.ask("GET", STATE, undefined, as(TOKEN))).status).toBe(200);
    expect((await set.ask("GET", "/livez", undefined, as(tried))).status).toBe(200);
    const told = set.audit.rows.filter(({ action }) => action === "door.credential_refused");
    expect(told.map(({ data }) => data["attempts"])).toEqual([1]);
    await set.pass(60_000);
    const body = await set.ask("POST", "/api/arb/confirm", { opportunity_id: "osnever0000001", token: tried });
    expect(body.status).toBe(401);
    const again = set.audit.rows.filter(({ action }) => action === "door.credential_refused");
    expect(again.map(({ data }) => data["attempts"])).toEqual([1, 7]);
    expect(JSON.stringify([set.audit.rows, set.ledger.events])).not.toContain(tried);
  });
});

describe("once", () => {
  const EXECUTE = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 1 };
  const keyed = (key: string, token = TOKEN) => ({ ...as(token), "idempotency-key": key });
  const hedges = ({ engine }: Stage): number => engine.rooms.executor.hedges().length;

  test("an execute sent five times at once and once more is one hedge and one answer", async () => {
    const set = await stage({ auth: true, people: { [BOB]: "bob" } });
    const send = (body: object = EXECUTE, token = TOKEN) =>
      set.ask("POST", "/api/arb/execute", body, keyed("first-try-0001", token));
    const answers = await Promise.all(Array.from({ length: 5 }, () => send()));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409, 409]);
    const waits = answers.filter(({ status }) => status === 409);
    expect(waits.map(({ body, headers }) => [body.code, headers["retry-after"]])).toEqual(
      waits.map(() => ["idempotency_in_progress", "1"]),
    );
    const first = answers.find(({ status }) => status === 200);
    const again = await send();
    expect([again.status, again.body, again.headers["idempotent-replay"]]).toEqual([200, first?.body, "true"]);
    expect(first?.headers["idempotent-replay"]).toBeUndefined();
    expect((await send({ ...EXECUTE, notion_usdt: 1_600 })).body.code).toBe("idempotency_conflict");
    expect(hedges(set)).toBe(1);
    // The key of one person is not the key of another.
    expect((await send({ ...EXECUTE, notion_usdt: 0.5 }, BOB)).body.code).not.toBe("idempotency_conflict");
  });

  test("a refusal by the market is told again as it was; one by control is asked anew", async () => {
    const set = await stage({ auth: true });
    const send = (key: string, body: object) => set.ask("POST", "/api/arb/execute", body, keyed(key));
    const refused = await send("too-small-0001", { ...EXECUTE, min_spread: 9_999 });
    const again = await send("too-small-0001", { ...EXECUTE, min_spread: 9_999 });
    expect([refused.status, again.status, again.body, again.headers["idempotent-replay"]]).toEqual([
      400,
      400,
      refused.body,
      "true",
    ]);
    await set.ask("POST", HOLD, {}, as(TOKEN));
    expect((await send("on-hold-00001", EXECUTE)).body.code).toBe("hold_active");
    await set.ask("POST", "/api/ui/resume", {}, as(TOKEN));
    expect((await send("on-hold-00001", EXECUTE)).status).toBe(200);
  });

  test.each(["short", "with space", "x".repeat(129), "dots.are.none"])("the key %j is none", async (key) => {
    const set = await stage();
    const answer = await set.ask("POST", "/api/ui/resume", {}, { "idempotency-key": key });
    expect([answer.status, answer.body.detail]).toEqual([422, expect.stringContaining("Idempotency-Key")]);
  });

  test("when the answer was lost with the process, the hedge that was begun is the answer, and there is no second one", async () => {
    class Lost extends MemoryClaims {
      override settle(): Promise<string | null> {
        return Promise.resolve(null);
      }
    }
    const set = await stage({ auth: true, door: { claims: new Lost() } });
    const send = () => set.ask("POST", "/api/arb/execute", EXECUTE, keyed("lost-answer-01"));
    const first = await send();
    const told = await send();
    expect([told.status, told.body.position.id, told.body.position.status]).toEqual([
      200,
      first.body.position.id,
      "open",
    ]);
    expect(told.body).toMatchObject({ success: true, spread: first.body.spread, long_order: first.body.long_order });
    expect(set.simulated.exchanges.map((exchange) => exchange.truth().receipts.length)).toEqual([1, 1]);
    expect(set.engine.rooms.executor.hedges().map(({ intent }) => intent.instrument)).toEqual([BTC]);
    const resume = () => set.ask("POST", "/api/ui/resume", {}, keyed("lost-answer-02"));
    await resume();
    const unknown = await resume();
    expect([unknown.status, unknown.body.code]).toEqual([409, "idempotency_unknown"]);
  });

  test("HOLD waits for no record: it is done each time, with a dead store too, and its key is known afterwards", async () => {
    const claims = new MemoryClaims();
    const set = await stage({ auth: true, door: { claims } });
    const hold = (key = "hold-key-0001") => set.ask("POST", HOLD, {}, keyed(key));
    claims.refuses = true;
    expect([(await hold()).status, modeOf(set)]).toEqual([200, "HOLD"]);
    claims.refuses = false;
    await set.ask("POST", "/api/ui/resume", {}, as(TOKEN));
    expect((await hold()).headers["idempotent-replay"]).toBeUndefined();
    await set.ask("POST", "/api/ui/resume", {}, as(TOKEN));
    expect(modeOf(set)).toBe("RUN");
    const again = await hold();
    expect([again.status, again.headers["idempotent-replay"], modeOf(set)]).toEqual([200, "true", "HOLD"]);
    await set.ask("POST", "/api/ui/resume", {}, as(TOKEN));
    expect([(await hold("bad key")).status, modeOf(set)]).toEqual([200, "HOLD"]);
  });

  test("a record that never answers keeps HOLD waiting for half a second at most", async () => {
    class Stuck extends MemoryClaims {
      override claim(): ReturnType<MemoryClaims["claim"]> {
        return new Promise(() => undefined);
      }
    }
    const set = await stage({ auth: true, door: { claims: new Stuck() } });
    const before = set.clock.now();
    expect((await set.ask("POST", HOLD, {}, keyed("hold-key-0002"))).status).toBe(200);
    expect(set.clock.now() - before).toBeLessThanOrEqual(510);
    expect(modeOf(set)).toBe("HOLD");
  });

  test("a secret is in no claim", async () => {
    const claims = new MemoryClaims();
    const set = await stage({ auth: true, door: { claims } });
    const value = "a-secret-nobody-shall-find";
    await set.ask("POST", "/api/ui/secret", { name: "OKX_API_KEY", value }, keyed("rotate-0001"));
    expect(claims.rows).toHaveLength(1);
    expect(JSON.stringify(claims.rows)).not.toContain(value);
    expect(JSON.stringify(claims.rows)).not.toContain("rotate-0001");
    const entered = await set.ask("POST", "/api/ui/session", { token: TOKEN }, keyed("session-0001"));
    expect([entered.status, claims.rows.length]).toEqual([200, 1]);
  });

  test("whom nobody knows fills no record", async () => {
    const claims = new MemoryClaims();
    const set = await stage({ auth: true, door: { claims } });
    const body = { opportunity_id: "osnever0000001", token: "nobody's" };
    await set.ask("POST", "/api/arb/confirm", body, { "idempotency-key": "nobody-0001" });
    expect(claims.rows).toHaveLength(0);
    await set.ask("POST", "/api/arb/confirm", { ...body, token: TOKEN }, { "idempotency-key": "nobody-0001" });
    expect(claims.rows.map(({ claim }) => claim.who)).toEqual(["operator"]);
  });
});

describe("when it is stopped", () => {
  const half =
    "POST /api/ui/hold HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{";

  async function inFlight() {
    const set = await stage();
    const api = await serveApi(set.desk, set.apiOptions);
    const port = Number(new URL(api.url).port);
    let heard = "";
    const socket = connect(port, "127.0.0.1");
    socket.setEncoding("utf8").on("data", (part: string) => (heard += part));
    const ended = new Promise<string>((done) => socket.on("close", () => done(heard)));
    await new Promise<void>((done) => socket.write(half, () => done()));
    // Its head has arrived when somebody who came later was answered.
    expect(read(await say(port, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).status).toBe(
      200,
    );
    return { set, api, port, socket, ended };
  }

  test("what is in flight ends and is told to go, and nobody new comes in", async () => {
    const { set, api, port, socket, ended } = await inFlight();
    const closed = api.close();
    await expect.poll(() => say(port, "").catch((error: NodeJS.ErrnoException) => error.code)).toBe("ECONNREFUSED");
    socket.write("}");
    const answer = read(await ended);
    expect([answer.status, answer.headers.get("connection"), answer.body.mode]).toEqual([200, "close", "HOLD"]);
    await closed;
    await set.api.close();
  });

  test("what only then says what it wants is told that we stop", async () => {
    const set = await stage();
    const api = await serveApi(set.desk, set.apiOptions);
    const port = Number(new URL(api.url).port);
    let heard = "";
    const socket = connect(port, "127.0.0.1");
    socket.setEncoding("utf8").on("data", (part: string) => (heard += part));
    const ended = new Promise<string>((done) => socket.on("close", () => done(heard)));
    await new Promise<void>((done) => socket.write("GET /healthz HTTP/1.1\r\nhost: loc", () => done()));
    expect(read(await say(port, "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).status).toBe(
      200,
    );
    const closed = api.close();
    await expect.poll(() => say(port, "").catch((error: NodeJS.ErrnoException) => error.code)).toBe("ECONNREFUSED");
    socket.write("alhost\r\n\r\n");
    expectProblem(read(await ended), 503, "stopping");
    await closed;
    await set.api.close();
  });

  test("what does not end in five seconds is cut", async () => {
    const { set, api, ended } = await inFlight();
    const closed = api.close();
    await set.pass(4_999);
    const still = await Promise.race([ended.then(() => "cut"), new Promise((done) => setTimeout(done, 50, "open"))]);
    expect(still).toBe("open");
    await set.pass(1);
    expect(await ended).toBe("");
    await closed;
    await set.api.close();
  });
});

test("another role is another cookie at the door, with its second word beside it", async () => {
  const people = new Map<string, Operator>([[TOKEN, { name: "alice", role: "operator" }]]);
  const set = await stage();
  const operators = { ...set.apiOptions.operators, identify: (token: string) => people.get(token) ?? null };
  const holder = (): Operator | null => people.get(TOKEN) ?? null;
  const api = await serveApi(set.desk, { ...set.apiOptions, authEnabled: true, operators: { ...operators, holder } });
  const entered = await fetch(`${api.url}/api/ui/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: TOKEN }),
  });
  const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
  people.set(TOKEN, { name: "alice", role: "viewer" });
  const seen = await fetch(`${api.url}${STATE}`, { headers: { cookie } });
  const fresh = seen.headers.get("set-cookie")?.split(";")[0] ?? "";
  expect([seen.status, fresh === cookie, seen.headers.get("x-csrf-token")]).toEqual([200, false, expect.any(String)]);
  expect((await fetch(`${api.url}${STATE}`, { headers: { cookie } })).status).toBe(401);
  people.delete(TOKEN);
  expect((await fetch(`${api.url}${STATE}`, { headers: { cookie: fresh } })).status).toBe(401);
  await api.close();
  await set.api.close();
});
