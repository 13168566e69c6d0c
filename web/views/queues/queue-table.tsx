import type { JSX } from 'preact';
import type { Queues } from '../../api/data-types.ts';
import { lineOfMeasure, newestOf } from '../../charts/lines.ts';
import { Spark } from '../../charts/spark.tsx';
import { countText, quantityText } from '../../format/quantity.ts';
import { setQuery } from '../../frame/address.ts';
import { glyphOf, toneOf } from '../../parts/glyph.tsx';
import { Status } from '../../parts/tag.tsx';
import { statusOf, type TableRow, tableRows } from './rows.ts';

interface QueueTableProps {
  readonly data: Queues;
  readonly range: { readonly fromMs: number; readonly toMs: number };
}

/** Shows topics with the groups that read them and their partitions, the worst first. */
export function QueueTable({ data, range }: QueueTableProps): JSX.Element {
  return (
    <div class="scrollx">
      <table class="qt" aria-label="Topics and groups">
        <thead>
          <tr>
            <th scope="col">Topic</th>
            <th scope="col" class="num hide-m">
              Partitions
            </th>
            <th scope="col" class="num">
              In, /s
            </th>
            <th scope="col">Group</th>
            <th scope="col" class="num hide-m">
              Out, /s
            </th>
            <th scope="col" class="num">
              Lag, messages
            </th>
            <th scope="col" class="num">
              Lag, time
            </th>
            <th scope="col" class="hide-m w-lag">
              Lag in this range
            </th>
            <th scope="col" class="hide-m">
              Status
            </th>
          </tr>
        </thead>
        <tbody>
          {tableRows(data).map((row) =>
            row.type === 'partition' ? (
              <PartitionRow key={`${row.group.path} ${row.topic} ${row.partition}`} row={row} />
            ) : (
              <TopicRow key={`${row.group?.path} ${row.topic?.path}`} row={row} data={data} range={range} />
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

const rateText = (times: readonly number[], values: readonly (number | null)[] | undefined): string => {
  const newest = newestOf({ times, values: values ?? [] });
  return newest === undefined ? '' : quantityText(newest.value, '1');
};

function TopicRow({
  row,
  data,
  range,
}: QueueTableProps & { readonly row: TableRow & { readonly type: 'topic' } }): JSX.Element {
  const { topic, group } = row;
  return (
    <tr>
      <td>
        <b>
          <bdi>{topic?.name ?? group?.topics.join(', ')}</bdi>
        </b>
      </td>
      <td class="num hide-m">{topic?.partitions}</td>
      <td class="num">{rateText(data.times, topic?.in)}</td>
      <td>
        {group === undefined ? (
          <span class="dim">no group</span>
        ) : (
          <button type="button" class="linkish" data-row onClick={() => setQuery({ group: group.path })}>
            <bdi>{group.name}</bdi>
          </button>
        )}
      </td>
      <td class="num hide-m">{group === undefined ? '' : rateText(data.times, topic?.out)}</td>
      <td class="num">
        {group === undefined ? (
          <span class="faint">none</span>
        ) : group.last.lag === null ? (
          'no data'
        ) : (
          countText(group.last.lag)
        )}
      </td>
      <td class="num">{group?.last.lagS == null ? '' : quantityText(group.last.lagS, 's')}</td>
      <td class="hide-m">
        {group !== undefined && (
          <Spark
            label={`Lag of ${group.name}`}
            line={lineOfMeasure(data.times, { values: group.lag })}
            unit="1"
            range={range}
          />
        )}
      </td>
      <td class="hide-m">
        <StatusCell row={row} />
      </td>
    </tr>
  );
}

function StatusCell({ row: { topic, group } }: { readonly row: TableRow & { readonly type: 'topic' } }): JSX.Element {
  const status = group === undefined ? (topic?.status ?? 'unknown') : statusOf(group);
  const reason = group?.reason ?? (group === undefined ? (topic?.reason ?? 'written, no group reads it') : undefined);
  const word = group?.stalled === true ? 'stands still' : status;
  return (
    <Status glyph={glyphOf(status)} tone={toneOf(status)}>
      <bdi class="reason" title={reason}>
        {reason ?? word}
      </bdi>
    </Status>
  );
}

function PartitionRow({ row }: { readonly row: TableRow & { readonly type: 'partition' } }): JSX.Element {
  return (
    <tr class="subrow">
      <td>
        <span class="sub">partition {row.partition}</span>
      </td>
      <td class="num hide-m" />
      <td class="num" />
      <td />
      <td class="num hide-m" />
      <td class="num">{row.lag === null ? 'no data' : countText(row.lag)}</td>
      <td class="num">{row.lagS === null ? '' : quantityText(row.lagS, 's')}</td>
      <td class="hide-m" />
      <td class="hide-m" />
    </tr>
  );
}
