import type { WireReply } from "../../dialect.ts";
import type { Words } from "./order-entry.ts";

export interface Call {
  readonly query: URLSearchParams;
  /** The JSON body; an empty object when there is none. */
  readonly body: Words | readonly Words[];
  readonly headers: ReadonlyMap<string, string>;
  readonly address: string;
  readonly lagMs: number;
  /** It asks for the environment that this is not: demo of live, or live of demo. */
  readonly foreign?: boolean;
}

export type Route = {
  readonly signed: boolean;
  /** Requests in two seconds, by caller and, where the venue counts so, by instrument. */
  readonly most: number;
  readonly perInstrument?: boolean;
} & (
  | { readonly run: (call: Call) => unknown }
  | { readonly serve: (call: Call, reply: WireReply, answer: (result: unknown) => void) => void }
);

export type Routes = Readonly<Record<string, Route>>;

/** The body where one object is expected. */
export function single(call: Call): Words {
  return Array.isArray(call.body) ? ((call.body as readonly Words[])[0] ?? {}) : (call.body as Words);
}
