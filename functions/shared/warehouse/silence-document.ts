import { type SilenceRecord, silenceVersion } from '../domain/silence.ts';
import { computed, documentOf, type FieldCodec, objectCodec } from './codec.ts';
import { date, keyword, list, long, text } from './codecs.ts';
import { entityCluster, eventKind, schema, scope, timestamp } from './common-fields.ts';

interface Matcher {
  readonly label: string;
  readonly pattern: string;
}

const matcherList = list<Matcher>(
  'offbeat.silence.matchers',
  objectCodec<Matcher>({
    label: keyword('label', 'label, or `entity`'),
    pattern: keyword('pattern', 'exact text or glob that the label must match'),
  }),
);

/** The matchers as a list: labels are names that operators choose, which must not become fields of the index. */
const matchers: FieldCodec<SilenceRecord['matchers']> = {
  fields: matcherList.fields,
  write(value, into) {
    const entries = Object.entries(value).map(([label, pattern]) => ({ label, pattern }));
    matcherList.write(entries, into);
  },
  read(from) {
    const entries = matcherList.read(from) ?? [];
    return Object.fromEntries(entries.map(({ label, pattern }) => [label, pattern]));
  },
};

/** The newest revision of a silence. Its index is that of the day on which it was asked for, which never changes. */
export const silenceDocument = documentOf<SilenceRecord>(
  {
    id: keyword('offbeat.silence.id', 'id of the command that made it'),
    cluster: entityCluster,
    revision: long('offbeat.silence.revision', 'rises with every change, from 1; the version of the document'),
    state: keyword('offbeat.silence.state', '`pending`, `active` or `over`'),
    by: keyword('offbeat.silence.by', 'operator who made it'),
    note: text('event.reason', 'note of the operator who made it'),
    matchers,
    createdAtMs: timestamp,
    startsAtMs: date('event.start', 'start of the silence'),
    endsAtMs: date('event.end', 'end of the silence, unless an operator ends it earlier'),
    updatedAtMs: date('offbeat.silence.updated', 'time of this revision'),
    endedBy: keyword('offbeat.silence.ended_by', 'operator who ended it before its end; absent otherwise'),
    endNote: text('offbeat.silence.end_note', 'note of the operator who ended it'),
    scope,
  },
  [computed(eventKind, () => 'event'), computed(schema, () => silenceVersion)],
);
