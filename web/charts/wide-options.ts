import type uPlot from 'uplot';
import { quantityText } from '../format/quantity.ts';
import { zoomBack, zoomTo } from './cursor.ts';
import type { Line } from './line.ts';
import { linear, timeTicks } from './scale.ts';
import { gridValues } from './scale-ends.ts';
import { loneValues } from './wide-data.ts';
import { drawGaps, drawLearning, drawMarks } from './wide-marks.ts';
import { type Colours, pageColours, type WideState } from './wide-state.ts';

const lineColours: Readonly<Record<Line['role'], string>> = { a: '--c-1', b: '--c-2', ghost: '--c-ghost' };
const gutter = 66;
const axisHeight = 20;
/** The half of the width of a character of the axis, in pixels. */
const halfCharacter = 3;

/** Returns the options of uPlot for a chart. @param stateOf returns what is drawn at present */
export function wideOptions(
  stateOf: () => WideState,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const colours = pageColours();
  const { lines, hasBand } = stateOf();
  const font = `11px ${colours('--font') || 'sans-serif'}`;
  const count = lines.length;
  return {
    ...size,
    padding: [8, 0, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: 'view' },
      drag: { x: true, y: false, setScale: false },
      y: false,
      bind: {
        dblclick: () => () => {
          zoomBack();
          return null;
        },
      },
    },
    scales: {
      x: { time: true, range: () => [stateOf().range.fromMs / 1_000, stateOf().range.toMs / 1_000] },
      y: { range: () => [stateOf().ends.start, stateOf().ends.end] },
    },
    axes: [timeAxis(stateOf, colours, font), valueAxis(stateOf, colours, font)],
    series: [
      {},
      ...lines.map((line, nth) => seriesOf(line, nth, colours, hasBand)),
      ...(hasBand ? [edge(colours, []), edge(colours, [2, 3])] : []),
    ],
    bands: hasBand ? [{ series: [count + 2, count + 1], fill: colours('--c-band') }] : [],
    hooks: {
      drawClear: [(plot) => drawGaps(plot, stateOf(), colours)],
      draw: [(plot) => drawLearning(plot, stateOf(), colours), (plot) => drawMarks(plot, stateOf(), colours)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width > 0) zoomTo(plot.posToVal(left, 'x') * 1_000, plot.posToVal(left + width, 'x') * 1_000);
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function seriesOf({ role, label }: Line, nth: number, colours: Colours, hasBand: boolean): uPlot.Series {
  const colour = colours(lineColours[role]);
  return {
    label,
    stroke: colour,
    width: role === 'ghost' ? 1.25 : 1.5,
    ...(role === 'ghost' ? { dash: [3, 3] } : {}),
    ...(role === 'a' && nth === 0 && !hasBand ? { fill: colours('--c-1-fill') } : {}),
    points: { show: true, size: 5, width: 0, fill: colour, filter: (plot, at) => loneValues(plot.data[at]!) },
  };
}

const edge = (colours: Colours, dash: number[]): uPlot.Series => ({
  stroke: dash.length === 0 ? 'transparent' : colours('--c-band-edge'),
  width: 1,
  dash,
  points: { show: false },
});

function timeAxis(stateOf: () => WideState, colours: Colours, font: string): uPlot.Axis {
  const ticksOf = (width: number) => timeTicks(stateOf().range, width, stateOf().zone);
  return {
    stroke: colours('--ink-3'),
    font,
    size: axisHeight,
    gap: 2,
    grid: { show: false },
    ticks: { stroke: colours('--c-zero'), size: 3, width: 1 },
    border: { show: true, stroke: colours('--c-zero'), width: 1 },
    splits: (plot) => ticksOf(plot.bbox.width / devicePixelRatio).map(({ timeMs }) => timeMs / 1_000),
    values: (plot) => {
      const width = plot.bbox.width / devicePixelRatio;
      const x = linear([stateOf().range.fromMs, stateOf().range.toMs], [0, width]);
      // A text is centred, and the canvas ends at the left.
      return ticksOf(width).map(({ text, timeMs }) => (x(timeMs) < text.length * halfCharacter ? '' : text));
    },
  };
}

function valueAxis(stateOf: () => WideState, colours: Colours, font: string): uPlot.Axis {
  return {
    side: 1,
    stroke: colours('--ink-3'),
    font,
    size: gutter,
    gap: 6,
    grid: { stroke: colours('--c-grid'), width: 1 },
    ticks: { show: false },
    splits: () => gridValues(stateOf().ends, true),
    values: (_, splits) => splits.map((value) => (value === 0 ? '0' : quantityText(value, stateOf().unit))),
  };
}
