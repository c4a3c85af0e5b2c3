import { SeededChance } from "#adapters/host/chance.ts";
import { type Operation, isReading, parametersIn } from "../document/operations.ts";
import { fieldsOf, sample } from "../document/samples.ts";
import { bodyFrom } from "./bodies.ts";
import { nastyText, pickOf } from "./words.ts";

/** What a request can be made with: who there is, and what there is to be named. */
export interface Ground {
  readonly operations: readonly Operation[];
  readonly operators: readonly string[];
  readonly viewer: string;
  readonly session: { readonly cookie: string; readonly csrf: string };
  /** Names of hedges, approvals, incidents and opportunities that are there. */
  readonly names: readonly string[];
  /** What somebody who looked at the request for a second person has seen. */
  readonly hash: string | null;
}

export interface Fuzzed {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | Buffer | undefined;
  /** What was sent where a secret belongs. */
  readonly secret: string;
}

/** These end the trading of a whole round, and so are asked for rightly only now and then. */
const ENDING = /\/(hold|stop|kill|reset)$/;
/** With so many fields there are more ways to ask than elsewhere. */
const MANY_FIELDS = 5;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;
const PATHS = ["/", "/api", "/api/ui", "/api/ui/nothing", "//evil.example/api/ui/hold", "/api/ui/../ui/hold", "/.env"];
const KEYS = ["fuzz-key-0001", "fuzz-key-0002", "fuzz-key-0003", "short", "ä-key-that-is-none", "x".repeat(129)];

/** The request of this number: the same seed and number, the same request over the same ground. */
export function requestOf(seed: string, number: number, ground: Ground): Fuzzed {
  const chance = new SeededChance(`${seed}/${number}`);
  const secret = `canary-${chance.token(20)}`;
  const operation = operationFrom(chance, ground.operations);
  const method = chance.happens(0.05) ? pickOf(chance, METHODS) : operation.method;
  const payload = method === "GET" || method === "HEAD" ? undefined : bodyFrom(chance, operation, ground, secret);
  return {
    method,
    url: chance.happens(0.03)
      ? pickOf(chance, PATHS)
      : `${pathFrom(chance, operation, ground)}${queryFrom(chance, operation)}`,
    headers: {
      ...(payload === undefined ? {} : { "content-type": typeFrom(chance) }),
      ...credentialFrom(chance, ground, secret),
      ...oddHeaders(chance, operation),
    },
    payload,
    secret,
  };
}

function operationFrom(chance: SeededChance, operations: readonly Operation[]): Operation {
  const rich = operations.filter(({ body }) => body !== null && Object.keys(fieldsOf(body)).length >= MANY_FIELDS);
  const drawn = pickOf(chance, rich.length > 0 && chance.happens(0.15) ? rich : operations);
  // An act costs more to get wrong than a look.
  if (isReading(drawn) && chance.happens(0.4)) return operationFrom(chance, operations);
  return ENDING.test(drawn.path) && chance.happens(0.9) ? operationFrom(chance, operations) : drawn;
}

function pathFrom(chance: SeededChance, operation: Operation, { names }: Ground): string {
  const path = operation.path.replaceAll(/\{\w+\}/g, () => {
    const draw = chance.fraction();
    if (draw < 0.6 && names.length > 0) return pickOf(chance, names);
    return draw < 0.9
      ? encodeURIComponent(nastyText(chance).toWellFormed())
      : pickOf(chance, ["%zz", "%", "..", "%2e%2e%2f", "%c0%af", "%00"]);
  });
  if (chance.happens(0.97)) return path;
  return pickOf(chance, [
    `${path}/`,
    path.toUpperCase(),
    `/${path}`,
    `${path};a=b`,
    `${path}%00`,
    `${path}#x`,
    `${path}.json`,
  ]);
}

function queryFrom(chance: SeededChance, operation: Operation): string {
  const parts = parametersIn(operation, "query").flatMap(({ name, schema }) => {
    if (chance.happens(0.6)) return [];
    const value = chance.happens(0.5) ? String(sample(schema, name)) : nastyText(chance).toWellFormed();
    return [`${name}=${encodeURIComponent(value)}`];
  });
  if (chance.happens(0.04))
    parts.push(pickOf(chance, ["limit=1&limit=2", "a[]=1", "%zz=%zz", "__proto__[x]=1", "=", "&&&", "?"]));
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

const typeFrom = (chance: SeededChance): string =>
  chance.happens(0.95)
    ? "application/json"
    : pickOf(chance, [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json;;;",
        "application/problem+json",
        "",
      ]);

function credentialFrom(chance: SeededChance, ground: Ground, secret: string): Record<string, string> {
  const draw = chance.fraction();
  const { operators, viewer, session } = ground;
  if (draw < 0.66) return { authorization: `Bearer ${pickOf(chance, operators)}` };
  if (draw < 0.74) return { authorization: `Bearer ${viewer}` };
  if (draw < 0.8) return { cookie: session.cookie, "x-csrf-token": session.csrf };
  if (draw < 0.84) return { cookie: session.cookie, "x-csrf-token": secret };
  if (draw < 0.88) return {};
  if (draw < 0.92) return { cookie: `propbot_session=${secret}; __Host-propbot_session=${secret}` };
  return {
    authorization: pickOf(chance, [
      `Bearer ${secret}`,
      `Basic ${secret}`,
      secret,
      "Bearer",
      `bearer  ${secret}`,
      `Bearer ${"x".repeat(600)}`,
    ]),
  };
}

function oddHeaders(chance: SeededChance, operation: Operation): Record<string, string> {
  const headers: Record<string, string> = {};
  if (!isReading(operation) && chance.happens(0.25)) headers["idempotency-key"] = pickOf(chance, KEYS);
  if (chance.happens(0.85)) return headers;
  const odd: readonly (readonly [string, string])[] = [
    ["host", "evil.example"],
    ["host", "127.0.0.1:99999999"],
    ["origin", "https://evil.example"],
    ["origin", "null"],
    ["sec-fetch-site", "cross-site"],
    ["x-forwarded-host", "evil.example"],
    ["x-forwarded-for", "127.0.0.1, 10.0.0.1"],
    ["forwarded", "for=127.0.0.1;host=evil.example"],
    ["x-http-method-override", "DELETE"],
    ["content-encoding", "gzip"],
    ["accept", "application/json, */*;q=0.1"],
    ["accept", "application/x-ndjson"],
    ["accept-encoding", "br;q=1.0, gzip;q=0.8, *;q=0.1"],
    ["range", "bytes=0-1"],
    ["if-none-match", "*"],
    ["expect", "200-ok"],
    ["x-request-id", "chosen-by-somebody-else"],
    ["content-length", "5"],
  ];
  const [name, value] = pickOf(chance, odd);
  return { ...headers, [name]: value };
}
