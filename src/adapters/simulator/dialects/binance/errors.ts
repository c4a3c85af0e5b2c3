import type { WireAnswer } from "../../dialect.ts";

/** A refusal in Binance's words. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code */
export class BinanceError {
  readonly code: number;
  readonly says: string;
  readonly status: number;

  constructor(code: number, says: string, status: number) {
    this.code = code;
    this.says = says;
    this.status = status;
  }
}

const TEXTS: Readonly<Record<number, string>> = {
  [-1021]: "Timestamp for this request is outside of the recvWindow.",
  [-1022]: "Signature for this request is not valid.",
  [-1111]: "Precision is over the maximum defined for this asset.",
  [-1115]: "Invalid timeInForce.",
  [-1116]: "Invalid orderType.",
  [-1117]: "Invalid side.",
  [-1121]: "Invalid symbol.",
  [-1125]: "This listenKey does not exist. Please use `POST /fapi/v1/listenKey` to recreate `listenKey`",
  [-2010]: "NEW_ORDER_REJECTED",
  [-2011]: "Unknown order sent.",
  [-2013]: "Order does not exist.",
  [-2014]: "API-key format invalid.",
  [-2015]: "Invalid API-key, IP, or permissions for action.",
  [-2019]: "Margin is insufficient.",
  [-2022]: "ReduceOnly Order is rejected.",
  [-2025]: "Reach max open order limit.",
  [-2027]: "Exceeded the maximum allowable position at current leverage.",
  [-4001]: "Price less than 0.",
  [-4002]: "Price greater than max price.",
  [-4003]: "Quantity less than zero.",
  [-4004]: "Quantity less than min quantity.",
  [-4005]: "Quantity greater than max quantity.",
  [-4013]: "Price less than min price.",
  [-4014]: "Price not increased by tick size.",
  [-4015]: "Client order id length should be less than 36 chars",
  [-4021]: "Invalid depth limit.",
  [-4023]: "Qty not increased by step size.",
  [-4028]: "Leverage is not valid",
  [-4046]: "No need to change margin type.",
  [-4047]: "Margin type cannot be changed if there exists open orders.",
  [-4048]: "Margin type cannot be changed if there exists position.",
  [-4056]: "HMAC_SHA256 API key is not supported.",
  [-4059]: "No need to change position side.",
  [-4061]: "Order's position side does not match user's setting.",
  [-4067]: "Position side cannot be changed if there exists open orders.",
  [-4068]: "Position side cannot be changed if there exists position.",
  [-4116]: "clientOrderId is duplicated.",
  [-4120]: "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.",
  [-4131]: "The counterparty's best price does not meet the PERCENT_PRICE filter limit.",
  [-5021]:
    "Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history.",
  [-5022]:
    "Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history.",
  [-4140]: "Invalid symbol status for opening position.",
  [-4141]: "Symbol is closed.",
  [-5037]: "Invalid price match",
  [-5040]: "The good till date must be greater than the current time plus 600 seconds.",
  [-5041]: "No depth matches this BBO order",
  [-5027]: "No need to modify the order.",
  [-5028]: "Timestamp for this request is outside of the ME recvWindow",
};

export function refuse(code: number, says?: string): BinanceError {
  const status = code === -2015 || code === -2014 ? 401 : 400;
  return new BinanceError(
    code,
    says ?? TEXTS[code] ?? "An unknown error occurred while processing the request.",
    status,
  );
}

/** A mandatory parameter that is not there, or not what it should be. */
export const missing = (name: string): BinanceError =>
  refuse(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);

export const AHEAD = "Timestamp for this request was 1000ms ahead of the server's time.";

/** The four 503 of the venue, told apart by their texts only. */
export const UNKNOWN_503 = new BinanceError(-1000, "Unknown error, please check your request or try again later.", 503);
export const UNAVAILABLE_503 = new BinanceError(-1000, "Service Unavailable.", 503);
export const INTERNAL_503 = new BinanceError(
  -1001,
  "Internal error; unable to process your request. Please try again.",
  503,
);
export const OVERLOAD_503 = new BinanceError(
  -1008,
  "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.",
  503,
);
const TIMEOUT_408 = new BinanceError(
  -1007,
  "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
  408,
);

/** A timeout in the usual words, or as -1006. */
export function timedOut(code?: string): BinanceError {
  if (code !== "-1006") return TIMEOUT_408;
  return new BinanceError(
    -1006,
    "An unexpected response was received from the message bus. Execution status unknown.",
    400,
  );
}

export function bodyOf(error: BinanceError): { readonly code: number; readonly msg: string } {
  return { code: error.code, msg: error.says };
}

export function answerOf(error: BinanceError, headers: Readonly<Record<string, string>>): WireAnswer {
  return { status: error.status, headers, body: JSON.stringify(bodyOf(error)) };
}
