import { Command, Option } from 'commander';
import { dayMs } from '../../functions/shared/domain/durations.ts';
import type { Sample } from '../../functions/shared/domain/sample.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { shown } from '../../functions/shared/domain/shown.ts';
import { kafkaBrokers } from '../../functions/shared/environment/server-variables.ts';
import { optional } from '../../functions/shared/environment/variables.ts';
import type { Embedded } from '../../local/embedded.ts';
import { FailedError } from '../../local/failed-error.ts';
import type { Warmed } from '../../local/history/warm.ts';
import {
  duration,
  type FlowOptions,
  settingsFlag,
  settingsHelp,
  settingsOf,
  wholeNumber,
  withExamples,
} from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../words.ts';

interface WarmFlags extends FlowOptions {
  readonly data: string;
  readonly last: number;
  readonly rate: number;
}

/** The most lines of a file that are named as bad ones. */
const namedMax = 10;
/** The most samples of a file that are appended at once. */
const pageSamples = 2_000;

export function warmCommand(terminal: Terminal): Command {
  const command = new Command('warm')
    .description(
      'Teach the detector from history: of a file, or of the warehouse. Nobody is paged, nothing is stored twice.',
    )
    .argument(
      '[file]',
      'CSV with the columns time,entity,metric,value, or NDJSON; default: the samples of the warehouse',
    )
    .option('--data <dir>', 'folder of the store; no other process may use it', '.offbeat')
    .addOption(
      new Option('--last <duration>', 'how far back the warehouse is read')
        .argParser(duration)
        .default(7 * dayMs, '7d'),
    )
    .option('--rate <samples>', 'the most samples a second', wholeNumber(1, 1_000_000), 20_000)
    .option(settingsFlag, settingsHelp)
    .action((file: string | undefined, flags: WarmFlags) => warmFrom(file, flags, terminal));
  return withExamples(command, 'npx offbeat warm history.csv', 'npx offbeat warm --last 2d --rate 5000');
}

async function warmFrom(file: string | undefined, flags: WarmFlags, terminal: Terminal): Promise<void> {
  const settings = settingsOf(flags);
  if (file !== undefined) await checkHistory(file);
  const { openEmbedded } = await import('../../local/embedded.ts');
  const { warm } = await import('../../local/history/warm.ts');
  const { interruptSignal } = await import('../../local/interrupt.ts');
  const { write, colours, warn: log } = terminal;
  const embedded = await openEmbedded({
    dataDir: flags.data,
    env: process.env,
    settings,
    terminal: write,
    colours,
    log,
  });
  const signal = interruptSignal(terminal.warn);
  const readsLog = optional(process.env, kafkaBrokers) === undefined;
  const bad = { lines: 0 };
  const nowMs = embedded.ports.clock.nowMs();
  const stored = { fromMs: nowMs - flags.last, toMs: nowMs };
  try {
    const { storedSamples } = await import('../../local/history/stored-samples.ts');
    const pages =
      file === undefined
        ? storedSamples(embedded.ports.warehouse, stored)
        : pagesOf(file, { settings, nowMs, bad, terminal });
    const { eventLog, layout } = embedded.ports;
    const afterAppend = async (values: number): Promise<void> => {
      if (readsLog) await embedded.drain(signal);
      terminal.progress(`${counted(values, 'value')} of history`);
    };
    const warmed = await warm(pages, { eventLog, layout, rate: flags.rate, signal, afterAppend });
    terminal.endProgress();
    terminal.print(readsLog ? learnedLine(warmed, embedded) : sentLine(warmed));
    for (const line of rateLines(warmed)) terminal.warn(line);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new FailedError('stopped before the end; run the same command again: nothing is learned twice');
  } finally {
    terminal.endProgress();
    await embedded.close();
  }
  if (bad.lines > 0) throw new FailedError(`${file}: ${counted(bad.lines, 'line')} could not be read; the others were`);
}

/** Checks a file before the store is opened, which would make a folder for a name that is misspelt. */
async function checkHistory(file: string): Promise<void> {
  const { historyFormat } = await import('../../local/history/history-file.ts');
  await historyFormat(file);
}

interface FileInput {
  readonly settings: Settings;
  readonly nowMs: number;
  readonly bad: { lines: number };
  readonly terminal: Terminal;
}

async function* pagesOf(
  file: string,
  { settings, nowMs, bad, terminal }: FileInput,
): AsyncGenerator<readonly Sample[]> {
  const { historyOf } = await import('../../local/history/history-file.ts');
  const page: Sample[] = [];
  for await (const each of historyOf(file, settings, nowMs)) {
    if ('samples' in each) {
      for (const sample of each.samples) page.push(sample);
    } else {
      bad.lines += 1;
      if (bad.lines <= namedMax) terminal.warn(`${file}:${each.line}: ${each.problem}`);
    }
    if (page.length >= pageSamples) yield page.splice(0);
  }
  if (page.length > 0) yield page;
}

/** The reasons for which detect does not learn values of history, in words. */
const reasons: Readonly<Record<string, string>> = {
  'history not newer': 'not newer than what their series had learned',
  'history ahead': 'ahead of now',
  'history without room': 'of new series for which there is no room',
  'out of reach': 'beyond 1e100',
};

function learnedLine({ series, values }: Warmed, { telemetry }: Embedded): string {
  const counts = telemetry.counts();
  const ignored = Object.keys(reasons).map((reason) => counts[`ignored{reason=${reason},stage=detect}`] ?? 0);
  const learned = values - ignored.reduce((sum, count) => sum + count, 0);
  const parts = Object.values(reasons).flatMap((words, nth) =>
    ignored[nth]! === 0 ? [] : [`${ignored[nth]!.toLocaleString('en')} ${words}`],
  );
  const rest = parts.length === 0 ? '' : `; not learned: ${parts.join(', ')}`;
  return `history of ${series.toLocaleString('en')} series: ${learned.toLocaleString('en')} of ${counted(values, 'value')} learned${rest}`;
}

const sentLine = ({ series, values }: Warmed): string =>
  `history of ${series.toLocaleString('en')} series: ${counted(values, 'value')} sent; detect learns what is newer than it knows, and counts the others as ignored`;

/** Returns warnings about the counters that were given as rates. */
function rateLines({ rateLike }: Warmed): string[] {
  if (rateLike.length === 0) return [];
  const others = rateLike.length - namedMax;
  return [
    `warning: ${counted(rateLike.length, 'counter')} fell again and again, as rates do, so that nothing useful was learned: give the totals that the documents contain, not values per second`,
    ...rateLike.slice(0, namedMax).map((series) => `warning:   ${shown(series)}`),
    ...(others > 0 ? [`warning:   and ${others} more`] : []),
  ];
}
