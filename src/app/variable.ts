import { type Bps, type Usdt, tryBps, tryUsdt } from "#domain/decimal.ts";
import { type InstrumentId, type VenueId, instrumentOf, venueOf } from "#domain/ids.ts";

/** How one environment variable is read: a value, or what is wrong with it and how to mend it. */
export interface Variable<T> {
  readonly name: string;
  readonly group: string;
  /** As one would write it in `.env`; empty where nothing is set by default. */
  readonly preset: string;
  readonly says: string;
  readonly secret: boolean;
  readonly read: (text: string) => { readonly value: T } | { readonly problem: string };
}

type Meta = Pick<Variable<never>, "name" | "group" | "preset" | "says">;

function variable<T>(meta: Meta, read: Variable<T>["read"], secret = false): Variable<T> {
  return { ...meta, read, secret };
}

export function flag(meta: Meta): Variable<boolean> {
  return variable(meta, (text) => {
    if (/^(true|1|yes|on)$/i.test(text)) return { value: true };
    if (/^(false|0|no|off)$/i.test(text)) return { value: false };
    return { problem: `must be true or false, not ${JSON.stringify(text)}` };
  });
}

export function whole(meta: Meta, least: number, most: number): Variable<number> {
  return variable(meta, (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < least || value > most) {
      return { problem: `must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}` };
    }
    return { value };
  });
}

export function decimalNumber(meta: Meta, least: number, most: number): Variable<number> {
  return variable(meta, (text) => {
    const value = Number(text);
    if (!/^-?\d+(\.\d+)?$/.test(text) || value < least || value > most) {
      return { problem: `must be a number from ${least} to ${most}, not ${JSON.stringify(text)}` };
    }
    return { value };
  });
}

/** An amount of USDT above zero: zero would mean "none allowed", and is said by HOLD, not by a limit. */
export function amount(meta: Meta): Variable<Usdt> {
  return variable(meta, (text) => {
    const value = tryUsdt(text);
    return value === null || value <= 0n
      ? { problem: `must be an amount of USDT above 0, not ${JSON.stringify(text)}` }
      : { value };
  });
}

export function optionalAmount(meta: Meta): Variable<Usdt | null> {
  const read = amount(meta).read;
  return variable<Usdt | null>(meta, (text) => (text === "" ? { value: null } : read(text)));
}

export function optionalWhole(meta: Meta, least: number, most: number): Variable<number | null> {
  const read = whole(meta, least, most).read;
  return variable<number | null>(meta, (text) => (text === "" ? { value: null } : read(text)));
}

export function basisPoints(meta: Meta, least: string, most: string): Variable<Bps> {
  const low = tryBps(least) ?? (0n as Bps);
  const high = tryBps(most) ?? (0n as Bps);
  return variable(meta, (text) => {
    const value = tryBps(text);
    if (value === null || value < low || value > high) {
      return { problem: `must be basis points from ${least} to ${most}, not ${JSON.stringify(text)}` };
    }
    return { value };
  });
}

/** Per cent as people write them, kept as basis points. */
export function percent(meta: Meta, least: string, most: string): Variable<Bps> {
  const HUNDRED = 100n;
  const [low, high] = [least, most].map((text) => (tryBps(text) ?? 0n) * HUNDRED) as [bigint, bigint];
  return variable(meta, (text) => {
    const value = tryBps(text);
    const points = value === null ? null : ((value * HUNDRED) as Bps);
    if (points === null || points < low || points > high) {
      return { problem: `must be per cent from ${least} to ${most}, not ${JSON.stringify(text)}` };
    }
    return { value: points };
  });
}

export function oneOf<T extends string>(meta: Meta, allowed: readonly T[]): Variable<T> {
  return variable(meta, (text) => {
    const value = allowed.find((each) => each === text.toLowerCase());
    return value === undefined
      ? { problem: `must be one of ${allowed.join(", ")}, not ${JSON.stringify(text)}` }
      : { value };
  });
}

export function words(meta: Meta, secret = false): Variable<string> {
  return variable(meta, (text) => ({ value: text }), secret);
}

export function instruments(meta: Meta): Variable<readonly InstrumentId[]> {
  return variable(meta, (text) => {
    const names = text
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    const wrong = names.filter((name) => instrumentOf(name) === null);
    if (wrong.length > 0) return { problem: `must be symbols like BTCUSDT, not ${wrong.join(", ")}` };
    return { value: names.flatMap((name) => instrumentOf(name) ?? []) };
  });
}

export function venues(meta: Meta): Variable<readonly VenueId[]> {
  return variable(meta, (text) => {
    const names = text.split(",").filter((name) => name.trim() !== "");
    const wrong = names.filter((name) => venueOf(name) === null);
    if (wrong.length > 0) return { problem: `must be venues like binance-um or okx-perp, not ${wrong.join(", ")}` };
    return { value: names.flatMap((name) => venueOf(name) ?? []) };
  });
}

/** Base address of a venue: encrypted, or on this machine. */
export function address(meta: Meta, schemes: readonly string[]): Variable<string> {
  return variable(meta, (text) => {
    if (text === "") return { value: "" };
    const parsed = URL.parse(text);
    const loopback = parsed !== null && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(parsed.hostname);
    const plain = schemes.map((scheme) => scheme.replace(/s$/, ""));
    const fits =
      parsed !== null &&
      (schemes.includes(parsed.protocol.slice(0, -1)) || (loopback && plain.includes(parsed.protocol.slice(0, -1))));
    if (!fits)
      return {
        problem: `must be a ${schemes.join(" or ")} address (plain only on loopback), not ${JSON.stringify(text)}`,
      };
    return { value: text.replace(/\/$/, "") };
  });
}
