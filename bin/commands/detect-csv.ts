import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { alarmThreshold, StreamScorer } from '../../functions/detect/stream-scorer.ts';
import { csvRow, csvText } from '../../functions/shared/domain/csv.ts';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { printable } from '../../functions/shared/domain/printable.ts';
import { shown } from '../../functions/shared/domain/shown.ts';

/** A row that cannot be judged. */
export interface BadRow {
  /** From 1, the header's. */
  readonly line: number;
  /** Names the field, what came and what was expected. */
  readonly problem: string;
}

const header = 'timestamp,value';
const headerOut = 'timestamp,value,score,alarm,anomaly';
/** Text is handed on in pieces of about this many characters. */
const pieceCharacters = 64 * 1024;

/**
 * Scores a CSV of one series, `timestamp,value`, row by row in one pass and constant memory; each row is answered
 * before its value is learned. Timestamps are echoed; one that a spreadsheet would run as a formula gets an apostrophe in
 * front. A row whose value is no finite number is answered
 * with zeros, reported, and not learned.
 * @param output gets `timestamp,value,score,alarm,anomaly`; it is not ended
 * @returns rows written without the header, and how many of them were bad
 * @throws {UsageError} if the first line is not the header `timestamp,value`
 */
export async function detectCsv(
  input: AsyncIterable<string | Buffer>,
  output: Writable,
  onBadRow: (row: BadRow) => void,
): Promise<{ rows: number; badRows: number }> {
  const scorer = new StreamScorer();
  let line = 0;
  let badRows = 0;
  let piece = '';
  for await (const text of linesOf(input)) {
    line += 1;
    if (line === 1) {
      requireHeader(text);
      piece = `${headerOut}\n`;
      continue;
    }
    const { timestamp, value, problem } = parseRow(text);
    if (problem === undefined) piece += answer(timestamp, value, scorer);
    else {
      badRows += 1;
      onBadRow({ line, problem });
      piece += `${csvRow([cellOf(timestamp), cellOf(value), 0, 0, 0])}\n`;
    }
    if (piece.length >= pieceCharacters) {
      await write(output, piece);
      piece = '';
    }
  }
  if (line === 0) requireHeader('');
  await write(output, piece);
  return { rows: line - 1, badRows };
}

function answer(timestamp: string, value: string, scorer: StreamScorer): string {
  const { score, alarm } = scorer.next(Number(value));
  return `${csvRow([cellOf(timestamp), value, score, alarm, alarm >= alarmThreshold ? 1 : 0])}\n`;
}

/** Returns what a cell of the input says; standard output may be a terminal. */
const cellOf = (cell: string): string => printable(csvText(cell));

interface Row {
  readonly timestamp: string;
  readonly value: string;
  readonly problem?: string;
}

/** A timestamp in quotes may hold commas, so the value is what follows the last one. */
function parseRow(text: string): Row {
  const comma = text.lastIndexOf(',');
  if (comma < 0)
    return { timestamp: text, value: '', problem: `value: missing in ${shown(text)}; expected timestamp,value` };
  const row = { timestamp: text.slice(0, comma), value: text.slice(comma + 1).trim() };
  if (row.value === '') return { ...row, problem: 'value: missing; expected a number' };
  const tooLarge = Math.abs(Number(row.value)) > 1e100;
  if (Number.isFinite(Number(row.value)) && !tooLarge) return row;
  return { ...row, problem: `value: expected a number within ±1e100, got ${shown(row.value)}` };
}

function requireHeader(text: string): void {
  const found = text
    .replace(/^\uFEFF/, '')
    .replace(/\s/g, '')
    .toLowerCase();
  if (found === header) return;
  throw new UsageError(`line 1: expected the header "${header}", got ${shown(text)}; add it, or cut other columns`);
}

async function* linesOf(input: AsyncIterable<string | Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield withoutReturn(line);
  }
  rest += decoder.end();
  if (rest !== '') yield withoutReturn(rest);
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

async function write(output: Writable, text: string): Promise<void> {
  if (!output.write(text)) await once(output, 'drain');
}
