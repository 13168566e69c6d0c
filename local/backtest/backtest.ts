import { UsageError } from '../../functions/shared/domain/errors.ts';
import type { Settings } from '../../functions/shared/domain/settings.ts';
import { defaultLayout } from '../../functions/shared/log/layout.ts';
import { untimed, uselessOf } from '../replay/outcome.ts';
import { type ReplayReport, replayFile } from '../replay/replay.ts';
import type { TimeRange } from '../replay/replay-time.ts';
import type { Labels } from './labels.ts';
import { MemoryFlow } from './memory-flow.ts';
import { firstPageOf, type Page, type Score, type ScoreTotals, scoreOf, totalsOf } from './score.ts';

export interface BacktestOptions {
  /** A recording, as a replay reads it. */
  readonly file: string;
  readonly labels: Labels;
  readonly settings: Settings;
  /**
   * The cluster of the documents, which is no live cluster of the settings.
   *
   * @default 'recorded'
   */
  readonly cluster?: string;
  /** The time now, ms since the epoch. Times of documents after it are ignored. */
  readonly nowMs: number;
  /** Gets the number of the last line that was processed. */
  readonly onProgress?: (lastLine: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A score with what was read. */
export interface BacktestResult extends Score {
  readonly totals: ScoreTotals;
  readonly range: TimeRange;
  readonly documents: number;
  readonly samples: number;
  readonly deadLetters: number;
  readonly report: ReplayReport;
}

/** The most pages of a backtest: with more, the settings are of no use, and memory would grow without end. */
const pagesMax = 100_000;

/**
 * Replays a recording through the steps of the flow in memory, and compares its pages with labels. Nothing is stored and
 * nobody is paged.
 * @throws {UsageError} if the file cannot be read, no line of it could be used, or the cluster is a live one
 * @throws the signal's reason
 */
export async function backtest({ labels, nowMs, onProgress, ...options }: BacktestOptions): Promise<BacktestResult> {
  const pages: Page[] = [];
  const flow = new MemoryFlow({
    settings: options.settings,
    nowMs,
    onAlert(alert) {
      const page = firstPageOf(alert);
      if (page !== undefined && pages.push(page) > pagesMax) {
        throw new UsageError(`${options.file}: more than ${pagesMax} pages; its labels cannot be compared with them`);
      }
    },
  });
  const report = await replayFile({
    ...options,
    cluster: options.cluster ?? 'recorded',
    layout: defaultLayout,
    log: flow,
    nowMs,
    // The steps leave the event loop no turn of its own, which a signal and the line of progress need.
    afterAppend: async (lastLine) => {
      onProgress?.(lastLine);
      await new Promise(setImmediate);
    },
  });
  const useless = uselessOf(report, { telemetry: flow.telemetry, store: { totals: () => ({ samples: 0 }) } });
  if (useless !== undefined || report.range === undefined) {
    throw new UsageError(`${options.file}: ${useless ?? untimed}`);
  }
  const counts = flow.telemetry.counts();
  const sumOf = (prefix: string): number =>
    Object.entries(counts).reduce((sum, [name, count]) => (name.startsWith(prefix) ? sum + count : sum), 0);
  const score = scoreOf(labels, pages, report.range);
  return {
    ...score,
    totals: totalsOf(score),
    range: report.range,
    documents: flow.documents,
    samples: sumOf('samples_made'),
    deadLetters: sumOf('dead_letters'),
    report,
  };
}
