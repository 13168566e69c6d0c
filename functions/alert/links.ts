import type { Alert } from '../shared/domain/alert.ts';
import { runbookOf } from '../shared/domain/catalogue/catalogue.ts';
import { minuteMs } from '../shared/domain/durations.ts';
import { seriesText } from '../shared/domain/series-text.ts';
import type { Settings } from '../shared/domain/settings.ts';

/** The settings from which links are made. */
export type LinkSettings = Pick<Settings, 'publicUrl' | 'catalogue'>;

/** The time that a chart shows before the start of an alert and after its end, ms. */
const aroundMs = 30 * minuteMs;

/**
 * Returns an alert with the links that a message needs, as annotations: `alert` and `chart` on the page, if `publicUrl` names
 * it, and the `runbook` of the likely cause, if the settings name one.
 */
export function withLinks(alert: Alert, { publicUrl, catalogue }: LinkSettings): Alert {
  const series = alert.suspects[0]?.series;
  const runbook = series && runbookOf(series, catalogue);
  const page = publicUrl?.replace(/\/+$/, '');
  const links = {
    ...(page !== undefined && { alert: `${page}/alerts/${encodeURIComponent(alert.id)}` }),
    ...(page !== undefined && series && { chart: `${page}/explore?${chartQuery(alert)}` }),
    ...(runbook !== undefined && linked(runbook, page)),
  };
  return Object.keys(links).length === 0 ? alert : { ...alert, annotations: { ...alert.annotations, ...links } };
}

function chartQuery({ suspects: [first], startsAtMs, endsAtMs }: Alert): URLSearchParams {
  const isoOf = (ms: number): string => new Date(ms).toISOString();
  return new URLSearchParams({
    series: seriesText(first!.series),
    from: isoOf(startsAtMs - aroundMs),
    to: endsAtMs === undefined ? 'now' : isoOf(endsAtMs + aroundMs),
    band: '1',
  });
}

/** Returns the link to a runbook. A path has an address only if the page has one. */
function linked(runbook: string, page: string | undefined): { readonly runbook?: string } {
  if (!runbook.startsWith('/')) return { runbook };
  return page === undefined ? {} : { runbook: `${page}${runbook}` };
}
