import { RefusedRecordError } from '../domain/errors.ts';
import { shownText } from '../domain/shown.ts';
import { type Effect, header, type LogRecord, type OutgoingRecord } from './record.ts';
import { topics } from './topics.ts';

/** The headers of a dead letter. They describe its record; the value of the letter is the record's original bytes. */
export const letterHeader = {
  topic: 'offbeat-topic',
  partition: 'offbeat-partition',
  offset: 'offbeat-offset',
  stage: 'offbeat-stage',
  reason: 'offbeat-reason',
  detail: 'offbeat-detail',
  originalSchema: 'offbeat-original-schema',
  /** The length of the value in bytes before it was cut; absent if it was not cut. */
  cutFrom: 'offbeat-cut-from',
} as const;
const deadLetterVersion = 'dead-letter/1';

/** The limit of a detail. Without it, a long detail (a whole zod report) could be larger than the record. */
const detailCharactersMax = 1000;

/** The headers of a record that its letter keeps under the same name, and that a redrive restores. */
const keptHeaders = [header.replay, header.lane, header.detectPartition, header.tick] as const;

/** The reason of a dead letter that an unforeseen error made: a defect of Offbeat. */
export const stepFailed = 'step failed';
const defectCharactersMax = 500;

/**
 * Returns the reason and the detail of the dead letter that an error makes. The reason is a short name; the detail names
 * the field, the value and what was expected. An unforeseen error has the reason {@link stepFailed}.
 */
export function rejectionOf(error: unknown): { readonly reason: string; readonly detail: string } {
  if (error instanceof RefusedRecordError) return { reason: error.reason, detail: error.message };
  return { reason: stepFailed, detail: shownText(String(error), defectCharactersMax) };
}

/**
 * Returns the effect that puts a record aside: a dead letter with its original bytes, its schema and the reason.
 * @param reason a short name, by which metrics count it
 * @param detail names the field, the value and what was expected
 */
export function deadLetter(record: LogRecord, stage: string, reason: string, detail: string): Effect {
  const original = record.headers[header.schema];
  return {
    topic: topics.deadLetters,
    key: record.key,
    value: record.value ?? Buffer.alloc(0),
    headers: {
      [header.schema]: deadLetterVersion,
      [letterHeader.topic]: record.topic,
      [letterHeader.partition]: String(record.partition),
      [letterHeader.offset]: String(record.offset),
      [letterHeader.stage]: stage,
      [letterHeader.reason]: reason,
      [letterHeader.detail]: shownText(detail, detailCharactersMax),
      ...(original === undefined ? {} : { [letterHeader.originalSchema]: original }),
      ...keptOf(record.headers),
    },
  };
}

/** Returns the headers that a letter's record had, without its position. */
export function originalHeaders(letter: LogRecord['headers']): Record<string, string> {
  const schema = letter[letterHeader.originalSchema];
  return { ...(schema === undefined ? {} : { [header.schema]: schema }), ...keptOf(letter) };
}

function keptOf(headers: LogRecord['headers']): Record<string, string> {
  return Object.fromEntries(
    keptHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
}

/**
 * Returns the name of a letter: its position, and the append time of the rejected record. Two copies of a
 * letter that a crash left have the same name. Letters of an old topic and of one that was recreated have different
 * names, although the new topic's offsets start over.
 * @returns `undefined` for a letter without position or append time
 */
export function letterName(headers: LogRecord['headers']): string | undefined {
  const position = headers[header.position];
  const sourceTime = headers[header.sourceTime];
  return position === undefined || sourceTime === undefined ? undefined : `${position} ${sourceTime}`;
}

/**
 * The bytes of a value that was cut: less than a broker's default limit of 1,048,588 bytes a batch, headers included.
 */
const cutBytesMax = 500_000;
const cutCharactersMax = 1_000;

/** Returns a letter that is too large for the log without the end of its value; a header contains its former length. */
export function cutLetter(letter: OutgoingRecord): OutgoingRecord {
  const headers = Object.entries(letter.headers).map(([name, text]) => [name, text.slice(0, cutCharactersMax)]);
  return {
    ...letter,
    key: letter.key?.slice(0, cutCharactersMax) ?? null,
    value: letter.value.subarray(0, cutBytesMax),
    headers: { ...Object.fromEntries(headers), [letterHeader.cutFrom]: String(letter.value.length) },
  };
}

/**
 * Returns the receiver to which a redriven message goes, from the field `redrive` of its body, and the id of its alert, as far
 * as the body has them.
 */
export function redrivenFor(body: string): { readonly receiver?: string; readonly alertId?: string } {
  const envelope = objectIn(body);
  const redrive = envelope.redrive as { readonly receiver?: unknown } | null | undefined;
  const { id } = objectIn(envelope.Message);
  return {
    ...(typeof redrive?.receiver === 'string' && { receiver: redrive.receiver }),
    ...(typeof id === 'string' && { alertId: id }),
  };
}

/** Returns the fields of a JSON object. A body that cannot be read is sent as it is: notify reports what is wrong with it. */
function objectIn(text: unknown): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
