import '../../parts/foot-note.css';
import type { JSX } from 'preact';
import type { ChartSeries, Charts } from '../../api/data-types.ts';
import { unitOfSeries } from '../../charts/lines.ts';
import { durationText } from '../../format/duration.ts';
import { seriesTitle } from '../../format/names.ts';
import { quantityText } from '../../format/quantity.ts';
import { type Column, Table } from '../../parts/table.tsx';
import type { Other } from './series-chart.tsx';
import { againstText, outsideText, type Statistics, statisticsOf } from './statistics.ts';

interface Row {
  readonly chart: ChartSeries;
  readonly unit: string;
  readonly statistics: Statistics;
}

/** Shows the least, average, most and last value of each series, computed from what is drawn. */
export function StatTable({ data, other }: { readonly data: Charts; readonly other: Other | undefined }): JSX.Element {
  const rows = data.charts.map((chart): Row => {
    const before = other?.charts?.charts.find(({ series }) => series === chart.series);
    return { chart, unit: unitOfSeries(chart), statistics: statisticsOf(data, chart, before) };
  });
  return (
    <>
      <Table
        label="Statistics"
        class="stat"
        columns={columnsOf(other)}
        rows={rows}
        rowKey={({ chart }) => chart.series}
      />
      <p class="foot-note">
        A single value outside the expected range is no anomaly. As a rule an anomaly begins when 3 of 5 values in a row
        are outside, far enough to matter and on the side that matters for the measure.
      </p>
    </>
  );
}

function columnsOf(other: Other | undefined): Column<Row>[] {
  const number = (key: 'least' | 'average' | 'most' | 'last', title: string): Column<Row> => ({
    key,
    title,
    isNumber: true,
    class: `st-${key}`,
    sortBy: ({ statistics }) => statistics[key],
    cell: ({ statistics, unit }) => quantityText(statistics[key], unit),
  });
  return [
    {
      key: 'series',
      title: 'Series',
      cell: ({ chart }) => (
        <b>
          <bdi>{seriesTitle(chart)}</bdi>
        </b>
      ),
    },
    number('least', 'Least'),
    number('average', 'Average'),
    number('most', 'Most'),
    number('last', 'Last'),
    ...(other === undefined
      ? []
      : [
          {
            key: 'against',
            title: `Against ${other.name}`,
            isNumber: true,
            class: 'st-against',
            sortBy: ({ statistics }: Row) => statistics.against,
            cell: ({ statistics }: Row) =>
              statistics.against === null ? <span class="faint">no data</span> : againstText(statistics.against),
          },
        ]),
    {
      key: 'outside',
      title: 'Outside its range',
      isNumber: true,
      class: 'st-outside',
      sortBy: ({ statistics: { above, below } }) => (above?.ms ?? 0) + (below?.ms ?? 0),
      cell: ({ statistics }) => outsideText(statistics),
    },
    {
      key: 'anomalies',
      title: 'Anomalies',
      isNumber: true,
      class: 'st-anomalies',
      sortBy: ({ statistics }) => statistics.anomalies.ms,
      cell: ({ statistics: { anomalies } }) =>
        anomalies.count === 0 ? 'none' : `${anomalies.count}, for ${durationText(anomalies.ms)}`,
    },
  ];
}
