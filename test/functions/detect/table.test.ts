import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { DetectState } from '../../../functions/detect/state.ts';
import { groupKey } from '../../../functions/detect/table.ts';
import { letterHeader } from '../../../functions/shared/log/dead-letter.ts';
import { header } from '../../../functions/shared/log/record.ts';
import { topics } from '../../../functions/shared/log/topics.ts';
import { context, end, run, sample, stored } from './records.ts';

const start = 1_700_000_040_000;
const host = (name: string) => ({ cluster: 'c', kind: 'host' as const, name });
const limited = (perEntity: number, perPartition: number) =>
  new DetectState(new Map(), context.settings, { perEntity, perPartition });

describe('the limits on series', () => {
  it('of an entity give one dead letter a day, and keep the series that are known', () => {
    const state = limited(2, 100);
    const day = 86_400_000;
    const of = (name: string, timestampMs: number) =>
      sample({ entity: host(name), timestampMs, measurements: { a: 1, b: 2, [`c${timestampMs}`]: 3 } });
    const { effects } = run([of('x', start), of('x', start + 1), of('y', start), of('x', start + day)], state);
    const letters = effects.filter(({ topic }) => topic === topics.deadLetters);
    expect(letters.map(({ headers }) => headers[letterHeader.reason])).toEqual(Array(3).fill('too many series'));
    expect(letters[0]?.headers).toMatchObject({ [letterHeader.stage]: 'detect', [header.schema]: 'dead-letter/1' });
    expect(state.table.seriesCount).toBe(4);
    expect(state.counts.get('too many series')).toBe(4);
  });

  it('apply to a partition, too', () => {
    const state = limited(100, 3);
    run([sample({ timestampMs: start, measurements: { a: 1, b: 1, c: 1, d: 1 } })], state);
    expect(state.table.seriesCount).toBe(3);
  });

  it('of a partition give one dead letter a day, however many entities have new series', () => {
    const state = limited(100, 1);
    const of = (nth: number) => sample({ entity: host(`h${nth}`), timestampMs: start, measurements: { a: 1, b: 1 } });
    const { effects } = run(
      Array.from({ length: 50 }, (_, nth) => of(nth)),
      state,
    );
    const letters = effects.filter(({ topic }) => topic === topics.deadLetters);
    expect(letters.map(({ headers }) => headers[letterHeader.detail])).toEqual([
      expect.stringMatching(/^this partition \(newest: c\/host\/h0\): /),
    ]);
  });

  it('reserve half for judged series, so that processes cannot keep a new disk out', () => {
    const state = limited(10, 100);
    const shown = (pid: number) => ({ dimensions: { pid: `${pid}` }, measurements: { 'system.process.fd.open': 1 } });
    run(
      Array.from({ length: 20 }, (_, pid) => sample({ timestampMs: start, ...shown(pid) })),
      state,
    );
    const before = state.table.seriesCount;
    expect(before).toBeLessThanOrEqual(5);
    run(
      [sample({ timestampMs: start, dimensions: { device: 'sdz' }, measurements: { 'system.diskio.read.bytes': 1 } })],
      state,
    );
    expect(state.table.seriesCount).toBe(before + 1);
  });

  it.each(['a', 'é', '日', '😀'])(
    'hold for the bytes of a partition: below 32 MB are stored, also with long texts of the letter %s',
    (letter) => {
      const state = detectStep.open(new Map(), context);
      const long = letter.repeat(990 / letter.length);
      const unit = letter.repeat(64 / letter.length);
      const identity = { scope: 'live', entity: host('next'), dataset: 'd', dimensions: {} };
      for (let nth = 0; nth < 10_000 && state.table.fullFor(identity, true) === undefined; nth += 1) {
        const record = sample({
          entity: host(`h${nth}`),
          dimensions: { p: long, q: long },
          timestampMs: start,
          measurements: { a: 1 },
          units: { a: unit },
        });
        run([record], state);
      }
      expect(state.table.fullFor(identity, true)).toEqual({ of: 'partition', shownOnly: false });
      const changes = detectStep.takeChanges(state);
      const bytes = [...changes.values()].reduce((sum, block) => sum + (block?.length ?? 0), 0);
      expect(bytes).toBeLessThan(32_000_000);
      expect(bytes).toBeGreaterThan(15_000_000);
    },
  );

  it('allow new series again after others were forgotten', () => {
    const state = limited(2, 2);
    const records = [
      sample({ timestampMs: start, measurements: { a: 1, b: 1 }, scope: 'old' }),
      end(start, 'old'),
      sample({ timestampMs: start, measurements: { c: 1, d: 1 } }),
    ];
    expect(run(records, state).effects.filter(({ topic }) => topic === topics.deadLetters)).toEqual([]);
    expect(state.table.seriesCount).toBe(2);
  });
});

describe('the key of a group', () => {
  const identity = { scope: 'live', entity: host('a'), dataset: 'd', dimensions: { x: '1', y: '2' } };

  it('is the same for any order of the dimensions', () => {
    expect(groupKey({ ...identity, dimensions: { y: '2', x: '1' } })).toBe(groupKey(identity));
  });

  it.each([
    ['a dimension that looks like two', { ...identity, dimensions: { x: '1,y=2' } }],
    ['another scope', { ...identity, scope: 'old' }],
    ['another dataset', { ...identity, dataset: 'e' }],
    ['a name that holds a line break and a dataset', { ...identity, entity: host('a\nd') }],
  ])('differs for %s', (_, other) => {
    expect(groupKey(other)).not.toBe(groupKey(identity));
  });
});

describe('the blocks of a state', () => {
  const hosts = Array.from({ length: 300 }, (_, nth) => `host-${nth}`);
  const metrics = Object.fromEntries(Array.from({ length: 10 }, (_, nth) => [`metric-${nth}`, nth]));
  const all = hosts.map((name) => sample({ entity: host(name), timestampMs: start, measurements: metrics }));

  it('stay below 256 KB, and only changed ones are written again', () => {
    const { state } = run(all);
    const blocks = detectStep.takeChanges(state);
    expect(blocks.size).toBeGreaterThan(4);
    for (const bytes of blocks.values()) expect(bytes?.length).toBeLessThan(256 * 1024);
    run([sample({ entity: host('host-299'), timestampMs: start + 1, measurements: metrics })], state);
    expect(detectStep.takeChanges(state).size).toBe(1);
  });

  it('cost at most 480 bytes a series', () => {
    const blocks = detectStep.takeChanges(run(all).state);
    const bytes = [...blocks.values()].reduce((sum, block) => sum + (block?.length ?? 0), 0);
    expect(bytes / (hosts.length * 10)).toBeLessThanOrEqual(480);
  });

  it('are removed when they contain no group any more', () => {
    const old = hosts.map((name) =>
      sample({ entity: host(name), timestampMs: start, measurements: metrics, scope: 'old' }),
    );
    const { state } = run(old);
    const blocks = stored(new Map(), detectStep.takeChanges(state));
    run([end(start, 'old')], state);
    expect([...stored(blocks, detectStep.takeChanges(state)).keys()]).toEqual(
      ['common'].filter((name) => blocks.has(name)),
    );
  });
});
