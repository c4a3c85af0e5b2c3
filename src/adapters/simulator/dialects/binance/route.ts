import type { WireReply } from "../../dialect.ts";
import type { Params } from "./signature.ts";

export interface Call {
  readonly params: Params;
  readonly address: string;
  /** What misfortune makes of reads: positions and open orders as they were this long ago. */
  readonly lagMs: number;
}

/** One path and method. `run` answers at once; `serve` answers when it can, or never. */
export type Route = {
  /** Request weight, which may hang on the parameters. */
  readonly weight: number | ((params: Params) => number);
  readonly access: "open" | "key" | "signed";
} & (
  | { readonly run: (call: Call) => unknown }
  | { readonly serve: (call: Call, reply: WireReply, answer: (result: unknown) => void) => void }
);

export type Routes = Readonly<Record<string, Route>>;
