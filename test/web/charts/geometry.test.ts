import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describe as describeChart } from '../../../web/charts/description.ts';
import { drawBand, drawLine } from '../../../web/charts/drawing.ts';
import { type LayoutInput, layoutChart } from '../../../web/charts/layout.ts';
import { type Line, pointsOf, runsOf, topWithoutBurst } from '../../../web/charts/line.ts';
import { linear, roundTimeTop, roundTop, timeTicks } from '../../../web/charts/scale.ts';
import { loneValues } from '../../../web/charts/wide-data.ts';

const startMs = Date.UTC(2026, 10, 23, 15);
const range = { fromMs: startMs, toMs: startMs + 900_000 };

/** Returns a line with a value each 10 s. */
function lineOf(values: readonly (number | null)[], more: Partial<Line> = {}): Line {
  return { label: '', role: 'a', times: values.map((_, nth) => startMs + nth * 10_000), values, ...more };
}

const full = (count = 91): number[] => Array.from({ length: count }, (_, nth) => nth);

const input = (lines: readonly Line[], more: Partial<LayoutInput> = {}): LayoutInput => ({
  lines,
  unit: '1',
  range,
  width: 658,
  height: 100,
  shape: 'line',
  gutter: 58,
  axis: 18,
  hasBand: false,
  ...more,
});

const drawing = (chosen: LayoutInput) => ({
  layout: layoutChart(chosen),
  range,
  unit: chosen.unit,
  isStepped: false,
  isFilled: true,
  isMirror: chosen.shape === 'mirror',
});

describe('the end of a scale', () => {
  it.each([
    [0.9, 1],
    [14.2e6, 15e6],
    [1.5, 1.5],
    [31, 40],
    [0, 1],
    [-3, 1],
    [0.00015, 0.00015],
  ])('of values up to %d is %d', (value, top) => expect(roundTop(value)).toBeCloseTo(top, 12));

  it('is never below the largest value, and at most twice as large', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (value) => {
        expect(roundTop(value)).toBeGreaterThanOrEqual(value * (1 - 1e-9));
        expect(roundTop(value)).toBeLessThanOrEqual(value * 2);
      }),
    );
  });
});

it('a scale of seconds ends at whole minutes, as does its half', () => {
  expect([80, 185, 700, 90_000].map(roundTimeTop)).toEqual([80, 240, 1_200, 172_800]);
});

it('a single burst is clipped, and a stretch of high values is not', () => {
  const burst = full(100).map((_, nth) => (nth === 50 ? 770 : 40));
  expect(topWithoutBurst([lineOf(burst)])).toBe(80);
  const stretch = full(100).map((_, nth) => (nth > 50 ? 770 : 40));
  expect(topWithoutBurst([lineOf(stretch)])).toBeUndefined();
  expect(topWithoutBurst([lineOf([null])])).toBeUndefined();
});

describe('the marks of the time axis', () => {
  it('are at round times', () => {
    expect(timeTicks(range, 600, 'utc').map(({ text }) => text)).toEqual([
      '15:00',
      '15:02',
      '15:04',
      '15:06',
      '15:08',
      '15:10',
      '15:12',
      '15:14',
    ]);
  });

  it('have the day where one begins', () => {
    const week = { fromMs: startMs - 7 * 86_400_000, toMs: startMs };
    expect(timeTicks(week, 900, 'utc').map(({ text }) => text)).toContain('20 Nov');
  });

  it('are in range, apart from each other and few, whatever the range and the width', () => {
    const spans = fc.integer({ min: 1_000, max: 400 * 86_400_000 });
    fc.assert(
      fc.property(spans, fc.integer({ min: 80, max: 2_000 }), (spanMs, width) => {
        const some = { fromMs: startMs, toMs: startMs + spanMs };
        const ticks = timeTicks(some, width, 'utc', 48);
        const x = linear([some.fromMs, some.toMs], [0, width]);
        expect(ticks.length).toBeLessThanOrEqual(width / 48 + 1);
        for (const [nth, { timeMs }] of ticks.entries()) {
          expect(timeMs).toBeGreaterThanOrEqual(some.fromMs);
          expect(timeMs).toBeLessThanOrEqual(some.toMs);
          if (nth > 0) expect(x(timeMs) - x(ticks[nth - 1]!.timeMs)).toBeGreaterThanOrEqual(47.9);
        }
      }),
    );
  });
});

