import '../machines/machines.css';
import type { JSX } from 'preact';
import type { Measures } from '../../api/data-types.ts';
import { meanOf } from '../../charts/lines.ts';
import { Matrix } from '../machines/matrix.tsx';
import { columnsOf } from '../machines/scales.ts';
import { busiestText, flows } from './situation.ts';

/** The most machines that are shown: those that write and send most. */
const machinesMax = 24;

/** Shows the traffic of each machine, the busiest first. */
export function ByMachine({ data }: { readonly data: Measures }): JSX.Element {
  const traffic = (row: Measures['rows'][number]): number =>
    Object.entries(row.measures)
      .filter(([name]) => flows.has(name))
      .reduce((sum, [, measure]) => sum + (meanOf(measure?.values ?? []) ?? 0), 0);
  const rows = data.rows.toSorted((a, b) => traffic(b) - traffic(a)).slice(0, machinesMax);
  const columns = columnsOf({ measures: data.measures.filter(({ name }) => flows.has(name)), rows });
  const hasClusters = new Set(rows.map(({ entity }) => entity.cluster)).size > 1;
  return (
    <>
      <Matrix data={data} rows={rows} columns={columns} hasClusters={hasClusters} />
      {data.count > rows.length && (
        <p class="foot-note">
          {busiestText(data, rows.length)}{' '}
          <a class="more" href="/machines">
            All machines
          </a>
        </p>
      )}
    </>
  );
}
