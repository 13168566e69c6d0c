import type { JSX } from 'preact';
import { clockText, dayText, type Zone } from '../format/moment.ts';
import { quantityText } from '../format/quantity.ts';
import { zone } from '../frame/where.ts';
import { cursorMs, dragged } from './cursor.ts';
import { expectedAt, textHeightIn, textWidth } from './cursor-text.ts';
import type { Layout, Level } from './layout.ts';
import { type Line, type Point, periodOf, pointsOf } from './line.ts';

interface CursorProps {
  readonly layout: Layout;
  readonly lines: readonly Line[];
  readonly unit: string;
  readonly range: { readonly fromMs: number; readonly toMs: number };
  readonly levels?: readonly Level[] | undefined;
}

/** Draws the moment that a person points at in any chart of the view, with the values of this one, and the range being dragged. */
export function CursorMark(props: CursorProps): JSX.Element {
  const { layout, range } = props;
  const span = dragged.value;
  const ms = cursorMs.value;
  const isInside = ms !== null && ms >= range.fromMs && ms <= range.toMs;
  return (
    <g>
      {span !== null && (
        <rect
          class="drag"
          x={layout.x(span.fromMs)}
          y={0}
          width={Math.max(0, layout.x(span.toMs) - layout.x(span.fromMs))}
          height={layout.bottom}
        />
      )}
      {isInside && <At {...props} ms={ms} />}
    </g>
  );
}

function At(props: CursorProps & { readonly ms: number }): JSX.Element {
  const { layout, lines, range, ms } = props;
  const near = lines.map((line) => nearestPoint(line, ms));
  const shownMs = near.find((point) => point !== undefined)?.timeMs ?? ms;
  const x = layout.x(shownMs);
  const isRight = x > layout.right * 0.6;
  const values = near.map((point, nth) => valueText(lines[nth]!, point, props)).join(', ');
  const text = `${timeText(shownMs, range, zone.value)} \u2002${values}`;
  const y = textHeightIn({
    places: lines.flatMap((line, nth) =>
      pointsOf(line).map(({ timeMs, value }) => [layout.x(timeMs), layout.y(value, nth)] as const),
    ),
    top: layout.top,
    bottom: layout.bottom,
    x: isRight ? x - 7 - textWidth(text) : x + 7,
    width: textWidth(text),
  });
  return (
    <>
      <path class="cur" d={`M${x.toFixed(1)} 0V${layout.bottom}`} />
      {near.map((point, nth) =>
        point === undefined ? null : (
          <circle
            key={lines[nth]!.role}
            class={`curdot d${lines[nth]!.role}`}
            cx={x}
            cy={layout.y(point.value, nth)}
            r={3.5}
          />
        ),
      )}
      <text class="halo labs" x={x + (isRight ? -7 : 7)} y={y} text-anchor={isRight ? 'end' : 'start'}>
        {text}
      </text>
    </>
  );
}

const dayLongMs = 24 * 3_600_000;

const timeText = (ms: number, { fromMs, toMs }: CursorProps['range'], shown: Zone): string =>
  toMs - fromMs > dayLongMs ? `${dayText(ms, shown)} ${clockText(ms, shown, 'minutes')}` : clockText(ms, shown);

function valueText(line: Line, point: Point | undefined, props: CursorProps): string {
  const { lines, unit, levels } = props;
  const { label } = line;
  const level = point === undefined ? undefined : levels?.find(({ value }) => value === point.value)?.label;
  const expected = point === undefined || level !== undefined ? '' : expectedAt(line, point.nth, unit);
  const text = `${level ?? quantityText(point?.value, unit)}${expected}`;
  return lines.length > 1 && label !== '' ? `${label} ${text}` : text;
}

/** Returns the value nearest to a moment; `undefined` where none is near. */
function nearestPoint(line: Line, ms: number): Point | undefined {
  const points = pointsOf(line);
  if (points.length === 0) return undefined;
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.timeMs < ms) low = middle + 1;
    else high = middle;
  }
  const after = points[low]!;
  const before = points[low - 1] ?? after;
  const nearest = ms - before.timeMs < after.timeMs - ms ? before : after;
  return Math.abs(nearest.timeMs - ms) <= 1.5 * periodOf(points) ? nearest : undefined;
}
