import type { JSX } from 'preact';
import type { ReceiverHealth } from '../../api/types.ts';
import { durationText } from '../../format/duration.ts';
import { bothZonesText, momentText } from '../../format/moment.ts';
import { now } from '../../frame/clock.ts';
import { zone } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { type Column, Table } from '../../parts/table.tsx';

/** All receivers, the worst first, each with a button that sends a test. */
export function ReceiverTable({
  receivers,
  testing,
  onTest,
}: {
  readonly receivers: readonly ReceiverHealth[];
  /** The name of the receiver whose test is on its way. */
  readonly testing: string | undefined;
  readonly onTest: (name: string) => void;
}): JSX.Element {
  const columns: readonly Column<ReceiverHealth>[] = [
    ...facts,
    {
      key: 'actions',
      title: <span class="sr">Actions</span>,
      class: 'ac',
      cell: ({ name }) => (
        <Button
          isAct
          label={`Send test to ${name}`}
          busy={testing === name ? 'Sending' : undefined}
          onPress={() => onTest(name)}
        >
          Send test
        </Button>
      ),
    },
  ];
  return <Table label="Receivers" class="parts recs" columns={columns} rows={receivers} rowKey={({ name }) => name} />;
}

const facts: readonly Column<ReceiverHealth>[] = [
  {
    key: 'name',
    title: 'Receiver',
    sortBy: ({ name }) => name,
    cell: ({ name, type, target, status, givenUp }) => (
      <>
        <p class="st">
          <Glyph name={status === 'failing' ? 'down' : status === 'refusing' || givenUp > 0 ? 'warning' : 'ok'} />
          <b>
            <bdi>{name}</bdi>
          </b>
        </p>
        <p class="w2">
          {type}, <bdi class="mono">{target}</bdi>
        </p>
      </>
    ),
  },
  { key: 'status', title: 'Status', cell: (receiver) => <StatusCell receiver={receiver} /> },
  {
    key: 'success',
    title: 'Last success',
    sortBy: ({ lastSuccessMs }) => lastSuccessMs ?? null,
    cell: ({ lastSuccessMs }) =>
      lastSuccessMs === undefined ? (
        <span class="faint">not known</span>
      ) : (
        <time dateTime={new Date(lastSuccessMs).toISOString()} title={bothZonesText(lastSuccessMs)}>
          {momentText(lastSuccessMs, zone.value, now.value)}
        </time>
      ),
  },
  {
    key: 'hour',
    title: 'Last hour',
    class: 'hide-m',
    sortBy: ({ deliveredLastHour }) => deliveredLastHour,
    cell: ({ deliveredLastHour }) => hourText(deliveredLastHour),
  },
  {
    key: 'answer',
    title: 'Last answer',
    cell: ({ reason, status }) => <bdi>{reason ?? (status === 'ok' ? 'accepted' : 'not known')}</bdi>,
  },
  {
    key: 'waiting',
    title: 'Waiting',
    isNumber: true,
    sortBy: ({ waiting }) => waiting,
    cell: ({ waiting }) => waiting,
  },
];

function hourText(delivered: number | null): string {
  if (delivered === null) return 'not known';
  return delivered === 0 ? 'none' : `${delivered} delivered`;
}

function StatusCell({
  receiver: { status, failingSinceMs, givenUp },
}: {
  readonly receiver: ReceiverHealth;
}): JSX.Element {
  if (status === 'failing') {
    const since = failingSinceMs === undefined ? '' : ` for ${durationText(now.value - failingSinceMs)}`;
    return <span class="st crit">{`failing${since}`}</span>;
  }
  const given = givenUp === 0 ? '' : `${givenUp} given up`;
  if (status === 'refusing') return <span class="st warn">{given === '' ? 'refuses messages' : given}</span>;
  return given === '' ? <span class="st dim">ok</span> : <span class="st warn">{given}</span>;
}
