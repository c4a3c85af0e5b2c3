import type { VenueDeps, VenueSettings } from "#adapters/venues/deps.ts";
import { venues as recipes } from "#adapters/venues/venues.ts";
import { assert } from "#domain/assert.ts";
import type { Venue } from "#ports/venue.ts";

/** The two venues of the list, each from its own settings, in the order of the list. */
export function makeVenues(settings: readonly VenueSettings[], deps: VenueDeps): readonly [Venue, Venue] {
  const [first, second] = recipes.map((recipe, index) => {
    const own = settings[index];
    assert(own !== undefined, `no settings for ${recipe.id}`);
    return recipe.make(own, deps);
  });
  assert(first !== undefined && second !== undefined, "two venues are needed");
  return [first, second];
}
