export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** One line for one thing that happened. Never a signed URL, never a secret. */
export interface Log {
  write(level: LogLevel, says: string, fields?: LogFields): void;
}
