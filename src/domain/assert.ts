/** A promise we broke ourselves. Never caught on the way: the process stops and recovery reads the journal. */
export class BrokenPromiseError extends Error {
  override readonly name = "BrokenPromiseError";
}

/** Holds us to our own word; a failure is a bug of ours, never something the world did. */
export function assert(condition: boolean, says: string): asserts condition {
  if (!condition) throw new BrokenPromiseError(says);
}

/** The compiler proves that this line is never reached; the runtime says so if it was wrong. */
export function assertNever(value: never): never {
  throw new BrokenPromiseError(`not a case we know: ${JSON.stringify(value)}`);
}
