import type { JSX } from 'preact';
import type { Charts } from '../../api/data-types.ts';
import { lineOfSeries, unitOfSeries } from '../../charts/lines.ts';
import { Spark } from '../../charts/spark.tsx';
import { exploreHref } from '../../format/links.ts';
import { quantityText } from '../../format/quantity.ts';
import { isPast } from '../../frame/present.ts';
import { Section } from '../../parts/section.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Status } from '../../parts/tag.tsx';
import type { PartRow } from './parts.ts';

const tones: Readonly<Record<string, string>> = { critical: 'crit', warning: 'warn', unknown: 'unk' };

function columnsOf(charts: Charts): Column<PartRow>[] {
  return [
    {
      key: 'part',
      title: 'Part',
      class: 'w-part',
      sortBy: ({ title }) => title,
      cell: ({ title, chart }) => (
        <a class="rowlink" href={exploreHref([chart.series])}>
          <b>
            <bdi>{title}</bdi>
          </b>
        </a>
      ),
    },
    {
      key: 'status',
      title: 'Status',
      class: 'w-status',
      cell: ({ glyph, word }) => (
        <Status glyph={glyph} tone={tones[glyph] ?? 'dim'}>
          {word}
        </Status>
      ),
    },
    { key: 'reason', title: 'Reason', class: 'dim', cell: ({ reason }) => <bdi>{reason}</bdi> },
    {
      key: 'spark',
      title: 'In this range',
      class: 'w-spark',
      cell: ({ chart, title }) => (
        <Spark label={title} line={lineOfSeries(charts, chart)} unit={unitOfSeries(chart)} range={charts} />
      ),
    },
    {
      key: 'now',
      title: isPast(charts.toMs) ? 'At its end' : 'Now',
      isNumber: true,
      class: 'w-now',
      cell: ({ chart }) => quantityText(chart.last?.value, unitOfSeries(chart)),
    },
  ];
}

/** Shows the parts of a machine with what is known of each, the worst first. */
export function PartsTable({
  rows,
  charts,
}: {
  readonly rows: readonly PartRow[];
  readonly charts: Charts;
}): JSX.Element {
  const count = (glyphs: readonly string[]): number => rows.filter(({ glyph }) => glyphs.includes(glyph)).length;
  const words = [
    [count(['critical', 'warning']), 'off'],
    [count(['unknown']), 'unknown'],
    [count(['ok']), 'ok'],
  ] as const;
  const note = words.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return (
    <Section title="Parts" note={note.join(', ')}>
      <Table label="Parts" class="parts" columns={columnsOf(charts)} rows={rows} rowKey={({ chart }) => chart.series} />
    </Section>
  );
}
