import type { Settings } from "#domain/settings.ts";
import { type SettingField, type SettingValue, settingFields } from "./settings-fields.ts";

export type SettingsWish = Readonly<Record<string, SettingValue>>;

export interface SettingChange {
  readonly name: string;
  readonly before: SettingValue;
  readonly after: SettingValue;
  readonly loosens: boolean;
  readonly isLimit: boolean;
}

export type Planned =
  | { readonly outcome: "planned"; readonly next: Settings; readonly changes: readonly SettingChange[] }
  | { readonly outcome: "refused"; readonly problems: readonly string[] };

const STEPS_BACK = 20;
/** One of these lies within the other. */
const NESTED: ReadonlySet<string> = new Set(["max_notional_per_position_usdt", "max_total_notional_usdt"]);

/** The one owner of the settings: what holds now, what a wish would make of it, and the way back. */
export class SettingsRoom {
  readonly #before: Settings[] = [];
  readonly #listeners = new Set<() => void>();
  #now: Settings;
  #revision = 0;

  constructor(start: Settings) {
    this.#now = start;
  }

  get now(): Settings {
    return this.#now;
  }

  /** Counts the changes since the start. */
  get revision(): number {
    return this.#revision;
  }

  /** Every field as people read it. */
  shown(): SettingsWish {
    return Object.fromEntries(settingFields.map((field) => [field.name, field.show(this.#now)]));
  }

  /** What a wish comes to. Every problem at once; a wish with one changes nothing. */
  plan(wish: SettingsWish): Planned {
    const problems: string[] = [];
    let next = this.#now;
    const touched: SettingField[] = [];
    for (const [name, value] of Object.entries(wish)) {
      const field = settingFields.find((each) => each.name === name);
      const reading = field?.read(value) ?? { problem: `${name}: is not a setting that can be changed while running` };
      if ("problem" in reading) problems.push(reading.problem);
      else {
        next = reading.change(next);
        if (field) touched.push(field);
      }
    }
    const nested = touched.some(({ name }) => NESTED.has(name));
    if (nested && next.limits.maxNotionalPerPosition > next.limits.maxTotalNotional)
      problems.push("max_notional_per_position_usdt: is above max_total_notional_usdt, so it could never be reached");
    if (problems.length > 0) return { outcome: "refused", problems };
    const changes = touched
      .filter(({ show }) => show(this.#now) !== show(next))
      .map(({ name, show, loosens, isLimit }) => ({
        name,
        before: show(this.#now),
        after: show(next),
        loosens: loosens(this.#now, next),
        isLimit,
      }));
    return { outcome: "planned", next, changes };
  }

  apply(next: Settings): void {
    this.#before.push(this.#now);
    if (this.#before.length > STEPS_BACK) this.#before.shift();
    this.#now = next;
    this.#revision += 1;
    for (const listen of this.#listeners) listen();
  }

  /** Hears after every change, in the step in which it was made. */
  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }
}
