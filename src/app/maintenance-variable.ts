import type { MaintenanceWindow } from "#domain/maintenance.ts";
import { type Instant, isoTime } from "#domain/time.ts";
import type { Variable } from "./variable.ts";
import { venueOf } from "#domain/ids.ts";

/** Only times that say where they are: an hour of somebody's zone must not be guessed. */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;
const FORM = "binance-um 2026-12-01T02:00Z/2026-12-01T04:00Z";

/** Windows of planned maintenance, separated by commas: `<venue> <from>/<until>`. */
export function maintenance(
  meta: Pick<Variable<never>, "name" | "group" | "preset" | "says">,
): Variable<readonly MaintenanceWindow[]> {
  return {
    ...meta,
    secret: false,
    read: (text) => {
      const entries = text
        .split(",")
        .map((entry) => entry.trim())
        .filter((entry) => entry !== "");
      const windows: MaintenanceWindow[] = [];
      for (const entry of entries) {
        const window = readWindow(entry);
        if (typeof window === "string")
          return { problem: `must be windows like ${FORM}; in ${JSON.stringify(entry)} ${window}` };
        windows.push(window);
      }
      return { value: windows };
    },
  };
}

/** The window, or what is wrong with it. */
function readWindow(entry: string): MaintenanceWindow | string {
  const [name = "", span = "", ...rest] = entry.split(/\s+/);
  const [from = "", until = "", ...more] = span.split("/");
  if (span === "" || rest.length > 0 || more.length > 0) return "a venue and one span are needed";
  const venue = venueOf(name);
  if (venue === null) return `${name} is no venue; binance-um or okx-perp`;
  const [begin, end] = [instantOf(from), instantOf(until)];
  if (begin === null) return `${JSON.stringify(from)} is no time in UTC`;
  if (end === null) return `${JSON.stringify(until)} is no time in UTC`;
  if (end <= begin) return `it ends before it begins: ${isoTime(begin)}, ${isoTime(end)}`;
  return { venue, from: begin, until: end, says: "planned in MAINTENANCE_WINDOWS" };
}

function instantOf(text: string): Instant | null {
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN;
  // A thirtieth of February is read as the first of March: it is not the day that was written.
  return Number.isNaN(at) || !isoTime(at as Instant).startsWith(text.slice(0, 16)) ? null : (at as Instant);
}
