import { WebsocketClient as BinanceStreams } from "binance";
import { WebsocketClient as OkxStreams } from "okx-api";
import { SortedDoubles } from "../decode/peers.ts";
import { type Brief, type Receiver, inputOfBrief } from "./receiver.ts";

const QUIET = { trace: () => undefined, info: () => undefined, error: () => undefined };

/** The stream client of the npm package of each venue, its beautifier off; it keeps no book, so sorted doubles do. */
export async function openSdk(brief: Brief): Promise<Receiver> {
  const doubles = new SortedDoubles(inputOfBrief(brief));
  const finished = Promise.withResolvers<number>();
  const subscribed = Promise.withResolvers<unknown>();
  let heard = 0;
  const take = (message: unknown): void => {
    doubles.take(message as never);
    heard += 1;
    if (doubles.sequence === brief.lastId) finished.resolve(heard);
  };
  const root = `ws://127.0.0.1:${brief.port}/bare`;
  const client = brief.venue === "binance" ? binance(root, brief, take) : okx(root, brief, take);
  const events = client as unknown as { on(event: string, hear: (words: unknown) => void): void };
  events.on("response", subscribed.resolve);
  events.on("exception", subscribed.reject);
  await subscribed.promise;
  return { finished: finished.promise, state: () => doubles.state(), close: () => client.closeAll(true) };
}

type Take = (message: unknown) => void;

function binance(wsUrl: string, { symbol, snapshot }: Brief, take: Take): BinanceStreams {
  const client = new BinanceStreams({ wsUrl, beautify: false }, QUIET);
  client.on("message", (message) => {
    if ("e" in message || "stream" in message) take(message);
  });
  const stream = snapshot === null ? "bookTicker" : "depth@0ms";
  void client.subscribe([`${symbol.toLowerCase()}@${stream}`], "usdmPublic");
  return client;
}

function okx(wsUrl: string, { symbol, snapshot }: Brief, take: Take): OkxStreams {
  const client = new OkxStreams({ wsUrl }, QUIET);
  client.on("update", take);
  void client.subscribe([{ channel: snapshot === null ? "bbo-tbt" : "books", instId: symbol }]);
  return client;
}
