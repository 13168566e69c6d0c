import { documentsIn, envelopesMax } from '../../functions/normalise/envelopes.ts';
import { isObject } from '../../functions/shared/domain/json-object.ts';
import { textOf } from '../../functions/shared/domain/text-of.ts';
import { parseTime } from '../../functions/shared/time/parse-time.ts';
import { timeOf as documentTime } from '../bulk/document-time.ts';
import type { StatedTime } from './replay-time.ts';

/** A line of a recording, as a replay reads it before `normalise` does: when, and by whose clock. */
export class DocumentLine implements StatedTime {
  readonly timeMs: number | undefined;
  readonly #bytes: Buffer;
  #shipper: string | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.timeMs = timeOf(bytes);
  }

  /** The shipper is read when it is asked for, because few jumps need it. */
  get shipper(): string {
    this.#shipper ??= shipperOf(this.#bytes);
    return this.#shipper;
  }
}

/** Matches the begin of a document as Beats write it. To look there costs a twentieth of parsing the document. */
const timeFirst = /^\{"@timestamp":"([^"\\]+)"/;
/** Matches a time of OpenTelemetry, in either spelling of its fields. */
const otlpTime = /"(?:timeUnixNano|time_unix_nano|observedTimeUnixNano|observed_time_unix_nano)":\s*"?(\d{12,20})/;
const otlpHost = /"key":\s*"host\.name",\s*"value":\s*\{\s*"(?:stringValue|string_value)":\s*"([^"]{1,512})"/;

/**
 * Returns the time of a line: of the document as `normalise` reads it, of collectd's first list, the first one of OpenTelemetry, or
 * that of the first document in an envelope.
 */
function timeOf(line: Buffer): number | undefined {
  const first = timeFirst.exec(line.toString('latin1', 0, 64))?.[1];
  if (first !== undefined) return parseTime(first);
  const document = parsed(line);
  if (isOtlp(document)) return parseTime(otlpTime.exec(line.toString('latin1'))?.[1]);
  return wrappedTime(document, 1);
}

function wrappedTime(document: unknown, level: number): number | undefined {
  const ownMs = isObject(document) ? documentTime(document) : undefined;
  if (ownMs !== undefined || level > envelopesMax) return ownMs;
  const [first] = Array.isArray(document) ? document : (documentsIn(document) ?? []);
  return first === undefined ? undefined : wrappedTime(first, level + 1);
}

function shipperOf(line: Buffer): string {
  const document = parsed(line);
  if (isOtlp(document)) return otlpHost.exec(textOf(line))?.[1] ?? '';
  const one: unknown = (Array.isArray(document) ? document : (documentsIn(document) ?? [document]))[0];
  for (const path of shipperPaths) {
    const value = valueAt(one, path);
    if (typeof value === 'string') return value;
  }
  return '';
}

const shipperPaths = [
  'host.name',
  'host.hostname',
  'host',
  'agent.hostname',
  'agent.name',
  'beat.hostname',
  'hostname',
  'tags.host',
];

function valueAt(document: unknown, path: string): unknown {
  const dotted = fieldOf(document, path);
  return dotted ?? path.split('.').reduce<unknown>(fieldOf, document);
}

function isOtlp(document: unknown): boolean {
  return ['resourceMetrics', 'resource_metrics', 'resourceLogs', 'resource_logs'].some(
    (name) => fieldOf(document, name) !== undefined,
  );
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(textOf(line));
  } catch {
    return undefined; // The line is appended unchanged: normalise refuses it.
  }
}
