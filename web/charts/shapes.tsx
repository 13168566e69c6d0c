import type { JSX } from 'preact';
import { clockText } from '../format/moment.ts';
import { zone } from '../frame/where.ts';
import type { DrawnBand, DrawnLine, DrawnMark } from './drawing.ts';
import { hatchFill } from './hatch.ts';
import type { Layout } from './layout.ts';

/** The least width of a gap in which `no data` is written, in pixels. */
const gapTextWidth = 46;
/** The least width in which it is written since when there is data, in pixels. */
const longTextWidth = 130;

interface ShapesProps {
  readonly line: DrawnLine;
  readonly layout: Layout;
  readonly band?: DrawnBand | undefined;
}

/** Draws a line with its gaps, its area and its expected range. */
export function Shapes({ line, layout, band }: ShapesProps): JSX.Element {
  const { role, gaps, areas, spread, lines, dots } = line;
  return (
    <>
      {gaps.map(({ x, width, untilMs }) => (
        <Gap key={x} x={x} width={width} untilMs={untilMs} layout={layout} />
      ))}
      {band !== undefined && <Band band={band} layout={layout} />}
      {areas.map((area) => (
        <path key={area} class={`f${role}`} d={area} />
      ))}
      {spread !== '' && <path class={`spread ${role}`} d={spread} />}
      {lines.map((run) => (
        <path key={run} class={`l ${role}`} d={run} />
      ))}
      {dots.map(([x, y]) => (
        <circle key={x} class={`d${role}`} cx={x} cy={y} r={2.2} />
      ))}
    </>
  );
}

function Gap({
  x,
  width,
  untilMs,
  layout: { top, bottom },
}: {
  readonly x: number;
  readonly width: number;
  readonly untilMs: number | undefined;
  readonly layout: Layout;
}) {
  return (
    <>
      <rect x={x} y={top} width={width} height={bottom - top} fill={hatchFill} />
      {width > gapTextWidth && (
        <text class="halo" x={x + width / 2} y={(top + bottom) / 2 + 4} text-anchor="middle">
          {untilMs !== undefined && width > longTextWidth
            ? `no data before ${clockText(untilMs, zone.value, 'minutes')}`
            : 'no data'}
        </text>
      )}
    </>
  );
}

function Band({ band, layout: { top, bottom } }: { readonly band: DrawnBand; readonly layout: Layout }): JSX.Element {
  const { area, edge, learning } = band;
  return (
    <>
      {learning !== undefined && (
        <>
          <text x={(learning.from + learning.to) / 2} y={top + 14} text-anchor="middle">
            learning
          </text>
          <path class="bandedge" d={`M${learning.to.toFixed(1)} ${top}V${bottom}`} />
        </>
      )}
      <path class="band" d={area} />
      <path class="bandedge" d={edge} />
    </>
  );
}

/** Draws what is odd about a line, over all lines: its anomalies, what is clipped, and its newest value. */
export function LineMarks({ line, layout }: Pick<ShapesProps, 'line' | 'layout'>): JSX.Element {
  const { role, marks, clipped, end } = line;
  const isRight = clipped !== undefined && clipped.x > layout.right * 0.8;
  return (
    <>
      {marks.map((mark) => (
        <Mark key={mark.x} mark={mark} />
      ))}
      {clipped !== undefined && (
        <text
          class="halo lab"
          x={clipped.x + (isRight ? -6 : 6)}
          y={layout.top + 10}
          text-anchor={isRight ? 'end' : 'start'}
        >
          {clipped.text}
        </text>
      )}
      {end !== undefined && <circle class={`d${role}`} cx={end[0]} cy={end[1]} r={2.2} />}
    </>
  );
}

function Mark({ mark: { severity, x, y, width, path, sign } }: { readonly mark: DrawnMark }): JSX.Element {
  const tone = severity === 'critical' ? 'c' : 'w';
  return (
    <>
      <rect class={`f${tone}`} x={x} y={y} width={width} height={3} rx={1} />
      {path !== '' && <path class={`an s${tone}`} d={path} />}
      {sign !== undefined && (
        <path
          class={`pk f${tone}`}
          d={
            severity === 'critical'
              ? `M${sign[0]} ${sign[1] - 5}l5 5-5 5-5-5z`
              : `M${sign[0]} ${sign[1] - 5.5}l5 9h-10z`
          }
        />
      )}
    </>
  );
}
