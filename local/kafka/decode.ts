import { IS_CONTROL, type KafkaRecord, type RecordsBatch } from '@platformatic/kafka';
import type { LogRecord } from '../../functions/shared/log/record.ts';

/** The bit of a batch's attributes that is set if its records have the broker's append time. The client ignores it. */
const isLogAppendTime = 1 << 3;

/** The records of the batches of one fetch. */
export interface DecodedBatches {
  readonly records: readonly LogRecord[];
  /** The offset to read next. It is beyond the last record if the batches end with a transaction marker. */
  readonly nextOffset: number;
}

/**
 * Decodes the fetched batches of one partition. Leaves out the records before `offset`, because a fetch begins with the
 * batch that contains the offset, and the markers of Kafka's own transactions.
 */
export function decodeBatches(
  batches: readonly RecordsBatch[],
  topic: string,
  partition: number,
  offset: number,
): DecodedBatches {
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
      records.push({
        topic,
        partition,
        offset: at,
        timestampMs,
        key: record.key === null ? null : record.key.toString(),
        value: record.value,
        headers: record.headers.length === 0 ? {} : headersOf(record.headers),
      });
    }
  }
  return { records, nextOffset };
}

function headersOf(headers: KafkaRecord['headers']): Record<string, string> {
  const decoded: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) decoded[name?.toString() ?? ''] = value?.toString() ?? '';
  return decoded;
}
