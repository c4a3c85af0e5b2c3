import { SeededChance } from "#adapters/host/chance.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import { type Environment, readConfig } from "./config.ts";
import { openRecording, startPaper } from "./paper.ts";

export interface VenuesFlags {
  readonly binancePort?: string;
  readonly okxPort?: string;
  readonly market?: string;
  readonly seed?: string;
  readonly speed?: string;
  readonly json?: boolean;
}

/** `propbot venues`: the simulated exchanges as a program of their own, for any client that speaks to the real ones. */
export async function venuesCommand(
  environment: Environment,
  flags: VenuesFlags,
  say: (line: string) => void,
): Promise<number> {
  const { config } = readConfig({
    ...environment,
    PROFILE: "paper",
    ...(flags.market === undefined ? {} : { MARKET: flags.market }),
    ...(flags.seed === undefined ? {} : { MARKET_SEED: flags.seed }),
    ...(flags.speed === undefined ? {} : { MARKET_SPEED: flags.speed }),
  });
  const stopAsked = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const paper = await startPaper({
    clock: new SystemClock(),
    chance: new SeededChance(config.marketSeed),
    recording: await openRecording(config.market, [config.takerFeeBinance, config.takerFeeOkx]),
    speed: config.marketSpeed,
    takerFees: [config.takerFeeBinance, config.takerFeeOkx],
    ports: [portOf(flags.binancePort), portOf(flags.okxPort)],
  });
  paper.begin();
  const [binance, okx] = paper.servers;
  const [binanceKeys, okxKeys] = paper.keys;
  const facts = {
    market: paper.market,
    "binance-um": { rest: binance.rest, ws: binance.ws, api_key: binanceKeys.apiKey, secret: binanceKeys.secret },
    "okx-perp": {
      rest: okx.rest,
      ws: okx.ws,
      api_key: okxKeys.apiKey,
      secret: okxKeys.secret,
      passphrase: okxKeys.passphrase,
    },
  };
  if (flags.json) say(JSON.stringify(facts));
  else {
    say(`moved by ${facts.market}`);
    say(`binance-um  REST ${binance.rest}  WS ${binance.ws}/{public,market,private}`);
    say(`            key ${binanceKeys.apiKey}  secret ${binanceKeys.secret}`);
    say(`okx-perp    REST ${okx.rest}  WS ${okx.ws}/ws/v5/{public,private}`);
    say(`            key ${okxKeys.apiKey}  secret ${okxKeys.secret}  passphrase ${okxKeys.passphrase}`);
    say("these keys open simulated accounts only; Ctrl-C stops");
  }
  await stopAsked;
  await paper.close();
  return 0;
}

function portOf(text: string | undefined): number {
  return text === undefined ? 0 : Number(text);
}
