import { UsageError } from '../../functions/shared/domain/errors.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { type CsvRow, readCsv } from '../../local/history/read-csv.ts';
import { linesOf } from '../../local/replay/recording.ts';

/** The names of the columns that are read. Capitals do not matter in a CSV. */
export interface InputColumns {
  readonly time: string;
  readonly value: string;
}

export const defaultColumns: InputColumns = { time: 'timestamp', value: 'value' };

/** A row of the input. */
export interface InputRow {
  /** The line that the row begins in, from 1. */
  readonly line: number;
  /** The text of both fields, without spaces around the value; empty where one is missing. */
  readonly time: string;
  readonly value: string;
  /** The reason for which the row has no value: names the field, what was expected and what was found. */
  readonly problem?: string;
}

/** The longest line of NDJSON, in bytes. */
const lineBytesMax = 64 * 1024;
const byteOrderMark = '\uFEFF';

/**
 * Reads the rows of one series, in constant memory: a CSV (RFC 4180) with a header, or NDJSON, an object on each line. The
 * first character decides: `{` begins NDJSON.
 * @throws {UsageError} if the header lacks one of the columns, or the input is no CSV
 */
export async function* readRows(
  input: AsyncIterable<string | Buffer>,
  columns: InputColumns,
): AsyncGenerator<InputRow> {
  const rest = input[Symbol.asyncIterator]();
  try {
    const { isJson, first } = await peek(rest);
    const pieces = chained(first, rest);
    yield* isJson ? jsonRows(pieces, columns) : csvRows(pieces, columns);
  } finally {
    // Closes the file where not all of it is read.
    await rest.return?.();
  }
}

type Pieces = AsyncIterator<string | Buffer>;

/** Reads up to the first character that is no space. An input with as many spaces as a line has bytes at most is no NDJSON. */
async function peek(pieces: Pieces): Promise<{ readonly isJson: boolean; readonly first: readonly Buffer[] }> {
  const first: Buffer[] = [];
  let bytes = 0;
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    const piece = Buffer.from(next.value);
    first.push(piece);
    bytes += piece.length;
    const text = Buffer.concat(first).toString().replace(byteOrderMark, '').trimStart();
    if (text !== '') return { isJson: text.startsWith('{'), first };
    if (bytes > lineBytesMax) break;
  }
  return { isJson: false, first };
}

async function* chained(first: readonly Buffer[], rest: Pieces): AsyncGenerator<Buffer> {
  yield* first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield Buffer.from(next.value);
}

async function* csvRows(pieces: AsyncIterable<Buffer>, columns: InputColumns): AsyncGenerator<InputRow> {
  let at: { readonly time: number; readonly value: number; readonly width: number } | undefined;
  for await (const row of readCsv(pieces)) {
    if (at === undefined) at = columnsAt(row, columns);
    else {
      const [time = '', value = ''] = [row.fields[at.time], row.fields[at.value]?.trim()];
      const problem = widthProblem(row, at.width) ?? missingProblem(row, at.value, columns) ?? valueProblem(value);
      yield { line: row.line, time, value, ...(problem === undefined ? {} : { problem }) };
    }
  }
  if (at === undefined) columnsAt({ line: 1, fields: [] }, columns);
}

function columnsAt({ line, fields }: CsvRow, { time, value }: InputColumns) {
  const names = fields.map((field) => field.trim().toLowerCase());
  const at = {
    time: names.indexOf(time.toLowerCase()),
    value: names.indexOf(value.toLowerCase()),
    width: names.length,
  };
  if (at.time >= 0 && at.value >= 0) return at;
  throw new UsageError(
    `line ${line}: expected a header with the columns ${shown(time)} and ${shown(value)}, got ${shown(fields.join(','))}; ` +
      'add it, or name its columns with --time and --value',
  );
}

function widthProblem({ fields }: CsvRow, width: number): string | undefined {
  if (fields.length <= width) return undefined;
  return `expected ${width} fields, got ${fields.length}; put a field that contains commas in quotes`;
}

function missingProblem({ fields }: CsvRow, at: number, { time, value }: InputColumns): string | undefined {
  if (at < fields.length) return undefined;
  return `value: missing in ${shown(fields.join(','))}; expected ${time},${value}`;
}

function valueProblem(text: string): string | undefined {
  if (text === '') return 'value: missing; expected a number';
  const isNumber = Number.isFinite(Number(text)) && Math.abs(Number(text)) <= 1e100;
  return isNumber ? undefined : `value: expected a number within ±1e100, got ${shown(text)}`;
}

async function* jsonRows(pieces: AsyncIterable<Buffer>, columns: InputColumns): AsyncGenerator<InputRow> {
  for await (const { number: line, bytes, length } of linesOf(pieces, lineBytesMax)) {
    const text = bytes?.toString().replace(byteOrderMark, '').trim();
    if (text === undefined) {
      yield { line, time: '', value: '', problem: `expected at most ${lineBytesMax} bytes, got ${length}` };
    } else if (text !== '') yield jsonRow(line, text, columns);
  }
}

function jsonRow(line: number, text: string, { time: timeName, value: valueName }: InputColumns): InputRow {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { line, time: '', value: '', problem: `expected an object in JSON, got ${shown(text)}` };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { line, time: '', value: '', problem: `expected an object in JSON, got ${shown(parsed)}` };
  }
  const fields = new Map<string, unknown>(Object.entries(parsed));
  const [time, value] = [textOf(fields.get(timeName)), textOf(fields.get(valueName)).trim()];
  const problem = fields.has(valueName)
    ? valueProblem(value)
    : `${valueName}: missing; expected a number, or another name with --value`;
  return { line, time, value, ...(problem === undefined ? {} : { problem }) };
}

/** Returns a number or a text as text; an object, which is neither a time nor a number, as shown in messages. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' || typeof value === 'boolean' ? shown(value) : String(value);
}
