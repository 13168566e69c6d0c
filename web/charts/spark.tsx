import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { describe } from './description.ts';
import { drawLine } from './drawing.ts';
import { hatchFill, useHatch } from './hatch.ts';
import type { Layout } from './layout.ts';
import { type Line, mostOf } from './line.ts';
import { linear } from './scale.ts';
import './chart.css';
import './chart-marks.css';

export interface SparkProps {
  /** The name of the chart for those who do not see it. */
  readonly label: string;
  readonly line: Line;
  readonly unit: string;
  readonly range: { readonly fromMs: number; readonly toMs: number };
  /** Pixels. @default 24 */
  readonly height?: number;
  /** The end of the scale, which all small charts of a column share. @default the largest value */
  readonly top?: number | undefined;
  /** A flag: a value lasts until the next one. */
  readonly isStepped?: boolean;
  /** @default true */
  readonly isFilled?: boolean;
}

/** The width of the drawing, which is stretched to that of its column. */
const width = 200;

/** Draws a small chart: a line with its newest value and its anomalies, without axes. */
export function Spark(props: SparkProps): JSX.Element {
  const { label, line, unit, range, height = 24, top, isStepped = false, isFilled = true } = props;
  useHatch();
  const drawn = useMemo(() => {
    const layout = sparkLayout(range, height, top ?? mostOf(line) * 1.05);
    return drawLine(line, 0, { layout, range, unit, isStepped, isFilled, isMirror: false });
  }, [line, unit, range.fromMs, range.toMs, height, top, isStepped, isFilled]);
  const name = useMemo(() => describe(label, [line], unit), [label, line, unit]);
  const { role, gaps, areas, spread, lines, marks, dots, end } = drawn;
  return (
    <div class="chart spark" role="img" aria-label={name}>
      <svg height={height} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {gaps.map((gap) => (
          <rect key={gap.x} x={gap.x} y={3} width={gap.width} height={height - 7} fill={hatchFill} />
        ))}
        {areas.map((area) => (
          <path key={area} class={`f${role}`} d={area} />
        ))}
        {spread !== '' && <path class={`spread ${role}`} d={spread} />}
        {lines.map((run) => (
          <path key={run} class={`l ${role}`} d={run} />
        ))}
        {marks.map(({ severity, x, width: markWidth, path }) => (
          <g key={x}>
            <rect class={severity === 'critical' ? 'fc' : 'fw'} x={x} y={height - 3} width={markWidth} height={3} />
            <path class={`an ${severity === 'critical' ? 'sc' : 'sw'}`} d={path} />
          </g>
        ))}
        {[...dots, ...(end === undefined ? [] : [end])].map(([x, y]) => (
          <path key={x} class={`enddot ${role}`} d={`M${x.toFixed(1)} ${y.toFixed(1)}h.001`} />
        ))}
      </svg>
    </div>
  );
}

function sparkLayout(range: SparkProps['range'], height: number, most: number): Layout {
  const [top, bottom, right] = [3, height - 4, width - 3];
  const heightOf = linear([0, most > 0 ? most : 1], [bottom, top]);
  return {
    left: 0,
    right,
    top,
    bottom,
    base: bottom,
    x: linear([range.fromMs, range.toMs], [0, right]),
    y: (value) => Math.max(top - 2, Math.min(bottom, heightOf(value))),
    most: Number.POSITIVE_INFINITY,
    grid: [],
    labels: [],
  };
}
