import type { VenueDeps, VenueKeys, VenueSettings } from "#adapters/venues/deps.ts";
import { KeyRing } from "#adapters/venues/key-ring.ts";
import { venues as recipes } from "#adapters/venues/venues.ts";
import { assert } from "#domain/assert.ts";
import { describeFault } from "#domain/fault.ts";

/**
 * Asks a venue how the account is set up, signed with keys that are not in use: it changes nothing, and who may not ask
 * it may not trade. Null when these keys will do.
 */
export async function tryKeys(
  settings: readonly VenueSettings[],
  deps: VenueDeps,
  leg: 0 | 1,
  keys: VenueKeys,
): Promise<string | null> {
  const [own, recipe] = [settings[leg], recipes[leg]];
  assert(own !== undefined && recipe !== undefined, "both venues have settings");
  // A venue of its own, with no stream opened: what is in use hears nothing of it.
  const venue = recipe.make({ ...own, keys: new KeyRing(keys) }, deps);
  try {
    const clock = await venue.syncClock();
    if (clock.outcome === "fault") return `${venue.id} could not be asked (${describeFault(clock.fault)})`;
    const setup = await venue.account.setup();
    if (setup.outcome === "fault") return `${venue.id} does not accept these keys (${describeFault(setup.fault)})`;
    const { canTrade, canWithdraw } = setup.value;
    if (canWithdraw) return `the key of ${venue.id} may withdraw: make one that may not`;
    return canTrade ? null : `the key of ${venue.id} may not trade: give it that right`;
  } finally {
    await venue.close();
  }
}
