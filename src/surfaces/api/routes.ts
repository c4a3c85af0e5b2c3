import type { Routes } from "./route.ts";
import { approvalsRoutes } from "./routes/approvals.ts";
import { arbitrageRoutes } from "./routes/arbitrage.ts";
import { booksRoutes } from "./routes/books.ts";
import { controlRoutes } from "./routes/control.ts";
import { secretRoutes } from "./routes/secret.ts";
import { healthRoutes } from "./routes/health.ts";
import { reconRoutes } from "./routes/recon.ts";
import { sessionRoutes } from "./routes/session.ts";

/** Every group of routes. A route that is not in one of them does not exist. */
export const routes: readonly Routes[] = [
  healthRoutes,
  arbitrageRoutes,
  booksRoutes,
  controlRoutes,
  approvalsRoutes,
  reconRoutes,
  secretRoutes,
  sessionRoutes,
];
