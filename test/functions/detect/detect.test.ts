import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import { anomaliesOf, at, calm, context, end, recordOf, run, series, start, stored, tick } from './records.ts';

describe('an episode of a series', () => {
  it('opens with the third of five samples that are off, as of the first of them', () => {
    const { effects } = run([...calm(60), ...series([0.9, 0.1, 0.9, 0.9], 60)]);
    expect(anomaliesOf(effects)).toMatchObject([
      { revision: 1, state: 'open', startsAtMs: at(60), updatedAtMs: at(63), direction: 'up', peak: 0.9, unit: '1' },
    ]);
    expect(anomaliesOf(effects)[0]?.reason).toMatch(/^cpu total norm pct on a at 90 %, expected 5 to 25 %$/);
  });

  it('does not open for one spike, nor for two', () => {
    expect(anomaliesOf(run([...calm(60), ...series([0.9, 0.9, 0.1, 0.1], 60)]).effects)).toEqual([]);
  });

  it('does not open for deviations below the floor, even in a series that never changed before', () => {
    expect(anomaliesOf(run([...calm(60), ...series(Array(10).fill(0.2), 60)]).effects)).toEqual([]);
  });

  it('does not open while the detector warms up', () => {
    expect(anomaliesOf(run([...calm(10), ...series(Array(5).fill(0.9), 10)]).effects)).toEqual([]);
  });

  it('does not open for deviations to the side that is not judged', () => {
    const busy = series(Array(60).fill(0.9));
    expect(anomaliesOf(run([...busy, ...series(Array(10).fill(0), 60)]).effects)).toEqual([]);
  });

  it('is reported again when its deviation has doubled, and ends with its last sample that was off', () => {
    const { effects } = run([...calm(60), ...series([0.4, 0.4, 0.4, 0.95, 0.95, 0.5], 60), ...calm(5, 66)]);
    const [opened, worse, closed, ...more] = anomaliesOf(effects);
    expect(more).toEqual([]);
    expect(new Set([opened?.id, worse?.id, closed?.id]).size).toBe(1);
    expect(worse).toMatchObject({ revision: 2, state: 'open', peak: 0.95 });
    expect(closed).toMatchObject({ revision: 3, state: 'closed', endsAtMs: at(65), closedBecause: 'back to normal' });
  });

  it('is no baseline within five minutes, and is compared with what was expected before it', () => {
    const { effects } = run([...calm(400), ...series(Array(30).fill(0.9), 400)]);
    expect(anomaliesOf(effects).at(-1)?.state).toBe('open');
    expect(anomaliesOf(effects).at(-1)?.expected).toBeLessThan(0.2);
  });

  it('ends when its level has been learned, says so, and that level is then the expected one', () => {
    const { state, effects } = run([...calm(60), ...series(Array(360).fill(0.9), 60)]);
    expect(anomaliesOf(effects).at(-1)).toMatchObject({ state: 'closed', closedBecause: 'new level learned' });
    const after = run(series(Array(60).fill(0.9), 420), state);
    expect(anomaliesOf(after.effects)).toEqual([]);
  });

  it('is repeated every ten minutes of stage time', () => {
    const { effects } = run([
      ...calm(60),
      ...series([0.9, 0.9, 0.9], 60),
      ...Array.from({ length: 130 }, (_, nth) => tick(at(63 + nth))),
    ]);
    const reported = anomaliesOf(effects);
    expect(reported.map(({ revision }) => revision)).toEqual([1, 2, 3]);
    expect(reported[1]!.updatedAtMs - reported[0]!.updatedAtMs).toBe(600_000);
  });

  it('ends after an hour without samples, but not after a pause of Offbeat itself', () => {
    const off = [...calm(60), ...series([0.9, 0.9, 0.9], 60)];
    const paused = run([...off, tick(at(63)), tick(at(63 + 2 * 360))]);
    expect(anomaliesOf(paused.effects).at(-1)?.state).toBe('open');
    const { effects } = run([...off, ...Array.from({ length: 365 }, (_, nth) => tick(at(63 + nth)))]);
    expect(anomaliesOf(effects).at(-1)).toMatchObject({
      state: 'closed',
      closedBecause: 'no more samples',
      endsAtMs: at(62),
    });
  });

  it('is critical from the limit of the catalogue on', () => {
    const connected = 'moosefs.chunkserver.connected';
    const { effects } = run(series([...Array(60).fill(1), 0, 0, 0], 0, connected));
    // The limit of the metric is an anomaly of its own.
    const deviations = anomaliesOf(effects).filter(({ kind }) => kind === 'deviation');
    expect(deviations).toMatchObject([{ severity: 'critical', direction: 'down', peak: 0 }]);
  });

  it('closes when new settings ignore its series', () => {
    const { state } = run([...calm(60), ...series([0.9, 0.9, 0.9], 60)]);
    const blocks = stored(new Map(), detectStep.takeChanges(state));
    const settings = settingsSchema.parse({ catalogue: [{ match: { metric: 'system.cpu.*' }, ignore: true }] });
    const where = { ...context, settings };
    const { effects } = run([tick(at(63))], detectStep.open(blocks, where), where);
    expect(anomaliesOf(effects)).toMatchObject([{ state: 'closed', closedBecause: 'ignored by settings' }]);
  });

  it('opens for smaller deviations with a sensitivity above 1', () => {
    const noisy = Array.from({ length: 60 }, (_, nth) => (nth % 2 === 0 ? 0.05 : 0.25));
    const records = series([...noisy, 0.45, 0.45, 0.45]);
    const where = { ...context, settings: settingsSchema.parse({ catalogue: [{ match: {}, sensitivity: 2 }] }) };
    expect(anomaliesOf(run(records).effects)).toEqual([]);
    expect(anomaliesOf(run(records, detectStep.open(new Map(), where), where).effects)).toHaveLength(1);
  });
});

describe('a record that is no sample, tick or end', () => {
  it.each([
    ['no schema', { ...tick(start), headers: {} }, 'unknown schema'],
    ['a newer schema', recordOf('sample/3', {}), 'unknown schema'],
    ['a tombstone', { ...tick(start), value: null }, 'not JSON'],
    ['broken JSON', { ...tick(start), value: Buffer.from('{') }, 'not JSON'],
    ['a tick without time', recordOf('tick/1', { scope: 'live' }), 'not a tick'],
    ['a sample without entity', recordOf('sample/2', {}), 'not a sample'],
    ['an end of live', end(start, 'live'), 'end of live'],
  ])('is refused with a reason and changes no state: %s', (_, record, reason) => {
    const state = detectStep.open(new Map(), context);
    expect(() => detectStep.apply(state, record, context)).toThrow(expect.objectContaining({ reason }));
    expect(detectStep.takeChanges(state).size).toBe(1);
  });
});
