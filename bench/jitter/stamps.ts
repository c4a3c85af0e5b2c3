/*
 * The moment a frame was due to leave, written into the frame: in place of its event time, thirteen digits, microseconds
 * of the clock that all processes of one machine share.
 */

const MARK = Buffer.from('"E":1');
const DIGITS = 13;
const LIFT = 1_000_000_000_000;
const ZERO = 48;
const ATTEMPTS = 2_000;

/** Microseconds since the machine was started, as every process of it sees them. */
export function machineClock(): () => number {
  let base = Number.NEGATIVE_INFINITY;
  // Whoever is interrupted between the two readings finds too little; the most of many tries was not interrupted.
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1)
    base = Math.max(base, Number(process.hrtime.bigint()) / 1_000 - performance.now() * 1_000);
  return () => base + performance.now() * 1_000;
}

/** Where a frame has its stamp; -1 when it has none. */
export const placeOf = (frame: Uint8Array): number => {
  const at = (frame as Buffer).indexOf(MARK);
  return at < 0 ? -1 : at + MARK.length - 1;
};

export function writeStamp(bytes: Uint8Array, at: number, micros: number): void {
  let rest = LIFT + Math.round(micros);
  for (let digit = DIGITS - 1; digit >= 0; digit -= 1) {
    bytes[at + digit] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

export function readStamp(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let digit = 0; digit < DIGITS; digit += 1) value = value * 10 + (bytes[at + digit] as number) - ZERO;
  return value - LIFT;
}
