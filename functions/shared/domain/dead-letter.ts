import { type Effect, header, type LogRecord } from './record.ts';
import { shownText } from './shown.ts';
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
      ...(record.headers[header.replay] === undefined ? {} : { [header.replay]: record.headers[header.replay] ?? '' }),
    },
  };
}
