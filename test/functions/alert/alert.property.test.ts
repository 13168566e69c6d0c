import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertStep } from '../../../functions/alert/alert.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { severities } from '../../../functions/shared/domain/anomaly.ts';
import { alertId } from '../../../functions/shared/domain/ids.ts';
import { type Effect, header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { checks, expectTimeNeverReturns } from './life/invariant-checks.ts';
import {
  alertsOf,
  anomaly,
  anomalyRecord,
  closed,
  commandRecord,
  context,
  end,
  midnightMs,
  run,
  seriesAt,
  tick,
  ticks,
} from './signals.ts';

const scopes = ['live', 'old'] as const;
const kinds = ['host', 'chunkserver', 'consumer-group', 'service'] as const;

/**
 * Records of any order: anomalies of a few series that open and close, ticks of two partitions, operators' commands,
 * and ends of replays.
 * @param clock the factors of the lag of one partition's ticks: the usual one, and a rare one
 */
const lifeWith = (clock: readonly [usually: number, nowAndThen: number]) =>
  fc
    .array(
      fc.record({
        act: fc.nat(30),
        kind: fc.constantFrom(...kinds),
        name: fc.constantFrom('a', 'b'),
        episode: fc.nat(3),
        revision: fc.integer({ min: 1, max: 4 }),
        severity: fc.constantFrom(...severities),
        lagMs: fc.integer({ min: -100_000, max: 200_000 }),
        scope: fc.constantFrom(...scopes),
        detectPartition: fc.nat(1),
      }),
      { maxLength: 120, size: 'max' },
    )
    .map((acts) => acts.flatMap((act, nth) => recordsOf(act, midnightMs + nth * 15_000, clock)));

const life = lifeWith([1, 50]);
/** The same without a clock that is set right: none is over 2 min ahead. */
const steadyLife = lifeWith([0.5, 0.5]);

interface Act {
  readonly act: number;
  readonly kind: (typeof kinds)[number];
  readonly name: string;
  readonly episode: number;
  readonly revision: number;
  readonly severity: (typeof severities)[number];
  readonly lagMs: number;
  readonly scope: (typeof scopes)[number];
  readonly detectPartition: number;
}

function recordsOf(what: Act, timeMs: number, [usually, nowAndThen]: readonly [number, number]): LogRecord[] {
  const { act, kind, name, episode, revision, severity, lagMs, scope, detectPartition } = what;
  const place = { detectPartition, detectPartitions: 2 };
  const cluster = scope === 'old' ? 'old' : 'prod';
  const startsAtMs = midnightMs + episode * 100_000;
  const series = seriesAt(kind, name, 'x', cluster);
  const open = { ...anomaly({ series, startsAtMs, updatedAtMs: timeMs, severity, scope }), revision };
  const base = { id: 'command-1', by: 'ada', atMs: timeMs, cluster };
  if (act < 12) return [0, 1].map((partition) => tick(timeMs, { ...place, scope, detectPartition: partition }));
  if (act < 15) return [tick(timeMs + Math.round(lagMs * (act === 14 ? nowAndThen : usually)), { scope, ...place })];
  // The anomaly's tick has passed, is the newest, or is ahead; a redriven anomaly has none.
  const tickMs = lagMs > 150_000 ? undefined : timeMs + Math.round(lagMs / 10_000) * 5_000;
  if (act < 19) return [anomalyRecord(open, detectPartition, tickMs)];
  if (act < 24) return [anomalyRecord(closed(open, startsAtMs + 40_000, timeMs), detectPartition, tickMs)];
  if (act === 24) return [end(timeMs, 'old', place)];
  if (act === 25) {
    const later = lagMs > 0 ? { startsAtMs: timeMs + lagMs } : {};
    const silence = { matchers: { name }, ...later, endsAtMs: timeMs + 300_000 };
    return [commandRecord({ ...base, id: 'silence-1', action: 'silence', ...silence })];
  }
  if (act === 26) return [commandRecord({ ...base, action: 'unsilence', silenceId: 'silence-1' })];
  return [commandRecord({ ...base, action: act < 29 ? 'ack' : 'resolve', alertId: alertId(cluster, open.id) })];
}

function stored(blocks: ReadonlyMap<string, Uint8Array>, changes: ReadonlyMap<string, Uint8Array | null>) {
  const after = new Map(blocks);
  for (const [name, bytes] of changes) {
    if (bytes === null) after.delete(name);
    else after.set(name, bytes);
  }
  return new Map([...after].sort().map(([name, bytes]) => [name, Buffer.from(bytes)]));
}

/** Returns the records of each alert, in order. A replay that is fed again starts new alerts. */
function livesOf(alerts: readonly Alert[]): Alert[][] {
  const lives: Alert[][] = [];
  for (const alert of alerts) {
    const life = lives.findLast(([first]) => first!.id === alert.id && first!.scope === alert.scope);
    if (life === undefined || (alert.scope === 'old' && alert.revision === 1)) lives.push([alert]);
    else life.push(alert);
  }
  return lives;
}

describe('the life of an alert, whatever the records', () => {
  it('is tried on records that lead to every transition, sent and muted', () => {
    const alerts = fc.sample(life, { seed: 1, numRuns: 200 }).flatMap((records) => run(records).alerts);
    const seen = new Set(alerts.map(({ transition, notify }) => `${transition}, ${notify ? 'sent' : 'muted'}`));
    const all = ['opened', 'updated', 'acknowledged', 'resolved'].flatMap((each) => [
      `${each}, sent`,
      `${each}, muted`,
    ]);
    expect([...seen]).toEqual(expect.arrayContaining(all));
  });

  it('keeps ANY-SPLIT, also where the state is stored and opened between any two batches', () => {
    fc.assert(
      fc.property(life, fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 10 }), (records, sizes) => {
        const straight = run(records);
        const straightBlocks = stored(new Map(), straight.state.takeChanges());
        let blocks: ReadonlyMap<string, Uint8Array> = new Map();
        const effects: Effect[] = [];
        for (let from = 0, nth = 0; from < records.length; nth += 1) {
          const batch = records.slice(from, from + (sizes[nth] ?? 3));
          const part = run(batch, alertStep.open(blocks, context));
          effects.push(...part.effects);
          blocks = stored(blocks, part.state.takeChanges());
          from += batch.length;
        }
        expect(effects).toEqual(straight.effects);
        if (records.length > 0) expect(blocks).toEqual(straightBlocks);
      }),
      { numRuns: 150 },
    );
  });

  it.each(Object.entries(checks))('keeps %s', (_, check) => {
    fc.assert(
      fc.property(life, (records) => {
        for (const one of livesOf(run(records).alerts)) check(one);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps TIME-NEVER-RETURNS where no clock is set right', () => {
    fc.assert(
      fc.property(steadyLife, (records) => {
        for (const one of livesOf(run(records).alerts)) expectTimeNeverReturns(one);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps ONE-ALERT-PER-ANOMALY after every record', () => {
    fc.assert(
      fc.property(life, (records) => {
        const { state } = run([]);
        for (const record of records) {
          run([record], state);
          for (const { alerts } of scopes.flatMap((scope) => state.clustersOf(scope))) {
            const ids = [...alerts.values()].flatMap(({ members }) => members.map(({ id }) => id));
            expect(new Set(ids).size).toBe(ids.length);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('keeps EVERY-ALERT-RESOLVES: ticks alone resolve every alert', () => {
    fc.assert(
      fc.property(life, (records) => {
        const { state, alerts } = run(records);
        const laterMs = midnightMs + 3 * 86_400_000;
        const later = scopes.flatMap((scope) =>
          ticks(laterMs, laterMs + 60_000, { scope, detectPartitions: 2 }).flatMap((one, nth) => [
            one,
            tick(laterMs + nth * 10_000, { scope, detectPartition: 1, detectPartitions: 2 }),
          ]),
        );
        const rest = run(later, state).alerts;
        for (const one of livesOf([...alerts, ...rest])) expect(one.at(-1)?.status).toBe('resolved');
      }),
      { numRuns: 100 },
    );
  });

  it('keeps REPEATED-RECORD-CHANGES-NOTHING: alerts are the same where every record is applied twice in a row', () => {
    fc.assert(
      fc.property(life, (records) => {
        const withoutEnds = records.filter(({ headers }) => headers[header.schema] !== 'end/1');
        const twice = withoutEnds.flatMap((record) => [record, record]);
        expect(alertsOf(run(twice).effects)).toEqual(alertsOf(run(withoutEnds).effects));
      }),
      { numRuns: 100 },
    );
  });
});

describe('anomalies of one moment under one tick (ONE-ORDER)', () => {
  const metrics = ['system.cpu.total.norm.pct', 'system.diskio.read.bytes', 'system.diskio.write.bytes'];
  const all = ['a', 'b', 'c', 'd'].flatMap((host) => metrics.map((metric) => seriesAt('host', host, metric)));

  it('make one alert, whatever their order and their ids, where several hosts have them', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), fc.nat(100_000), (series, nth) => {
        const startsAtMs = midnightMs + nth * 10_000;
        const reports = series.map((each) =>
          anomalyRecord(anomaly({ series: each, startsAtMs, updatedAtMs: startsAtMs }), 0, startsAtMs + 20_000),
        );
        const { alerts } = run([tick(startsAtMs), ...reports, ...ticks(startsAtMs + 30_000, startsAtMs + 100_000)]);
        expect(alerts.map(({ transition }) => transition)).toEqual(['opened']);
        expect(alerts[0]!.anomalies).toHaveLength(all.length);
      }),
      { numRuns: 200 },
    );
  });
});
