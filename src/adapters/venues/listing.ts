import { assert } from "#domain/assert.ts";
import type { VenueFault } from "#domain/fault.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Answer } from "#ports/venue.ts";

/** What a venue lists, by its name and by ours. Whoever needs it before it was asked for makes it ask. */
export class Listing<Listed extends Instrument = Instrument> {
  readonly #byId = new Map<InstrumentId, Listed>();
  readonly #bySymbol = new Map<string, Listed>();
  readonly #ask: () => Promise<Answer<readonly Listed[]>>;

  constructor(ask: () => Promise<Answer<readonly Listed[]>>) {
    this.#ask = ask;
  }

  /** Asks the venue and remembers the answer; an instrument that vanished stays known, for orders that outlive it. */
  async load(): Promise<Answer<readonly Listed[]>> {
    const answer = await this.#ask();
    if (answer.outcome === "answered") for (const listed of answer.value) this.#remember(listed);
    return answer;
  }

  /** Null once something is known; otherwise what kept us from asking. */
  async ready(): Promise<VenueFault | null> {
    if (this.#byId.size > 0) return null;
    const answer = await this.load();
    return answer.outcome === "fault" ? answer.fault : null;
  }

  get(id: InstrumentId): Listed | undefined {
    return this.#byId.get(id);
  }

  bySymbol(symbol: string): Listed | undefined {
    return this.#bySymbol.get(symbol);
  }

  #remember(listed: Listed): void {
    assert(listed.symbol !== "", "an instrument without a symbol");
    this.#byId.set(listed.id, listed);
    this.#bySymbol.set(listed.symbol, listed);
  }
}

/** The fault for an instrument this venue does not list: refused here, before a byte of it leaves. */
export function notListed(instrument: InstrumentId): VenueFault {
  return { kind: "rejected", code: "not-listed", says: `${instrument} is not listed here` };
}
