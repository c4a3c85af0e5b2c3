import { decimalNumber, flag, oneOf, whole, words } from "../variable.ts";

/** Which venues, moved by what, and the guards. */
export const profileVariables = {
  profile: oneOf({ name: "PROFILE", group: "profile", preset: "paper", says: "which venues: paper, testnet or live" }, [
    "paper",
    "testnet",
    "live",
  ]),
  mode: words({
    name: "MODE",
    group: "profile",
    preset: "",
    says: "a label in metrics and status, nothing else; empty = the profile",
  }),
  market: words({
    name: "MARKET",
    group: "profile",
    preset: "model",
    says: "what moves the simulated venues: model, or recording:<file>[,<file>]",
  }),
  marketSeed: whole(
    { name: "MARKET_SEED", group: "profile", preset: "42", says: "seed of the model market" },
    0,
    2_147_483_647,
  ),
  marketSpeed: decimalNumber(
    { name: "MARKET_SPEED", group: "profile", preset: "1", says: "how many times real speed a recording is played" },
    0.01,
    1_000,
  ),
  safeMode: flag({
    name: "SAFE_MODE",
    group: "profile",
    preset: "true",
    says: "no order leaves, except cancels and an operator's own close",
  }),
  dryRunOnly: flag({
    name: "DRY_RUN_ONLY",
    group: "profile",
    preset: "false",
    says: "orders go to the simulated venues, whatever the profile",
  }),
  twoManRule: flag({
    name: "TWO_MAN_RULE",
    group: "profile",
    preset: "true",
    says: "what leads away from safety takes two operators; in paper one suffices",
  }),
  killFlatten: flag({
    name: "KILL_FLATTEN",
    group: "profile",
    preset: "false",
    says: "the kill switch also takes the hedges off, both legs together and reduce-only",
  }),
  placeTestOrders: flag({
    name: "ENABLE_PLACE_TEST_ORDERS",
    group: "profile",
    preset: "false",
    says: "with PROFILE=testnet: let orders go to the testnet; without it everything but the orders is real",
  }),
  postOnly: flag({
    name: "POST_ONLY",
    group: "profile",
    preset: "false",
    says: "first legs are immediate in this release: true is refused at the start",
  }),
  reduceOnly: flag({
    name: "REDUCE_ONLY",
    group: "profile",
    preset: "false",
    says: "nothing is opened, by nobody; what is open may be closed",
  }),
  autoLoop: flag({ name: "AUTO_LOOP", group: "profile", preset: "false", says: "let the loop open hedges by itself" }),
} as const;
