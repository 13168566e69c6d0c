import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { type Anomaly, anomalySchema } from '../../../functions/shared/domain/anomaly.ts';
import type { EntityKind } from '../../../functions/shared/domain/entity.ts';
import type { Sample } from '../../../functions/shared/domain/sample.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, at, context, cpu, end, run, sample, start, stored, tick } from './records.ts';

const minute = 60_000;
const named = (name: string, kind: EntityKind = 'host'): Pick<Sample, 'entity'> => ({
  entity: { cluster: 'c', kind, name },
});

/** An entity that ships a sample at intervals, while a moment is within one of its spans. */
interface Shipper {
  readonly parts: Partial<Sample>;
  readonly everyS?: number;
  /** The spans in which it ships, in minutes from the start. */
  readonly spans: readonly (readonly [from: number, to: number])[];
  /** The time that its clock is behind, ms. */
  readonly behindMs?: number;
  readonly value?: (minutes: number) => number;
}

/** Returns the samples of all shippers, and a tick every 10 s, in order of time. */
function timeline(minutes: number, shippers: readonly Shipper[], scope = 'live'): LogRecord[] {
  return Array.from({ length: minutes * 6 + 1 }, (_, nth) => {
    const nowMs = at(nth);
    const shipped = shippers.flatMap(({ parts, everyS = 10, spans, behindMs = 0, value = () => 0.1 }) => {
      const passed = (nowMs - start) / minute;
      if ((nth * 10) % everyS !== 0 || !spans.some(([from, to]) => passed >= from && passed < to)) return [];
      const measurements = { [cpu]: value(passed) };
      return [sample({ scope, timestampMs: nowMs - behindMs, measurements, ...parts }, nowMs)];
    });
    return [tick(nowMs, scope), ...shipped];
  }).flat();
}

/** Returns the anomalies without data in short: minutes from the start, the name of the entity, the state, why it closed. */
const inShort = (anomalies: readonly Anomaly[]): string[] =>
  anomalies
    .filter(({ kind, revision, state }) => kind === 'no data' && (revision === 1 || state === 'closed'))
    .map(({ updatedAtMs, series, state, closedBecause }) =>
      [
        Math.floor((updatedAtMs - start) / minute),
        series.entity.name,
        state,
        ...(closedBecause ? [closedBecause] : []),
      ].join(' '),
    );
const missedIn = (...given: Parameters<typeof timeline>): string[] =>
  inShort(anomaliesOf(run(timeline(...given)).effects));

