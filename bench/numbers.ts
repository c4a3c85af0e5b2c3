import Big from "big.js";
import { Decimal } from "decimal.js";
import { add, format, notional, price, quantity, share, subtract, bps, type Usdt } from "#domain/decimal.ts";
import { priceAt } from "#domain/instrument.ts";
import { Prefilter } from "#trading/scanner/prefilter.ts";
import { eachInItsOwnProcess, flags, rounds, type Flags } from "./harness/command.ts";
import { number, type Part } from "./harness/report.ts";
import { measure, middle, ratio, type Variant } from "./harness/rounds.ts";
import { dice } from "./harness/statistics.ts";

/** A hedge's arithmetic, three numbers read, eight operations, four written; and the prefilter's one comparison. */

const HEDGES = 20_000;
const COMPARISONS = 5_000_000;
const FULL_ROUNDS = 9;

interface Row {
  readonly buy: string;
  readonly sell: string;
  readonly quantity: string;
}

function drawn(seed: number): Row[] {
  const roll = dice(seed);
  return Array.from({ length: HEDGES }, () => {
    const buy = 600_000 + roll(40_000);
    return {
      buy: (buy / 10).toFixed(1),
      sell: ((buy + roll(400) - 100) / 10).toFixed(1),
      quantity: ((1 + roll(5_000)) / 1_000).toFixed(3),
    };
  });
}

/** Paid, got, two fees of 5 bps rounded up, gross, net, and the sum of both notionals. */
function exact({ buy, sell, quantity: size }: Row): string {
  const of = quantity(size);
  const paid = notional(price(buy), of);
  const got = notional(price(sell), of);
  const fees = add(share(paid, FIVE, "up"), share(got, FIVE, "up"));
  const gross = subtract(got, paid);
  const net = subtract(gross, fees);
  const turned = add(paid, got) as Usdt;
  return `${format(gross)} ${format(fees)} ${format(net)} ${format(turned)}`;
}
const FIVE = bps("5");

interface Arithmetic<N> {
  readonly read: (text: string) => N;
  readonly times: (a: N, b: N) => N;
  readonly plus: (a: N, b: N) => N;
  readonly minus: (a: N, b: N) => N;
  readonly write: (value: N) => string;
}

function withLibrary<N>({ read, times, plus, minus, write }: Arithmetic<N>): (row: Row) => string {
  const rate = read("0.0005");
  return ({ buy, sell, quantity: size }) => {
    const of = read(size);
    const paid = times(read(buy), of);
    const got = times(read(sell), of);
    const fees = plus(times(paid, rate), times(got, rate));
    const gross = minus(got, paid);
    return `${write(gross)} ${write(fees)} ${write(minus(gross, fees))} ${write(plus(paid, got))}`;
  };
}

const decimals = withLibrary<Decimal>({
  read: (text) => new Decimal(text),
  times: (a, b) => a.times(b),
  plus: (a, b) => a.plus(b),
  minus: (a, b) => a.minus(b),
  write: (value) => value.toFixed(),
});
const bigs = withLibrary<Big>({
  read: (text) => new Big(text),
  times: (a, b) => a.times(b),
  plus: (a, b) => a.plus(b),
  minus: (a, b) => a.minus(b),
  write: (value) => value.toFixed(),
});
/** Not the same numbers, only the same work: it is held to what the exact ones come to, to the cent. */
const doubles = withLibrary<number>({
  read: Number,
  times: (a, b) => a * b,
  plus: (a, b) => a + b,
  minus: (a, b) => a - b,
  write: (value) => `${value}`,
});

function variant(name: string, rows: readonly Row[], run: (row: Row) => string): Variant {
  let last = "";
  return {
    name,
    run: () => {
      const started = process.hrtime.bigint();
      let written = "";
      let length = 0;
      for (const row of rows) {
        written = run(row);
        length += written.length;
      }
      const took = Number(process.hrtime.bigint() - started) / rows.length;
      // Doubles come to the same only so far; texts of all rows are wanted, or they need not be made.
      const net = rows.reduce((sum, row) => sum + Number(run(row).split(" ")[2]), 0);
      last = length > 0 ? net.toFixed(4) : written;
      return took;
    },
    state: () => last,
  };
}

async function arithmetic(given: Flags): Promise<Part> {
  const rows = drawn(given.seed);
  const peers = given.peers
    ? [variant("decimal.js", rows, decimals), variant("big.js", rows, bigs), variant("doubles", rows, doubles)]
    : [];
  const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: 3, seed: given.seed };
  const measured = await measure([variant("ours", rows, exact), ...peers], plan);
  const against = peers.map(
    ({ name }) => `${name} ${number(middle(measured, name))} (${number(ratio(measured, name, "ours"))}x)`,
  );
  return {
    bench: "numbers",
    part: "hedge arithmetic",
    ours: `${number(middle(measured, "ours"))} ns`,
    against,
    rounds: plan.rounds,
    goals: given.peers
      ? [
          { what: "vs decimal.js", figure: ratio(measured, "decimal.js", "ours"), atLeast: 4 },
          { what: "vs big.js", figure: ratio(measured, "big.js", "ours"), atLeast: 4.5 },
          { what: "vs doubles", figure: 1 / ratio(measured, "doubles", "ours"), atMost: 4.5 },
        ]
      : [],
    noisy: measured.noise.noisy,
    fingerprint: measured.state,
  };
}

async function prefilter(given: Flags): Promise<Part> {
  const filter = new Prefilter({ tick: priceAt(1, { tick: price("0.1") }) }, { tick: price("0.05") });
  filter.require(21);
  const roll = dice(given.seed);
  const asks = Int32Array.from({ length: 4_096 }, () => 600_000 + roll(4_000));
  const bids = Int32Array.from({ length: 4_096 }, () => 1_200_000 + roll(8_000));
  let passed = 0;
  const ours: Variant = {
    name: "ours",
    run: () => {
      passed = 0;
      const started = process.hrtime.bigint();
      for (let index = 0; index < COMPARISONS; index += 1) {
        if (filter.mayPay(asks[index & 4_095] as number, bids[index & 4_095] as number)) passed += 1;
      }
      return Number(process.hrtime.bigint() - started) / COMPARISONS;
    },
    state: () => `${passed}`,
  };
  const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: 3, seed: given.seed };
  const measured = await measure([ours], plan);
  return {
    bench: "numbers",
    part: "prefilter",
    ours: `${number(middle(measured, "ours"))} ns`,
    against: [],
    rounds: plan.rounds,
    goals: [{ what: "ns a comparison", figure: middle(measured, "ours"), atMost: 5 }],
    noisy: measured.noise.noisy,
    fingerprint: measured.state,
  };
}

await eachInItsOwnProcess(flags(), [
  { name: "hedge arithmetic", run: arithmetic },
  { name: "prefilter", run: prefilter },
]);
