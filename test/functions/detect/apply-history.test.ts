import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { RefusedRecordError } from '../../../functions/shared/domain/errors.ts';
import { header, type LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, at, context, cpu, run, sample, start, stored, tick } from './records.ts';

const day = 24 * 60 * 60_000;

/** Returns the sample as history, appended after all of them. */
const asHistory = (record: LogRecord, appendedMs = start + 100 * day): LogRecord => ({
  ...record,
  timestampMs: appendedMs,
  headers: { ...record.headers, [header.history]: '1' },
});

const cpuAt = (timeMs: number, value: number): LogRecord =>
  sample({ timestampMs: timeMs, measurements: { [cpu]: value } });

/** Returns calm values around 0.2, one each 10 s from the start on. */
const calm = (count: number, from = 0): LogRecord[] =>
  Array.from({ length: count }, (_, nth) => cpuAt(at(from + nth), 0.2 + ((from + nth) % 7) / 1_000));

describe('detect that learns history', () => {
  it('judges the first live values after it', () => {
    const warmed = run(calm(100).map((record) => asHistory(record))).state;
    const burst = Array.from({ length: 5 }, (_, nth) => cpuAt(at(100 + nth), 0.95));
    expect(anomaliesOf(run([tick(at(100)), ...burst], warmed).effects)).toHaveLength(1);
    expect(anomaliesOf(run([tick(at(100)), ...burst]).effects)).toEqual([]);
  });

  it('reports nothing, also of an incident in the history, and of the ticks that follow', () => {
    const incident = Array.from({ length: 20 }, (_, nth) => cpuAt(at(100 + nth), 0.95));
    const history = [...calm(100), ...incident, ...calm(50, 120)].map((record) => asHistory(record));
    const ticks = Array.from({ length: 200 }, (_, nth) => tick(at(170 + nth)));
    const { effects } = run([...history, ...ticks]);
    expect(effects.filter(({ headers }) => headers[header.schema] !== 'tick/1')).toEqual([]);
  });

  it('leaves a series as it is that knows a newer value, and counts the value', () => {
    const live = run([tick(at(0)), ...calm(60)]);
    live.state.takeChanges();
    const before = new Map(live.state.counts);
    run([asHistory(cpuAt(at(59), 0.9)), asHistory(cpuAt(at(10), 0.9))], live.state);
    expect((live.state.counts.get('history not newer') ?? 0) - (before.get('history not newer') ?? 0)).toBe(2);
    const twin = run([tick(at(0)), ...calm(60)]);
    const next = [tick(at(60)), ...Array.from({ length: 5 }, (_, nth) => cpuAt(at(60 + nth), 0.9))];
    expect(anomaliesOf(run(next, live.state).effects)).toEqual(anomaliesOf(run(next, twin.state).effects));
  });

  it('learns history that comes twice once', () => {
    const history = calm(200).map((record) => asHistory(record));
    const once = run(history).state.takeChanges();
    const twice = run([...history, ...history]).state;
    expect(twice.counts.get('history not newer')).toBe(200);
    expect(twice.takeChanges().get('series/000001')).toEqual(once.get('series/000001'));
  });

  it('does not call an entity silent that has only history', () => {
    const warmed = run(calm(200).map((record) => asHistory(record))).state;
    const ticks = Array.from({ length: 120 }, (_, nth) => tick(at(200 + nth * 6)));
    expect(anomaliesOf(run(ticks, warmed).effects)).toEqual([]);
  });

  it('lets a series have its day profile after half a day of history', () => {
    const long = Array.from({ length: 200 }, (_, nth) => cpuAt(start + (nth * day) / 200, 0.2 + (nth % 7) / 1_000));
    const bytesOf = (records: readonly LogRecord[]): number =>
      run(records.map((record) => asHistory(record)))
        .state.takeChanges()
        .get('series/000001')!.length;
    // 48 means of 4 bytes and 48 counts of 2 bytes (docs/detection.md, Day profile).
    expect(bytesOf(long) - bytesOf(calm(200))).toBeGreaterThan(200);
  });

  it('follows the lane of the first live sample, and of no other', () => {
    const warmed = run(calm(60).map((record) => asHistory(record))).state;
    const lane = { [header.lane]: '1/2' };
    const live = { ...cpuAt(at(60), 0.2), headers: { ...cpuAt(0, 0).headers, ...lane } };
    run([live], warmed);
    expect(warmed.table.all().map(({ lanes }) => lanes)).toEqual([1]);
  });

  it('counts values ahead of their append time and sums of log records, and learns the others', () => {
    const ahead = asHistory(cpuAt(at(10), 0.2), at(9));
    const sums = asHistory(
      sample({ timestampMs: at(1), measurements: { 'log.events': 3, [cpu]: 0.2 }, kinds: { 'log.events': 'delta' } }),
    );
    const { state } = run([ahead, sums]);
    expect(Object.fromEntries(state.counts)).toEqual({ 'history ahead': 1, 'history of sums': 1 });
    expect(state.table.seriesCount).toBe(1);
  });

  it('refuses a sample of a replay', () => {
    const record = asHistory(sample({ scope: 'old', measurements: { [cpu]: 0.2 } }));
    expect(() => run([record])).toThrow(RefusedRecordError);
  });

  it('reports the same from any moment on as a flow that lived through the history, where that paged nobody', () => {
    const values = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 60, maxLength: 200 });
    let compared = 0;
    fc.assert(
      fc.property(values, fc.nat(1_000), fc.boolean(), (noise, cut, isStored) => {
        const records = noise.map((value, nth) => cpuAt(at(nth), 0.2 + value / 1_000));
        const burst = Array.from({ length: 8 }, (_, nth) => cpuAt(at(noise.length + nth), 0.9));
        const prefix = records.slice(0, cut % records.length);
        const rest = [...records.slice(prefix.length), ...burst];
        const lived = run(prefix);
        if (anomaliesOf(lived.effects).length > 0) return;
        let { state: warmed } = run(prefix.map((record) => asHistory(record)));
        if (isStored) warmed = detectStep.open(stored(new Map(), warmed.takeChanges()), context);
        const expected = anomaliesOf(run(rest, lived.state).effects);
        compared += expected.length;
        expect(anomaliesOf(run(rest, warmed).effects)).toEqual(expected);
      }),
    );
    expect(compared).toBeGreaterThan(50);
  });
});
