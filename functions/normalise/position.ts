import { givenPosition, positionText } from '../shared/domain/position.ts';
import { header, type LogRecord } from '../shared/domain/record.ts';

/** Gives each record that one beat became what its reader counts it by. */
export type Numbering = (ordinal: number) => Readonly<Record<string, string>>;

/**
 * How the records made of a beat are numbered, so that each counts once however often the beat comes: from the position
 * on that a replay or a redrive gave the beat, or else from the beat's offset.
 * @param epoch of normalise, raised when the topic `beats` was made anew
 */
export function numberingOf({ topic, partition, offset, headers }: LogRecord, epoch: number): Numbering {
  const own = { producer: `normalise/${topic}/${partition}`, epoch, number: offset, ordinal: 0 };
  const first = givenPosition(headers) ?? own;
  return (ordinal) => ({ [header.position]: positionText({ ...first, ordinal: first.ordinal + ordinal }) });
}
