import { describe, expect, it } from 'vitest';
import type { OpenAlert, Recorded } from '../../../functions/alert/cluster-state.ts';
import { dueOf, isTooShort } from '../../../functions/alert/group.ts';
import { endedAt, member, openAlert, times } from './members.ts';
import { midnightMs } from './signals.ts';

/** A moment, in seconds after midnight. */
const second = (seconds: number): number => midnightMs + seconds * 1000;
/** An alert whose one anomaly lasted from midnight to a second. */
const lasted = (seconds: number, parts: Partial<OpenAlert> = {}): OpenAlert =>
  openAlert([member({ over: endedAt(second(seconds)) })], parts);
const snapshot = (seconds: number, parts: Partial<Recorded> = {}): Recorded => ({
  atMs: second(seconds),
  anomalies: 1,
  entities: 1,
  severity: 'warning',
  transition: 'opened',
  notify: true,
  ...parts,
});
const wordOf = (alert: OpenAlert, seconds: number, settings = times): string => {
  const due = dueOf(alert, second(seconds), settings);
  return 'transition' in due ? `${due.transition}: ${due.reason}` : due.reason;
};

// The times are the defaults of docs/alerts.md#settings: groupWait 30 s, resolveAfter 30 s, groupInterval 300 s,
// repeatInterval 14,400 s.
describe('what is due for an alert without a record', () => {
  const critical = openAlert([member({ severity: 'critical' })]);

  it.each([
    ['a moment before groupWait has passed', openAlert([member()]), 29.999, 'waiting for group'],
    ['when groupWait has passed', openAlert([member()]), 30, 'opened: first notification'],
    ['at its first moment, if it is critical', critical, 0, 'opened: critical at once'],
    ['while a short one may go on', lasted(29.999), 59, 'waiting for group'],
    ['when a short one was quiet for resolveAfter', lasted(29.999), 59.999, 'opened: over'],
    ['when one of exactly groupWait is over', lasted(30), 30, 'opened: first notification'],
    ['when the scope ends', lasted(10), Number.POSITIVE_INFINITY, 'opened: over'],
  ])('%s', (_, alert, seconds, expected) => {
    expect(wordOf(alert, seconds)).toBe(expected);
  });
});

describe('what is due for an alert that was announced at second 30', () => {
  const announced = { recorded: snapshot(30), announced: snapshot(30) };
  const open = openAlert([member()], announced);
  const two = openAlert([member(), member({ id: 'b' })], announced);
  const worse = openAlert([member({ severity: 'critical' })], announced);
  const raised = openAlert([member()], {
    recorded: snapshot(30, { severity: 'info' }),
    announced: snapshot(30, { severity: 'info' }),
  });

  it.each([
    ['while nothing changes', open, 330, 'nothing new'],
    ['a moment before repeatInterval has passed', open, 14_429.999, 'nothing new'],
    ['when repeatInterval has passed', open, 14_430, 'repeated: repeat interval elapsed'],
    ['when an anomaly joined', two, 329.999, 'waiting for group interval'],
    ['when an anomaly joined and groupInterval has passed', two, 330, 'updated: new anomalies'],
    ['when the severity rose and groupInterval has passed', raised, 330, 'updated: severity raised'],
    ['when it turns critical', worse, 31, 'updated: critical at once'],
    ['a moment before resolveAfter has passed', lasted(60, announced), 89.999, 'nothing new'],
    ['when all its anomalies were closed for resolveAfter', lasted(60, announced), 90, 'resolved: all closed'],
    [
      'when it is acknowledged and repeatInterval has passed',
      { ...open, status: 'acknowledged' as const },
      14_430,
      'nothing new',
    ],
  ])('%s', (_, alert, seconds, expected) => {
    expect(wordOf(alert, seconds)).toBe(expected);
  });

  it('is a repetition after 1 ms where repeatInterval is 0', () => {
    const without = { ...times, repeatInterval: 0 };
    expect(wordOf(open, 30, without)).toBe('nothing new');
    expect(wordOf(open, 30.001, without)).toBe('repeated: repeat interval elapsed');
  });
});

describe('what is due for an alert that was muted so far', () => {
  const muted = { recorded: snapshot(30) };

  it.each([
    ['while an anomaly is open', openAlert([member()], muted), 31, 'updated: first notification'],
    ['while none is open', lasted(30, muted), 31, 'nothing new'],
    ['when none was open for resolveAfter', lasted(30, muted), 60, 'resolved: all closed'],
  ])('%s', (_, alert, seconds, expected) => {
    expect(wordOf(alert, seconds)).toBe(expected);
  });

  it('is not recorded if a mute applies once more', () => {
    expect(dueOf(openAlert([member()], muted), second(31), times)).toMatchObject({ changed: false });
  });
});

it('a resolve has the reasons for which its anomalies closed', () => {
  const early = { ...endedAt(second(50), second(60)), because: 'no more samples' };
  const members = [member({ over: endedAt(second(55), second(59)) }), member({ id: 'b', over: early })];
  expect(dueOf(openAlert(members, { recorded: snapshot(30) }), second(90), times)).toMatchObject({
    detail: 'back to normal (1), no more samples (1)',
  });
});

describe('an incident is too short', () => {
  const from = (startsAt: number, endsAt: number) =>
    member({ id: `${startsAt}`, startsAtMs: second(startsAt), over: endedAt(second(endsAt)) });

  it.each([
    ['if it lasted less than groupWait', [from(0, 29)], true],
    ['but not if it lasted exactly groupWait', [from(0, 30)], false],
    ['but not if its anomalies together lasted groupWait', [from(0, 10), from(25, 35)], false],
    ['but not while an anomaly is open', [from(0, 10), member({ id: 'b' })], false],
  ])('%s', (_, members, expected) => {
    expect(isTooShort(openAlert(members), times)).toBe(expected);
  });
});
