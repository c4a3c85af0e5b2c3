import { APPROVAL_TTL_MS, type ApprovalParams } from "#domain/approval.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Secrets, SecretSlot, SecretValues } from "#ports/secrets.ts";
import type { Act, Obstacle } from "./acts.ts";

export interface SecretRoomDeps {
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly onHold: () => boolean;
  /** How many orders there are whose outcome nobody knows. */
  readonly unknownOrders: () => number;
  /** Said aloud when a rotation that was agreed to could not be kept. */
  readonly failed: (says: string) => void;
}

/** Where nothing is kept: a desk without a data directory. */
export const NO_SECRETS: Secrets = {
  closed: "no secrets are kept here",
  slots: () => [],
  misfits: () => [],
  fingerprint: () => "",
  prove: () => Promise.resolve("no secrets are kept here"),
  adopt: () => ({ fault: "no secrets are kept here" }),
};

interface Held {
  readonly values: SecretValues;
  readonly forgetting: Timer;
  /** What the venue said of them; undefined until it was asked. */
  proof: string | null | undefined;
  outcome: Outcome | null;
}

export interface HeldSecrets {
  /** What a request says in their place. */
  readonly params: ApprovalParams;
  readonly forget: () => void;
  /** How it ended; null while it has not taken effect. */
  readonly outcome: () => Outcome | null;
}

type Outcome = { readonly version: number } | { readonly fault: string };

/**
 * New secrets between the wish and the deed. They wait here under a digest, which is all that a request, the record and
 * the second person ever see, and are forgotten when they are in use, unwanted, or ten minutes old.
 */
export class SecretRoom {
  readonly #deps: SecretRoomDeps;
  readonly #held = new Map<string, Held>();

  constructor(deps: SecretRoomDeps) {
    this.#deps = deps;
  }

  slots(): readonly SecretSlot[] {
    return this.#deps.secrets.slots();
  }

  get closed(): string | null {
    return this.#deps.secrets.closed;
  }

  hold(values: SecretValues): HeldSecrets {
    const digest = this.#deps.secrets.fingerprint(values);
    this.#forget(digest);
    const forgetting = this.#deps.clock.after(APPROVAL_TTL_MS, () => this.#forget(digest));
    const held: Held = { values, forgetting, proof: undefined, outcome: null };
    this.#held.set(digest, held);
    return {
      params: { names: namesOf(values), digest },
      forget: () => this.#forget(digest),
      outcome: () => held.outcome,
    };
  }

  act(): Act {
    return {
      title: ({ names }) => `rotate ${String(names)}`,
      before: ({ names }) => this.#versions(String(names)),
      prepare: (params) => this.#prove(params),
      obstacles: (params) => {
        const standing = this.#standing(params);
        if (standing.length > 0) return standing;
        const proof = this.#find(params)?.proof;
        return proof === null
          ? []
          : [{ code: "key_refused", says: `${proof ?? "they were not tried"}; nothing was changed` }];
      },
      apply: (params, says) => this.#adopt(params, says),
    };
  }

  /** What can be told without asking a venue. */
  #standing(params: ApprovalParams): readonly Obstacle[] {
    const { secrets, onHold, unknownOrders } = this.#deps;
    const { closed } = secrets;
    if (closed !== null) return [{ code: "secrets_closed", says: closed }];
    const held = this.#find(params);
    if (!held) return [{ code: "not_possible", says: "no such new secrets wait here: send them to /api/ui/secret" }];
    const misfits = secrets.misfits(held.values).map((says): Obstacle => ({ code: "not_possible", says }));
    if (misfits.length > 0) return misfits;
    const unknown = unknownOrders();
    return [
      ...(onHold() ? [] : [{ code: "not_on_hold", says: "keys are rotated on HOLD only: hold first" } as const]),
      ...(unknown === 0
        ? []
        : [
            {
              code: "orders_unknown",
              says: `the outcome of ${unknown} orders is not known: wait until it is`,
            } as const,
          ]),
    ];
  }

  async #prove(params: ApprovalParams): Promise<void> {
    const held = this.#find(params);
    if (!held) return;
    held.proof = undefined;
    if (this.#standing(params).length === 0) held.proof = await this.#deps.secrets.prove(held.values);
  }

  #adopt(params: ApprovalParams, says: string): void {
    const held = this.#find(params);
    if (!held) return;
    held.outcome = this.#deps.secrets.adopt(held.values);
    this.#forget(String(params["digest"]));
    if ("fault" in held.outcome) this.#deps.failed(`${says}: it was not done, ${held.outcome.fault}`);
  }

  /** Exactly what `hold` gave out: a request with anything else in it is not ours. */
  #find(params: ApprovalParams): Held | null {
    const { names, digest, ...more } = params;
    const held = typeof digest === "string" ? this.#held.get(digest) : undefined;
    if (!held || Object.keys(more).length > 0) return null;
    return namesOf(held.values) === names ? held : null;
  }

  #forget(digest: string): void {
    this.#held.get(digest)?.forgetting.stop();
    this.#held.delete(digest);
  }

  #versions(names: string): ApprovalParams {
    const wanted = new Set(names.split(","));
    return Object.fromEntries(this.slots().flatMap(({ name, version }) => (wanted.has(name) ? [[name, version]] : [])));
  }
}

const namesOf = (values: SecretValues): string => [...values.keys()].toSorted().join(",");
