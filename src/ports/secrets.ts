/** One secret of the environment, by name: how old it is, and never what it is. */
export interface SecretSlot {
  readonly name: string;
  /** Zero: as the environment has it. */
  readonly version: number;
  /** When it was rotated, as ISO 8601; null when it never was. */
  readonly since: string | null;
  /** This process works with it. */
  readonly inUse: boolean;
}

export type SecretValues = ReadonlyMap<string, string>;

/** Where secrets are kept, how new ones are proven, and how they come into use. */
export interface Secrets {
  /** Why nothing can be stored here; null when it can. */
  readonly closed: string | null;
  slots(): readonly SecretSlot[];
  /** What is wrong with these values as they stand, without asking anybody. Repeats none of them. */
  misfits(values: SecretValues): readonly string[];
  /** Tells these values from others, and cannot be turned back into them: keyed with what dies with this process. */
  fingerprint(values: SecretValues): string;
  /** Asks the venue they are for something signed that changes nothing. Null when it accepts them, otherwise why not. */
  prove(values: SecretValues): Promise<string | null>;
  /** In use from now on, and kept for the next start: its version, or why it could not be kept, and then nothing has changed. */
  adopt(values: SecretValues): { readonly version: number } | { readonly fault: string };
}
