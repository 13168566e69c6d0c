import { describe, expect, it } from 'vitest';
import type { OpenAlert } from '../../../functions/alert/cluster-state.ts';
import { raiseSeverity } from '../../../functions/alert/raise-severity.ts';
import { endedAt, member, openAlert, times } from './members.ts';
import { anomaly, anomalyRecord, contextOf, midnightMs, run, seriesAt, story, tick, ticks } from './signals.ts';

const settings = { ...times, criticalAfter: 3_600_000, criticalEntities: 3 };
const onHosts = (...names: readonly string[]) =>
  names.map((name) => member({ id: name, series: seriesAt('host', name) }));

function raised(alert: OpenAlert, seconds = 0): string | undefined {
  raiseSeverity(alert, midnightMs + seconds * 1000, settings);
  return alert.raised;
}

describe('an alert turns critical', () => {
  it.each([
    ['if nobody acknowledged it for criticalAfter', openAlert(onHosts('a')), 3600, 'not acknowledged for 1h'],
    ['but not a moment before', openAlert(onHosts('a')), 3599.999, undefined],
    ['but not if it is acknowledged', openAlert(onHosts('a'), { status: 'acknowledged' }), 9999, undefined],
    ['but not once its anomalies are closed', openAlert([member({ over: endedAt(midnightMs) })]), 9999, undefined],
    ['but not if it only informs', openAlert([member({ severity: 'info' })]), 9999, undefined],
    ['if it is on criticalEntities', openAlert(onHosts('a', 'b', 'c')), 0, 'on 3 entities or more'],
    [
      'also if it is acknowledged',
      openAlert(onHosts('a', 'b', 'c'), { status: 'acknowledged' }),
      0,
      'on 3 entities or more',
    ],
    ['but not on fewer entities', openAlert(onHosts('a', 'b', 'a')), 0, undefined],
  ])('%s', (_, alert, seconds, reason) => {
    expect(raised(alert, seconds)).toBe(reason);
  });

  it('at once, with the reason in its trace, and stays critical', () => {
    const context = contextOf({ criticalAfter: 300_000, groupInterval: 3_600_000 });
    const disk = anomaly({ startsAtMs: midnightMs, updatedAtMs: midnightMs });
    const { alerts } = run(
      [tick(midnightMs), anomalyRecord(disk), ...ticks(midnightMs, midnightMs + 900_000)],
      undefined,
      context,
    );
    expect(story(alerts)).toEqual(['00:00:30 opened', '00:05:00 updated']);
    expect(alerts[1]!.severity).toBe('critical');
    expect(alerts[1]!.trace).toContainEqual({
      atMs: midnightMs + 300_000,
      stage: 'severity',
      reason: 'not acknowledged for 5m',
    });
  });
});
