import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { type Anomaly, anomalySchema } from '../../../functions/shared/domain/anomaly.ts';
import type { EntityKind } from '../../../functions/shared/domain/entity.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, context, run, sample, start, stored, tick } from './records.ts';

const minute = 60_000;
const used = 'moosefs.chunkserver.space.used.pct';

interface Shape {
  readonly metric?: string;
  readonly kind?: EntityKind;
  /** The members are disks of one entity. */
  readonly areDisks?: boolean;
  readonly periodMs?: number;
}

/** Returns the values of a set of members at each minute, or less often, and a tick after each minute. */
function minutesOf(
  members: number,
  minutes: number,
  valueAt: (member: number, nth: number) => number | undefined,
  { metric = used, kind = 'chunkserver', areDisks = false, periodMs = minute }: Shape = {},
): LogRecord[] {
  return Array.from({ length: minutes }, (_, nth) => {
    const timestampMs = start + nth * minute;
    const samples = Array.from({ length: members }, (_member, member) => {
      const value = (nth * minute) % periodMs === 0 ? valueAt(member, nth) : undefined;
      if (value === undefined) return [];
      return [
        sample({
          timestampMs,
          entity: { cluster: 'c', kind, name: areDisks ? 'cs-0' : `cs-${member}` },
          dataset: areDisks ? 'moosefs.disk' : 'moosefs.chunkserver',
          dimensions: areDisks ? { device: `/mnt/${member}` } : {},
          measurements: { [metric]: value },
        }),
      ];
    });
    return [tick(timestampMs), ...samples.flat()];
  }).flat();
}

/** Returns the anomalies of the kind in short: the minute, the member, the state, why it closed. */
const inShort = (anomalies: readonly Anomaly[]): string[] =>
  anomalies
    .filter(({ kind, revision, state }) => kind === 'peers' && (revision === 1 || state === 'closed'))
    .map(({ updatedAtMs, series, state, closedBecause }) =>
      [
        (updatedAtMs - start) / minute,
        series.dimensions.device ?? series.entity.name,
        state,
        ...(closedBecause ? [closedBecause] : []),
      ].join(' '),
    );
const found = (records: readonly LogRecord[]): string[] => inShort(anomaliesOf(run(records).effects));
/** Returns a level of a member that is a little different from those of the others. */
const near = (level: number, member: number): number => level + 0.01 * ((member % 5) - 2);

