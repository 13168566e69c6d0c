import { hash } from 'node:crypto';
import { subjectOf } from '../../functions/normalise/otlp/identity.ts';
import { decodeJson } from '../../functions/normalise/otlp/json-content.ts';
import type { OtlpContent, ResourceLogs, ResourceMetrics } from '../../functions/normalise/otlp/model.ts';
import { temporality } from '../../functions/normalise/otlp/model.ts';
import { decodeProtobuf, messagesIn } from '../../functions/normalise/otlp/protobuf-content.ts';
import { type Signal, signalOf } from '../../functions/normalise/otlp/signal.ts';
import { RefusedRecordError } from '../../functions/shared/domain/errors.ts';
import { isObject, type JsonObject } from '../../functions/shared/domain/json-object.ts';
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

/**
 * Divides a request into its resources, so that the documents of one host are in one partition.
 * @throws {RefusedRecordError} if the request cannot be decoded
 */
export function* splitRequest(body: Buffer, encoding: Encoding, signal: ReceivedSignal): Generator<OtlpPart, void> {
  if (encoding === 'protobuf') {
    refuseOther(signalOf(body), signal);
    for (const bytes of messagesIn(body)) yield toPart(bytes, decodeProtobuf(bytes, signal));
    return;
  }
  for (const resource of resourcesIn(body, signal)) {
    const message = { [listName[signal]]: [resource] };
    yield toPart(bytesOf(message), decodeJson(message));
  }
}

/** The names of the lists of resources in JSON. */
const listName: Readonly<Record<Signal, string>> = {
  metrics: 'resourceMetrics',
  logs: 'resourceLogs',
  traces: 'resourceSpans',
};
const signals = Object.keys(listName) as readonly Signal[];

/**
 * Refuses a request that came to the address of another signal: a field that a request does not have would be ignored, and
 * so would all that it contains.
 * @throws {RefusedRecordError} `not OTLP`
 */
function refuseOther(found: Signal | 'empty' | undefined, signal: ReceivedSignal): void {
  if (found === undefined || found === 'empty' || found === signal) return;
  const remedy = found === 'traces' ? 'Offbeat reads no traces' : `send ${found} to /v1/${found}`;
  throw new RefusedRecordError(
    'not OTLP',
    `the body contains ${found}: expected ${signal} at /v1/${signal}; ${remedy}`,
  );
}

/** Returns the list of a message by its name in JSON, or by the one of the protocol's source. */
function listIn(message: JsonObject, signal: Signal): unknown {
  const name = listName[signal];
  return message[name] ?? message[name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)];
}

function resourcesIn(body: Buffer, signal: ReceivedSignal): readonly unknown[] {
  const message = parsed(body);
  const resources = listIn(message, signal);
  const name = listName[signal];
  if (Array.isArray(resources)) return resources;
  if (resources === undefined) {
    refuseOther(
      signals.find((other) => listIn(message, other) !== undefined),
      signal,
    );
    return [];
  }
  throw new RefusedRecordError('not OTLP', `${name}: expected a list`);
}

function parsed(body: Buffer): JsonObject {
  let message: unknown;
  try {
    message = JSON.parse(body.toString());
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
