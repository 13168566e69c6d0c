import { expect, it } from 'vitest';
import { alertStep } from '../../../functions/alert/alert.ts';
import { setRight } from '../../../functions/alert/set-right.ts';
import { endedAt, member, openAlert } from './members.ts';
import { context, midnightMs } from './signals.ts';

it('setRight caps every time of a scope at its time now, and changes no earlier time and no other scope', () => {
  const [nowMs, laterMs] = [midnightMs, midnightMs + 3_600_000];
  const state = alertStep.open(new Map(), context);
  const snapshot = { atMs: laterMs, anomalies: 1, entities: 1, severity: 'warning' } as const;
  const recorded = { ...snapshot, transition: 'opened', notify: true } as const;
  const members = [member({ updatedAtMs: laterMs, over: endedAt(nowMs, laterMs) }), member({ updatedAtMs: nowMs - 1 })];
  for (const scope of ['live', 'old']) {
    const cluster = state.cluster(scope, 'prod');
    cluster.alerts.set('a', openAlert(members, { openedAtMs: laterMs, recorded, announced: snapshot }));
    cluster.dismissed.set('b', { revision: 1, heardAtMs: laterMs, detectPartition: 0 });
    cluster.closed.set('c', laterMs);
  }
  setRight(state, 'live', nowMs);
  const timesOf = (scope: string): number[] => {
    const { alerts, dismissed, closed } = state.cluster(scope, 'prod');
    const { openedAtMs, recorded, announced, members: all } = alerts.get('a')!;
    const ofMembers = all.flatMap(({ heardAtMs, over }) => [heardAtMs, over?.atMs ?? nowMs]);
    return [openedAtMs, recorded!.atMs, announced!.atMs, ...ofMembers, dismissed.get('b')!.heardAtMs, closed.get('c')!];
  };
  expect(timesOf('live')).toEqual([nowMs, nowMs, nowMs, nowMs, nowMs, nowMs - 1, nowMs, nowMs, nowMs]);
  expect(timesOf('old')).toEqual([laterMs, laterMs, laterMs, laterMs, laterMs, nowMs - 1, nowMs, laterMs, laterMs]);
});
