import { type Attempt, type AttemptOutcome, attemptVersion } from '../domain/attempt.ts';
import { computed, documentOf } from './codec.ts';
import { date, duration, keyword, long } from './codecs.ts';
import { entity, eventKind, schema, scope, timestamp } from './common-fields.ts';

/** The outcomes of an event that ECS has. */
const eventOutcomes: Readonly<Record<AttemptOutcome, string>> = {
  delivered: 'success',
  failed: 'failure',
  'given up': 'failure',
};

const eventOutcome = keyword<string>('event.outcome', '`success` or `failure`, as in ECS');

/** One attempt to deliver one message to one receiver. Its index is that of the day on which the attempt began. */
export const attemptDocument = documentOf<Attempt>(
  {
    schema: { ...schema, read: () => attemptVersion },
    deliveryId: keyword(
      'offbeat.delivery.id',
      '`webhook-id`: made of transition and receiver, the same for every attempt',
    ),
    receiver: keyword('offbeat.delivery.receiver', 'name of the receiver'),
    alertId: keyword('offbeat.delivery.alert', 'id of the alert'),
    revision: long('offbeat.delivery.revision', 'revision of the alert'),
    transition: keyword('offbeat.delivery.transition', '`opened`, `updated`, `acknowledged`, `repeated`, `resolved`'),
    severity: keyword('offbeat.delivery.severity', '`critical`, `warning` or `info`'),
    entity,
    scope,
    startedAtMs: timestamp,
    durationMs: duration('event.duration', 'duration of the attempt'),
    outcome: keyword('offbeat.delivery.outcome', '`delivered`, `failed` (it is tried again) or `given up`'),
    reason: keyword('event.reason', 'why it was not delivered, from a closed list: `server error`, `time-out`, `gone`'),
    status: long('http.response.status_code', 'HTTP status that the receiver answered; absent where no answer came'),
    failingSinceMs: date('offbeat.delivery.failing_since', 'time since which its receiver fails; absent if delivered'),
    nextTryMs: date('offbeat.delivery.next_try', 'earliest time of the next attempt; only if `failed`'),
  },
  [computed(eventKind, () => 'event'), computed(eventOutcome, ({ outcome }) => eventOutcomes[outcome])],
);
