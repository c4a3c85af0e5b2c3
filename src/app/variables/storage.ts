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
  secretsKeyFile: words({
    name: "SECRETS_KEY_FILE",
    group: "storage",
    preset: "",
    says: "a file of mode 0600 with 32 bytes in hex or base64, or a passphrase: rotated secrets are kept under it; empty = none can be",
  }),
  statusThresholdsFile: words({
    name: "STATUS_THRESHOLDS_FILE",
    group: "storage",
    preset: "",
    says: "limits of the objectives, as in deploy/status_thresholds.yaml; empty = the built-in ones",
  }),
  auditAnchorFile: words({
    name: "AUDIT_ANCHOR_FILE",
    group: "storage",
    preset: "",
    says: "a second place for the audit record's anchors, on another disk: lines are added, never taken away",
  }),
} as const;
