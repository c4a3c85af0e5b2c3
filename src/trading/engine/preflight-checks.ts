import { stateOf } from "#domain/hedge-machine.ts";
import type { Venue } from "#ports/venue.ts";
import type { PreflightCheck, PreflightItem } from "../control/preflight.ts";
import type { Engine } from "./engine.ts";

const item = (id: string, problems: readonly string[], well: string): PreflightItem => ({
  id,
  ok: problems.length === 0,
  says: problems.length === 0 ? well : problems.join("; "),
});

/** What must be so before RUN, each looked at where it really is. In the order people see it. */
export function preflightChecks(engine: Engine, peopleMissing: () => string | null): readonly PreflightCheck[] {
  const { world } = engine.rooms;
  return [
    async () => item("venues", venuesNotReady(engine), "both venues are connected and checked"),
    async () => hedgesSettled(engine),
    async () => booksLive(engine),
    ...world.venues.map((venue) => () => clockAgrees(venue)),
    ...world.venues.map((venue) => () => accountAsNeeded(venue)),
    () => reconciled(engine),
    async () => people(peopleMissing()),
  ];
}

/** Why nothing may be taken for settled: a hedge open, or a venue not compared with our books. */
export function unsettled(engine: Engine): readonly string[] {
  const { executor } = engine.rooms;
  const open = executor.active().map((hedge) => `hedge ${hedge.intent.id} is ${stateOf(hedge)}`);
  return [...open, ...venuesNotReady(engine)];
}

/** Venues on which nothing may be opened now, each with how it stands. */
export function venuesNotReady({ rooms: { controller, world } }: Engine): readonly string[] {
  return world.venues.flatMap(({ id }) => {
    const standing = controller.state.venues.get(id) ?? "not connected yet";
    return standing === "OK" ? [] : [`${id} is ${standing}`];
  });
}

function hedgesSettled({ rooms: { executor } }: Engine): PreflightItem {
  const problems = executor.active().flatMap((hedge) => {
    const state = stateOf(hedge);
    if (state === "stuck") return [`hedge ${hedge.intent.id} needs a person: ${hedge.stuck ?? "it is stuck"}`];
    return state === "frozen" ? [`hedge ${hedge.intent.id} has an order whose fate is unknown`] : [];
  });
  return item("hedges", problems, "no hedge waits for a person");
}

function booksLive({ rooms: { books, settings, world } }: Engine): PreflightItem {
  const now = world.clock.now();
  const dead = books.all().filter((book) => book.distrust(now, settings().bookMaxAgeMs) !== null);
  const some = books.all().length > dead.length;
  return item(
    "books",
    some ? [] : ["no book can be believed now"],
    `${books.all().length - dead.length} books are fresh`,
  );
}

async function clockAgrees(venue: Venue): Promise<PreflightItem> {
  const answer = await venue.syncClock();
  const id = `clock ${venue.id}`;
  if (answer.outcome === "fault") return item(id, [`it could not be asked: ${answer.fault.says}`], "");
  return item(
    id,
    [],
    `${Math.round(answer.value.offsetMs)} ms apart, measured to ${Math.round(answer.value.errorMs)} ms`,
  );
}

async function accountAsNeeded(venue: Venue): Promise<PreflightItem> {
  const answer = await venue.account.setup();
  const id = `account ${venue.id}`;
  if (answer.outcome === "fault") return item(id, [`it could not be asked: ${answer.fault.says}`], "");
  const { positionMode, canTrade, canWithdraw } = answer.value;
  const problems = [
    ...(positionMode === "net" ? [] : ["it keeps a position for each side; one net position is needed"]),
    ...(canTrade ? [] : ["the key may not trade"]),
    ...(canWithdraw ? ["the key may withdraw: make one that may not"] : []),
  ];
  return item(id, problems, "net positions, may trade, may not withdraw");
}

/** The latest comparison of each venue, or one made now: a difference holds by itself until it is gone. */
async function reconciled({ reconciler }: Engine): Promise<PreflightItem> {
  return item("reconciliation", await reconciler.problems(), "orders, positions and wallets are as our books say");
}

const people = (missing: string | null): PreflightItem =>
  item("operators", missing === null ? [] : [missing], "enough people to agree");
