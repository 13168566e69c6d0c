import type { JSX } from 'preact';
import type { ReceiverHealth } from '../../api/types.ts';
import { durationText } from '../../format/duration.ts';
import { bothZonesText, momentText } from '../../format/moment.ts';
import { now } from '../../frame/clock.ts';
import { zone } from '../../frame/where.ts';
import { Button } from '../../parts/button.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { answerText, isUnknown, isUntried, receiverGlyph } from './standing.ts';

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
    cell: (receiver) => (
      <>
        <p class="st">
          <Glyph name={receiverGlyph(receiver)} />
          <b>
            <bdi>{receiver.name}</bdi>
          </b>
        </p>
        <p class="w2">
          {receiver.type}
          {receiver.target !== receiver.type && (
            <>
              , <bdi class="mono">{receiver.target}</bdi>
            </>
          )}
        </p>
      </>
    ),
  },
  { key: 'status', title: 'Status', cell: (receiver) => <StatusCell receiver={receiver} /> },
  {
    key: 'success',
    title: 'Last success',
    sortBy: ({ lastSuccessMs }) => lastSuccessMs ?? null,
    cell: ({ lastSuccessMs, deliveredLastHour }) =>
      lastSuccessMs === undefined ? (
        <span class="faint">{deliveredLastHour === null ? 'not known' : 'none'}</span>
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
    title: 'Last try',
    cell: (receiver) => <bdi>{answerText(receiver)}</bdi>,
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

function statusWord(receiver: ReceiverHealth): string {
  if (isUntried(receiver)) return 'not tried yet';
  return isUnknown(receiver) ? 'not known' : 'ok';
}

function StatusCell({ receiver }: { readonly receiver: ReceiverHealth }): JSX.Element {
  const { status, failingSinceMs, givenUp } = receiver;
  if (status === 'failing') {
    const since = failingSinceMs === undefined ? '' : ` for ${durationText(now.value - failingSinceMs)}`;
    return <span class="st crit">{`failing${since}`}</span>;
  }
  const given = givenUp === 0 ? '' : `${givenUp} given up`;
  if (status === 'refusing') return <span class="st warn">{given === '' ? 'refuses messages' : given}</span>;
  if (given !== '') return <span class="st warn">{given}</span>;
  return <span class="st dim">{statusWord(receiver)}</span>;
}
