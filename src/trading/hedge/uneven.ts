import type { HoldCode } from "#domain/hold.ts";
import { format } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { nakedLeg } from "#domain/hedge-machine.ts";
import type { Clock } from "#ports/clock.ts";
import type { Running } from "./roster.ts";

/** Legs that differ for this long are an alarm, whoever is at fault. */
const UNEVEN_ALARM_MS = 2_000;

export interface UnevenDeps {
  readonly clock: Clock;
  readonly closed: () => boolean;
  readonly evened: (hedge: Hedge) => void;
  readonly alarm: (code: HoldCode, says: string, hedge: Hedge) => void;
}

/** Uneven legs that do not come home at once are said aloud, even while everything is being done about them. */
export function watchUneven({ clock, closed, evened, alarm }: UnevenDeps, running: Running): void {
  if (nakedLeg(running.hedge) === null) {
    if (running.unevenSince !== null) evened(running.hedge);
    running.unevenSince = null;
    return;
  }
  if (running.unevenSince !== null) return;
  const since = clock.now();
  running.unevenSince = since;
  clock.after(UNEVEN_ALARM_MS, () => {
    const naked = nakedLeg(running.hedge);
    if (closed() || running.unevenSince !== since || naked === null) return;
    const { id, instrument, [naked.leg]: leg } = running.hedge.intent;
    const excess = `${(naked.leg === "long") === naked.turned ? "-" : "+"}${format(naked.quantity)}`;
    const says = `${instrument} on ${leg.venue} is off by ${excess} for ${UNEVEN_ALARM_MS} ms: hedge ${id}`;
    alarm("delta", says, running.hedge);
  });
}
