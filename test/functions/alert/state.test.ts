import { describe, expect, it } from 'vitest';
import { alertStep } from '../../../functions/alert/alert.ts';
import { anomaliesMax, membersMax } from '../../../functions/alert/cluster-state.ts';
import { PartitionStoppedError, RefusedRecordError } from '../../../functions/shared/domain/errors.ts';
import { anomaly, anomalyRecord, at, closed, context, run, seriesAt, story, tick, ticks } from './signals.ts';

const disk = anomaly({ startsAtMs: at('00:30'), updatedAtMs: at('00:30:20') });
const open = (blocks: Record<string, string>) =>
  alertStep.open(new Map(Object.entries(blocks).map(([name, text]) => [name, Buffer.from(text)])), context);

describe('the state of alert', () => {
  it('is a block for each cluster in its scope, one for each tick under which anomalies wait, and one for time and counts', () => {
    const { state } = run([
      tick(at('00:30')),
      anomalyRecord(disk),
      anomalyRecord(anomaly({ id: 'b', series: seriesAt('host', 'a', 'x', 'test') })),
      tick(at('00:30'), { scope: 'test' }),
      anomalyRecord(anomaly({ id: 'c', scope: 'test', series: seriesAt('host', 'a', 'x', 'test') })),
      anomalyRecord(anomaly({ id: 'd' }), 0, at('00:30')),
    ]);
    expect([...state.takeChanges().keys()].sort()).toEqual([
      'cluster/live/prod',
      'cluster/live/test',
      'cluster/test/test',
      'common',
      `held/000${at('00:30')}/live`,
    ]);
    expect(state.takeChanges().size).toBe(0);
  });

  it('has the same bytes as before if nothing was applied since', () => {
    const { state } = run([tick(at('00:30:20')), anomalyRecord(disk), ...ticks(at('00:30:30'), at('00:31'))]);
    const blocks = state.takeChanges() as ReadonlyMap<string, Uint8Array>;
    const opened = alertStep.open(blocks, context);
    opened.clustersOf('live');
    expect(opened.takeChanges().size).toBe(0);
  });

  it('removes the block of a cluster without alerts, silences and remembered anomalies', () => {
    const later = at('00:31') + 9 * 86_400_000;
    const { state } = run([tick(at('00:30:20')), anomalyRecord(disk)]);
    const blocks = state.takeChanges() as ReadonlyMap<string, Uint8Array>;
    const { state: after } = run([tick(later), tick(later + 60_000)], alertStep.open(blocks, context));
    run([tick(later + 9 * 86_400_000)], after);
    expect(after.takeChanges().get('cluster/live/prod')).toBeNull();
  });

  it.each(['common', 'cluster/live/prod', 'resolved/live/prod', 'entities/live/prod', 'held/0000000000000001/live'])(
    'is refused if %s has another version',
    (name) => {
      expect(() => open({ [name]: '{"version":1}' })).toThrow(PartitionStoppedError);
      expect(() => open({ [name]: '{"version":4}' })).toThrow(
        `block ${name} of alert's state has version 4: this Offbeat reads version 6`,
      );
    },
  );

  it.each(['', '{"ver', 'null'])('is refused if a block is damaged: %j', (text) => {
    expect(() => open({ 'cluster/live/prod': text })).toThrow(PartitionStoppedError);
  });

  it('remembers the last 10,000 closed anomalies of a cluster', () => {
    const series = (nth: number) => seriesAt('service', `s${nth}`);
    const gone = (nth: number) =>
      anomalyRecord(closed(anomaly({ ...disk, id: `a${nth}`, series: series(nth) }), at('00:31')));
    const all = Array.from({ length: 10_000 }, (_, nth) => [`a${nth}`, at('00:30')]);
    const cluster = { version: 6, scope: 'live', name: 'prod', alerts: [], silences: [], dismissed: [], closed: all };
    const { state } = run([tick(at('00:31')), gone(10_000)], open({ 'cluster/live/prod': JSON.stringify(cluster) }));
    const ids = [...state.clustersOf('live')[0]!.closed.keys()];
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([10_000, 'a1', 'a10000']);
  });

  it('evaluates clusters in the order of their names, not of their first anomalies', () => {
    const critical = (cluster: string) =>
      anomalyRecord(
        anomaly({ ...disk, id: cluster, severity: 'critical', series: seriesAt('host', 'a', 'x', cluster) }),
      );
    const { alerts } = run([critical('b'), critical('c'), critical('a'), tick(at('00:31'))]);
    expect(alerts.map(({ entity }) => entity.cluster)).toEqual(['a', 'b', 'c']);
  });

  it('does not change blocks with other names', () => {
    expect(open({ dedup: 'not ours' }).takeChanges().has('dedup')).toBe(false);
  });
});

describe('a storm', () => {
  const onHost = (nth: number) =>
    anomalyRecord(anomaly({ ...disk, id: `a${nth}`, series: seriesAt('host', `h${nth}`) }));

  it(`is split into alerts of ${membersMax} anomalies each`, () => {
    const many = Array.from({ length: 2 * membersMax + 1 }, (_, nth) => onHost(nth));
    const { alerts } = run([tick(at('00:30:20')), ...many, ...ticks(at('00:30:30'), at('00:30:50'))]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:30:50 opened', '00:30:50 opened']);
    expect(alerts.map(({ anomalies }) => anomalies.length)).toEqual([membersMax, membersMax, 1]);
  });

  it(`is refused beyond ${anomaliesMax} anomalies in open alerts, and continues once some are over`, () => {
    const blocks = run([tick(at('00:30:20')), onHost(0)]).state.takeChanges();
    const cluster = JSON.parse(Buffer.from(blocks.get('cluster/live/prod')!).toString());
    const [alert] = cluster.alerts;
    const full = { ...alert, members: Array.from({ length: anomaliesMax }, () => alert.members[0]) };
    const state = open({ 'cluster/live/prod': JSON.stringify({ ...cluster, alerts: [full] }) });
    run([tick(at('00:30:20'))], state);
    expect(() => run([onHost(1)], state)).toThrow(RefusedRecordError);
    expect(() => run([onHost(1)], state)).toThrow('raise floors in the settings');
    expect(state.clustersOf('live')[0]?.alerts.size).toBe(1);
  });
});
