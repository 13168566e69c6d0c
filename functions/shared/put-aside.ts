import { deadLetter } from './domain/dead-letter.ts';
import { RefusedRecordError } from './domain/errors.ts';
import { positionText } from './domain/position.ts';
import { header, type LogRecord } from './domain/record.ts';
import { shownText } from './domain/shown.ts';
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

/** The reason for what nobody foresaw: a defect of ours. */
const stepFailed = 'step failed';
const defectCharactersMax = 500;

/** The reason and detail of a dead letter for what the pure part of a stage threw. */
export function whyRefused(error: unknown): Omit<Refusal, 'record'> {
  if (error instanceof RefusedRecordError) return { reason: error.reason, detail: error.message };
  return { reason: stepFailed, detail: shownText(String(error), defectCharactersMax) };
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
  for (const { reason } of refusals) {
    telemetry.count('dead_letters', 1, { stage, reason });
    if (reason === stepFailed) telemetry.count('records_failed', 1, { stage });
  }
  for (const { index, reason } of await eventLog.append(letters)) {
    const { topic, partition, offset } = refusals[index]!.record;
    telemetry.error('a dead letter was refused', { stage, topic, partition, offset, reason });
  }
}
