import type { z } from "zod";
import type { secretAnswer, secretRequest, secretsAnswer } from "#contract/secret.ts";
import { assert } from "#domain/assert.ts";
import type { Operator } from "#domain/operator.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";
import { refusalOf } from "./rulings.ts";

/** Replacing keys and tokens while we run. */
export class SecretsDesk {
  readonly #room: ControlRoom;

  constructor(room: ControlRoom) {
    this.#room = room;
  }

  list(): Omit<z.infer<typeof secretsAnswer>, "loop"> {
    const { secrets } = this.#room;
    const slots = secrets.slots().map(({ name, version, since, inUse }) => ({ name, version, since, in_use: inUse }));
    return { storable: secrets.closed === null, detail: secrets.closed ?? "", slots };
  }

  async rotate(who: Operator, body: z.infer<typeof secretRequest>): Promise<DeskAnswer<z.infer<typeof secretAnswer>>> {
    const { secrets, authority } = this.#room;
    const held = secrets.hold(valuesOf(body));
    const ruling = await authority.ask(who, "rotate_secret", held.params, "");
    if (ruling.outcome === "refused") held.forget();
    const refusal = refusalOf(ruling);
    if (refusal) return refusal;
    const outcome = held.outcome();
    assert(outcome !== null, "a rotation that was done has an outcome");
    return "fault" in outcome
      ? refused(503, "not_stored", `${outcome.fault}; nothing was changed`)
      : done({ status: "ok", version: outcome.version });
  }
}

function valuesOf(body: z.infer<typeof secretRequest>): ReadonlyMap<string, string> {
  const { name, value } = body;
  if (name !== undefined && value !== undefined) return new Map([[name, value]]);
  return new Map(Object.entries(body));
}
