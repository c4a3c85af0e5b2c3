import { jsonLog } from "#adapters/host/log.ts";
import { type Environment, readConfig, settingsOf } from "../config.ts";
import { openRecording } from "../paper.ts";
import { TapeFault } from "#adapters/simulator/markets/tape.ts";
import { type ReplayReport, replay } from "./replay.ts";

export interface ReplayFlags {
  readonly market?: string;
  readonly json?: boolean;
}

const NEEDS_RECORDING = "replay needs a recording: --market recording:<file>[,<file>]";

/** Where a replay's settings differ from the server's: it trades by itself, at a size that both venues take. */
const REPLAY_VARIABLES: Environment = { PROFILE: "paper", AUTO_LOOP: "true", ORDER_NOTIONAL_USDT: "1000" };

/** `propbot replay`: the recording to its end, then a report. Resolves with the exit code. */
export async function replayCommand(
  environment: Environment,
  flags: ReplayFlags,
  out: { readonly say: (line: string) => void; readonly progress: (line: string) => void },
): Promise<number> {
  const market = flags.market ?? environment["MARKET"] ?? "";
  if (!market.startsWith("recording:")) throw new TapeFault(NEEDS_RECORDING);
  const { config } = readConfig({
    ...REPLAY_VARIABLES,
    ...given(environment),
    MARKET: market,
    PROFILE: "paper",
    AUTO_LOOP: "true",
  });
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  out.progress("reading the recordings …");
  const recording = await openRecording(market, [config.takerFeeBinance, config.takerFeeOkx]);
  if (!recording) throw new TapeFault(NEEDS_RECORDING);
  const report = await replay({
    market: recording,
    settings: settingsOf(config),
    log: jsonLog(process.stderr, [], "error"),
    progress: progressLine(out.progress),
    signal: stop.signal,
  });
  if (flags.json) out.say(JSON.stringify(report));
  else for (const line of lines(report)) out.say(line);
  return report.interrupted ? 130 : 0;
}

/** An empty variable is one that is not set. */
function given(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, text]) => text !== undefined && text.trim() !== ""));
}

function progressLine(progress: (line: string) => void): (done: number, of: number) => void {
  let told = -1;
  return (done, of) => {
    const tenth = Math.floor((done / of) * 10);
    if (tenth === told) return;
    told = tenth;
    progress(`${tenth * 10} %  ${done} of ${of} frames`);
  };
}

function lines(report: ReplayReport): readonly string[] {
  const { hedges } = report;
  return [
    `${report.instrument}  ${report.frames} frames  ${report.from} to ${report.to}${report.interrupted ? "  INTERRUPTED" : ""}`,
    ...report.notes.map((note) => `  ${note}`),
    ...Object.entries(report.books).map(
      ([venue, book]) =>
        `book     ${venue}: ${book.equal} of ${book.compared} best quotes equal (price differs ${book.price_differs}, size differs ${book.size_differs}); ` +
        `${book.not_followed} updates before the snapshot, ${book.not_comparable} not comparable, ${book.gaps} gaps, ${book.bad_frames} bad frames`,
    ),
    ...Object.entries(report.gap_bps).map(
      ([direction, gap]) =>
        `gap      ${direction}: median ${gap.median}  p99 ${gap.p99}  p99.9 ${gap.p999}  max ${gap.max} bps  (${gap.states} states)`,
    ),
    `hedges   ${hedges.opened} opened, ${hedges.closed} closed, ${hedges.unwound} unwound, ${hedges.open} open, ${hedges.stuck} stuck`,
    `result   ${report.pnl_usdt ?? "unknown"} USDT${
      report.pnl
        ? `  ${Object.entries(report.pnl)
            .map(([part, value]) => `${part} ${value}`)
            .join("  ")}`
        : ""
    }`,
    `skipped  ${
      Object.entries(report.skipped)
        .map(([reason, count]) => `${reason} ${count}`)
        .join(", ") || "nothing"
    }`,
    `ledger   ${report.ledger_hash}`,
  ];
}
