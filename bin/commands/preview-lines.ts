import type { Alert } from '../../functions/shared/domain/alert.ts';
import { entityPath } from '../../functions/shared/domain/entity.ts';
import type { OtherCause, Preview } from '../../local/backtest/preview.ts';
import type { Page } from '../../local/backtest/score.ts';
import { clockTime, counted } from '../words.ts';

/** The most pages that are listed of each kind. */
const listedMax = 10;

const fates: Readonly<Record<Preview['alert'], string>> = {
  gone: 'this alert would be gone',
  kept: 'this alert would still page',
  'not reproduced':
    'this alert is not paged in the run without the setting either, so nothing is known of it: what came before it is not stored, or it is of log records',
};

/** Returns what a setting would have done, in words. */
export function previewLines(preview: Preview): readonly string[] {
  const { range, samples, pagesWithout, pagesWith, gone, added, otherCause, usefulNotReproduced } = preview;
  const unknown = counted(usefulNotReproduced, 'alert');
  return [
    `what it would have done, over ${counted(samples, 'sample')} from ${clockTime(range.fromMs)} to ${clockTime(range.toMs)} (both runs begin with nothing learned, so the first pages may not be those that were sent):`,
    `  ${counted(pagesWithout, 'page')} without it, ${pagesWith.toLocaleString('en')} with it; ${fates[preview.alert]}`,
    ...listed('gone', gone),
    ...listed('new', added),
    ...otherCauses(otherCause),
    ...(usefulNotReproduced === 0 ? [] : [`  ${unknown} marked useful not paged in the run without it: not compared`]),
  ];
}

/** Returns a warning for each alert that somebody marked `useful` and that would be gone, or would name another cause. */
export function previewWarnings({ usefulGone, usefulOtherCause }: Preview): readonly string[] {
  return [...warningsOf(usefulGone, 'have hidden'), ...warningsOf(usefulOtherCause, 'have named another cause of')];
}

function warningsOf(alerts: readonly Alert[], effect: string): string[] {
  const lines = alerts
    .slice(0, listedMax)
    .map(({ id, title }) => `warning: this setting would ${effect} an alert that was marked useful: ${id} ${title}`);
  const others = alerts.length - listedMax;
  return others > 0 ? [...lines, `warning: and ${others} more that were marked useful`] : lines;
}

/** Returns the object of `--json`. Times are texts. */
export function previewReport(preview: Preview) {
  const { range, usefulGone, usefulOtherCause, gone, added, otherCause, ...rest } = preview;
  return {
    from: timeText(range.fromMs),
    to: timeText(range.toMs),
    ...rest,
    gone: gone.map(pageOf),
    added: added.map(pageOf),
    otherCause: otherCause.map(({ page, cause }) => ({ ...pageOf(page), suspectWithIt: entityPath(cause) })),
    usefulGone: usefulGone.map(named),
    usefulOtherCause: usefulOtherCause.map(named),
  };
}

function listed(word: string, pages: readonly Page[]): string[] {
  const others = pages.length - listedMax;
  return [
    ...pages.slice(0, listedMax).map(({ pagedAtMs, headline }) => `  ${word}: ${clockTime(pagedAtMs)}  ${headline}`),
    ...(others > 0 ? [`  ${word}: and ${others} more`] : []),
  ];
}

function otherCauses(changes: readonly OtherCause[]): string[] {
  const others = changes.length - listedMax;
  return [
    ...changes.slice(0, listedMax).map(({ page, cause }) => {
      const instead = `${entityPath(cause)} instead of ${entityPath(page.entity)}`;
      return `  another cause: ${clockTime(page.pagedAtMs)}  ${instead}: ${page.headline}`;
    }),
    ...(others > 0 ? [`  another cause: and ${others} more`] : []),
  ];
}

const named = ({ id, title }: Alert) => ({ alert: id, title });

const pageOf = ({ startsAtMs, pagedAtMs, entity, headline }: Page) => ({
  startsAt: timeText(startsAtMs),
  pagedAt: timeText(pagedAtMs),
  suspect: entityPath(entity),
  headline,
});

const timeText = (ms: number): string => new Date(ms).toISOString();
