import type { AccountSetup } from "#ports/venue.ts";

/** What of an account's setup we could not trade with. */
export function misfitsOf({ positionMode, canTrade }: AccountSetup): string[] {
  const said: string[] = [];
  if (positionMode !== "net") said.push("the account is in long/short mode, and was set to one net position each");
  if (!canTrade) said.push("the key may no longer trade");
  return said;
}
