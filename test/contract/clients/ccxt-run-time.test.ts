/*
 * What changes at the simulated venues while ccxt is connected.
 *
 * Calls: createOrder (both sides held; GTD, priceMatch), fetchPositions, fetchMarketLeverageTiers, fetchMarkets,
 * fetchFundingInterval or fetchFundingRate, fetchStatus (OKX), fetchOrder, fetchTime.
 */
import { describe, expect, test } from "vitest";
import { after, HOUR } from "#domain/time.ts";
import { aClient, BTC_SWAP, CROSS, PER_BASE, TIMEOUT_MS, VENUES } from "./ccxt.ts";
import { BTC } from "./venues.ts";

describe.each(VENUES)("ccxt on %s", { timeout: TIMEOUT_MS }, (venue) => {
  const tenth = 0.1 * PER_BASE[venue];

  test("a long and a short position are held beside each other", async () => {
    const { client } = await aClient(venue);
    await client.setPositionMode(true, BTC_SWAP);
    for (const [side, name] of [
      ["buy", "LONG"],
      ["sell", "SHORT"],
    ] as const) {
      const positionSide = venue === "binance" ? { positionSide: name } : { posSide: name.toLowerCase() };
      await client.createOrder(BTC_SWAP, "market", side, tenth, undefined, { ...positionSide, ...CROSS[venue] });
    }
    const positions = await client.fetchPositions([BTC_SWAP]);
    const held = positions.map(({ side, contracts }) => [side, contracts] as const);
    expect(held.toSorted()).toEqual([
      ["long", tenth],
      ["short", tenth],
    ]);
  });

  test("an order by the wrong position mode is refused", async () => {
    const { client, running } = await aClient(venue);
    running.exchanges[venue].hedgeMode = true;
    const words = venue === "binance" ? {} : { posSide: "net", ...CROSS.okx };
    const refused = client.createOrder(BTC_SWAP, "market", "buy", tenth, undefined, words);
    await expect(refused).rejects.toThrow(venue === "binance" ? "-4061" : "51000");
  });

  test("tiers are several, and rise", async () => {
    const { client } = await aClient(venue);
    const tiers = await client.fetchMarketLeverageTiers(BTC_SWAP);
    expect(tiers.length).toBeGreaterThan(4);
    const rates = tiers.map(({ maintenanceMarginRate }) => maintenanceMarginRate ?? 0);
    expect(rates).toEqual(rates.toSorted((a, b) => a - b));
    expect(tiers[1]?.minNotional).toBeGreaterThan(0);
  });

  test("a halted instrument is shown as one, and refuses", async () => {
    const { client, running } = await aClient(venue);
    running.exchanges[venue].listings.halt(BTC);
    const market = (await client.fetchMarkets()).find((one) => one?.symbol === BTC_SWAP);
    expect(market).toMatchObject({ active: false });
    const refused = client.createOrder(BTC_SWAP, "market", "buy", tenth, undefined, CROSS[venue]);
    await expect(refused).rejects.toThrow(venue === "binance" ? "-4140" : "51022");
  });

  test("another interval of funding is shown", async () => {
    const { client, running } = await aClient(venue);
    const { clock } = running.exchanges[venue];
    running.exchanges[venue].setFundingInterval(BTC, HOUR);
    const shown =
      venue === "binance" ? await client.fetchFundingInterval(BTC_SWAP) : await client.fetchFundingRate(BTC_SWAP);
    expect(shown).toMatchObject({ interval: "1h" });
    expect(await client.fetchTime()).toBeGreaterThan(after(clock.now(), -HOUR));
  });
});

test("ccxt on binance: prices matched to the book, and orders good till a date", { timeout: TIMEOUT_MS }, async () => {
  const { client } = await aClient("binance");
  const matched = await client.createOrder(BTC_SWAP, "limit", "buy", 0.1, undefined, { priceMatch: "QUEUE" });
  expect(await client.fetchOrder(String(matched.id), BTC_SWAP)).toMatchObject({ price: 60_000, status: "open" });
  const till = { timeInForce: "GTD", goodTillDate: Date.now() + 700_000 };
  const dated = await client.createOrder(BTC_SWAP, "limit", "buy", 0.1, 59_000, till);
  expect(await client.fetchOrder(String(dated.id), BTC_SWAP)).toMatchObject({ timeInForce: "GTD", status: "open" });
});
