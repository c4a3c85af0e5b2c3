import { KeptConfig } from "#adapters/storage/kept-config.ts";
import { readConfigYaml } from "#desk/config-yaml.ts";
import type { Settings } from "#domain/settings.ts";
import { type SettingField, settingFields } from "#trading/control/settings-fields.ts";
import { ConfigFault } from "./config.ts";

/** A kept configuration, beside the data. */
export const CONFIG_FILE = "config.yaml";

/**
 * The settings that the run begins with: the environment's, and over them what `config.yaml` keeps. A limit or a switch
 * that the file would make looser stays as the environment has it. Throws `ConfigFault` for a file that cannot be read.
 *
 * @param say hears one line for each value that the file decides, or would have
 */
export function startSettings(fromEnvironment: Settings, path: string, say: (line: string) => void): Settings {
  const text = new KeptConfig(path).text();
  if (text === null) return fromEnvironment;
  const names = settingFields.map(({ name }) => name);
  const found = readConfigYaml(text, names);
  if ("problems" in found)
    throw new ConfigFault(found.problems.map((problem) => `${path}: ${problem.path}: ${problem.message}`));
  const problems: string[] = [];
  let settings = fromEnvironment;
  for (const field of settingFields.filter(({ name }) => name in found.wish)) {
    const reading = field.read(found.wish[field.name] ?? null);
    if ("problem" in reading) problems.push(`${path}: ${reading.problem}`);
    else settings = decided(field, settings, reading.change(settings), say);
  }
  if (problems.length > 0) throw new ConfigFault(problems);
  return nested(settings, say);
}

function decided(field: SettingField, before: Settings, next: Settings, say: (line: string) => void): Settings {
  const { name, isLimit, loosens, show } = field;
  const [was, wanted] = [show(before), show(next)].map((value) => (value === null ? "none" : String(value)));
  if (was === wanted) return before;
  const guarded = isLimit || name === "auto_loop";
  if (guarded && loosens(before, next)) {
    say(`config.yaml: ${name} stays ${was}, as the environment says: ${wanted} would be looser`);
    return before;
  }
  say(`config.yaml: ${name} is ${wanted}; the environment says ${was}`);
  return next;
}

/** One of these lies within the other; both may have been lowered, one by the file and one by the environment. */
function nested(settings: Settings, say: (line: string) => void): Settings {
  const { maxNotionalPerPosition, maxTotalNotional } = settings.limits;
  if (maxNotionalPerPosition <= maxTotalNotional) return settings;
  say("config.yaml: max_notional_per_position_usdt is lowered to max_total_notional_usdt: it could never be reached");
  return { ...settings, limits: { ...settings.limits, maxNotionalPerPosition: maxTotalNotional } };
}
