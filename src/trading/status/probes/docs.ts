import type { Probe } from "../probe.ts";

/** Whether what our answers point to is there. */
export const docs: Probe = {
  id: "operator_docs",
  title: "Docs",
  group: "P3",
  ttlS: 7_200,
  links: ["/docs"],
  read(view) {
    const health = view.outside.docs?.() ?? null;
    if (health === null) return null;
    const { at, links, dead } = health;
    const says = dead.length === 0 ? `${links} links resolve` : `nothing is behind ${dead.join(", ")}`;
    return { level: dead.length === 0 ? "OK" : "WARN", says, metrics: { links, dead: dead.length }, at };
  },
};