describe('a gap', () => {
  it('is two missing samples or more, and one missing sample is none', () => {
    const values = full();
    const one = runsOf(pointsOf(lineOf(values.map((value, nth) => (nth === 40 ? null : value)))), range);
    expect(one.gaps).toEqual([]);
    const two = runsOf(pointsOf(lineOf(values.map((value, nth) => (nth === 40 || nth === 41 ? null : value)))), range);
    expect(two.gaps).toEqual([[startMs + 390_000, startMs + 420_000]]);
    expect(two.runs).toHaveLength(2);
  });

  it('is no empty step between two samples: the steps of a chart may be shorter than the period', () => {
    const times = Array.from({ length: 300 }, (_, nth) => startMs + nth * 3_000);
    const values = times.map((timeMs) => (timeMs % 30_000 === 0 ? 1 : null));
    expect(runsOf(pointsOf({ times, values }), range).gaps).toEqual([]);
  });

  it('is at the end only once the newest sample is a minute old', () => {
    const short = runsOf(pointsOf(lineOf(full(86))), range);
    expect(short.gaps).toEqual([]);
    const long = runsOf(pointsOf(lineOf(full(80))), range);
    expect(long.gaps).toEqual([[startMs + 790_000, range.toMs]]);
  });

  it('is the whole range where nothing is known', () => {
    expect(runsOf([], range)).toEqual({ runs: [], gaps: [[range.fromMs, range.toMs]] });
  });

  it('and the runs together contain every known value once, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 91 }), (values) => {
        const points = pointsOf(lineOf(values));
        const { runs, gaps } = runsOf(points, range);
        expect(runs.flat()).toEqual(points);
        for (const [fromMs, toMs] of gaps) {
          expect(points.some(({ timeMs }) => timeMs > fromMs && timeMs < toMs)).toBe(false);
        }
      }),
    );
  });
});

describe('a chart', () => {
  it('begins at zero and ends at a round number above all values', () => {
    const layout = layoutChart(input([lineOf(full())]));
    expect(layout.labels.map(({ text }) => text)).toEqual(['0', '50', '100']);
    expect(layout.y(0, 0)).toBe(layout.bottom);
    expect(layout.y(100, 0)).toBe(layout.top);
  });

  it('has no two labels of one text, as half of a byte would make', () => {
    const labels = layoutChart(input([lineOf(full().map(() => 0))], { unit: 'B' })).labels.map(({ text }) => text);
    expect(labels).toEqual(['0', '1\u00a0B']);
  });

  it('of shares ends at 100 %', () => {
    const line = lineOf(full().map(() => 0.99));
    expect(layoutChart(input([line], { unit: 'share' })).labels.at(-1)!.text).toBe('100\u00a0%');
  });

  it('has room for the expected range', () => {
    const line = lineOf(full(), { upper: full().map(() => 170) });
    expect(layoutChart(input([line], { hasBand: true })).labels.at(-1)!.text).toBe('200');
  });

  it('with two directions has one scale, and gives the smaller part a fifth of the height', () => {
    const lines = [
      lineOf(full()),
      lineOf(
        full().map((value) => value / 100),
        { role: 'b' },
      ),
    ];
    const layout = layoutChart(input(lines, { shape: 'mirror' }));
    const [up, down] = [layout.base - layout.y(1, 0), layout.y(1, 1) - layout.base];
    expect(up).toBeCloseTo(down, 9);
    expect((layout.bottom - layout.base) / (layout.bottom - layout.top)).toBeCloseTo(0.2, 9);
  });

  it('draws every place inside of its plot', () => {
    const values = fc.array(fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })), { minLength: 1, maxLength: 91 });
    const shapes = fc.constantFrom('line' as const, 'mirror' as const);
    fc.assert(
      fc.property(values, values, shapes, (first, second, shape) => {
        const lines = [lineOf(first), lineOf(second, { role: 'b' })];
        const how = drawing(input(lines, { shape }));
        for (const [nth, line] of lines.entries()) {
          for (const path of drawLine(line, nth, how).lines) {
            for (const [, x, y] of path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
              expect(Number(x)).toBeGreaterThanOrEqual(0);
              expect(Number(x)).toBeLessThanOrEqual(how.layout.right + 0.1);
              expect(Number(y)).toBeGreaterThanOrEqual(how.layout.top - 2);
              expect(Number(y)).toBeLessThanOrEqual(how.layout.bottom + 0.1);
            }
          }
        }
      }),
    );
  });

  it('names the largest value that its scale clips', () => {
    const line = lineOf(full(), { max: full().map((value) => (value === 50 ? 770 : value)) });
    const { clipped } = drawLine(line, 0, drawing(input([line], { top: 100 })));
    expect(clipped?.text).toBe('↑ 770');
  });
});

