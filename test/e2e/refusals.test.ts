import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { Program, emptyFolder, removeFolders, run } from "./program.ts";

afterAll(removeFolders);

const folder = emptyFolder();
const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const garbage = file("garbage.jsonl", "this is no recording\nnor is this\n");
const halfGzip = file("half.jsonl.gz", gzipSync("1723161255030314667 {}\n".repeat(5_000)).subarray(0, 60));
const halfLine = file("half.jsonl", '1723161255030314667 {"stream":"btcusdt@boo');

test.each([
  [
    "a recording that is not there",
    ["replay", "--market", "recording:/nowhere.gz"],
    /\/nowhere\.gz does not exist; check the path/,
  ],
  [
    "a recording cut off in its gzip",
    ["replay", "--market", `recording:${halfGzip}`],
    /half-written: the gzip stream ends too early/,
  ],
  [
    "a recording cut off in its last line",
    ["replay", "--market", `recording:${halfLine}`],
    /half-written: its last line has no end/,
  ],
  ["a file that is no recording", ["replay", "--market", `recording:${garbage}`], /holds no market data/],
  [
    "both files named when both are bad",
    ["replay", "--market", `recording:/nowhere.gz,${garbage}`],
    /nowhere[\s\S]*garbage/,
  ],
  ["replay without a recording", ["replay"], /replay needs a recording: --market recording:<file>/],
  ["a start on a recording that is not there", ["start", "--market", "recording:/nowhere.gz"], /does not exist/],
])("%s: one clear message, exit 78", async (_name, args, message) => {
  const { code, err } = await run(args);
  expect(err).toMatch(message);
  expect(code).toBe(78);
});

test("wrong variables: every problem at once, each with its name and its fix, exit 78", async () => {
  const wrong = { PROFILE: "live", SAFE_MODE: "false", PORT: "99999", MAX_LEVERAGE: "lots", MAX_LEVERAG: "3" };
  const { code, err } = await run(["start"], wrong);
  expect(code).toBe(78);
  for (const part of [
    /PORT: must be a whole number from 0 to 65535/,
    /MAX_LEVERAGE: must be/,
    /MAX_LEVERAG is not a variable of ours; did you mean MAX_LEVERAGE\?/,
  ]) {
    expect(err).toMatch(part);
  }
});

test("live without keys, limits and a token of one's own is refused, exit 78", async () => {
  const { code, err } = await run(["start"], { PROFILE: "live", SAFE_MODE: "false", API_TOKEN: "change-me" });
  expect(code).toBe(78);
  for (const part of [
    /API_TOKEN: must be set to at least 32/,
    /BINANCE_LV_API_KEY/,
    /OKX_API_KEY/,
    /TWO_MAN_RULE: must be set with PROFILE=live/,
    /MAX_POSITION_USDT: must be set with PROFILE=live/,
    /MAX_OPEN_ORDERS: must be set/,
    /MAX_DAILY_LOSS_USDT: must be set/,
  ])
    expect(err).toMatch(part);
});

test("a port that is taken: exit 78, and nothing is left behind", async () => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const data = join(emptyFolder(), "data");
  const { code, err } = await run(["start", "--data-dir", data, "--port", `${port}`]);
  other.close();
  expect(err).toMatch(new RegExp(`PORT: 127\\.0\\.0\\.1:${port} is in use; stop what listens there or set PORT`));
  expect(code).toBe(78);
  expect(() => readdirSync(data)).toThrow(/ENOENT/);
});

test("somebody else's folder: exit 78, and not a file of it is touched", async () => {
  const foreign = join(emptyFolder(), "foreign");
  mkdirSync(foreign);
  writeFileSync(join(foreign, "thesis.txt"), "mine");
  const { code, err } = await run(["start", "--data-dir", foreign, "--port", "0"]);
  expect(err).toMatch(/holds other files \(thesis\.txt\); choose an empty folder/);
  expect(code).toBe(78);
  expect(readdirSync(foreign)).toEqual(["thesis.txt"]);
});

test("a folder that cannot be made: exit 78", async () => {
  const { code, err } = await run(["start", "--data-dir", "/proc/nowhere", "--port", "0"]);
  expect(err).toMatch(/DATA_DIR \/proc\/nowhere cannot be used/);
  expect(code).toBe(78);
});

test("a second process on one data directory: exit 75, and the first goes on", async () => {
  const data = emptyFolder();
  const first = new Program(["start", "--data-dir", data, "--port", "0"]);
  await first.says(/^scanning/m);
  // What it takes to load the program at all is not the refusal's.
  const began = performance.now();
  await run(["help"]);
  const loaded = performance.now();
  const { code, err } = await run(["start", "--data-dir", data, "--port", "0"]);
  const refusedMs = performance.now() - loaded - (loaded - began);
  expect(err).toMatch(/is in use by another PropBot/);
  expect([code, refusedMs < 1_000]).toEqual([75, true]);
  expect(await first.signal("SIGTERM")).toBe(0);
});

test.each([
  ["an unknown command", ["strat"], /unknown command 'strat'[\s\S]*start/],
  ["an unknown flag", ["replay", "--fast"], /unknown option '--fast'/],
])("%s: exit 2", async (_name, args, message) => {
  const { code, err } = await run(args);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});
