import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertStep } from '../../../functions/alert/alert.ts';
import type { Alert } from '../../../functions/shared/domain/alert.ts';
import { type Effect, header } from '../../../functions/shared/log/record.ts';
import { checks, expectTimeNeverReturns } from './life/invariant-checks.ts';
import { life, scopes, steadyLife } from './lives.ts';
import { alertsOf, anomaly, anomalyRecord, context, midnightMs, run, seriesAt, tick, ticks } from './signals.ts';

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
