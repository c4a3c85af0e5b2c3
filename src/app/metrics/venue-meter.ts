import type { Metrics } from "#adapters/host/metrics.ts";
import type { DomainEvent } from "#domain/event.ts";
import { symbolOf, type VenueId } from "#domain/ids.ts";
import type { Clock } from "#ports/clock.ts";
import type { MarketUpdate } from "#ports/venue.ts";
import type { HttpClient, HttpOutcome, HttpRequest } from "#ports/wire.ts";

/** What ended a stream, by the words it was told with. */
const ENDINGS: readonly (readonly [reason: string, says: RegExp])[] = [
  ["keys", /keys were replaced|listen key/],
  ["login", /log(ged|in)\b|refused/],
  ["upgrade", /upgrade|before the venue/],
  ["silent", /nothing on|silen|no sign|not told of/],
  ["closed", /closed \d/],
];
const NO_ENDING = "other";

/** Streams that come and go and books that begin anew, as the feed tells of them. */
export class StreamMeter {
  readonly #metrics: Metrics;
  readonly #ended = new Map<string, string>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  hear({ code, says, venue, instrument, data }: DomainEvent): void {
    if (venue === undefined) return;
    if (code === "book_gap" && instrument !== undefined) {
      const labels = { venue, symbol: symbolOf(instrument), reason: gapReason(says) };
      this.#metrics.count("propbot_book_resyncs_total", labels);
      return;
    }
    const stream = data?.["stream"];
    if (typeof stream !== "string") return;
    const key = `${venue} ${stream}`;
    if (code === "stream_down") this.#ended.set(key, endingOf(says));
    const reason = this.#ended.get(key);
    if (code !== "stream_up" || reason === undefined) return;
    this.#ended.delete(key);
    this.#metrics.count("propbot_ws_reconnects_total", { venue, stream, reason });
  }
}

const endingOf = (says: string): string => ENDINGS.find(([, words]) => words.test(says))?.[0] ?? NO_ENDING;

function gapReason(says: string): string {
  if (/expected|follow|sequence|continu/.test(says)) return "gap";
  return /frame|grid|crossed|not JSON/.test(says) ? "bad_frame" : "stream";
}

/** The silences of both venues, heard with every market update: one comparison for each. */
export function gapsHeard(metrics: Metrics, venues: readonly [VenueId, VenueId]): (update: MarketUpdate) => void {
  const [first] = venues;
  const [one, other] = [metrics.gapsOf(venues[0]), metrics.gapsOf(venues[1])];
  return (update) => {
    const news = update.type === "book" ? update.update : update.type === "best-quote" ? update.quote : null;
    if (news !== null) (news.venue === first ? one : other).note(news.at);
  };
}

/** The same client, with every call timed. Venues are told apart by where they are. */
export class TimedHttp implements HttpClient {
  readonly #http: HttpClient;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #venues: ReadonlyMap<string, VenueId>;

  constructor(http: HttpClient, clock: Clock, metrics: Metrics, venues: ReadonlyMap<string, VenueId>) {
    this.#http = http;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#venues = venues;
  }

  async send(request: HttpRequest): Promise<HttpOutcome> {
    const began = this.#clock.monotonic();
    const outcome = await this.#http.send(request);
    const venue = this.#venues.get(request.origin);
    if (venue !== undefined) {
      const labels = { venue, endpoint: endpointOf(request.target), outcome: wordOf(outcome) };
      const seconds = (this.#clock.monotonic() - began) / 1_000;
      this.#metrics.observe("propbot_venue_request_duration_seconds", labels, seconds);
    }
    return outcome;
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}

/** The last part of the path; whatever is no call of ours is told as `other`. */
function endpointOf(target: string): string {
  const [path = ""] = target.split("?");
  return path.slice(path.lastIndexOf("/") + 1);
}

function wordOf(outcome: HttpOutcome): string {
  if (outcome.outcome !== "answered") return outcome.outcome;
  return outcome.status < 400 ? "ok" : "refused";
}
