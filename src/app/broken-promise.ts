/** As much of the process as is needed to hear that something was thrown and caught nowhere. */
export interface Thrower {
  once(event: "uncaughtException", listen: (error: unknown) => void): unknown;
  off(event: "uncaughtException", listen: (error: unknown) => void): unknown;
}

export interface Ending {
  /** HOLD, kept on disk before it returns. */
  readonly hold: (says: string) => void;
  readonly say: (line: string) => void;
  readonly exit: () => void;
}

/**
 * A promise of our own was broken: HOLD comes first and is kept, so that the next start holds by it; then it is said,
 * and the process ends. What was in flight is found again from the journal.
 */
export function endOnBrokenPromise(process: Thrower, { hold, say, exit }: Ending): { close(): void } {
  const broke = (error: unknown): void => {
    const says = error instanceof Error ? error.message : String(error);
    try {
      hold(says);
    } finally {
      say(`propbot failed: ${error instanceof Error ? (error.stack ?? says) : says}`);
      exit();
    }
  };
  process.once("uncaughtException", broke);
  return { close: () => void process.off("uncaughtException", broke) };
}
