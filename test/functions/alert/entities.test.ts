import { describe, expect, it } from 'vitest';
import { alertStep } from '../../../functions/alert/alert.ts';
import { entitiesBytesMax, KnownEntities } from '../../../functions/alert/known-entities.ts';
import { type EntityRecord, entityVersion } from '../../../functions/shared/domain/edge.ts';
import type { EntityKind } from '../../../functions/shared/domain/entity.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import {
  anomaly,
  anomalyRecord,
  at,
  closed,
  context,
  end,
  recordOf,
  run,
  seriesAt,
  story,
  tick,
  ticks,
} from './signals.ts';

const hourMs = 3_600_000;
const entity = (kind: EntityKind, name: string, parts: Partial<EntityRecord> = {}): EntityRecord => ({
  entity: { cluster: 'prod', kind, name },
  addresses: [],
  edges: [],
  updatedAtMs: at('00:30'),
  scope: 'live',
  ...parts,
});
function entityRecord(record: EntityRecord, tickMs?: number): LogRecord {
  const made = recordOf(entityVersion, record);
  return tickMs === undefined ? made : { ...made, headers: { ...made.headers, [header.tick]: String(tickMs) } };
}
const host = entity('host', 'a', { addresses: ['10.0.0.1'] });
const broker = entity('broker', '10.0.0.1:9092', {
  edges: [{ relation: 'runs on', to: { kind: 'host', name: '10.0.0.1' } }],
});
const onHost = anomaly({ startsAtMs: at('00:30'), updatedAtMs: at('00:30:20') });
const onBroker = anomaly({
  series: seriesAt('broker', '10.0.0.1:9092', 'kafka.broker.up'),
  dataset: 'kafka.broker',
  startsAtMs: at('00:30:10'),
  updatedAtMs: at('00:30:20'),
});
const opened = (records: readonly LogRecord[]) =>
  run([...records, ...ticks(at('00:30:30'), at('00:31'))]).alerts.filter(({ transition }) => transition === 'opened');

describe('the places of entities', () => {
  it('connect anomalies of a broker and of its host, which have nothing else in common', () => {
    const anomalies = [anomalyRecord(onHost), anomalyRecord(onBroker)];
    expect(opened([tick(at('00:30:20')), ...anomalies])).toHaveLength(2);
    const [alert, ...others] = opened([tick(at('00:30:20')), entityRecord(host), entityRecord(broker), ...anomalies]);
    expect(others).toEqual([]);
    expect(alert!.suspects.map(({ entity: { kind }, why }) => `${kind}: ${why.split(':', 1)}`)).toEqual([
      'host: began with the first, upstream of 1 of the others',
      'broker: began with the first, downstream',
    ]);
  });

  it('are applied before the anomalies of their tick, in any order of detect’s partitions (ONE-ORDER)', () => {
    const atTick = at('00:30:20');
    const records = [
      entityRecord(host, atTick),
      entityRecord(broker, atTick),
      anomalyRecord(onHost, 0, atTick),
      anomalyRecord(onBroker, 0, atTick),
    ];
    for (const order of [records, records.toReversed()])
      expect(opened([tick(at('00:30:10')), ...order])).toHaveLength(1);
  });

  it('are counted if they come after their tick', () => {
    const { state } = run([...ticks(at('00:30'), at('00:31')), entityRecord(host, at('00:30'))]);
    expect(state.counts.get('entity after its tick')).toBe(1);
    expect(state.cluster('live', 'prod').entities.size).toBe(1);
  });

  it('are stored in a block of their own, and forgotten after 24 hours without a record', () => {
    const { state } = run([tick(at('00:30')), entityRecord(host), entityRecord(broker)]);
    const blocks = state.takeChanges() as ReadonlyMap<string, Uint8Array>;
    expect([...blocks.keys()].sort()).toEqual(['cluster/live/prod', 'common', 'entities/live/prod']);
    const again = alertStep.open(blocks, context);
    expect(again.cluster('live', 'prod').entities.graph.within('host/a', 1).size).toBe(2);
    run([tick(at('00:30') + 24 * hourMs)], again);
    expect(again.takeChanges().has('entities/live/prod')).toBe(false);
    run([tick(at('00:30:10') + 24 * hourMs)], again);
    expect(again.takeChanges().get('entities/live/prod')).toBeNull();
  });

  it('are forgotten with their replay', () => {
    const { state } = run([tick(at('00:30'), { scope: 'old' }), entityRecord({ ...host, scope: 'old' })]);
    run([end(at('00:31'), 'old')], state);
    expect(state.cluster('old', 'prod').entities.size).toBe(0);
  });

  it('of a cluster are bounded in bytes: those that were reported first are forgotten', () => {
    const known = new KnownEntities();
    const name = (nth: number) => `${nth}${'x'.repeat(500)}`;
    const count = 2 * Math.ceil(entitiesBytesMax / 500);
    for (let nth = 0; nth < count; nth += 1) known.note(entity('service', name(nth)), nth);
    const bytes = Buffer.byteLength(JSON.stringify(known.all));
    expect(bytes).toBeLessThanOrEqual(entitiesBytesMax + 2);
    expect(bytes).toBeGreaterThan(0.9 * entitiesBytesMax);
    expect(known.all.at(-1)!.name).toBe(name(count - 1));
    expect(known.countOf('service')).toBe(known.size);
  });
});

describe('the resolve of an alert (NAMED-BEFORE-RESOLVED)', () => {
  it('is preceded by an update if it would be the first message to name an entity', () => {
    const [first, second] = [onHost, { ...onBroker, dataset: onHost.dataset }];
    const { alerts } = run([
      tick(at('00:30:20')),
      anomalyRecord(first),
      ...ticks(at('00:30:30'), at('00:31')),
      anomalyRecord(closed(first, at('00:30:50'))),
      anomalyRecord(closed(second, at('00:30:50'))),
      tick(at('00:32')),
    ]);
    expect(story(alerts)).toEqual(['00:30:50 opened', '00:32:00 updated', '00:32:00 resolved']);
    expect(alerts[1]!.suspects).toHaveLength(2);
  });
});
