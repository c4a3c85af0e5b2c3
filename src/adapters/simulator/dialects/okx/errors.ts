import type { WireAnswer } from "../../dialect.ts";

/** A refusal of a whole request, before any order was looked at. @see https://www.okx.com/docs-v5/en/#error-code */
export class OkxError {
  readonly code: string;
  readonly says: string;
  readonly status: number;

  constructor(code: string, says: string, status = 200) {
    this.code = code;
    this.says = says;
    this.status = status;
  }
}

export const TEXTS: Readonly<Record<string, string>> = {
  "50014": "Parameter instIdCode can not be empty.",
  "50036": "The expTime can't be earlier than the current system time. Please adjust the expTime and try again.",
  "50037": "Order expired.",
  "51001": "Instrument ID, Instrument ID code or Spread ID doesn't exist.",
  "51004": "Order failed. The size exceeds the maximum position at the current leverage.",
  "51008": "Order failed. Insufficient USDT margin in account",
  "51016": "Client order ID already exists.",
  "51020": "Your order should meet or exceed the minimum order amount.",
  "51024": "Trading account is blocked.",
  "51030": "Funding fee is being settled.",
  "51101": "Entered amount exceeds the max pending order amount (Cont) per transaction.",
  "51115": "Cancel all pending close-orders before liquidation.",
  "51121": "Order quantity must be a multiple of the lot size.",
  "51021": "The contract is yet to be listed.",
  "51022": "Instrument suspended.",
  "51027": "Contract expired.",
  "51028": "Contract under delivery.",
  "51071": "You've reached the maximum limit for tag level cancel all after timers.",
  "51148": "ReduceOnly cannot increase the position quantity.",
  "54036": "You can't place a fill or kill order with this self-trade prevention mode.",
  "51149":
    "Order timed out. Please try again. (does not mean that the request was successful or failed, please check the request result)",
  "51169": "Order failed because you don't have any positions in this direction for this contract to reduce or close.",
  "51170": "Failed to place order. A reduce-only order can’t be the same trading direction as your existing positions.",
  "51174": "The number of pending orders exceeds the maximum limit.",
  "51202": "Market order amount exceeds the maximum amount.",
  "51400": "Order cancellation failed as the order has been filled, canceled or does not exist.",
  "51503": "Order modification failed as the order has been filled, canceled or does not exist.",
  "51603": "Order does not exist",
  "59000": "Settings failed. Close any open positions or orders before modifying settings.",
};

export const UNKNOWN = new OkxError(
  "50004",
  "API endpoint request timeout. (does not mean that the request was successful or failed, please check the request result).",
  400,
);
const TIMED_OUT = new OkxError("51149", TEXTS["51149"] ?? "", 500);
export const INTERNAL = new OkxError("50026", "System error. Try again later.", 500);
export const BUSY = new OkxError("50013", "Systems are busy. Please try again later.", 429);
export const UNAVAILABLE = new OkxError("50001", "Service temporarily unavailable. Please try again later.", 503);
export const TOO_MANY = new OkxError("50011", "Too Many Requests", 429);
export const WRONG_ENVIRONMENT = new OkxError("50101", "APIKey does not match current environment.", 401);
export const NO_INSTRUMENT = new OkxError("51001", TEXTS["51001"] ?? "");
export const NOT_FOUND = new OkxError("51603", TEXTS["51603"] ?? "");
export const JSON_SYNTAX = new OkxError("50002", "JSON syntax error", 400);

/** A timeout in the usual words, or as 51054. */
export const timedOut = (code?: string): OkxError =>
  code === "51054" ? new OkxError("51054", "Request timed out. Please try again.", 500) : TIMED_OUT;

export const badParameter = (name: string): OkxError => new OkxError("51000", `Parameter ${name} error.`, 400);

const HEADERS = { "content-type": "application/json" };

export function envelope(data: unknown, code = "0", msg = ""): WireAnswer {
  return { status: 200, headers: HEADERS, body: JSON.stringify({ code, msg, data }) };
}

export function answerOf({ status, code, says }: OkxError): WireAnswer {
  return { status, headers: HEADERS, body: JSON.stringify({ code, msg: says, data: [] }) };
}
