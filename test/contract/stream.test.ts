import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { AddressInfo } from "node:net";
import { CHANNELS, hello, streamMessage } from "#contract/stream.ts";
import { statusOverview } from "#contract/status.ts";
import { type Stage, type StageGiven, TOKEN, stage } from "./stage.ts";

const PATH = "/api/ui/status/stream";
const bearer = { authorization: `Bearer ${TOKEN}` };
const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Message {
  readonly type: string;
  readonly seq: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- what came over the wire, looked at by tests alone
  readonly data: any;
}

interface Client {
  readonly socket: WebSocket;
  readonly heard: Message[];
  readonly closed: { code: number | null; says: string };
}

/** A stage that really listens; its clock still only turns when it is told to. */
async function serving(given: StageGiven = {}): Promise<Stage & { readonly origin: string; readonly port: number }> {
  const on = await stage({ auth: true, ...given });
  await on.api.listen({ host: "127.0.0.1", port: 0 });
  closers.push(async () => {
    on.api.server.closeAllConnections();
    await on.api.close();
  });
  const { port } = on.api.server.address() as AddressInfo;
  return { ...on, port, origin: `127.0.0.1:${port}` };
}

function listen(
  origin: string,
  path = PATH,
  headers: Record<string, string> = bearer,
  options: WebSocket.ClientOptions = {},
): Client {
  const socket = new WebSocket(`ws://${origin}${path}`, ["propbot.v1"], { headers, ...options });
  const heard: Message[] = [];
  const closed: Client["closed"] = { code: null, says: "" };
  socket.on("message", (data: Buffer) => heard.push(JSON.parse(data.toString("utf8"))));
  socket.on("close", (code, says) => Object.assign(closed, { code, says: says.toString() }));
  socket.on("error", () => undefined);
  closers.push(() => socket.terminate());
  return { socket, heard, closed };
}

