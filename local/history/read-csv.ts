import { once } from 'node:events';
import { CsvError, type Parser, parse } from 'csv-parse';
import { UsageError } from '../../functions/shared/domain/errors.ts';

/** A row of a CSV (RFC 4180). */
export interface CsvRow {
  /** The line that the row begins in, from 1. */
  readonly line: number;
  /** The text of each field, without its quotes. */
  readonly fields: readonly string[];
}

/** The longest row, in bytes. A quote that is never closed must not read a whole file into memory. */
const rowBytesMax = 64 * 1024;

const notClosed = 'a quote is not closed';

/**
 * Reads a CSV (RFC 4180) row by row, in constant memory: fields in quotes may contain commas, line breaks and doubled
 * quotes. A byte order mark and empty lines are left out; lines may end in LF or CRLF. A quote within a field that does
 * not begin with one is a character like any other. All rows before a fault are returned.
 * @param input UTF-8
 * @throws {UsageError} if a quote is not closed where its field ends, or a row is longer than 64 KiB, with the line
 */
export async function* readCsv(input: AsyncIterable<string | Buffer>): AsyncGenerator<CsvRow> {
  const rows: CsvRow[] = [];
  const lines = new LineNumbers();
  const parser = openParser(rows, lines);
  for await (const piece of input) {
    await new Promise((resolve) => parser.write(piece, resolve));
    yield* rows.splice(0);
    if (parser.errored !== null) break;
  }
  if (parser.errored === null) {
    parser.end();
    await once(parser, 'close').catch(() => {}); // Its error is thrown below, after the last rows.
  }
  yield* rows.splice(0);
  if (parser.errored !== null) throw usageError(parser.errored, lines);
}

/** Returns a parser that appends its rows to `rows`, and has nothing to read. */
function openParser(rows: CsvRow[], lines: LineNumbers): Parser {
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: rowBytesMax,
    on_record: (fields: readonly string[], context) => {
      // A quote that is not closed where its field ends takes the next lines into the field, and stays in its text.
      if (fields.some((field) => field.startsWith('"') && field.includes('\n'))) throw new UnclosedQuoteError();
      rows.push({ line: lines.firstOf(fields, context.lines), fields });
      return null;
    },
  });
  return parser.on('error', () => {}).resume();
}

class UnclosedQuoteError extends Error {
  override readonly name = 'UnclosedQuoteError';
}

function usageError(error: Error, { last }: LineNumbers): Error {
  const fault = faultOf(error);
  if (fault === undefined) return error;
  return new UsageError(`${fault} in the row after line ${last}; correct the file`, { cause: error });
}

function faultOf(error: Error): string | undefined {
  if (error instanceof UnclosedQuoteError) return notClosed;
  if (!(error instanceof CsvError)) return undefined;
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return notClosed;
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return `more than ${rowBytesMax / 1024} KiB, or a quote that is not closed,`;
  return `no CSV (${error.code})`;
}

/** A counter of the lines of rows. The parser counts a carriage return within a field as a line of its own. */
class LineNumbers {
  /** The last line of the newest row. */
  last = 0;
  #returns = 0;

  /** @param parsedLines the lines up to the end of the row, as the parser counts them */
  firstOf(fields: readonly string[], parsedLines: number): number {
    let breaks = 0;
    for (const field of fields) {
      this.#returns += count(field, '\r');
      breaks += count(field, '\n');
    }
    this.last = parsedLines - this.#returns;
    return this.last - breaks;
  }
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found += 1;
  return found;
}
