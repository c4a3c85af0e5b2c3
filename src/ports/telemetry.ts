export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** One line for one thing that happened. Never a signed URL, never a secret. */
export interface Log {
  write(level: LogLevel, says: string, fields?: LogFields): void;
}

/** What the doors tell of themselves. */
export interface DoorMeter {
  /** @param route the template, never the address that was asked for */
  answered(method: string, route: string, status: number, seconds: number): void;
  /** A request was turned away because there were too many; by which rule. */
  limited(policy: string): void;
}

/** Everything that is measured, for whoever reads it from outside. */
export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}
