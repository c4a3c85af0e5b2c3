import type { ClientOrderId, InstrumentId, VenueId } from "#domain/ids.ts";
import type { NameOrigin } from "#ports/chance.ts";
import type { Clock } from "#ports/clock.ts";
import type { Venue } from "#ports/venue.ts";

type Named = { readonly id: ClientOrderId; readonly instrument: InstrumentId };

/** What became of our orders on one venue, in the venue's own words. */
export interface Cancelled {
  readonly venue: VenueId;
  /** Were open, and the venue says they are no more. */
  readonly cancelled: readonly ClientOrderId[];
  readonly failed: readonly { readonly id: ClientOrderId; readonly says: string }[];
  readonly stillOpen: readonly ClientOrderId[];
  /** Open on the account and none of ours: left alone. */
  readonly foreign: readonly ClientOrderId[];
  /** Only the venue's own word makes it so; `unknown` when it could not be asked. */
  readonly verdict: "confirmed" | "still_open" | "unknown";
  readonly says: string;
}

export interface CancelAllDeps {
  readonly clock: Clock;
  readonly origin: (id: string) => NameOrigin;
  /** Orders of ours that may be open there, as far as we know without asking. */
  readonly known: (venue: VenueId) => readonly Named[];
}

const TRIES = 4;
const PAUSE_MS = 250;

/**
 * Takes every order of ours off one venue, through the wire, and asks the venue whether it is so. What we know of is
 * cancelled before anything is asked; what the venue lists besides follows. Somebody else's orders stay.
 */
export async function cancelAll(venue: Venue, { clock, origin, known }: CancelAllDeps): Promise<Cancelled> {
  const failed = new Map<ClientOrderId, string>();
  const wanted = new Set<ClientOrderId>();
  const cancel = async (order: Named): Promise<void> => {
    wanted.add(order.id);
    const answer = await venue.trading.cancel(order);
    if (answer.outcome === "fault") failed.set(order.id, answer.fault.says);
    else if (answer.outcome === "withheld") failed.set(order.id, "control let no cancel leave for this venue");
    else failed.delete(order.id);
  };
  await Promise.all(known(venue.id).map(cancel));
  let open: readonly Named[] = [];
  let unanswered: string | null = null;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await clock.sleep(PAUSE_MS);
    const answer = await venue.account.openOrders();
    unanswered = answer.outcome === "fault" ? answer.fault.says : null;
    if (answer.outcome === "fault") continue;
    open = answer.value;
    const ours = open.filter(({ id }) => origin(id) !== "foreign");
    if (ours.length === 0) break;
    await Promise.all(ours.map(cancel));
  }
  const stillOpen = open.filter(({ id }) => origin(id) !== "foreign").map(({ id }) => id);
  const foreign = open.filter(({ id }) => origin(id) === "foreign").map(({ id }) => id);
  const verdict = unanswered !== null ? "unknown" : stillOpen.length > 0 ? "still_open" : "confirmed";
  const cancelled = unanswered !== null ? [] : [...wanted].filter((id) => !stillOpen.includes(id));
  return {
    venue: venue.id,
    cancelled,
    failed: [...failed].filter(([id]) => !cancelled.includes(id)).map(([id, says]) => ({ id, says })),
    stillOpen,
    foreign,
    verdict,
    says: sentence(verdict, cancelled.length, stillOpen.length, unanswered),
  };
}

function sentence(verdict: Cancelled["verdict"], gone: number, open: number, unanswered: string | null): string {
  if (verdict === "unknown") return `the venue could not be asked: ${unanswered ?? ""}`;
  return `${gone} taken off, ${open} still open, as the venue says`;
}
