import { quantityText } from '../format/quantity.ts';
import type { Layout } from './layout.ts';
import { type Anomaly, type Line, type Point, pointsOf, runsOf } from './line.ts';
import { areaPath, betweenPath, linePath, type Place } from './path.ts';

/** A stretch outside the expected range, as it is drawn. */
export interface DrawnMark {
  readonly severity: 'critical' | 'warning';
  /** The bar at the foot of the chart. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** The thick part of the line; empty where it has no value in that time. */
  readonly path: string;
  /** A triangle at the peak of a warning, a diamond at the beginning of a critical stretch. */
  readonly sign?: Place;
}

/** A line as it is drawn. */
export interface DrawnLine {
  readonly role: Line['role'];
  readonly lines: readonly string[];
  readonly areas: readonly string[];
  /** The area from the least to the most of each step. */
  readonly spread: string;
  /** The times without data. `untilMs` is the first value after one at the beginning; absent for others. */
  readonly gaps: readonly { readonly x: number; readonly width: number; readonly untilMs?: number }[];
  readonly marks: readonly DrawnMark[];
  /** The values that stand alone between gaps, which no line shows. */
  readonly dots: readonly Place[];
  /** The newest value; absent where the line ends in a gap. */
  readonly end?: Place;
  /** The largest value that the scale clips, with its text. */
  readonly clipped?: { readonly x: number; readonly text: string };
}

/** The choices that decide how lines are drawn. */
export interface DrawingInput {
  readonly layout: Layout;
  readonly range: { readonly fromMs: number; readonly toMs: number };
  readonly unit: string;
  readonly isStepped: boolean;
  /** A flag: an area is drawn under the line. */
  readonly isFilled: boolean;
  readonly isMirror: boolean;
}

/** Returns a line as paths. @param nth its place in the chart; the second line of a mirror points downwards */
export function drawLine(line: Line, nth: number, input: DrawingInput): DrawnLine {
  const { layout, range, isStepped, isFilled } = input;
  const points = pointsOf(line).filter(({ timeMs }) => timeMs >= range.fromMs && timeMs <= range.toMs);
  const { runs, gaps } = runsOf(points, range);
  const place = ({ timeMs, value }: Point): Place => [layout.x(timeMs), layout.y(value, nth)];
  const drawn = runs.map((run) => run.map(place));
  const last = points.at(-1);
  const endsInGap = gaps.some(([, toMs]) => toMs === range.toMs);
  const clipped = clippedPoint(line, points, layout);
  return {
    role: line.role,
    lines: drawn.map((places) => linePath(places, isStepped)),
    areas: isFilled ? drawn.map((places) => areaPath(places, layout.base, isStepped)) : [],
    spread: spreadOf(line, runs, nth, layout),
    gaps:
      line.role === 'ghost'
        ? []
        : gaps.map(([fromMs, toMs]) => ({
            ...stretch(layout, fromMs, toMs),
            ...(fromMs === range.fromMs && points.length > 0 ? { untilMs: toMs } : {}),
          })),
    marks: (line.anomalies ?? []).flatMap((anomaly) => markOf(anomaly, { points, max: line.max }, nth, input)),
    dots: drawn.flatMap((places) => (places.length === 1 ? places : [])),
    ...(last === undefined || endsInGap || line.role === 'ghost' ? {} : { end: place(last) }),
    ...(clipped === undefined
      ? {}
      : { clipped: { x: layout.x(clipped.timeMs), text: `↑ ${quantityText(clipped.value, input.unit)}` } }),
  };
}

function stretch({ x }: Layout, fromMs: number, toMs: number): { readonly x: number; readonly width: number } {
  return { x: x(fromMs), width: Math.max(0, x(toMs) - x(fromMs)) };
}

function clippedPoint({ max }: Line, points: readonly Point[], { most }: Layout): Point | undefined {
  return points
    .map((point) => ({ ...point, value: max?.[point.nth] ?? point.value }))
    .reduce<Point | undefined>((top, point) => (point.value > (top?.value ?? most) ? point : top), undefined);
}

