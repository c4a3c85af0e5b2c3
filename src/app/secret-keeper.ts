import { createHmac, randomBytes } from "node:crypto";
import type { SecretsFile } from "#adapters/storage/secrets-file.ts";
import { StoreFault } from "#adapters/storage/sqlite.ts";
import { secretProblem } from "#adapters/venues/binance/signer.ts";
import type { VenueKeys } from "#adapters/venues/deps.ts";
import type { KeyRing } from "#adapters/venues/key-ring.ts";
import { isoTime } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { SecretSlot, SecretValues, Secrets } from "#ports/secrets.ts";
import type { Slot } from "./secret-slots.ts";
import { tokenWeakness } from "./token-strength.ts";

export interface SecretKeeperDeps {
  /** Null: none can be stored. */
  readonly file: SecretsFile | null;
  readonly slots: readonly Slot[];
  readonly clock: Clock;
  /** The keys of both venues, as they are in use. */
  readonly rings: readonly [KeyRing, KeyRing];
  /** Asks a venue with other keys than those in use; null when it accepts them. */
  readonly tryKeys: (leg: 0 | 1, keys: VenueKeys) => Promise<string | null>;
  readonly useToken: (token: string) => void;
  /** From now on to be taken out of everything that is written down. */
  readonly redact: (value: string) => void;
}

const TYPEABLE = /^[\x21-\x7e]([\x20-\x7e]{0,510}[\x21-\x7e])?$/;
const LEGS = [0, 1] as const;
const CLOSED =
  "secrets cannot be stored: set SECRETS_KEY_FILE to a file of mode 0600 with the output of openssl rand -hex 32, and restart";

/** The secrets of the environment, and those that have taken their places. */
export class SecretKeeper implements Secrets {
  readonly #deps: SecretKeeperDeps;
  readonly #values: Map<string, string>;
  readonly #pepper = randomBytes(32);

  constructor(deps: SecretKeeperDeps) {
    this.#deps = deps;
    this.#values = new Map(deps.slots.map(({ name, value }) => [name, value]));
  }

  get closed(): string | null {
    return this.#deps.file === null ? CLOSED : null;
  }

  slots(): readonly SecretSlot[] {
    return this.#deps.slots.map(({ name, use }) => {
      const stored = this.#deps.file?.stored.get(name);
      return { name, version: stored?.version ?? 0, since: stored?.since ?? null, inUse: use.kind !== "none" };
    });
  }

  fingerprint(values: SecretValues): string {
    const sorted = [...values].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return createHmac("sha256", this.#pepper).update(JSON.stringify(sorted)).digest("hex");
  }

  misfits(values: SecretValues): readonly string[] {
    const after = new Map([...this.#values, ...values]);
    return [...values].flatMap(([name, value]) => {
      const says = this.#misfit(name, value, after);
      return says === null ? [] : [`${name}: ${says}`];
    });
  }

  async prove(values: SecretValues): Promise<string | null> {
    // What is told to the log from here on may speak of them.
    for (const value of values.values()) this.#deps.redact(value);
    for (const leg of LEGS) {
      const keys = this.#keysOf(leg, values);
      const refusal = keys && (await this.#deps.tryKeys(leg, keys));
      if (refusal) return refusal;
    }
    return null;
  }

  adopt(values: SecretValues): { readonly version: number } | { readonly fault: string } {
    const { file, clock, rings, useToken } = this.#deps;
    if (file === null) return { fault: CLOSED };
    try {
      const version = file.store(values, isoTime(clock.now()));
      const replaced = LEGS.map((leg) => [rings[leg], this.#keysOf(leg, values)] as const);
      for (const [name, value] of values) {
        this.#values.set(name, value);
        if (this.#slot(name)?.use.kind === "token") useToken(value);
      }
      for (const [ring, keys] of replaced) if (keys) ring.replace(keys);
      return { version };
    } catch (error) {
      if (error instanceof StoreFault) return { fault: error.message };
      throw error;
    }
  }

  /** The venue's keys as they would be; null when none of them is among these. */
  #keysOf(leg: 0 | 1, values: SecretValues): VenueKeys | null {
    const { apiKey, secret, passphrase } = this.#deps.rings[leg];
    const parts = [...values].flatMap(([name, value]) => {
      const use = this.#slot(name)?.use;
      return use?.kind === "key" && use.leg === leg ? [[use.part, value] as const] : [];
    });
    return parts.length === 0 ? null : { apiKey, secret, passphrase, ...Object.fromEntries(parts) };
  }

  #misfit(name: string, value: string, after: ReadonlyMap<string, string>): string | null {
    const slot = this.#slot(name);
    if (!slot) return "is no secret of ours; GET /api/ui/secret lists them";
    const { use } = slot;
    if (use.kind === "none")
      return "is not in use in this process, so that it cannot be tried; set it in the environment";
    if (value.trim() !== value) return "must not begin or end with a blank";
    if (value === this.#values.get(name)) return "is what it was already";
    const twin = [...after].find(([other, its]) => other !== name && its === value);
    if (twin) return `must not be the same as ${twin[0]}; give each a value of its own`;
    const isKey = use.kind === "key" && use.leg === 0 && use.part === "secret";
    if (isKey && value.includes("PRIVATE KEY")) return secretProblem(value);
    if (!TYPEABLE.test(value)) return "must be letters, digits and signs of ASCII, as they fit into a header";
    return use.kind === "token" ? tokenWeakness(value) : null;
  }

  #slot(name: string): Slot | undefined {
    return this.#deps.slots.find((slot) => slot.name === name);
  }
}
