import type { GroupRow, Queues, TopicRow } from '../../api/data-types.ts';
import { newestOf } from '../../charts/lines.ts';
import { countText } from '../../format/quantity.ts';

/** A row of the table: a topic with one of its groups, a partition of that group, or a queue. */
export type TableRow =
  | { readonly type: 'topic'; readonly topic: TopicRow | undefined; readonly group: GroupRow | undefined }
  | {
      readonly type: 'partition';
      readonly group: GroupRow;
      readonly topic: string;
      readonly partition: number;
      readonly lag: number | null;
      readonly lagS: number | null;
    };

const statusOrder = ['down', 'degraded', 'unknown', 'ok'];

/** Returns the status of a group as it is shown: one whose lag is not known is not `ok`. */
export function statusOf({ stalled, status, last }: GroupRow): GroupRow['status'] {
  if (stalled) return 'degraded';
  return status === 'ok' && last.lag === null ? 'unknown' : status;
}

/** Returns the largest lag of a group in the range, in messages. */
export const peakOf = ({ lag }: Pick<GroupRow, 'lag'>): number =>
  lag.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);

/** Returns groups, those that stand still first, then by their status, then by their largest lag. */
export function worstFirst(groups: readonly GroupRow[]): GroupRow[] {
  return groups.toSorted(
    (a, b) =>
      Number(b.stalled) - Number(a.stalled) ||
      statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status) ||
      (b.last.lag ?? 0) - (a.last.lag ?? 0) ||
      peakOf(b) - peakOf(a),
  );
}

/** Returns the rows of the table: groups with their topics and partitions, the worst first, then topics that nobody reads. */
export function tableRows({ topics, groups }: Pick<Queues, 'topics' | 'groups'>): TableRow[] {
  const byName = new Map(topics.map((topic) => [`${topic.cluster}/${topic.name}`, topic]));
  const read = new Set<string>();
  const rows = worstFirst(groups).flatMap((group) =>
    group.topics.flatMap((name): TableRow[] => {
      const key = `${group.cluster}/${name}`;
      read.add(key);
      const parts = group.partitions
        .filter(({ topic }) => topic === name)
        .map((part): TableRow => ({ type: 'partition', group, ...part }));
      return [{ type: 'topic', topic: byName.get(key), group }, ...(parts.length > 1 ? parts : [])];
    }),
  );
  const others = topics.filter((topic) => !read.has(`${topic.cluster}/${topic.name}`));
  return [...rows, ...others.map((topic): TableRow => ({ type: 'topic', topic, group: undefined }))];
}

/** The worst lag of a group in the range, and whether it has caught up since. */
export interface Backlog {
  readonly lag: number;
  readonly atMs: number;
  readonly isOver: boolean;
}

/** A lag below this part of its largest counts as caught up. */
const caughtUpShare = 0.05;

/** Returns the largest lag of a group in the range; `undefined` where it had none. */
export function backlogOf({ lag, last }: GroupRow, times: readonly number[]): Backlog | undefined {
  const most = peakOf({ lag });
  if (most <= 0) return undefined;
  const now = last.lag ?? newestOf({ times, values: lag })?.value ?? 0;
  return { lag: most, atMs: times[lag.indexOf(most)]!, isOver: now <= most * caughtUpShare };
}

/** Returns the newest known number of messages that wait in a queue. */
export function waitingText({ waiting }: Pick<Queues['queues'][number], 'waiting'>): string {
  const newest = waiting.findLast((value) => value !== null);
  return newest == null ? 'no data' : countText(newest);
}