function spreadOf({ min, max }: Line, runs: readonly (readonly Point[])[], nth: number, layout: Layout): string {
  if (min === undefined || max === undefined) return '';
  return runs
    .map((run) => {
      const side = (values: readonly (number | null)[]): Place[] =>
        run.map((point) => [layout.x(point.timeMs), layout.y(values[point.nth] ?? point.value, nth)]);
      return betweenPath(side(max), side(min));
    })
    .join('');
}

/** The values of a line, and the greatest one of each step, at which the sign of a peak stands. */
interface Peaked extends Pick<Line, 'max'> {
  readonly points: readonly Point[];
}

function markOf(anomaly: Anomaly, { points, max }: Peaked, nth: number, input: DrawingInput): DrawnMark[] {
  const { layout, range, isStepped, isMirror } = input;
  const fromMs = Math.max(anomaly.fromMs, range.fromMs);
  const toMs = Math.min(anomaly.toMs ?? range.toMs, range.toMs);
  if (toMs < range.fromMs || fromMs > range.toMs) return [];
  const inside = points.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
  const placeOf = ({ timeMs, value }: Point): Place => [layout.x(timeMs), layout.y(value, nth)];
  const places = inside.map(placeOf);
  const peaks = inside.map((point) => ({ ...point, value: max?.[point.nth] ?? point.value }));
  const severity = anomaly.severity === 'critical' ? 'critical' : 'warning';
  const foot = isMirror ? (nth === 1 ? layout.bottom - 1 : layout.top - 2) : layout.bottom - 1;
  const sign = severity === 'critical' ? places[0] : peakOf(peaks, peaks.map(placeOf));
  const x = layout.x(fromMs);
  return [
    {
      severity,
      x,
      y: foot,
      width: Math.max(4, layout.x(toMs) - x),
      path: linePath(places, isStepped),
      ...(sign === undefined ? {} : { sign }),
    },
  ];
}

function peakOf(points: readonly Point[], places: readonly Place[]): Place | undefined {
  const peak = points.reduce((top, { value }, nth) => (Math.abs(value) > Math.abs(points[top]!.value) ? nth : top), 0);
  return places[peak];
}

/** The expected range as it is drawn. */
export interface DrawnBand {
  readonly area: string;
  readonly edge: string;
  /** The stretch of the line before it, in pixels, where that is wide enough to be called `learning`. */
  readonly learning?: { readonly from: number; readonly to: number };
}

/** The least width of the time without a band that is called `learning`, in pixels. */
const learningWidth = 60;

/** Returns the expected range of a line, the second of which points downwards in a mirror: `undefined` where none is known in the time that is drawn. */
export function drawBand(
  line: Line,
  nth: number,
  { layout, range, isMirror }: Pick<DrawingInput, 'layout' | 'range' | 'isMirror'>,
): DrawnBand | undefined {
  const { times, lower, upper } = line;
  if (upper === undefined) return undefined;
  const known = times.flatMap((timeMs, step) => {
    const [low, high] = [lower?.[step] ?? 0, upper[step]];
    const isInside = timeMs >= range.fromMs && timeMs <= range.toMs;
    return high === null || high === undefined || !isInside ? [] : [{ x: layout.x(timeMs), low, high }];
  });
  const first = known[0];
  if (first === undefined) return undefined;
  const begun = pointsOf(line).find(({ timeMs }) => timeMs >= range.fromMs);
  const begin = begun === undefined || nth > 0 ? undefined : layout.x(begun.timeMs);
  const least = layout.base === layout.bottom || isMirror ? 0 : Number.NEGATIVE_INFINITY;
  const high = known.map(({ x, high: value }): Place => [x, layout.y(value, nth)]);
  const low = known.map(({ x, low: value }): Place => [x, layout.y(Math.max(least, value), nth)]);
  return {
    area: betweenPath(high, low),
    edge: linePath(high),
    ...(begin !== undefined && first.x - begin > learningWidth ? { learning: { from: begin, to: first.x } } : {}),
  };
}
