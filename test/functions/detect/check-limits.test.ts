import { describe, expect, it } from 'vitest';
import { detectStep } from '../../../functions/detect/detect.ts';
import { settingsSchema } from '../../../functions/shared/domain/settings.ts';
import type { LogRecord } from '../../../functions/shared/log/record.ts';
import { anomaliesOf, at, calm, context, run, series, start, stored, tick } from './records.ts';

const fileSystem = 'system.filesystem.used.pct';
const mounted = (mount_point: string) => ({ dataset: 'system.filesystem', dimensions: { mount_point } });

/** Runs records with settings. Returns the anomalies of limits in short, with the time since the first sample. */
function limitsIn(records: readonly LogRecord[], catalogue: unknown[] = []): string[] {
  const where = { ...context, settings: settingsSchema.parse({ catalogue }) };
  const { effects } = run(records, detectStep.open(new Map(), where), where);
  return anomaliesOf(effects)
    .filter(({ kind }) => kind === 'limit')
    .map(({ updatedAtMs, state, severity, closedBecause }) =>
      [`${(updatedAtMs - start) / 1000} s`, state, severity, ...(closedBecause ? [closedBecause] : [])].join(' '),
    );
}

const repeated = (value: number, count: number): number[] => Array(count).fill(value);

describe('the limits of a series', () => {
  it('page for a processor that is at 100 % since the first sample, after 10 minutes', () => {
    const records = series(repeated(1, 61));
    expect(limitsIn(records.slice(0, 60))).toEqual([]);
    const [anomaly] = anomaliesOf(run(records).effects);
    expect(anomaly).toMatchObject({
      kind: 'limit',
      detector: 'limit',
      startsAtMs: start,
      updatedAtMs: at(60),
      peak: 1,
      upper: 0.95,
      score: 1,
      direction: 'up',
      severity: 'warning',
      reason:
        'cpu total norm pct on a at 100 %, above its limit of 95 % for 10 min: all processors are in use, so everything on the host waits',
    });
    expect(anomaly).not.toHaveProperty('expected');
    expect(anomaly).not.toHaveProperty('zScore');
  });

  it('need every value of their time to be beyond them, and none to be missing', () => {
    const [busy, free] = [repeated(1, 40), repeated(0.5, 1)];
    expect(limitsIn(series([...busy, ...free, ...busy]))).toEqual([]);
    expect(limitsIn([...series(busy), ...series(busy, 140)])).toEqual([]);
    expect(limitsIn(series([...busy, ...busy]))).toHaveLength(1);
  });

  it('raise the severity with the highest limit that holds, and end after five values within all of them', () => {
    const values = [...repeated(0.92, 10), ...repeated(0.97, 10), ...repeated(0.93, 10), ...repeated(0.5, 5)];
    expect(limitsIn(series(values, 0, fileSystem, mounted('/data')))).toEqual([
      '60 s open warning',
      '160 s open critical',
      '340 s closed critical back to normal',
    ]);
  });

  it('do not end while values come back beyond them', () => {
    const flapping = Array.from({ length: 60 }, (_, nth) => (nth < 10 || nth % 4 === 0 ? 0.92 : 0.88));
    expect(limitsIn(series(flapping, 0, fileSystem, mounted('/data')))).toEqual(['60 s open warning']);
  });

  it('do not hold for images that are full by nature', () => {
    const full = repeated(1, 20);
    expect(limitsIn(series(full, 0, fileSystem, mounted('/snap/core/1')))).toEqual([]);
    expect(limitsIn(series(full, 0, fileSystem, mounted('/var')))).toHaveLength(1);
    // The two file systems share nothing, although they have one metric.
    const both = ['/snap/core/1', '/var'].flatMap((mount) => series(full, 0, fileSystem, mounted(mount)));
    expect(limitsIn(both)).toHaveLength(1);
  });

  it('hold for metrics that are only shown, at the first value where no time is set', () => {
    const [anomaly] = anomaliesOf(run(series([0, 2], 0, 'moosefs.chunkserver.errors')).effects);
    expect(anomaly).toMatchObject({ kind: 'limit', startsAtMs: at(1), peak: 2, upper: 0 });
    const shown = [{ match: { metric: 'system.load.5' }, limit: { above: 8, severity: 'critical' } }];
    expect(limitsIn(series([1, 9], 0, 'system.load.5'), shown)).toEqual(['10 s open critical']);
  });

  it('are compared with the rate of a counter', () => {
    const limit = [{ match: { metric: 'system.network.in.bytes' }, limit: { below: 10 } }];
    const counter = [0, 1_000, 2_000, 2_050, 2_100];
    expect(limitsIn(series(counter, 0, 'system.network.in.bytes'), limit)).toEqual(['30 s open warning']);
  });

  it('are replaced, or taken away, by the last override that has some', () => {
    const busy = series(repeated(1, 100));
    const match = { metric: 'system.cpu.*' };
    expect(limitsIn(busy, [{ match, limit: 'off' }])).toEqual([]);
    expect(limitsIn(busy, [{ match, ignore: true }])).toEqual([]);
    const own = { match, limit: { above: 0.9, for: '1m' } };
    expect(limitsIn(busy, [{ match, limit: 'off' }, own])).toEqual(['60 s open warning']);
    expect(limitsIn(busy, [{ match: { entity: 'c/host/b' }, limit: 'off' }])).toHaveLength(1);
  });

  it('are an anomaly of their own beside the deviation of the same series', () => {
    const found = anomaliesOf(run([...calm(400), ...series(repeated(1, 70), 400)]).effects);
    const opened = found.filter(({ state, revision }) => state === 'open' && revision === 1);
    expect(opened.map(({ kind }) => kind)).toEqual(['deviation', 'limit']);
    expect(new Set(opened.map(({ id }) => id)).size).toBe(2);
  });

  it('are repeated while they hold, and close when the samples end', () => {
    const ticks = Array.from({ length: 500 }, (_, nth) => tick(at(70 + nth)));
    const records = [tick(at(0)), ...series(repeated(1, 70)), ...ticks];
    const found = limitsIn(records);
    expect(found[0]).toBe('600 s open warning');
    expect(found.slice(1, -1).every((text) => text.endsWith('open warning'))).toBe(true);
    expect(found.length).toBeGreaterThan(5);
    expect(found.at(-1)).toMatch(/ closed warning no more samples$/);
  });

  it('close when the settings no longer have them', () => {
    const off = { ...context, settings: settingsSchema.parse({ catalogue: [{ match: {}, limit: 'off' }] }) };
    const { state } = run(series(repeated(1, 70)));
    const restarted = detectStep.open(stored(new Map(), detectStep.takeChanges(state)), off);
    const [closed] = anomaliesOf(run([tick(at(71))], restarted, off).effects);
    expect(closed).toMatchObject({ kind: 'limit', state: 'closed', closedBecause: 'ignored by settings' });
  });

  it('are remembered over a restart at any sample', () => {
    const values = [...repeated(0.92, 10), ...repeated(0.97, 10), ...repeated(0.5, 5)];
    const records = series(values, 0, fileSystem, mounted('/data'));
    const whole = anomaliesOf(run(records).effects);
    for (let cut = 1; cut < records.length; cut += 1) {
      const before = run(records.slice(0, cut));
      const restarted = detectStep.open(stored(new Map(), detectStep.takeChanges(before.state)), context);
      const after = run(records.slice(cut), restarted);
      expect(anomaliesOf([...before.effects, ...after.effects])).toEqual(whole);
    }
  });
});
