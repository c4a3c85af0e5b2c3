import { format } from "#domain/decimal.ts";
import { worst } from "#domain/health.ts";
import { type Probe, ofWatch } from "../probe.ts";

/** Today's result against what may be lost, and how far it has fallen from its best. */
export const pnl: Probe = {
  id: "pnl_tracker",
  title: "PnL tracker",
  group: "P2",
  ttlS: 5,
  links: ["/api/ui/pnl"],
  money: true,
  read(view) {
    const day = view.day();
    const well = day === null ? "" : `${format(day.pnl)} USDT today`;
    const [loss, fallen] = [ofWatch(view, "daily-loss", well), ofWatch(view, "drawdown", well)];
    if (loss === null || fallen === null) return null;
    const level = worst([loss.level, fallen.level]);
    const { says, at } = loss.level === level ? loss : fallen;
    return {
      level,
      says,
      metrics: { result: loss.metrics["today"] ?? null, drawdown: fallen.metrics["today"] ?? null },
      at,
    };
  },
};
