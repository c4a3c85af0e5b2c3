import { isFields, parseExact, textOf } from "#adapters/wire/json.ts";
import type { Heartbeat } from "#adapters/wire/session.ts";
import type { VenueSettings } from "../deps.ts";
import type { LineMessage, LineWords } from "../order-line.ts";
import type { VenueClock } from "../venue-clock.ts";
import { loginFault } from "./faults.ts";
import { lifeSigns } from "./feed.ts";
import { type OkxData, readEnvelope } from "./rest.ts";
import type { OkxSigner } from "./signer.ts";

/**
 * Order operations of `/private`: `{id, op, args}` out, `{id, op, code, data}` back, where an element's `sCode`
 * decides as it does over REST.
 * @see https://www.okx.com/docs-v5/en/#order-book-trading-trade-ws-place-order
 */
export class OkxLineWords implements LineWords<OkxData> {
  readonly name = "okx orders";
  readonly url: string;
  readonly heartbeat: Heartbeat;
  readonly silenceMs: number;
  /** Nothing ends a connection here but a notice or an accident. */
  readonly lifeMs = Number.POSITIVE_INFINITY;
  readonly #signer: OkxSigner;
  readonly #time: VenueClock;

  constructor(settings: VenueSettings, signer: OkxSigner, time: VenueClock) {
    ({ heartbeat: this.heartbeat, silenceMs: this.silenceMs } = lifeSigns(settings));
    this.url = `${settings.orderUrl.replace(/\/+$/, "")}/ws/v5/private`;
    this.#signer = signer;
    this.#time = time;
  }

  login(): string {
    return this.#signer.login();
  }

  read(text: string): LineMessage<OkxData> {
    const frame = parseExact(text);
    if (!isFields(frame)) return { kind: "other" };
    const { event, id, code, msg } = frame;
    if (event === "login" && code === "0") return { kind: "logged-in" };
    if (event === "notice" && code === "64008") return { kind: "closing" };
    const answers = typeof id === "string" && (typeof frame["op"] === "string" || event === "error");
    if (answers) return { kind: "answer", id, said: readEnvelope(200, frame, this.#time.now()) };
    if (event === "login" || event === "error") {
      return { kind: "login-refused", fault: loginFault(textOf(code), textOf(msg).slice(0, 200)) };
    }
    return { kind: "other" };
  }
}
