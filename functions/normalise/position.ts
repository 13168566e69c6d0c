import { parsePosition, positionText } from '../shared/domain/position.ts';
import { header, type LogRecord } from '../shared/domain/record.ts';

/** Gives each record that one beat became what its reader counts it by. */
export type Numbering = (ordinal: number) => Readonly<Record<string, string>>;

/**
 * How the records made of a beat are numbered, so that each counts once however often the beat comes:
 * a replayed one by its place in the file, which it brings along; a redriven one by its own id; any other by its offset.
 * @param epoch of normalise, raised when the topic `beats` was made anew
 */
export function numberingOf(record: LogRecord, epoch: number): Numbering {
  const { topic, partition, offset, headers } = record;
  const given = headers[header.replay] === undefined ? undefined : parsePosition(headers[header.position] ?? '');
  if (given?.producer.startsWith('replay/')) {
    return (ordinal) => ({ [header.position]: positionText({ ...given, ordinal: given.ordinal + ordinal }) });
  }
  const id = headers[header.id];
  if (id !== undefined) return (ordinal) => ({ [header.id]: `${id}/${ordinal}` });
  const producer = `normalise/${topic}/${partition}`;
  return (ordinal) => ({ [header.position]: positionText({ producer, epoch, number: offset, ordinal }) });
}
