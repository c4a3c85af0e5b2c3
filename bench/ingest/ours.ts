import { SeededChance } from "#adapters/host/chance.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import { UndiciHttpClient } from "#adapters/wire/http.ts";
import { WsSocketFactory } from "#adapters/wire/socket.ts";
import { binanceVenue } from "#adapters/venues/binance/venue.ts";
import { okxVenue } from "#adapters/venues/okx/venue.ts";
import { MarketBook } from "#domain/market-book.ts";
import type { MarketUpdate } from "#ports/venue.ts";
import type { EndState } from "../decode/market.ts";
import { instrumentOf, settings } from "../decode/ours.ts";
import { type Brief, type Receiver, inputOfBrief } from "./receiver.ts";

const clock = new SystemClock();

/** The production road: socket factory, session, feed, scanner, book. */
export async function openOurs(brief: Brief): Promise<Receiver> {
  const instrument = instrumentOf(inputOfBrief(brief));
  const book = new MarketBook(instrument);
  const http = new UndiciHttpClient(clock);
  const make = brief.venue === "binance" ? binanceVenue : okxVenue;
  const host = `127.0.0.1:${brief.port}`;
  const { marketData } = make(
    { ...settings, restUrl: `http://${host}`, wsUrl: `ws://${host}` },
    {
      clock,
      chance: new SeededChance("bench"),
      gate: { permits: () => false },
      log: { write: () => undefined },
      http,
      sockets: new WsSocketFactory(clock),
    },
  );
  const finished = Promise.withResolvers<number>();
  const stands = Promise.withResolvers<void>();
  let heard = 0;
  let quoted = 0;
  const note = (id: number): void => {
    heard += 1;
    if (id === brief.lastId) finished.resolve(heard);
  };
  const listen = (update: MarketUpdate): void => {
    if (update.type === "book") {
      book.apply(update.update);
      if (update.update.kind === "gap") throw new Error(`a gap: ${update.update.says}`);
      if (update.update.kind === "snapshot") stands.resolve();
      else note(update.update.sequence);
    } else if (update.type === "best-quote") {
      book.note(update.quote);
      quoted = update.quote.sequence;
      note(quoted);
    } else if (update.type === "stream" && update.state === "up" && brief.snapshot === null) stands.resolve();
  };
  const following = marketData.subscribe([instrument], listen);
  await stands.promise;
  heard = 0;
  return {
    finished: finished.promise,
    state: () => stateOf(book, brief.snapshot !== null, quoted),
    close: () => {
      following.close();
      void http.close();
    },
  };
}

function stateOf(book: MarketBook, hasBook: boolean, quoted: number): EndState {
  const at = (bid: number, ask: number, sequence: number) => ({
    bid: Math.round(bid) / 10,
    ask: Math.round(ask) / 10,
    sequence,
  });
  const { depth } = book;
  return {
    depth: hasBook ? at(depth.topTick("bid"), depth.topTick("ask"), depth.sequence) : null,
    quote: quoted === 0 ? null : at(book.bestTick("bid"), book.bestTick("ask"), quoted),
  };
}
