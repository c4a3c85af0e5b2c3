import { OBJECTIVES, OVERVIEW } from "./overview.ts";
import { dashboard, datasourceFile, prometheusFile, providerFile } from "./grafana.ts";
import { rulesFile, rulesTestFile } from "./rules.ts";
import { type Yaml, yamlOf } from "./yaml.ts";

const HEAD = "# Written by node scripts/observability.ts; do not edit.\n";
const yaml = (value: Yaml): string => HEAD + yamlOf(value);
const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** Every file of deploy/observability, by its name. */
export function observabilityFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["prometheus.yml", yaml(prometheusFile)],
    ["rules.yml", yaml(rulesFile)],
    ["rules.test.yml", yaml(rulesTestFile)],
    ["grafana/provisioning/datasources/prometheus.yml", yaml(datasourceFile)],
    ["grafana/provisioning/dashboards/propbot.yml", yaml(providerFile)],
    ["grafana/dashboards/propbot.json", json(dashboard("propbot", "PropBot", OVERVIEW))],
    ["grafana/dashboards/propbot-slo.json", json(dashboard("propbot-slo", "PropBot: objectives", OBJECTIVES))],
  ]);
}
