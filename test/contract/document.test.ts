import { Ajv2020 } from "ajv/dist/2020.js";
import type { LightMyRequestResponse } from "fastify";
import { afterAll, describe, expect, test } from "vitest";
import { turn } from "../kit.ts";
import {
  type Document,
  type Operation,
  type Schema,
  isReading,
  operationsOf,
  parametersIn,
} from "./document/operations.ts";
import { addressOf, fieldsOf, sample, wrongFor, wrongText } from "./document/samples.ts";
import { standingOf } from "./standing.ts";
import { type Stage, TOKEN, stage } from "./stage.ts";

/** Every operation of the document, asked in every way it may be asked. What is in the document later is asked too. */

const BOB = "b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0";
const VERA = "7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e7e";
const as = (token: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${token}` });
/** Enough of them that none comes to the end of what one may ask in a minute; the clock of the stage hardly moves. */
const CROWD = Array.from({ length: 100 }, (_each, index) => String(index).padStart(32, "c"));
let turns = 0;
function anOperator(): Readonly<Record<string, string>> {
  turns += 1;
  return as(CROWD[turns % CROWD.length] ?? TOKEN);
}

/** Told to anybody, and why. */
const OPEN: Readonly<Record<string, string>> = {
  "GET /healthz": "whoever restarts us has no credential",
  "GET /health": "as /healthz",
  "GET /livez": "as /healthz",
  "GET /readyz": "as /healthz",
  "GET /live-readiness": "as /healthz",
  "GET /metrics": "on loopback, where we listen on nothing else",
  "GET /api/arb/opportunity": "a gap is nobody's money",
  "GET /api/ui/status/overview": "how it stands, without amounts",
  "GET /api/ui/status/components": "as the overview",
  "GET /api/ui/status/slo": "as the overview",
};
/** A viewer may ask for these although they are no reading. */
const OF_VIEWERS: Readonly<Record<string, string>> = {
  "POST /api/arb/confirm": "the token in its body says who asks, and a viewer's opens nothing",
  "POST /api/ui/session": "everybody comes in here",
  "DELETE /api/ui/session": "and leaves",
};
/** They take no Idempotency-Key, or are done whatever it is. */
const WHATEVER_KEY: Readonly<Record<string, string>> = {
  "POST /api/ui/hold": "nothing stands in the way of safety",
  "POST /api/ui/stop": "as hold",
  "POST /api/ui/kill": "as hold",
  "POST /api/ui/cancel_all": "as hold",
  "POST /api/ui/cancel-all": "as hold",
  "POST /api/ui/close_exposure": "as hold",
  "POST /api/hedge/flatten": "as hold",
  "POST /api/ui/positions/{id}/close": "as hold",
  "PATCH /api/ui/control": "with HOLD in its body, as here, as hold",
  "POST /api/ui/session": "half of its answer is a cookie, which is in no record",
  "DELETE /api/ui/session": "as above",
};
/** Read without HEAD, and why. */
const NO_HEAD: Readonly<Record<string, string>> = {
  "GET /api/ui/events/export": "an export is put on record, and costs as an act does",
  "GET /api/ui/portfolio/export": "as the export of events",
  "GET /api/ui/incidents/{id}/export": "as the export of events",
};
/** Not asked with a whole body, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {};

const on = await stage({
  auth: true,
  people: Object.fromEntries(CROWD.map((token, index) => [token, `operator-${index}`])),
  viewers: { [VERA]: "vera" },
  metrics: { money: true, legacy: false },
});
/** Where it takes two. */
const real = await stage({
  auth: true,
  people: { [BOB]: "bob" },
  facts: { profile: "testnet" },
  control: { mode: "HOLD" },
});
afterAll(() => Promise.all([on.api.close(), real.api.close()]));
const document = (await on.ask("GET", "/openapi.json")).body as Document;
const operations = operationsOf(document);

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
const compiled = new Map<Schema, ReturnType<typeof ajv.compile>>();
function checkerOf(schema: Schema): ReturnType<typeof ajv.compile> {
  const checker = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, checker);
  return checker;
}
const fits = (schema: Schema, value: unknown): boolean => checkerOf(schema)(value) === true;

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly query?: string;
  readonly method?: string;
  readonly address?: string;
  readonly at?: Stage;
}

/** Asks, and looks at whatever every answer has to be. */
async function ask(
  operation: Operation,
  { headers = anOperator(), body, query = "", method, address, at = on }: Sent = {},
) {
  const answer = await turn(
    at.clock,
    at.api.inject({
      method: (method ?? operation.method) as "GET",
      url: `${address ?? addressOf(operation)}${query}`,
      headers: { ...(typeof body === "string" ? { "content-type": "application/json" } : {}), ...headers },
      ...(body === undefined ? {} : { payload: body as string | object }),
    }),
  );
  expectGuarded(operation, answer);
  if (method === undefined) expectDocumented(operation, answer);
  return answer;
}

/** The headers of the decision about the door, on every answer; and a refusal in the one shape. */
function expectGuarded({ path }: Operation, answer: LightMyRequestResponse): void {
  const { headers, statusCode: status } = answer;
  expect(headers).toMatchObject({
    "x-request-id": expect.stringMatching(/^\w{16}$/),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    ...(path.startsWith("/api/") ? { "cache-control": "no-store" } : {}),
  });
  expect(headers).not.toHaveProperty("server");
  expect(headers).not.toHaveProperty("access-control-allow-origin");
  if (status < 400 || answer.payload === "" || !String(headers["content-type"]).includes("problem")) return;
  const problem = answer.json();
  expect(problem).toMatchObject({
    type: `urn:propbot:problem:${problem.code}`,
    title: expect.stringMatching(/\S/),
    status,
    detail: expect.stringMatching(/\S/),
    code: expect.stringMatching(/^[a-z][a-z0-9_]+$/),
    instance: headers["x-request-id"],
  });
}

/** The status is one of the operation's, and the body is what the document says of that status, in its own type. */
function expectDocumented({ name, responses }: Operation, answer: LightMyRequestResponse): void {
  const { statusCode, headers } = answer;
  const said = `${name} ${statusCode} ${answer.payload.slice(0, 300)}`;
  expect({ said, listed: String(statusCode) in responses }).toEqual({ said, listed: true });
  const content = responses[statusCode]?.content ?? {};
  const type = String(headers["content-type"]).split(";")[0] ?? "";
  expect({ said, type, listed: type in content }).toEqual({ said, type, listed: true });
  const schema = content[type]?.schema ?? {};
  const value: unknown = type.endsWith("json") && type !== "application/x-ndjson" ? answer.json() : answer.payload;
  const checker = checkerOf(schema);
  const itFits = checker(value) === true;
  expect({ said, itFits, errors: checker.errors ?? [] }).toEqual({ said, itFits: true, errors: [] });
}

const bodyOf = ({ body }: Operation, whole = false): unknown => (body === null ? undefined : sample(body, "", whole));

/** Refused, and so nothing has changed. */
async function refused(operation: Operation, sent: Sent, ...statuses: readonly number[]) {
  const before = standingOf(on);
  const answer = await ask(operation, sent);
  const { statusCode, payload } = answer;
  expect({ payload, asMeant: statuses.includes(statusCode) }).toEqual({ payload, asMeant: true });
  expect(standingOf(on)).toBe(before);
  return answer;
}

test("the document is one, and names what it is known to have", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(operations.length).toBeGreaterThan(40);
  const names = new Set(operations.map(({ name }) => name));
  for (const name of [OPEN, OF_VIEWERS, WHATEVER_KEY, NO_HEAD, LEFT_OUT].flatMap((list) => Object.keys(list)))
    expect(names).toContain(name);
});

test("every route of the server is in the document, but those that are the document", () => {
  const documented = new Set(operations.map(({ name }) => name));
  const missing = routesOf(on.api.printRoutes({ commonPrefix: false })).filter((name) => !documented.has(name));
  expect(missing.filter((name) => !/^GET \/(docs(\/.*)?|openapi\.json)$/.test(name))).toEqual([]);
});

/** `METHOD /path/{id}` of the server's own tree. */
function routesOf(tree: string): readonly string[] {
  const above: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const [, stem = "", part = "", methods] = /^([│ ]*(?:├──|└──) )(\S+)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (part === "") return [];
    const depth = stem.length / 4;
    above.splice(depth - 1, above.length, part);
    const path = above.join("").replaceAll(/:(\w+)/g, "{$1}");
    return (methods ?? "")
      .split(", ")
      .filter((method) => method !== "" && method !== "HEAD")
      .map((method) => `${method} ${path}`);
  });
}

describe.each(operations)("$name", (operation) => {
  const { name, method, body } = operation;

  test("asks who it is", async () => {
    const stranger = { body: bodyOf(operation), headers: {} };
    const wrong = { body: bodyOf(operation), headers: as("0".repeat(32)) };
    if (name in OPEN) {
      for (const sent of [stranger, wrong]) expect((await ask(operation, sent)).statusCode).toBeLessThan(300);
      return;
    }
    for (const sent of [stranger, wrong, { ...stranger, headers: { cookie: `propbot_session=${"0".repeat(43)}` } }]) {
      const { headers, ...answer } = await refused(operation, sent, 401);
      const code = (answer as LightMyRequestResponse).json().code;
      if (code !== "invalid_token") expect(headers["www-authenticate"]).toBe('Bearer realm="propbot"');
    }
    for (const header of ["Basic dXNlcjpwYXNz", "Bearer", `Bearer ${TOKEN} `.repeat(2), TOKEN])
      await refused(operation, { ...stranger, headers: { authorization: header } }, 401);
  });

  test("lets a viewer read, and nothing else", async () => {
    const sent = { headers: as(VERA), body: bodyOf(operation) };
    if (isReading(operation)) expect([200, 404]).toContain((await ask(operation, sent)).statusCode);
    else if (name in OF_VIEWERS) await ask(operation, sent);
    else expect((await refused(operation, sent, 403)).json().code).toBe("forbidden");
  });

  test("is refused by another method, with what there is instead", async () => {
    const here = operations.filter(({ path }) => path === operation.path).map((each) => each.method as string);
    const allowed = [...here, ...(here.includes("GET") && !(`GET ${operation.path}` in NO_HEAD) ? ["HEAD"] : [])];
    for (const other of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      if (allowed.includes(other)) continue;
      const before = standingOf(on);
      const answer = await ask(operation, { method: other });
      expect([other, answer.statusCode, answer.headers.allow]).toEqual([other, 405, allowed.toSorted().join(", ")]);
      expect(answer.json().code).toBe("method_not_allowed");
      expect(standingOf(on)).toBe(before);
    }
  });

  test("names the field of a body that is not what it means", async () => {
    if (body === null) return;
    const fields = Object.entries(fieldsOf(body));
    const good = bodyOf(operation) as Readonly<Record<string, unknown>>;
    for (const [field, schema] of fields) {
      const wrong = wrongFor(schema, fits);
      expect([field, wrong.length > 0]).toEqual([field, true]);
      for (const value of wrong) {
        const answer = await refused(operation, { body: { ...good, [field]: value } }, 422);
        expect(answer.json().errors.map(({ path }: { path: string }) => path.split(".")[0])).toContain(field);
      }
    }
    const answer = await refused(operation, { body: { ...good, no_such_field: 1 } }, 422);
    expect(answer.json().detail).toContain("no_such_field");
  });

  test("takes no body that is none", async () => {
    if (body === null) return;
    for (const text of ["{", "[1", "nonsense", '{"a":1}}', '"\ud800', "\u0000"])
      expect((await refused(operation, { body: text }, 400)).json().code).toBe("malformed_json");
    for (const text of ["[]", '"text"', "7", "true"]) await refused(operation, { body: text }, 422);
    const deep = `${'{"a":'.repeat(30)}1${"}".repeat(30)}`;
    await refused(operation, { body: deep }, 422);
    await refused(operation, { body: '{"__proto__":{"mode":"RUN"}}' }, 400);
    await refused(operation, { body: JSON.stringify({ reason: "x".repeat(70_000) }) }, 413);
    const plain = { ...anOperator(), "content-type": "text/plain" };
    await refused(operation, { body: "{}", headers: plain }, 415);
    if (!operation.bodyMayMiss) await refused(operation, {}, 422);
  });

  test("names the parameter that is not what it means", async () => {
    const query = parametersIn(operation, "query");
    for (const { name: parameter, schema } of query) {
      const wrong = wrongText(schema);
      expect([parameter, wrong]).toEqual([parameter, expect.any(String)]);
      const asked = `?${parameter}=${encodeURIComponent(wrong ?? "")}`;
      const answer = await refused(operation, { query: asked }, 422);
      expect(answer.json().errors.map(({ path }: { path: string }) => path)).toContain(parameter);
      await refused(operation, { query: `?${parameter}=1&${parameter}=1` }, 422);
    }
    if (query.length > 0)
      expect((await refused(operation, { query: "?no_such=1" }, 422)).json().detail).toContain("no_such");
    for (const { name: parameter, schema } of parametersIn(operation, "path")) {
      const wrong = "x".repeat(Number(schema["maxLength"] ?? 100) + 1);
      const address = addressOf(operation, { [parameter]: wrong });
      await refused(operation, { address, body: bodyOf(operation) }, 404, 422);
    }
  });

  test("takes an Idempotency-Key that is one", async () => {
    const keyed = parametersIn(operation, "header").some((parameter) => parameter.name === "Idempotency-Key");
    expect(keyed).toBe(!isReading(operation) && !operation.path.endsWith("/session"));
    if (!keyed || name in WHATEVER_KEY) return;
    const headers = { ...anOperator(), "idempotency-key": "no key" };
    await refused(operation, { headers, body: bodyOf(operation) }, 422);
  });

  test("comes under a name of ours, and from our own pages", async () => {
    const sent = { body: bodyOf(operation) };
    await refused(operation, { ...sent, headers: { ...anOperator(), host: "evil.example" } }, 421);
    if (isReading(operation)) return;
    await refused(operation, { ...sent, headers: { ...anOperator(), origin: "https://evil.example" } }, 403);
  });

  test("is told by HEAD what GET would be", async () => {
    if (!isReading(operation)) return;
    const [head, get] = [await ask(operation, { method: "HEAD" }), await ask(operation)];
    if (name in NO_HEAD) expect(head.statusCode).toBe(405);
    else expect([head.statusCode, head.headers["content-type"]]).toEqual([get.statusCode, get.headers["content-type"]]);
    expect(head.payload).toBe("");
  });

  test.skipIf(name in LEFT_OUT)("does what it is asked, or says why not, as documented", async () => {
    const known = await KNOWN[name]?.();
    const address = addressOf(operation, known === undefined ? {} : { id: known.id });
    for (const whole of [false, true]) {
      const query = isReading(operation) && whole ? queryOf(operation) : "";
      const answer = await ask(operation, {
        address,
        query,
        body: known?.body ?? bodyOf(operation, whole),
        ...(known === undefined ? {} : { at: known.at, headers: as(known.by ?? TOKEN) }),
      });
      const { statusCode, payload } = answer;
      expect(statusCode).toBeLessThan(500);
      const free = /^\/(health|healthz|livez|readyz|live-readiness)$/.test(operation.path);
      if (!free) expect(answer.headers["ratelimit"]).toMatch(/^"\w+";r=\d+;t=\d+$/);
      const wanted = known !== undefined && !whole ? (known.status ?? 200) : method === "GET" ? 200 : null;
      if (wanted !== null) expect({ payload, statusCode }).toEqual({ payload, statusCode: wanted });
    }
  });
});

const queryOf = (operation: Operation): string => {
  const parts = parametersIn(operation, "query")
    .filter(({ name }) => name !== "cursor")
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(sample(schema, name)))}`);
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
};

