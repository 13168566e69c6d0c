import { hash } from 'node:crypto';
import { subjectOf } from '../../functions/normalise/otlp/identity.ts';
import { fieldOf } from '../../functions/normalise/otlp/json.ts';
import { decodeJson } from '../../functions/normalise/otlp/json-content.ts';
import type { OtlpContent, ResourceLogs, ResourceMetrics } from '../../functions/normalise/otlp/model.ts';
import { temporality } from '../../functions/normalise/otlp/model.ts';
import { decodeProtobuf, messagesIn } from '../../functions/normalise/otlp/protobuf-content.ts';
import { type Signal, signalOf } from '../../functions/normalise/otlp/signal.ts';
import { RefusedRecordError } from '../../functions/shared/domain/errors.ts';
import { isObject, type JsonObject } from '../../functions/shared/domain/json-object.ts';
import { shownText } from '../../functions/shared/domain/shown.ts';
import { textOf } from '../../functions/shared/domain/text-of.ts';
import { messageBytesMax, topics } from '../../functions/shared/log/topics.ts';
import type { BulkDocument } from '../bulk/request.ts';
import type { Encoding, ReceivedSignal } from './answer.ts';

/** One resource of a request, as a record of its own. */
export interface OtlpPart {
  /** The number of its data points or log records. */
  readonly count: number;
  /** The record; `undefined` if the resource cannot be accepted. */
  readonly document: BulkDocument | undefined;
  /** The reason why it cannot be accepted, with the remedy. */
  readonly reason: string | undefined;
}

/** The list of resources of a signal in JSON. */
const listNames = { metrics: 'resourceMetrics', logs: 'resourceLogs', traces: 'resourceSpans' } as const;

/**
 * Divides a request into its resources, so that the documents of one host are in one partition. A resource that cannot be
 * decoded is a part that cannot be accepted, and the others are read.
 * @throws {RefusedRecordError} if the request cannot be decoded, or contains another signal than its path names
 */
export function* splitRequest(body: Buffer, encoding: Encoding, signal: ReceivedSignal): Generator<OtlpPart, void> {
  if (encoding === 'protobuf') {
    const found = signalOf(body);
    if (found !== undefined && found !== 'empty' && found !== signal) throw otherSignal(found, signal);
    for (const bytes of messagesIn(body)) {
      yield decoded(() => toPart(bytes, decodeProtobuf(bytes, signal)));
    }
    return;
  }
  const name = listNames[signal];
  for (const resource of resourcesIn(body, signal)) {
    const message = { [name]: [resource] };
    yield decoded(() => toPart(bytesOf(message), decodeJson(message)));
  }
}

/** Returns a part, or the refusal of a resource that cannot be decoded. It counts as one, because its points are not known. */
function decoded(decode: () => OtlpPart): OtlpPart {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof RefusedRecordError)) throw error;
    return { count: 1, document: undefined, reason: `${error.reason}: ${error.message}` };
  }
}

function otherSignal(found: Signal, signal: ReceivedSignal): RefusedRecordError {
  const remedy = found === 'traces' ? 'Offbeat reads no traces' : `send ${found} to /v1/${found}`;
  return new RefusedRecordError(
    'not OTLP',
    `the body contains ${found}: expected ${signal} at /v1/${signal}; ${remedy}`,
  );
}

function resourcesIn(body: Buffer, signal: ReceivedSignal): readonly unknown[] {
  const message = parsed(body);
  const name = listNames[signal];
  for (const other of Object.keys(listNames) as Signal[]) {
    if (other !== signal && fieldOf(message, listNames[other]) !== undefined) throw otherSignal(other, signal);
  }
  const resources = fieldOf(message, name);
  const [first] = Object.keys(message);
  if (resources === undefined && first === undefined) return [];
  // A document of another kind would be lost without a word.
  if (resources === undefined) {
    throw new RefusedRecordError(
      'not OTLP',
      `the body: expected the list ${name}, got an object with ${shownText(first!)}`,
    );
  }
  if (Array.isArray(resources)) return resources;
  throw new RefusedRecordError('not OTLP', `${name}: expected a list`);
}

function parsed(body: Buffer): JsonObject {
  let message: unknown;
  try {
    message = JSON.parse(textOf(body));
  } catch (cause) {
    throw new RefusedRecordError('not JSON', 'the body is not JSON', { cause });
  }
  if (isObject(message)) return message;
  throw new RefusedRecordError('not OTLP', 'the body: expected a JSON object');
}

/** @throws {RefusedRecordError} for a field that the protocol does not know and that is nested too deep to be written */
function bytesOf(message: JsonObject): Buffer {
  try {
    return Buffer.from(JSON.stringify(message));
  } catch (cause) {
    throw new RefusedRecordError('nested too deep', 'the body has too many levels', { cause });
  }
}

function toPart(bytes: Buffer, { metrics, logs }: OtlpContent): OtlpPart {
  const count = pointsOf(metrics) + logs.reduce((sum, { records }) => sum + records.length, 0);
  const attributes = [...metrics, ...logs].flatMap((resource) => resource.attributes);
  const subject = subjectOf(attributes, 'host') ?? subjectOf(attributes, 'service');
  const refused = (reason: string): OtlpPart => ({ count, document: undefined, reason });
  if (subject === undefined) {
    return refused('a resource has neither host.name nor service.name; add the processor resource_detection');
  }
  const bytesMax = messageBytesMax[topics.beats];
  if (bytes.length > bytesMax) {
    const remedy = 'lower send_batch_max_size of the batch processor';
    return refused(`a resource has ${bytes.length} bytes, at most ${bytesMax} are allowed; ${remedy}`);
  }
  const timesMs = [...metrics.flatMap(timesOfPoints), ...logs.flatMap(timesOfRecords)];
  const isRepeatable = logs.length > 0 || metrics.some(hasDeltas);
  const document = {
    bytes,
    host: subject.host ?? subject.name,
    timeMs: timesMs.reduce<number | undefined>((latest, ms) => (ms > (latest ?? 0) ? ms : latest), undefined),
    identity: isRepeatable && timesMs.every((ms) => ms > 0) ? identityOf(bytes) : undefined,
  };
  return { count, document, reason: undefined };
}

const pointsOf = (resources: readonly ResourceMetrics[]): number =>
  resources.reduce((sum, { metrics }) => sum + metrics.reduce((points, metric) => points + metric.points.length, 0), 0);

const timesOfPoints = ({ metrics }: ResourceMetrics): number[] =>
  metrics.flatMap(({ points }) => points.map(({ timeMs }) => timeMs));

const timesOfRecords = ({ records }: ResourceLogs): number[] =>
  records.map(({ timeMs, observedMs }) => (timeMs === 0 ? observedMs : timeMs));

const hasDeltas = ({ metrics }: ResourceMetrics): boolean =>
  metrics.some((metric) => metric.temporality === temporality.delta);

/**
 * Returns the identity of log records and of deltas, which count each time they come: a client that got no answer sends the
 * same bytes again. Their times are a part of the bytes, so that equal bytes are a repeat.
 */
function identityOf(bytes: Buffer): BulkDocument['identity'] {
  return { hash: hash('sha256', bytes, 'hex').slice(0, 32), raisesVersion: false };
}
