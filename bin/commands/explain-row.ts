import { inUnitInterval } from '../../functions/detect/detector/reading.ts';
import { alarmWords, pageWords, scoreWords } from '../../functions/detect/detector/words.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import { scoreRows } from './detect-csv.ts';
import { defaultColumns, type InputColumns } from './input-rows.ts';

/**
 * Returns why a row has its score, alarm and page, in a few lines. Reads the rows up to that one.
 * @param row the number of the row, from 1, without the header
 * @throws {UsageError} if there are fewer rows
 */
export async function explainRow(
  input: AsyncIterable<string | Buffer>,
  row: number,
  columns: InputColumns = defaultColumns,
): Promise<readonly string[]> {
  let seen = 0;
  for await (const { time, value, problem, reading } of scoreRows(input, columns)) {
    seen += 1;
    if (seen < row) continue;
    const first = `row ${row}  ${printable(time)}  ${printable(value)}`;
    if (reading === undefined) return [first, `no score: ${problem ?? 'no value'}`];
    return [
      first,
      `score  ${digits(inUnitInterval(reading.score))}  ${scoreWords(reading, digits)}`,
      `alarm  ${digits(inUnitInterval(reading.alarm))}  ${alarmWords(reading)}`,
      `page   ${reading.page ? 1 : 0}  ${pageWords(reading, digits)}`,
    ];
  }
  throw new UsageError(`--explain ${row}: there are ${seen} rows; expected a number from 1 to ${seen}`);
}

/** Returns a number with at most four significant digits. */
const digits = (value: number): string => String(Number(value.toPrecision(4)));
