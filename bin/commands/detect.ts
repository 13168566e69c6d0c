import { createReadStream, createWriteStream, existsSync, realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Command } from 'commander';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { FailedError } from '../../local/failed-error.ts';
import { wholeNumber, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { type DetectTotals, detectCsv } from './detect-csv.ts';
import { explainRow } from './explain-row.ts';
import { defaultColumns } from './input-rows.ts';

interface DetectFlags {
  readonly out?: string;
  readonly time: string;
  readonly value: string;
  readonly explain?: number;
}

/** The largest number of a row that can be explained. */
const rowMax = 1e9;

export function detectCommand(terminal: Terminal): Command {
  const command = new Command('detect')
    .description('Judge each row of a series, in CSV or NDJSON: a score, an alarm, a page, an anomaly.')
    .argument('<file>', 'the file; - reads standard input')
    .option('--out <file>', 'write to this file instead of standard output')
    .option('--time <name>', 'the column or field with the time', defaultColumns.time)
    .option('--value <name>', 'the column or field with the value', defaultColumns.value)
    .option('--explain <row>', 'print why this row, from 1, is judged as it is', wholeNumber(1, rowMax))
    .action((file: string, flags: DetectFlags) => detect(file, flags, terminal));
  return withExamples(
    command,
    'npx offbeat detect latency.csv --out scored.csv',
    'npx offbeat detect requests.ndjson --time @timestamp --value latency_ms',
    'npx offbeat detect latency.csv --explain 812',
    'cat latency.csv | npx offbeat detect - | grep ",1$"',
  );
}

async function detect(file: string, flags: DetectFlags, terminal: Terminal): Promise<void> {
  const { out, explain } = flags;
  const columns = { time: flags.time, value: flags.value };
  if (explain !== undefined) {
    if (out !== undefined) throw new UsageError('--explain prints to standard output; leave --out out');
    const input = file === '-' ? terminal.stdin : await openInput(file);
    for (const line of await explainRow(input, explain, columns)) terminal.print(line);
    return;
  }
  refuseSame(file, out);
  const input = file === '-' ? terminal.stdin : await openInput(file);
  const output = out === undefined ? terminal.stdout : await openOutput(out);
  // Listens from the start: an error while rows are read, as of a full disk, must not end the process without a report.
  const written = out === undefined ? undefined : finished(output);
  written?.catch(() => {});
  const name = file === '-' ? 'standard input' : file;
  try {
    const totals = await detectCsv(input, output, {
      columns,
      onBadRow: ({ line, problem }) => terminal.warn(`${name}:${line}: ${problem}`),
      onProgress: (rows) => terminal.progress(`${rows.toLocaleString('en')} rows`),
    });
    terminal.warn(summaryOf(totals));
    const { rows, badRows } = totals;
    if (badRows > 0) {
      throw new FailedError(`${badRows} of ${rows} rows of ${name} have no number and were scored 0; correct them`);
    }
  } finally {
    terminal.endProgress();
    if (written !== undefined) {
      output.end();
      await written;
    }
  }
}

/** Returns the line that ends a run. */
function summaryOf({ rows, untimedRows, earlierRows, pages, anomalousRows, highest }: DetectTotals): string {
  const count = (number: number, word: string): string =>
    `${number.toLocaleString('en')} ${word}${number === 1 ? '' : 's'}`;
  const found = `${count(rows, 'row')}: ${count(pages, 'page')}, ${count(anomalousRows, 'anomalous row')}`;
  const score = highest.row === 0 ? '' : `, highest score ${highest.score.toFixed(2)} in row ${highest.row}`;
  const untimed = untimedRows === 0 ? '' : `; ${count(untimedRows, 'row')} without a time that can be read`;
  const earlier =
    earlierRows === 0
      ? ''
      : `; ${count(earlierRows, 'row')} earlier than the row before: rows are judged and learned in the order of the file, so sort it by time`;
  return `${found}${score}${untimed}${earlier}`;
}

/** Refuses to write to the input file: to open a file for writing empties it. */
function refuseSame(file: string, out: string | undefined): void {
  if (out === undefined || !existsSync(out) || !existsSync(file) || realpathSync(out) !== realpathSync(file)) return;
  throw new UsageError(`--out ${out} is the input file, and would be overwritten; name another`);
}

async function openInput(file: string): Promise<Readable> {
  const handle = await open(file).catch((error: Error) => {
    throw new UsageError(`cannot read ${file}: ${error.message}; name a CSV file, or - for standard input`);
  });
  return createReadStream(file, { fd: handle });
}

async function openOutput(file: string): Promise<Writable> {
  const handle = await open(file, 'w').catch((error: Error) => {
    throw new UsageError(`cannot write ${file}: ${error.message}; name another file with --out`);
  });
  return createWriteStream(file, { fd: handle });
}
