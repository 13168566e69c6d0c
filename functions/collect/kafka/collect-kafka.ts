import type { Clock } from '../../shared/ports/clock.ts';
import { ClusterUnreadableError } from '../../shared/ports/cluster-unreadable.ts';
import type { KafkaCluster } from '../../shared/ports/kafka-cluster.ts';
import { failureStatus } from '../failure-status.ts';
import { beginCollection } from '../metric-document.ts';
import type { KafkaBefore } from './before.ts';
import { documentsOf, failureDocument, type KafkaDocument } from './documents.ts';
import type { KafkaTarget } from './target.ts';

/** The ports and facts that a collection needs. */
export interface CollectKafkaDeps {
  readonly cluster: KafkaCluster;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** The host that the documents are shipped under. */
  readonly hostName: string;
  /** The time between two collections, ms; absent for one that was asked for by hand. */
  readonly periodMs?: number;
  /** The snapshot of the collection before. */
  readonly before?: KafkaBefore;
  /** Ends the collection when it aborts. */
  readonly signal?: AbortSignal;
}

/** The documents of a collection, and what the next one compares with. */
export interface KafkaCollection {
  /** The document of the cluster is the first one. */
  readonly documents: readonly KafkaDocument[];
  /** The snapshot; absent if there was none. */
  readonly snapshot?: KafkaBefore;
}

/**
 * Collects a Kafka cluster once, within `target.totalMs`. A cluster that gives no answer, or none that can be read, is one document that
 * says in words why it is `down` or `unknown`.
 * @throws the reason of `deps.signal` when that aborts
 */
export async function collectKafka(target: KafkaTarget, deps: CollectKafkaDeps): Promise<KafkaCollection> {
  const { cluster, before, signal } = deps;
  const context = beginCollection(target.address, deps);
  try {
    const snapshot = await cluster.takeSnapshot(target, signal);
    const documents = documentsOf(snapshot, context(), before);
    return { documents, snapshot: { ...snapshot, stopped: stoppedIn(documents) } };
  } catch (error) {
    if (!(error instanceof ClusterUnreadableError)) throw error;
    return { documents: [failureDocument(failureStatus(error), context())] };
  }
}

const stoppedIn = (documents: readonly KafkaDocument[]): ReadonlySet<string> =>
  new Set(
    documents.flatMap(({ kafka: { consumergroup } }) => (consumergroup?.stopped === true ? [consumergroup.id] : [])),
  );
