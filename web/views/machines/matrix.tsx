import type { JSX } from 'preact';
import type { MeasureRow, Measures } from '../../api/data-types.ts';
import { lineOfMeasure } from '../../charts/lines.ts';
import { Spark } from '../../charts/spark.tsx';
import { machineHref } from '../../format/links.ts';
import { quantityText, scaleText } from '../../format/quantity.ts';
import { isPast, presentAt } from '../../frame/present.ts';
import { zone } from '../../frame/where.ts';
import { Glyph } from '../../parts/glyph.tsx';
import type { MeasureColumn } from './scales.ts';
import { judgedAtMs, standingOf } from './standing.ts';

interface MatrixProps {
  readonly data: Measures;
  readonly rows: readonly MeasureRow[];
  readonly columns: readonly MeasureColumn[];
  /** A flag: names are shown with their cluster. */
  readonly hasClusters: boolean;
  readonly isTight?: boolean;
}

/** Returns the moment at which the machines of an answer are judged, ms. */
export const judgedMsOf = ({ rows, toMs }: Pick<Measures, 'rows' | 'toMs'>): number =>
  judgedAtMs(
    rows.map(({ newestMs }) => newestMs),
    presentAt(toMs),
    isPast(toMs),
  );

/** Shows machines as rows of small charts. All charts of a column share one scale. */
export function Matrix({ data, rows, columns, hasClusters, isTight = false }: MatrixProps): JSX.Element {
  const atMs = judgedMsOf(data);
  return (
    <div class={isTight ? 'matrix tight' : 'matrix'} style={{ '--n': columns.length }}>
      <div class="mhd">Machine</div>
      {columns.map(({ name, title, unit, top }) => (
        <div key={name} class="mhd">
          {title}
          <span>{scaleText(top, unit)}</span>
        </div>
      ))}
      {rows.map((row) => (
        <MatrixRow key={row.path} row={row} data={data} columns={columns} hasCluster={hasClusters} atMs={atMs} />
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: MeasureRow;
  readonly data: Measures;
  readonly columns: readonly MeasureColumn[];
  readonly hasCluster: boolean;
  /** The moment that is described, ms. */
  readonly atMs: number;
}

function MatrixRow({ row, data, columns, hasCluster, atMs }: RowProps): JSX.Element {
  return (
    <>
      <MachineCell row={row} measures={data.measures} hasCluster={hasCluster} atMs={atMs} />
      {columns.map((column) => (
        <MeasureCell key={column.name} row={row} data={data} column={column} />
      ))}
    </>
  );
}

interface CellProps extends Omit<RowProps, 'data' | 'columns'> {
  readonly measures: Measures['measures'];
}

function MachineCell({ row, measures, hasCluster, atMs }: CellProps): JSX.Element {
  const { glyph, word, line } = standingOf(row, measures, atMs, zone.value);
  const tone = glyph === 'ok' ? 'dim' : glyph === 'critical' ? 'crit' : glyph === 'warning' ? 'warn' : 'unk';
  return (
    <div class="mh">
      <p class="st">
        <Glyph name={glyph} />
        <a class="rowlink" href={machineHref(row.entity)}>
          <b>
            <bdi>{row.entity.name}</bdi>
          </b>
        </a>
        {hasCluster && <span class="faint">{row.entity.cluster}</span>}
      </p>
      <p class="mr">
        <b class={tone}>
          <bdi>{word}</bdi>
        </b>
        {line !== '' && (
          <>
            <br />
            {line}
          </>
        )}
      </p>
    </div>
  );
}

function MeasureCell({
  row,
  data,
  column,
}: Omit<RowProps, 'columns' | 'hasCluster' | 'atMs'> & { readonly column: MeasureColumn }) {
  const measure = row.measures[column.name];
  const title = <span class="mk">{column.title}</span>;
  if (measure === undefined) {
    return (
      <div class="mc">
        <p class="mv">
          {title}
          <span class="faint">not collected</span>
        </p>
      </div>
    );
  }
  return (
    <div class="mc">
      <p class="mv">
        {title}
        {quantityText(measure.last, column.unit)}
      </p>
      <Spark
        label={`${column.title} of ${row.entity.name}`}
        line={lineOfMeasure(data.times, measure)}
        unit={column.unit}
        range={data}
        height={58}
        top={column.exceptions.get(row.path) ?? column.top}
      />
    </div>
  );
}
