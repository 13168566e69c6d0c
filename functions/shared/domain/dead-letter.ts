import { RefusedRecordError } from './errors.ts';
import { type Effect, header, type LogRecord } from './record.ts';
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
} as const;
export const deadLetterVersion = 'dead-letter/1';

/** Long details (a whole zod report) would make the header larger than the letter. */
const detailCharactersMax = 1000;

/**
 * Why a record was put aside that the pure part of a stage threw on: the reason is short and named, and the detail names
 * the field, the value and what was expected. What nobody foresaw is `step failed`.
 */
export function whyPutAside(error: unknown): { readonly reason: string; readonly detail: string } {
  if (error instanceof RefusedRecordError) return { reason: error.reason, detail: error.message };
  return { reason: 'step failed', detail: String(error) };
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
      [letterHeader.detail]: detail.slice(0, detailCharactersMax),
      ...(original === undefined ? {} : { [letterHeader.originalSchema]: original }),
      ...kept(record, header.replay),
      ...kept(record, header.lane),
    },
  };
}

/** A header that the record needs when it is redriven. */
function kept({ headers }: LogRecord, name: string): Record<string, string> {
  const text = headers[name];
  return text === undefined ? {} : { [name]: text };
}
