import { symbolOf } from "#domain/ids.ts";
import { type Part, type Probe, ofParts, watchParts } from "../probe.ts";

/** Out of sight for so long while a hedge is open, and nothing of it can be judged. */
const BLIND_MS = 5_000;

/** Whether each order book is whole, uncrossed and young. */
export const bookSequence: Probe = {
  id: "snapshot_diff",
  title: "Snapshot+diff",
  group: "P0",
  ttlS: 60,
  links: ["/api/arb/edge"],
  read(view) {
    const books = view.books();
    if (books.length === 0) return null;
    const open = new Set(view.hedges().map(({ intent }) => intent.instrument));
    const parts = books.map(({ venue, instrument, distrust, ageMs, resyncs }): Part => {
      const name = `${venue} ${symbolOf(instrument)}`;
      const blind = distrust !== null && open.has(instrument) && (ageMs === null || ageMs > BLIND_MS);
      if (blind) return { level: "HOLD", says: `${name}: ${distrust}, and a hedge of it is open` };
      if (distrust !== null) return { level: "ERROR", says: `${name}: ${distrust}` };
      return { level: resyncs > 0 ? "WARN" : "OK", says: `${name} was fetched anew ${resyncs} times in a minute` };
    });
    const heard = books.flatMap(({ ageMs }) => (ageMs === null ? [] : [ageMs]));
    const untrusted = books.filter(({ distrust }) => distrust !== null).length;
    const unseen = watchParts(view, "feed").filter(({ source }) => source.includes(" book of "));
    return ofParts(view.now(), [...parts, ...unseen], `${books.length} books whole, oldest ${age(heard)}`, {
      books: books.length,
      untrusted,
      resyncs_per_min: books.reduce((all, { resyncs }) => all + resyncs, 0),
      oldest_ms: heard.length === 0 ? null : Math.round(Math.max(...heard)),
    });
  },
};

const age = (ages: readonly number[]): string =>
  ages.length === 0 ? "unknown" : `${(Math.max(...ages) / 1_000).toFixed(1)} s`;
