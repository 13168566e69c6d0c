import { deadLetter, stepFailed } from '../log/dead-letter.ts';
import { givenPosition, isRedriven, type Position, positionText } from '../log/position.ts';
import { type Effect, header, type LogRecord } from '../log/record.ts';
import { partitionOf, topics } from '../log/topics.ts';
import type { DeadLetters } from '../ports/dead-letters.ts';
import type { Ports } from '../ports/index.ts';
import { appendLetters } from './append-letters.ts';

/** A record that no retry makes acceptable, with the reason. */
export interface Rejection {
  readonly record: LogRecord;
  /** A short name, by which metrics count it. */
  readonly reason: string;
  /** Names the field, the value and what was expected. */
  readonly detail: string;
}

export type RejectPorts = Pick<Ports, 'layout' | 'telemetry'> & {
  readonly deadLetters: DeadLetters;
  /** Aborts when the time of the invocation is nearly over. */
  readonly signal?: AbortSignal;
};

/**
 * Appends records of a stage without state to the dead letters. The position of a letter is made of the record's offset
 * and append time, so that a reader recognises a letter that was appended twice.
 * @throws {UnavailableError} if some were not acknowledged; pass the batch in again then
 */
export async function rejectRecords(
  stage: string,
  refusals: readonly Rejection[],
  { deadLetters, layout, telemetry, signal }: RejectPorts,
): Promise<void> {
  if (refusals.length === 0) return;
  const letters = refusals.map(({ record, reason, detail }) => {
    const letter = namedLetter(record, stage, reason, detail);
    const partition = partitionOf(letter.key, layout.partitions[topics.deadLetters]);
    return { ...letter, partition, value: Buffer.from(letter.value) };
  });
  for (const { reason } of refusals) {
    telemetry.count('dead_letters', 1, { stage, reason });
    if (reason === stepFailed) telemetry.count('records_failed', 1, { stage });
  }
  await appendLetters(letters, { deadLetters, telemetry, signal });
}

/** Returns the letter of a record that a stage without state rejects, with the headers of its name. */
export function namedLetter(record: LogRecord, stage: string, reason: string, detail: string): Effect {
  const letter = deadLetter(record, stage, reason, detail);
  return { ...letter, headers: { ...letter.headers, ...nameOf(record, stage) } };
}

/** Returns the headers that make the name of a record's letter; see `letterName`. */
function nameOf({ topic, partition, offset, timestampMs, headers }: LogRecord, stage: string): Record<string, string> {
  // A redrive that was stopped may have appended the record twice, at two offsets, both with the same position.
  const given = isRedriven(headers) ? givenPosition(headers) : undefined;
  const place: Position = given ?? { producer: `${topic}/${partition}`, epoch: 0, number: offset, ordinal: 0 };
  const sourceMs = given === undefined ? undefined : headers[header.sourceTime];
  return {
    [header.position]: positionText({ ...place, producer: `${stage}/${place.producer}` }),
    [header.sourceTime]: sourceMs ?? String(timestampMs),
  };
}