it('a gap before the first value ends there, and a gap without any value does not', () => {
  const values = full().map((value, nth) => (nth < 60 ? null : value));
  const how = drawing(input([lineOf(values)]));
  expect(drawLine(lineOf(values), 0, how).gaps).toEqual([{ x: 0, width: 400, untilMs: startMs + 600_000 }]);
  expect(drawLine(lineOf([null]), 0, how).gaps).toEqual([{ x: 0, width: 600 }]);
});

describe('an anomaly', () => {
  const anomaly = { fromMs: startMs + 300_000, toMs: startMs + 360_000, severity: 'warning' };

  it('has a bar over its whole time and a sign at its peak', () => {
    const values = full().map((_, nth) => (nth === 33 ? 90 : 10));
    const how = drawing(input([lineOf(values)]));
    const [mark] = drawLine(lineOf(values, { anomalies: [anomaly] }), 0, how).marks;
    expect(mark?.x).toBeCloseTo(200, 6);
    expect(mark?.width).toBeCloseTo(40, 6);
    expect(mark?.sign?.[0]).toBeCloseTo(220, 6);
  });

  it('that is critical has its sign at its beginning, and one that lasts goes to the end', () => {
    const how = drawing(input([lineOf(full())]));
    const open = { ...anomaly, severity: 'critical', toMs: null };
    const [mark] = drawLine(lineOf(full(), { anomalies: [open] }), 0, how).marks;
    expect(mark?.sign?.[0]).toBeCloseTo(200, 6);
    expect(mark!.x + mark!.width).toBeCloseTo(how.layout.right, 6);
  });

  it('of another time is not drawn', () => {
    const before = { ...anomaly, fromMs: startMs - 60_000, toMs: startMs - 1 };
    expect(drawLine(lineOf(full(), { anomalies: [before] }), 0, drawing(input([lineOf(full())]))).marks).toEqual([]);
  });
});

describe('an expected range', () => {
  it('begins where it was learned', () => {
    const upper = full().map((_, nth) => (nth < 30 ? null : 120));
    const line = lineOf(full(), { upper, lower: full().map(() => -5) });
    const band = drawBand(line, 0, drawing(input([line], { hasBand: true })));
    expect(band?.learning).toEqual({ from: 0, to: expect.closeTo(200, 6) });
    expect(band?.area).not.toContain('NaN');
  });

  it('is not called learned before there was a value', () => {
    const upper = full().map((_, nth) => (nth < 30 ? null : 120));
    const line = lineOf(
      full().map((value, nth) => (nth < 28 ? null : value)),
      { upper },
    );
    expect(drawBand(line, 0, drawing(input([line], { hasBand: true })))?.learning).toBeUndefined();
  });

  it('is absent before one is learned', () => {
    const line = lineOf(full(), { upper: full().map(() => null) });
    expect(drawBand(line, 0, drawing(input([line])))).toBeUndefined();
  });
});

describe('the text of a chart', () => {
  it('has the last, the least and the most value, and how often it was odd', () => {
    const anomalies = [{ fromMs: startMs, toMs: startMs, severity: 'warning' }];
    const text = describeChart('Disk write of node-b', [lineOf([1, 5, 3], { anomalies })], 'B/s');
    expect(text.replaceAll('\u00a0', ' ')).toBe(
      'Disk write of node-b. last 3 B/s, least 1 B/s, most 5 B/s, outside its expected range once',
    );
  });

  it('says so where there is no data', () => {
    expect(describeChart('Lag', [lineOf([null])], 's')).toBe('Lag. no data');
  });
});

it('a value that stands alone is drawn as a dot, because no line shows it', () => {
  const how = drawing(input([lineOf([5])]));
  expect(drawLine(lineOf([5]), 0, how).dots).toHaveLength(1);
  expect(drawLine(lineOf(full()), 0, how).dots).toEqual([]);
  expect(loneValues([null, 5, null, 1, undefined, 2, null, 3])).toEqual([1, 7]);
});
