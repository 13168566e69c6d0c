import { IS_CONTROL, type KafkaRecord, type RecordsBatch } from '@platformatic/kafka';
import type { LogRecord } from '../../functions/shared/log/record.ts';

/** The bit of a batch that says whose time its records have; the client leaves it to its user. */
const isLogAppendTime = 1 << 3;

export interface Decoded {
  readonly records: readonly LogRecord[];
  /** Where to read on; beyond the last record where a batch ends with what is no record of anybody's. */
  readonly nextOffset: number;
}

/**
 * Records of one partition as they were fetched, from `offset` on: a fetch begins with the batch that holds the
 * offset. Markers of Kafka's own transactions are left out.
 */
export function decodeBatches(
  batches: readonly RecordsBatch[],
  topic: string,
  partition: number,
  offset: number,
): Decoded {
  const records: LogRecord[] = [];
  let nextOffset = offset;
  for (const batch of batches) {
    const firstOffset = Number(batch.firstOffset);
    nextOffset = Math.max(nextOffset, firstOffset + batch.lastOffsetDelta + 1);
    if ((batch.attributes & IS_CONTROL) !== 0) continue;
    const appendedMs = (batch.attributes & isLogAppendTime) === 0 ? undefined : Number(batch.maxTimestamp);
    for (const record of batch.records) {
      const at = firstOffset + record.offsetDelta;
      if (at < offset) continue;
      const timestampMs = appendedMs ?? Number(batch.firstTimestamp + record.timestampDelta);
      records.push(logRecord(record, topic, partition, at, timestampMs));
    }
  }
  return { records, nextOffset };
}

function logRecord(
  { key, value, headers }: KafkaRecord,
  topic: string,
  partition: number,
  offset: number,
  timestampMs: number,
): LogRecord {
  return {
    topic,
    partition,
    offset,
    timestampMs,
    key: key === null ? null : key.toString(),
    value,
    headers: headers.length === 0 ? {} : headersOf(headers),
  };
}

function headersOf(headers: KafkaRecord['headers']): Record<string, string> {
  const decoded: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) decoded[name?.toString() ?? ''] = value?.toString() ?? '';
  return decoded;
}
