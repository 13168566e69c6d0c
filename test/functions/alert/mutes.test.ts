import { describe, expect, it } from 'vitest';
import type { OpenAlert, Recorded, Silence } from '../../../functions/alert/cluster-state.ts';
import type { Due } from '../../../functions/alert/group.ts';
import { muteOf } from '../../../functions/alert/mutes.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { clusterOf, endedAt, member, openAlert } from './members.ts';
import { context, midnightMs } from './signals.ts';

const { settings } = context;

const snapshot: Recorded = {
  atMs: midnightMs,
  anomalies: 1,
  entities: 1,
  severity: 'warning',
  transition: 'opened',
  notify: true,
};
const announced = { recorded: snapshot, announced: snapshot };
const silence: Silence = {
  id: 'silence-1',
  revision: 1,
  state: 'active',
  by: 'ada',
  matchers: { name: 'a' },
  createdAtMs: midnightMs,
  startsAtMs: midnightMs,
  endsAtMs: midnightMs + 3_600_000,
  updatedAtMs: midnightMs,
};

/** The mute of a transition, as `stage: reason`; `sent` if none applies. */
function judged(alert: OpenAlert, transition: Alert['transition'], silences: readonly Silence[] = []): string {
  const cluster = clusterOf(alert);
  for (const each of silences) cluster.silences.set(each.id, each);
  const due: Due = { transition, stage: 'group', reason: 'x', changed: true };
  const muted = muteOf({ cluster, alert, due, atMs: midnightMs + 60_000, settings });
  return muted === undefined ? 'sent' : `${muted.stage}: ${muted.reason}`;
}

const gathering = openAlert([member()]);
const short = openAlert([member({ over: endedAt(midnightMs + 10_000) })]);
const shortCritical = openAlert([member({ severity: 'critical', over: endedAt(midnightMs + 10_000) })]);
const open = openAlert([member()], announced);
const acknowledged = openAlert([member()], { ...announced, status: 'acknowledged' });
const worse = openAlert([member({ severity: 'critical' })], { ...announced, status: 'acknowledged' });
const unannounced = openAlert([member()], { recorded: snapshot });

// The mutes of docs/alerts.md#the-trace, in their order.
describe('without a silence', () => {
  it.each([
    ['the first page is sent', gathering, 'opened', 'sent'],
    ['the first page of a short incident is muted', short, 'opened', 'short: over before its first notification'],
    ['the first page of a short critical incident is sent', shortCritical, 'opened', 'sent'],
    ['an update is sent', open, 'updated', 'sent'],
    ['an update of an acknowledged alert is muted', acknowledged, 'updated', 'acknowledge: acknowledged'],
    ['an update of an acknowledged alert that got worse is sent', worse, 'updated', 'sent'],
    ['an acknowledgement is sent', open, 'acknowledged', 'sent'],
    ['a resolve is sent', acknowledged, 'resolved', 'sent'],
    [
      'an acknowledgement of an alert that was never announced is muted',
      unannounced,
      'acknowledged',
      'announce: never announced',
    ],
    ['a resolve of an alert that was never announced is muted', unannounced, 'resolved', 'announce: never announced'],
  ] as const)('%s', (_, alert, transition, expected) => {
    expect(judged(alert, transition)).toBe(expected);
  });
});

describe('while a silence matches', () => {
  const silenced = 'silence: silenced by silence-1';

  it.each([
    ['the first page is muted', gathering, 'opened', silenced],
    ['an update is muted', open, 'updated', silenced],
    ['a repetition is muted', open, 'repeated', silenced],
    ['an acknowledgement is muted', open, 'acknowledged', silenced],
    ['an update of an acknowledged alert that got worse is muted', worse, 'updated', silenced],
    ['a resolve of an announced alert is sent', open, 'resolved', 'sent'],
    ['the mute before it decides where both apply', acknowledged, 'updated', 'acknowledge: acknowledged'],
  ] as const)('%s', (_, alert, transition, expected) => {
    expect(judged(alert, transition, [silence])).toBe(expected);
  });

  it('the detail names the operator and the end of the silence', () => {
    const cluster = clusterOf(open);
    cluster.silences.set(silence.id, silence);
    const due: Due = { transition: 'updated', stage: 'group', reason: 'x', changed: true };
    const subject = { cluster, alert: open, due, atMs: midnightMs, settings };
    expect(muteOf(subject)).toMatchObject({ detail: 'ada, until 2026-11-23T01:00:00.000Z' });
  });
});
