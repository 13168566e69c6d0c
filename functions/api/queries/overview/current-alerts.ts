import type { Alert } from '../../../shared/domain/alert.ts';
import { hourMs } from '../../../shared/domain/durations.ts';
import type { AlertReader } from '../../alert-reader.ts';
import type { AlertSummary } from '../../answers/alert-summary.ts';
import { summaryOf, worstAlertFirst } from './alert-summary.ts';

/** The most alerts of one status that are read. */
const readMax = 1_000;
/** The most resolved alerts among which those that ended last are looked for. */
const resolvedReadMax = 50;
/** The least resolved alerts that are shown, if there are as many. */
const resolvedShownMin = 10;

/** The alerts that a person on call looks at. */
export interface CurrentAlerts {
  /** The open and acknowledged alerts, the worst first. */
  readonly open: readonly AlertSummary[];
  /** The same in full, in no order. */
  readonly openAlerts: readonly Alert[];
  /** The alerts that ended in the last hour, or the last ten, the last first. */
  readonly resolved: readonly AlertSummary[];
  readonly note?: string;
}

/**
 * Reads the alerts that are not resolved, and the last resolved ones.
 * @throws {UnavailableError} if the reader's source does not answer
 */
export async function currentAlerts(
  reader: AlertReader,
  { nowMs, cluster }: { readonly nowMs: number; readonly cluster?: string | undefined },
): Promise<CurrentAlerts> {
  const of = cluster === undefined ? {} : { cluster };
  const [open, acknowledged, resolved, silences] = await Promise.all([
    reader.alerts({ ...of, status: 'open', limit: readMax }),
    reader.alerts({ ...of, status: 'acknowledged', limit: readMax }),
    reader.alerts({ ...of, status: 'resolved', limit: resolvedReadMax }),
    reader.silences({ ...of, state: 'active', limit: readMax }),
  ]);
  const active = new Set(silences.items.map(({ id }) => id));
  const openAlerts = [...open.items, ...acknowledged.items];
  const ended = resolved.items
    .map((alert) => summaryOf(alert, active))
    .sort((a, b) => (b.endsAtMs ?? b.updatedAtMs) - (a.endsAtMs ?? a.updatedAtMs));
  const note = open.note ?? silences.note;
  return {
    open: openAlerts.map((alert) => summaryOf(alert, active)).sort(worstAlertFirst),
    openAlerts,
    resolved: ended.filter(({ endsAtMs = 0 }, nth) => nth < resolvedShownMin || endsAtMs > nowMs - hourMs),
    ...(note === undefined ? {} : { note }),
  };
}

/** Returns the alerts that are not resolved, in no order. */
export async function openAlerts(reader: AlertReader, cluster?: string): Promise<readonly Alert[]> {
  const of = cluster === undefined ? {} : { cluster };
  const [open, acknowledged] = await Promise.all([
    reader.alerts({ ...of, status: 'open', limit: readMax }),
    reader.alerts({ ...of, status: 'acknowledged', limit: readMax }),
  ]);
  return [...open.items, ...acknowledged.items];
}
