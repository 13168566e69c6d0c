import type { JSX } from 'preact';
import type { Charts, Measure, MeasureRow, Measures } from '../../api/data-types.ts';
import { useAlertLane } from '../../charts/alert-lane.ts';
import type { Line } from '../../charts/line.ts';
import { lineOfMeasure, lineOfSeries, unitOfSeries } from '../../charts/lines.ts';
import { Stack, type StackRow } from '../../charts/stack.tsx';
import { clockText, zoneName } from '../../format/moment.ts';
import { quantityText } from '../../format/quantity.ts';
import { zone } from '../../frame/where.ts';
import { Section } from '../../parts/section.tsx';
import { drawnRows, expectedText, type PartRow, stackTitle } from './parts.ts';

interface MachineStackProps {
  readonly entity: { readonly cluster: string; readonly kind: string; readonly name: string };
  readonly charts: Charts;
  readonly rows: readonly PartRow[];
  readonly measures: Measures | undefined;
  readonly own: MeasureRow | undefined;
}

/** Shows what a machine does on one time axis, below its alerts. */
export function MachineStack({ entity, charts, rows, measures, own }: MachineStackProps): JSX.Element {
  const isOwn = (each: { readonly name: string; readonly cluster: string }): boolean =>
    each.name === entity.name && each.cluster === entity.cluster;
  const alerts = useAlertLane(
    (alert) => isOwn(alert.entity) || alert.suspects.some((suspect) => isOwn(suspect.entity)),
  );
  const stacked =
    own === undefined || measures === undefined ? seriesRows(charts, rows) : hostRows(measures, own, charts, rows);
  const note = `${clockText(charts.fromMs, zone.value)} to ${clockText(charts.toMs, zone.value)} ${zoneName(zone.value, charts.toMs)}`;
  const isPart = own === undefined && stacked.length < rows.length;
  const partText = isPart ? `; ${stacked.length} of ${rows.length} parts, the others above lead to Explore` : '';
  return (
    <Section title="On one time axis" note={`${note}${partText}`}>
      <Stack label={entity.name} rows={stacked} range={charts} alerts={alerts} />
    </Section>
  );
}

function hostRows(measures: Measures, own: MeasureRow, charts: Charts, rows: readonly PartRow[]): StackRow[] {
  const unitOf = (name: string): string => measures.measures.find((measure) => measure.name === name)?.unit ?? 'B/s';
  const pair = (
    title: string,
    up: readonly [keyof MeasureRow['measures'], string],
    down: readonly [keyof MeasureRow['measures'], string],
  ) => {
    const both = [own.measures[up[0]], own.measures[down[0]]] as const;
    if (both[0] === undefined && both[1] === undefined) return [];
    const lines = both.map((measure, nth) => {
      const [label, role] = nth === 0 ? ([up[1], 'a'] as const) : ([down[1], 'b'] as const);
      return judgedLine(measure, charts, label, role) ?? lineOfMeasure(measures.times, measure, label, role);
    });
    const parts = Math.max(...both.map((measure) => measure?.series.length ?? 0));
    const note = parts > 1 ? { note: `the sum of ${parts} parts; each has its own expected range` } : {};
    return [{ title, lines, unit: unitOf(up[0]), shape: 'mirror', hasBand: true, height: 104, ...note } as const];
  };
  const single = rows.filter(({ title }) => title === 'CPU' || title === 'Memory');
  return [
    ...pair('Network', ['network.out', 'out'], ['network.in', 'in']),
    ...pair('Disk', ['disk.write', 'write'], ['disk.read', 'read']),
    ...single.map((row) => seriesRow(charts, row)),
  ];
}

/** Returns the line of a measure that is made of one series: that of the series, with its expected range. */
export function judgedLine(
  measure: Pick<Measure, 'series'> | undefined,
  charts: Charts,
  label: string,
  role: 'a' | 'b',
): Line | undefined {
  const [text, ...others] = measure?.series ?? [];
  const chart = others.length > 0 ? undefined : charts.charts.find(({ series }) => series === text);
  return chart === undefined ? undefined : lineOfSeries(charts, chart, label, role);
}

const seriesRows = (charts: Charts, rows: readonly PartRow[]): StackRow[] =>
  drawnRows(rows).map((row) => seriesRow(charts, row));

function seriesRow(charts: Charts, { chart, title }: PartRow): StackRow {
  const unit = unitOfSeries(chart);
  return {
    title: chart.entity.kind === 'host' ? stackTitle(chart) : title,
    note: `${quantityText(chart.last?.value, unit)}${expectedText(chart, unit)}`,
    lines: [lineOfSeries(charts, chart)],
    unit,
    hasBand: true,
    height: 92,
  };
}
