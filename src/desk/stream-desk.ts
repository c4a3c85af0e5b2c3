import type { z } from "zod";
import { type Channel, CHANNELS, type statusPatch } from "#contract/stream.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { Operator } from "#domain/operator.ts";
import { symbolOf } from "#domain/ids.ts";
import { isoTime } from "#domain/time.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { StatusRoom } from "#trading/engine/status-room.ts";
import type { ApprovalsDesk } from "./approvals-desk.ts";
import type { BooksDesk } from "./books-desk.ts";
import type { ControlDesk } from "./control-desk.ts";
import type { TradingDesk } from "./trading-desk.ts";
import { type StatusDesk, componentWords } from "./status-desk.ts";

export interface StreamNews {
  readonly channel: Channel;
  readonly type: string;
  readonly data: unknown;
}

export interface Heard {
  readonly engine: Engine;
  readonly room: StatusRoom;
  readonly status: StatusDesk;
  readonly control: ControlDesk;
  readonly trading: TradingDesk;
  readonly books: BooksDesk;
  readonly approvals: ApprovalsDesk;
}

/** Whoever listens has shown a credential: there is one audience, and everything is written once for all of it. */
const LISTENER: Operator = { name: "stream", role: "viewer" };

const FIGURES_EVERY_MS = 5_000;
/** When something was looked at last, and for how long it has been there, is no news of it. */
const TICKING: ReadonlySet<string> = new Set(["ts", "lifetime_ms"]);
const FIGURES = /\d[\d.]*/g;

/** What whoever listens was told last. */
class Shown {
  figuresAt = 0;
  readonly #texts = new Map<string, string>();

  isNews(name: string, text: string): boolean {
    if (this.#texts.get(name) === text) return false;
    this.#texts.set(name, text);
    return true;
  }

  get isEmpty(): boolean {
    return this.#texts.size === 0;
  }

  clear(): void {
    this.#texts.clear();
  }
}

/** What changes, as it changes: the status after every look that saw a change, events at once, the rest once a second. */
export class StreamDesk {
  readonly #heard: Heard;
  readonly #shown = new Shown();

  constructor(heard: Heard) {
    this.#heard = heard;
  }

  /** Everything as it stands, one message for each channel; events have no standing. */
  snapshot(): readonly StreamNews[] {
    const news = CHANNELS.filter((channel) => channel !== "events").map((channel) => ({
      channel,
      type: `${channel}.snapshot`,
      data: this.#standing(channel),
    }));
    // The first who listens has heard all of this. Of those who listened before nobody may miss what changed since.
    if (this.#shown.isEmpty) {
      for (const { channel, data } of news) this.#shown.isNews(channel, wordsOf(data));
      this.#statusPatch();
    }
    return news;
  }

  /** @param wanted whether anybody listens now: nothing is made for nobody */
  listen(hear: (news: StreamNews) => void, wanted: () => boolean): { close(): void } {
    const { engine, room } = this.#heard;
    const looking = room.listen(() => {
      if (!wanted()) return this.#shown.clear();
      const patch = this.#statusPatch();
      if (patch !== null) hear({ channel: "status", type: "status.patch", data: patch });
      for (const channel of CHANNELS) {
        if (channel === "status" || channel === "events") continue;
        const data = this.#standing(channel);
        if (this.#shown.isNews(channel, wordsOf(data))) hear({ channel, type: `${channel}.snapshot`, data });
      }
    });
    const hearing = engine.rooms.world.feed.subscribe((event) => {
      if (wanted()) hear({ channel: "events", type: "event", data: eventNews(event) });
    });
    return {
      close: () => {
        looking.close();
        hearing.close();
      },
    };
  }

  /**
   * Null when there is nothing to tell. Another level or other words are told at once; figures tick with every look, and
   * are told now and then.
   */
  #statusPatch(): z.infer<typeof statusPatch> | null {
    const shown = this.#shown;
    const { components: all = [] } = this.#heard.room.board() ?? {};
    const now = this.#heard.room.now();
    const figures = now - shown.figuresAt >= FIGURES_EVERY_MS;
    if (figures) shown.figuresAt = now;
    const changed = all.filter(({ id, level, says }) => {
      const exact = `${level} ${says}`;
      const words = shown.isNews(`words ${id}`, exact.replaceAll(FIGURES, "#"));
      return (words || figures) && shown.isNews(`exact ${id}`, exact);
    });
    const { overall, mode, scores, slo, alerts } = this.#heard.status.overview(LISTENER);
    const whole = shown.isNews("whole", `${overall} ${mode}`);
    if (changed.length === 0 && !whole) return null;
    return {
      overall,
      mode,
      scores,
      slo,
      alerts,
      components: changed.map((each) => componentWords(each, true)),
    };
  }

  #standing(channel: Exclude<Channel, "events">): unknown {
    const { approvals, books, control, status, trading } = this.#heard;
    switch (channel) {
      case "status":
        return status.overview(LISTENER);
      case "control":
        return control.state();
      case "opportunity": {
        const { last, status: verdict } = trading.best();
        return { last_opportunity: last, status: verdict };
      }
      case "positions":
        return books.positions(false);
      case "pnl":
        return books.pnl();
      case "approvals":
        return approvals.list();
    }
  }
}

const wordsOf = (data: unknown): string =>
  JSON.stringify(data, (name, value: unknown) => (TICKING.has(name) ? undefined : value));

function eventNews({ at, level, type, code, says, venue, instrument, hedge, data }: DomainEvent): unknown {
  return {
    ts: isoTime(at),
    level,
    type,
    code,
    message: says,
    venue: venue ?? null,
    symbol: instrument === undefined ? null : symbolOf(instrument),
    payload: { ...(hedge === undefined ? {} : { hedge }), ...data },
  };
}
