import { isObject, type JsonObject } from '../shared/domain/json-object.ts';
import { isOtlpJson } from './otlp/json-content.ts';

/** The most documents of a record, because each becomes a record: more are a mistake of the sender. */
export const documentsMax = 1_000;
/** The most envelopes around a document. */
export const envelopesMax = 3;
/** The most fields of an envelope that its documents share, and the most characters of each: they are copied to all. */
const sharedMax = 16;
const sharedCharactersMax = 256;
/** The fields with which a Beat describes itself: its documents are never envelopes. */
const ofBeats = ['agent', 'beat', 'ecs', 'metricset'];
/** The numbers of an envelope that are the time of its documents. */
const times = new Set(['timestamp', 'time', 'date', 'ts', '@timestamp']);

/**
 * Returns the documents that a value wraps:
 *
 * - an array of documents, as Fluent Bit and Vector send them; a value list of collectd remains one of its messages
 * - an object with one list of documents: `records` of Kafka's REST proxy, `metrics` of Telegraf, `events` of Serilog. Its
 *   texts and its time belong to each document that does not have them.
 * - `payload` beside `schema`, of Kafka Connect
 * - `data` of CloudEvents, with its `time`
 *
 * @returns `undefined` for a value that wraps none, or more than 1,000
 * @example
 * documentsIn({ host: 'a', events: [{ x: 1 }, { x: 2 }] }); // => [{ host: 'a', x: 1 }, { host: 'a', x: 2 }]
 */
export function documentsIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value.length === 1 && isValueList(value[0]) ? undefined : bounded(value, listed);
  if (!isObject(value) || isOtlpJson(value) || ofBeats.some((name) => Object.hasOwn(value, name))) return undefined;
  if (Object.hasOwn(value, 'schema') && isObject(value.payload)) return [value.payload];
  if (typeof value.specversion === 'string' && isObject(value.data)) return [withOwn(timeOf(value), value.data)];
  const lists = Object.values(value).filter(isListOfObjects);
  const [list, ...others] = lists;
  if (list === undefined || others.length > 0) return undefined;
  const shared = sharedOf(value);
  return bounded(list, (entry) => withOwn(shared, unwrapped(entry)));
}

function bounded(list: readonly unknown[], each: (entry: unknown) => unknown): readonly unknown[] | undefined {
  return list.length > documentsMax || !list.some(isObject) ? undefined : list.map(each);
}

const isListOfObjects = (value: unknown): value is readonly JsonObject[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

/** Returns an entry of an array. A value list of collectd remains in an array, by which it is recognised. */
const listed = (entry: unknown): unknown => (isValueList(entry) ? [entry] : entry);
const isValueList = (entry: unknown): boolean => isObject(entry) && Array.isArray(entry.values);

/** Returns the document in a record of Kafka's REST proxy, which has a key and a value. */
const unwrapped = (entry: unknown): unknown => (isObject(entry) && isObject(entry.value) ? entry.value : entry);

const withOwn = (shared: JsonObject, document: unknown): unknown =>
  isObject(document) ? { ...shared, ...document } : document;

const timeOf = ({ time }: JsonObject): JsonObject => (time === undefined ? {} : sharedOf({ time }));

function sharedOf(envelope: JsonObject): JsonObject {
  const shared = Object.entries(envelope).filter(
    ([name, value]) =>
      (typeof value === 'string' && name.length + value.length <= sharedCharactersMax) ||
      (typeof value === 'number' && times.has(name)),
  );
  return Object.fromEntries(shared.slice(0, sharedMax));
}
