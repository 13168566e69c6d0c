import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { messageBytesMax, topics } from '../../functions/shared/log/topics.ts';
import { linesOf, openRecording } from '../replay/recording.ts';
import { type HistoryLine, historyColumns, sampleOfRow, samplesOfObject } from './history-line.ts';
import { readCsv } from './read-csv.ts';

/** A line of a file of history. */
export type NumberedHistoryLine = HistoryLine & { readonly line: number };

/** The columns that a CSV must have. */
const needed = historyColumns.slice(0, 4);

const expected = `a CSV with the columns ${needed.join(',')}, or NDJSON`;

/**
 * Yields the lines of a file of history in constant memory: a CSV with a header, or NDJSON, packed or not.
 * @throws {UsageError} if the file cannot be read, or its header lacks a column
 */
export async function* historyOf(path: string, settings: Settings, nowMs: number): AsyncGenerator<NumberedHistoryLine> {
  if ((await historyFormat(path)) === 'ndjson') yield* objectLines(path, settings, nowMs);
  else yield* csvLines(path);
}

/**
 * Returns the format of a file of history, by its first character: `{` begins NDJSON.
 * @throws {UsageError} if it cannot be read, is empty, or is clearly of another format
 */
export async function historyFormat(path: string): Promise<'csv' | 'ndjson'> {
  for await (const piece of openRecording(path, expected)) {
    if (piece.toString('latin1', 0, 4) === 'PK\u0003\u0004')
      throw new UsageError(`${path}: a ZIP archive or a spreadsheet; expected ${expected}: unpack or export it`);
    const text = piece.toString().replace('\uFEFF', '').trimStart();
    if (text.startsWith('['))
      throw new UsageError(`${path}: a JSON array; expected ${expected}, which is one object in each line`);
    return text.startsWith('{') ? 'ndjson' : 'csv';
  }
  throw new UsageError(`${path}: empty; expected ${expected}`);
}

async function* objectLines(path: string, settings: Settings, nowMs: number): AsyncGenerator<NumberedHistoryLine> {
  const bytesMax = messageBytesMax[topics.beats];
  for await (const { number: line, bytes, length } of linesOf(openRecording(path, expected), bytesMax)) {
    const text = bytes?.toString().replace('\uFEFF', '').trim();
    if (text === undefined)
      yield { line, problem: `expected at most ${bytesMax} bytes, got ${length}; shorten the line` };
    else if (text !== '') yield { line, ...samplesOfObject(text, settings, nowMs) };
  }
}

async function* csvLines(path: string): AsyncGenerator<NumberedHistoryLine> {
  let names: readonly string[] | undefined;
  for await (const { line, fields } of readCsv(openRecording(path, expected))) {
    if (names === undefined) {
      names = namesOf(fields, `${path}: line ${line}`);
    } else if (fields.length > names.length) {
      const problem = `expected ${names.length} fields, got ${fields.length}; put a field that contains commas in quotes`;
      yield { line, problem };
    } else {
      yield { line, ...sampleOfRow(Object.fromEntries(names.map((name, nth) => [name, fields[nth] ?? '']))) };
    }
  }
}

/** @throws {UsageError} if a column is missing */
function namesOf(fields: readonly string[], where: string): readonly string[] {
  const names = fields.map((field) => field.trim().toLowerCase());
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length === 0) return names;
  throw new UsageError(
    `${where}: expected a header with the columns ${needed.join(',')}, got ${shown(fields.join(','))}; add ${missing.join(', ')}`,
  );
}
