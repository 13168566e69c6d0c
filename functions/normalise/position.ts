import { givenPosition, positionText } from '../shared/log/position.ts';
import { header, type LogRecord } from '../shared/log/record.ts';

/**
 * The position headers of what one record of `beats` becomes, where the record brings its own: a replayed document has
 * its line in the file, a redriven one its place in the redrive. Room for ordinals is left between two records.
 * @returns `undefined` for all other records, which are counted by their offset
 */
export function givenPositions({ headers }: LogRecord): ((ordinal: number) => Record<string, string>) | undefined {
  const given = givenPosition(headers);
  if (given === undefined) return undefined;
  return (ordinal) => ({ [header.position]: positionText({ ...given, ordinal: given.ordinal + ordinal }) });
}
