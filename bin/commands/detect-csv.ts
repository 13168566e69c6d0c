import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { alarmThreshold, StreamScorer } from '../../functions/detect/stream-scorer.ts';
import { csvRow } from '../../functions/shared/domain/csv.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { type CsvRow, readCsv } from './read-csv.ts';

/** A row that has no score. */
export interface BadRow {
  /** The line that the row begins in, from 1, the header's. */
  readonly line: number;
  /** Names the field, what was expected and what was found. */
  readonly problem: string;
}

const columns = ['timestamp', 'value'];
const header = columns.join(',');
const headerOut = [...columns, 'score', 'alarm', 'anomaly'];
/** Characters of output that are gathered before they are written. */
const pieceCharacters = 64 * 1024;

/**
 * Scores a CSV (RFC 4180) of one series with the columns `timestamp,value`, row by row, in one pass and constant memory.
 * Each row is scored before its value is learned. Timestamps are copied; one that a spreadsheet would run as a formula
 * gets an apostrophe in front. A row whose value is not a finite number gets zeros, is reported, and is not learned.
 * @param output gets the columns `timestamp,value,score,alarm,anomaly`; it is not ended
 * @returns the number of rows written, without the header, and how many of them were bad
 * @throws {UsageError} if the first row is not the header `timestamp,value`, or the input is not CSV
 */
export async function detectCsv(
  input: AsyncIterable<string | Buffer>,
  output: Writable,
  onBadRow: (row: BadRow) => void,
): Promise<{ rows: number; badRows: number }> {
  const scorer = new StreamScorer();
  let rows = -1; // The header is none.
  let badRows = 0;
  let piece = '';
  try {
    for await (const row of readCsv(input)) {
      rows += 1;
      if (rows === 0) {
        requireHeader(row);
        piece += lineOf(headerOut);
        continue;
      }
      const [timestamp = '', value = ''] = row.fields;
      const problem = problemOf(row);
      if (problem === undefined) piece += scored(timestamp, value.trim(), scorer);
      else {
        badRows += 1;
        onBadRow({ line: row.line, problem });
        piece += lineOf([timestamp, value.trim(), 0, 0, 0]);
      }
      if (piece.length >= pieceCharacters) {
        await write(output, piece);
        piece = '';
      }
    }
  } finally {
    // The rows before a fault have been scored.
    await write(output, piece);
  }
  if (rows < 0) requireHeader({ line: 1, fields: [] });
  return { rows, badRows };
}

function scored(timestamp: string, value: string, scorer: StreamScorer): string {
  const { score, alarm } = scorer.next(Number(value));
  return lineOf([timestamp, value, score, alarm, alarm >= alarmThreshold ? 1 : 0]);
}

/** Returns a line of the output. Standard output may be a terminal, so its cells are made printable. */
function lineOf(cells: readonly (string | number)[]): string {
  return `${csvRow(cells.map((cell) => (typeof cell === 'string' ? printable(cell) : cell)))}\n`;
}

/** Returns why a row has no score; `undefined` if it has one. */
function problemOf({ fields }: CsvRow): string | undefined {
  if (fields.length > columns.length) {
    return `expected 2 fields, got ${fields.length}; put a field that contains commas in quotes`;
  }
  const [timestamp = '', value] = fields;
  if (value === undefined) return `value: missing in ${shown(timestamp)}; expected timestamp,value`;
  const text = value.trim();
  if (text === '') return 'value: missing; expected a number';
  const isNumber = Number.isFinite(Number(text)) && Math.abs(Number(text)) <= 1e100;
  return isNumber ? undefined : `value: expected a number within ±1e100, got ${shown(text)}`;
}

function requireHeader({ line, fields }: CsvRow): void {
  if (fields.map((field) => field.trim().toLowerCase()).join(',') === header) return;
  const found = shown(fields.join(','));
  throw new UsageError(`line ${line}: expected the header "${header}", got ${found}; add it, or remove other columns`);
}

async function write(output: Writable, text: string): Promise<void> {
  if (!output.write(text)) await once(output, 'drain');
}
