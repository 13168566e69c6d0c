import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { inUnitInterval, type Reading } from '../../functions/detect/detector/reading.ts';
import { SeriesDetector } from '../../functions/detect/detector/series-detector.ts';
import { csvRow } from '../../functions/shared/domain/csv.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import { parseTime } from '../../functions/shared/time/parse-time.ts';
import { EpisodeRows } from './episode-rows.ts';
import { defaultColumns, type InputColumns, type InputRow, readRows } from './input-rows.ts';

/** A row that has no score. */
export interface BadRow {
  /** The line that the row begins in, from 1, the header's. */
  readonly line: number;
  /** Names the field, what was expected and what was found. */
  readonly problem: string;
}

/** A row with its judgement; the reading is `undefined` for a bad row. */
export interface ScoredRow extends InputRow {
  readonly reading: Reading | undefined;
}

/** The totals of a run. */
export interface DetectTotals {
  /** The number of rows written, without the header. */
  readonly rows: number;
  readonly badRows: number;
  /** The number of rows whose time could not be read. */
  readonly untimedRows: number;
  /** The number of rows whose time is earlier than that of the row before. */
  readonly earlierRows: number;
  readonly pages: number;
  /** The number of rows that belong to an episode. */
  readonly anomalousRows: number;
  /** The highest score, and the number of its row, from 1; 0 if there is none. */
  readonly highest: { readonly score: number; readonly row: number };
}

export interface DetectOptions {
  readonly columns?: InputColumns;
  readonly onBadRow?: (row: BadRow) => void;
  /** A callback that gets the number of rows so far, every 100,000 rows. */
  readonly onProgress?: (rows: number) => void;
}

const headerOut = ['timestamp', 'value', 'score', 'alarm', 'page', 'anomaly'];
/** Characters of output that are gathered before they are written. */
const pieceCharacters = 64 * 1024;
const progressRows = 100_000;

/**
 * Judges the rows of one series in one pass and constant memory, each before its value is learned. A row whose value is
 * no number has no reading and is not learned. A row whose time cannot be read has the time of the row before. A row that is
 * earlier than the one before is judged at its time, in its place.
 */
export async function* scoreRows(
  input: AsyncIterable<string | Buffer>,
  columns: InputColumns = defaultColumns,
): AsyncGenerator<ScoredRow & { readonly isTimed: boolean; readonly isEarlier: boolean }> {
  const detector = new SeriesDetector();
  let lastMs: number | undefined;
  for await (const row of readRows(input, columns)) {
    const timeMs = parseTime(row.time.trim());
    const isEarlier = timeMs !== undefined && lastMs !== undefined && timeMs < lastMs;
    lastMs = timeMs ?? lastMs;
    const reading = row.problem === undefined ? detector.next(lastMs ?? 0, Number(row.value)) : undefined;
    yield { ...row, reading, isTimed: timeMs !== undefined, isEarlier };
  }
}

/**
 * Scores a CSV (RFC 4180) or NDJSON of one series, row by row. Times are copied; one that a spreadsheet would run as a
 * formula gets an apostrophe in front. A row whose value is not a finite number gets zeros and is reported.
 * @param output gets the columns `timestamp,value,score,alarm,page,anomaly`; it is not ended
 * @throws {UsageError} if the header lacks a column, or the input is not CSV
 */
export async function detectCsv(
  input: AsyncIterable<string | Buffer>,
  output: Writable,
  { columns = defaultColumns, onBadRow = () => {}, onProgress = () => {} }: DetectOptions = {},
): Promise<DetectTotals> {
  const rowCounts = { rows: 0, badRows: 0, untimedRows: 0, earlierRows: 0 };
  const totals = { ...rowCounts, pages: 0, anomalousRows: 0, highest: { score: 0, row: 0 } };
  let piece = `${csvRow(headerOut)}\n`;
  const episodes = new EpisodeRows((cells, isAnomaly) => {
    if (isAnomaly) totals.anomalousRows += 1;
    piece += lineOf([...cells, isAnomaly ? 1 : 0]);
  });
  let hasBegun = false;
  try {
    for await (const { line, time, value, problem, reading, isTimed, isEarlier } of scoreRows(input, columns)) {
      hasBegun = true;
      totals.rows += 1;
      if (!isTimed) totals.untimedRows += 1;
      if (isEarlier) totals.earlierRows += 1;
      if (problem !== undefined) {
        totals.badRows += 1;
        onBadRow({ line, problem });
      }
      if (reading?.page === true) totals.pages += 1;
      const score = inUnitInterval(reading?.score ?? 0);
      if (score > totals.highest.score) totals.highest = { score, row: totals.rows };
      const alarm = inUnitInterval(reading?.alarm ?? 0);
      episodes.add([time, value, score, alarm, reading?.page === true ? 1 : 0], reading);
      if (totals.rows % progressRows === 0) onProgress(totals.rows);
      if (piece.length >= pieceCharacters) {
        await write(output, piece);
        piece = '';
      }
    }
    hasBegun = true;
  } finally {
    // The rows before a fault have been scored. Without a header there is nothing to write.
    episodes.end();
    if (hasBegun) await write(output, piece);
  }
  return totals;
}

/** Returns a line of the output. Standard output may be a terminal, so its cells are made printable. */
function lineOf(cells: readonly (string | number)[]): string {
  return `${csvRow(cells.map((cell) => (typeof cell === 'string' ? printable(cell) : cell)))}\n`;
}

async function write(output: Writable, text: string): Promise<void> {
  if (!output.write(text)) await once(output, 'drain');
}
