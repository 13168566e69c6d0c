import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { anomalySchema } from '../../../functions/shared/domain/anomaly.ts';
import { tickSchema } from '../../../functions/shared/domain/signal.ts';
import { summarySchema } from '../../../functions/shared/domain/summary.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, context, end, run, sample, stored, summariesOf, tick, ticksOf } from './records.ts';

const start = 1_700_000_040_000;
const scopes = ['live', 'old'] as const;

/**
 * A generator of records of a few series: calm and bursts, counters, gauges and logs, late samples, duplicates,
 * collisions, restarts, ticks, ends.
 */
const life = fc
  .array(
    fc.record({
      act: fc.nat(40),
      entity: fc.constantFrom('a', 'b'),
      metric: fc.constantFrom('system.cpu.total.norm.pct', 'system.network.in.bytes', 'log.events', 'other'),
      value: fc.oneof({ weight: 8, arbitrary: fc.nat(3) }, fc.double({ noNaN: true, min: -1e9, max: 1e9 })),
      jitter: fc.integer({ min: -2, max: 2 }),
      scope: fc.constantFrom(...scopes),
      text: fc.constantFrom('x', 'y', 'z'),
      lineId: fc.option(fc.nat(6), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 150 },
  )
  .map((acts) =>
    acts.map(({ act, entity, metric, value, jitter, scope, text, lineId }, nth): LogRecord => {
      const timeMs = start + Math.floor(nth / 2) * 10_000;
      const isLog = metric === 'log.events';
      if (act === 0 && scope === 'old') return end(timeMs, scope);
      if (act < 8) return tick(timeMs + jitter * 60_000, scope);
      return sample({
        entity: { cluster: 'c', kind: 'host', name: entity },
        timestampMs: timeMs + (act < 12 ? jitter * 60_000 : 0),
        measurements: { [metric]: act < 20 ? value : 1 },
        ...(isLog ? { kinds: { [metric]: 'delta' as const }, dimensions: { level: act < 30 ? 'info' : 'error' } } : {}),
        ...(isLog ? { line: { id: lineId, text } } : { facts: { text, 'text.odd': `${text}${nth % 2}` } }),
        ...(act % 4 === 0 ? { startMs: timeMs - 5_000 } : {}),
        ...(act > 35 ? { periodMs: 20_000 } : {}),
        ...(scope === 'live' ? {} : { scope }),
      });
    }),
  );

/** A burst after a calm hour, so that episodes are open wherever the records are split. */
const calmThenBurst: readonly LogRecord[] = Array.from({ length: 60 }, (_, nth) =>
  sample({
    timestampMs: start - (70 - nth) * 10_000,
    measurements: { 'system.cpu.total.norm.pct': nth < 50 ? 0.1 : 0.9, 'system.network.in.bytes': nth * 1000 },
  }),
);

describe('detect, for any records', () => {
  it('has the same effects for any split into batches, also when its state is stored and opened between them', () => {
    fc.assert(
      fc.property(life, fc.array(fc.nat(20), { maxLength: 10 }), (records, sizes) => {
        const all = [...calmThenBurst, ...records];
        const straight = run(all);
        expect(anomaliesOf(straight.effects).length).toBeGreaterThan(0);
        const straightBlocks = stored(new Map(), detectStep.takeChanges(straight.state));
        let blocks = new Map<string, Uint8Array>();
        const effects = [];
        for (let from = 0, nth = 0; from < all.length; nth += 1) {
          const batch = all.slice(from, from + 1 + (sizes[nth] ?? 40));
          const part = run(batch, detectStep.open(blocks, context));
          effects.push(...part.effects);
          blocks = stored(blocks, detectStep.takeChanges(part.state));
          from += batch.length;
        }
        expect(effects).toEqual(straight.effects);
        expect(new Map([...blocks].sort())).toEqual(new Map([...straightBlocks].sort()));
      }),
      { numRuns: 60 },
    );
  });

  it('finds repeated log records, collisions and restarts among such records', () => {
    const counts = new Map<string, number>();
    for (const records of fc.sample(life, { numRuns: 60, seed: 1 })) {
      for (const [reason, count] of run(records).state.counts) counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
    expect([...counts.keys()]).toEqual(expect.arrayContaining(['duplicate', 'collision', 'counter reset', 'late']));
  });

  it('stores no block when no record came', () => {
    const { state } = run([...calmThenBurst, tick(start)]);
    const blocks = stored(new Map(), detectStep.takeChanges(state));
    expect(detectStep.takeChanges(state).size).toBe(0);
    expect(detectStep.takeChanges(detectStep.open(blocks, context)).size).toBe(0);
  });

  it('emits only records that fit their schemas, with scores in [0, 1] and consecutive revisions', () => {
    fc.assert(
      fc.property(life, (records) => {
        const { effects } = run([...calmThenBurst, ...records]);
        const revisions = new Map<string, number>();
        for (const anomaly of anomaliesOf(effects)) {
          anomalySchema.parse(anomaly);
          expect(anomaly.revision).toBe((revisions.get(anomaly.id) ?? 0) + 1);
          revisions.set(anomaly.id, anomaly.revision);
        }
        for (const summary of summariesOf(effects)) summarySchema.parse(summary);
        for (const passedOn of ticksOf(effects)) tickSchema.parse(passedOn);
      }),
      { numRuns: 60 },
    );
  });

  it('learns nothing from a gauge or counter that comes a second time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100), fc.boolean()), { minLength: 1, maxLength: 60 }), (values) => {
        const once = values.map(([value], nth) =>
          sample({
            timestampMs: start + nth * 10_000,
            measurements: { other: value, 'system.network.in.bytes': value },
          }),
        );
        const twice = once.flatMap((record, nth) => (values[nth]![1] ? [record, record] : [record]));
        const [a, b] = [run(once), run(twice)];
        expect(b.effects).toEqual(a.effects);
        const series = 'series/000001';
        expect(detectStep.takeChanges(b.state).get(series)).toEqual(detectStep.takeChanges(a.state).get(series));
      }),
      { numRuns: 50 },
    );
  });
});
