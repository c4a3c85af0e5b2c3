import { expect, test } from "vitest";
import { startVenues } from "./venues.ts";

test("nothing that runs beside the venues reaches beyond this machine", { timeout: 5_000 }, async () => {
  const running = await startVenues();
  try {
    await expect(fetch("https://fapi.binance.com/fapi/v1/time")).rejects.toThrow("fetch failed");
    expect(running.strangers).toEqual(["fapi.binance.com"]);
    expect((await fetch(`${running.urls.binance.rest}/fapi/v1/ping`)).status).toBe(200);
  } finally {
    await running.stop();
  }
});
