import type { ReplayReport } from './replay.ts';

/** The counts of the run that replayed, as far as they are needed. */
export interface ReplayCounts {
  readonly telemetry: { counts(): Readonly<Record<string, number>> };
  readonly store: { totals(): { readonly samples: number } };
}

/** The sentence about a recording without any time. */
export const untimed =
  'no line states a time, so that no minute was judged; each document needs @timestamp (docs/beats.md)';

/** Returns why a recording told nothing; `undefined` if it told something. The replay has been read to its end. */
export function uselessOf(
  report: Pick<ReplayReport, 'timedLines' | 'begunBefore'>,
  { telemetry, store }: ReplayCounts,
): string | undefined {
  const counts = telemetry.counts();
  // What an earlier call read is known from the store alone, which may contain other recordings too.
  const readBefore = report.begunBefore ? store.totals().samples : 0;
  if ((counts.samples_made ?? 0) + readBefore === 0) return `no line could be read${lettersText(counts)}`;
  return report.timedLines === 0 ? untimed : undefined;
}

const letterName = /^dead_letters\{reason=(.*),stage=normalise\}$/;

/** Returns the dead letters of normalise by their reasons, the most frequent first: `: 12 dead letters (not JSON 12)`. */
function lettersText(counts: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(counts)
    .map(([name, count]) => [letterName.exec(name)?.[1], count] as const)
    .filter(([reason]) => reason !== undefined)
    .sort(([, a], [, b]) => b - a);
  const sum = reasons.reduce((total, [, count]) => total + count, 0);
  const remedy = '; expected one document on each line, as JSON, as a shipper sends it (docs/beats.md)';
  if (sum === 0) return remedy;
  const named = reasons.map(([reason, count]) => `${reason} ${count}`).join(', ');
  return `: ${sum} dead letter${sum === 1 ? '' : 's'} (${named})${remedy}`;
}

/** Returns the end of a line about documents that were ahead. It begins with the number of the first of them. */
export function aheadText({ lines, first }: ReplayReport['ahead']): string {
  const others = lines === 1 ? '' : `, and so are those of ${lines - 1} others`;
  return `${first}: the time is ahead of the documents that follow${others}; it moved nothing: correct the clock of the host`;
}
