import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../web/api/alert-types.ts';
import { pastTroubles, pastTroublesClause, pastTroubleText } from '../../../web/views/machines/past-trouble.ts';

const minuteMs = 60_000;
const alert = (name: string, fromMs: number, toMs: number | undefined, more: Partial<Alert> = {}): Alert =>
  ({
    id: `${name} ${fromMs}`,
    status: toMs === undefined ? 'open' : 'resolved',
    severity: 'warning',
    startsAtMs: fromMs,
    ...(toMs === undefined ? {} : { endsAtMs: toMs }),
    updatedAtMs: fromMs,
    entity: { cluster: 'prod', kind: 'chunkserver', name },
    suspects: [],
    ...more,
  }) as unknown as Alert;
const paths = ['prod/chunkserver/a', 'prod/chunkserver/b'];
const range = { fromMs: 10 * minuteMs, toMs: 20 * minuteMs };
const at = { zone: 'utc', nowMs: 0 } as const;

describe('the alerts of components in a range', () => {
  it('are those that were open in it, the worst component first', () => {
    const alerts = [
      alert('a', 11 * minuteMs, 12 * minuteMs),
      alert('b', 9 * minuteMs, 10 * minuteMs, { severity: 'critical' }),
      alert('a', 0, 9 * minuteMs),
      alert('b', 21 * minuteMs, undefined),
    ];
    expect([...pastTroubles(alerts, paths, range).keys()]).toEqual(['prod/chunkserver/b', 'prod/chunkserver/a']);
    expect(pastTroubles(alerts, paths, range).get(paths[0]!)).toMatchObject({ count: 1, severity: 'warning' });
  });

  it('are no notices', () => {
    expect(pastTroubles([alert('a', 11 * minuteMs, undefined, { severity: 'info' })], paths, range).size).toBe(0);
  });

  it('are told with their own times, also beyond the range', () => {
    const text = (...alerts: Alert[]) => pastTroubleText(pastTroubles(alerts, paths, range).get(paths[0]!)!, at);
    expect(text(alert('a', 9 * minuteMs, 25 * minuteMs))).toBe('a warning alert from 00:09:00 to 00:25:00');
    expect(text(alert('a', 11 * minuteMs, undefined))).toBe('a warning alert since 00:11:00');
    expect(
      text(
        alert('a', 11 * minuteMs, 12 * minuteMs, { severity: 'critical' }),
        alert('a', 14 * minuteMs, 15 * minuteMs),
      ).replaceAll('\u00a0', ' '),
    ).toBe('2 alerts, the worst critical, for 2 min between 00:11:00 and 00:15:00');
  });

  it('are named in a clause, and those that are not named are counted', () => {
    const found = pastTroubles([alert('a', 11 * minuteMs, 12 * minuteMs)], paths, range).get(paths[0]!)!;
    expect(pastTroublesClause([], '30 min', at)).toBe('');
    expect(
      pastTroublesClause(
        [
          ['a', found],
          ['b', found],
          ['c', found],
        ],
        '30 min',
        at,
      ),
    ).toBe(
      '; in the 30 min shown, a had a warning alert from 00:11:00 to 00:12:00, b had a warning alert from 00:11:00 to 00:12:00 and 1 more had alerts',
    );
  });
});
