import { type Part, type Probe, ofParts } from "../probe.ts";

const SHOWN = 8;

/** Whether what we run with is what stands in the file. */
export const config: Probe = {
  id: "config_pipeline",
  title: "Config",
  group: "P1",
  ttlS: 180,
  links: ["/api/ui/control-state"],
  read(view) {
    const health = view.outside.config?.() ?? null;
    if (health === null) return null;
    const { at, loaded, file, path, problems } = health;
    const parts: Part[] = [
      ...problems.map((says): Part => ({ level: "ERROR", says: `the file would be refused: ${says}` })),
      {
        level: path === null || file === loaded ? "OK" : "HOLD",
        says: file === null ? `${path} is gone` : `${path} was changed since the start: restart, or put it back`,
      },
    ];
    const well = path === null ? "by the environment alone" : `as in ${path}`;
    return ofParts(at, parts, `#${loaded.slice(0, SHOWN)} ${well}`, {
      loaded: loaded.slice(0, SHOWN),
      problems: problems.length,
    });
  },
};