describe('an entity that ships no samples any more', () => {
  const twoOthers: Shipper[] = ['x', 'y'].map((name) => ({ parts: named(name), spans: [[0, 100]] }));

  it('is an anomaly after 3 minutes, until its samples come again', () => {
    const gone: Shipper = {
      parts: named('a'),
      spans: [
        [0, 10],
        [20, 30],
      ],
    };
    const found = anomaliesOf(run(timeline(22, [gone, ...twoOthers])).effects);
    expect(inShort(found)).toEqual(['13 a open', '20 a closed data again']);
    expect(found[0]).toMatchObject({
      series: { entity: named('a').entity, metric: 'offbeat.no_data', dimensions: {} },
      startsAtMs: start + 10 * minute - 10_000,
      unit: 's',
      upper: 180,
      severity: 'warning',
      reason: 'no data from c/host/a for 3 min; usually every 10 s',
    });
    for (const anomaly of found) expect(anomalySchema.parse(anomaly)).toEqual(anomaly);
  });

  it('is an anomaly after ten of its own intervals where these are longer', () => {
    const slow: Shipper = { parts: named('a'), everyS: 60, spans: [[0, 30]] };
    expect(missedIn(45, [slow, ...twoOthers])).toEqual(['39 a open']);
  });

  it.each(['broker', 'chunkserver', 'search-node'] as const)('is missed if it is a %s', (kind) => {
    const gone: Shipper = { parts: named('a', kind), spans: [[0, 10]] };
    expect(missedIn(20, [gone, ...twoOthers])).toEqual(['13 a open']);
  });

  it.each(['service', 'topic', 'consumer-group', 'storage-master'] as const)('is not missed if it is a %s', (kind) => {
    const gone: Shipper = { parts: named('a', kind), spans: [[0, 10]] };
    expect(missedIn(20, [gone, ...twoOthers])).toEqual([]);
  });

  it('is not missed if it was known for less than 5 minutes, or has only sent log records', () => {
    const job: Shipper = { parts: named('a'), spans: [[0, 4]] };
    const log: Shipper = { parts: { ...named('b'), measurements: { 'log.records': 1 } }, spans: [[0, 10]] };
    expect(missedIn(20, [job, log, ...twoOthers])).toEqual([]);
  });

  it('is not missed while another of its metric sets goes on, nor because its clock is behind', () => {
    const stops: Shipper = { parts: named('a'), spans: [[0, 10]] };
    const goesOn: Shipper = { parts: { ...named('a'), dataset: 'system.load' }, everyS: 60, spans: [[0, 30]] };
    const behind: Shipper = { parts: named('b'), spans: [[0, 30]], behindMs: 20 * minute };
    expect(missedIn(30, [stops, goesOn, behind, ...twoOthers])).toEqual([]);
  });

  it('is reported before its open anomalies close, which name it as the reason', () => {
    const off: Shipper = { parts: named('a'), spans: [[0, 70]], value: (minutes) => (minutes < 67 ? 0.1 : 0.9) };
    const found = anomaliesOf(run(timeline(75, [off, ...twoOthers])).effects);
    expect(found.map(({ kind, state, closedBecause }) => `${kind} ${state} ${closedBecause}`)).toEqual([
      'deviation open undefined',
      'no data open undefined',
      'deviation closed no data',
    ]);
  });

  it('is repeated every 10 minutes', () => {
    const gone: Shipper = { parts: named('a'), spans: [[0, 10]] };
    const found = anomaliesOf(run(timeline(45, [gone, ...twoOthers])).effects);
    expect(found.map(({ revision }) => revision)).toEqual([1, 2, 3, 4]);
  });

  it('is not missed at the end of a replay', () => {
    const records = [...timeline(10, [{ parts: named('a'), spans: [[0, 10]] }], 'old'), end(at(61), 'old')];
    expect(anomaliesOf(run(records).effects)).toEqual([]);
  });

  it('closes at the end of a replay', () => {
    const gone: Shipper = { parts: named('a'), spans: [[0, 10]] };
    const records = [...timeline(20, [gone, ...twoOthers], 'old'), end(at(121), 'old')];
    expect(inShort(anomaliesOf(run(records).effects))).toEqual(['13 a open', '20 a closed replay ended']);
  });

  it('is remembered over a restart', () => {
    const records = timeline(22, [
      {
        parts: named('a'),
        spans: [
          [0, 10],
          [20, 30],
        ],
      },
      ...twoOthers,
    ]);
    const whole = anomaliesOf(run(records).effects);
    for (const cut of [30, 150, 220, 300]) {
      const before = run(records.slice(0, cut));
      const restarted = detectStep.open(stored(new Map(), detectStep.takeChanges(before.state)), context);
      expect(anomaliesOf([...before.effects, ...run(records.slice(cut), restarted).effects])).toEqual(whole);
    }
  });
});

