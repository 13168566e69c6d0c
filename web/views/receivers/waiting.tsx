import type { JSX } from 'preact';
import type { DeliveryRow } from '../../api/alert-types.ts';
import { durationText } from '../../format/duration.ts';
import { alertHref } from '../../format/links.ts';
import { momentText } from '../../format/moment.ts';
import { now } from '../../frame/clock.ts';
import { zone } from '../../frame/where.ts';
import { Section } from '../../parts/section.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { withStatus } from './standing.ts';
import { useAlertTitles } from './titles.ts';

/** The messages that wait, each with its tries, the last answer and the next try. */
export function Waiting({
  deliveries,
  hasMore,
}: {
  readonly deliveries: readonly DeliveryRow[];
  /** A flag: more wait than are listed. */
  readonly hasMore: boolean;
}): JSX.Element {
  const titleOf = useAlertTitles();
  const at = (ms: number): string => momentText(ms, zone.value, now.value);
  const columns: readonly Column<DeliveryRow>[] = [
    {
      key: 'message',
      title: 'Message',
      cell: ({ alertId, revision }) => (
        <>
          <a class="rowlink" href={alertHref(alertId)}>
            <b>
              <bdi>{titleOf(alertId)}</bdi>
            </b>
          </a>{' '}
          <span class="dim">{`revision ${revision}`}</span>
        </>
      ),
    },
    {
      key: 'tries',
      title: 'Tries',
      isNumber: true,
      sortBy: ({ tries }) => tries ?? null,
      cell: ({ tries }) => tries ?? '',
    },
    {
      key: 'receiver',
      title: 'For',
      sortBy: ({ receiver }) => receiver,
      cell: ({ receiver }) => <bdi>{receiver}</bdi>,
    },
    {
      key: 'reason',
      title: 'Last try',
      cell: ({ reason, answeredStatus }) => (
        <bdi>{reason === undefined ? 'nothing yet' : withStatus(reason, answeredStatus)}</bdi>
      ),
    },
    {
      key: 'next',
      title: 'Next try',
      sortBy: ({ nextTryMs }) => nextTryMs ?? null,
      cell: ({ nextTryMs }) =>
        nextTryMs === undefined ? '' : `${at(nextTryMs)}, in ${durationText(Math.max(0, nextTryMs - now.value))}`,
    },
    {
      key: 'since',
      title: 'Waits since',
      class: 'num dim',
      sortBy: ({ sinceMs }) => sinceMs ?? null,
      cell: ({ sinceMs }) => (sinceMs === undefined ? '' : at(sinceMs)),
    },
  ];
  return (
    <Section
      title="Waiting"
      note={`${hasMore ? 'the first ' : ''}${deliveries.length} ${deliveries.length === 1 ? 'message' : 'messages'}; each is tried again with growing pauses, then given up`}
    >
      <Table
        label="Waiting messages"
        class="parts tries"
        columns={columns}
        rows={deliveries}
        rowKey={({ receiver, alertId, revision }) => `${receiver} ${alertId} ${revision}`}
      />
    </Section>
  );
}
