import { type Price, tryPrice } from "#domain/decimal.ts";
import type { Refusal } from "../../engine.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { Bucket, Placement, SelfTrade, TimeInForce } from "../../orders.ts";
import { format } from "#domain/decimal.ts";
import { baseOf, type OkxInstrument, priceLimit } from "./instruments.ts";
import { TEXTS } from "./errors.ts";

/** Why one order of a request is refused: an `sCode` and its text. */
export interface Verdict {
  readonly sCode: string;
  readonly sMsg: string;
}

export const verdict = (sCode: string, sMsg?: string): Verdict => ({
  sCode,
  sMsg: sMsg ?? TEXTS[sCode] ?? "Operation failed.",
});
const wrong = (name: string): Verdict => verdict("51000", `Parameter ${name} error`);

export type Words = Readonly<Record<string, unknown>>;
/** Numbers are strings here, and a bare number is read as well: well-used clients send `lever` so. */
export const text = (words: Words, name: string): string => {
  const found = words[name];
  return typeof found === "string" ? found : typeof found === "number" ? `${found}` : "";
};

const FORMS: Readonly<Record<string, TimeInForce>> = {
  limit: "gtc",
  post_only: "post-only",
  ioc: "ioc",
  fok: "fok",
  market: "ioc",
  optimal_limit_ioc: "ioc",
};

const SELF_TRADE: Readonly<Record<string, SelfTrade | undefined>> = {
  cancel_maker: "maker",
  cancel_taker: "taker",
  cancel_both: "both",
};

export function refusalVerdict(refusal: Refusal): Verdict {
  const codes: Readonly<Record<Refusal, string>> = {
    halted: "51022",
    "only-reduce": "51028",
    closed: "51027",
    duplicate: "51016",
    "too-many": "51174",
    "no-book": "51022",
    margin: "51008",
    "nothing-to-reduce": "51169",
    "would-increase": "51170",
    "reduced-already": "51148",
    "position-limit": "51004",
    unfillable: "51000",
    "would-take": "51000",
    "no-counterparty": "51000",
  };
  return verdict(codes[refusal]);
}

/** Reads one order and holds it against the rules of its instrument. */
export function readOrder(
  words: Words,
  entry: OkxInstrument,
  exchange: SimulatedExchange,
  freshName: () => string,
): Placement | Verdict {
  if (entry.market.settling) return verdict("51030");
  const { listing } = entry;
  const side = text(words, "side");
  if (side !== "buy" && side !== "sell") return wrong("side");
  if (text(words, "tdMode") !== "cross") {
    return text(words, "tdMode") === "isolated" ? verdict("51010", "Not supported.") : wrong("tdMode");
  }
  const form = text(words, "ordType");
  const timeInForce = FORMS[form];
  if (!timeInForce) return wrong("ordType");
  const name = text(words, "clOrdId");
  if (name !== "" && !/^[A-Za-z0-9]{1,32}$/.test(name)) return wrong("clOrdId");
  const tag = text(words, "tag");
  if (!/^[A-Za-z0-9]{0,16}$/.test(tag)) return wrong("tag");
  const posSide = text(words, "posSide");
  const bucket: Bucket = posSide === "long" || posSide === "short" ? posSide : "net";
  if (exchange.hedgeMode === (bucket === "net") || (posSide !== "" && posSide !== bucket)) return wrong("posSide");
  const reduceOnly = words["reduceOnly"] === true || words["reduceOnly"] === "true";
  const market = form === "market" || form === "optimal_limit_ioc";
  const quantity = baseOf(entry, text(words, "sz"));
  if (quantity === null) return /^\d+(\.\d+)?$/.test(text(words, "sz")) ? verdict("51121") : wrong("sz");
  if (quantity <= 0n) return wrong("sz");
  if (quantity < listing.minQuantity) return verdict("51020");
  if (quantity % listing.lot !== 0n) return verdict("51121");
  if (quantity > (market ? listing.maxMarketQuantity : listing.maxQuantity)) return verdict(market ? "51202" : "51101");
  const limit = market ? null : readPrice(text(words, "px"), side, entry, text(words, "pxAmendType") === "1");
  if (limit !== null && typeof limit === "object") return limit;
  const mode = text(words, "stpMode");
  if (mode !== "" && !SELF_TRADE[mode]) return wrong("stpMode");
  if (form === "fok" && mode === "cancel_both") return verdict("54036");
  const clientOrderId = name === "" ? freshName() : name;
  const { instrument } = entry;
  // With both sides held, closing is by position side, and this flag says nothing.
  const reducing = reduceOnly && !exchange.hedgeMode;
  const selfTrade = SELF_TRADE[mode] ?? "maker";
  const common = { clientOrderId, instrument, side, quantity, limit, timeInForce } as const;
  return { ...common, selfTrade, reduceOnly: reducing, bucket, form, tag };
}

/** A price off the tick or beyond the limits is refused; one beyond them may ask to be pulled to them. */
export function readPrice(px: string, side: "buy" | "sell", entry: OkxInstrument, pulled = false): Price | Verdict {
  const price = tryPrice(px);
  if (price === null || price <= 0n || price % entry.listing.tick !== 0n) return wrong("px");
  const band = priceLimit(entry);
  if (!band || (side === "buy" ? price <= band.buy : price >= band.sell)) return price;
  if (pulled) return side === "buy" ? band.buy : band.sell;
  const [most, least] = [format(band.buy), format(band.sell)];
  return verdict(
    "51006",
    `Order price is not within the price limit (max buy price: ${most} , min sell price: ${least} )`,
  );
}
