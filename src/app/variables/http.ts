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
