import type { Probe } from "../probe.ts";

/** The start, step by step. Nothing of it happens again, so that what it says does not grow old. */
export const startup: Probe = {
  id: "guarded_startup",
  title: "Guarded startup",
  group: "P0",
  ttlS: Number.POSITIVE_INFINITY,
  links: ["/readyz"],
  read(view) {
    const { finished, steps } = view.start();
    const last = steps.at(-1);
    if (!last) return null;
    const failed = steps.find((step) => step.failed !== null);
    const metrics = Object.fromEntries(steps.map(({ id, tookMs }) => [`${id}_ms`, tookMs]));
    const at = view.now();
    if (failed) return { level: "ERROR", says: `${failed.id} failed: ${failed.failed}`, metrics, at };
    if (!finished) return { level: "HOLD", says: `not finished: ${last.id} is under way`, metrics, at };
    const took = steps.reduce((all, { tookMs }) => all + (tookMs ?? 0), 0);
    return { level: "OK", says: `${steps.length} steps in ${took} ms`, metrics, at };
  },
};
