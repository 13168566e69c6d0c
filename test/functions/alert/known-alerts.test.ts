import { describe, expect, it } from 'vitest';
import { knownAlerts } from '../../../functions/alert/known-alerts.ts';
import { type Alert, resolvedMax } from '../../../functions/shared/domain/alert.ts';
import { UnavailableError } from '../../../functions/shared/domain/errors.ts';
import { alertId } from '../../../functions/shared/domain/ids.ts';
import type { SilenceRecord } from '../../../functions/shared/domain/silence.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { AlertOnStore, withSignals } from './alert-on-store.ts';
import { anomaly, anomalyRecord, at, closed, commandRecord, end, seriesAt, tick, ticks } from './signals.ts';
import { disk, later, opening, over, paged, silence, unsilence } from './silences.ts';

/** Opens the stage over memory, whose maps a test looks into. */
function open(partitions = 1) {
  const ports = { ...memoryPorts(), layout: withSignals(partitions) };
  const stage = new AlertOnStore(ports);
  const sent = <Value>(): Value[] =>
    ports.eventLog.records(topics.alerts).map(({ value }) => JSON.parse(String(value)));
  const key = (partition = 0) => ({ stage: 'alert', topic: topics.signals, partition });
  return { ...ports, stage, sent, key };
}

/** Returns bytes with a text in place of another of the same length. */
const replaced = (bytes: Buffer, from: string, to: string): Buffer =>
  Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');

const on = (cluster: string) => anomaly({ ...disk, id: `in ${cluster}`, series: seriesAt('host', 'a', 'x', cluster) });

describe('the alerts that the state knows', () => {
  it('an alert that was just recorded is as in its record, with the decisions since', async () => {
    const { stage, sent } = open();
    await stage.feed(paged);
    const [record] = sent<Alert>();
    const { alerts } = await stage.known();
    expect(alerts).toEqual([{ ...record, trace: [...record!.trace, expect.anything()] }]);
    expect(alerts[0]!.trace.at(-1)).toMatchObject({ stage: 'group', reason: 'nothing new' });
  });

  it('an alert that waits for its group is not known: no operator can have seen it', async () => {
    const { stage } = open();
    await stage.feed(opening);
    expect((await stage.known()).alerts).toEqual([]);
  });

  it('an alert has the anomalies that joined since its last record, and the time of that record', async () => {
    const { stage, sent } = open();
    await stage.feed(paged);
    await stage.feed([anomalyRecord(anomaly({ ...disk, id: 'b', series: seriesAt('host', 'a', 'y') }))]);
    const [record] = sent<Alert>();
    const [alert] = (await stage.known()).alerts;
    expect(alert).toMatchObject({ revision: 1, transition: 'opened', updatedAtMs: record!.updatedAtMs });
    expect(alert!.anomalies).toEqual([...record!.anomalies, 'b']);
  });

  it('an acknowledged alert is as in its record', async () => {
    const { stage, sent } = open();
    const ack = { id: 'ack-of-ada', by: 'ada', atMs: at('00:31'), cluster: 'prod', action: 'ack' } as const;
    await stage.feed([...paged, commandRecord({ ...ack, alertId: alertId('prod', disk.id) })]);
    expect((await stage.known()).alerts).toEqual([sent<Alert>().at(-1)]);
  });

  it('a resolved alert is as in its last record, for 8 days', async () => {
    const { stage, sent } = open();
    await stage.feed([...paged, over('00:32'), ...ticks(at('00:32'), at('00:34'))]);
    const last = sent<Alert>().at(-1)!;
    expect(last.status).toBe('resolved');
    expect((await stage.known()).alerts).toEqual([last]);
    const eightDaysMs = 8 * 86_400_000;
    await stage.feed([tick(last.updatedAtMs + eightDaysMs - 1)]);
    expect((await stage.known()).alerts).toEqual([last]);
    await stage.feed([tick(last.updatedAtMs + eightDaysMs)]);
    expect((await stage.known()).alerts).toEqual([]);
  });

  it(`the last ${resolvedMax} resolved alerts of a cluster are known`, async () => {
    const { stage, sent } = open();
    await stage.feed([tick(at('00:29'))]);
    for (let nth = 0; nth <= resolvedMax; nth += 1) {
      const series = seriesAt('service', `s${String(nth)}`);
      const one = anomaly({ id: `a${nth}`, series, dataset: `d${nth}`, startsAtMs: at('00:29'), severity: 'critical' });
      await stage.feed([anomalyRecord(one), anomalyRecord(closed(one, at('00:29:30'), at('00:29:40')))]);
    }
    await stage.feed(ticks(at('00:30'), at('00:31')));
    const resolved = sent<Alert>().filter(({ status }) => status === 'resolved');
    expect(resolved).toHaveLength(resolvedMax + 1);
    expect((await stage.known()).alerts).toEqual(resolved.slice(1));
  });
});

