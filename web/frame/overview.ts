import { useEffect } from 'preact/hooks';
import { totalsOf } from '../alerts/totals.ts';
import { type Answer, useAnswer } from '../api/answer.ts';
import type { Overview } from '../api/types.ts';
import { chooseCluster, elsewhereOf, learnReplays, presentOf, replayOf } from './replay.ts';
import { cluster, range } from './where.ts';

/** Reads the overview of the chosen cluster, which the side bar, the head and Now share. */
export function useOverview(): Answer<Overview> {
  const answer = useAnswer<Overview>('/api/overview', { cluster: cluster.value });
  const { data } = answer;
  useEffect(() => {
    if (data !== undefined) learnReplays(data);
    // A link that names a replayed cluster without a time shows the time of the replay.
    if (replayOf(cluster.peek()) !== undefined && range.peek().to === 'now') chooseCluster(cluster.peek());
  }, [data]);
  return answer;
}

/** Reads the overview of the present: replays are left out, unless the cluster of one is chosen. */
export function usePresent(): Answer<Overview> {
  const answer = useOverview();
  return answer.data === undefined ? answer : { ...answer, data: presentOf(answer.data) };
}

/** Reads the overview of the live clusters that are not chosen; nothing while all are. */
export function useElsewhere(): Answer<Overview> {
  const chosen = cluster.value;
  const answer = useAnswer<Overview>(chosen === '' ? null : '/api/overview');
  return answer.data === undefined ? answer : { ...answer, data: elsewhereOf(answer.data, chosen) };
}

const queueKinds: ReadonlySet<string> = new Set(['topic', 'partition', 'consumer-group', 'broker', 'queue']);
const storageKinds: ReadonlySet<string> = new Set(['chunkserver', 'storage', 'storage-master', 'disk']);

/** Returns how many things of each view are in trouble, by the name of the view. Notices and what is silenced do not count. */
export function troubleCounts(overview: Overview | undefined): Readonly<Record<string, number>> {
  if (overview === undefined) return {};
  const { troubled } = totalsOf(presentOf(overview).alerts);
  const count = (matches: (kind: string) => boolean): number =>
    Object.entries(troubled).reduce((sum, [kind, number]) => sum + (matches(kind) ? number : 0), 0);
  return {
    machines: count((kind) => kind === 'host'),
    queues: count((kind) => queueKinds.has(kind)),
    storage: count((kind) => storageKinds.has(kind)),
    cluster: count((kind) => kind !== 'host'),
    receivers: overview.deliveries.receivers.filter(({ status }) => status !== 'ok').length,
  };
}
