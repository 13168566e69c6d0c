import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ChartSeries, Charts } from '../../api/data-types.ts';
import { cursorMs } from '../../charts/cursor.ts';
import type { Line } from '../../charts/line.ts';
import { ghostOf, lineOfSeries, unitOfSeries } from '../../charts/lines.ts';
import { WideChart } from '../../charts/wide-chart.tsx';
import { momentText } from '../../format/moment.ts';
import { seriesTitle } from '../../format/names.ts';
import { quantityText } from '../../format/quantity.ts';
import { now } from '../../frame/clock.ts';
import { zone } from '../../frame/where.ts';
import { expectedText } from '../machine/parts.ts';

export interface Other {
  /** The distance of the other time, ms. */
  readonly distanceMs: number;
  /** The name of the other time: `yesterday`. */
  readonly name: string;
  readonly charts: Charts | undefined;
}

interface SeriesChartProps {
  readonly data: Charts;
  readonly chart: ChartSeries;
  readonly other: Other | undefined;
  /** Pixels. */
  readonly height: number;
}

/** Shows a series with its expected range and another time. Each key switches its layer. */
export function SeriesChart({ data, chart, other, height }: SeriesChartProps): JSX.Element {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const before = other?.charts?.charts.find(({ series }) => series === chart.series);
  const unit = unitOfSeries(chart);
  const title = seriesTitle(chart);
  const lines = useMemo(() => {
    const line = lineOfSeries(data, chart, 'this range');
    const ghost =
      before === undefined || other?.charts === undefined
        ? []
        : [ghostOf(lineOfSeries(other.charts, before), other.distanceMs, other.name)];
    return [...(hidden.has('now') ? [] : [line]), ...(hidden.has('other') ? [] : ghost)];
  }, [data, chart, before, other?.name, hidden]);
  const toggle = (layer: string): void => {
    const next = new Set(hidden);
    if (!next.delete(layer)) next.add(layer);
    setHidden(next);
  };
  const layers = [
    { layer: 'now', mark: '', text: 'this range' },
    ...(before === undefined ? [] : [{ layer: 'other', mark: 'g', text: `${other!.name}, same time` }]),
    ...(chart.upper === undefined ? [] : [{ layer: 'band', mark: 'bd', text: 'expected' }]),
  ];
  return (
    <section aria-label={title}>
      <div class="ch-h">
        <b>
          <bdi>{title}</bdi>
        </b>
        {layers.map(({ layer, mark, text }) => (
          <button key={layer} type="button" class="key" aria-pressed={!hidden.has(layer)} onClick={() => toggle(layer)}>
            <i class={mark} />
            {text}
          </button>
        ))}
        <ValueAt data={data} chart={chart} unit={unit} lines={lines} />
      </div>
      {chart.note !== undefined && <p class="dim">{chart.note}</p>}
      <WideChart
        label={title}
        lines={lines}
        unit={unit}
        range={data}
        height={height}
        hasBand={!hidden.has('band') && !hidden.has('now')}
      />
    </section>
  );
}

/** Returns the place of the value nearest to a moment. */
function nearest(times: readonly number[], ms: number): number {
  return times.reduce((best, timeMs, nth) => (Math.abs(timeMs - ms) < Math.abs(times[best]! - ms) ? nth : best), 0);
}

interface ValueAtProps extends Pick<SeriesChartProps, 'data' | 'chart'> {
  readonly unit: string;
  readonly lines: readonly Line[];
}

/** Says the value at the cursor, or the newest one, with what was expected of it. */
function ValueAt({ data, chart, unit, lines }: ValueAtProps): JSX.Element | null {
  const ms = cursorMs.value ?? chart.last?.timeMs;
  if (ms === undefined || data.times.length === 0) return null;
  const nth = nearest(data.times, ms);
  const at = data.times[nth]!;
  const ghost = lines.find(({ role }) => role === 'ghost');
  const before = ghost === undefined || ghost.times.length === 0 ? undefined : ghost.values[nearest(ghost.times, ms)];
  const band = { lower: [chart.lower?.[nth] ?? null], upper: [chart.upper?.[nth] ?? null] };
  return (
    <span class="v dim">
      {momentText(at, zone.value, now.value)} <b>{quantityText(chart.values[nth], unit)}</b>
      {before != null && `, ${ghost!.label} ${quantityText(before, unit)}`}
      {chart.upper === undefined ? '' : expectedText(band, unit)}
    </span>
  );
}