describe('the alerts of a replay that the state knows', () => {
  const scope = 'prod';
  const replayed = [
    tick(at('00:30:20'), { scope }),
    anomalyRecord(anomaly({ ...disk, scope })),
    ...ticks(at('00:30:30'), at('00:31'), { scope }),
  ];

  it('of a live and a replayed alert with one id, the live one alone is known, as a command would choose it', async () => {
    for (const records of [
      [...paged, ...replayed],
      [...replayed, ...paged],
    ]) {
      const { stage } = open();
      await stage.feed(records);
      expect((await stage.known()).alerts).toMatchObject([{ id: alertId('prod', disk.id), scope: 'live' }]);
    }
  });

  it('an open alert hides a resolved one with its id', async () => {
    const { stage } = open();
    await stage.feed([...paged, over('00:32'), ...ticks(at('00:32'), at('00:34')), ...replayed]);
    expect((await stage.known()).alerts).toMatchObject([{ status: 'open', scope }]);
    await stage.feed([end(at('00:34'), scope)]);
    expect((await stage.known()).alerts).toMatchObject([{ status: 'resolved', scope: 'live' }]);
  });

  it('resolved alerts of a replay are known until it ends', async () => {
    const { stage } = open();
    const ended = closed(anomaly({ ...disk, scope }), at('00:31:10'), at('00:31:20'));
    await stage.feed([...replayed, anomalyRecord(ended), ...ticks(at('00:32'), at('00:40'), { scope })]);
    expect((await stage.known()).alerts).toMatchObject([{ status: 'resolved', scope }]);
    await stage.feed([end(at('00:41'), scope)]);
    expect((await stage.known()).alerts).toEqual([]);
  });
});

describe('the silences that the state knows', () => {
  it('a silence that is pending or active is as in its last record', async () => {
    const { stage, sent } = open();
    const pending = { ...later({ name: 'b' }, '00:40', '00:50'), id: 'quiet-later' };
    await stage.feed([...opening, commandRecord(silence({ name: 'a' }, '00:30', '00:50')), commandRecord(pending)]);
    expect((await stage.known()).silences).toEqual(sent<SilenceRecord>());
    await stage.feed(ticks(at('00:39'), at('00:41')));
    const started = sent<SilenceRecord>().findLast(({ id }) => id === 'quiet-later');
    expect(started).toMatchObject({ state: 'active', revision: 2 });
    expect((await stage.known()).silences).toContainEqual(started);
  });

  it('a silence that is over is not known', async () => {
    const { stage } = open();
    await stage.feed([...opening, commandRecord(silence({ name: 'a' }, '00:30', '00:50')), commandRecord(unsilence())]);
    expect((await stage.known()).silences).toEqual([]);
  });
});

describe('the clusters that the state knows', () => {
  it('a cluster that had an anomaly is known, and one with a silence alone is not', async () => {
    const { stage } = open();
    const elsewhere = { ...silence({ name: 'a' }, '00:30', '00:50'), cluster: 'elsewhere' };
    await stage.feed([...paged, over('00:32'), ...ticks(at('00:32'), at('00:34')), commandRecord(elsewhere)]);
    expect([...(await stage.known()).clusters]).toEqual(['prod']);
  });
});

