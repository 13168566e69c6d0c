import { hourMs } from '../../../shared/domain/durations.ts';
import type { AlertSummary } from '../../answers/alert-summary.ts';
import type { Sources } from '../../sources.ts';
import { silencing } from '../muting.ts';
import { summaryOf, worstAlertFirst } from './alert-summary.ts';

/** The most silences that are read. */
const silencesMax = 1_000;
/** The most resolved alerts among which those that ended last are looked for. */
const resolvedReadMax = 200;
/** The least resolved alerts that are shown, if there are as many. */
const resolvedShownMin = 10;

/** The alerts that a person on call looks at. */
export interface CurrentAlerts {
  /** The open and acknowledged alerts, the worst first. */
  readonly open: readonly AlertSummary[];
  /** The alerts that ended in the last hour, or the last ten, of those that began last; the last first. */
  readonly resolved: readonly AlertSummary[];
  readonly note?: string;
}

/**
 * Reads the alerts that are not resolved, and the last resolved ones.
 * @throws {UnavailableError} if a source does not answer
 */
export async function currentAlerts(
  { reader, warehouse }: Sources,
  { nowMs, cluster }: { readonly nowMs: number; readonly cluster?: string | undefined },
): Promise<CurrentAlerts> {
  const of = cluster === undefined ? {} : { cluster };
  const [open, resolved, silences] = await Promise.all([
    reader.open(cluster),
    reader.alerts({ ...of, status: 'resolved', limit: resolvedReadMax }),
    reader.silences({ ...of, state: 'active', limit: silencesMax }),
  ]);
  const silenceOf = await silencing(open.items, silences.items, { cluster, warehouse });
  const ended = resolved.items
    .map((alert) => summaryOf(alert))
    .sort((a, b) => (b.endsAtMs ?? b.updatedAtMs) - (a.endsAtMs ?? a.updatedAtMs));
  const note = open.note ?? silences.note;
  return {
    open: open.items.map((alert) => summaryOf(alert, silenceOf.get(alert.id))).sort(worstAlertFirst),
    resolved: ended.filter(({ endsAtMs = 0 }, nth) => nth < resolvedShownMin || endsAtMs > nowMs - hourMs),
    ...(note === undefined ? {} : { note }),
  };
}
