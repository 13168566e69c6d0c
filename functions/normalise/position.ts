import { givenPosition, positionText } from '../shared/log/position.ts';
import { header, type LogRecord } from '../shared/log/record.ts';

/**
 * Returns the position headers for the effects of a record of `beats` that carries a position: a replayed document
 * carries the number of its line, a redriven one its number in the redrive. Positions of two records are far enough
 * apart for the ordinals of one record's effects.
 * @returns a function from ordinal to headers; `undefined` for all other records, whose position is their offset
 */
export function givenPositions({ headers }: LogRecord): ((ordinal: number) => Record<string, string>) | undefined {
  const given = givenPosition(headers);
  if (given === undefined) return undefined;
  return (ordinal) => ({ [header.position]: positionText({ ...given, ordinal: given.ordinal + ordinal }) });
}
