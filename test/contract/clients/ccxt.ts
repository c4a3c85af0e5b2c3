import ccxt, { type Exchange } from "ccxt";
import { expect, onTestFinished } from "vitest";
import { ccxtOf } from "./ccxt-client.ts";
import { type Running, startVenues, type VenueName } from "./venues.ts";

export const VENUES: readonly VenueName[] = ["binance", "okx"];
export const BTC_SWAP = "BTC/USDT:USDT";
/** Nothing here may take longer, and nothing hangs: a call that is not answered fails. */
export const TIMEOUT_MS = 20_000;

/** How the client counts on one venue: in base on Binance, in contracts on OKX. */
export const PER_BASE: Readonly<Record<VenueName, number>> = { binance: 1, okx: 100 };
/** What an order has to say on top of what both venues ask for: cross margin, where the client would leave it open. */
export const CROSS: Readonly<Record<VenueName, object>> = { binance: {}, okx: { tdMode: "cross" } };

export interface Subject {
  /** Unmodified, its markets loaded. */
  readonly client: Exchange;
  readonly running: Running;
}

/** The client of one venue against both simulated venues, for as long as the test runs. */
export async function aClient(venue: VenueName): Promise<Subject> {
  const running = await startVenues();
  const client = ccxtOf(venue, running, TIMEOUT_MS);
  onTestFinished(async () => {
    await client.close();
    await running.stop();
    expect(running.strangers, "hosts beyond loopback").toEqual([]);
  });
  // It asks its proxy modules how to open a socket without TLS, even when there is no proxy.
  await client.loadHttpProxyAgent();
  await client.loadMarkets();
  return { client, running };
}

/**
 * The error class the client gives to an answer. It picks Binance's table by the host's name, which is loopback here,
 * so the answer that came over the wire is shown to it once more as what `fapi.binance.com` said.
 */
export async function refusalOf(client: Exchange, call: Promise<unknown>): Promise<Error> {
  const refused = await call.then(
    () => new Error("it was not refused"),
    (error: unknown) => error as Error,
  );
  if (client.id !== "binanceusdm" || refused instanceof ccxt.DDoSProtection) return refused;
  const body = String(client.last_http_response);
  const path = new URL(String(client.last_request_url)).pathname;
  try {
    client.handleErrors(400, "", `https://fapi.binance.com${path}`, "POST", {}, body, JSON.parse(body), {}, "");
  } catch (error) {
    return error as Error;
  }
  return refused;
}
