import { Command } from 'commander';
import type { Alert } from '../../functions/shared/domain/alert.ts';
import type { Warehouse } from '../../functions/shared/ports/warehouse.ts';
import type { Embedded } from '../../local/embedded.ts';
import { FailedError } from '../../local/failed-error.ts';
import { aheadText, uselessOf } from '../../local/replay/outcome.ts';
import type { ReplayReport } from '../../local/replay/replay.ts';
import type { Totals } from '../../local/sqlite/store.ts';
import { type FlowOptions, settingsFlag, settingsHelp, settingsOf, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { counted, listLettersWords, redriveWords } from '../words.ts';

interface ReplayFlags extends FlowOptions {
  readonly cluster: string;
  readonly json?: boolean;
}

/** The store's totals, which a second replay into the same store does not change, and how long this replay took. */
interface ReplayOutcome extends Totals {
  readonly seconds: number;
}

export function replayCommand(terminal: Terminal): Command {
  const command = new Command('replay')
    .description('Run a recording through the whole flow as fast as possible, and print the totals.')
    .argument('<file>', 'a beat document on each line: .ndjson or .ndjson.gz')
    .option('--data <dir>', 'folder of the store, which is kept and continued; default: a temporary store')
    .option(
      '--cluster <name>',
      'cluster to which the documents are assigned; not a live cluster of the settings',
      'recorded',
    )
    .option('--json', 'print one JSON object, with the alerts')
    .option(settingsFlag, settingsHelp)
    .action((file: string, flags: ReplayFlags) => replay(file, flags, terminal));
  return withExamples(
    command,
    'npx offbeat replay events/recordings/cluster-load.ndjson.gz',
    'npx offbeat replay beats.ndjson --cluster monday --data .offbeat-monday --json',
  );
}

async function replay(file: string, flags: ReplayFlags, terminal: Terminal): Promise<void> {
  const settings = settingsOf(flags);
  const { openEmbedded } = await import('../../local/embedded.ts');
  const { interruptSignal } = await import('../../local/interrupt.ts');
  const json = flags.json === true;
  const beganMs = performance.now();
  const embedded = await openEmbedded({
    dataDir: flags.data,
    settings,
    terminal: json ? () => {} : terminal.write,
    colours: terminal.colours,
    redrive: redriveWords(flags),
    listLetters: flags.data === undefined ? undefined : listLettersWords(flags),
    log: terminal.warn,
    windowMs: 0,
  });
  const signal = interruptSignal(terminal.warn);
  try {
    const report = await feed(embedded, { file, cluster: flags.cluster, signal }, terminal);
    const outcome = { ...embedded.store.totals(), seconds: secondsSince(beganMs) };
    if (json) terminal.printJson({ ...outcome, alertList: await allAlerts(embedded.ports.warehouse) });
    else printOutcome(outcome, terminal);
    // A script that asks for JSON repeats a replay on purpose.
    if (report.doneBefore && !json) terminal.warn(doneBeforeLine(file));
    const useless = uselessOf(report, embedded);
    if (useless !== undefined) throw new FailedError(`${file}: ${useless}`);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new FailedError(
      flags.data === undefined
        ? 'stopped before the end, and nothing is kept; name a store with --data to be able to continue'
        : 'stopped before the end; run the same command again to continue',
    );
  } finally {
    await embedded.close();
  }
}

async function feed(
  embedded: Embedded,
  input: { readonly file: string; readonly cluster: string; readonly signal: AbortSignal },
  terminal: Terminal,
): Promise<ReplayReport> {
  const onProgress = (line: number): void => terminal.progress(`${counted(line, 'line')} processed`);
  const report = await embedded.replay({ ...input, onProgress });
  await embedded.drain(input.signal);
  for (const line of report.refusedLines)
    terminal.warn(`warning: ${input.file}:${line}: larger than a document may be; skipped`);
  if (report.ahead.lines > 0) terminal.warn(`warning: ${input.file}:${aheadText(report.ahead)}`);
  return report;
}

const doneBeforeLine = (file: string): string =>
  `${file} was replayed into this store before, so nothing was read again, and other settings change nothing: ` +
  'name another store with --data to replay it with them';

const alertsMax = 100_000;

/** Returns all alerts, in the form of the topic's schema, the oldest first. */
async function allAlerts(warehouse: Warehouse): Promise<Alert[]> {
  const { alertDocument } = await import('../../functions/shared/warehouse/alert-document.ts');
  const documents = await warehouse.search({ family: 'offbeat-alerts', order: 'oldest first', limit: alertsMax });
  return documents.map(alertDocument.read);
}

function printOutcome(outcome: ReplayOutcome, terminal: Terminal): void {
  const names: readonly (readonly [keyof ReplayOutcome, string])[] = [
    ['documents', 'documents'],
    ['samples', 'samples'],
    ['series', 'series'],
    ['anomalies', 'anomalies'],
    ['alerts', 'alerts'],
    ['deadLetters', 'dead letters'],
    ['seconds', 'seconds'],
  ];
  for (const [key, name] of names)
    terminal.print(`${name.padEnd(12)} ${outcome[key].toLocaleString('en').padStart(12)}`);
}

function secondsSince(beganMs: number): number {
  return Math.round(performance.now() - beganMs) / 1000;
}
