import { type Attempt, type AttemptOutcome, attemptId, attemptSchema, attemptVersion } from '../domain/attempt.ts';
import { check } from '../domain/check.ts';
import { RefusedRecordError } from '../domain/errors.ts';
import type { WarehouseDocument, WarehouseWrite } from '../ports/warehouse.ts';
import { entityFields, entityOf, type Fields, iso, ms } from './document-fields.ts';

const nsInMs = 1_000_000;

/** ECS knows two outcomes of an event. */
const eventOutcome: Readonly<Record<AttemptOutcome, string>> = {
  delivered: 'success',
  failed: 'failure',
  'given up': 'failure',
};

/** An attempt in the warehouse, with ECS's names where ECS has one. Its day is that on which it began. */
export function attemptDocument(attempt: Attempt): WarehouseDocument {
  const document: Fields = {
    '@timestamp': iso(attempt.startedAtMs),
    'event.kind': 'event',
    'event.outcome': eventOutcome[attempt.outcome],
    'event.duration': attempt.durationMs * nsInMs,
    'offbeat.schema': attemptVersion,
    'offbeat.scope': attempt.scope,
    ...entityFields(attempt.entity),
    'offbeat.delivery.id': attempt.deliveryId,
    'offbeat.delivery.receiver': attempt.receiver,
    'offbeat.delivery.alert': attempt.alertId,
    'offbeat.delivery.revision': attempt.revision,
    'offbeat.delivery.transition': attempt.transition,
    'offbeat.delivery.severity': attempt.severity,
    'offbeat.delivery.outcome': attempt.outcome,
  };
  const { reason, status, failingSinceMs, nextTryMs } = attempt;
  if (reason !== undefined) document['event.reason'] = reason;
  if (status !== undefined) document['http.response.status_code'] = status;
  if (failingSinceMs !== undefined) document['offbeat.delivery.failing_since'] = iso(failingSinceMs);
  if (nextTryMs !== undefined) document['offbeat.delivery.next_try'] = iso(nextTryMs);
  return document;
}

/** The attempt that {@link attemptDocument} was made of. */
export function attemptFromDocument(document: WarehouseDocument): Attempt {
  const own = (name: string): never => document[`offbeat.delivery.${name}`] as never;
  const reason = document['event.reason'];
  const status = document['http.response.status_code'];
  return {
    schema: attemptVersion,
    deliveryId: own('id'),
    receiver: own('receiver'),
    alertId: own('alert'),
    revision: own('revision'),
    transition: own('transition'),
    severity: own('severity'),
    entity: entityOf(document),
    scope: document['offbeat.scope'] as string,
    startedAtMs: ms(document['@timestamp']),
    durationMs: (document['event.duration'] as number) / nsInMs,
    outcome: own('outcome'),
    ...(reason === undefined ? {} : { reason: reason as string }),
    ...(status === undefined ? {} : { status: status as number }),
    ...(own('failing_since') === undefined ? {} : { failingSinceMs: ms(own('failing_since')) }),
    ...(own('next_try') === undefined ? {} : { nextTryMs: ms(own('next_try')) }),
  };
}

/**
 * The document that a message of the queue of attempts becomes.
 * @throws {RefusedRecordError} naming the field that is wrong
 */
export function attemptWrite(body: string): WarehouseWrite {
  const attempt = decodeAttempt(body);
  const id = attemptId(attempt);
  return { family: 'offbeat-deliveries', id, timeMs: attempt.startedAtMs, document: attemptDocument(attempt) };
}

function decodeAttempt(body: string): Attempt {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new RefusedRecordError('not an attempt', 'not an attempt: not JSON', { cause: error });
  }
  const checked = check(attemptSchema, value);
  if ('value' in checked) return checked.value;
  throw new RefusedRecordError('not an attempt', `not an attempt: ${checked.faults}`);
}
