import { createReadStream, createWriteStream, existsSync, realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Command } from 'commander';
import { UsageError } from '../../functions/shared/domain/errors.ts';
import { FailedError } from '../../local/failed-error.ts';
import { withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { detectCsv } from './detect-csv.ts';

interface DetectFlags {
  readonly out?: string;
}

export function detectCommand(terminal: Terminal): Command {
  const command = new Command('detect')
    .description('Score each row of a CSV of one series, with the columns timestamp,value.')
    .argument('<file>', 'the CSV file; - reads standard input')
    .option('--out <file>', 'write to this file instead of standard output')
    .action((file: string, flags: DetectFlags) => detect(file, flags, terminal));
  return withExamples(
    command,
    'npx offbeat detect latency.csv --out scored.csv',
    'cat latency.csv | npx offbeat detect - | grep ",1$"',
  );
}

async function detect(file: string, { out }: DetectFlags, terminal: Terminal): Promise<void> {
  refuseSame(file, out);
  const input = file === '-' ? terminal.stdin : await openInput(file);
  const output = out === undefined ? terminal.stdout : await openOutput(out);
  // Listens from the start: an error while rows are read, as of a full disk, must not end the process without a report.
  const written = out === undefined ? undefined : finished(output);
  written?.catch(() => {});
  const name = file === '-' ? 'standard input' : file;
  try {
    const { rows, badRows } = await detectCsv(input, output, ({ line, problem }) =>
      terminal.warn(`${name}:${line}: ${problem}`),
    );
    if (badRows > 0) {
      throw new FailedError(`${badRows} of ${rows} rows of ${name} have no number and were scored 0; correct them`);
    }
  } finally {
    if (written !== undefined) {
      output.end();
      await written;
    }
  }
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
