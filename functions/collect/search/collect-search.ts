import type * as z from 'zod';
import { messageOf } from '../../shared/domain/message-of.ts';
import { shownText } from '../../shared/domain/shown.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { ClusterUnreadableError } from '../../shared/ports/cluster-unreadable.ts';
import type { SearchCluster } from '../../shared/ports/search-cluster.ts';
import { failureStatus } from '../failure-status.ts';
import { beginCollection } from '../metric-document.ts';
import {
  type DiskSettings,
  diskSettings,
  hasNumber,
  healthSchema,
  nodeSchema,
  nodesSchema,
  paths,
  type SearchNode,
  settingsSchema,
} from './answers.ts';
import { documentsOf, failureDocument, type SearchDocument, type SearchSnapshot } from './documents.ts';
import type { SearchTarget } from './target.ts';

/** The ports and facts that a collection needs. */
export interface CollectSearchDeps {
  readonly cluster: SearchCluster;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** The host that the documents are shipped under. */
  readonly hostName: string;
  /** The time between two collections, ms; absent for one that was asked for by hand. */
  readonly periodMs?: number;
  /** Ends the collection when it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * Collects an OpenSearch cluster once, within `target.totalMs`. A cluster that gives no answer, or none that can be read, is one document
 * that says in words why it is `down` or `unknown`.
 * @returns the document of the cluster first
 * @throws the reason of `deps.signal` when that aborts
 */
export async function collectSearch(target: SearchTarget, deps: CollectSearchDeps): Promise<SearchDocument[]> {
  const { cluster, signal: end } = deps;
  const limit = AbortSignal.timeout(target.totalMs);
  const signal = end === undefined ? limit : AbortSignal.any([end, limit]);
  const context = beginCollection(target.address, deps);
  try {
    const health = read(healthSchema, await cluster.get(paths.health, signal), target.address);
    const { nodes, unread } = await nodesOf(target, cluster, signal);
    const disks = await disksOf(target, cluster, signal);
    end?.throwIfAborted();
    return documentsOf({ health, nodes, disks, unread }, context());
  } catch (error) {
    end?.throwIfAborted();
    if (!(error instanceof ClusterUnreadableError)) throw error;
    return [failureDocument(failureStatus(error), context())];
  }
}

/** Returns the nodes. The status of the cluster does without them, and without those that cannot be read. */
async function nodesOf(
  { address, nodesMax }: SearchTarget,
  cluster: SearchCluster,
  signal: AbortSignal,
): Promise<Pick<SearchSnapshot, 'nodes' | 'unread'>> {
  try {
    const all = Object.entries(read(nodesSchema, await cluster.get(paths.nodes, signal), address).nodes);
    const nodes: SearchNode[] = [];
    const unread: { readonly part: string; readonly reason: string }[] = [];
    if (all.length > nodesMax)
      unread.push({ part: 'some of the nodes', reason: `there are ${all.length}, and at most ${nodesMax} are read` });
    for (const [id, node] of all.slice(0, nodesMax)) {
      const parsed = nodeSchema.safeParse(node);
      if (parsed.success && hasNumber(parsed.data)) nodes.push(parsed.data);
      else unread.push({ part: `node ${shownText(id)}`, reason: issueOf(parsed.error) });
    }
    return { nodes, unread };
  } catch (error) {
    if (!(error instanceof ClusterUnreadableError)) throw error;
    return { nodes: [], unread: [{ part: 'the nodes', reason: messageOf(error) }] };
  }
}

/** Returns the settings about full disks. A user may be permitted less, and the usual ones hold nearly everywhere. */
async function disksOf({ address }: SearchTarget, cluster: SearchCluster, signal: AbortSignal): Promise<DiskSettings> {
  try {
    return diskSettings(read(settingsSchema, await cluster.get(paths.settings, signal), address));
  } catch (error) {
    if (error instanceof ClusterUnreadableError) return {};
    throw error;
  }
}

function read<Schema extends z.ZodType>(schema: Schema, answer: unknown, address: string): z.infer<Schema> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ClusterUnreadableError(`${address} gave an answer of another kind: ${issueOf(parsed.error)}`, false);
}

/** @param error absent where each field is right, and all are absent */
function issueOf(error: z.ZodError | undefined): string {
  if (error === undefined) return 'it measures nothing';
  const [issue] = error.issues;
  return `${shownText(issue?.path.slice(0, 8).join('.') || 'the answer')}: ${issue?.message}`;
}
