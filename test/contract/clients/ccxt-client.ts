import ccxt, { type Exchange } from "ccxt";

interface Key {
  readonly key: string;
  readonly secret: string;
}

/** Where both venues are, and what opens an account there. */
export interface Access {
  readonly urls: Readonly<Record<"binance" | "okx", { readonly rest: string; readonly ws: string }>>;
  readonly keys: { readonly binance: Key; readonly okx: Key & { readonly passphrase: string } };
}

/** Only addresses and keys are changed, and what would call hosts that are no part of these venues is switched off. */
export function ccxtOf(venue: "binance" | "okx", access: Access, timeoutMs: number): Exchange {
  return venue === "binance" ? binanceClient(access, timeoutMs) : okxClient(access, timeoutMs);
}

function binanceClient({ urls, keys }: Access, timeout: number): Exchange {
  const { key, secret } = keys.binance;
  const { rest, ws } = urls.binance;
  const client = new ccxt.pro.binanceusdm({
    apiKey: key,
    secret,
    timeout,
    enableRateLimit: false,
    has: { fetchCurrencies: false },
    options: { fetchMarkets: ["linear"] },
  });
  const api = client.urls["api"] as Record<string, unknown> & { readonly ws: Record<string, unknown> };
  for (const version of [1, 2, 3]) {
    const suffix = version === 1 ? "" : `V${version}`;
    api[`fapiPublic${suffix}`] = `${rest}/fapi/v${version}`;
    api[`fapiPrivate${suffix}`] = `${rest}/fapi/v${version}`;
  }
  api.ws["future"] = `${ws}/ws`;
  api.ws["ws-api"] = { future: `${ws}/ws-fapi/v1` };
  return client;
}

function okxClient({ urls, keys }: Access, timeout: number): Exchange {
  const { key, secret, passphrase } = keys.okx;
  const { rest, ws } = urls.okx;
  const client = new ccxt.pro.okx({
    apiKey: key,
    secret,
    password: passphrase,
    timeout,
    enableRateLimit: false,
    has: { fetchCurrencies: false },
    options: { defaultType: "swap", fetchMarkets: { types: ["swap"] } },
  });
  Object.assign(client.urls["api"] as object, { rest, ws: `${ws}/ws/v5` });
  return client;
}
