import { Command } from 'commander';
import { entityPath } from '../../functions/shared/domain/entity.ts';
import type { BacktestResult } from '../../local/backtest/backtest.ts';
import type { Page } from '../../local/backtest/score.ts';
import { FailedError } from '../../local/failed-error.ts';
import { aheadText } from '../../local/replay/outcome.ts';
import { type FlowOptions, settingsFlag, settingsHelp, settingsOf, withExamples } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { clockTime, counted } from '../words.ts';
import { backtestLines, summaryOf } from './backtest-lines.ts';

interface BacktestFlags extends FlowOptions {
  readonly labels: string;
  readonly cluster: string;
  readonly json?: boolean;
}

export function backtestCommand(terminal: Terminal): Command {
  const command = new Command('backtest')
    .description('Replay a recording with labels, and count its pages: found, missed, false, seconds, causes.')
    .argument('<recording>', 'a beat document on each line: .ndjson or .ndjson.gz')
    .requiredOption('--labels <file>', 'JSON that states when incidents were, and of which entities')
    .option(
      '--cluster <name>',
      'cluster to which the documents are assigned; not a live cluster of the settings',
      'recorded',
    )
    .option('--json', 'print one JSON object')
    .option(settingsFlag, settingsHelp)
    .action((file: string, flags: BacktestFlags) => backtestFile(file, flags, terminal));
  return withExamples(
    command,
    'npx offbeat backtest events/recordings/cluster-load.ndjson.gz --labels events/recordings/labels.json',
    'npx offbeat backtest beats.ndjson --labels labels.json --settings stricter.yaml --json',
  );
}

async function backtestFile(file: string, flags: BacktestFlags, terminal: Terminal): Promise<void> {
  const settings = settingsOf(flags);
  const { readLabels } = await import('../../local/backtest/labels.ts');
  const labels = readLabels(flags.labels);
  const { backtest } = await import('../../local/backtest/backtest.ts');
  const { interruptSignal } = await import('../../local/interrupt.ts');
  const signal = interruptSignal(terminal.warn);
  const beganMs = performance.now();
  const onProgress = (line: number): void => terminal.progress(`${counted(line, 'line')} processed`);
  try {
    const { cluster } = flags;
    const result = await backtest({ file, labels, settings, cluster, nowMs: Date.now(), onProgress, signal });
    warnOf(result, { file, labels: flags.labels }, terminal);
    const seconds = Math.round(performance.now() - beganMs) / 1000;
    if (flags.json) terminal.printJson({ ...reportOf(result), seconds });
    else for (const line of [...backtestLines(result), summaryOf(result)]) terminal.print(line);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new FailedError('stopped before the end, and nothing was counted; run the same command again');
  } finally {
    terminal.endProgress();
  }
}

function warnOf(result: BacktestResult, names: { readonly file: string; readonly labels: string }, terminal: Terminal) {
  const { report, deadLetters, range, incidents } = result;
  for (const line of report.refusedLines)
    terminal.warn(`warning: ${names.file}:${line}: larger than a document may be; skipped`);
  if (report.ahead.lines > 0) terminal.warn(`warning: ${names.file}:${aheadText(report.ahead)}`);
  if (deadLetters > 0) {
    const replay = `"npx offbeat replay ${names.file}" names their reasons`;
    terminal.warn(`warning: ${counted(deadLetters, 'dead letter')} in ${names.file}; ${replay}`);
  }
  const outside = incidents.filter(({ outcome }) => outcome === 'outside').map(({ incident }) => incident.id);
  if (outside.length === 0) return;
  const [shown, others] = [outside.slice(0, 5).join(', '), outside.length - 5];
  terminal.warn(
    `warning: ${names.labels}: ${shown}${others > 0 ? ` and ${others} more` : ''}: outside the recording, which is from ` +
      `${clockTime(range.fromMs)} to ${clockTime(range.toMs)}, and not counted; correct their start and end`,
  );
}

/** Returns the object of `--json`. Times are texts, as in labels. */
function reportOf(result: BacktestResult) {
  const { documents, samples, deadLetters, range } = result;
  const { incidents, falsePages } = result;
  return {
    recording: { from: timeText(range.fromMs), to: timeText(range.toMs), documents, samples, deadLetters },
    incidents: incidents.map(({ incident: { id, kind, start, end }, page, ...outcome }) => ({
      id,
      ...(kind === undefined ? {} : { kind }),
      start: timeText(start),
      end: timeText(end),
      ...outcome,
      ...(page === undefined ? {} : { page: pageOf(page) }),
    })),
    falsePages: falsePages.map(({ page, ...during }) => ({ ...pageOf(page), ...during })),
    totals: result.totals,
  };
}

const pageOf = ({ alertId, startsAtMs, pagedAtMs, entity, headline }: Page) => ({
  alert: alertId,
  startsAt: timeText(startsAtMs),
  pagedAt: timeText(pagedAtMs),
  suspect: entityPath(entity),
  headline,
});

const timeText = (ms: number): string => new Date(ms).toISOString();
