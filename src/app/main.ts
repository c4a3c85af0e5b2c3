import { existsSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { StoreBusy } from "#adapters/storage/data-directory.ts";
import { StoreFault } from "#adapters/storage/sqlite.ts";
import { TapeFault } from "#adapters/simulator/markets/tape.ts";
import { BootFault } from "#trading/engine/boot.ts";
import { ConfigFault, NOTHING_DONE } from "./config.ts";
import { auditVerifyCommand } from "./audit-command.ts";
import { type OperatorsAct, type OperatorsFlags, operatorsCommand } from "./operators-command.ts";
import { replayCommand } from "./replay/replay-command.ts";
import { simulateCommand, wholeNumber } from "./simulate-command.ts";
import { start } from "./start.ts";
import { venuesCommand } from "./venues.ts";
import { VERSION } from "./version.ts";

/** Exit codes people and supervisors rely on. */
const EXIT = { failed: 1, usage: 2, busy: 75, config: 78 } as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

function program(exit: (code: number) => void): Command {
  const propbot = new Command("propbot")
    .description("Two-leg delta-neutral hedges between Binance USDⓈ-M and OKX perpetuals")
    .version(VERSION)
    .showSuggestionAfterError()
    .exitOverride();
  for (const name of ["start", "demo"] as const) {
    propbot
      .command(name)
      .description(
        name === "start"
          ? "the server; with no configuration at all, the demo"
          : "paper trading against simulated venues on this machine",
      )
      .option("--port <port>", "port to listen on")
      .option("--data-dir <path>", "where the ledger and the state live")
      .option("--market <market>", "model, or recording:<file>[,<file>]")
      .option("--seed <seed>", "seed of the model market")
      .option("--speed <factor>", "how many times real speed a recording is played")
      .option("--json", "the last line is one JSON object")
      .action(async (flags) =>
        exit(await start({ environment: process.env, flags, forceDemo: name === "demo", say, note: complain })),
      );
  }
  propbot
    .command("venues")
    .description("the simulated exchanges alone, for independent clients")
    .option("--binance-port <port>", "port of the simulated Binance; any free one when left out")
    .option("--okx-port <port>", "port of the simulated OKX")
    .option("--market <market>", "model, or recording:<file>[,<file>]")
    .option("--seed <seed>", "seed of the model market")
    .option("--speed <factor>", "how many times real speed a recording is played")
    .option("--json", "one JSON object")
    .action(async (flags) => exit(await venuesCommand(process.env, flags, say)));
  propbot
    .command("replay")
    .description("a recording through the live engine on a virtual clock, then a report")
    .option("--market <market>", "recording:<file>[,<file>]")
    .option("--json", "the last line is one JSON object")
    .action(async (flags) => exit(await replayCommand(process.env, flags, { say, progress: complain })));
  propbot
    .command("simulate")
    .description("the executor under seeded faults, judged by what the venues received")
    .option("--seeds <count>", "how many episodes", wholeNumber, 200)
    .option("--from <seed>", "the first seed", wholeNumber, 1)
    .option("--trace", "one seed as a readable timeline")
    .option("--shrink", "what of one seed's story breaks a promise, and no more than that")
    .option("--json", "one JSON object")
    .action(async (flags) => exit(await simulateCommand(flags, { say, progress: complain })));
  const operators = propbot.command("operators").description("who may speak to the server, by name");
  for (const [act, argument, says] of OPERATORS_ACTS) {
    operators
      .command(`${act}${argument}`)
      .description(says)
      .option("--role <role>", "viewer or operator", undefined)
      .option("--days <days>", "how long the token is good for; without an end when left out")
      .option(
        "--file <path>",
        "the operators file; OPERATORS_FILE, or operators.json in the data directory, when left out",
      )
      .option("--data-dir <path>", "the data directory")
      .option("--json", "one JSON object")
      .action((...given: readonly unknown[]) => {
        const name = typeof given[0] === "string" ? given[0] : undefined;
        const flags = given[name === undefined ? 0 : 1] as OperatorsFlags;
        exit(operatorsCommand(act, name, flags, process.env, new Date(), say));
      });
  }
  propbot
    .command("audit")
    .description("the record of who did what")
    .command("verify")
    .description("read all of it and name every row that was changed, taken out, put in or moved")
    .option("--data-dir <path>", "the data directory")
    .option("--json", "one JSON object")
    .action(async (flags) => exit(await auditVerifyCommand(flags, process.env, say)));
  return propbot;
}

const OPERATORS_ACTS: readonly (readonly [OperatorsAct, string, string])[] = [
  ["add", " <name>", "a new person; the token is shown once"],
  ["rotate", " <name>", "another token for a person; the old one ends at once"],
  ["disable", " <name>", "a person may speak no more"],
  ["list", "", "who is there, without what they carry"],
];

/** One clear message for what a person can mend, and the code that says of which kind it is. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ConfigFault) {
    const count = error.problems.length === 1 ? "one problem" : `${error.problems.length} problems`;
    complain(`${error.undone}: ${count} in ${error.undone === NOTHING_DONE ? "what was asked" : "the configuration"}`);
    for (const problem of error.problems) complain(`  ${problem}`);
    return EXIT.config;
  }
  const ours = error instanceof TapeFault || error instanceof StoreFault || error instanceof BootFault;
  const busyPort = error instanceof Error && /EADDRINUSE|is in use; choose another/.test(message);
  if (ours || busyPort) {
    complain("propbot cannot start:");
    for (const line of (busyPort ? portMessage(message) : message).split("\n")) complain(`  ${line}`);
    return EXIT.config;
  }
  if (error instanceof StoreBusy) {
    complain(`propbot cannot start:\n  ${message}`);
    return EXIT.busy;
  }
  complain(`propbot failed: ${error instanceof Error ? (error.stack ?? message) : message}`);
  return EXIT.failed;
}

function portMessage(message: string): string {
  const address = /address already in use ([^ ]+)/.exec(message)?.[1];
  return address ? `PORT: ${address} is in use; stop what listens there or set PORT to another` : message;
}

if (existsSync(".env")) process.loadEnvFile(".env");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 24 || (major === 24 && minor < 11)) {
  complain(
    `propbot needs Node 24.11 or newer, this is ${process.versions.node}; use npm start or npm run propbot, they bring it along`,
  );
  process.exit(EXIT.config);
}
try {
  await program((code) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
// Everything that was opened is closed by now; a timer of a library must not keep the terminal waiting.
process.exit();
