import { z } from "zod";
import { OKX_PERP } from "#domain/ids.ts";
import type { MaintenanceWindow } from "#domain/maintenance.ts";
import type { Instant } from "#domain/time.ts";
import type { Answer } from "#ports/venue.ts";
import type { OkxRest } from "./rest.ts";

/** Websockets, trading, and batches of accounts or of products, any of which may be ours. Others are not. */
const OURS: ReadonlySet<string> = new Set(["0", "5", "8", "9"]);
const STANDING: ReadonlySet<string> = new Set(["scheduled", "ongoing", "pre_open"]);
/** One request in five seconds. */
const CHARGES = [{ counter: "status", limit: 1, windowMs: 5_000, cost: 1 }] as const;

const statusWords = z.object({
  title: z.string(),
  state: z.string(),
  begin: z.string().regex(/^\d+$/),
  end: z.string().regex(/^\d+$/),
  serviceType: z.string(),
  env: z.string().default("1"),
});

/**
 * What OKX has announced and not ended. Until its end only cancels and post-only orders are taken, also while it says
 * that it is about to open.
 * @see https://www.okx.com/docs-v5/en/#status-get-status
 */
export function askMaintenance(rest: OkxRest, demo: boolean): Promise<Answer<readonly MaintenanceWindow[]>> {
  // With one request to share there is nothing to keep back; and it makes us safer.
  const common = { signed: false, charges: CHARGES, lane: "reserved" } as const;
  const call = { method: "GET", path: "/api/v5/system/status", ...common } as const;
  const environment = demo ? "2" : "1";
  return rest.ask(call, (data) =>
    data.flatMap((each) => {
      const words = statusWords.safeParse(each);
      if (!words.success) return [];
      const { title, state, begin, end, serviceType, env } = words.data;
      if (!OURS.has(serviceType) || !STANDING.has(state) || env !== environment) return [];
      return [{ venue: OKX_PERP, from: Number(begin) as Instant, until: Number(end) as Instant, says: title }];
    }),
  );
}
