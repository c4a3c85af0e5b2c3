interface Asked {
  readonly id: number;
  readonly verb: string;
  readonly words: never;
}

/** What this process was started to play. */
export const role = (): string => process.argv[2] ?? "";

/**
 * The other side of `Child`: does what it is asked, answers each in its own time, and ends with whoever started it.
 * What goes wrong is told, not swallowed.
 */
export function obey(verbs: Readonly<Record<string, (words: never) => unknown>>): void {
  const answer = async ({ id, verb, words }: Asked): Promise<void> => {
    try {
      const run = verbs[verb];
      if (run === undefined) throw new Error(`no verb ${verb}`);
      process.send?.({ id, value: (await run(words)) ?? null });
    } catch (error) {
      process.send?.({ id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  process.on("message", (asked: Asked) => void answer(asked));
  process.on("disconnect", () => process.exit(0));
  process.send?.({ id: 0, value: null });
}
