import * as z from 'zod';
import { type Effect, header, type LogRecord } from './record.ts';
import { topics } from './topics.ts';

/** A dead letter's value is the original bytes; what is known of them lies in its headers. */
export const deadLetterHeadersSchema = z.object({
  schema: z.literal('dead-letter/1'),
  topic: z.string(),
  partition: z.string(),
  offset: z.string(),
  stage: z.string(),
  reason: z.string(),
  detail: z.string(),
});
export type DeadLetterHeaders = z.infer<typeof deadLetterHeadersSchema>;
export const deadLetterVersion = 'dead-letter/1';

/** Long details (a whole zod report) would make the header larger than the letter. */
const detailCharactersMax = 1000;

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
      topic: record.topic,
      partition: String(record.partition),
      offset: String(record.offset),
      stage,
      reason,
      detail: detail.slice(0, detailCharactersMax),
      ...(original === undefined ? {} : { 'original-schema': original }),
      ...(record.headers[header.replay] === undefined ? {} : { [header.replay]: record.headers[header.replay] ?? '' }),
    },
  };
}