describe('a series that differs from its peers', () => {
  it('pages from the start, after five comparisons, and says what its peers have', () => {
    const records = minutesOf(6, 10, (member) => (member === 5 ? 0.91 : near(0.62, member)));
    const [anomaly] = anomaliesOf(run(records).effects).filter(({ kind }) => kind === 'peers');
    expect(inShort([anomaly!])).toEqual(['5 cs-5 open']);
    expect(anomaly).toMatchObject({ peak: 0.91, expected: 0.62, lower: 0.6, upper: 0.64, direction: 'up' });
    expect(anomaly!.reason).toBe(
      'chunkserver space used pct on cs-5 at 91 %, where its 5 peers have 62 % in the median, 60 to 64 %: ' +
        'chunks are not spread evenly, so it is full before the others',
    );
    // By hand: 0.29 off, where it differs from 0.15 on, are 9.7 fifths: 9.7 / 10.7.
    expect(anomaly!.score).toBeCloseTo(0.906, 3);
    expect(anomalySchema.parse(anomaly)).toEqual(anomaly);
  });

  it('is normal again after five comparisons within', () => {
    const records = minutesOf(6, 40, (member, nth) => (member === 5 && nth < 20 ? 0.9 : near(0.6, member)));
    expect(found(records)).toEqual(['5 cs-5 open', '25 cs-5 closed back to normal']);
  });

  it('pages as many comparisons later where values are rare', () => {
    const records = minutesOf(6, 40, (member) => (member === 5 ? 0.9 : near(0.6, member)), { periodMs: 5 * minute });
    expect(found(records)).toEqual(['21 cs-5 open']);
  });

  it.each([
    ['all move together', 6, (member: number, nth: number) => near(nth < 10 ? 0.3 : 0.8, member)],
    ['half of them have more', 8, (member: number) => near(member < 4 ? 0.4 : 0.9, member)],
    ['four of nine have more', 9, (member: number) => near(member < 4 ? 0.9 : 0.4, member)],
    ['one has less, where only more matters', 6, (member: number) => (member === 5 ? 0.1 : near(0.6, member))],
    ['there are only two others', 3, (member: number) => (member === 2 ? 0.9 : 0.4)],
    [
      'the others have stopped',
      6,
      (member: number, nth: number) => (member === 5 ? (nth < 10 ? 0.6 : 0.9) : nth < 9 ? 0.6 : undefined),
    ],
    [
      'it differs for four minutes',
      6,
      (member: number, nth: number) => (member === 5 && nth % 8 < 4 ? 0.9 : near(0.6, member)),
    ],
    ['the others vary as much', 6, (member: number) => 0.1 + 0.15 * member],
  ] as const)('pages nobody where %s', (_, members, valueAt) => {
    expect(found(minutesOf(members, 60, valueAt))).toEqual([]);
  });

  it('is learned within a day, and pages no second time for the same', () => {
    const heap = 'elasticsearch.node.stats.jvm.mem.heap.used.pct';
    const day = (nth: number): number => 30 + 10 * Math.sin((2 * Math.PI * nth) / 1_440);
    const records = minutesOf(6, 4 * 1_440, (member, nth) => (member === 5 ? 2.2 : 1) * day(nth) + 0.1 * member, {
      metric: heap,
      kind: 'search-node',
    });
    expect(found(records)).toEqual(['5 cs-5 open', expect.stringMatching(/^\d{3,4} cs-5 closed new level learned$/)]);
  });

  it('is one disk of a chunkserver', () => {
    const metric = 'moosefs.disk.io.last_minute.write.time.us';
    const records = minutesOf(4, 10, (member) => (member === 2 ? 40e6 : 3e6 + member), { metric, areDisks: true });
    expect(found(records)).toEqual(['5 /mnt/2 open']);
  });

  it('is not looked for where the settings ignore it or its peers, nor in other metrics and hosts', () => {
    const valueAt = (member: number): number => (member === 5 ? 0.9 : near(0.6, member));
    for (const change of [{ peers: 'off' }, { ignore: true }]) {
      const settings = settingsSchema.parse({ catalogue: [{ match: { entity: 'c/*/cs-5' }, ...change }] });
      const off = { ...context, settings };
      const { effects } = run(minutesOf(6, 20, valueAt), detectStep.open(new Map(), off), off);
      expect(inShort(anomaliesOf(effects))).toEqual([]);
    }
    expect(found(minutesOf(6, 20, valueAt, { metric: 'moosefs.chunkserver.chunks' }))).toEqual([]);
    expect(found(minutesOf(6, 20, valueAt, { kind: 'host' }))).toEqual([]);
  });

  it('closes when the settings ignore it', () => {
    const records = minutesOf(6, 20, (member) => (member === 5 ? 0.9 : near(0.6, member)));
    const before = run(records.slice(0, 70));
    const off = { ...context, settings: settingsSchema.parse({ catalogue: [{ match: {}, peers: 'off' }] }) };
    const state = detectStep.open(stored(new Map(), detectStep.takeChanges(before.state)), off);
    const after = run(records.slice(70), state, off);
    expect(inShort(anomaliesOf(after.effects))).toEqual(['10 cs-5 closed ignored by settings']);
  });

  it('is remembered over a restart at any record', () => {
    const records = minutesOf(6, 30, (member, nth) => (member === 5 && nth < 15 ? 0.9 : near(0.6, member)));
    const whole = anomaliesOf(run(records).effects);
    expect(inShort(whole)).toHaveLength(2);
    for (const cut of [1, 16, 33, 38, 60, 100, 120, 135]) {
      const before = run(records.slice(0, cut));
      const restarted = detectStep.open(stored(new Map(), detectStep.takeChanges(before.state)), context);
      const after = run(records.slice(cut), restarted);
      expect(anomaliesOf([...before.effects, ...after.effects])).toEqual(whole);
    }
  });
});
