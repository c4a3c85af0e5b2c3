import { MINUTE, type Instant, after, instantAt, isoTime } from "#domain/time.ts";
import type { Operator } from "#domain/operator.ts";
import { type DeskAnswer, done } from "./answer.ts";
import type { ControlDesk } from "./control-desk.ts";
import type { EventsDesk } from "./events-desk.ts";
import type { IncidentWords, IncidentsDesk } from "./incidents-desk.ts";
import type { ReconDesk } from "./recon-desk.ts";
import type { StatusDesk } from "./status-desk.ts";

export interface BundleFile {
  readonly name: string;
  readonly text: string;
}

export interface BundleDesks {
  readonly control: ControlDesk;
  readonly events: EventsDesk;
  readonly incidents: IncidentsDesk;
  readonly recon: ReconDesk;
  readonly status: StatusDesk;
  readonly now: () => Instant;
}

const AROUND_MS = 5 * MINUTE;
/** An incident that goes on for days has more to tell than one file should; the events' own export has no such end. */
const MOST_EVENTS = 20_000;

/** Everything about one incident, to give to whoever looks into it. No secret is in it. */
export class IncidentBundle {
  readonly #desks: BundleDesks;
  readonly #redact: (text: string) => string;

  constructor(desks: BundleDesks, redact: (text: string) => string) {
    this.#desks = desks;
    this.#redact = redact;
  }

  async of(who: Operator, id: string): Promise<DeskAnswer<readonly BundleFile[]>> {
    const { control, events, incidents, recon, status, now } = this.#desks;
    const found = incidents.find(id);
    if (!found.ok) return found;
    const state = control.state();
    const told = await this.#events(found.value);
    events.tellExport(who.name, `incident ${id}`, "tar.gz");
    const files = [
      { name: "README.txt", text: readme(found.value, told, isoTime(now())) },
      { name: "incident.json", text: pretty(found.value) },
      { name: "events.ndjson", text: told.text },
      { name: "status.json", text: pretty(status.overview(who)) },
      { name: "control.json", text: pretty(state) },
      { name: "settings.json", text: pretty(state.settings) },
      { name: "recon.json", text: pretty({ ...recon.status(), history: recon.history(50).runs }) },
    ];
    return done(files.map(({ name, text }) => ({ name, text: this.#redact(text) })));
  }

  /** From a little before it began to a little after it ended, or to now. */
  async #events({ opened_at, closed_at }: IncidentWords): Promise<Told> {
    const { events, now } = this.#desks;
    const end = closed_at === null ? now() : instantAt(Date.parse(closed_at));
    const since = isoTime(after(instantAt(Date.parse(opened_at)), -AROUND_MS));
    const until = isoTime(after(end, AROUND_MS));
    let text = "";
    let count = 0;
    for await (const page of await events.exported({ since, until, order: "asc", limit: MOST_EVENTS })) {
      text += page.map((event) => `${JSON.stringify(event)}\n`).join("");
      count += page.length;
    }
    return { text, count, since, until };
  }
}

interface Told {
  readonly text: string;
  readonly count: number;
  readonly since: string;
  readonly until: string;
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function readme({ id, title }: IncidentWords, { count, since, until }: Told, at: string): string {
  const cut =
    count < MOST_EVENTS ? "" : ` Only the first ${MOST_EVENTS} are here: take the rest from /api/ui/events/export.`;
  return `Incident ${id}: ${title}
Taken at ${at}. Secrets are replaced by ***.

incident.json   the incident, with everything that was done about it
events.ndjson   ${count} events, one a line, from ${since} to ${until}.${cut}
status.json     every component, objective and alert, as of the moment it was taken
control.json    mode, guards, reasons and approvals, as of that moment
settings.json   the settings in force at that moment
recon.json      what differs from the venues, and the latest comparisons
`;
}
