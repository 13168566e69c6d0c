import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { Places, placesMax } from '../../../functions/detect/places.ts';
import type { Group } from '../../../functions/detect/series-group.ts';
import { type EntityRecord, entityRecordSchema, entityVersion } from '../../../functions/shared/domain/edge.ts';
import { PartitionStoppedError } from '../../../functions/shared/domain/errors.ts';
import type { Facts } from '../../../functions/shared/domain/sample.ts';
import type { Effect, LogRecord } from '../../../functions/shared/log/record.ts';
import { header } from '../../../functions/shared/log/record.ts';
import type { Blocks } from '../../../functions/shared/runner/step.ts';
import { context, type DetectState, end, run, sample, tick } from './records.ts';

const midnightMs = Date.parse('2026-11-23T00:00:00Z');
const [minuteMs, hourMs] = [60_000, 3_600_000];

/** Returns a sample of host `a` with facts, some time after midnight. */
const shown = (afterMs: number, facts: Facts, parts: Parameters<typeof sample>[0] = {}): LogRecord =>
  sample({ timestampMs: midnightMs + afterMs, measurements: { x: 1 }, facts, ...parts });
const ip = (address: string): Facts => ({ 'host.ip': address });
const recordsIn = (effects: readonly Effect[]): EntityRecord[] =>
  effects
    .filter(({ headers }) => headers[header.schema] === entityVersion)
    .map(({ value }) => entityRecordSchema.parse(JSON.parse(value.toString())));
const placesOf = (records: readonly LogRecord[], state?: DetectState) =>
  recordsIn(run(records, state).effects).map(({ addresses, edges }) => [
    ...addresses,
    ...edges.map(({ relation, to }) => `${relation} ${to.kind} ${to.name}`),
  ]);
const storedIn = (state: DetectState): Blocks =>
  new Map([...state.takeChanges()].flatMap(([name, bytes]) => (bytes === null ? [] : [[name, bytes] as const])));

describe('the place of an entity', () => {
  it('is reported with its first sample, under the tick of its lane', () => {
    const { effects } = run([tick(midnightMs), shown(5_000, ip('10.0.0.1'))]);
    const [report] = effects.filter(({ headers }) => headers[header.schema] === entityVersion);
    expect(report).toMatchObject({ topic: 'offbeat.signals', key: 'c' });
    expect(report!.headers).toMatchObject({ [header.detectPartition]: '0', [header.tick]: String(midnightMs) });
    expect(recordsIn(effects)).toEqual([
      {
        entity: { cluster: 'c', kind: 'host', name: 'a' },
        addresses: ['10.0.0.1'],
        edges: [],
        updatedAtMs: midnightMs,
        scope: 'live',
      },
    ]);
  });

  it('is not reported again while it shows nothing new', () => {
    expect(placesOf([shown(0, ip('10.0.0.1')), shown(minuteMs, ip('10.0.0.1')), shown(2 * minuteMs, {})])).toHaveLength(
      1,
    );
  });

  it('is reported when a sample of any dataset shows something new, with all that was shown', () => {
    const mounted = shown(minuteMs, { 'system.filesystem.device_name': 'mfs#m' }, { dataset: 'system.filesystem' });
    expect(placesOf([shown(0, ip('10.0.0.1')), mounted])).toEqual([
      ['10.0.0.1'],
      ['10.0.0.1', 'uses storage-master m'],
    ]);
  });

  it('is reported with the first sample of an hour, without what was not shown in the hour before', () => {
    const hours = [0, 1, 2].map((hour) => shown(hour * hourMs, ip(hour === 0 ? '10.0.0.1, 10.0.0.2' : '10.0.0.1')));
    expect(placesOf(hours)).toEqual([['10.0.0.1', '10.0.0.2'], ['10.0.0.1', '10.0.0.2'], ['10.0.0.1']]);
  });

  it('is not reported for each sample where the lanes of an entity are in two hours', () => {
    const flipping = [hourMs, hourMs - 1_000, hourMs, hourMs - 1_000].map((ms) => shown(ms, ip('10.0.0.1')));
    expect(placesOf(flipping)).toHaveLength(1);
  });

  it('is not reported of an entity that shows none', () => {
    expect(placesOf([shown(0, { 'agent.version': '8' })])).toEqual([]);
  });

  it('is known after the state was stored and opened', () => {
    const { state } = run([shown(0, ip('10.0.0.1'))]);
    const opened = detectStep.open(storedIn(state), context);
    expect(placesOf([shown(minuteMs, ip('10.0.0.1'))], opened)).toEqual([]);
    expect(placesOf([shown(2 * minuteMs, ip('10.0.0.2'))], opened)).toEqual([['10.0.0.1', '10.0.0.2']]);
  });

  it('has at most 16 addresses', () => {
    const many = Array.from({ length: 18 }, (_, nth) => `10.0.0.${nth}`).join(', ');
    expect(placesOf([shown(0, ip(many))])[0]).toHaveLength(16);
  });

  it(`is not known of a further entity where ${placesMax} are known`, () => {
    const places = new Places(new Map());
    const noted = (name: string) => {
      const group = { identity: { scope: 'live' } } as Group;
      const entity = { cluster: 'c', kind: 'broker', name } as const;
      return places.note(group, { entity, dataset: 'kafka.broker', dimensions: {} }, midnightMs);
    };
    for (let nth = 0; nth < placesMax; nth += 1) expect(noted(`k${nth}:9092`)).toBeDefined();
    expect(noted('further:9092')).toBeUndefined();
    expect(places.size).toBe(placesMax);
  });

  it('is forgotten after 25 hours in which none was shown, and with its replay', () => {
    const { state } = run([tick(midnightMs), shown(0, ip('10.0.0.1'))]);
    run([tick(midnightMs + 24 * hourMs)], state);
    expect(state.places.size).toBe(1);
    run([tick(midnightMs + 27 * hourMs)], state);
    expect(state.places.size).toBe(0);
    run([shown(0, ip('10.0.0.1'), { scope: 'old' }), end(midnightMs, 'old')], state);
    expect(state.places.size).toBe(0);
  });

  it('stops the partition if its block is of another version', () => {
    expect(() => detectStep.open(new Map([['places/00', Buffer.from('{"version":9}')]]), context)).toThrow(
      new PartitionStoppedError("block places/00 of detect's state has version 9: this Offbeat reads version 1"),
    );
  });
});
