import { type Alert, alertVersion, type Decision, type Suspect } from '../domain/alert.ts';
import type { Comment } from '../domain/comment.ts';
import type { Entity } from '../domain/entity.ts';
import type { Feedback } from '../domain/feedback.ts';
import type { Series } from '../domain/series.ts';
import { computed, documentOf, objectCodec } from './codec.ts';
import { boolean, date, double, kept, keyword, list, long, nested, text, texts } from './codecs.ts';
import { entity, eventKind, labels, schema, scope, timestamp } from './common-fields.ts';

const entityWithin = nested(
  'entity',
  objectCodec<Entity>({
    cluster: keyword('cluster', 'cluster of the entity'),
    kind: keyword('kind', 'kind of the entity'),
    name: keyword('name', 'name of the entity'),
  }),
);

const suspect = objectCodec<Suspect>({
  entity: entityWithin,
  anomalyId: keyword('anomalyId', 'id of the anomaly that made it a suspect'),
  series: nested(
    'series',
    objectCodec<Series>({
      entity: entityWithin,
      metric: keyword('metric', 'metric of the series'),
      dimensions: kept('dimensions', 'dimensions of the series'),
    }),
  ),
  startsAtMs: date('start', 'start of its anomaly'),
  score: double('score', 'how likely it is the cause, compared with the other suspects'),
  why: keyword('why', 'reason for the suspicion'),
});

const decision = objectCodec<Decision>({
  atMs: date('at', 'time of the decision'),
  stage: keyword('stage', 'part that decided: `correlate`, `silence`, `group`, …'),
  reason: keyword('reason', '`first notification`, `silenced by …`, `nothing new`, …'),
  detail: keyword('detail', 'the alert, anomaly or silence that the decision is about'),
});

const judgement = objectCodec<Feedback>({
  verdict: keyword('verdict', '`useful`, `expected`, `noise` or `wrong cause`'),
  by: keyword('by', 'operator who judged'),
  atMs: date('at', 'time of the judgement'),
  note: keyword('note', 'what the operator added'),
  anomalyId: keyword('anomalyId', 'anomaly that it is about; absent if it is about the whole alert'),
});

const comment = objectCodec<Comment>({
  id: keyword('id', 'id of the command that made it'),
  by: keyword('by', 'operator who wrote it'),
  atMs: date('at', 'time of the comment'),
  text: text('text', 'text of the comment'),
});

/** The newest revision of an alert. Its index is that of the day of its start, which never changes. */
export const alertDocument = documentOf<Alert>(
  {
    id: keyword('offbeat.alert.id', 'id, made of cluster and opening anomaly'),
    revision: long('offbeat.alert.revision', 'rises with every transition, from 1; the version of the document'),
    transition: keyword(
      'offbeat.alert.transition',
      '`opened`, `updated`, `acknowledged`, `repeated`, `resolved`, `feedback`, `commented`',
    ),
    firstPageRevision: long(
      'offbeat.alert.first_page_revision',
      'first revision that was sent to receivers; absent before it',
    ),
    notify: boolean('offbeat.alert.notify', 'whether this revision is sent to receivers'),
    status: keyword('offbeat.alert.status', '`open`, `acknowledged` or `resolved`'),
    severity: keyword('offbeat.alert.severity', '`critical`, `warning` or `info`'),
    title: text('offbeat.alert.title', 'title'),
    headline: text('event.reason', 'headline: one sentence'),
    entity,
    startsAtMs: date('event.start', 'start of the incident'),
    updatedAtMs: date('offbeat.alert.updated', 'time of this revision'),
    endsAtMs: date('event.end', 'end of the incident; absent while it lasts'),
    anomalies: keyword<string[]>('offbeat.alert.anomalies', 'ids of its anomalies, in the order in which they joined'),
    suspects: list('offbeat.alert.suspects', suspect),
    labels,
    annotations: texts(
      'offbeat.alert.annotations',
      'names the parts that were left out of an alert that is too large',
      'kept',
    ),
    trace: list('offbeat.alert.trace', decision),
    feedback: list('offbeat.alert.feedback', judgement),
    comments: list('offbeat.alert.comments', comment),
    scope,
  },
  [
    computed(timestamp, ({ startsAtMs }) => startsAtMs),
    computed(eventKind, () => 'alert'),
    computed(schema, () => alertVersion),
  ],
);
