import { expect, test } from "vitest";
import { stage } from "./stage.ts";
test("probe", async () => {
  const { ask } = await stage();
  console.log(JSON.stringify(await ask("GET", "/readyz")));
  console.log(JSON.stringify((await ask("POST", "/api/arb/preview", { symbol: "BTCUSDT", min_spread: 2.0 })).body, null, 1));
  console.log(JSON.stringify((await ask("GET", "/api/arb/opportunity")).body, null, 1));
  console.log(JSON.stringify((await ask("POST", "/api/arb/execute", { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 3 })).body, null, 1));
  expect(1).toBe(1);
});
