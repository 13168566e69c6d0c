import type { Alert } from '../../api/alert-types.ts';
import type { Severity } from '../../api/types.ts';
import { type Stretch, stretchesOf } from '../../charts/stretches.ts';
import { durationText } from '../../format/duration.ts';
import { momentText, type Zone } from '../../format/moment.ts';
import { listed } from '../../format/words.ts';
import { alertsIn } from './in-range.ts';

/** The alerts of a component in a range. */
export interface PastTrouble {
  /** The worst severity of them. */
  readonly severity: Severity;
  /** The id of the worst alert. */
  readonly alertId: string;
  readonly count: number;
  /** The times in which one of them was open, also before and after the range; the end of one that lasts is infinite. */
  readonly stretches: readonly Stretch[];
}

const order: readonly Severity[] = ['critical', 'warning', 'info'];
/** Returns the rank of the alerts of a component: 0 for the worst, and after all others for none. */
export const rankOf = (trouble: PastTrouble | undefined): number =>
  trouble === undefined ? order.length : order.indexOf(trouble.severity);

const always: Stretch = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/**
 * Returns the alerts that components had in a range, by the paths of the components, the worst component first. Notices are left out: they
 * last for days.
 */
export function pastTroubles(
  alerts: readonly Alert[],
  paths: Iterable<string>,
  range: Stretch,
): ReadonlyMap<string, PastTrouble> {
  const loud = alerts.filter(({ severity }) => severity !== 'info');
  const found = [...new Set(paths)].flatMap((path) => {
    const own = alertsIn(loud, path, range).sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
    const [worst] = own;
    if (worst === undefined) return [];
    const times = own.map(({ startsAtMs, endsAtMs, status, updatedAtMs }) => ({
      fromMs: startsAtMs,
      toMs: endsAtMs ?? (status === 'resolved' ? updatedAtMs : null),
    }));
    const stretches = stretchesOf(times, always);
    return [[path, { severity: worst.severity, alertId: worst.id, count: own.length, stretches }] as const];
  });
  return new Map(found.sort(([, a], [, b]) => rankOf(a) - rankOf(b)));
}

/**
 * Returns when a component had alerts: `a critical alert from 15:28:40 to 15:30:10`, `a warning since 15:28:40`.
 * @param nowMs the moment whose day is not named
 */
export function pastTroubleText(
  { severity, count, stretches }: Omit<PastTrouble, 'alertId'>,
  { zone, nowMs }: { readonly zone: Zone; readonly nowMs: number },
): string {
  const alerts = count === 1 ? `a ${severity} alert` : `${count} alerts, the worst ${severity},`;
  const [first, last] = [stretches[0]!, stretches.at(-1)!];
  const from = momentText(first.fromMs, zone, nowMs);
  if (last.toMs === Number.POSITIVE_INFINITY) return `${alerts} since ${from}`;
  const to = momentText(last.toMs, zone, nowMs);
  if (stretches.length === 1) return `${alerts} from ${from} to ${to}`;
  const totalMs = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return `${alerts} for ${durationText(totalMs)} between ${from} and ${to}`;
}

/** The most components that a sentence names. */
const namedMax = 2;

/** Returns the clause about components that had alerts in a range, after what is so at present; nothing if there were none. */
export function pastTroublesClause(
  troubles: readonly (readonly [name: string, trouble: PastTrouble])[],
  span: string,
  at: { readonly zone: Zone; readonly nowMs: number },
): string {
  if (troubles.length === 0) return '';
  const named = troubles.slice(0, namedMax).map(([name, trouble]) => `${name} had ${pastTroubleText(trouble, at)}`);
  const others = troubles.length - named.length;
  return `; in the ${span} shown, ${listed(others > 0 ? [...named, `${others} more had alerts`] : named)}`;
}
