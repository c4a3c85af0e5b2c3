import { toNumber } from "#domain/decimal.ts";
import { existsSync } from "node:fs";
import { DEMO } from "#adapters/simulator/markets/model.ts";
import { endOnBrokenPromise } from "./broken-promise.ts";
import { type Environment, readConfig } from "./config.ts";
import { Narrator } from "./narrator.ts";
import { type Node, startNode } from "./node.ts";
import { withStoredSecrets } from "./stored-secrets.ts";

/** What the flags of `start` and `demo` may shape; each stands for its variable. */
export interface StartFlags {
  readonly port?: string;
  readonly dataDir?: string;
  readonly market?: string;
  readonly seed?: string;
  readonly speed?: string;
  readonly json?: boolean;
}

export interface StartInput {
  readonly environment: Environment;
  readonly flags: StartFlags;
  /** `propbot demo`, whatever is configured. */
  readonly forceDemo: boolean;
  /** The demo's story, and every program's last word. */
  readonly say: (line: string) => void;
  /** What a server has to say beside its log, which is on standard output and nothing but JSON lines. */
  readonly note: (line: string) => void;
}

/** Neither a `.env` nor a `PROFILE`: nothing is configured, and nothing can leave the machine. */
export function isDemo(environment: Environment, forced: boolean): boolean {
  return forced || (!existsSync(".env") && (environment["PROFILE"] ?? "") === "");
}

/** What the demo is configured with. Only what cannot send anything anywhere may still be shaped from outside. */
const DEMO_VARIABLES: Environment = {
  PROFILE: "paper",
  SAFE_MODE: "false",
  AUTO_LOOP: "true",
  AUTH_ENABLED: "true",
  ORDER_NOTIONAL_USDT: "1500",
  MAX_OPEN_POSITIONS: "6",
  COOLDOWN_MS: "10000",
};
const SHAPING = [
  "HOST",
  "PORT",
  "DATA_DIR",
  "MARKET",
  "MARKET_SEED",
  "MARKET_SPEED",
  "RUNTIME_STATE_PATH",
  "TAKER_FEE_BPS_BINANCE",
  "TAKER_FEE_BPS_OKX",
];

export function environmentOf({ environment, flags, forceDemo }: StartInput): Environment {
  const flagged: Environment = {
    ...(flags.port === undefined ? {} : { PORT: flags.port }),
    ...(flags.dataDir === undefined ? {} : { DATA_DIR: flags.dataDir }),
    ...(flags.market === undefined ? {} : { MARKET: flags.market }),
    ...(flags.seed === undefined ? {} : { MARKET_SEED: flags.seed }),
    ...(flags.speed === undefined ? {} : { MARKET_SPEED: flags.speed }),
  };
  if (!isDemo(environment, forceDemo)) return { ...environment, ...flagged };
  const shaped = Object.fromEntries(Object.entries(environment).filter(([name]) => SHAPING.includes(name)));
  return { ...DEMO_VARIABLES, ...shaped, ...flagged };
}

/** As Node itself ends a process that threw. */
const BROKEN = 1;

/** Starts the demo or the server, and runs until it is told to stop. Resolves with the exit code. */
export async function start(input: StartInput): Promise<number> {
  const { environment, forceDemo, flags } = input;
  const demo = isDemo(environment, forceDemo);
  const say = demo ? input.say : input.note;
  const stored = withStoredSecrets(environmentOf(input));
  const { config, warnings } = readConfig(stored.environment, process.execArgv);
  for (const line of stored.says) say(line);
  for (const warning of warnings) say(`warning: ${warning}`);
  // Listening for the signal before anything is opened: whatever is, will be closed.
  const stopAsked = askedToStop();
  const node = await startNode({
    config,
    demo,
    environment: stored.environment,
    secrets: stored.file,
    ...(demo ? { shape: DEMO } : {}),
  });
  const breaking = endOnBrokenPromise(process, {
    hold: (says) => node.engine.rooms.controller.hold("assert", says),
    say: input.note,
    exit: () => process.exit(BROKEN),
  });
  announce(node, demo, say);
  const narrator = new Narrator(node, say);
  if (demo) narrator.begin();
  const signal = await stopAsked;
  narrator.end();
  say(`${signal}: no new hedge; finishing what is in flight`);
  const summary = summaryOf(node);
  await node.stop();
  breaking.close();
  const last = flags.json ? input.say : say;
  last(
    flags.json
      ? JSON.stringify(summary)
      : `stopped; ${summary.hedges} hedges, net ${summary.pnl_usdt ?? "unknown"} USDT, ${summary.open} left open`,
  );
  return 0;
}

function askedToStop(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
  });
}

function announce({ url, token, config, paper }: Node, demo: boolean, say: (line: string) => void): void {
  if (demo)
    say("PropBot demo: paper trading against simulated venues on this machine; no keys, no network, nothing can leave");
  say(
    `venues   ${paper ? `${paper.servers.map(({ rest }) => rest).join("  ")}  moved by ${paper.market}` : `${config.profile} venues`}`,
  );
  say(`api      ${url}   docs ${url}/docs`);
  if (token !== "")
    say(
      demo
        ? `token    ${token}   (kept in ${config.dataDir}/api_token)`
        : "token    as configured in API_TOKEN or kept in the data directory",
    );
  if (demo) say(`try      curl -s -H "Authorization: Bearer ${token}" ${url}/api/ui/positions`);
  if (!demo) say("mode     HOLD: resume when you are ready");
}

function summaryOf({ engine }: Node): { hedges: number; open: number; pnl_usdt: number | null } {
  const { executor } = engine.rooms;
  const total = engine.results.total();
  const traded = executor.hedges().filter(({ orders }) => orders.some(({ filled }) => filled > 0n));
  return {
    hedges: traded.length,
    open: executor.active().length,
    pnl_usdt: total === null ? null : toNumber(total),
  };
}
