import { hostNames, networks } from "../network-variable.ts";
import { flag, whole, words } from "../variable.ts";

/** Who may ask, and where. */
export const httpVariables = {
  authEnabled: flag({ name: "AUTH_ENABLED", group: "auth", preset: "true", says: "ask for a bearer token" }),
  apiToken: words(
    {
      name: "API_TOKEN",
      group: "auth",
      preset: "",
      says: "the operator's bearer token, at least 32 characters outside paper",
    },
    true,
  ),
  operatorsFile: words({
    name: "OPERATORS_FILE",
    group: "auth",
    preset: "",
    says: "named operators with hashed tokens and roles, kept by propbot operators; empty = operators.json in DATA_DIR",
  }),
  host: words({ name: "HOST", group: "auth", preset: "127.0.0.1", says: "address to listen on" }),
  allowedHosts: hostNames({
    name: "ALLOWED_HOSTS",
    group: "auth",
    preset: "",
    says: "names the API answers to besides those of this machine and HOST, like bot.example.net or bot.example.net:8443",
  }),
  trustedProxies: networks({
    name: "TRUSTED_PROXIES",
    group: "auth",
    preset: "",
    says: "addresses or ranges like 10.0.0.0/8 whose X-Forwarded-* headers are believed; empty = nobody's",
  }),
  idemTtlSec: whole(
    {
      name: "IDEM_TTL_SEC",
      group: "auth",
      preset: "600",
      says: "seconds an answer is kept for its Idempotency-Key; those of execute and confirm a day at least",
    },
    60,
    604_800,
  ),
  apiRatePerMin: whole(
    {
      name: "API_RATE_PER_MIN",
      group: "auth",
      preset: "30",
      says: "acts and exports a minute for one person; what makes it safer has a bucket of its own, and so have reads",
    },
    1,
    60_000,
  ),
  apiBurst: whole(
    { name: "API_BURST", group: "auth", preset: "10", says: "how many of them may come at once" },
    1,
    10_000,
  ),
  authFailPerMin: whole(
    {
      name: "AUTH_FAIL_PER_MIN",
      group: "auth",
      preset: "60",
      says: "wrong credentials a minute from one address before it is answered 429; a right one is never kept out",
    },
    1,
    10_000,
  ),
  port: whole({ name: "PORT", group: "auth", preset: "8000", says: "port to listen on; 0 = any free one" }, 0, 65_535),
  metricsMoney: flag({
    name: "METRICS_MONEY",
    group: "auth",
    preset: "true",
    says: "show balances and results in /metrics; false leaves their names out",
  }),
  metricsLegacy: flag({
    name: "METRICS_LEGACY",
    group: "auth",
    preset: "false",
    says: "tell metrics under the names of the release before, besides",
  }),
} as const;
