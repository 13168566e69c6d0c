import { type Reader, readerOf, readFields, readMessage, tags } from './protobuf.ts';

/** The signals of OpenTelemetry. A record in protobuf does not name its own. */
export type Signal = 'metrics' | 'logs' | 'traces';

const { varint, fixed64, bytes, fixed32 } = tags;

/** The tags of a metric: name, description, unit, metadata and the five kinds of data. */
const ofMetric = new Set([1, 2, 3, 5, 7, 9, 10, 11, 12].map(bytes));
const dataOfMetric = new Set([5, 7, 9, 10, 11].map(bytes));
const ofLog = new Set([...[1, 11].map(fixed64), ...[2, 7].map(varint), ...[3, 5, 6, 9, 10, 12].map(bytes), fixed32(8)]);
/** The tags that no metric has. */
const onlyOfLog = new Set([...ofLog].filter((tag) => !ofMetric.has(tag)));
const ofSpan = new Set([
  ...[1, 2, 3, 4, 5, 9, 11, 13, 15].map(bytes),
  ...[6, 10, 12, 14].map(varint),
  ...[7, 8].map(fixed64),
  fixed32(16),
]);
const timeOfSpan = new Set([7, 8].map(fixed64));
/** The highest number of a field that these versions of the protocol know. Later ones may have more. */
const knownMax = { metrics: 12, logs: 12, traces: 16 } as const;

/**
 * Returns the signal of a record in protobuf, by the tags of its innermost messages: metrics, log records or spans.
 *
 * - A metric has a name and data. Its first field is a text; that of a log record is a time.
 * - A span has an id and times.
 * - A metric without its name looks like a log record with nothing but a body. The messages after it decide.
 * @returns `undefined` for bytes that are none of them; `'empty'` for resources without such messages
 */
export function signalOf(value: Buffer): Signal | 'empty' | undefined {
  const found: Found = { signal: undefined, isOther: false, mayBeLogs: false };
  try {
    readFields(readerOf(value), value.length, found, (reader, tag, into) => {
      if (tag !== bytes(1)) throw new RangeError('a field that no record of OTLP has');
      if (into.signal !== undefined) return false;
      readMessage(reader, into, searchResource);
      return true;
    });
  } catch {
    return undefined; // The caller words the refusal, for JSON may be meant.
  }
  if (found.signal !== undefined) return found.signal;
  if (found.mayBeLogs) return 'logs';
  return found.isOther ? undefined : 'empty';
}

interface Found {
  signal: Signal | undefined;
  /** Means that messages were met that are none of a signal. */
  isOther: boolean;
  /** Means that messages were met that are most likely log records. */
  mayBeLogs: boolean;
}

function searchResource(reader: Reader, tag: number, into: Found): boolean {
  if (tag === bytes(2) && into.signal === undefined) readMessage(reader, into, searchScope);
  else return false;
  return true;
}

function searchScope(reader: Reader, tag: number, into: Found): boolean {
  if (tag !== bytes(2) || into.signal !== undefined) return false;
  const met = readMessage(reader, [] as number[], (_inner, innerTag, list) => {
    list.push(innerTag);
    return false;
  });
  const signal = signalBy(met);
  if (signal === 'logs' && !met.some((tag) => onlyOfLog.has(tag))) into.mayBeLogs = true;
  else if (signal === undefined) into.isOther = true;
  else into.signal = signal;
  return true;
}

function signalBy(met: readonly number[]): Signal | undefined {
  const fits = (known: ReadonlySet<number>, max: number): boolean =>
    met.length > 0 && met.every((tag) => known.has(tag) || tag >= varint(max + 1));
  if (met.includes(bytes(1))) {
    if (fits(ofMetric, knownMax.metrics) && met.some((tag) => dataOfMetric.has(tag))) return 'metrics';
    return fits(ofSpan, knownMax.traces) && met.some((tag) => timeOfSpan.has(tag)) ? 'traces' : undefined;
  }
  return fits(ofLog, knownMax.logs) ? 'logs' : undefined;
}