describe('more than half of the entities of a partition', () => {
  const hosts = (count: number, spans: Shipper['spans'], prefix = 'h'): Shipper[] =>
    Array.from({ length: count }, (_, nth) => ({
      parts: named(`${prefix}${nth}`),
      everyS: 10 * (1 + (nth % 3)),
      spans,
    }));

  it('that fall silent at once are one anomaly of their shippers, until data comes again', () => {
    const shippers = [
      ...hosts(30, [
        [0, 10],
        [30, 40],
      ]),
      ...hosts(20, [[0, 40]], 'k'),
    ];
    const found = anomaliesOf(run(timeline(35, shippers)).effects);
    expect(inShort(found)).toEqual(['13 shippers open', '31 shippers closed data again']);
    expect(found[0]).toMatchObject({
      series: { entity: { cluster: 'c', kind: 'service', name: 'shippers' }, dimensions: { partition: '0' } },
      severity: 'critical',
    });
    expect(found[0]!.reason).toMatch(
      /^no data from 30 of 50 entities for 3 min; host h0, host h1, host h10 and 27 more: /,
    );
  });

  it('stay one anomaly over a pause of Offbeat, after which they ship as little as before', () => {
    const shippers = [
      ...hosts(5, [
        [0, 10],
        [30, 40],
      ]),
      { parts: named('k'), spans: [[0, 40]] as const },
    ];
    const paused = timeline(35, shippers).filter(({ timestampMs }) => {
      const passed = (timestampMs - start) / minute;
      return passed < 15 || passed >= 17;
    });
    expect(inShort(anomaliesOf(run(paused).effects))).toEqual(['13 shippers open', '31 shippers closed data again']);
  });

  it('are closed by the end of a replay, whose last tick may be far from the one before', () => {
    const shippers = [...hosts(5, [[0, 10]]), { parts: named('k'), spans: [[0, 40]] as const }];
    const records = [...timeline(20, shippers, 'old'), tick(at(135), 'old'), end(at(135), 'old')];
    expect(inShort(anomaliesOf(run(records).effects))).toEqual(['13 shippers open', '22 shippers closed replay ended']);
  });

  it('are one anomaly each where they are half or fewer, or two', () => {
    expect(missedIn(20, [...hosts(3, [[0, 10]]), ...hosts(3, [[0, 40]], 'k')])).toHaveLength(3);
    expect(missedIn(20, hosts(2, [[0, 10]]))).toHaveLength(2);
  });

  it('are one anomaly each that lasts where the others come back', () => {
    const shippers = [
      ...hosts(3, [[0, 10]]),
      ...hosts(
        3,
        [
          [0, 10],
          [30, 60],
        ],
        'k',
      ),
    ];
    const found = missedIn(40, shippers);
    expect(found[0]).toBe('13 shippers open');
    expect(
      found
        .slice(1)
        .map((text) => text.replace(/^\d+ /, ''))
        .sort(),
    ).toEqual(['h0 open', 'h1 open', 'h2 open', 'shippers closed data again']);
  });

  it('do not count hosts that were switched off before', () => {
    const off = hosts(8, [[0, 10]], 'off').map((shipper, nth) => ({
      ...shipper,
      spans: [[0, 10 + 10 * nth]] as const,
    }));
    const shippers = [...off, { parts: named('z'), spans: [[0, 100]] as const }, ...hosts(4, [[0, 200]], 'k')];
    const found = missedIn(120, shippers);
    expect(found).toHaveLength(9);
    expect(found.join()).not.toContain('shippers');
  });
});

describe('the settings about no data', () => {
  const others: Shipper[] = ['x', 'y', 'z'].map((name) => ({ parts: named(name), spans: [[0, 100]] }));
  const gone: Shipper = { parts: named('worker-1'), spans: [[0, 10]] };
  const within = (noData: object) => ({ ...context, settings: settingsSchema.parse({ noData }) });
  const missedWith = (noData: object): string[] =>
    inShort(anomaliesOf(run(timeline(20, [gone, ...others]), undefined, within(noData)).effects));

  it('say how long an entity may ship nothing', () => {
    expect(missedWith({})).toEqual(['13 worker-1 open']);
    expect(missedWith({ after: '6m' })).toEqual(['16 worker-1 open']);
  });

  it('name entities that may stop at any time', () => {
    expect(missedWith({ ignore: ['c/host/worker-*'] })).toEqual([]);
    expect(missedWith({ ignore: ['c/broker/*'] })).toEqual(['13 worker-1 open']);
  });

  it('close the anomaly of an entity that is ignored from now on', () => {
    const { state } = run(timeline(15, [gone, ...others]));
    const rest = timeline(20, others).slice(timeline(15, others).length);
    expect(inShort(anomaliesOf(run(rest, state, within({ ignore: ['*'] })).effects))).toEqual([
      '16 worker-1 closed ignored by settings',
    ]);
  });
});
