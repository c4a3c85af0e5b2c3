import type { Operator } from "#domain/operator.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { DeskAnswer } from "./answer.ts";
import { toldOf } from "./told.ts";

/** What the door of a surface tells the house: who knocked in vain, who came in, and what became of a broken-off request. */
export class DoorDesk {
  readonly #engine: Engine;
  readonly #room: ControlRoom;

  constructor(engine: Engine, room: ControlRoom) {
    this.#engine = engine;
    this.#room = room;
  }

  /** Credentials that were nobody's. What was tried is not told: it may be a right one with a letter missing. */
  credentialRefused(address: string, attempts: number): void {
    const says = `${attempts} wrong ${attempts === 1 ? "credential" : "credentials"}, the last from ${address}`;
    this.#room.audit.note({ actor: "anonymous", action: "door.credential_refused", data: { says, address, attempts } });
    this.#engine.rooms.tell({ level: "warn", type: "control", code: "credential_refused", says });
  }

  sessionOpened(who: Operator, address: string): void {
    this.#room.audit.note({ actor: who.name, action: "door.session_opened", data: { role: who.role, address } });
  }

  sessionEnded(who: Operator): void {
    this.#room.audit.note({ actor: who.name, action: "door.session_ended", data: { role: who.role } });
  }

  /** What became of the hedge that a keyed request began; null when none is known. */
  told(claim: string): DeskAnswer<unknown> | null {
    return toldOf(this.#engine, claim);
  }
}
