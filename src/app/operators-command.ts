import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type OperatorEntry, digestOf, readOperators, writeOperators } from "#adapters/storage/operators-file.ts";
import { type Role, isOperatorName } from "#domain/operator.ts";
import { ConfigFault, type Environment, NOTHING_DONE, readConfig } from "./config.ts";
import { OPERATORS } from "./control.ts";

export interface OperatorsFlags {
  readonly role?: string;
  readonly days?: string;
  readonly file?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

export type OperatorsAct = "add" | "rotate" | "disable" | "list";

const TOKEN_BYTES = 32;
const TOKEN_ID_LENGTH = 8;
const DAY_MS = 86_400_000;

/** Where the named operators are kept, by the environment and the flags. */
function pathOf(environment: Environment, { file, dataDir }: OperatorsFlags): string {
  const { config } = readConfig({
    ...environment,
    PROFILE: "paper",
    ...(dataDir === undefined ? {} : { DATA_DIR: dataDir }),
  });
  const path = file ?? (config.operatorsFile || join(config.dataDir, OPERATORS));
  if (file === undefined && config.operatorsFile === "") mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(dirname(path)))
    throw wrong([`OPERATORS_FILE: the folder of ${path} does not exist; make it, or name another with --file`]);
  return path;
}

/**
 * `propbot operators`: who may speak, kept as digests. A token is shown once, on standard output, and nowhere else. A
 * running server reads the file again by itself; outside paper whoever is new there waits for two operators.
 */
export function operatorsCommand(
  act: OperatorsAct,
  name: string | undefined,
  flags: OperatorsFlags,
  environment: Environment,
  now: Date,
  say: (line: string) => void,
): number {
  const path = pathOf(environment, flags);
  const before = readOperators(path);
  if (act === "list") {
    list(before, flags, now, say);
    return 0;
  }
  if (name === undefined || !isOperatorName(name))
    throw wrong([
      `name: must be 2 to 32 lower-case letters, digits, dots or dashes, not ${JSON.stringify(name ?? "")}`,
    ]);
  const known = before.filter((each) => each.name === name);
  if (act === "add" && known.some(({ disabled }) => !disabled))
    throw wrong([`name: ${name} is there already; propbot operators rotate ${name} gives another token`]);
  if (act !== "add" && known.length === 0)
    throw wrong([`name: nobody is called ${name}; propbot operators list shows who is there`]);
  const others = before.map((each) => (each.name === name ? { ...each, disabled: true } : each));
  if (act === "disable") {
    writeOperators(path, others);
    told(flags, say, { name, disabled: true }, `${name} is disabled; a running server heeds it at once`);
    return 0;
  }
  const role = act === "add" ? roleOf(flags.role ?? "operator") : (known.at(-1)?.role ?? "operator");
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const entry: OperatorEntry = {
    name,
    role,
    token_id: token.slice(0, TOKEN_ID_LENGTH),
    token_sha256: digestOf(token),
    created_at: now.toISOString(),
    expires_at: endOf(flags.days, now),
    disabled: false,
  };
  writeOperators(path, [...others, entry]);
  told(
    flags,
    say,
    { name, role, token, expires_at: entry.expires_at },
    `${name} (${role}); the token, shown this once:\n${token}`,
  );
  return 0;
}

function told(flags: OperatorsFlags, say: (line: string) => void, object: object, words: string): void {
  say(flags.json ? JSON.stringify(object) : words);
}

function roleOf(text: string): Role {
  if (text === "viewer" || text === "operator") return text;
  throw wrong([`--role: must be viewer or operator, not ${JSON.stringify(text)}`]);
}

function endOf(days: string | undefined, now: Date): string | null {
  if (days === undefined) return null;
  const count = Number(days);
  if (!/^\d+$/.test(days) || count < 1 || count > 3_650)
    throw wrong([`--days: must be a whole number from 1 to 3650, not ${JSON.stringify(days)}`]);
  return new Date(now.getTime() + count * DAY_MS).toISOString();
}

function list(entries: readonly OperatorEntry[], flags: OperatorsFlags, now: Date, say: (line: string) => void): void {
  const shown = entries.map(({ name, role, token_id, created_at, expires_at, disabled }) => {
    const over = expires_at !== null && Date.parse(expires_at) <= now.getTime();
    return {
      name,
      role,
      token_id,
      created_at,
      expires_at,
      status: disabled ? "disabled" : over ? "expired" : "active",
    };
  });
  if (flags.json) say(JSON.stringify({ operators: shown }));
  else if (shown.length === 0) say("no named operators yet: propbot operators add <name>");
  else
    for (const { name, role, token_id, status, expires_at } of shown)
      say(
        `${name.padEnd(20)} ${role.padEnd(9)} ${token_id}…  ${status}${expires_at === null ? "" : `, until ${expires_at}`}`,
      );
}

const wrong = (problems: readonly string[]): ConfigFault => new ConfigFault(problems, NOTHING_DONE);