const typesOf = ({ heard }: Client): readonly string[] => heard.map(({ type }) => type);
async function settled(client: Client, count: number): Promise<void> {
  await expect.poll(() => client.heard.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
}
/** Turns the clock, and lets the sockets have their turn. */
async function pass(on: Stage, ms: number): Promise<void> {
  await on.pass(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

/** What an upgrade is refused with, before the protocol is changed. */
function refusal(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; code: string }> {
  return new Promise((resolve, reject) => {
    const lines = Object.entries({
      host: `127.0.0.1:${port}`,
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-version": "13",
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`);
    let answer = "";
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`),
    );
    socket.on("data", (bytes) => (answer += bytes.toString("utf8")));
    socket.on("error", reject);
    socket.on("close", () => {
      const body = answer.split("\r\n\r\n")[1] ?? "{}";
      resolve({ status: Number(answer.split(" ")[1]), code: JSON.parse(body).code });
    });
  });
}

describe("whoever may listen", () => {
  test.each([PATH, `${PATH}/status`, "/api/ui/stream"])(
    "is greeted with everything as it stands (%s)",
    async (path) => {
      const on = await serving();
      const client = listen(on.origin, path);
      await settled(client, CHANNELS.length);
      expect(client.socket.protocol).toBe("propbot.v1");
      expect(typesOf(client)).toEqual([
        "hello",
        ...CHANNELS.filter((each) => each !== "events").map((each) => `${each}.snapshot`),
      ]);
      for (const message of client.heard) expect(() => streamMessage.parse(message)).not.toThrow();
      expect(() => statusOverview.parse(client.heard[1]?.data)).not.toThrow();
      const order = client.heard.map(({ seq }) => seq);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(hello.parse(client.heard[0]?.data)).toEqual({
        build: "0.0.0-test",
        channels: [...CHANNELS],
        heartbeat_s: 5,
      });
    },
  );

  test("hears what changes and nothing else, as it changes", async () => {
    const on = await serving();
    const client = listen(on.origin);
    await settled(client, CHANNELS.length);
    await pass(on, 6_000);
    client.heard.length = 0;
    await pass(on, 10_000);
    // Nothing happened: figures that tick are told every five seconds.
    await settled(client, 4);
    expect(typesOf(client).toSorted()).toEqual(["heartbeat", "heartbeat", "status.patch", "status.patch"]);
    client.heard.length = 0;
    await on.ask("POST", "/api/ui/hold", { reason: "lunch" }, bearer);
    await pass(on, 100);
    await settled(client, 3);
    expect(typesOf(client)).toEqual(expect.arrayContaining(["event", "status.patch", "control.snapshot"]));
    const patch = client.heard.find(({ type }) => type === "status.patch");
    expect(patch?.data).toMatchObject({ overall: "HOLD", mode: "HOLD" });
    expect(client.heard.find(({ type }) => type === "control.snapshot")?.data.reasons[0].detail).toMatch(/lunch/);
  });

  test("may choose what it hears", async () => {
    const on = await serving();
    const client = listen(on.origin, `${PATH}?channels=pnl,events`);
    await settled(client, 2);
    await on.ask("POST", "/api/ui/hold", {}, bearer);
    await pass(on, 3_000);
    await settled(client, 3);
    expect(new Set(typesOf(client))).toEqual(new Set(["hello", "pnl.snapshot", "event"]));
    expect(await refusal(on.port, `${PATH}?channels=secrets`, bearer)).toEqual({
      status: 422,
      code: "invalid_request",
    });
  });

  test("hears a heartbeat every five seconds, and is asked whether it is there", async () => {
    const on = await serving();
    const client = listen(on.origin, `${PATH}?channels=events`);
    const deaf = listen(on.origin, `${PATH}?channels=events`, bearer, { autoPong: false });
    await settled(client, 1);
    await settled(deaf, 1);
    for (let second = 0; second < 65; second += 5) {
      await pass(on, 5_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await expect.poll(() => deaf.closed.code).toBe(1006);
    expect(client.closed.code).toBeNull();
    expect(typesOf(client).filter((type) => type === "heartbeat").length).toBeGreaterThanOrEqual(12);
    expect(on.api.hub.dropped.get("silent")).toBe(1);
  });

  test("is told and never heard: whatever it says ends it", async () => {
    const on = await serving();
    const [talks, bites, floods] = [0, 1, 2].map(() => listen(on.origin)) as [Client, Client, Client];
    for (const client of [talks, bites, floods]) await settled(client, 1);
    talks.socket.send("subscribe please");
    bites.socket.send(Buffer.from([1, 2, 3]));
    floods.socket.send("x".repeat(5_000));
    await expect.poll(() => [talks.closed.code, bites.closed.code, floods.closed.code]).toEqual([1008, 1003, 1009]);
    expect(on.api.hub.count()).toBe(0);
  });

  test("is sent away within a second when its credential is taken away, and when the server stops", async () => {
    const on = await serving({ people: { ["b".repeat(32)]: "bob" } });
    const bob = listen(on.origin, PATH, { authorization: `Bearer ${"b".repeat(32)}` });
    const alice = listen(on.origin);
    for (const client of [bob, alice]) await settled(client, 1);
    on.people.delete("b".repeat(32));
    await pass(on, 999);
    await expect.poll(() => bob.closed.code).toBe(1008);
    expect(alice.closed.code).toBeNull();
    const closing = on.api.close();
    await expect.poll(() => alice.closed.code).toBe(1001);
    await closing;
  });
});

describe("whoever may not", () => {
  test.each<[string, string, Record<string, string>, number, string]>([
    ["no credential", PATH, {}, 401, "unauthorized"],
    ["a wrong one", PATH, { authorization: "Bearer wrong" }, 401, "unauthorized"],
    ["a token in the address", `${PATH}?token=${TOKEN}`, {}, 401, "unauthorized"],
    ["another site's page", PATH, { ...bearer, origin: "https://evil.example" }, 403, "foreign_origin"],
    ["no page at all", PATH, { ...bearer, origin: "null" }, 403, "foreign_origin"],
    ["another name", PATH, { ...bearer, host: "evil.example" }, 421, "misdirected_host"],
    ["another path", "/api/ui/streams", bearer, 404, "not_found"],
    ["another version", PATH, { ...bearer, "sec-websocket-version": "8" }, 426, "upgrade_required"],
  ])("is refused before the protocol is changed: %s", async (_name, path, headers, status, code) => {
    const on = await serving();
    expect(await refusal(on.port, path, headers)).toEqual({ status, code });
    expect(on.api.hub.count()).toBe(0);
  });

  test("is a browser with a session and no page of ours; with one it listens", async () => {
    const on = await serving();
    const { headers } = await on.ask("POST", "/api/ui/session", { token: TOKEN });
    const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
    expect(await refusal(on.port, PATH, { cookie })).toEqual({ status: 403, code: "foreign_origin" });
    const client = listen(on.origin, PATH, { cookie, origin: `http://${on.origin}` });
    await settled(client, CHANNELS.length);
  });

  test("is one more than there may be, with one name and in all", async () => {
    const people = Object.fromEntries(
      ["c", "d"].map((letter) => [letter.repeat(32), letter === "c" ? "carol" : "dave"]),
    );
    const on = await serving({ people, door: { listeners: { all: 3, ofOne: 2 } } });
    const as = (letter: string) => ({ authorization: `Bearer ${letter.repeat(32)}` });
    for (const headers of [as("c"), as("c")]) await settled(listen(on.origin, PATH, headers), 1);
    expect(await refusal(on.port, PATH, as("c"))).toEqual({ status: 429, code: "too_many_listeners" });
    await settled(listen(on.origin, PATH, as("d")), 1);
    expect(await refusal(on.port, PATH, as("d"))).toEqual({ status: 429, code: "too_many_listeners" });
  });
});

test("of a thousand listeners one does not read: it is cut, and the others hear everything", async () => {
  const many = { listeners: { all: 1_100, ofOne: 1_100 }, sockets: { all: 2_000, ofOneAddress: 2_000 } };
  const on = await serving({ door: many });
  const stalled = listen(on.origin, `${PATH}?channels=events`);
  await settled(stalled, 1);
  stalled.socket.pause();
  const readers = Array.from({ length: 9 }, () => listen(on.origin, `${PATH}?channels=events`));
  const others = Array.from({ length: 990 }, () => listen(on.origin, `${PATH}?channels=control`));
  for (const client of [...readers, ...others]) await settled(client, 1);
  expect(on.api.hub.count()).toBe(1_000);
  const [first] = readers as [Client];
  const says = "x".repeat(60_000);
  let told = 0;
  // What the system itself keeps for a connection is not ours to count: it is filled first.
  for (; told < 400 && on.api.hub.count() === 1_000; told += 1) {
    on.feed.publish({ at: on.clock.now(), level: "info", type: "market", code: "long", says });
    await pass(on, 1);
    await expect.poll(() => first.heard.length, { interval: 1 }).toBe(told + 2);
  }
  expect([on.api.hub.count(), on.api.hub.dropped.get("too_slow"), on.api.hub.health().dropped]).toEqual([999, 1, 1]);
  for (const client of readers) await settled(client, told + 1);
  await on.ask("POST", "/api/ui/hold", {}, bearer);
  await pass(on, 100);
  for (const client of others) await expect.poll(() => typesOf(client).at(-1)).toBe("control.snapshot");
}, 60_000);
