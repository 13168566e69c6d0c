import type { Clock } from '../../shared/ports/clock.ts';
import { PacketError, type PacketNetwork } from '../../shared/ports/packet-network.ts';
import type { CollectionContext } from '../metric-document.ts';
import { documentsOf, failureDocument, type StorageDocument } from './documents.ts';
import { UnreadableAnswerError } from './protocol/unreadable-answer.ts';
import { failureStatus } from './status.ts';
import { takeSnapshot } from './take-snapshot.ts';
import type { StorageTarget } from './target.ts';

/** The ports and facts that a collection needs. */
export interface CollectDeps {
  readonly network: PacketNetwork;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Ends the collection when it aborts. */
  readonly signal?: AbortSignal;
  /**
   * The host that the documents are shipped under.
   * @default the host of the target
   */
  readonly hostName?: string;
  /** The time between two collections, ms; absent for one that was asked for by hand. */
  readonly periodMs?: number;
}

/**
 * Collects a storage once: asks its master and its chunkservers, and returns documents for topic `beats`. It ends after
 * `target.totalMs`, whatever the servers do. A master that gives no answer, or none that can be read, is one document that says in words
 * why the storage is `down` or `unknown`.
 * @returns the document of the master first
 * @throws the reason of `deps.signal` when that aborts: nothing is known of the storage then, and a document would be a false alarm
 */
export async function collectStorage(target: StorageTarget, deps: CollectDeps): Promise<StorageDocument[]> {
  const { clock, network, signal, hostName = target.host, periodMs } = deps;
  const startedAtMs = clock.nowMs();
  const limit = AbortSignal.timeout(target.totalMs);
  const context = (): CollectionContext => ({
    address: addressOf(target),
    hostName,
    startedAtMs,
    durationMs: Math.max(0, clock.nowMs() - startedAtMs),
    ...(periodMs === undefined ? {} : { periodMs }),
  });
  try {
    const ends = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    const snapshot = await takeSnapshot(target, network, ends);
    signal?.throwIfAborted();
    return documentsOf(snapshot, context());
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof PacketError || error instanceof UnreadableAnswerError)) throw error;
    return [failureDocument(failureStatus(error), context())];
  }
}

/** Returns the address of a master as people write it: `10.77.0.10:9421`, `[fd00::1]:9421`. */
const addressOf = ({ host, port }: StorageTarget): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
