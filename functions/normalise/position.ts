import { type Position, parsePosition, positionText } from '../shared/domain/position.ts';
import { header, type LogRecord } from '../shared/domain/record.ts';

/** Producers that number their records themselves, because these come from a file and not from the log. */
const givenBy = /^(replay|redrive)\//;

/**
 * The position headers of what one record of `beats` becomes, where the record brings its own: a replayed document has
 * its line in the file, a redriven one its place in the redrive. Room for ordinals is left between two records.
 * @returns `undefined` for all other records, which are counted by their offset
 */
export function givenPositions({ headers }: LogRecord): ((ordinal: number) => Record<string, string>) | undefined {
  const given = parsePosition(headers[header.position] ?? '');
  if (given === undefined || !givenBy.test(given.producer)) return undefined;
  return (ordinal) => ({ [header.position]: positionText(after(given, ordinal)) });
}

const after = (given: Position, ordinal: number): Position => ({ ...given, ordinal: given.ordinal + ordinal });
