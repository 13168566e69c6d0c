import 'uplot/dist/uPlot.min.css';
import './wide-chart.css';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { zone } from '../frame/where.ts';
import { cursorMs } from './cursor.ts';
import { describe } from './description.ts';
import type { Line } from './line.ts';
import { scaleEnds } from './scale-ends.ts';
import { wideData } from './wide-data.ts';
import { wideOptions } from './wide-options.ts';
import type { WideState } from './wide-state.ts';
import { useWidth } from './width.ts';

export interface WideChartProps {
  /** The name of the chart for those who do not see it. */
  readonly label: string;
  /** The series, and perhaps that of another time. */
  readonly lines: readonly Line[];
  readonly unit: string;
  readonly range: { readonly fromMs: number; readonly toMs: number };
  /** Pixels, with the time axis. */
  readonly height: number;
  readonly hasBand: boolean;
}

/** Draws a series of many points. Dragging chooses a range, a double click goes back, and all charts of the view share the cursor. */
export function WideChart({ label, lines, unit, range, height, hasBand }: WideChartProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const width = useWidth(box);
  const isBandKnown = hasBand && lines[0]?.upper !== undefined;
  const data = useMemo(() => wideData(lines, range, isBandKnown), [lines, range, isBandKnown]);
  const state = useRef<WideState>(null!);
  state.current = {
    lines,
    unit,
    range,
    gaps: data.gaps,
    ends: scaleEnds(lines, unit, isBandKnown),
    hasBand: isBandKnown,
    zone: zone.value,
  };
  const shape = `${lines.map(({ role }) => role).join()} ${isBandKnown} ${unit} ${document.documentElement.dataset.theme}`;
  useEffect(() => {
    if (box.current === null || width < 20) return;
    const made = new uPlot(
      wideOptions(() => state.current, { width, height }),
      [[]],
      box.current,
    );
    made.over.addEventListener('pointermove', () => {
      const left = made.cursor.left ?? -1;
      cursorMs.value = left < 0 ? null : made.posToVal(left, 'x') * 1_000;
    });
    made.over.addEventListener('pointerleave', () => {
      cursorMs.value = null;
    });
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [shape, width, height]);
  useEffect(() => {
    plot.current?.setData([data.times, ...data.columns] as uPlot.AlignedData);
  }, [data, shape, width, height]);
  const name = useMemo(() => describe(label, lines, unit), [label, lines, unit]);
  return <div ref={box} class="wide" role="img" aria-label={name} />;
}