describe('where the state is stored', () => {
  it('no partition has anything before its first record', async () => {
    expect(await open(3).stage.known()).toEqual({ alerts: [], silences: [], clusters: new Set(), stopped: [] });
  });

  it('the clusters of every partition are read', async () => {
    const { stage, ledger } = open(4);
    const clusters = Array.from({ length: 12 }, (_, nth) => `c${String(nth)}`);
    await stage.feed([tick(at('00:30')), ...clusters.map((name) => anomalyRecord(on(name))), tick(at('00:31'))]);
    expect(ledger.items.size).toBe(4);
    expect((await stage.known()).alerts.map(({ entity }) => entity.cluster).sort()).toEqual(clusters.sort());
  });

  it('blocks are read from the item and from objects', async () => {
    const { stage, ledger, key } = open();
    const kindOf = async () => Object.keys((await ledger.read(key())).blocks['cluster/live/prod']!);
    await stage.feed(paged);
    const before = await stage.known();
    expect(await kindOf()).toEqual(['object']);
    await stage.feed([tick(at('00:31:10')), anomalyRecord({ ...disk, revision: 2 })]);
    expect(await kindOf()).toEqual(['inline']);
    expect(await stage.known()).toEqual(before);
  });

  it('anomalies that wait for their tick are not read', async () => {
    const { stage, objects, ledger, key } = open();
    await stage.feed([...paged, anomalyRecord(anomaly({ id: 'w', series: seriesAt('host', 'w') }), 0, at('00:40'))]);
    const item = await ledger.read(key());
    const held = Object.entries(item.blocks).find(([name]) => name.startsWith('held/'))!;
    const elsewhere = { ...item, blocks: { ...item.blocks, [held[0]]: { object: 'none' } } };
    ledger.restore(key(), elsewhere);
    expect((await knownAlerts({ ledger, objects, layout: withSignals(1) }).read()).alerts).toHaveLength(1);
  });
});

describe('a state that changes while it is read', () => {
  /** Opens a stage whose objects are replaced and deleted just before each of the first `times` reads. */
  async function moving(times: number) {
    const parts = open();
    const { stage, objects } = parts;
    await stage.feed(paged);
    let nth = 0;
    const replaced = {
      ...parts,
      objects: {
        ...objects,
        get: async (name: string) => {
          nth += 1;
          if (nth > times) return objects.get(name);
          const more = { ...silence({ name: 'b' }, '00:31', '00:50'), id: `silence-${String(nth)}` };
          await stage.feed([tick(at('00:31') + nth * 10_000), commandRecord(more)]);
          await objects.delete([name]);
          return objects.get(name);
        },
      },
    };
    return knownAlerts(replaced as never);
  }

  it('a partition whose object is deleted meanwhile is read again', async () => {
    const { alerts, silences } = await (await moving(2)).read();
    expect([alerts.length, silences.length]).toEqual([1, 2]);
  });

  it('a partition that changes three times is unavailable, so that the request can be repeated', async () => {
    await expect((await moving(3)).read()).rejects.toThrow(UnavailableError);
  });

  it('a partition whose object is gone, though the ledger still names it, is stopped, and the reason has the remedy', async () => {
    const { stage, objects } = open();
    await stage.feed(paged);
    objects.objects.clear();
    expect(await stage.known()).toMatchObject({
      alerts: [],
      stopped: [
        { partition: 0, reason: expect.stringContaining('bring the object back, or restore an earlier state') },
      ],
    });
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 400)],
    ['other bytes', () => Buffer.from('what is this?')],
    ['of another version', (bytes: Buffer) => replaced(bytes, '"version":6', '"version":5')],
    ['of the same version, without its parts', (bytes: Buffer) => replaced(bytes, '"alerts":', '"alerto":')],
    ['without a block', (bytes: Buffer) => replaced(bytes, '"cluster/live/prod"', '"cluster/live/prad"')],
  ])('a partition whose object is %s is stopped', async (_, damage) => {
    const { stage, objects } = open();
    await stage.feed(paged);
    for (const [name, bytes] of objects.objects) objects.objects.set(name, damage(bytes as Buffer));
    expect((await stage.known()).stopped).toEqual([
      { partition: 0, reason: expect.stringMatching(/damaged|version|have block/) },
    ]);
  });
});
