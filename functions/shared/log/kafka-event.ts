import * as z from 'zod';
import { shown } from '../domain/shown.ts';
import type { LogRecord } from './record.ts';

/**
 * The event Lambda hands to a function for MSK or a self-managed Kafka. Written by hand: `@types/aws-lambda`
 * promises a key and a value that real events lack.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 */
const kafkaEventRecordSchema = z.looseObject({
  topic: z.string().min(1),
  partition: z.int().min(0),
  offset: z.int().min(0),
  timestamp: z.number(),
  timestampType: z.string().optional(),
  key: z.string().nullish(),
  value: z.string().nullish(),
  /** Bytes are signed in some runtimes; a name may repeat. */
  headers: z.array(z.record(z.string(), z.array(z.int().min(-128).max(255)))).nullish(),
});
export const kafkaEventSchema = z.looseObject({
  eventSource: z.enum(['aws:kafka', 'SelfManagedKafka', 'aws:SelfManagedKafka']),
  eventSourceArn: z.string().optional(),
  bootstrapServers: z.string().optional(),
  /** `<topic>-<partition>` to its records in offset order; topics hold dashes, so the key is never split. */
  records: z.record(z.string(), z.array(kafkaEventRecordSchema)),
});
export type KafkaEventRecord = z.infer<typeof kafkaEventRecordSchema>;
export type KafkaEvent = z.infer<typeof kafkaEventSchema>;

/** The records of one partition, in offset order. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
}

/**
 * Decodes the envelope: base64, signed header bytes, absent keys. Only a record whose place in the log is not known is a
 * fault of the caller; whatever else is odd in one must not stop its partition. A key, value or header that is none
 * counts as absent or empty, a time that is none as 1970.
 * @throws {TypeError} if the event is not a Kafka event, naming the field
 */
export function decodeKafkaEvent(event: KafkaEvent): PartitionBatch[] {
  if (typeof event?.records !== 'object' || event.records === null) {
    throw new TypeError('event.records: expected "<topic>-<partition>" to records, as Lambda sends for Kafka');
  }
  const batches = new Map<string, { topic: string; partition: number; records: LogRecord[] }>();
  for (const [place, records] of Object.entries(event.records)) {
    if (!Array.isArray(records)) throw new TypeError(`event.records: ${shown(place)}: expected a list of records`);
    for (const entry of records) {
      const record = decodeRecord(entry);
      const name = `${record.topic}/${record.partition}`;
      let batch = batches.get(name);
      if (batch === undefined) {
        batch = { topic: record.topic, partition: record.partition, records: [] };
        batches.set(name, batch);
      }
      batch.records.push(record);
    }
  }
  return [...batches.values()];
}

/** What a record of the envelope may turn out to hold. */
type Loose = Readonly<Partial<Record<keyof KafkaEventRecord, unknown>>>;

function decodeRecord(record: Loose | null): LogRecord {
  const { topic, partition, offset, timestamp, key, value, headers } = record ?? {};
  if (typeof topic !== 'string' || !isCount(partition) || !isCount(offset)) {
    const got = [topic, partition, offset].map(shown).join(', ');
    throw new TypeError(`event.records: expected topic, partition and offset, got ${got}`);
  }
  return {
    topic,
    partition,
    offset,
    timestampMs: typeof timestamp === 'number' && Number.isFinite(timestamp) ? timestamp : 0,
    key: typeof key === 'string' && key !== '' ? Buffer.from(key, 'base64').toString() : null,
    value: typeof value === 'string' ? Buffer.from(value, 'base64') : null,
    headers: Array.isArray(headers) ? decodeHeaders(headers) : {},
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function decodeHeaders(headers: readonly unknown[]): Record<string, string> {
  const decoded: Record<string, string> = Object.create(null);
  for (const entry of headers) {
    if (typeof entry !== 'object' || entry === null) continue;
    for (const name in entry) decoded[name] = textOf((entry as Readonly<Record<string, unknown>>)[name]);
  }
  return decoded;
}

/** Nearly all headers are short and ASCII, and a buffer for each would cost more than the rest of the envelope. */
function textOf(bytes: unknown): string {
  if (!Array.isArray(bytes)) return '';
  return bytes.length <= plainMax && arePlain(bytes)
    ? String.fromCharCode(...bytes)
    : Buffer.from(bytes.map(byteOf)).toString();
}

function arePlain(bytes: readonly unknown[]): bytes is readonly number[] {
  for (const byte of bytes) if (typeof byte !== 'number' || byte < 0 || byte >= 128) return false;
  return true;
}

const byteOf = (byte: unknown): number => (typeof byte === 'number' ? byte : 0);

function bytesOf(text: string): number[] {
  const bytes = new Array<number>(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 128) return [...Buffer.from(text)];
    bytes[at] = code;
  }
  return bytes;
}

/** Characters that are made in one call. */
const plainMax = 1000;

/** The same event the other way: what the embedded poller and the tests hand to a function. */
export function encodeKafkaEvent(records: readonly LogRecord[]): KafkaEvent {
  const event: KafkaEvent = { eventSource: 'SelfManagedKafka', bootstrapServers: 'embedded:0', records: {} };
  for (const record of records) {
    const name = `${record.topic}-${record.partition}`;
    event.records[name] ??= [];
    event.records[name].push(encodeRecord(record));
  }
  return event;
}

function encodeRecord(record: LogRecord): KafkaEventRecord {
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    timestamp: record.timestampMs,
    timestampType: 'LOG_APPEND_TIME',
    ...(record.key === null ? {} : { key: Buffer.from(record.key).toString('base64') }),
    value: record.value === null ? null : record.value.toString('base64'),
    headers: Object.entries(record.headers).map(([name, text]) => ({ [name]: bytesOf(text) })),
  };
}
