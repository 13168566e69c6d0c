import * as z from 'zod';
import { shown } from '../domain/shown.ts';
import type { KafkaNames } from './kafka-names.ts';
import type { LogRecord } from './record.ts';

/**
 * The schema of the event that Lambda passes to a function for MSK or a self-managed Kafka. It is written by hand,
 * because the types of `@types/aws-lambda` require a key and a value, which real events may lack.
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
  /** The headers as lists of bytes, which are signed in some runtimes. A name may repeat. */
  headers: z.array(z.record(z.string(), z.array(z.int().min(-128).max(255)))).nullish(),
});
export const kafkaEventSchema = z.looseObject({
  eventSource: z.enum(['aws:kafka', 'SelfManagedKafka', 'aws:SelfManagedKafka']),
  eventSourceArn: z.string().optional(),
  bootstrapServers: z.string().optional(),
  /** The records in offset order, by `<topic>-<partition>`. A topic may contain dashes, so this key is never split. */
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
 * Decodes the envelope: base64, signed header bytes, absent keys. Only a record without topic, partition or offset is an
 * error of the caller; no other malformed field may stop the partition. A malformed key, value or header counts as absent
 * or empty, and a malformed time as 1970.
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

/**
 * Splits an event into the partitions of this deployment's topics, whose records get their logical names, and those of
 * other topics, which are not changed. Lambda's own names of the partitions, the keys of `records`, stay: an answer must
 * contain them. What is no event or no record passes as it is, for {@link decodeKafkaEvent} to refuse.
 */
export function splitByOwner(
  event: KafkaEvent,
  names: KafkaNames,
): { readonly ours: KafkaEvent; readonly foreign: KafkaEvent } {
  const foreign: KafkaEvent['records'] = {};
  if (typeof event?.records !== 'object' || event.records === null) {
    return { ours: event, foreign: { ...event, records: foreign } };
  }
  const ours: KafkaEvent['records'] = {};
  for (const [place, records] of Object.entries(event.records)) {
    const isForeign = (record: Loose | null): boolean =>
      typeof record?.topic === 'string' && names.logicalTopic(record.topic) === undefined;
    const others = Array.isArray(records) ? records.filter(isForeign) : [];
    if (others.length > 0) foreign[place] = others;
    if (others.length > 0 && others.length === records.length) continue;
    ours[place] = Array.isArray(records)
      ? records.filter((record) => !isForeign(record)).map((record) => withLogicalTopic(record, names))
      : records;
  }
  return { ours: { ...event, records: ours }, foreign: { ...event, records: foreign } };
}

function withLogicalTopic(record: KafkaEventRecord, names: KafkaNames): KafkaEventRecord {
  const topic = typeof record?.topic === 'string' ? names.logicalTopic(record.topic) : undefined;
  return topic === undefined || topic === record.topic ? record : { ...record, topic };
}

/** A record of the envelope before it is checked. */
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

/**
 * Decodes a header. Nearly all are short and ASCII, and a buffer for each would take longer than the whole envelope.
 */
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

/** The limit of the characters that are decoded in one call of `fromCharCode`. */
const plainMax = 1000;

/** Encodes records as the event that Lambda would pass, for the embedded poller and the tests. */
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
