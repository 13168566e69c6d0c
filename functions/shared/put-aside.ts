import { appendLetters } from './append-letters.ts';
import { deadLetter } from './domain/dead-letter.ts';
import { positionText } from './domain/position.ts';
import { header, type LogRecord } from './domain/record.ts';
import { partitionOf, topics } from './domain/topics.ts';
import type { Ports } from './ports/index.ts';

/** A record that no retry makes acceptable, and why. */
export interface Refusal {
  readonly record: LogRecord;
  /** Short and named. */
  readonly reason: string;
  /** Names the field, the value and what was expected. */
  readonly detail: string;
}

/**
 * Appends records of a stateless stage to the dead letters. Each carries its offset as its position, so that a reader
 * knows one that was appended twice.
 * @throws {UnavailableError} when some are not known to lie there: hand the batch in again
 */
export async function putAside(
  stage: string,
  refusals: readonly Refusal[],
  { eventLog, layout, telemetry }: Pick<Ports, 'eventLog' | 'layout' | 'telemetry'>,
): Promise<void> {
  if (refusals.length === 0) return;
  const letters = refusals.map(({ record, reason, detail }) => {
    const letter = deadLetter(record, stage, reason, detail);
    const producer = `${stage}/${record.topic}/${record.partition}`;
    const position = positionText({ producer, epoch: 0, number: record.offset, ordinal: 0 });
    return {
      ...letter,
      partition: partitionOf(letter.key, layout.partitions[topics.deadLetters]),
      value: Buffer.from(letter.value),
      headers: { ...letter.headers, [header.position]: position },
    };
  });
  for (const { reason } of refusals) telemetry.count('dead_letters', 1, { stage, reason });
  await appendLetters(letters, { eventLog, telemetry });
}