interface Known {
  readonly at: Stage;
  readonly id: string;
  readonly body?: unknown;
  readonly by?: string;
  readonly status?: number;
}

/** Makes what an operation can be asked about, and says its name. */
const KNOWN: Readonly<Record<string, () => Promise<Known>>> = {
  "POST /api/arb/confirm": async () => {
    await running();
    const { last_opportunity } = (await on.ask("GET", "/api/arb/opportunity")).body;
    return { at: on, id: "", body: { opportunity_id: last_opportunity.id } };
  },
  "POST /api/ui/positions/{id}/close": async () => {
    await running();
    const execute = { symbol: "BTCUSDT", min_spread: 1, notion_usdt: 300, leverage: 1 };
    const { body } = await on.ask("POST", "/api/arb/execute", execute, as(TOKEN));
    return { at: on, id: body.position.id };
  },
  "POST /api/ui/approvals/{id}/approve": () => waiting(),
  "POST /api/ui/approvals/{id}/reject": () => waiting(),
  "GET /api/ui/incidents/{id}": () => incident(),
  "GET /api/ui/incidents/{id}/export": () => incident(),
  "POST /api/ui/incidents/{id}/ack": () => incident(),
  "POST /api/ui/incidents/{id}/close": async () => ({ ...(await incident()), status: 409 }),
};

