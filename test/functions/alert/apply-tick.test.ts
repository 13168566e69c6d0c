import { describe, expect, it } from 'vitest';
import {
  anomaly,
  anomalyRecord,
  at,
  closed,
  commandRecord,
  end,
  reasonsOf,
  run,
  seriesAt,
  story,
  tick,
  ticks,
} from './signals.ts';

const disk = anomaly({ startsAtMs: at('00:30'), updatedAtMs: at('00:30:20') });

describe('stage time', () => {
  const of = (detectPartition: number) => ({ detectPartition, detectPartitions: 2 });

  it('is the minimum over detect’s partitions', () => {
    const { alerts } = run([
      tick(at('00:30:20'), of(0)),
      tick(at('00:30:20'), of(1)),
      anomalyRecord(disk),
      ...ticks(at('00:30:30'), at('00:30:50'), of(0)),
      tick(at('00:30:50'), of(1)),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened']);
  });

  it('does not begin, and no alert opens, before every partition ticked', () => {
    const critical = anomalyRecord({ ...disk, severity: 'critical' });
    const { alerts, state } = run([critical, ...ticks(at('00:30:20'), at('00:30:50'), of(0))]);
    expect(alerts).toEqual([]);
    expect(story(run([tick(at('00:30:50'), of(1))], state).alerts)).toEqual(['00:30:50 opened']);
  });

  it('leaves out a partition for which it has waited more than 30 s, and counts that', () => {
    const critical = anomalyRecord({ ...disk, severity: 'critical' });
    const { alerts, state } = run([critical, ...ticks(at('00:30:20'), at('00:31'), of(0))]);
    expect(story(alerts)).toEqual(['00:31:00 opened']);
    expect(state.counts.get('detect partition left behind')).toBe(1);
  });

  it('never goes back when a partition’s tick is late', () => {
    const { alerts } = run([
      ...ticks(at('00:30:20'), at('00:40'), of(0)),
      tick(at('00:39'), of(1)),
      anomalyRecord(disk),
      tick(at('00:39:10'), of(1)),
      tick(at('00:40:10'), of(0)),
    ]);
    expect(alerts).toEqual([]);
  });

  it('that was a day ahead is right again at once when a broker’s clock is set right, and alerts continue', () => {
    const ahead = anomaly({ series: seriesAt('host', 'b'), startsAtMs: at('00:30'), updatedAtMs: at('00:30:20') });
    const dayMs = 86_400_000;
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      tick(at('00:30:20') + dayMs),
      anomalyRecord(ahead, 0, at('00:30:20') + dayMs),
      ...ticks(at('00:30:30'), at('00:31:30')),
    ]);
    expect(story(alerts.filter(({ transition }) => transition === 'opened')).length).toBeGreaterThan(0);
    expect(alerts.at(-1)!.anomalies).toHaveLength(2);
    expect(alerts.every(({ status }) => status === 'open')).toBe(true);
  });

  it('of one partition closes no anomaly that another partition has yet to repeat after a pause of both', () => {
    const { state } = run([tick(at('00:30:20'), of(0)), tick(at('00:30:20'), of(1)), anomalyRecord(disk, 1)]);
    run([...ticks(at('00:30:30'), at('00:31:30'), of(0)), ...ticks(at('00:30:30'), at('00:31:30'), of(1))], state);
    const afterPause = [
      tick(at('01:33'), of(0)),
      anomalyRecord({ ...disk, revision: 2, updatedAtMs: at('01:33') }, 1),
      tick(at('01:33'), of(1)),
    ];
    expect(story(run(afterPause, state).alerts)).toEqual([]);
    expect(reasonsOf(run(ticks(at('01:34'), at('02:40'), of(1)), state).alerts.at(-1))).not.toContain('all closed');
  });

  it('of a partition closes the anomalies that this partition did not repeat for an hour', () => {
    const { state } = run([tick(at('00:30:20'), of(0)), tick(at('00:30:20'), of(1)), anomalyRecord(disk, 1)]);
    const [first, second] = [0, 1].map((partition) => ticks(at('00:30:30'), at('01:32'), of(partition)));
    const { alerts } = run(
      first!.flatMap((each, nth) => [each, second![nth]!]),
      state,
    );
    expect(alerts.at(-1)?.status).toBe('resolved');
  });

  it('does not move on for a tick that is not newer, which is counted', () => {
    const { state } = run([tick(at('00:30')), tick(at('00:30')), tick(at('00:29'))]);
    expect(state.counts.get('tick not newer')).toBe(2);
  });

  it('of one scope does not move the time of another scope', () => {
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(disk),
      ...ticks(at('00:30'), at('00:59'), { scope: 'old' }),
    ]);
    expect(alerts).toEqual([]);
  });

  it('begins with the scope’s first tick for anomalies that waited, whatever times they carry', () => {
    const ahead = anomaly({ ...disk, updatedAtMs: at('23:00') });
    const { alerts } = run([
      anomalyRecord(ahead),
      anomalyRecord(closed(ahead, at('00:31'), at('23:00'))),
      ...ticks(at('00:31'), at('00:40')),
    ]);
    expect(story(alerts)).toEqual(['00:31:30 opened', '00:31:30 resolved']);
  });
});

