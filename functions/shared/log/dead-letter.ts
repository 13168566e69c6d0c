import { RefusedRecordError } from '../domain/errors.ts';
import { shownText } from '../domain/shown.ts';
import { type Effect, header, type LogRecord, type OutgoingRecord } from './record.ts';
import { topics } from './topics.ts';

/** The headers of a dead letter, which say what is known of it; its value is the original bytes. */
export const letterHeader = {
  topic: 'offbeat-topic',
  partition: 'offbeat-partition',
  offset: 'offbeat-offset',
  stage: 'offbeat-stage',
  reason: 'offbeat-reason',
  detail: 'offbeat-detail',
  originalSchema: 'offbeat-original-schema',
  /** Bytes that the value had before it was cut; absent where the value is whole. */
  cutFrom: 'offbeat-cut-from',
} as const;
const deadLetterVersion = 'dead-letter/1';

/** Long details (a whole zod report) would make the header larger than the letter. */
const detailCharactersMax = 1000;

/** Headers of a record that its letter carries under the same name, and a redrive gives back. */
const keptHeaders = [header.replay, header.lane, header.detectPartition, header.tick] as const;

/** The reason for what nobody foresaw: a defect of Offbeat's own. */
export const stepFailed = 'step failed';
const defectCharactersMax = 500;

/**
 * Why a record was put aside that the pure part of a stage threw on: the reason is short and named, and the detail names
 * the field, the value and what was expected. What nobody foresaw is {@link stepFailed}.
 */
export function rejectionOf(error: unknown): { readonly reason: string; readonly detail: string } {
  if (error instanceof RefusedRecordError) return { reason: error.reason, detail: error.message };
  return { reason: stepFailed, detail: shownText(String(error), defectCharactersMax) };
}

/**
 * The effect that puts `record` aside with its original bytes, its schema and why.
 * @param reason short and named, counted by metrics
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

/** The headers that a letter's record had, but for what numbered it. */
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
 * What a letter is told apart by: its position and the append time of the record that was put aside. A letter that a
 * crash made lie there twice has one name; letters of an old topic and of one made anew, which numbers from the start
 * again, have two.
 * @returns `undefined` for a letter that lacks either
 */
export function letterName(headers: LogRecord['headers']): string | undefined {
  const position = headers[header.position];
  const sourceTime = headers[header.sourceTime];
  return position === undefined || sourceTime === undefined ? undefined : `${position} ${sourceTime}`;
}

/** Within what any broker takes unless told otherwise (1,048,588 bytes a batch), with room for the headers. */
const cutBytesMax = 500_000;
const cutCharactersMax = 1_000;

/** A letter that is too large for the log, without the end of its value; it says how many bytes it had. */
export function cutLetter(letter: OutgoingRecord): OutgoingRecord {
  const headers = Object.entries(letter.headers).map(([name, text]) => [name, text.slice(0, cutCharactersMax)]);
  return {
    ...letter,
    key: letter.key?.slice(0, cutCharactersMax) ?? null,
    value: letter.value.subarray(0, cutBytesMax),
    headers: { ...Object.fromEntries(headers), [letterHeader.cutFrom]: String(letter.value.length) },
  };
}

/** The receiver that a message goes back to, by the field `redrive` of its body; nothing where there is none. */
export function redrivenFor(body: string): { readonly receiver?: string } {
  try {
    const receiver: unknown = JSON.parse(body)?.redrive?.receiver;
    return typeof receiver === 'string' ? { receiver } : {};
  } catch {
    return {}; // A body that cannot be read goes back as it is: notify says what is wrong with it.
  }
}
