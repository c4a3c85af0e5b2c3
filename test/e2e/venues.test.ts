import { createHmac } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { Program, removeFolders } from "./program.ts";

afterAll(removeFolders);

test("propbot venues: both venues on their own, their keys open signed routes, Ctrl-C ends them", async () => {
  const program = new Program(["venues", "--json"]);
  const facts = JSON.parse((await program.says(/^\{.*\}$/m))[0]) as Record<string, Record<string, string>>;
  const [binance, okx] = [facts["binance-um"] ?? {}, facts["okx-perp"] ?? {}];

  const query = `timestamp=${Date.now()}`;
  const signature = createHmac("sha256", binance["secret"] ?? "")
    .update(query)
    .digest("hex");
  const balances = await fetch(`${binance["rest"]}/fapi/v3/balance?${query}&signature=${signature}`, {
    headers: { "X-MBX-APIKEY": binance["api_key"] ?? "" },
  });
  expect(await balances.json()).toEqual(expect.arrayContaining([expect.objectContaining({ asset: "USDT" })]));

  const stamp = new Date().toISOString();
  const target = "/api/v5/account/balance?ccy=USDT";
  const sign = createHmac("sha256", okx["secret"] ?? "")
    .update(`${stamp}GET${target}`)
    .digest("base64");
  const account = await fetch(`${okx["rest"]}${target}`, {
    headers: {
      "OK-ACCESS-KEY": okx["api_key"] ?? "",
      "OK-ACCESS-SIGN": sign,
      "OK-ACCESS-TIMESTAMP": stamp,
      "OK-ACCESS-PASSPHRASE": okx["passphrase"] ?? "",
    },
  });
  expect(await account.json()).toMatchObject({ code: "0" });
  expect(await program.signal("SIGINT")).toBe(0);
});
