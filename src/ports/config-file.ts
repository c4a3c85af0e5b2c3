/** The configuration that is kept beside the data, and the version before it. */
export interface ConfigFile {
  /** Null where none is kept. */
  text(): string | null;
  /**
   * Puts another one in its place, whole and flushed, and keeps the one before; null takes it away.
   * @returns why it could not be written; null when it was
   */
  replace(text: string | null): string | null;
}
