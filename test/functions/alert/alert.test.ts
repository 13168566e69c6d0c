import { describe, expect, it } from 'vitest';
import type { Anomaly } from '../../../functions/shared/domain/anomaly.ts';
import { alertId } from '../../../functions/shared/domain/ids.ts';
import {
  anomaly,
  anomalyRecord,
  at,
  closed,
  contextOf,
  reasonsOf,
  run,
  seriesAt,
  story,
  tick,
  ticks,
} from './signals.ts';

const disk = anomaly({ startsAtMs: at('00:30'), updatedAtMs: at('00:30:20') });
const overAt = (open: Anomaly, clock: string) => anomalyRecord(closed(open, at(clock)));

describe('an incident', () => {
  it('that lasts 20 minutes is paged once when it begins and once when it is over', () => {
    const { alerts, state } = run([
      ...ticks(at('00:25'), at('00:30:20')),
      anomalyRecord(disk),
      ...ticks(at('00:30:30'), at('00:49:50')),
      overAt(disk, '00:49:00'),
      ...ticks(at('00:50'), at('03:00')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:50:20 resolved']);
    expect(alerts[0]).toMatchObject({
      id: alertId('prod', disk.id),
      revision: 1,
      status: 'open',
      severity: 'warning',
      title: 'diskio write bytes high on a',
      entity: { cluster: 'prod', kind: 'host', name: 'a' },
      startsAtMs: at('00:30'),
      anomalies: [disk.id],
      scope: 'live',
    });
    expect(alerts[1]).toMatchObject({ revision: 2, status: 'resolved', endsAtMs: at('00:49') });
    expect(reasonsOf(alerts[1])).toEqual([
      'correlate: opened',
      'group: waiting for group',
      'group: first notification',
      'group: nothing new',
      'resolve: all closed',
    ]);
    expect(state.counts.size).toBe(0);
  });

  it('is paged without waiting when it is critical, or turns critical while its alert gathers', () => {
    const critical = anomaly({ ...disk, severity: 'critical' });
    expect(story(run([tick(at('00:30:20')), anomalyRecord(critical)]).alerts)).toEqual(['00:30:20 opened']);
    const turns = { ...critical, revision: 2 };
    const { alerts } = run([tick(at('00:30:20')), anomalyRecord(disk), tick(at('00:30:30')), anomalyRecord(turns)]);
    expect(story(alerts)).toEqual(['00:30:30 opened']);
    expect(reasonsOf(alerts[0])).toContain('group: critical at once');
  });

  it('is paged at the record that opens it where groupWait is 0', () => {
    const { alerts } = run([tick(at('00:30:20')), anomalyRecord(disk)], undefined, contextOf({ groupWait: 0 }));
    expect(story(alerts)).toEqual(['00:30:20 opened']);
  });

  it('is repeated once at each moment, not without end, where repeatInterval is 0', () => {
    const { alerts } = run(
      [tick(at('00:30:20')), anomalyRecord(disk), ...ticks(at('00:30:30'), at('00:31:10'))],
      undefined,
      contextOf({ repeatInterval: 0 }),
    );
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:00 repeated', '00:31:10 repeated']);
  });

  it('that lasts 90 s is paged once and resolved once', () => {
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      ...ticks(at('00:30:30'), at('00:32:10')),
      overAt(disk, '00:31:30'),
      ...ticks(at('00:32:20'), at('00:40')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:32:40 resolved']);
  });

  it('that is shorter than groupWait is recorded and pages no one', () => {
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      overAt(disk, '00:30:20'),
      ...ticks(at('00:30:30'), at('00:40')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 (opened)', '00:30:50 (resolved)']);
    expect(reasonsOf(alerts[0])).toContain('short: over before its first notification');
    expect(reasonsOf(alerts[1])).toContain('announce: never announced');
  });

  it('that lasts as long as groupWait is paged, even if it was over before its first page', () => {
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      overAt(disk, '00:30:30'),
      ...ticks(at('00:30:30'), at('00:40')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:30:50 resolved']);
  });

  it('continues if one of its series opens again before it is resolved, however late', () => {
    const again = anomaly({ startsAtMs: at('00:50:40'), updatedAtMs: at('00:51') });
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      ...ticks(at('00:30:30'), at('00:51')),
      overAt(disk, '00:50:10'),
      anomalyRecord(again),
      ...ticks(at('00:51:10'), at('00:52')),
      overAt(again, '00:51:40'),
      ...ticks(at('00:52:10'), at('00:53')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:51:00 updated', '00:52:30 resolved']);
    expect(reasonsOf(alerts[1])).toContain('correlate: same series again');
  });

  it('that begins again after it was resolved is another alert', () => {
    const again = anomaly({ startsAtMs: at('00:40'), updatedAtMs: at('00:40:20') });
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      ...ticks(at('00:30:30'), at('00:35')),
      overAt(disk, '00:34'),
      ...ticks(at('00:35:10'), at('00:40:20')),
      anomalyRecord(again),
      ...ticks(at('00:40:30'), at('00:42')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:35:30 resolved', '00:40:50 opened']);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(2);
  });
});

describe('a change of an alert', () => {
  const network = anomaly({ ...disk, ...other('system.network.in.bytes', '00:31:50') });
  function other(name: string, clock: string) {
    const series = seriesAt('host', 'a', name);
    return { id: `${name} ${clock}`, series, startsAtMs: at(clock), updatedAtMs: at(clock) + 20_000 };
  }

  it('that is a new anomaly is sent at most once in groupInterval', () => {
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      ...ticks(at('00:30:30'), at('00:32:10')),
      anomalyRecord(network),
      ...ticks(at('00:32:20'), at('00:59')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:35:50 updated']);
    expect(alerts[1]?.anomalies).toEqual([disk.id, network.id]);
    expect(reasonsOf(alerts[1])).toEqual(
      expect.arrayContaining(['correlate: same entity', 'group: waiting for group interval', 'group: new anomalies']),
    );
  });

  it('to critical is sent at once, and the severity never falls again', () => {
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      ...ticks(at('00:30:30'), at('00:31')),
      anomalyRecord({ ...disk, revision: 2, severity: 'critical' }),
      anomalyRecord({ ...disk, revision: 3, severity: 'info' }),
      ...ticks(at('00:31:10'), at('00:59')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:00 updated']);
    expect(alerts[1]?.severity).toBe('critical');
  });

  it('that is only a newer revision of an anomaly sends nothing', () => {
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      ...ticks(at('00:30:30'), at('00:40')),
      anomalyRecord({ ...disk, revision: 2, peak: 95e6, updatedAtMs: at('00:40') }),
      ...ticks(at('00:40:10'), at('00:59')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened']);
  });

  it('that does not come for four hours is followed by a repetition, as long as detect repeats its anomaly', () => {
    const hours = Array.from({ length: 30 }, (_, nth) => at('00:40') + nth * 600_000);
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      ...ticks(at('00:30:30'), at('00:40')),
      ...hours.flatMap((ms, nth) => [
        anomalyRecord({ ...disk, revision: nth + 2, updatedAtMs: ms }),
        ...ticks(ms + 10_000, ms + 600_000),
      ]),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '04:30:50 repeated']);
  });
});

describe('an alert', () => {
  const page = (...anomalies: readonly Anomaly[]) =>
    run([
      tick(at('00:30')),
      ...anomalies.map((each) => anomalyRecord(each)),
      ...ticks(at('00:30:10'), at('00:50')),
    ]).alerts.filter(({ transition }) => transition === 'opened');
  const host = (name: string, clock: string, dataset = 'system.diskio') =>
    anomaly({
      series: seriesAt('host', name, `${dataset}.x`),
      dataset,
      startsAtMs: at(clock),
      updatedAtMs: at('00:30'),
    });

  it('measures the onset window from its first anomaly, so that alerts do not chain', () => {
    const alerts = page(host('a', '00:20'), host('b', '00:21'), host('c', '00:22'), host('d', '00:23'));
    expect(alerts.map(({ anomalies }) => anomalies.length)).toEqual([3, 1]);
  });

  it.each([
    ['00:22:00', 1],
    ['00:22:01', 2],
  ])('contains anomalies that began within two minutes of its first one: 00:20 and %s', (clock, alerts) => {
    expect(page(host('a', '00:20'), host('a', clock, 'system.cpu'))).toHaveLength(alerts);
  });

  it('does not contain anomalies that merely overlap: a busy processor and a full disk of two hosts are two alerts', () => {
    expect(page(host('a', '00:20', 'system.cpu'), host('b', '00:20', 'system.diskio'))).toHaveLength(2);
  });

  it('never contains anomalies of two clusters', () => {
    const there = anomaly({ ...host('a', '00:20'), id: 'there', series: seriesAt('host', 'a', 'x', 'test') });
    expect(page(host('a', '00:20'), there)).toHaveLength(2);
  });

  it('gets the anomalies of its own entity, before an alert that only has their dataset', () => {
    const [onA, onB] = [host('a', '00:20', 'system.cpu'), host('b', '00:20', 'system.diskio')];
    const alerts = page(onA, onB, host('a', '00:20:10', 'system.diskio'));
    expect(alerts.map(({ anomalies }) => anomalies.length)).toEqual([2, 1]);
  });
});

describe('a second delivery (REPEATED-RECORD-CHANGES-NOTHING, CLOSED-OPENS-NOTHING)', () => {
  it('of an anomaly changes nothing but the count', () => {
    const start = [tick(at('00:30:20')), anomalyRecord(disk), ...ticks(at('00:30:30'), at('00:31'))];
    const { state } = run(start);
    state.takeChanges();
    expect(run([anomalyRecord(disk)], state).effects).toEqual([]);
    expect([...state.takeChanges().keys()]).toEqual(['common']);
    expect(state.counts.get('anomaly revision known')).toBe(1);
  });

  it('of an anomaly that closed opens no alert for 8 days', () => {
    const { state } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      ...ticks(at('00:30:30'), at('00:35')),
      overAt(disk, '00:34'),
      ...ticks(at('00:35:10'), at('00:36')),
    ]);
    const late = [anomalyRecord(disk), anomalyRecord({ ...disk, revision: 9 }), overAt(disk, '00:34')];
    expect(run([...late, ...ticks(at('00:37'), at('00:40'))], state).effects).toEqual([]);
    expect(state.counts.get('anomaly closed before')).toBe(3);
    expect(run([tick(at('00:34') + 8 * 86_400_000), anomalyRecord(disk)], state).effects).toEqual([]);
    expect(state.counts.get('anomaly closed before')).toBe(4);
    run([tick(at('00:36') + 8 * 86_400_000)], state);
    expect([...state.takeChanges().keys()]).toEqual(['common']);
  });
});
