import type { SeededChance } from "#adapters/host/chance.ts";
import type { Desk } from "#desk/desk.ts";
import type { DeskAnswer } from "#desk/answer.ts";
import type { Operator } from "#domain/operator.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { EventLog } from "./event-log.ts";

export const ANN: Operator = { name: "ann", role: "operator" };
export const BEN: Operator = { name: "ben", role: "operator" };
const VIC: Operator = { name: "vic", role: "viewer" };

export interface PeopleDeps {
  readonly chance: SeededChance;
  readonly log: EventLog;
  readonly desk: () => Desk | null;
  /** Counts what people did and were refused. */
  readonly did: (what: string) => void;
}

/** What a person does at the desk, and how often in a look at it. */
type Whim = readonly [name: string, odds: number, run: (desk: Desk, engine: Engine) => unknown];

/** Two operators and a viewer at the real desk, with every whim a person has: rash, doubled, late, and now and then not theirs to have. */
export class People {
  readonly #deps: PeopleDeps;
  readonly #whims: readonly Whim[];

  constructor(deps: PeopleDeps) {
    this.#deps = deps;
    this.#whims = [
      ["hold", 0.02, (desk) => desk.control.hold(ANN, "because")],
      ["hold twice", 0.004, (desk) => [desk.control.hold(ANN, undefined), desk.control.hold(BEN, undefined, "stop")]],
      ["safe mode", 0.006, (desk) => this.#told("safe mode", desk.control.change(ANN, { safe_mode: true }))],
      ["kill", 0.004, (desk) => desk.emergency.kill(BEN, "enough")],
      ["cancel all", 0.01, (desk) => this.#told("cancel all", desk.emergency.cancelAll(ANN, undefined))],
      ["flatten", 0.006, (desk) => this.#told("flatten", desk.emergency.flatten(BEN, {}))],
      ["lower a limit", 0.01, (desk) => this.#told("lower", desk.control.change(ANN, { max_open_positions: 1 }))],
      [
        "raise a limit",
        0.02,
        (desk) => this.#loosen(desk, "raise", () => desk.control.change(ANN, { max_open_positions: 3 })),
      ],
      ["confirm twice", 0.12, (desk) => this.#confirmTwice(desk)],
      ["a viewer tries", 0.02, (desk) => this.#told("viewer", desk.approvals.ask(VIC, "resume", {}, ""))],
      ["nonsense", 0.02, (desk) => this.#told("nonsense", desk.control.change(BEN, { max_leverage: -3 }))],
    ];
  }

  /** One look at the desk. Drawn every time, so that what the engine does shifts no later whim. */
  look(engine: Engine): void {
    const desk = this.#deps.desk();
    for (const [name, odds, run] of this.#whims) {
      if (!this.#deps.chance.happens(odds) || desk === null) continue;
      this.#deps.log.add("operator", name);
      this.#deps.did(name);
      run(desk, engine);
    }
  }

  /** Back to RUN, the way people go: guards off one by one, each asked for by one and approved by the other. */
  async resume(): Promise<void> {
    const desk = this.#deps.desk();
    if (!desk) return;
    const { killed, safe_mode } = desk.control.state();
    this.#deps.log.add("operator", "resume");
    this.#deps.did("resume");
    if (killed) await this.#loosen(desk, "reset", () => desk.control.reset(ANN, "looked at it"));
    if (safe_mode) await this.#loosen(desk, "safe mode off", () => desk.control.change(ANN, { safe_mode: false }));
    await this.#loosen(desk, "run", () => desk.control.resume(ANN, "looked at it"));
  }

  /** Ann asks. Where that is not enough she tries to approve it herself, which must not do, and then Ben does, or says no. */
  async #loosen<T>(desk: Desk, name: string, ask: () => Promise<DeskAnswer<T>>): Promise<void> {
    const { chance } = this.#deps;
    const [rash, no] = [chance.happens(0.2), chance.happens(0.1)];
    const answer = await ask();
    this.#note(name, answer);
    const id = answer.ok ? undefined : answer.refusal.approval;
    if (id === undefined) return;
    const hash = desk.approvals.list().items.find((each) => each.id === id)?.params_hash ?? "";
    if (rash) this.#note(`${name} by herself`, await desk.approvals.approve(ANN, id, hash));
    if (no) this.#note(`${name} rejected`, desk.approvals.reject(BEN, id));
    else this.#note(`${name} approved`, await desk.approvals.approve(BEN, id, hash));
  }

  /** The same opportunity from two doors at once. */
  #confirmTwice(desk: Desk): void {
    const id = desk.trading.best().last?.id;
    if (id === undefined) return;
    for (const door of ["first", "second"]) this.#told(`confirm ${door}`, desk.trading.confirm(id));
  }

  #told<T>(name: string, answer: Promise<DeskAnswer<T>>): void {
    void answer.then((said) => this.#note(name, said));
  }

  #note<T>(name: string, answer: DeskAnswer<T>): void {
    const said = answer.ok ? "done" : answer.refusal.code;
    this.#deps.log.add("operator", `${name}: ${said}`);
    this.#deps.did(`${name}: ${said}`);
  }
}
