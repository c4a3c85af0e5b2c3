import { crc32 } from "node:zlib";

/*
 * One flush of the log: a header, then the payload, at the start of a sector, so that a torn write of one batch cannot
 * touch the one before it.
 *
 *   0 magic   4 length   8 sequence   16 crc of the sixteen bytes before and the payload   20 payload … zeros to the sector
 */
const MAGIC = 0x31_4a_42_50;
const HEADER_BYTES = 20;
const SECTOR_BYTES = 512;
/** What one flush may hold. A torn batch can be no longer than this. */
export const MOST_BATCH_BYTES = 1024 * 1024;

/** A stretch of the log that is neither a batch, nor empty, nor torn at its end. */
export class LogFault extends Error {
  override readonly name = "LogFault";
}

export function encodeBatch(payload: Buffer, sequence: number): Buffer {
  const batch = Buffer.alloc(sectors(HEADER_BYTES + payload.length));
  batch.writeUInt32LE(MAGIC, 0);
  batch.writeUInt32LE(payload.length, 4);
  batch.writeBigUInt64LE(BigInt(sequence), 8);
  payload.copy(batch, HEADER_BYTES);
  batch.writeUInt32LE(sumOf(batch, payload.length), 16);
  return batch;
}

export interface Batch {
  readonly payload: Buffer;
  readonly sequence: number;
  /** Where the next one begins. */
  readonly end: number;
}

/** The batch that begins at `at`; null when there is none that is whole. */
export function decodeBatch(log: Buffer, at: number): Batch | null {
  if (at + HEADER_BYTES > log.length || log.readUInt32LE(at) !== MAGIC) return null;
  const length = log.readUInt32LE(at + 4);
  if (length > MOST_BATCH_BYTES || at + HEADER_BYTES + length > log.length) return null;
  const batch = log.subarray(at, at + HEADER_BYTES + length);
  if (log.readUInt32LE(at + 16) !== sumOf(batch, length)) return null;
  const sequence = Number(log.readBigUInt64LE(at + 8));
  return { payload: batch.subarray(HEADER_BYTES), sequence, end: at + sectors(HEADER_BYTES + length) };
}

export interface LogEnd {
  /** Where the next batch goes. */
  readonly at: number;
  readonly sequence: number;
  /** Bytes behind the end that a write left there which was never acknowledged. */
  readonly torn: boolean;
}

/**
 * Goes through a log from its beginning and says where it ends. What follows the last whole batch was torn in the writing
 * and nobody relied on it, unless whole batches stand behind it: then acknowledged words are damaged, and that is a fault.
 */
export function readLog(log: Buffer, visit: (payload: Buffer) => void): LogEnd {
  let at = 0;
  let sequence = 0;
  for (
    let batch = decodeBatch(log, at);
    batch !== null && batch.sequence === sequence + 1;
    batch = decodeBatch(log, at)
  ) {
    visit(batch.payload);
    at = batch.end;
    sequence = batch.sequence;
  }
  const last = lastByte(log, at);
  if (last < at) return { at, sequence, torn: false };
  if (last - at >= sectors(HEADER_BYTES + MOST_BATCH_BYTES))
    throw new LogFault(`damaged at byte ${at}, with more behind it`);
  for (let sector = at + SECTOR_BYTES; sector <= last; sector += SECTOR_BYTES) {
    if ((decodeBatch(log, sector)?.sequence ?? 0) > sequence)
      throw new LogFault(`damaged between bytes ${at} and ${sector}`);
  }
  return { at, sequence, torn: true };
}

const sectors = (bytes: number): number => Math.ceil(bytes / SECTOR_BYTES) * SECTOR_BYTES;

const sumOf = (batch: Buffer, length: number): number =>
  crc32(batch.subarray(HEADER_BYTES, HEADER_BYTES + length), crc32(batch.subarray(0, 16)));

/** Of the last byte that is not zero at or behind `from`; less than `from` when there is none. */
function lastByte(log: Buffer, from: number): number {
  for (let at = log.length - 1; at >= from; at -= 1) if (log[at] !== 0) return at;
  return from - 1;
}
