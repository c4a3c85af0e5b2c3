import type { Probe } from "./probe.ts";
import { approvals } from "./probes/approvals.ts";
import { auditChain } from "./probes/audit-chain.ts";
import { bookSequence } from "./probes/book-sequence.ts";
import { caps } from "./probes/caps.ts";
import { clockSkew } from "./probes/clock-skew.ts";
import { config } from "./probes/config.ts";
import { conformance } from "./probes/conformance.ts";
import { deadMan } from "./probes/dead-man.ts";
import { docs } from "./probes/docs.ts";
import { engine } from "./probes/engine.ts";
import { exposure } from "./probes/exposure.ts";
import { incidents } from "./probes/incidents.ts";
import { journal } from "./probes/journal.ts";
import { keys } from "./probes/keys.ts";
import { leader } from "./probes/leader.ts";
import { limits } from "./probes/limits.ts";
import { maintenance } from "./probes/maintenance.ts";
import { metrics } from "./probes/metrics.ts";
import { pnl } from "./probes/pnl.ts";
import { rateLimits } from "./probes/rate-limits.ts";
import { readiness } from "./probes/readiness.ts";
import { recon } from "./probes/recon.ts";
import { runaway } from "./probes/runaway.ts";
import { sloWatchdog } from "./probes/slo-watchdog.ts";
import { startup } from "./probes/startup.ts";
import { stream } from "./probes/stream.ts";
import { telegram } from "./probes/telegram.ts";
import { universe } from "./probes/universe.ts";
import { binanceVenue, okxVenue } from "./probes/venues.ts";

/** Every component, in the order people see them. A component that is not in this list does not exist. */
export const probes: readonly Probe[] = [
  journal,
  startup,
  leader,
  conformance,
  recon,
  keys,
  auditChain,
  sloWatchdog,
  rateLimits,
  deadMan,
  clockSkew,
  bookSequence,
  caps,
  runaway,
  maintenance,
  engine,
  approvals,
  incidents,
  metrics,
  config,
  stream,
  readiness,
  binanceVenue,
  okxVenue,
  telegram,
  pnl,
  exposure,
  limits,
  universe,
  docs,
];
