import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { zone } from '../frame/where.ts';
import { CursorMark } from './cursor-mark.tsx';
import { describe } from './description.ts';
import { type DrawingInput, drawBand, drawLine } from './drawing.ts';
import { useHatch } from './hatch.ts';
import { type Incident, tintOf } from './incident.ts';
import { type Layout, type LayoutInput, type Level, layoutChart } from './layout.ts';
import { type Line, periodOf, pointsOf } from './line.ts';
import { usePointer } from './pointer.ts';
import { timeTicks } from './scale.ts';
import { LineMarks, Shapes } from './shapes.tsx';
import { useWidth } from './width.ts';
import './chart.css';
import './chart-marks.css';

export interface ChartProps {
  /** The name of the chart for those who do not see it. */
  readonly label: string;
  /** One or two series, and at most one of another time. */
  readonly lines: readonly Line[];
  readonly unit: string;
  /** The time that is drawn, ms. */
  readonly range: { readonly fromMs: number; readonly toMs: number };
  /** Pixels, with the time axis. */
  readonly height: number;
  /** The way in which lines are drawn. `mirror`: the second line points downwards, on the same scale. `steps`: states. @default `line` */
  readonly shape?: 'line' | 'mirror' | 'steps';
  /** A flag: the expected range of the first line is drawn, in a mirror that of both. It takes the place of the area under the line. */
  readonly hasBand?: boolean;
  /** A flag: times are written below. */
  readonly hasAxis?: boolean;
  /** A flag: an area is drawn under each line. @default true for one line or a mirror */
  readonly isFilled?: boolean;
  /** The end of the scale; larger values are clipped. @default the next round number */
  readonly top?: number;
  /** The names of the values of states. */
  readonly levels?: readonly Level[];
  /** The incident whose time is tinted. */
  readonly incident?: Incident | undefined;
}

const axisHeight = 18;
const gutterWidth = 58;

/** Draws one or two series over time, with their gaps, anomalies and expected range. */
export function Chart(props: ChartProps): JSX.Element {
  const { label, lines, unit, range, height, incident, hasAxis = false } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  useHatch();
  const input = inputOf(props, width);
  const layout = layoutChart(input);
  const stepMs = useMemo(() => Math.min(...lines.map((line) => periodOf(pointsOf(line)))), [lines]);
  const pointer = usePointer({ range, right: layout.right }, stepMs);
  const name = useMemo(() => describe(label, lines, unit), [label, lines, unit]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the cursor of the chart
    <div ref={box} class="chart plot" role="img" aria-label={name} tabIndex={0} {...pointer}>
      {width > 20 && (
        <svg height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {incident !== undefined && <IncidentTint layout={layout} incident={incident} />}
          <Grid layout={layout} />
          {hasAxis && <TimeAxis layout={layout} range={range} height={height} />}
          <Lines input={input} layout={layout} />
          <Labels layout={layout} />
          <CursorMark layout={layout} lines={lines} unit={unit} range={range} levels={props.levels} />
        </svg>
      )}
    </div>
  );
}

function inputOf(props: ChartProps, width: number): LayoutInput & Pick<DrawingInput, 'isFilled'> {
  const { lines, unit, range, height, shape = 'line', hasBand = false, hasAxis = false, top, levels } = props;
  const bandIsKnown = hasBand && lines.some(({ upper, role }) => upper !== undefined && role !== 'ghost');
  const coloured = lines.filter(({ role }) => role !== 'ghost').length;
  const isFilled = !bandIsKnown && (props.isFilled ?? ((coloured === 1 && shape === 'line') || shape === 'mirror'));
  const axis = hasAxis ? axisHeight : 0;
  const size = { width, height, gutter: gutterWidth, axis };
  return { lines, unit, range, shape, hasBand: bandIsKnown, top, levels, isFilled, ...size };
}

function Lines({
  input,
  layout,
}: {
  readonly input: LayoutInput & Pick<DrawingInput, 'isFilled'>;
  readonly layout: Layout;
}): JSX.Element {
  const { lines, range, unit, shape, isFilled, hasBand } = input;
  const how = { layout, range, unit, isStepped: shape === 'steps', isMirror: shape === 'mirror', isFilled };
  const hasOwnBand = (nth: number): boolean => hasBand && (nth === 0 || shape === 'mirror');
  const drawn = lines.map((line, nth) => drawLine(line, nth, how));
  const bands = lines.map((line, nth) => (hasOwnBand(nth) ? drawBand(line, nth, how) : undefined));
  return (
    <>
      {drawn.every(({ lines: runs }) => runs.length === 0)
        ? drawn.slice(0, 1).map((line) => <Shapes key="none" line={line} layout={layout} />)
        : drawn
            .toReversed()
            .map((line) => <Shapes key={line.role} line={line} layout={layout} band={bands[drawn.indexOf(line)]} />)}
      {drawn.map((line) => (
        <LineMarks key={line.role} line={line} layout={layout} />
      ))}
    </>
  );
}

function Grid({ layout }: { readonly layout: Layout }): JSX.Element {
  const { left, right, grid } = layout;
  return (
    <>
      {grid.map(({ y, isZero }) => (
        <path key={y} class={isZero ? 'zero' : 'grid'} d={`M${left} ${Math.round(y) + 0.5}H${right}`} />
      ))}
    </>
  );
}

function Labels({ layout }: { readonly layout: Layout }): JSX.Element {
  return (
    <>
      {layout.labels.map(({ y, text }) => (
        <text key={y} x={layout.right + 8} y={Math.round(y) + 4}>
          {text}
        </text>
      ))}
    </>
  );
}

/** Draws the times below a chart or a stack. */
export function TimeAxis({
  layout: { x, right, bottom },
  range,
  height,
}: {
  readonly layout: Pick<Layout, 'x' | 'right' | 'bottom'>;
  readonly range: ChartProps['range'];
  readonly height: number;
}): JSX.Element {
  return (
    <>
      {timeTicks(range, right, zone.value).map(({ timeMs, text }) => {
        const at = x(timeMs);
        const anchor = at < 16 ? 'start' : at > right - 14 ? 'end' : 'middle';
        return (
          <g key={timeMs}>
            <path class="zero" d={`M${at.toFixed(1)} ${bottom}v3`} />
            <text x={at.toFixed(1)} y={height - 3} text-anchor={anchor}>
              {text}
            </text>
          </g>
        );
      })}
    </>
  );
}

function IncidentTint({ layout, incident }: { readonly layout: Layout; readonly incident: Incident }): JSX.Element {
  const [at, end] = tintOf(incident, layout);
  return (
    <>
      <rect class="span" x={at} y={0} width={end - at} height={layout.bottom} />
      <path class="spanl" d={`M${at.toFixed(1)} 0V${layout.bottom}`} />
    </>
  );
}
