import { type Part, type Probe, ofParts } from "../probe.ts";

/** An order that fills at once has ended by then; whatever rests longer must have a timer behind it. */
const BARE_MS = 2_500;

/** The venues' own cancel timers behind whatever of ours rests there. */
export const deadMan: Probe = {
  id: "cancel_on_disconnect",
  title: "Cancel on disconnect",
  group: "P0",
  ttlS: 15,
  links: ["/api/ui/orders"],
  read(view) {
    const now = view.now();
    const timers = view.deadMen();
    if (timers.length === 0 || !view.start().finished) return null;
    const parts = timers.map(({ venue, reading }): Part => {
      const { misses, bareSince } = reading;
      const bareMs = bareSince === null ? 0 : now - bareSince;
      if (bareMs > BARE_MS)
        return { level: "HOLD", says: `${venue}: orders rest there and no cancel timer is set behind them` };
      const level = misses > 1 ? "ERROR" : misses === 1 ? "WARN" : "OK";
      return { level, says: `${venue}: the cancel timer could not be set ${misses} times in a row` };
    });
    const resting = timers.reduce((all, { reading }) => all + reading.covers, 0);
    const armed = timers.filter(({ reading }) => reading.armedUntil !== null).length;
    const well = resting === 0 ? "nothing rests at a venue" : `${resting} orders behind ${armed} timers`;
    return ofParts(
      now,
      parts,
      well,
      Object.fromEntries(
        timers.flatMap(({ venue, reading }) => [
          [`${venue} covers`, reading.covers],
          [`${venue} misses`, reading.misses],
        ]),
      ),
    );
  },
};
