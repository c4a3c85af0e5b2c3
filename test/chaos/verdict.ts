import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { verifyAudit } from "#adapters/storage/audit-verify.ts";
import type { SimulatedExchange } from "#adapters/simulator/exchange.ts";
import { type Quantity, absolute, add, format, quantity } from "#domain/decimal.ts";
import type { InstrumentId } from "#domain/ids.ts";

/** The larger of both venues' steps, by instrument: less than that is dust. */
const LOTS: Readonly<Record<string, Quantity>> = {
  "BTC-USDT-PERP": quantity("0.001"),
  "ETH-USDT-PERP": quantity("0.01"),
  "SOL-USDT-PERP": quantity("1"),
};

/** Every order a venue ever received stands in the journal, byte for byte by its name, and none came twice. */
export function judgeOrders(exchanges: readonly SimulatedExchange[], data: string): string[] {
  const journal = readFileSync(join(data, "journal.log"), "latin1");
  return exchanges.flatMap((exchange) => {
    const seen = new Set<string>();
    return exchange.truth().receipts.flatMap(({ clientOrderId: id }) => {
      const twice = seen.has(id) ? [`${exchange.venue} received order ${id} twice`] : [];
      seen.add(id);
      const known = journal.includes(`"${id}"`) ? [] : [`${exchange.venue} has order ${id}, which no journal knows`];
      return [...twice, ...known];
    });
  });
}

/** Signed base over both venues, for every instrument that is not at home. */
export function away(exchanges: readonly SimulatedExchange[]): readonly string[] {
  const net = new Map<InstrumentId, Quantity>();
  for (const exchange of exchanges) {
    for (const [instrument, held] of exchange.truth().positions) {
      net.set(instrument, add(net.get(instrument) ?? quantity("0"), held));
    }
  }
  return [...net].flatMap(([instrument, held]) =>
    absolute(held) < (LOTS[instrument] ?? quantity("0.001")) ? [] : [`${instrument} ${format(held)}`],
  );
}

/** The record verifies; what the crash itself left unfinished at its very end is no fault. */
export async function judgeAudit(data: string): Promise<string[]> {
  const key = Buffer.from(readFileSync(join(data, "audit.key"), "utf8").trim(), "hex");
  const { faults } = await verifyAudit(join(data, "audit"), key);
  return faults.map(({ file, line, says }) => `audit ${file}:${line} ${says}`);
}

/** No secret lies in any file, in any of the forms it might have been written in. */
export function judgeSecrets(data: string, secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    Buffer.from(secret).toString("hex"),
    encodeURIComponent(secret),
    ...Array.from({ length: Math.max(0, secret.length - 11) }, (_, from) => secret.slice(from, from + 12)),
  ]);
  return readdirSync(data, { recursive: true, encoding: "utf8" }).flatMap((name) => {
    let bytes: string;
    try {
      bytes = readFileSync(join(data, name), "latin1");
    } catch {
      return [];
    }
    return forms.some((form) => bytes.includes(form)) ? [`a secret lies in ${name}`] : [];
  });
}
