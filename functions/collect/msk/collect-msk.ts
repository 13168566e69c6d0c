import type { Clock } from '../../shared/ports/clock.ts';
import { ClusterUnreadableError } from '../../shared/ports/cluster-unreadable.ts';
import type { ManagedKafka } from '../../shared/ports/managed-kafka.ts';
import { failureStatus } from '../failure-status.ts';
import { beginCollection } from '../metric-document.ts';
import { documentsOf, failureDocument, type MskDocument } from './documents.ts';
import type { MskTarget } from './target.ts';

/** The ports and facts that a collection needs. */
export interface CollectMskDeps {
  readonly provider: ManagedKafka;
  /** The region that the provider is asked in. */
  readonly region: string;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** The time between two collections, ms; absent for one that was asked for by hand. */
  readonly periodMs?: number;
  /** Ends the collection when it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * Collects the control plane of a cluster of MSK once, within `target.totalMs`. A cluster about which MSK says nothing is one
 * document that says in words why it is `down` or `unknown`.
 * @returns the document of the cluster first. Its name is `NAME.REGION`, whether the target is a name or an ARN
 * @throws the reason of `deps.signal` when that aborts
 */
export async function collectMsk(target: MskTarget, deps: CollectMskDeps): Promise<MskDocument[]> {
  const { provider, region, clock, periodMs, signal } = deps;
  const name = `${target.name}.${region}`;
  const context = beginCollection(name, { clock, hostName: name, ...(periodMs !== undefined && { periodMs }) });
  try {
    return documentsOf(await provider.takeSnapshot(target, signal), context(), target.port);
  } catch (error) {
    if (!(error instanceof ClusterUnreadableError)) throw error;
    return [failureDocument(failureStatus(error), context())];
  }
}