describe('an anomaly that detect no longer repeats', () => {
  it('is closed after an hour, and the trace of its alert has the reason', () => {
    const { alerts } = run([tick(at('00:30:20')), anomalyRecord(disk), ...ticks(at('00:30:30'), at('02:00'))]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '01:30:50 resolved']);
    expect(alerts[1]?.trace.at(-1)).toMatchObject({ stage: 'resolve', detail: 'not repeated for an hour' });
    expect(alerts[1]?.endsAtMs).toBe(at('00:30:20'));
  });

  it('does not close if it is repeated under the tick with which time jumps', () => {
    const repeated = anomalyRecord({ ...disk, revision: 2, updatedAtMs: at('04:00') });
    const { alerts } = run([
      ...ticks(at('00:30:20'), at('00:30:20')),
      anomalyRecord(disk),
      repeated,
      tick(at('04:00')),
    ]);
    expect(story(alerts)).toEqual(['04:00:00 opened']);
  });
});

describe('the end of a replay', () => {
  const scope = 'old';
  const replayed = anomaly({ ...disk, scope, series: seriesAt('host', 'a', 'x', scope) });
  const opened = [
    tick(at('00:30:20'), { scope }),
    anomalyRecord(replayed),
    ...ticks(at('00:30:30'), at('00:31'), { scope }),
  ];

  it('resolves its alerts and forgets the cluster', () => {
    const { alerts, state } = run([...opened, end(at('00:31:30'), scope)]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:31:30 resolved']);
    expect(alerts[1]?.trace.at(-1)).toMatchObject({ stage: 'resolve', reason: 'all closed', detail: 'replay ended' });
    expect(state.takeChanges().size).toBe(1);
    expect(state.clocks.has(scope)).toBe(false);
  });

  it('pages an alert that still gathers if it lasted as long as groupWait, and mutes it if it was shorter', () => {
    const [start, long, short] = [tick(at('00:30:20'), { scope }), at('00:30:40'), at('00:30:10')];
    const storyOf = (endsAtMs: number) =>
      story(
        run([start, anomalyRecord(replayed), anomalyRecord(closed(replayed, endsAtMs)), end(at('00:30:40'), scope)])
          .alerts,
      );
    expect(storyOf(long)).toEqual(['00:30:40 opened', '00:30:40 resolved']);
    expect(storyOf(short)).toEqual(['00:30:40 (opened)', '00:30:40 (resolved)']);
  });

  it('waits for every detect partition', () => {
    const of = (detectPartition: number) => ({ detectPartition, detectPartitions: 2 });
    const { alerts, state } = run([...opened, end(at('00:31:30'), scope, of(0))]);
    expect(story(alerts)).toEqual(['00:30:50 opened']);
    expect(story(run([end(at('00:31:30'), scope, of(1))], state).alerts)).toEqual(['00:31:30 resolved']);
  });

  it('does not change live alerts of a cluster of the same name', () => {
    const live = anomaly({ ...replayed, scope: 'live' });
    const { alerts, state } = run([
      tick(at('00:30:20')),
      anomalyRecord(live),
      ...ticks(at('00:30:30'), at('00:31')),
      ...opened,
      end(at('00:31:30'), scope),
    ]);
    expect(alerts.map((alert) => `${alert.scope} ${alert.status}`)).toEqual(['live open', 'old open', 'old resolved']);
    const again = {
      id: 'command-2',
      by: 'ada',
      atMs: 0,
      cluster: scope,
      action: 'ack',
      alertId: alerts[0]!.id,
    } as const;
    expect(story(run([commandRecord(again)], state).alerts)).toEqual(['00:31:00 acknowledged']);
  });

  it('can be followed by the same replay, which gives the same alerts', () => {
    const all = [...opened, end(at('00:31:30'), scope)];
    const first = run(all);
    expect(run(all, first.state).effects).toEqual(first.effects);
  });
});

it('a trace holds a decision only if it differs from the last one of its stage, and at most 60 (TRACE-IS-BOUNDED)', () => {
  const many = Array.from({ length: 80 }, (_, nth) =>
    anomalyRecord(anomaly({ ...disk, id: `a${nth}`, series: seriesAt('host', `h${nth}`) })),
  );
  const { alerts } = run([tick(at('00:30:20')), ...many, ...ticks(at('00:30:30'), at('00:31'))]);
  expect(alerts[0]?.anomalies).toHaveLength(80);
  expect(alerts[0]?.trace).toHaveLength(60);
  expect(reasonsOf(alerts[0])[0]).toBe('correlate: opened');
  expect(reasonsOf(alerts[0]).at(-1)).toBe('group: first notification');
});
