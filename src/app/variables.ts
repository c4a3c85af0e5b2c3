import { exitVariables } from "./variables/exit.ts";
import { guardVariables } from "./variables/guards.ts";
import { httpVariables } from "./variables/http.ts";
import { loopVariables } from "./variables/loop.ts";
import { profileVariables } from "./variables/profile.ts";
import { riskVariables } from "./variables/risk.ts";
import { storageVariables } from "./variables/storage.ts";
import { venuesVariables } from "./variables/venues.ts";

/** Every variable of the environment, in the order people see them. A variable that is not here does not exist. */
export const variables = {
  ...profileVariables,
  ...loopVariables,
  ...exitVariables,
  ...riskVariables,
  ...guardVariables,
  ...httpVariables,
  ...venuesVariables,
  ...storageVariables,
} as const;
