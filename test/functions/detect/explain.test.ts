import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../functions/detect/explain.ts';
import { defaultSettings, settingsSchema } from '../../../functions/shared/domain/settings.ts';

const entity = { cluster: 'prod', kind: 'host', name: 'node-a' } as const;
/** A series with a floor of 5 MB/s or half of the expected value, judged upwards (as the catalogue defines). */
const writes = { entity, metric: 'system.diskio.write.bytes', dimensions: { device: 'sda' } };
const known = { kind: 'counter', unit: 'By/s' } as const;

const MB = 1e6;
/** A minute in which 10 MB/s were expected, with a spread of 1 MB/s. */
function minute(min: number, max: number, learned: object = { expected: 10 * MB, spread: MB }) {
  return { minuteMs: 0, avg: (min + max) / 2, min, max, last: max, count: 6, ...learned };
}

function reasonOf(...args: Parameters<typeof minute>): string {
  return explain(writes, known, [minute(...args)], defaultSettings)[0]!.reason;
}

describe('the explanation of a minute', () => {
  it.each([
    ['the detector has too few samples', 'warming up', [0, 90 * MB, {}]],
    ['the value is low and only rises are judged', 'below what was expected', [MB, 9 * MB]],
    ['the deviation is below the floor', 'below floor', [9 * MB, 14.9 * MB]],
    [
      'the deviation is usual for the series',
      'below threshold',
      [9 * MB, 15.5 * MB, { expected: 10 * MB, spread: 2 * MB }],
    ],
  ] as const)('has its reason where %s', (_why, reason, [min, max, learned]) => {
    expect(reasonOf(min, max, learned)).toBe(reason);
  });

  it('that was off contains the value seen and the value expected', () => {
    const [verdict] = explain(writes, known, [minute(9 * MB, 40 * MB)], defaultSettings);
    expect(verdict).toEqual({
      minuteMs: 0,
      reason: 'off',
      detail: '40 MB/s seen, 10 MB/s expected; 30.0 spreads away; 3 are needed',
    });
  });

  it.each([
    ['up', minute(MB, 9 * MB), 'below what was expected', '1 MB/s seen, 10 MB/s expected; only rises are judged'],
    [
      'down',
      minute(11 * MB, 90 * MB),
      'above what was expected',
      '90 MB/s seen, 10 MB/s expected; only falls are judged',
    ],
  ] as const)(
    'names the side that is judged where a value went to the other side than %s',
    (direction, given, reason, detail) => {
      const settings = settingsSchema.parse({ catalogue: [{ match: { metric: 'system.diskio.*' }, direction }] });
      expect(explain(writes, known, [given], settings)).toEqual([{ minuteMs: 0, reason, detail }]);
    },
  );

  it.each([
    ['counter', '40 MB/s seen, 0 B/s expected'],
    ['delta', '40 MB/s seen, 0 B/s expected'],
    ['gauge', '40 MB/s seen, -2 MB/s expected'],
  ] as const)('expects nothing negative of a rate or a sum, and of a %s "%s"', (kind, words) => {
    const given = minute(-MB, 40 * MB, { expected: -2 * MB, spread: MB });
    const [verdict] = explain(writes, { kind, unit: 'By/s' }, [given], defaultSettings);
    expect(verdict?.detail).toBe(`${words}; 42.0 spreads away; 3 are needed`);
  });

  it('is that it is never judged where the settings ignore the series', () => {
    const settings = settingsSchema.parse({ catalogue: [{ match: { metric: 'system.diskio.*' }, ignore: true }] });
    expect(explain(writes, known, [minute(0, 90 * MB)], settings)[0]?.reason).toBe('never judged');
  });

  it('counts both sides for a metric that the catalogue does not describe', () => {
    const unknown = { entity, metric: 'app.queue', dimensions: {} };
    const low = { minuteMs: 0, avg: 1, min: 0, max: 10, last: 10, count: 6, expected: 10, spread: 1 };
    expect(explain(unknown, { kind: 'gauge', unit: '1' }, [low], defaultSettings)[0]?.reason).toBe('off');
  });

  it('contains only finite numbers for any values', () => {
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(value, value, value, fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (a, b, expected, spread) => {
        const [verdict] = explain(
          writes,
          known,
          [minute(Math.min(a, b), Math.max(a, b), { expected, spread })],
          defaultSettings,
        );
        expect(verdict?.detail).not.toMatch(/NaN|undefined|Infinity/);
      }),
    );
  });
});
