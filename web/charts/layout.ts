import { quantityText } from '../format/quantity.ts';
import { type Line, mostOf, pointsOf } from './line.ts';
import { linear, roundBinaryTop, roundTimeTop, roundTop } from './scale.ts';

/** A named value of a scale: a state such as `connected`. */
export interface Level {
  readonly value: number;
  readonly label: string;
}

/** The drawing of a chart, without its lines. Lengths are in pixels. */
export interface Layout {
  /** The ends of the plot, from left to right and from top to bottom. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The height of zero. */
  readonly base: number;
  readonly x: (timeMs: number) => number;
  /** Returns the height of a value. The second line of a mirror points downwards. */
  readonly y: (value: number, nth: number) => number;
  /** The largest value that is not clipped. */
  readonly most: number;
  readonly grid: readonly { readonly y: number; readonly isZero: boolean }[];
  readonly labels: readonly { readonly y: number; readonly text: string }[];
}

/** The choices of a chart. */
export interface LayoutInput {
  readonly lines: readonly Line[];
  readonly unit: string;
  readonly range: { readonly fromMs: number; readonly toMs: number };
  readonly width: number;
  readonly height: number;
  readonly shape: 'line' | 'mirror' | 'steps';
  /** The width of the labels on the right. */
  readonly gutter: number;
  /** The height of the time axis; 0 without one. */
  readonly axis: number;
  readonly hasBand: boolean;
  /** The end of the scale; the round number above all values where absent. */
  readonly top?: number | undefined;
  readonly levels?: readonly Level[] | undefined;
}

/** The largest share that is asked for, with the room above it. */
const shareRoom = 1.04;

/** Returns the round end of a scale in a unit. */
export function topFor(value: number, unit: string): number {
  if (unit === 's') return roundTimeTop(value);
  // Room above 100 % would only flatten shares.
  if (unit === 'share' && value <= shareRoom) return Math.min(1, roundTop(value));
  return /^By?$/.test(unit) ? roundBinaryTop(value) : roundTop(value);
}

/** Returns the places of a chart: its scales, grid and labels. */
export function layoutChart(input: LayoutInput): Layout {
  return input.shape === 'mirror' ? mirrored(input) : upright(input);
}

const room = 8;

function upright({
  lines,
  unit,
  range,
  width,
  height,
  gutter,
  axis,
  hasBand,
  top,
  levels,
  shape,
}: LayoutInput): Layout {
  const bottom = height - (axis === 0 ? 3 : axis);
  const most = Math.max(...lines.map((line) => Math.max(mostOf(line), hasBand ? mostOfBand(line) : 0)), 0);
  const least = leastOf(lines);
  const end =
    top ?? (levels === undefined ? topFor(most * 1.04, unit) : Math.max(...levels.map(({ value }) => value)) * 1.15);
  const start = least < 0 ? -topFor(-least * 1.04, unit) : 0;
  const right = width - gutter;
  const heightOf = linear([start, end], [bottom, room]);
  const steps = levels ?? ticksOf(start, end, height);
  return {
    left: 0,
    right,
    top: room,
    bottom,
    base: heightOf(0),
    x: linear([range.fromMs, range.toMs], [0, right]),
    y: (value) => heightOf(Math.min(value, end * 1.02)),
    most: shape === 'steps' ? Number.POSITIVE_INFINITY : end * 1.02,
    grid: steps.map(({ value }) => ({ y: heightOf(value), isZero: value === 0 })),
    labels: distinct(steps.map(({ value, label }) => ({ y: heightOf(value), text: label ?? labelOf(value, unit) }))),
  };
}

/** Returns labels without those that are rounded to the text of a later one, as half a byte is to 1 B. */
const distinct = (labels: Layout['labels']): Layout['labels'] =>
  labels.filter(({ text }, nth) => labels.slice(nth + 1).every((later) => later.text !== text));

const labelOf = (value: number, unit: string): string => (value === 0 ? '0' : quantityText(value, unit));

/** Returns the values of the grid: the ends, and the middle where there is room. */
function ticksOf(start: number, end: number, height: number): { readonly value: number; readonly label?: string }[] {
  if (start < 0) return [{ value: start }, { value: 0 }, { value: end }];
  return height > 76 ? [{ value: 0 }, { value: end / 2 }, { value: end }] : [{ value: 0 }, { value: end }];
}

/**
 * Both directions have one scale. Each ends at its own round number, so that zero stands where both parts are used; the smaller part has
 * at least a fifth of the height.
 */
function mirrored({ lines, unit, range, width, height, gutter, axis, top, hasBand }: LayoutInput): Layout {
  const bottom = height - (axis === 0 ? 3 : axis);
  const [up = 1, down = 1] = [0, 1].map((nth) => {
    const line = lines[nth];
    if (line === undefined) return 1;
    return top ?? topFor(Math.max(mostOf(line), hasBand ? mostOfBand(line) : 0) * 1.04, unit);
  });
  const upPart = Math.max(up, down / 4);
  const scale = (bottom - room) / (upPart + Math.max(down, up / 4));
  const base = room + upPart * scale;
  const y = (value: number, nth: number): number => (nth === 1 ? base + value * scale : base - value * scale);
  const ends = [
    { y: y(up, 0), text: quantityText(up, unit) },
    { y: y(down, 1), text: quantityText(down, unit) },
  ];
  const hasRoom = base - ends[0]!.y > 13 && ends[1]!.y - base > 13;
  return {
    left: 0,
    right: width - gutter,
    top: room,
    bottom,
    base,
    x: linear([range.fromMs, range.toMs], [0, width - gutter]),
    y,
    most: Number.POSITIVE_INFINITY,
    grid: [{ y: base, isZero: true }, ...ends.map((end) => ({ y: end.y, isZero: false }))],
    labels: hasRoom ? [...ends, { y: base, text: '0' }] : ends,
  };
}

function mostOfBand({ upper, lower }: Line): number {
  return (upper ?? lower ?? []).reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

function leastOf(lines: readonly Line[]): number {
  return lines.reduce(
    (least, line) =>
      pointsOf({ times: line.times, values: line.min ?? line.values }).reduce((l, p) => Math.min(l, p.value), least),
    0,
  );
}
