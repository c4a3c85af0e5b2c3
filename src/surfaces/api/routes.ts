import type { Routes } from "./route.ts";
import { approvalsRoutes } from "./routes/approvals.ts";
import { arbitrageRoutes } from "./routes/arbitrage.ts";
import { booksRoutes } from "./routes/books.ts";
import { configRoutes } from "./routes/config.ts";
import { controlRoutes } from "./routes/control.ts";
import { derivativesRoutes } from "./routes/derivatives.ts";
import { eventsRoutes } from "./routes/events.ts";
import { exportRoutes } from "./routes/exports.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { secretRoutes } from "./routes/secret.ts";
import { healthRoutes } from "./routes/health.ts";
import { incidentsRoutes } from "./routes/incidents.ts";
import { reconRoutes } from "./routes/recon.ts";
import { standingRoutes } from "./routes/standing.ts";
import { statusRoutes } from "./routes/status.ts";
import { sessionRoutes } from "./routes/session.ts";

/** Every group of routes. A route that is not in one of them does not exist. */
export const routes: readonly Routes[] = [
  healthRoutes,
  metricsRoutes,
  arbitrageRoutes,
  booksRoutes,
  standingRoutes,
  derivativesRoutes,
  controlRoutes,
  configRoutes,
  approvalsRoutes,
  reconRoutes,
  eventsRoutes,
  exportRoutes,
  secretRoutes,
  statusRoutes,
  incidentsRoutes,
  sessionRoutes,
];
