import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
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

/**
 * Reads a CSV (RFC 4180) row by row, in constant memory: fields in quotes may contain commas, line breaks and doubled
 * quotes. A byte order mark and empty lines are left out; lines may end in LF or CRLF. A quote within a field that does
 * not begin with one is a character like any other.
 * @param input UTF-8
 * @throws {UsageError} if a quote is not closed, or a row is longer than 64 KiB, with the line
 */
export async function* readCsv(input: AsyncIterable<string | Buffer>): AsyncGenerator<CsvRow> {
  const lines = new LineNumbers();
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: rowBytesMax,
    // The line goes with its row, which may wait in the parser while later ones are parsed.
    on_record: (fields, context) => [String(lines.firstOf(fields, context.lines)), ...fields],
  });
  try {
    // An error of either stream is thrown to the reader of the rows.
    for await (const [line, ...fields] of pipeline(Readable.from(input), parser, () => {})) {
      yield { line: Number(line), fields };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UsageError(`${faultOf(error)} in the row after line ${lines.last}; correct the file`, { cause: error });
  }
}

function faultOf({ code }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is not closed';
  if (code === 'CSV_MAX_RECORD_SIZE') return `more than ${rowBytesMax / 1024} KiB, or a quote that is not closed,`;
  return `no CSV (${code})`;
}

/** A counter of the lines of rows. The parser counts a carriage return within a field as a line of its own. */
class LineNumbers {
  /** The last line of the newest row. */
  last = 0;
  #returns = 0;

  /** @param parsedLines the lines up to the end of the row, as the parser counts them */
  firstOf(fields: readonly string[], parsedLines: number): number {
    const text = fields.join(',');
    this.#returns += count(text, '\r');
    this.last = parsedLines - this.#returns;
    return this.last - count(text, '\n');
  }
}

const count = (text: string, character: string): number => text.split(character).length - 1;
