import { words } from "../variable.ts";

/** Where things are kept. */
export const storageVariables = {
  dataDir: words({ name: "DATA_DIR", group: "storage", preset: "./data", says: "where the ledger and the state live" }),
  runtimeStatePath: words({
    name: "RUNTIME_STATE_PATH",
    group: "storage",
    preset: "",
    says: "the state file; empty = runtime_state.json in DATA_DIR",
  }),
} as const;
