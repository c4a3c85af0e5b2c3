import type { z } from "zod";
import type { loopAnswer, loopRequest, loopWords } from "#contract/loop.ts";
import { toNumber } from "#domain/decimal.ts";
import { symbolOf } from "#domain/ids.ts";
import type { Operator } from "#domain/operator.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { type DeskAnswer, done } from "./answer.ts";
import type { ControlDesk } from "./control-desk.ts";

/** The loop, by the names of the old panel. What is changed here is changed as everything else is: by control. */
export class LoopDesk {
  readonly #engine: Engine;
  readonly #control: ControlDesk;

  constructor(engine: Engine, control: ControlDesk) {
    this.#engine = engine;
    this.#control = control;
  }

  words(): z.infer<typeof loopWords> {
    const { autoLoop, loopPairs, loopVenues, orderNotional } = this.#engine.rooms.settings();
    return {
      auto_loop: autoLoop,
      pair: loopPairs.map(symbolOf).join(",") || null,
      venues: [...loopVenues],
      notional_usdt: toNumber(orderNotional),
    };
  }

  async change(
    who: Operator,
    { auto_loop, pair, venues, notional_usdt, reason }: z.infer<typeof loopRequest>,
  ): Promise<DeskAnswer<z.infer<typeof loopAnswer>>> {
    const changed = await this.#control.change(who, {
      auto_loop,
      loop_pair: pair,
      loop_venues: venues,
      order_notional_usdt: notional_usdt,
      reason,
    });
    return changed.ok ? done({ status: "ok", loop: this.words() }) : changed;
  }
}
