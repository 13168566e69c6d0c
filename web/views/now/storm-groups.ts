import type { AlertSummary, Severity } from '../../api/types.ts';
import { kindTitle, metricTitle, partsOf } from '../../format/names.ts';

/** Alerts that have something in common. */
export interface StormGroup {
  readonly key: string;
  readonly title: string;
  readonly severity: Severity;
  /** The alerts in the order in which they began. */
  readonly alerts: readonly AlertSummary[];
}

/** A storm: the alert that the others name as their cause, those that follow it, and the rest. */
export interface StormPicture {
  /** The shared cause; absent where there is none. */
  readonly cause?: AlertSummary;
  readonly following: readonly StormGroup[];
  readonly rest: readonly AlertSummary[];
}

/** The least number and the least share of alerts that must name a component as their cause before it is called the cause of the storm. */
const sharedMin = 3;
const sharedShareMin = 0.2;

/**
 * Returns open alerts by what they have in common. The cause is the worst alert of the component that most alerts name as theirs; alerts with
 * another cause are never folded under it. Without a shared cause all are grouped by kind and measure, and the notices stand alone.
 */
export function pictureOf(open: readonly AlertSummary[]): StormPicture {
  const path = sharedPath(open);
  const cause = path === undefined ? undefined : open.find(({ entity }) => pathOf(entity) === path);
  if (cause === undefined) {
    const loud = open.filter(({ severity }) => severity !== 'info');
    return { following: groupsOf(loud), rest: open.filter(({ severity }) => severity === 'info') };
  }
  const following = open.filter((alert) => alert.id !== cause.id && alert.cause?.path === path);
  const known = new Set([cause.id, ...following.map(({ id }) => id)]);
  return { cause, following: groupsOf(following), rest: open.filter(({ id }) => !known.has(id)) };
}

const pathOf = ({ cluster, kind, name }: AlertSummary['entity']): string => `${cluster}/${kind}/${name}`;

function sharedPath(open: readonly AlertSummary[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { cause } of open) if (cause !== undefined) counts.set(cause.path, (counts.get(cause.path) ?? 0) + 1);
  const [path, count = 0] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return count >= Math.max(sharedMin, sharedShareMin * open.length) ? path : undefined;
}

const order: readonly Severity[] = ['critical', 'warning', 'info'];

/** Returns alerts by kind of component and measure, in the order in which the groups began. */
export function groupsOf(alerts: readonly AlertSummary[]): readonly StormGroup[] {
  const groups = new Map<string, AlertSummary[]>();
  for (const alert of alerts.toSorted((a, b) => a.startsAtMs - b.startsAtMs)) {
    const key = keyOf(alert);
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups].map(([key, members]) => ({
    key,
    title: titleOf(members[0]!),
    severity: order.find((severity) => members.some((alert) => alert.severity === severity))!,
    alerts: members,
  }));
}

const metricOf = ({ cause }: AlertSummary): string => (cause === undefined ? '' : partsOf(cause.series).metric);
const keyOf = (alert: AlertSummary): string => `${alert.entity.kind} ${metricOf(alert)}`;

function titleOf(alert: AlertSummary): string {
  const metric = metricOf(alert);
  return `${kindTitle(alert.entity.kind)}${metric === '' ? '' : `: ${metricTitle(metric).toLowerCase()}`}`;
}

/** Returns how many alerts opened in each step of a range. */
export function openedPerStep(
  alerts: readonly AlertSummary[],
  range: { readonly fromMs: number; readonly toMs: number },
  stepMs: number,
): readonly number[] {
  const counts = new Array<number>(Math.max(1, Math.ceil((range.toMs - range.fromMs) / stepMs))).fill(0);
  for (const { startsAtMs } of alerts) {
    const step = Math.floor((startsAtMs - range.fromMs) / stepMs);
    if (step >= 0 && step < counts.length) counts[step]! += 1;
  }
  return counts;
}
