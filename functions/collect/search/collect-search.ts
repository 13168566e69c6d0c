import type * as z from 'zod';
import { messageOf } from '../../shared/domain/message-of.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { ClusterUnreadableError } from '../../shared/ports/cluster-unreadable.ts';
import type { SearchCluster } from '../../shared/ports/search-cluster.ts';
import { failureStatus } from '../component-status.ts';
import type { CollectionContext } from '../metric-document.ts';
import { healthSchema, nodesSchema, paths, type SearchNode } from './answers.ts';
import { documentsOf, failureDocument, type SearchDocument } from './documents.ts';
import type { SearchTarget } from './target.ts';

/** The ports and facts that a collection needs. */
export interface CollectSearchDeps {
  readonly cluster: SearchCluster;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** The host that the documents are shipped under. */
  readonly hostName: string;
  /** The time between two collections, ms; absent for one that was asked for by hand. */
  readonly periodMs?: number;
}

/**
 * Collects an OpenSearch cluster once, within `target.totalMs`. A cluster that gives no answer, or none that can be read, is one document
 * that says in words why it is `down` or `unknown`.
 * @returns the document of the cluster first
 */
export async function collectSearch(target: SearchTarget, deps: CollectSearchDeps): Promise<SearchDocument[]> {
  const { cluster, clock, hostName, periodMs } = deps;
  const startedAtMs = clock.nowMs();
  const signal = AbortSignal.timeout(target.totalMs);
  const context = (): CollectionContext => ({
    address: target.address,
    hostName,
    startedAtMs,
    durationMs: Math.max(0, clock.nowMs() - startedAtMs),
    ...(periodMs === undefined ? {} : { periodMs }),
  });
  try {
    const health = read(healthSchema, await cluster.get(paths.health, signal), target.address);
    const { nodes, unread } = await nodesOf(target, cluster, signal);
    return documentsOf({ health, nodes, unread }, context());
  } catch (error) {
    if (!(error instanceof ClusterUnreadableError)) throw error;
    return [failureDocument(failureStatus(error), context())];
  }
}

/** Returns the nodes. The status of the cluster does without them. */
async function nodesOf({ address, nodesMax }: SearchTarget, cluster: SearchCluster, signal: AbortSignal) {
  const part = 'the nodes';
  try {
    const answer = read(nodesSchema, await cluster.get(paths.nodes, signal), address);
    const all: readonly SearchNode[] = Object.values(answer.nodes);
    if (all.length <= nodesMax) return { nodes: all, unread: [] };
    const reason = `there are ${all.length}, and at most ${nodesMax} are read`;
    return { nodes: all.slice(0, nodesMax), unread: [{ part: 'some of the nodes', reason }] };
  } catch (error) {
    if (!(error instanceof ClusterUnreadableError)) throw error;
    return { nodes: [], unread: [{ part, reason: messageOf(error) }] };
  }
}

function read<Schema extends z.ZodType>(schema: Schema, answer: unknown, address: string): z.infer<Schema> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.slice(0, 8).join('.') || 'the answer';
  throw new ClusterUnreadableError(`${address} gave an answer of another kind: ${field}: ${issue?.message}`, false);
}
