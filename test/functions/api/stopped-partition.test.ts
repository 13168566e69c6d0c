import { describe, expect, it } from 'vitest';
import { knownAlerts } from '../../../functions/alert/known-alerts.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { partitionOf, topics } from '../../../functions/shared/log/topics.ts';
import { startMs } from '../../support/alerts.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { AlertOnStore, withSignals } from '../alert/alert-on-store.ts';
import { anomaly, anomalyRecord, seriesAt, tick, ticks } from '../alert/signals.ts';
import { apiOnStore } from './api-on-store.ts';

const api = apiOnStore();
const partitions = 4;
const stopped = partitionOf('dev', partitions);
const minute = (minutes: number): number => startMs + minutes * 60_000;
const anomalyOf = (cluster: string) =>
  anomaly({ id: cluster, series: seriesAt('host', 'a', 'x', cluster), startsAtMs: minute(1), severity: 'critical' });

/** The API without a warehouse, with alerts of `prod`, and of `dev`, whose partition lost its objects. */
async function damaged() {
  const ports = { ...memoryPorts(), layout: withSignals(partitions) };
  const { ledger, objects, eventLog, layout } = ports;
  const stage = new AlertOnStore(ports);
  await stage.feed([tick(minute(0)), ...['prod', 'dev'].map((name) => anomalyRecord(anomalyOf(name)))]);
  await stage.feed(ticks(minute(2), minute(4)));
  const { alerts } = await stage.known();
  expect(alerts).toHaveLength(2);
  const { blocks } = await ledger.read({ stage: 'alert', topic: topics.signals, partition: stopped });
  await objects.delete(Object.values(blocks).flatMap((block) => ('object' in block ? [block.object] : [])));
  const ask = (path: string, body?: object) =>
    api.ask(path, {
      ...(body && { body: JSON.stringify(body) }),
      ports: { warehouse: knownAlerts(ports), eventLog, layout },
    });
  const idIn = (cluster: string) => alerts.find(({ entity }) => entity.cluster === cluster)!.id;
  return {
    ask,
    idIn,
    appended: (cluster: string) => eventLog.records(topics.signals, partitionOf(cluster, partitions)),
  };
}

const named = expect.stringMatching(
  `partition ${stopped} of alert's state cannot be read: .*bring the object back, or restore an earlier state`,
);

describe('a partition of alert that is stopped, without a warehouse', () => {
  it('alerts of the other partitions are listed and found, and a note names it', async () => {
    const { ask, idIn } = await damaged();
    const { status, body } = await ask('/api/alerts');
    expect([status, body.note]).toEqual([200, named]);
    expect(body.alerts.map(({ entity }: Alert) => entity.cluster)).toEqual(['prod']);
    expect((await ask(`/api/alerts/${idIn('prod')}`)).status).toBe(200);
  });

  it.each(['/api/silences', '/api/deliveries?state=delivered'])('%s is answered, and a note names it', async (path) => {
    const { status, body } = await (await damaged()).ask(path);
    expect([status, body.note]).toEqual([200, named]);
  });

  it('an alert or silence that only this partition may have is 503, with the reason and the remedy', async () => {
    const { ask, idIn } = await damaged();
    for (const path of [`/api/alerts/${idIn('dev')}`, '/api/silences/quiet-please']) {
      const { status, body } = await ask(path);
      expect([status, body.detail]).toEqual([503, named]);
    }
  });

  it.each(['prod', 'dev', 'new'])('a silence of cluster %s is appended, unchecked', async (cluster) => {
    const { ask, appended } = await damaged();
    expect(appended(cluster)).toEqual([]);
    const silence = { id: 'quiet-please', action: 'silence', by: 'ada', matchers: { name: 'a' }, endsAtMs: minute(60) };
    const { status, body } = await ask('/api/commands', { ...silence, cluster });
    expect([status, body.warnings]).toEqual([202, [expect.stringContaining('the silence is accepted unchecked')]]);
    expect(appended(cluster)).toHaveLength(1);
  });
});
