import type uPlot from 'uplot';
import { pointsOf } from './line.ts';
import type { Colours, WideState } from './wide-state.ts';

/** Returns the place of a moment on the canvas of a chart, within its plot. */
function xOf(plot: uPlot, ms: number): number {
  const { left, width } = plot.bbox;
  return Math.min(left + width, Math.max(left, plot.valToPos(ms / 1_000, 'x', true)));
}

/** Hatches the times without data. */
export function drawGaps(plot: uPlot, { gaps }: WideState, colours: Colours): void {
  const { ctx } = plot;
  const { top, height } = plot.bbox;
  const step = 6 * devicePixelRatio;
  for (const [fromMs, toMs] of gaps) {
    const [from, to] = [xOf(plot, fromMs), xOf(plot, toMs)];
    ctx.save();
    ctx.beginPath();
    ctx.rect(from, top, to - from, height);
    ctx.clip();
    ctx.beginPath();
    ctx.strokeStyle = colours('--c-hatch');
    ctx.lineWidth = devicePixelRatio;
    for (let x = from - height; x < to; x += step) {
      ctx.moveTo(x, top + height);
      ctx.lineTo(x + height, top);
    }
    ctx.stroke();
    ctx.restore();
  }
}

/** The least width of the time without an expected range that is called `learning`, in pixels. */
const learningWidth = 60;

/** Says where no expected range was known yet. */
export function drawLearning(plot: uPlot, { lines, hasBand, range }: WideState, colours: Colours): void {
  const { upper, times } = lines[0] ?? {};
  const nth = hasBand ? (upper ?? []).findIndex((value, at) => value !== null && times![at]! >= range.fromMs) : -1;
  if (nth < 0) return;
  const { ctx, bbox } = plot;
  const x = xOf(plot, times![nth]!);
  const begun = pointsOf(lines[0]!).find(({ timeMs }) => timeMs >= range.fromMs);
  const begin = begun === undefined ? x : xOf(plot, begun.timeMs);
  if (x - begin < learningWidth * devicePixelRatio) return;
  ctx.save();
  ctx.beginPath();
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.strokeStyle = colours('--c-band-edge');
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.fillStyle = colours('--ink-3');
  ctx.font = `${11 * devicePixelRatio}px ${colours('--font')}`;
  ctx.textAlign = 'center';
  ctx.fillText('learning', (begin + x) / 2, bbox.top + 16 * devicePixelRatio);
  ctx.restore();
}

/** Draws the anomalies of the first line: a thick stretch, a bar at the foot, and a sign. */
export function drawMarks(plot: uPlot, state: WideState, colours: Colours): void {
  const line = state.lines[0];
  if (line === undefined) return;
  const { ctx, bbox } = plot;
  const points = pointsOf(line);
  ctx.save();
  for (const { fromMs, toMs, severity } of line.anomalies ?? []) {
    const endMs = toMs ?? state.range.toMs;
    if (endMs < state.range.fromMs || fromMs > state.range.toMs) continue;
    const colour = colours(severity === 'critical' ? '--crit' : '--warn-fill');
    const from = xOf(plot, fromMs);
    ctx.fillStyle = colour;
    ctx.fillRect(
      from,
      bbox.top + bbox.height - 2 * devicePixelRatio,
      Math.max(4, xOf(plot, endMs) - from),
      3 * devicePixelRatio,
    );
    const inside = points.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= endMs);
    const places = inside
      .filter(({ timeMs }) => timeMs >= state.range.fromMs && timeMs <= state.range.toMs)
      .map(
        ({ timeMs, value }) =>
          [xOf(plot, timeMs), plot.valToPos(Math.min(value, state.ends.end), 'y', true), value] as const,
      );
    strokeThrough(ctx, places, colour);
    const peak = places.reduce<(typeof places)[number] | undefined>(
      (top, place) => (Math.abs(place[2]) > Math.abs(top?.[2] ?? 0) ? place : top),
      undefined,
    );
    const at = severity === 'critical' ? places[0] : peak;
    if (at !== undefined) drawSign(ctx, at, severity === 'critical', colours('--bg'));
  }
  ctx.restore();
}

function strokeThrough(
  ctx: CanvasRenderingContext2D,
  places: readonly (readonly [number, number, number])[],
  colour: string,
): void {
  ctx.beginPath();
  places.forEach(([x, y], nth) => {
    if (nth === 0) ctx.moveTo(x, y);
    else ctx.lineTo(x, y);
  });
  ctx.setLineDash([]);
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2.25 * devicePixelRatio;
  ctx.lineJoin = 'round';
  ctx.stroke();
}

/** Draws a triangle over a peak, or a diamond at a beginning. The colour of the fill is that which is set. */
function drawSign(
  ctx: CanvasRenderingContext2D,
  [x, y]: readonly [number, number, number],
  isDiamond: boolean,
  edge: string,
): void {
  const size = 5 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, y - size);
  ctx.lineTo(x + size, y + (isDiamond ? 0 : size * 0.8));
  if (isDiamond) ctx.lineTo(x, y + size);
  ctx.lineTo(x - size, y + (isDiamond ? 0 : size * 0.8));
  ctx.closePath();
  ctx.strokeStyle = edge;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.stroke();
  ctx.fill();
}
