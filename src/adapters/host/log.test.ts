import { describe, expect, test } from "vitest";
import { jsonLog } from "./log.ts";

function lines(secrets: Iterable<string>): { log: ReturnType<typeof jsonLog>; written: () => string } {
  const out: string[] = [];
  return { log: jsonLog({ write: (line) => void out.push(line) }, secrets), written: () => out.join("") };
}

describe("a log", () => {
  test("is one JSON line for one thing that happened", () => {
    const { log, written } = lines([]);
    log.write("warn", "a stream is down", { venue: "okx-perp", tries: 3 });
    expect(JSON.parse(written())).toMatchObject({ level: 40, msg: "a stream is down", venue: "okx-perp", tries: 3 });
    expect(written().endsWith("\n")).toBe(true);
  });

  test("holds no secret we know of, wherever it stands", () => {
    const { log, written } = lines(["hunter2-hunter2", "short"]);
    log.write("error", "key hunter2-hunter2 refused", { detail: "sent hunter2-hunter2twice hunter2-hunter2" });
    expect(written()).not.toContain("hunter2");
    expect(written()).toContain("***");
  });

  test("in no spelling, and not one that became known after it was opened", () => {
    const secrets = new Set<string>();
    const { log, written } = lines(secrets);
    secrets.add("pass/word+12");
    const spelt = ["utf8", "hex", "base64", "base64url"] as const;
    const forms = spelt.map((form) => Buffer.from("pass/word+12").toString(form));
    log.write("error", forms.join(" "), { sent: [...forms, encodeURIComponent("pass/word+12")].join() });
    for (const form of [...forms, "pass%2Fword"]) expect(written()).not.toContain(form.slice(0, 8));
  });

  test.each([
    "https://fapi.binance.com/fapi/v1/order?symbol=BTCUSDT&signature=c8db56825ae71d6d79447849e617115f",
    'OK-ACCESS-SIGN: "abcdEFGH1234="',
    "listenKey=pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1",
  ])("takes what signs a request out of %s", (text) => {
    const { log, written } = lines([]);
    log.write("error", text, { url: text });
    expect(written()).not.toMatch(/c8db5682|abcdEFGH|pqia91ma/);
  });
});
