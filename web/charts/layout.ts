import { quantityText } from '../format/quantity.ts';
import { type Line, mostOf } from './line.ts';
import { linear } from './scale.ts';
import { gridValues, scaleEnds, topFor } from './scale-ends.ts';

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
  const ends = scaleEnds(lines, unit, hasBand);
  const end = top ?? (levels === undefined ? ends.end : Math.max(...levels.map(({ value }) => value)) * 1.15);
  const start = ends.start;
  const right = width - gutter;
  const heightOf = linear([start, end], [bottom, room]);
  const steps: readonly Step[] = levels ?? gridValues({ start, end }, height > 76).map((value) => ({ value }));
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

/** A value of the grid, with its text where it has one of its own. */
type Step = { readonly value: number; readonly label?: string };

/**
 * Both directions have one scale. Each ends at its own round number, so that zero stands where both parts are used; the smaller part has
 * at least a fifth of the height.
 */
function mirrored({ lines, unit, range, width, height, gutter, axis, top, hasBand }: LayoutInput): Layout {
  const bottom = height - (axis === 0 ? 3 : axis);
  const [up = 1, down = 1] = [0, 1].map((nth) => {
    const line = lines[nth];
    if (line === undefined) return 1;
    return top ?? topFor(Math.max(mostOf(line), hasBand ? mostOf({ values: line.upper ?? [] }) : 0) * 1.04, unit);
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
