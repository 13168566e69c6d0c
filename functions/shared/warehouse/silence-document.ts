import { type SilenceRecord, silenceVersion } from '../domain/silence.ts';
import type { WarehouseDocument } from '../ports/warehouse.ts';
import { type Fields, iso, ms, under } from './document-fields.ts';

interface Matcher {
  readonly label: string;
  readonly pattern: string;
}

/** The silence's newest revision. Its day, and so its index, is that on which it was asked for. */
export function silenceDocument(silence: SilenceRecord): WarehouseDocument {
  const { note, endedBy, endNote } = silence;
  const document: Fields = {
    '@timestamp': iso(silence.createdAtMs),
    'event.kind': 'event',
    'event.start': iso(silence.startsAtMs),
    'event.end': iso(silence.endsAtMs),
    'offbeat.schema': silenceVersion,
    'offbeat.scope': silence.scope,
    'offbeat.entity.cluster': silence.cluster,
    'offbeat.silence.id': silence.id,
    'offbeat.silence.revision': silence.revision,
    'offbeat.silence.state': silence.state,
    'offbeat.silence.by': silence.by,
    'offbeat.silence.updated': iso(silence.updatedAtMs),
    // A list: labels are names of others, which must not become fields of the index.
    'offbeat.silence.matchers': Object.entries(silence.matchers).map(
      ([label, pattern]): Matcher => ({ label, pattern }),
    ),
  };
  if (note !== undefined) document['event.reason'] = note;
  if (endedBy !== undefined) document['offbeat.silence.ended_by'] = endedBy;
  if (endNote !== undefined) document['offbeat.silence.end_note'] = endNote;
  return document;
}

export function silenceFromDocument(document: WarehouseDocument): SilenceRecord {
  const own = under<never>(document, 'offbeat.silence.');
  const matchers: readonly Matcher[] = own.matchers!;
  const note = document['event.reason'];
  return {
    id: own.id!,
    cluster: document['offbeat.entity.cluster'] as string,
    revision: own.revision!,
    state: own.state!,
    by: own.by!,
    ...(note === undefined ? {} : { note: note as string }),
    matchers: Object.fromEntries(matchers.map(({ label, pattern }) => [label, pattern])),
    createdAtMs: ms(document['@timestamp']),
    startsAtMs: ms(document['event.start']),
    endsAtMs: ms(document['event.end']),
    updatedAtMs: ms(own.updated),
    ...(own.ended_by === undefined ? {} : { endedBy: own.ended_by }),
    ...(own.end_note === undefined ? {} : { endNote: own.end_note }),
    scope: document['offbeat.scope'] as string,
  };
}
