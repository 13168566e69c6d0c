import { describe, expect, it } from 'vitest';
import type { OpenAlert } from '../../../functions/alert/cluster-state.ts';
import { emit, evaluate } from '../../../functions/alert/evaluate.ts';
import { clusterOf, endedAt, member, openAlert } from './members.ts';
import { alertsOf, context, midnightMs, reasonsOf, story } from './signals.ts';

const { settings } = context;

const evaluated = (alert: OpenAlert, seconds: number, untilMs?: number) => {
  const cluster = clusterOf(alert);
  const moment = { atMs: midnightMs + seconds * 1000, settings, ...(untilMs === undefined ? {} : { untilMs }) };
  return { cluster, alerts: alertsOf(evaluate(cluster, alert, moment)) };
};

describe('evaluate', () => {
  it('emits nothing while nothing is due, and adds the reason to the trace', () => {
    const alert = openAlert([member()]);
    expect(evaluated(alert, 29).alerts).toEqual([]);
    expect(alert.trace).toMatchObject([{ stage: 'group', reason: 'waiting for group' }]);
  });

  it('emits every transition that is due at the moment, and removes an alert that is resolved', () => {
    const { alerts, cluster } = evaluated(openAlert([member({ over: endedAt(midnightMs + 40_000) })]), 70);
    expect(story(alerts)).toEqual(['00:01:10 opened', '00:01:10 resolved']);
    expect(cluster.alerts.size).toBe(0);
  });

  it('counts waiting periods up to `untilMs`, and dates records by `atMs`', () => {
    const alert = openAlert([member({ over: endedAt(midnightMs + 40_000) })]);
    const { alerts } = evaluated(alert, 40, Number.POSITIVE_INFINITY);
    expect(story(alerts)).toEqual(['00:00:40 opened', '00:00:40 resolved']);
  });
});

describe('emit', () => {
  const snapshot = { atMs: midnightMs, anomalies: 1, entities: 1, severity: 'warning' } as const;
  const due = { transition: 'updated', stage: 'group', reason: 'new anomalies' } as const;
  const subject = (changed: boolean) => {
    const alert = openAlert([member()], {
      revision: 3,
      status: 'acknowledged',
      recorded: { ...snapshot, transition: 'opened', notify: true },
      announced: snapshot,
    });
    return { cluster: clusterOf(alert), alert, due: { ...due, changed }, atMs: midnightMs + 60_000, settings };
  };

  it('records a muted transition if the alert changed', () => {
    const [alert] = alertsOf(emit(subject(true)));
    expect(alert).toMatchObject({ revision: 4, notify: false, transition: 'updated' });
    expect(reasonsOf(alert)).toEqual(['group: new anomalies', 'acknowledge: acknowledged']);
  });

  it('records nothing of a muted transition if the alert did not change', () => {
    const unchanged = subject(false);
    expect(emit(unchanged)).toEqual([]);
    expect(unchanged.alert.revision).toBe(3);
  });
});