/** In paper nobody has to be asked. */
async function running(): Promise<void> {
  await on.ask("POST", "/api/ui/reset", {}, as(TOKEN));
  const { status, body } = await on.ask("PATCH", "/api/ui/control", { safe_mode: false, mode: "RUN" }, as(TOKEN));
  expect({ status, body }).toMatchObject({ status: 200, body: { control: { mode: "RUN" } } });
}

async function waiting(): Promise<Known> {
  await real.ask("PATCH", "/api/ui/control", { two_man_rule: true }, as(TOKEN));
  const asked = { action: "two_man_rule_off", params: {}, reason: "tested" };
  const { body } = await real.ask("POST", "/api/ui/approvals", asked, as(TOKEN));
  return { at: real, id: body.approval.id, body: { params_hash: body.approval.params_hash }, by: BOB };
}

/** A clock that is wrong is an incident some seconds later. */
async function incident(): Promise<Known> {
  if (on.venueClock.skewMs === 0) {
    // The account was asked for so often in this short time that nothing is left to ask it with.
    await on.pass(10_000);
    await running();
    on.venueClock.skewMs = 4_000;
    await on.pass(60_000);
  }
  const { incidents } = (await on.ask("GET", "/api/ui/incidents", undefined, as(TOKEN))).body;
  return { at: on, id: incidents[0].id };
}
