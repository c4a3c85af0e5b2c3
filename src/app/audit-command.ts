import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { segmentsOf, verifyAudit } from "#adapters/storage/audit-verify.ts";
import { ConfigFault, type Environment, NOTHING_DONE, readConfig } from "./config.ts";
import { AUDIT_FOLDER, AUDIT_KEY } from "./control.ts";

export interface AuditFlags {
  readonly dataDir?: string;
  readonly json?: boolean;
}

const MOST_SHOWN = 20;

/** `propbot audit verify`: reads the whole record and names every row that is not as it was written. Exit code 1 then. */
export async function auditVerifyCommand(
  flags: AuditFlags,
  environment: Environment,
  say: (line: string) => void,
): Promise<number> {
  const { config } = readConfig({
    ...environment,
    PROFILE: "paper",
    ...(flags.dataDir === undefined ? {} : { DATA_DIR: flags.dataDir }),
  });
  const folder = join(config.dataDir, AUDIT_FOLDER);
  if (segmentsOf(folder).length === 0 && !existsSync(join(folder, "head.json")))
    throw wrong([`DATA_DIR: there is no audit record in ${config.dataDir}; name the right folder with --data-dir`]);
  const keyFile = join(config.dataDir, AUDIT_KEY);
  const key = existsSync(keyFile) ? Buffer.from(readFileSync(keyFile, "utf8").trim(), "hex") : null;
  const verdict = await verifyAudit(folder, key);
  const { rows, head, faults, anchoredTo } = verdict;
  if (flags.json) {
    say(JSON.stringify({ ok: faults.length === 0, rows, head, anchored_to: anchoredTo, key: key !== null, faults }));
  } else {
    for (const { file, line, says } of faults.slice(0, MOST_SHOWN)) say(`${file}:${line}  ${says}`);
    if (faults.length > MOST_SHOWN) say(`and ${faults.length - MOST_SHOWN} more`);
    const anchor = anchoredTo === null ? "no anchor that can be believed" : `anchored to row ${anchoredTo}`;
    const keyless = key === null ? `; without ${AUDIT_KEY} the anchor's seal cannot be checked` : "";
    say(
      faults.length === 0
        ? `${rows} rows verify, ${anchor}${keyless}`
        : `${faults.length} places do not verify, of ${rows} rows`,
    );
  }
  return faults.length === 0 ? 0 : 1;
}

const wrong = (problems: readonly string[]): ConfigFault => new ConfigFault(problems, NOTHING_DONE);
