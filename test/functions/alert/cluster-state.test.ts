import { describe, expect, it } from 'vitest';
import { findMember } from '../../../functions/alert/alert-index.ts';
import {
  earliestOnsetMs,
  endsAtMsOf,
  forgetClosed,
  quietSinceMs,
  rememberClosed,
  severityOf,
} from '../../../functions/alert/cluster-state.ts';
import { dayMs } from '../../../functions/shared/domain/durations.ts';
import { clusterOf, endedAt, member, openAlert } from './members.ts';
import { midnightMs } from './signals.ts';

const early = member({
  id: 'a',
  startsAtMs: midnightMs,
  severity: 'info',
  over: endedAt(midnightMs + 5, midnightMs + 9),
});
const late = member({ id: 'b', startsAtMs: midnightMs + 3, over: endedAt(midnightMs + 7, midnightMs + 8) });
const open = member({ id: 'c', startsAtMs: midnightMs + 4, severity: 'critical' });

describe('the anomalies of an alert', () => {
  it.each([
    ['none is open', [early, late], { onset: 0, ends: 7, quiet: 9, severity: 'warning' }],
    ['one is open', [late, open, early], { onset: 0, ends: undefined, quiet: undefined, severity: 'critical' }],
  ])('give its onset, its end, the start of its quiet and its severity where %s', (_, members, expected) => {
    const alert = openAlert(members);
    const since = (ms: number | undefined) => (ms === undefined ? undefined : ms - midnightMs);
    expect({
      onset: since(earliestOnsetMs(alert)),
      ends: since(endsAtMsOf(alert)),
      quiet: since(quietSinceMs(alert)),
      severity: severityOf(alert),
    }).toEqual(expected);
  });
});

it('findMember finds the alert and the place of an anomaly, and nothing of an unknown one', () => {
  const [one, two] = [openAlert([early], { id: 'one' }), openAlert([late, open], { id: 'two' })];
  const cluster = clusterOf(one, two);
  expect(findMember(cluster, 'c')).toEqual({ alert: two, index: 1, member: open });
  expect(findMember(cluster, 'd')).toBeUndefined();
});

it('a closed anomaly is remembered for 8 days and no longer (CLOSED-OPENS-NOTHING)', () => {
  const cluster = clusterOf();
  rememberClosed(cluster, 'a', midnightMs);
  rememberClosed(cluster, 'b', midnightMs + 1);
  forgetClosed(cluster, midnightMs + 8 * dayMs - 1);
  expect([...cluster.closed.keys()]).toEqual(['a', 'b']);
  forgetClosed(cluster, midnightMs + 8 * dayMs);
  expect([...cluster.closed.keys()]).toEqual(['b']);
});
